import { providerError } from '../shared/errors.ts'
import { isToken, throwBadOption } from '../http/request-options.ts'
import type { RequestBody } from '../http/types.ts'
import { isPlainObjectOrArray, setQueryParameter } from '../http/build-request.ts'
import { utf8ToByteString } from '../shared/utf8.ts'

/** A JSON value of any shape: the type that `JSON.parse` and `Response.json()` return. */
export type Json = ReturnType<JSON['parse']>

/** A request before it is sent. `Cursor.write` adds the cursor to it. */
export interface CursorRequest {
  readonly url: URL
  readonly headers: Headers
  body: RequestBody | null
}

/** A response as `Cursor.read` sees it, without its body. */
export interface CursorResponse {
  readonly status: number
  readonly headers: Headers
  /** The URL after redirects. */
  readonly url: string
  /** How many messages the response contains. */
  readonly messages: number
  /** The cursor that the request sent; undefined if it sent none. */
  readonly cursor: string | undefined
}

/**
 * Reads the next cursor from a response. If it returns undefined, null, NaN or an infinite number, the cursor does not
 * change. `body` is the decoded body; undefined if there is none or it cannot be decoded.
 */
export type ReadCursor<Body = Json> = (
  body: Body,
  response: CursorResponse,
) => string | number | null | undefined

/**
 * A cursor: the position from which the next response continues. `write` adds it to a request, `read` reads the next
 * one from the response.
 *
 * @see query, header, bodyField and validators for ready-made ones
 */
export interface Cursor<Body = Json> {
  /** Changes the request before it is sent. */
  write(request: CursorRequest, cursor: string): void
  /** Returns the next cursor, or undefined, null or NaN to keep the current one. */
  read(body: Body, response: CursorResponse): ReturnType<ReadCursor>
}

/**
 * Sends the cursor as a query parameter.
 *
 * @param name the name of the parameter
 * @throws TautlineError `bad-option` if the name is empty
 *
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
 * Sends the cursor as a request header, encoded as UTF-8.
 *
 * @param name the name of the header
 * @throws TautlineError `bad-option` if the name is not a valid header name (RFC 9110, section 5.6.2)
 *
 * @example
 * useLongPoll('/events', { cursor: header('x-after', fromHeader('x-last')) })
 */
export function header<Body = Json>(name: string, read: ReadCursor<Body>): Cursor<Body> {
  if (!isToken(name)) throwBadOption('cursor', 'has an invalid header name: use letters, digits and dashes')
  return { write: ({ headers }, cursor) => headers.set(name, utf8ToByteString(cursor)), read }
}

/**
 * Sends the cursor as a string field of the JSON body. The `body` option must be a plain object or not set, and the
 * method one that has a body, such as POST.
 *
 * @param name the name of the field
 * @throws TautlineError `bad-option` if the name is empty. A `body` without fields ends the poll with the same error
 *
 * @example
 * useLongPoll('/sync', { method: 'POST', cursor: bodyField('since', (body) => body.next) })
 */
export function bodyField<Body = Json>(name: string, read: ReadCursor<Body>): Cursor<Body> {
  requireName(name, 'bodyField')
  return {
    write(request, cursor) {
      const { body } = request
      if (body !== null && (!isPlainObjectOrArray(body) || Array.isArray(body)))
        throwBadOption('cursor', 'adds a field to the body: the body must be a plain object')
      request.body = Object.assign({}, body, { [name]: cursor })
    },
    read,
  }
}

/**
 * Matches a cursor of `validators()`: an entity tag, a space, and a date. The tag ends with its closing quote. Without
 * quotes it ends before the name of a weekday, with which a date begins.
 */
const VALIDATORS_PATTERN = /^((?:W\/)?".*"(?= |$)|\S.*?(?= (?:mon|tue|wed|thu|fri|sat|sun)|$)|) ?(.*)$/i

/**
 * Uses the HTTP validators as the cursor: `ETag` and `Last-Modified` of a response are sent back as `If-None-Match` and
 * `If-Modified-Since` (RFC 9110, sections 8.8 and 13.1). A server of another origin has to expose `ETag` and to allow
 * `If-None-Match` (Fetch standard, "CORS protocol").
 *
 * @example
 * useLongPoll('/status', { cursor: validators() })
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

/**
 * Reads the cursor from a response header. A server of another origin has to expose the header.
 *
 * @example
 * query('after', fromHeader('x-last-id'))
 */
export function fromHeader(name: string): ReadCursor<unknown> {
  return (_, { headers }) => headers.get(name)
}

/**
 * Uses the number of messages that have been received so far as the cursor.
 *
 * @example
 * query('offset', count())
 */
export function count(): ReadCursor<unknown> {
  return countMessages
}

const countMessages: ReadCursor<unknown> = (_, { cursor, messages }) => Number(cursor ?? 0) + messages

function requireName(name: string, factory: string): void {
  if (!name) throwBadOption('cursor', `has an empty name: write ${factory}('since', …)`)
}

/** A response as `nextCursor` needs it. */
interface CursorSource extends Omit<CursorResponse, 'cursor'> {
  /** The decoded body; undefined if there is none or it cannot be decoded. Then only a header can give a cursor. */
  readonly body: unknown
}

/**
 * Reads the next cursor from a response. Undefined: the cursor does not change.
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
    // The function expected a body.
    if (body === undefined) return undefined
    throw providerError('cursor.read', cause)
  }
}
