import type { HeadersFunction } from '../../http/types.ts'
import { getTokenRequest, setTokenRequest } from '../../http/token-owners.ts'
import { getContextRequest, isRefusal, setContextRequest } from '../../shared/resolve-option.ts'
import type { AttemptContext, MaybePromise } from '../../shared/attempt.ts'

/** A renewal of credentials after a 401. */
interface CredentialRenewal {
  /** The requester whose headers the server rejected. */
  readonly rejectedRequester: string
  /** When the renewal started, in ms since the epoch. */
  readonly startedAt: number
  /** Its number from `nextOrder`. */
  readonly order: number
  readonly headers: Promise<Awaited<ReturnType<HeadersFunction>>>
  /** The headers have not been returned yet. */
  isPending: boolean
  failure?: Failure
}

/** The error of a function that provides credentials. */
interface Failure {
  readonly error: unknown
}

/** Whether a request fails with a known failure instead of a new call: a retry calls the function once for all. */
const sharesFailure = ({ error }: Failure, { previous }: AttemptContext): boolean =>
  isRefusal(error) || previous?.thrown !== error

/** The longest time for which other requests wait for a renewal, in ms. */
const MAX_RENEWAL_WAIT_MS = 10_000

/** Renewals by the session of a cache or page. They are removed together with their session. */
const renewals = new WeakMap<object, WeakMap<HeadersFunction, CredentialRenewal>>()

function getOrCreateRenewals(session: object): WeakMap<HeadersFunction, CredentialRenewal> {
  const known = renewals.get(session) ?? new WeakMap<HeadersFunction, CredentialRenewal>()
  renewals.set(session, known)
  return known
}

/** What is known of a request whose credentials were rejected. */
export interface RejectedCredentials {
  /** The part of its key that identifies the user. */
  readonly requester: string
  readonly authorization: string | null
  /** Its number from `nextOrder`. */
  readonly sentOrder: number
}

let lastOrder = 0

/**
 * Returns the next number for a request that is sent or a renewal that starts. A clock does not give their order: both
 * may happen in one millisecond, and a clock may be set back.
 */
export const nextOrder = (): number => ++lastOrder

/**
 * Returns a headers function that renews credentials once for all: requests that were rejected with the same headers
 * share the result of one call.
 *
 * @param session the session whose requests share it; null: each request renews its own
 */
export function renewCredentials(
  headersFunction: HeadersFunction,
  { requester, sentOrder }: RejectedCredentials,
  now: number,
  session: object | null,
): HeadersFunction {
  if (!session) return headersFunction
  const sessionRenewals = getOrCreateRenewals(session)
  return (context) => {
    const known = sessionRenewals.get(headersFunction)
    const isPending = known?.isPending === true && now - known.startedAt < MAX_RENEWAL_WAIT_MS
    const mayShare = isPending || (known && sentOrder < known.order)
    if (
      known?.rejectedRequester === requester &&
      mayShare &&
      (!known.failure || sharesFailure(known.failure, context))
    )
      return known.headers
    const headers = Promise.resolve(headersFunction(withoutSignal(context)))
    const renewal: CredentialRenewal = {
      rejectedRequester: requester,
      startedAt: now,
      order: nextOrder(),
      headers,
      isPending: true,
    }
    sessionRenewals.set(headersFunction, renewal)
    headers.then(
      () => (renewal.isPending = false),
      (error: unknown) => Object.assign(renewal, { isPending: false, failure: { error } }),
    )
    return headers
  }
}

/** Replaces the signal, since aborting one request must not abort a renewal that others wait for. */
const withoutSignal = (context: AttemptContext): AttemptContext =>
  setContextRequest(
    setTokenRequest({ ...context, signal: new AbortController().signal }, getTokenRequest(context)),
    getContextRequest(context),
  )

/** The result of `bearer`, for the option `headers`. */
export interface Bearer {
  (context: AttemptContext): Promise<{ readonly authorization?: string }>
  /**
   * Removes the token or the refusal, as after a log-out or log-in. The provider is called again before the next
   * request.
   */
  forget(): void
}

/** Nothing: there is no token, for example before a log-in. */
type ProvidedToken = string | null | undefined

interface Token {
  readonly valuePromise: Promise<ProvidedToken>
  /** Why the provider was called: the error of the attempt before. */
  readonly previous: AttemptContext['previous']
  /** The header of the token before, which the server has rejected. */
  readonly rejectedHeader: string | undefined
  /** Undefined while the provider runs, and without a token. */
  header?: string | undefined
  failure?: Failure
}

