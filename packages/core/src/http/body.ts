import type { WireData } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'
import { decodeUtf8 } from '../shared/utf8.ts'
import { parseMimeEssence, describeContentType } from './build-request.ts'

/** Returns the media type of a response, without parameters; 'text/plain' if it has none. */
export function contentTypeOf(headers: Headers): string {
  const contentType = headers.get('content-type') ?? ''
  if (contentType !== lastParsed[0]) lastParsed = [contentType, parseMimeEssence(contentType) ?? 'text/plain']
  return lastParsed[1]
}

/** The last result. It is cached because most responses of a server have the same type. */
let lastParsed: readonly [contentType: string, essence: string] = ['', 'text/plain']

/** Decodes a body to text if its media type is textual; otherwise returns the bytes (RFC 9110, section 8.3.1). */
export function decodeRaw(body: Uint8Array<ArrayBuffer>, type: string): WireData {
  return isText(type) ? decodeUtf8(body) : body.buffer
}

/** Tests for a textual media type. */
export function isText(type: string): boolean {
  return (
    isJsonType(type) ||
    /^text\/|[/+]xml$|^application\/(x-www-form-urlencoded|.*javascript|x-?ndjson)$/.test(type)
  )
}

export const isJsonType = (type: string) => /[/+]json$/.test(type)

/**
 * Parses a body if its media type is JSON; returns any other body unchanged. An empty JSON body becomes undefined.
 *
 * @throws TautlineError `decode` if a JSON body is not valid
 */
export function parseByContentType(raw: WireData, type: string): unknown {
  if (typeof raw !== 'string' || !isJsonType(type)) return raw
  if (raw === '') return undefined
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
    'Expected data but got an HTML page. Is the URL right? To accept HTML, add text/html to the `accept` header.'
  return new TautlineError('content-type', text, { expected: accept ?? '', contentType })
}
