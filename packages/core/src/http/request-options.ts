import { isArrayBuffer, isBlob, isFormData, isReadableStream, isUrlSearchParams } from '../shared/brand.ts'
import type { HttpOptions } from './types.ts'
import { TautlineError } from '../shared/errors.ts'
import type { ErrorText } from '../shared/error-message.ts'
import { toHeaders, isPlainObjectOrArray, toJson } from './build-request.ts'
import type { IdentitySource } from '../shared/identity.ts'

/** The types of the HTTP options, by name. */
export const httpOptionTypes: Readonly<Record<string, string>> = {
  method: 'string',
  headers: 'object|function',
  credentials: 'omit|same-origin|include',
  ignoreHeaders: 'object',
}

/** The HTTP options that are part of the identity. */
export const httpKeyOptions: readonly string[] = [
  'method',
  'body',
  'credentials',
  'key',
  'providerKey',
  'share',
  'headers',
  'ignoreHeaders',
]

/** Tests for a token, which methods and header names must be (RFC 9110, section 5.6.2). */
export const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(text)

/** Returns the method of a request, in upper case. */
export const resolveMethod = ({ method = 'GET' }: HttpOptions): string => method.toUpperCase()

/** Returns the credentials mode of a request; by default that of `fetch`. */
export const resolveCredentials = ({ credentials = 'same-origin' }: HttpOptions): RequestCredentials =>
  credentials

/** How connections over HTTP compute their identity from options other than the URL. */
export const httpIdentityParts: Omit<IdentitySource<HttpOptions>, 'name' | 'toUrl'> = {
  requestMode: (options) => `${resolveMethod(options)} ${resolveCredentials(options)}`,
  extraKey: bodyKey,
  headersKey(options) {
    const { headers } = options
    if (typeof headers === 'function') return 'ƒ'
    return headers ? headersKey(toHeaders(headers), options) : ''
  },
  functionOptions: ({ headers, body }) => [headers, body],
}

/** Headers that identify a single request. With them in the identity, no two requests could share. */
const TRACING_HEADERS: readonly string[] = [
  'traceparent',
  'tracestate',
  'baggage',
  'x-request-id',
  'x-correlation-id',
]

/** Headers that identify a user. */
const CREDENTIAL_HEADER = /^(authorization|proxy-authorization|cookie)$/i

/** Tests for a header that identifies a user. */
export const isCredentialHeader = (name: string): boolean => CREDENTIAL_HEADER.test(name)

/**
 * Tests for a request for one user, whom the browser's HTTP cache could not separate from others. Headers of content
 * negotiation do not identify a user, and servers name them in `Vary`.
 *
 * @param headers as the user gave them
 */
export const isPersonalRequest = (options: HttpOptions, headers: Headers): boolean =>
  hasUserKey(options) ||
  [...headers.keys()].some(
    (name) =>
      isCredentialHeader(name) ||
      !(
        isIgnoredHeader(name, options) ||
        /^(accept|accept-language|content-language|content-type)$/.test(name)
      ),
  )

/** Tests for a header that is not part of the identity. @param name in lower case */
const isIgnoredHeader = (name: string, { ignoreHeaders = [] }: HttpOptions): boolean =>
  TRACING_HEADERS.includes(name) || ignoreHeaders.some((ignored) => ignored.toLowerCase() === name)

/**
 * Tests for a header by which users or responses may differ although their keys are equal. With a `key` the program
 * itself separates users, so their credentials need not be in the cache key. @param name in lower case
 */
export const isOutsideKey = (name: string, options: HttpOptions): boolean =>
  isIgnoredHeader(name, options) && !(hasUserKey(options) && isCredentialHeader(name))

/**
 * Returns the headers that are part of the identity, as comparable text: names in lower case and sorted.
 *
 * @param headers as the user gave them
 */
