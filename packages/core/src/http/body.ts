import type { BodyCodec, WireData } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'
import { decodeUtf8 } from '../shared/utf8.ts'
import { parseMimeEssence, describeContentType } from './build-request.ts'
import { parseCharset } from './header-values.ts'

/** Returns the media type of a response, without parameters; 'text/plain' if it has none. */
export const contentTypeOf = (headers: Headers): string =>
  parseMimeEssence(headers.get('content-type') ?? '') ?? 'text/plain'

/** Decodes a body to text if its media type is textual; otherwise returns the bytes (RFC 9110, section 8.3). */
export const decodeRaw = (body: Uint8Array<ArrayBuffer>, headers: Headers): WireData =>
  isText(contentTypeOf(headers)) ? decodeText(body, charsetOf(headers)) : body.buffer

/** Returns the charset of a text; undefined for UTF-8, as JSON is whatever its label says (RFC 8259, section 8.1). */
export function charsetOf(headers: Headers): string | undefined {
  if (contentTypeOf(headers).endsWith('json')) return undefined
  const charset = parseCharset(headers.get('content-type') ?? '')
  return /^utf-?8$/i.test(charset ?? '') ? undefined : charset
}

function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  try {
    if (charset) return new TextDecoder(charset).decode(bytes)
  } catch {
    // The platform does not know the charset.
  }
  return decodeUtf8(bytes)
}

/**
 * Decodes a body by its codec, or by its media type. An empty body is no JSON text, but nothing: undefined.
 *
 * @throws the error of the codec, or TautlineError `decode`
 */
export function decodeBody(raw: WireData, headers: Headers, codec: BodyCodec | undefined): unknown {
  if (!codec) return parseByContentType(raw, contentTypeOf(headers))
  if (codec.ignoresEmpty && (typeof raw === 'string' ? !raw.trim() : 'byteLength' in raw && !raw.byteLength))
    return undefined
  return codec.decode(raw, { contentType: headers.get('content-type') ?? '' })
}

/** Whether a body should be JSON: by its codec, or by its media type. */
export const isJsonExpected = (headers: Headers, codec: BodyCodec | undefined): boolean =>
  codec ? codec.ignoresEmpty === true : isJsonType(contentTypeOf(headers))

/** Tests for the beginning of a JSON text, which is not all of it: the response was cut off. */
export function isTruncatedJson(text: string): boolean {
  // A value becomes 0, one that is cut off -, and a name in an object nothing; then arrays and objects become 0.
  let rest = text
    .replace(
      /"[^"\\]*(?:\\[^][^"\\]*)*(?:"(\s*:)?|(\\?$))|true|false|null|-?\d[\d.eE+-]*/g,
      (_, colon?: string, end?: string) => (colon ? '' : end === undefined ? '0' : '-'),
    )
    .replace(/\s+/g, '')
  for (let depth = 0, before = ''; depth < 100 && rest !== before; depth++) {
    before = rest
    rest = rest.replace(/\[[0,]*\]|\{[0,]*\}/g, '0')
  }
  return /^(?!0?$)(?:[[{](?:0,)*)*(?:[0-]|tr?u?|fa?l?s?|nu?l?)?$/.test(rest)
}

/** Tests for a textual media type. */
export function isText(type: string): boolean {
  return (
    isJsonType(type) ||
    /^text\/|[/+]xml$|^application\/(x-www-form-urlencoded|.*javascript|x-?ndjson)$/.test(type)
  )
}

const isJsonType = (type: string) => /[/+]json$/.test(type)

/**
 * Parses a body if its media type is JSON; returns any other body unchanged. An empty JSON body becomes undefined.
 *
 * @throws TautlineError `decode` if a JSON body is not valid
 */
export function parseByContentType(raw: WireData, type: string): unknown {
  if (typeof raw !== 'string' || !isJsonType(type)) return raw
  if (!raw.trim()) return undefined
  try {
    return JSON.parse(raw)
  } catch (cause) {
    throw new TautlineError(
      'decode',
      `The response is not valid JSON (Content-Type: ${describeContentType(type)}). Check what the server sends.`,
      { raw },
      cause,
    )
  }
}

/**
 * Returns an error if the response is an HTML page, such as a login page, and `Accept` does not include HTML.
 * Otherwise returns undefined.
 */
export function htmlInsteadError(
  headers: Headers,
  accept: string | null,
): TautlineError<'content-type'> | undefined {
  const contentType = headers.get('content-type') ?? ''
  if (parseMimeEssence(contentType) !== 'text/html' || accept?.toLowerCase().includes('text/html'))
    return undefined
  const text =
    'Expected data but got an HTML page. Check the path of the URL, the proxy of the development server, and for a login page in between. To accept HTML, add text/html to the `accept` header.'
  return new TautlineError('content-type', text, { expected: accept ?? '', contentType })
}