/**
 * Creates `Authorization: Bearer …` for the option `headers` (RFC 6750, section 2.1). The token is cached until a
 * server rejects it with 401 or `forget` is called. Then the provider is called again, once for all waiting requests.
 *
 * Call `bearer` once, outside of components. A token is cached for each `key`, separately for each given `cache`. On a
 * server without a `cache`, no token is cached: the provider is called for every attempt.
 *
 * If the provider throws an error with the status 400, 401 or 403 (also that of its `response` or `cause`), the refresh
 * was refused: no request is sent until `forget` is called, the user logs out, or the provider returns another token for
 * a new request. Other errors are retried, once for all waiting requests.
 *
 * @param provider returns the token, or nothing to send no header; `previous` in its argument is the error of the last attempt
 * @example
 * const auth = bearer(async ({ previous }) => (previous ? refresh() : stored()))
 * useFetch('/api/me', { headers: auth })
 */
export function bearer(provider: (context: AttemptContext) => MaybePromise<ProvidedToken>): Bearer {
  let tokens = new WeakMap<object, Map<string, Token>>()
  const getHeaders = async (context: AttemptContext) => {
    const request = getTokenRequest(context)
    const { owner, rejectedAuthorization } = request
    if (!owner) return toAuthorization(await provider(context))
    const user = getContextRequest(context)?.user ?? ''
    const tokensByUser = tokens.get(owner) ?? new Map<string, Token>()
    tokens.set(owner, tokensByUser)
    const known = tokensByUser.get(user)
    const token =
      known && isUsable(known, context, rejectedAuthorization)
        ? known
        : requestToken(provider, context, known)
    rememberToken(tokensByUser, user, token)
    try {
      const headers = toAuthorization(await token.valuePromise)
      request.rejectedAuthorization = token.header = headers.authorization
      // Without a token, the provider is called again before the next request.
      if (!token.header && tokensByUser.get(user) === token) tokensByUser.delete(user)
      return headers
    } catch (error) {
      token.failure = { error }
      throw error
    }
  }
  return Object.assign(getHeaders, { forget: () => void (tokens = new WeakMap()) })
}

const toAuthorization = (token: ProvidedToken) => (token ? { authorization: `Bearer ${token}` } : {})

/** The largest number of users whose tokens are cached. */
const MAX_USERS = 1000

function rememberToken(tokens: Map<string, Token>, user: string, token: Token): void {
  // Deleted first, so that the map is in order of use.
  tokens.delete(user)
  tokens.set(user, token)
  const [oldest = user] = tokens.keys()
  if (tokens.size > MAX_USERS) tokens.delete(oldest)
}

function requestToken(
  provider: (context: AttemptContext) => MaybePromise<ProvidedToken>,
  context: AttemptContext,
  known?: Token,
): Token {
  const { failure } = known ?? {}
  const isRefused = failure && isRefusal(failure.error)
  const rejectedHeader = known?.header ?? known?.rejectedHeader
  // A failure of the provider does not hide from it that the server has rejected the token.
  const previous = (failure && !isRefused && known?.previous) || context.previous
  const callProvider = async () => {
    const token = await provider({ ...withoutSignal(context), previous })
    if (isRefused && `Bearer ${token}` === rejectedHeader) throw failure.error
    return token
  }
  return { valuePromise: callProvider(), previous, rejectedHeader }
}

/** Whether a token may be used: no server has rejected it, and its provider did not time out. */
function isUsable(
  { header, failure, rejectedHeader }: Token,
  context: AttemptContext,
  rejectedAuthorization: string | null | undefined,
): boolean {
  const { previous } = context
  if (failure) {
    // A new request checks whether there is another token, as after a log-in.
    const mayWait = isRefusal(failure.error) ? (previous ?? !rejectedHeader) : previous?.code === 'provider'
    return !!mayWait && sharesFailure(failure, context)
  }
  // A provider that timed out is called again.
  if (header === undefined) return previous?.code !== 'timeout'
  const isUnauthorized = previous?.code === 'http' && previous.status === 401
  // It may have been renewed after the rejected request was sent.
  return !isUnauthorized || (typeof rejectedAuthorization === 'string' && rejectedAuthorization !== header)
}
