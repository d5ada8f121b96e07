/** Returns the length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Encodes a text as UTF-8, one character for each byte, for a header value (HTML standard, section 9.2.4). */
export function utf8ToByteString(text: string): string {
  // Not in one call: a long text has more bytes than a function can take as arguments.
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}
