import { providerError } from '../shared/errors.ts'
import { isToken, throwBadOption } from '../http/request-options.ts'
import type { RequestBody } from '../http/types.ts'
import { isPlainObjectOrArray, setQueryParameter } from '../http/build-request.ts'
import { utf8ToByteString } from '../shared/utf8.ts'

/** What `JSON.parse` gives, and so of any shape, as with `Response.json()`. */
export type Json = ReturnType<JSON['parse']>

/** A request before it goes out; what a cursor is written into. */
export interface CursorRequest {
  readonly url: URL
  readonly headers: Headers
  body: RequestBody | null
}

/** What is known of an answer beside its body. */
export interface CursorResponse {
  readonly status: number
  readonly headers: Headers
  /** Where it came from in the end: after redirects. */
  readonly url: string
  /** How many messages have come with it. */
  readonly messages: number
  /** The cursor that was sent; undefined for none. */
  readonly cursor: string | undefined
}

/** Finds the cursor in an answer; undefined, null and what is no finite number leave it as it was. The body is undefined where there is none. */
export type ReadCursor<Body = Json> = (
  body: Body,
  response: CursorResponse,
) => string | number | null | undefined

/** How a server is told where to go on, and how it says where it is. */
export interface Cursor<Body = Json> {
  /** Changes the request that is about to go out. */
  write(request: CursorRequest, cursor: string): void
  read(body: Body, response: CursorResponse): ReturnType<ReadCursor>
}

/**
 * The cursor is a query parameter.
 *
 * @throws TautlineError `bad-option` for a name that is empty
 * @example
 * useLongPoll('/sync?timeout=30000', { cursor: query('since', (body) => body.next_batch) })
 */
export function query<Body = Json>(name: string, read: ReadCursor<Body>): Cursor<Body> {
  requireName(name, 'query')
  return {
    write: ({ url }, cursor) => void (url.search = setQueryParameter(url.search, name, cursor)),
    read,
  }
}

/**
 * The cursor is a header of the request, as UTF-8.
 *
 * @throws TautlineError `bad-option` for a name that no header can have
 */
export function header<Body = Json>(name: string, read: ReadCursor<Body>): Cursor<Body> {
  if (!isToken(name)) throwBadOption('cursor', 'is to have the name of a header')
  return { write: ({ headers }, cursor) => headers.set(name, utf8ToByteString(cursor)), read }
}

/**
 * The cursor is a field of the body, as text, which is a plain object, or nothing beside it; with a method such as POST.
 *
 * @throws TautlineError `bad-option` for a name that is empty, and with the request for a body that has no fields
 */
export function bodyField<Body = Json>(name: string, read: ReadCursor<Body>): Cursor<Body> {
  requireName(name, 'bodyField')
  return {
    write(request, cursor) {
      const { body } = request
      if (body !== null && (!isPlainObjectOrArray(body) || Array.isArray(body)))
        throwBadOption('cursor', 'is a field of the body, which is to be a plain object then')
      request.body = Object.assign({}, body, { [name]: cursor })
    },
    read,
  }
}

/** The entity tag and the date, parted by a space: behind a tag in quotes, and else before the name of a day, which a date begins with. */
const VALIDATORS_PATTERN = /^((?:W\/)?".*"(?= |$)|\S.*?(?= (?:mon|tue|wed|thu|fri|sat|sun)|$)|) ?(.*)$/i

/**
 * The cursor is what HTTP has for it: `ETag` and `Last-Modified` of an answer, sent back as `If-None-Match` and `If-Modified-Since`
 * (RFC 9110, section 8.8 and 13.1). A server of another origin has to expose `ETag`, and to allow `If-None-Match`.
 */
export function validators(): Cursor<unknown> {
  return validatorsCursor
}

const validatorsCursor: Cursor<unknown> = {
  write({ headers }, cursor) {
    const [, etag, lastModified] = VALIDATORS_PATTERN.exec(cursor) ?? []
    if (etag) headers.set('if-none-match', etag)
    if (lastModified) headers.set('if-modified-since', lastModified)
  },
  read(_, { headers }) {
    const validators = `${headers.get('etag') ?? ''} ${headers.get('last-modified') ?? ''}`
    return validators.trimEnd() || undefined
  },
}

/** Finds the cursor in a header of the answer. One of another origin is seen only if the server exposes it. */
export function fromHeader(name: string): ReadCursor<unknown> {
  return (_, { headers }) => headers.get(name)
}

/** The cursor is the number of messages so far. */
export function count(): ReadCursor<unknown> {
  return countMessages
}

const countMessages: ReadCursor<unknown> = (_, { cursor, messages }) => Number(cursor ?? 0) + messages

function requireName(name: string, where: string): void {
  if (!name) throwBadOption('cursor', `is to have a name: ${where}('since', …)`)
}

/** What is needed of an answer to find the cursor in it. */
interface CursorSource extends Omit<CursorResponse, 'cursor'> {
  /** Undefined where there is none, or none that can be read: a header may know more, and where it is the body that should, the cursor stays. */
  readonly body: unknown
}

/**
 * The cursor behind an answer; undefined: it stays where it was.
 *
 * @throws TautlineError `provider`
 */
export function nextCursor(
  cursor: Cursor | undefined,
  { body, ...response }: CursorSource,
  currentCursor: string | undefined,
): string | undefined {
  try {
    const value = cursor?.read(body, { ...response, cursor: currentCursor })
    return value === undefined || value === null || (typeof value === 'number' && !Number.isFinite(value))
      ? undefined
      : String(value)
  } catch (cause) {
    if (body === undefined) return undefined
    throw providerError('cursor.read', cause)
  }
}
