import { isTautlineError } from './errors.ts'
import type { HeadersOption } from './http-options.ts'
import type { AttemptContext, MaybePromise } from './types.ts'

type HeadersFunction = Extract<HeadersOption, (context: AttemptContext) => unknown>

/** Credentials that were asked for again. */
interface Renewal {
  /** The `Authorization` that a server would not have any more. */
  readonly refused: string | null
  /** When they were asked for, by the wall clock, in ms. */
  readonly at: number
  readonly answer: Promise<HeadersInit>
  /** It is still being asked for. */
  isPending: boolean
}

/** One that takes longer, in ms, is not waited for by others. */
const PATIENCE = 10_000

const renewals = new WeakMap<HeadersFunction, Renewal>()

/** What is known of a request that was refused. */
export interface Refused {
  readonly authorization: string | null
  /** When it was sent, by the wall clock, in ms. */
  readonly sentAt: number
}

/**
 * Asks once for all: requests that were sent with the same credentials, and refused, share what their function says to the first of them.
 */
export function renew(
  headers: HeadersFunction,
  { authorization, sentAt }: Refused,
  now: number,
): HeadersFunction {
  return (context) => {
    const known = renewals.get(headers)
    const isPending = known?.isPending === true && now - known.at < PATIENCE
    if (known && known.refused === authorization && (isPending || sentAt <= known.at)) return known.answer
    const answer = Promise.resolve(headers(shared(context)))
    const renewal: Renewal = { refused: authorization, at: now, answer, isPending: true }
    renewals.set(headers, renewal)
    answer.then(
      () => (renewal.isPending = false),
      // What failed is asked for again by the next one.
      () => renewals.delete(headers),
    )
    return answer
  }
}

/** What many wait for does not end with one of them. */
const shared = (context: AttemptContext): AttemptContext => ({
  ...context,
  signal: new AbortController().signal,
})

/** What `bearer` makes: give it as `headers`. */
export interface Bearer {
  (context: AttemptContext): Promise<{ readonly authorization: string }>
  /** Asks for a token anew before the next request: the user has logged out, or is another one. */
  forget(): void
}

/**
 * `Authorization: Bearer …` for the option `headers` (RFC 6750, section 2.1). The token is kept until a server refuses it with 401 or it is forgotten; then
 * the provider is asked again, once for all requests that wait. Make it once, beside the components; on a server, which answers many users, once for
 * each of its requests.
 *
 * @param provider is told why the last attempt ended, and gives the token
 * @example
 * const auth = bearer(async ({ previous }) => (previous ? refresh() : stored()))
 * useFetch('/api/me', { headers: auth })
 */
export function bearer(provider: (context: AttemptContext) => MaybePromise<string>): Bearer {
  let token: Promise<string> | undefined
  let isPending = false
  const ask = async (context: AttemptContext) => {
    const { previous } = context
    // A provider that hangs is not waited for twice.
    const isRefused = isTautlineError(previous, 'http') && previous.detail.status === 401
    if (isRefused || (isPending && isTautlineError(previous, 'timeout'))) token = undefined
    isPending ||= token === undefined
    const asked = (token ??= Promise.resolve(provider(shared(context))))
    try {
      const given = await asked
      if (token === asked) isPending = false
      return { authorization: `Bearer ${given}` }
    } catch (error) {
      if (token === asked) token = undefined
      throw error
    }
  }
  return Object.assign(ask, { forget: () => void (token = undefined) })
}
