/** Removes the white space around a value (OWS; RFC 9110, section 5.6.3). */
export const trimWhitespace = (value: string): string =>
  value.charCodeAt(0) > 32 && value.charCodeAt(value.length - 1) > 32
    ? value
    : // In linear time, since a server may send much white space.
      value.replace(/^[\t\n\r ]*([^]*[^\t\n\r ])?[^]*/, '$1')

/** Splits a list at its commas, except inside quoted strings. Leaves out empty members (RFC 9110, section 5.6.1). */
export const splitList = (value: string | null): readonly string[] =>
  (value?.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []).map(trimWhitespace).filter(Boolean)

/** Returns the content of a quoted string, without the backslashes of its escapes (RFC 9110, section 5.6.4). */
export const unquote = (quoted: string): string => quoted.replace(/\\(.)/g, '$1')

/** Returns the media type of one member of a list, in lower case and without parameters. Undefined if it is not valid. */
export function parseEssence(member: string): string | undefined {
  const essence = /^([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*(;|$)/.exec(member)?.[1]?.toLowerCase()
  return essence === '*/*' ? undefined : essence
}

/**
 * Returns the charset of the last valid media type of a header: its first one, or that of the same type before it (Fetch
 * standard, "extract a MIME type").
 */
export function parseCharset(contentType: string): string | undefined {
  let charset: string | undefined
  let essence: string | undefined
  for (const member of splitList(contentType)) {
    const own = parseEssence(member)
    const [, quoted = '', plain = ''] = CHARSET.exec(member) ?? []
    if (own) charset = unquote(quoted) || trimWhitespace(plain) || (own === essence ? charset : undefined)
    essence = own ?? essence
  }
  return charset
}

/** Skips other parameters with their quoted strings. */
const CHARSET = /^(?:[^"]|"(?:\\.|[^"\\])*")*?;[\t ]*charset=(?:"((?:\\.|[^"\\])+)|([^;"]+))/i