export function headersKey(headers: Headers, options: HttpOptions): string {
  const compared = [...headers].filter(([name]) => !isIgnoredHeader(name, options))
  return compared.length > 0 ? JSON.stringify(compared) : ''
}

/** Returns a body as comparable text; undefined for a body that cannot be compared, such as a Blob. */
export function bodyKey({ body = null }: HttpOptions): string | undefined {
  if (body === null) return ''
  if (typeof body === 'function') return 'ƒ'
  if (isUrlSearchParams(body)) return `?${body}`
  if (typeof body === 'string') return `=${body}`
  try {
    return isPlainObjectOrArray(body) ? `=${toJson(body)}` : undefined
  } catch {
    // The attempt reports the error.
    return undefined
  }
}

/** Whether a function provides the URL, headers or body: then the next attempt may have other ones. */
export const hasFunctions = (url: unknown, { headers, body }: HttpOptions): boolean =>
  [url, headers, body].some((option) => typeof option === 'function')

/**
 * Tests whether a body can be sent. Instances of other classes cannot: `fetch` would send '[object Object]', and JSON
 * would lose their type.
 */
export function isSendableBody(body: unknown): boolean {
  if (typeof body === 'string' || typeof body === 'function' || isPlainObjectOrArray(body)) return true
  return (
    ArrayBuffer.isView(body) ||
    isArrayBuffer(body) ||
    isBlob(body) ||
    isFormData(body) ||
    isUrlSearchParams(body)
  )
}

/** Tests for a method with which `fetch` sends no body. */
export const methodHasNoBody = (method: string): boolean => method === 'GET' || method === 'HEAD'

/**
 * Throws the error of an invalid option.
 *
 * @param text what is wrong and what to do, as a continuation of "Option …"
 * @throws TautlineError `bad-option`
 */
export function throwBadOption(option: string, text: ErrorText): never {
  throw new TautlineError('bad-option', `Option ${option} ${text}`, { option })
}

/**
 * Validates the HTTP options beyond their types.
 *
 * @throws TautlineError `bad-option`
 */
export function validateHttpOptions(options: HttpOptions): void {
  const method = resolveMethod(options)
  if (!isToken(method)) throwBadOption('method', 'must be an HTTP method, such as POST')
  if (/^(CONNECT|TRACE|TRACK)$/.test(method))
    throwBadOption('method', `is ${method}, which fetch forbids: use another`)
  validateIgnoreHeaders(options)
  const { body } = options
  const hasBody = body !== undefined && body !== null
  if (hasBody && methodHasNoBody(method))
    throwBadOption('body', `cannot be sent with ${method}: use a method such as POST`)
  if (isReadableStream(body))
    throwBadOption('body', 'is a stream, which can be sent only once: pass a function')
  if (hasBody && !isSendableBody(body))
    throwBadOption('body', 'must be a plain object or a type that fetch accepts')
}

function validateIgnoreHeaders({ ignoreHeaders, ...options }: HttpOptions): void {
  if (ignoreHeaders === undefined) return
  if (
    !Array.isArray(ignoreHeaders) ||
    !ignoreHeaders.every((name) => typeof name === 'string' && isToken(name))
  )
    throwBadOption('ignoreHeaders', 'must be an array of header names')
  if (!hasUserKey(options) && ignoreHeaders.some(isCredentialHeader))
    throwBadOption('ignoreHeaders', 'has a header that identifies users: also set a `key` for each user')
}

/** Tests whether a `key` identifies the user of a request. Functions and cookies cannot be compared. */
export const hasUserKey = (options: Pick<HttpOptions, 'key' | 'providerKey'>): boolean =>
  userKey(options) !== ''

/** Returns the user of a request as comparable text: its `key` and that of the provider; '' if there is none. */
export const userKey = ({ key, providerKey }: Pick<HttpOptions, 'key' | 'providerKey'>): string =>
  key === undefined && providerKey === undefined ? '' : JSON.stringify([key, providerKey])
