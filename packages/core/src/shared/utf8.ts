/** The length in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/** A header is made of bytes, and an ID of characters: they travel as UTF-8 (HTML standard, section 9.2.4). */
export function utf8ToByteString(text: string): string {
  // One by one: an ID may be longer than a list of arguments.
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}
