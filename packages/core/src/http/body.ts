import type { WireData } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'
import { parseMimeEssence, describeContentType } from './build-request.ts'

/** The type that an answer says it has; one that says nothing is text. */
export function contentTypeOf(headers: Headers): string {
  const contentType = headers.get('content-type') ?? ''
  if (contentType !== lastParsed[0]) lastParsed = [contentType, parseMimeEssence(contentType) ?? 'text/plain']
  return lastParsed[1]
}

/** One server says the same of most of its answers. */
let lastParsed: readonly [contentType: string, essence: string] = ['', 'text/plain']

let decoder: TextDecoder | undefined

/** Text where the type is one, else bytes (RFC 9110, section 8.3.1). */
export function decodeRaw(body: Uint8Array<ArrayBuffer>, type: string): WireData {
  return isText(type) ? (decoder ??= new TextDecoder()).decode(body) : body.buffer
}

function isText(type: string): boolean {
  return (
    isJsonType(type) ||
    /^text\/|[/+]xml$|^application\/(x-www-form-urlencoded|.*javascript|x-?ndjson)$/.test(type)
  )
}

const isJsonType = (type: string) => /[/+]json$/.test(type)

/**
 * What a body means by its type: JSON is parsed, an empty one of JSON is nothing, all else is as it came.
 *
 * @throws TautlineError `decode`
 */
export function parseByContentType(raw: WireData, type: string): unknown {
  if (typeof raw !== 'string' || !isJsonType(type)) return raw
  if (raw === '') return undefined
  try {
    return JSON.parse(raw)
  } catch (cause) {
    throw new TautlineError(
      'decode',
      `The answer is not JSON, though its Content-Type says so: ${describeContentType(type)}`,
      { raw },
      cause,
    )
  }
}

/**
 * A page in the place of an answer, as captive portals and log-in walls give it; undefined: it is none, or `Accept` wanted one.
 */
export function htmlInsteadError(
  headers: Headers,
  accept: string | null,
): TautlineError<'content-type'> | undefined {
  const contentType = headers.get('content-type') ?? ''
  if (parseMimeEssence(contentType) !== 'text/html' || accept?.toLowerCase().includes('text/html'))
    return undefined
  const text =
    'The answer is a page, such as that of a captive portal: `headers.accept` names text/html where it is wanted'
  return new TautlineError('content-type', text, { expected: accept ?? '', contentType })
}
