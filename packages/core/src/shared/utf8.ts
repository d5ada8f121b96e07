import { unsupportedError } from './errors.ts'

/** Returns the length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4
  }
  return bytes
}

/** Percent-encodes a text. Half of an emoji becomes U+FFFD, as in a URL, because `encodeURIComponent` rejects it. */
export function percentEncode(text: string): string {
  // With the flag `u` this matches only surrogates without a partner.
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'))
}

/** Encodes a text as UTF-8, one character for each byte, for a header value (HTML standard, section 9.2.4). */
export const utf8ToByteString = (text: string): string => unescape(percentEncode(text))

/** Encodes a text as UTF-8. Works without TextEncoder, which Jest's jsdom does not have. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (typeof TextEncoder === 'function') return new TextEncoder().encode(text)
  return Uint8Array.from(utf8ToByteString(text), (byte) => byte.charCodeAt(0))
}

/**
 * Decodes a whole text in UTF-8. TextDecoder also removes a byte order mark, and replaces invalid bytes.
 *
 * @throws TautlineError `unsupported` for invalid bytes, if there is no TextDecoder, as in Jest's jsdom and some versions
 *   of React Native
 */
export function decodeUtf8(bytes?: ArrayBuffer | Uint8Array): string {
  if (typeof TextDecoder === 'function') return new TextDecoder().decode(bytes)
  try {
    return decodeURIComponent(
      escape(Array.from(new Uint8Array(bytes ?? []), (byte) => String.fromCharCode(byte)).join('')),
    )
  } catch (cause) {
    throw unsupportedError('TextDecoder', 'load a polyfill', cause)
  }
}

/**
 * Creates a decoder that joins characters that chunks have split. Call it without bytes at the end. Without TextDecoder, a
 * split character throws as in `decodeUtf8`.
 */
export function createUtf8Decoder(): typeof decodeUtf8 {
  if (typeof TextDecoder !== 'function') return decodeUtf8
  const decoder = new TextDecoder()
  return (bytes) => decoder.decode(bytes, { stream: bytes !== undefined })
}
