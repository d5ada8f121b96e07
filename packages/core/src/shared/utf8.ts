/** Returns the length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4
  }
  return bytes
}

/** Encodes a text as UTF-8, one character for each byte, for a header value (HTML standard, section 9.2.4). */
export function utf8ToByteString(text: string): string {
  // With the flag `u` this matches only surrogates without a partner, which `encodeURIComponent` rejects.
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).replace(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** Encodes a text as UTF-8. Works without TextEncoder, which Jest's jsdom does not have. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (typeof TextEncoder === 'function') return new TextEncoder().encode(text)
  return Uint8Array.from(utf8ToByteString(text), (byte) => byte.charCodeAt(0))
}

/** Decodes UTF-8. TextDecoder also removes a byte order mark. */
export function decodeUtf8(bytes: ArrayBuffer | Uint8Array): string {
  const decode = createUtf8Decoder()
  return decode(bytes) + decode()
}

/** A character whose last bytes are missing, at the end of a chunk. */
const SPLIT_CHARACTER = /([\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})$/
const CHARACTER = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g

/**
 * Creates a decoder that joins characters that chunks have split. Call it without bytes at the end. Works without
 * TextDecoder, which Jest's jsdom and some versions of React Native do not have.
 */
export function createUtf8Decoder(): (bytes?: ArrayBuffer | Uint8Array) => string {
  if (typeof TextDecoder === 'function') {
    const decoder = new TextDecoder()
    return (bytes) => decoder.decode(bytes, { stream: bytes !== undefined })
  }
  let rest = ''
  return (bytes) => {
    let input = rest
    for (const byte of bytes ? new Uint8Array(bytes) : []) input += String.fromCharCode(byte)
    rest = (bytes && SPLIT_CHARACTER.exec(input)?.[0]) ?? ''
    return input.slice(0, input.length - rest.length).replace(CHARACTER, decodeCharacter)
  }
}

function decodeCharacter(bytes: string): string {
  try {
    return decodeURIComponent(bytes.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`))
  } catch {
    return '\ufffd'
  }
}
