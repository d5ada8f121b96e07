/** Returns the length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/**
 * Encodes a text as UTF-8 with one character for each byte, as a header value needs it (HTML standard, section 9.2.4).
 */
export function utf8ToByteString(text: string): string {
  // Byte by byte: a long text has more bytes than a function can take as arguments.
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}
