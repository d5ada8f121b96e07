import { TautlineError } from '../shared/errors.ts'
import type { HttpOptions, RequestBody } from './types.ts'

/** What is wanted where nothing is said of it. */
export const DEFAULT_ACCEPT = 'application/json, text/plain;q=0.9, */*;q=0.8'

/** The last media type that can be read, without its parameters (Fetch standard, "extract a MIME type"). */
export function parseMimeEssence(contentType: string): string | undefined {
  // A comma in a quoted string separates nothing.
  const types = contentType.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []
  return types
    .map((type) => /^\s*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*(;|$)/.exec(type)?.[1]?.toLowerCase())
    .filter((essence) => essence && essence !== '*/*')
    .at(-1)
}

/** The types that a message names: another one is the server's own text. */
const REPORTABLE_TYPES =
  /^(text\/(html|plain|event-stream)|application\/((problem\+)?json|xml|octet-stream))$/

/** What a message says of a type. */
export function describeContentType(contentType: string): string {
  const essence = parseMimeEssence(contentType) ?? ''
  if (REPORTABLE_TYPES.test(essence)) return essence
  return contentType ? 'another type' : 'no type'
}

/** A list, or an object that is of no class: it travels as JSON, and all else is the platform's. */
export function isPlainObjectOrArray(body: unknown): body is object {
  if (typeof body !== 'object' || body === null) return false
  const prototype: unknown = Object.getPrototypeOf(body)
  return Array.isArray(body) || prototype === Object.prototype || prototype === null
}

/** @throws TautlineError `bad-option` for what has no JSON form, such as an object that contains itself */
export function toJson(value: unknown, option = 'body'): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined // typed as a string, undefined for a function or symbol
    if (text !== undefined) return text
  } catch (error) {
    cause = error
  }
  throw new TautlineError('bad-option', `Option ${option} has no JSON form`, { option }, cause)
}

/** Is this text JSON of the kind that requests carry: an object or a list? */
function isJsonText(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** @throws TautlineError `bad-option` */
export function toHeaders(init: HeadersInit): Headers {
  try {
    // A copy: what stands in for the platform's Headers in tests may keep the list, and add to it.
    return new Headers(Array.isArray(init) ? [...init] : init)
  } catch (cause) {
    const text = 'Option headers has a name or value that no header can have, such as a line end'
    throw new TautlineError('bad-option', text, { option: 'headers' }, cause)
  }
}

/** What is there already stays as it is written: some servers sign their queries. */
export function setQueryParameter(search: string, name: string, value: string): string {
  const others = search
    .slice(1)
    .split('&')
    .filter((part) => part && !new URLSearchParams(part).has(name))
  return `?${[...others, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`].join('&')}`
}

/** What goes to `fetch` beside the URL; the body's type is added to the headers. */
export function toRequestInit(
  { method = 'GET', credentials = 'same-origin' }: Pick<HttpOptions, 'method' | 'credentials'>,
  headers: Headers,
  content: RequestBody | null,
): RequestInit {
  const [body, type] = encodeBody(content)
  if (type && !headers.has('content-type')) headers.set('content-type', type)
  // `fetch` wants to be told that a stream is sent before the answer comes (Fetch standard, section 5.3).
  const duplex = body instanceof ReadableStream ? { duplex: 'half' } : {}
  return { method: method.toUpperCase(), headers, body, credentials, cache: 'no-store', ...duplex }
}

/** JSON is what such requests carry; that of a plain object is made here. */
function encodeBody(content: RequestBody | null): [body: BodyInit | null, type: string | undefined] {
  const json = 'application/json'
  if (typeof content === 'string') return [content, isJsonText(content) ? json : undefined]
  return isPlainObjectOrArray(content) ? [toJson(content), json] : [content as BodyInit | null, undefined] // all that is not plain is the platform's
}
