/** Removes the white space around a value (OWS; RFC 9110, section 5.6.3). */
export const trimWhitespace = (value: string): string => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')

/** Splits a list at its commas, except inside quoted strings. Leaves out empty members (RFC 9110, section 5.6.1). */
export const splitList = (value: string | null): readonly string[] =>
  (value?.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []).map(trimWhitespace).filter(Boolean)

/** Returns the content of a quoted string, without the backslashes of its escapes (RFC 9110, section 5.6.4). */
export const unquote = (quoted: string): string => quoted.replace(/\\(.)/g, '$1')

/** Returns the first charset among the parameters of a media type (MIME Sniffing standard, "parse a MIME type"). */
export function parseCharset(contentType: string): string | undefined {
  const [, quoted = '', plain = ''] = CHARSET.exec(splitList(contentType).at(-1) ?? '') ?? []
  return unquote(quoted) || trimWhitespace(plain) || undefined
}

/** Skips other parameters with their quoted strings. */
const CHARSET = /^(?:[^"]|"(?:\\.|[^"\\])*")*?;[\t ]*charset=(?:"((?:\\.|[^"\\])+)|([^;"]+))/i
