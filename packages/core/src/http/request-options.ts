import type { HttpOptions } from './types.ts'
import { TautlineError } from '../shared/errors.ts'
import { toHeaders, isPlainObjectOrArray, toJson } from './build-request.ts'
import type { IdentitySource } from '../shared/identity.ts'
/** The types of these options, by name. */
export const httpOptionTypes: Readonly<Record<string, string>> = {
  method: 'string',
  headers: 'object|function',
  credentials: 'omit|same-origin|include',
  ignoreHeaders: 'object',
}

/** Those which are part of the identity. */
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

/** A method or the name of a header (RFC 9110, section 5.6.2). */
export const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(text)

export const resolveMethod = ({ method = 'GET' }: HttpOptions): string => method.toUpperCase()

/** The credentials mode of the request: the default of `fetch`, unless the option is given. */
export const resolveCredentials = ({ credentials = 'same-origin' }: HttpOptions): RequestCredentials =>
  credentials

/** By what a connection over HTTP is known beside its URL: which of its options tell one user or request from another. */
export const httpIdentityParts: Omit<IdentitySource<HttpOptions>, 'name' | 'toUrl'> = {
  requestMode: (options) => `${resolveMethod(options)} ${resolveCredentials(options)}`,
  extraKey: bodyKey,
  headersKey: (options) =>
    typeof options.headers === 'function' ? 'ƒ' : headersKey(options.headers, options),
  functionOptions: ({ headers, body }) => [headers, body],
}

/** Headers that only name one request: a random value in them is no other user, and would defeat all sharing. */
const TRACING_HEADERS: readonly string[] = [
  'traceparent',
  'tracestate',
  'baggage',
  'x-request-id',
  'x-correlation-id',
]

/** Headers by which servers tell users apart whatever else they do. */
const CREDENTIAL_HEADER = /^(authorization|proxy-authorization|cookie)$/i

/** True for a header by which servers tell users apart. */
export const isCredentialHeader = (name: string): boolean => CREDENTIAL_HEADER.test(name)

/** True for a header that makes no difference to who may share. */
export const isIgnoredHeader = (name: string, { ignoreHeaders = [] }: HttpOptions): boolean =>
  TRACING_HEADERS.includes(name) || ignoreHeaders.some((ignored) => ignored.toLowerCase() === name)

/**
 * The headers that tell one user or request from another, as text that can be compared: names in lower case and sorted.
 *
 * @throws TautlineError `bad-option`
 */
export function headersKey(headers: HeadersInit | undefined, options: HttpOptions): string {
  if (headers === undefined) return ''
  const compared = [...toHeaders(headers)].filter(([name]) => !isIgnoredHeader(name, options))
  return compared.length > 0 ? JSON.stringify(compared) : ''
}

/** A body that can be compared, as text of its own kind, or that a function gives; undefined for what only the platform can read. */
export function bodyKey({ body = null }: HttpOptions): string | undefined {
  if (body === null) return ''
  if (typeof body === 'function') return 'ƒ'
  if (body instanceof URLSearchParams) return `?${body}`
  if (typeof body === 'string') return `=${body}`
  try {
    return isPlainObjectOrArray(body) ? `=${toJson(body)}` : undefined
  } catch {
    // The attempt says what is wrong with it.
    return undefined
  }
}

/** Will a function be asked before the next attempt, which may then have better credentials? */
export const canRenewCredentials = (url: unknown, { headers, body }: HttpOptions): boolean =>
  [url, headers, body].some((option) => typeof option === 'function')

/** One of a class has a meaning that JSON would lose, and `fetch` would send it as '[object Object]'. */
function isSendableBody(body: unknown): boolean {
  if (typeof body === 'string' || typeof body === 'function' || isPlainObjectOrArray(body)) return true
  return (
    ArrayBuffer.isView(body) ||
    [ArrayBuffer, Blob, FormData, URLSearchParams].some((platform) => body instanceof platform)
  )
}

/** `fetch` sends no body with it. */
export const methodHasNoBody = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** @throws TautlineError `bad-option` */
export function throwBadOption(option: string, text: string): never {
  throw new TautlineError('bad-option', `Option ${option} ${text}`, { option })
}

/** @throws TautlineError `bad-option` for what no table of types can say */
export function validateHttpOptions(options: HttpOptions): void {
  const method = resolveMethod(options)
  if (!isToken(method)) throwBadOption('method', 'is no HTTP method')
  if (/^(CONNECT|TRACE|TRACK)$/.test(method)) throwBadOption('method', `is ${method}, which fetch refuses`)
  validateIgnoreHeaders(options)
  const { body } = options
  const hasBody = body !== undefined && body !== null
  if (hasBody && methodHasNoBody(method))
    throwBadOption('body', `needs a method such as POST: ${method} has none`)
  if (body instanceof ReadableStream)
    throwBadOption('body', 'is a stream, which can be sent only once: give a function')
  if (hasBody && !isSendableBody(body))
    throwBadOption('body', 'is neither a plain object nor anything that fetch sends')
}

function validateIgnoreHeaders({ ignoreHeaders, ...options }: HttpOptions): void {
  if (ignoreHeaders === undefined) return
  if (
    !Array.isArray(ignoreHeaders) ||
    !ignoreHeaders.every((name) => typeof name === 'string' && isToken(name))
  )
    throwBadOption('ignoreHeaders', 'should be a list of header names')
  if (!hasUserKey(options) && ignoreHeaders.some(isCredentialHeader))
    throwBadOption('ignoreHeaders', 'names a header that tells users apart: give a `key` for each user, too')
}

/** Says whose a request is, where the page says so; its functions and cookies cannot. */
export const hasUserKey = (options: Pick<HttpOptions, 'key' | 'providerKey'>): boolean =>
  userKey(options) !== ''

/** Whose a request is, as text that can be compared; '' where the page does not say so. */
export const userKey = ({ key, providerKey }: Pick<HttpOptions, 'key' | 'providerKey'>): string =>
  key === undefined && providerKey === undefined ? '' : JSON.stringify([key, providerKey])
