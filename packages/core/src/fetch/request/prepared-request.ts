import { type RequestSource, composeRequester, composeKey, urlWithQuery } from './request-key.ts'
import type { Attempt } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { RequestPolicy } from '../../machine/request-machine.ts'
import { type AnyFetchOptions, validateIdempotencyKey, isIdempotent } from '../options.ts'
import {
  bodyKey,
  hasUserKey,
  headersKey,
  isCredentialHeader,
  isIgnoredHeader,
  canRenewCredentials,
} from '../../http/request-options.ts'
import { DEFAULT_ACCEPT, toHeaders, toRequestInit, toJson } from '../../http/build-request.ts'
import { retryPolicy } from '../../observer/retry-policy.ts'
import { type TokenRequest, setTokenRequest } from '../../http/token-sessions.ts'
import { type ResolvedRequest, resolveRequestOptions } from '../../http/resolve-request.ts'

/** A request that can be sent. */
export interface PreparedRequest {
  readonly url: URL
  readonly headers: Headers
  readonly init: RequestInit
  /** There is an answer which the server may say is still good. */
  isConditional: boolean
  /** By what its response is known: method, URL, body and who asks. */
  readonly key: string
  readonly requester: string
  /** The body can be compared, and sharing is not forbidden. */
  readonly isShareable: boolean
  /** The browser's own cache would not tell its user from another. */
  readonly isPersonal: boolean
}

/**
 * Asks what there is of functions, and makes of it what is sent.
 *
 * @param idempotencyKey the same for every try
 * @throws TautlineError `provider`, `bad-url`, `bad-option`
 */
export function prepareRequest(
  { url, options }: RequestSource,
  attempt: Attempt,
  environment: Environment,
  idempotencyKey: string | undefined,
  tokenRequest?: TokenRequest,
): PreparedRequest | Promise<PreparedRequest> {
  const { json } = options
  const optionsWithBody = json === undefined ? options : { ...options, body: toJson(json, 'json') }
  const build = (resolved: ResolvedRequest): PreparedRequest => {
    const headers = toHeaders(resolved.headers)
    if (!headers.has('accept')) headers.set('accept', DEFAULT_ACCEPT)
    if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (idempotencyKey !== undefined) headers.set('idempotency-key', validateIdempotencyKey(idempotencyKey))
    const fullUrl = urlWithQuery(resolved.url, options.query, environment)
    const init = toRequestInit(options, headers, resolved.body)
    const identity = resolveIdentity(options, fullUrl, resolved)
    return { url: fullUrl, headers, init, isConditional: false, ...identity }
  }
  const resolving = resolveRequestOptions({ url, options: optionsWithBody }, attempt, (context) =>
    setTokenRequest(context, tokenRequest),
  )
  return resolving instanceof Promise ? resolving.then(build) : build(resolving)
}

/** The headers count as the user gave them, by a value or a function: what is added to them here makes no difference. */
function resolveIdentity(
  options: AnyFetchOptions,
  { href }: URL,
  { body, headers }: ResolvedRequest,
): Pick<PreparedRequest, 'key' | 'requester' | 'isShareable' | 'isPersonal'> {
  const content = bodyKey({ body })
  const requester = composeRequester(options, headersKey(headers, options))
  return {
    key: composeKey(options, href, requester, content),
    requester,
    isShareable: content !== undefined && options.share !== false,
    isPersonal:
      hasUserKey(options) || [...toHeaders(headers).keys()].some((name) => isPersonalHeader(name, options)),
  }
}

/** What such a header asks for is no secret, and servers name it in `Vary`. */
const isPersonalHeader = (name: string, options: AnyFetchOptions): boolean =>
  isCredentialHeader(name) ||
  !(isIgnoredHeader(name, options) || /^(accept|accept-language|content-language|content-type)$/.test(name))

/** One for each request: random, as a UUID of version 4 is (RFC 9562, section 5.4). */
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
 * What the machine is told of the options that decide.
 *
 * @param isFinalAttempt it is not sent again, whatever comes of it
 */
export function policyFor({ url, options }: RequestSource, isFinalAttempt: boolean): RequestPolicy {
  return {
    ...retryPolicy(isFinalAttempt ? { ...options, retry: false } : options, 3),
    idempotent: !isFinalAttempt && isIdempotent(options),
    canRenewCredentials: !isFinalAttempt && canRenewCredentials(url, options),
    pauseHidden: options.pause?.hidden ?? false,
  }
}
