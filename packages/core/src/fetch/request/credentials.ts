import { isTautlineError } from '../../shared/errors.ts'
import type { HeadersOption } from '../../http/types.ts'
import { askerOf, setAsker } from '../../http/token-sessions.ts'
import { inPlaceOf, userIn } from '../../shared/resolve-option.ts'
import type { AttemptContext, MaybePromise } from '../../shared/attempt.ts'

type HeadersFunction = Extract<HeadersOption, (context: AttemptContext) => unknown>

/** Credentials that were asked for again. */
interface Renewal {
  /** Whose headers a server would not have any more. */
  readonly refused: string
  /** When they were asked for, by the wall clock, in ms. */
  readonly at: number
  readonly answer: Promise<HeadersInit>
  /** It is still being asked for. */
  isPending: boolean
}

/** One that takes longer, in ms, is not waited for by others. */
const PATIENCE = 10_000

/** By the session of a cache or of a page: who ends the session forgets them. */
const renewals = new WeakMap<object, WeakMap<HeadersFunction, Renewal>>()

function renewalsOf(session: object): WeakMap<HeadersFunction, Renewal> {
  const known = renewals.get(session) ?? new WeakMap<HeadersFunction, Renewal>()
  renewals.set(session, known)
  return known
}

/** What is known of a request that was refused. */
export interface Refused {
  /** Who asked. */
  readonly who: string
  readonly authorization: string | null
  /** When it was sent, by the wall clock, in ms. */
  readonly sentAt: number
}

/**
 * Asks once for all: requests that were sent with the same headers, and refused, share what their function says to the first of them.
 *
 * @param session whose requests share it; null: each asks for itself
 */
export function renew(
  headers: HeadersFunction,
  { who, sentAt }: Refused,
  now: number,
  session: object | null,
): HeadersFunction {
  if (!session) return headers
  const all = renewalsOf(session)
  return (context) => {
    const known = all.get(headers)
    const isPending = known?.isPending === true && now - known.at < PATIENCE
    if (known && known.refused === who && (isPending || sentAt <= known.at)) return known.answer
    const answer = Promise.resolve(headers(shared(context)))
    const renewal: Renewal = { refused: who, at: now, answer, isPending: true }
    all.set(headers, renewal)
    answer.then(
      () => (renewal.isPending = false),
      // What failed is asked for again by the next one.
      () => all.get(headers) === renewal && all.delete(headers),
    )
    return answer
  }
}

/** What many wait for does not end with one of them. */
const shared = (context: AttemptContext): AttemptContext =>
  inPlaceOf(setAsker({ ...context, signal: new AbortController().signal }, askerOf(context)), context)

/** What `bearer` makes: give it as `headers`. */
export interface Bearer {
  (context: AttemptContext): Promise<{ readonly authorization: string }>
  /** Asks for a token anew before the next request: the user has logged out, or is another one. */
  forget(): void
}

interface Token {
  readonly asked: Promise<string>
  /** Undefined while it is asked for. */
  header: string | undefined
}

/**
 * `Authorization: Bearer …` for the option `headers` (RFC 6750, section 2.1). The token is kept until a server refuses it with 401 or it is forgotten; then
 * the provider is asked again, once for all requests that wait. Make it once, beside the components. Each cache that is given has a token of its own, the page
 * another one, and of both each `key`. On a server, which answers many users, the token is kept only with a `cache` that is given; without one the provider is asked for every attempt.
 *
 * @param provider is told why the last attempt ended, and gives the token
 * @example
 * const auth = bearer(async ({ previous }) => (previous ? refresh() : stored()))
 * useFetch('/api/me', { headers: auth })
 */
export function bearer(provider: (context: AttemptContext) => MaybePromise<string>): Bearer {
  let tokens = new WeakMap<object, Map<string, Token>>()
  const ask = async (context: AttemptContext) => {
    const { owner, refused } = askerOf(context)
    if (!owner) return { authorization: `Bearer ${await provider(context)}` }
    const user = userIn(context)
    const kept = tokens.get(owner) ?? new Map<string, Token>()
    tokens.set(owner, kept)
    const known = kept.get(user)
    const token = known && isGood(known, context, refused) ? known : tokenOf(provider, context)
    keep(kept, user, token)
    try {
      const authorization = (token.header = `Bearer ${await token.asked}`)
      return { authorization }
    } catch (error) {
      if (kept.get(user) === token) kept.delete(user)
      throw error
    }
  }
  return Object.assign(ask, { forget: () => void (tokens = new WeakMap()) })
}

/** Of so many users a token is kept. */
const MAX_USERS = 1000

function keep(tokens: Map<string, Token>, user: string, token: Token): void {
  // The last to be used is the last to be forgotten.
  tokens.delete(user)
  tokens.set(user, token)
  const [oldest = user] = tokens.keys()
  if (tokens.size > MAX_USERS) tokens.delete(oldest)
}

function tokenOf(
  provider: (context: AttemptContext) => MaybePromise<string>,
  context: AttemptContext,
): Token {
  const ask = async () => provider(shared(context))
  return { asked: ask(), header: undefined }
}

/** Has no server refused it yet, and is it not waited for in vain? */
function isGood(
  { header }: Token,
  { previous }: AttemptContext,
  refused: string | null | undefined,
): boolean {
  // A provider that hangs is not waited for twice.
  if (header === undefined) return !isTautlineError(previous, 'timeout')
  const is401 = isTautlineError(previous, 'http') && previous.detail.status === 401
  // It may have been renewed since the refused request was sent.
  return !is401 || (typeof refused === 'string' && refused !== header)
}
