import type { HeadersOption } from '../../http/types.ts'
import { getTokenRequest, setTokenRequest } from '../../http/token-sessions.ts'
import { withUserOf, contextUser } from '../../shared/resolve-option.ts'
import type { AttemptContext, MaybePromise } from '../../shared/attempt.ts'

type HeadersFunction = Extract<HeadersOption, (context: AttemptContext) => unknown>

/** Credentials that were asked for again. */
interface CredentialRenewal {
  /** Whose headers a server would not have any more. */
  readonly rejectedRequester: string
  /** When they were asked for, by the wall clock, in ms. */
  readonly startedAt: number
  readonly headers: Promise<HeadersInit>
  /** It is still being asked for. */
  isPending: boolean
}

/** One that takes longer, in ms, is not waited for by others. */
const MAX_RENEWAL_WAIT_MS = 10_000

/** By the session of a cache or of a page: who ends the session forgets them. */
const renewals = new WeakMap<object, WeakMap<HeadersFunction, CredentialRenewal>>()

function getOrCreateRenewals(session: object): WeakMap<HeadersFunction, CredentialRenewal> {
  const known = renewals.get(session) ?? new WeakMap<HeadersFunction, CredentialRenewal>()
  renewals.set(session, known)
  return known
}

/** What is known of a request that was refused. */
export interface RejectedCredentials {
  /** Who asked. */
  readonly requester: string
  readonly authorization: string | null
  /** When it was sent, by the wall clock, in ms. */
  readonly sentAt: number
}

/**
 * Asks once for all: requests that were sent with the same headers, and refused, share what their function says to the first of them.
 *
 * @param session whose requests share it; null: each asks for itself
 */
export function renewCredentials(
  headersFunction: HeadersFunction,
  { requester, sentAt }: RejectedCredentials,
  now: number,
  session: object | null,
): HeadersFunction {
  if (!session) return headersFunction
  const sessionRenewals = getOrCreateRenewals(session)
  return (context) => {
    const known = sessionRenewals.get(headersFunction)
    const isPending = known?.isPending === true && now - known.startedAt < MAX_RENEWAL_WAIT_MS
    if (known && known.rejectedRequester === requester && (isPending || sentAt <= known.startedAt))
      return known.headers
    const headers = Promise.resolve(headersFunction(withoutSignal(context)))
    const renewal: CredentialRenewal = {
      rejectedRequester: requester,
      startedAt: now,
      headers,
      isPending: true,
    }
    sessionRenewals.set(headersFunction, renewal)
    headers.then(
      () => (renewal.isPending = false),
      // What failed is asked for again by the next one.
      () => sessionRenewals.get(headersFunction) === renewal && sessionRenewals.delete(headersFunction),
    )
    return headers
  }
}

/** What many wait for does not end with one of them. */
const withoutSignal = (context: AttemptContext): AttemptContext =>
  withUserOf(
    setTokenRequest({ ...context, signal: new AbortController().signal }, getTokenRequest(context)),
    context,
  )

/** What `bearer` makes: give it as `headers`. */
export interface Bearer {
  (context: AttemptContext): Promise<{ readonly authorization: string }>
  /** Asks for a token anew before the next request: the user has logged out, or is another one. */
  forget(): void
}

interface Token {
  readonly authorizationPromise: Promise<string>
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
  const getHeaders = async (context: AttemptContext) => {
    const { owner, rejectedAuthorization } = getTokenRequest(context)
    if (!owner) return { authorization: `Bearer ${await provider(context)}` }
    const user = contextUser(context)
    const tokensByUser = tokens.get(owner) ?? new Map<string, Token>()
    tokens.set(owner, tokensByUser)
    const known = tokensByUser.get(user)
    const token =
      known && isUsable(known, context, rejectedAuthorization) ? known : requestToken(provider, context)
    rememberToken(tokensByUser, user, token)
    try {
      const authorization = (token.header = `Bearer ${await token.authorizationPromise}`)
      return { authorization }
    } catch (error) {
      if (tokensByUser.get(user) === token) tokensByUser.delete(user)
      throw error
    }
  }
  return Object.assign(getHeaders, { forget: () => void (tokens = new WeakMap()) })
}

/** Of so many users a token is kept. */
const MAX_USERS = 1000

function rememberToken(tokens: Map<string, Token>, user: string, token: Token): void {
  // The last to be used is the last to be forgotten.
  tokens.delete(user)
  tokens.set(user, token)
  const [oldest = user] = tokens.keys()
  if (tokens.size > MAX_USERS) tokens.delete(oldest)
}

function requestToken(
  provider: (context: AttemptContext) => MaybePromise<string>,
  context: AttemptContext,
): Token {
  const callProvider = async () => provider(withoutSignal(context))
  return { authorizationPromise: callProvider(), header: undefined }
}

/** Has no server refused it yet, and is it not waited for in vain? */
function isUsable(
  { header }: Token,
  { previous }: AttemptContext,
  rejectedAuthorization: string | null | undefined,
): boolean {
  // A provider that hangs is not waited for twice.
  if (header === undefined) return previous?.code !== 'timeout'
  const isUnauthorized = previous?.code === 'http' && previous.status === 401
  // It may have been renewed since the refused request was sent.
  return !isUnauthorized || (typeof rejectedAuthorization === 'string' && rejectedAuthorization !== header)
}
