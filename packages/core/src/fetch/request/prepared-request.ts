import { type RequestSource, composeRequester, composeKey, toRequestUrl } from './request-key.ts'
import type { Attempt } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { RequestPolicy } from '../../machine/request-machine.ts'
import { type AnyFetchOptions, validateIdempotencyKey, isIdempotent } from '../options.ts'
import { bodyKey, headersKey, isPersonalRequest, hasFunctions } from '../../http/request-options.ts'
import { DEFAULT_ACCEPT, toHeaders, toRequestInit, toJson } from '../../http/build-request.ts'
import { requestDelay } from '../../shared/backoff.ts'
import { isLoopback, joinUrl } from '../../shared/urls.ts'
import { retryPolicy } from '../../observer/retry-policy.ts'
import { type TokenRequest, setTokenRequest } from '../../http/token-owners.ts'
import { type ResolvedRequest, resolveRequestOptions } from '../../http/resolve-request.ts'

/** A request with the values of all option functions, ready to be sent. */
export interface PreparedRequest {
  readonly url: URL
  readonly headers: Headers
  readonly init: RequestInit
  /** The server may respond with 304, since there is a cached response. */
  isConditional: boolean
  /** The statuses that mean an empty response. */
  readonly emptyOn: AnyFetchOptions['emptyOn']
  /** The cache key of its response: method, URL, requester and body. */
  readonly key: string
  /** The part of the key that identifies the user: headers, credentials and `key`. */
  readonly requester: string
  /** The body can be compared, and `share` is not false. */
  readonly isShareable: boolean
  /** The request is for one user, whom the browser's HTTP cache could not separate from others. */
  readonly isPersonal: boolean
}

/**
 * Calls the option functions and builds the request.
 *
 * @param idempotencyKey the same for every retry
 * @throws TautlineError `provider`, `bad-url`, `bad-option`
 */
export function prepareRequest(
  { url, options }: RequestSource,
  attempt: Attempt,
  environment: Environment,
  idempotencyKey: string | undefined,
  tokenRequest?: TokenRequest,
): PreparedRequest | Promise<PreparedRequest> {
  const { json, input } = options
  const encodeBody = () => (input ? input.encode(json, true) : toJson(json, 'json'))
  const optionsWithBody = json === undefined ? options : { ...options, body: encodeBody() }
  const build = (resolved: ResolvedRequest): PreparedRequest => {
    const headers = toHeaders(resolved.headers)
    const fullUrl = toRequestUrl(resolved.url, options, environment)
    const identity = resolveIdentity(options, fullUrl, resolved.body, headers)
    if (!headers.has('accept')) headers.set('accept', DEFAULT_ACCEPT)
    if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (idempotencyKey !== undefined) headers.set('idempotency-key', validateIdempotencyKey(idempotencyKey))
    const init = toRequestInit(options, headers, resolved.body)
    return { url: fullUrl, headers, init, isConditional: false, emptyOn: options.emptyOn, ...identity }
  }
  const resolving = resolveRequestOptions({ url, options: optionsWithBody }, attempt, (context) =>
    setTokenRequest(context, tokenRequest),
  )
  return resolving instanceof Promise ? resolving.then(build) : build(resolving)
}

/** Computes the cache key. @param headers as the user gave them, without those that are added here */
function resolveIdentity(
  options: AnyFetchOptions,
  { href }: URL,
  body: ResolvedRequest['body'],
  headers: Headers,
): Pick<PreparedRequest, 'key' | 'requester' | 'isShareable' | 'isPersonal'> {
  const content = bodyKey({ body })
  const requester = composeRequester(options, headersKey(headers, options))
  return {
    key: composeKey(options, href, requester, content),
    requester,
    isShareable: content !== undefined && options.share !== false,
    isPersonal: isPersonalRequest(options, headers),
  }
}

/** Returns the idempotency key of a request: the given one, or a random UUID (RFC 9562, section 5.4). */
export function createIdempotencyKey(
  { idempotencyKey: given }: Pick<AnyFetchOptions, 'idempotencyKey'>,
  { random }: Environment,
): string | undefined {
  if (given === undefined || typeof given === 'string') return given
  if (typeof given === 'function') return given()
  const digit = (_: string, offset: number) =>
    (offset === 19 ? 8 + Math.floor(random() * 4) : Math.floor(random() * 16)).toString(16)
  return 'xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx'.replaceAll('x', digit)
}

/**
 * Creates the policy for the request machine from options.
 *
 * @param isFinalAttempt the request is not retried
 */
function policyFor(
  { url, options }: RequestSource,
  isFinalAttempt: boolean,
  { baseUrl }: Environment,
): RequestPolicy {
  const policy = retryPolicy(isFinalAttempt ? { ...options, retry: false } : options, 2, requestDelay)
  return {
    ...policy,
    // Read only while offline, because it parses the URL.
    get pauseOffline() {
      return (
        policy.pauseOffline &&
        !isLoopback(joinUrl(options.baseUrl, typeof url === 'function' ? '/' : url), baseUrl)
      )
    },
    idempotent: !isFinalAttempt && isIdempotent(options),
    canRenewCredentials: !isFinalAttempt && hasFunctions(url, options),
    pauseHidden: options.pause?.hidden ?? false,
  }
}

/** Returns a function that reads the policy. It is computed again only for other options. */
export function createPolicyReader(environment: Environment) {
  let known: (RequestSource & { readonly isFinal: boolean; readonly policy: RequestPolicy }) | undefined
  return ({ url, options }: RequestSource, isFinal: boolean): RequestPolicy => {
    if (!known || known.url !== url || known.options !== options || known.isFinal !== isFinal)
      known = { url, options, isFinal, policy: policyFor({ url, options }, isFinal, environment) }
    return known.policy
  }
}
