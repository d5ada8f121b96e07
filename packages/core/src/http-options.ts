import { TautlineError } from './errors.ts'
import { isPlain, jsonOf } from './http-request.ts'
import type { AttemptContext, MaybePromise } from './types.ts'

/** Request headers; a function runs before every attempt, for fresh tokens. */
export type HeadersOption = HeadersInit | ((context: AttemptContext) => MaybePromise<HeadersInit>)

/** Of any type, interfaces included, but neither a function nor a promise: those give what is sent. */
type AnyObject = object & { readonly [Symbol.hasInstance]?: undefined; readonly then?: undefined }

/** What can be sent with a request. A plain object or array is sent as JSON; one of a class that `fetch` does not know is refused. */
export type RequestBody = BodyInit | Readonly<Record<string, unknown>> | AnyObject

/**
 * A request body; a function runs before every attempt, and a stream can only be given by one. Text, JSON and URLSearchParams are part of the
 * destination; others cannot be compared, so that another one is sent with the next attempt only.
 */
export type BodyOption = RequestBody | null | ((context: AttemptContext) => MaybePromise<RequestBody>)

/** What a request over `fetch` is made of, whatever its answer is. */
export interface HttpOptions {
  readonly method?: string | undefined
  readonly headers?: HeadersOption | undefined
  readonly body?: BodyOption | undefined
  readonly withCredentials?: boolean | undefined
}

/** The types of these options, by name. */
export const HTTP_TABLE: Readonly<Record<string, string>> = {
  method: 'string',
  headers: 'object|function',
  withCredentials: 'boolean',
}

/** Those which are part of a destination. */
export const HTTP_PLACE: readonly string[] = ['method', 'body', 'withCredentials', 'shareKey', 'share']

/** A method or the name of a header (RFC 9110, section 5.6.2). */
export const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(text)

export const methodOf = ({ method = 'GET' }: HttpOptions): string => method.toUpperCase()

/** What makes two destinations differ beside the URL and the body. */
export const mannerOf = (options: HttpOptions): string =>
  `${methodOf(options)} ${options.withCredentials ?? false}`

/** A body that can be compared, as text of its own kind; undefined for what only the platform can read. */
export function bodyIdentity({ body = null }: HttpOptions): string | undefined {
  if (body === null) return ''
  if (body instanceof URLSearchParams) return `?${body}`
  if (typeof body === 'string') return `=${body}`
  try {
    return isPlain(body) ? `=${jsonOf(body)}` : undefined
  } catch {
    // The attempt says what is wrong with it.
    return undefined
  }
}

/** Will a function be asked before the next attempt, which may then have better credentials? */
export const isRenewable = (url: unknown, { headers, body }: HttpOptions): boolean =>
  [url, headers, body].some((given) => typeof given === 'function')

/** One of a class has a meaning that JSON would lose, and `fetch` would send it as '[object Object]'. */
function isSendable(body: unknown): boolean {
  if (typeof body === 'string' || typeof body === 'function' || isPlain(body)) return true
  return (
    ArrayBuffer.isView(body) ||
    [ArrayBuffer, Blob, FormData, URLSearchParams].some((platform) => body instanceof platform)
  )
}

/** `fetch` sends no body with it. */
export const isBodiless = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** @throws TautlineError `bad-option` */
export function refuse(option: string, text: string): never {
  throw new TautlineError('bad-option', `Option ${option} ${text}`, { option })
}

/** @throws TautlineError `bad-option` for what no table of types can say */
export function checkRequest(options: HttpOptions): void {
  const method = methodOf(options)
  if (!isToken(method)) refuse('method', 'is no HTTP method')
  if (/^(CONNECT|TRACE|TRACK)$/.test(method)) refuse('method', `is ${method}, which fetch refuses`)
  const { body } = options
  const has = body !== undefined && body !== null
  if (has && isBodiless(method)) refuse('body', `needs a method such as POST: ${method} has none`)
  if (body instanceof ReadableStream)
    refuse('body', 'is a stream, which can be sent only once: give a function')
  if (has && !isSendable(body)) refuse('body', 'is neither a plain object nor anything that fetch sends')
}
