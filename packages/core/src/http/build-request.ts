import { isFormData, isReadableStream, isUrlSearchParams } from '../shared/brand.ts'
import { queryNameOf } from '../shared/create-url.ts'
import { TautlineError, misuseError, unsupportedError } from '../shared/errors.ts'
import { percentEncode } from '../shared/utf8.ts'
import { parseEssence, splitList } from './header-values.ts'
import type { HeaderValues, HttpOptions, RequestBody } from './types.ts'

/** The `Accept` header of requests that set none. */
export const DEFAULT_ACCEPT = 'application/json, text/plain;q=0.9, */*;q=0.8'

/** The last `Content-Type` and its media type: it is read several times for each response, and most have the same. */
let lastEssence: readonly [contentType: string, essence: string | undefined] = ['', undefined]

/** Returns the last valid media type of a header, without parameters (Fetch standard, "extract a MIME type"). */
export function parseMimeEssence(contentType: string): string | undefined {
  if (lastEssence[0] !== contentType)
    lastEssence = [contentType, splitList(contentType).map(parseEssence).filter(Boolean).at(-1)]
  return lastEssence[1]
}

/** The media types that error messages may show. Any other is free text from the server. */
const REPORTABLE_TYPES =
  /^(text\/(html|plain|event-stream)|application\/((problem\+)?json|xml|octet-stream))$/

/** Describes a media type for an error message. */
export function describeContentType(contentType: string): string {
  const essence = parseMimeEssence(contentType) ?? ''
  if (REPORTABLE_TYPES.test(essence)) return essence
  return contentType ? 'another type' : 'no type'
}

/** Tests for a plain object or an array. Such a body is sent as JSON; any other is passed to the platform. */
export function isPlainObjectOrArray(body: unknown): body is object {
  if (typeof body !== 'object' || body === null) return false
  const prototype: unknown = Object.getPrototypeOf(body)
  // `Object.prototype` of any realm is the one without a prototype.
  return Array.isArray(body) || prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * Converts the value of an option to JSON.
 *
 * @throws TautlineError `bad-option` if JSON cannot represent it, for example a circular reference
 */
export function toJson(value: unknown, option = 'body'): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined // undefined for a function or symbol
    if (text !== undefined) return text
  } catch (error) {
    cause = error
  }
  const message = `Option ${option} cannot be written as JSON: use plain data`
  throw new TautlineError('bad-option', message, { option }, cause)
}

/** Tests whether a text is a JSON object or array. */
function isJsonText(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Tests for a character that no header can have (RFC 9110, section 5.5). Node then sends no request at all. */
export const hasControlCharacter = (value: string): boolean => /[^\t -~\u0080-\uffff]/.test(value)

type Pair = readonly [name: string, value: unknown, ...more: never[]]

/** Returns the names and values of headers or a query. */
export const pairsOf = (source: object): Pair[] =>
  Symbol.iterator in source ? [...(source as Iterable<Pair>)] : Object.entries(source) // both have pairs

/**
 * Merges headers or queries by name: the last one wins. A value that is undefined is not given; null stays, and is
 * not sent.
 */
export const mergePairs = (sources: readonly object[], normalize = (name: string) => name): Pair[] =>
  sources.reduce<Pair[]>((before, source) => {
    const own = pairsOf(source).filter(([, value]) => value !== undefined)
    const names = new Set(own.map(([name]) => normalize(name)))
    return [...before.filter(([name]) => !names.has(normalize(name))), ...own]
  }, [])

/**
 * Creates `Headers` from the option `headers`.
 *
 * @throws TautlineError `bad-option` for an invalid name or value
 */
export function toHeaders(init: HeaderValues): Headers {
  if (typeof Headers !== 'function') throw unsupportedError('Headers', 'load a polyfill')
  try {
    const pairs = pairsOf(init)
    if (pairs.some((pair) => pair.length !== 2 || isObjectOrFunction(pair[1])))
      throw misuseError('A header has not one name and one value')
    const given = pairs.filter(([, value]) => value !== undefined && value !== null)
    const headers = new Headers(given as [string, string][]) // checked above; the platform converts numbers
    for (const value of headers.values())
      if (hasControlCharacter(value)) throw misuseError('A header has a control character')
    return headers
  } catch (cause) {
    const text =
      'Option headers has a name or value that HTTP forbids: use ASCII text without line breaks, such as the value of a ref'
    throw new TautlineError('bad-option', text, { option: 'headers' }, cause)
  }
}

/** Whether the text of a value would be '[object Object]' or source code, as that of a ref of a framework. */
export const isObjectOrFunction = (value: unknown): boolean =>
  /function|symbol/.test(typeof value) || (value === Object(value) && String(value).startsWith('[object '))

/** Sets a parameter in a query. Leaves the others exactly as written, because some servers sign their queries. */
export function setQueryParameter(search: string, name: string, value: string): string {
  const own = search.slice(1)
  const others = own ? own.split('&').filter((part) => queryNameOf(part) !== name) : []
  return `?${[...others, `${percentEncode(name)}=${percentEncode(value)}`].join('&')}`
}

/** Creates the second argument of `fetch`. Adds the `Content-Type` of the body to `headers`. */
export function toRequestInit(
  { method = 'GET', credentials = 'same-origin' }: Pick<HttpOptions, 'method' | 'credentials'>,
  headers: Headers,
  content: RequestBody | null,
): RequestInit {
  const [body, type] = encodeBody(content)
  // A default of the app is not the type of a form, and only the platform knows the boundary.
  const wrongType = isFormData(body) ? /json|urlencoded|multipart(?!.*boundary)/i : /json|multipart/i
  if ((isFormData(body) || isUrlSearchParams(body)) && wrongType.test(headers.get('content-type') ?? ''))
    headers.delete('content-type')
  if (type && !headers.has('content-type')) headers.set('content-type', type)
  // `fetch` requires `duplex` for a body that is a stream (Fetch standard, section 5.3).
  const duplex = isReadableStream(body) ? { duplex: 'half' } : {}
  return { method: method.toUpperCase(), headers, body, credentials, cache: 'no-store', ...duplex }
}

/** Encodes plain objects and arrays as JSON, and recognizes JSON text. */
function encodeBody(content: RequestBody | null): [body: BodyInit | null, type: string | undefined] {
  const json = 'application/json'
  if (typeof content === 'string') return [content, isJsonText(content) ? json : undefined]
  return isPlainObjectOrArray(content) ? [toJson(content), json] : [content as BodyInit | null, undefined] // a platform type
}
