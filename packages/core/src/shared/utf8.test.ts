import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createUtf8Decoder, decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function withoutCoders(): void {
  vi.stubGlobal('TextEncoder', undefined)
  vi.stubGlobal('TextDecoder', undefined)
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('[missing-globals] UTF-8 without TextEncoder and TextDecoder', () => {
  // A byte order mark at the start is removed by TextDecoder alone.
  const anyText = fc.string({ unit: 'binary' }).map((text) => `-${text}`)

  test('encodes and decodes any text, and counts its bytes', () => {
    withoutCoders()
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = encoder.encode(text)
        expect(encodeUtf8(text)).toEqual(bytes)
        expect(utf8Length(text)).toBe(bytes.length)
        expect(decodeUtf8(bytes)).toBe(decoder.decode(bytes))
      }),
    )
  })

  test('replaces surrogates without a partner', () => {
    const texts = ['a\ud83d', '\ude00b', '\ud83d\ud83d\ude00', '%\ud83d%41']
    const expected = texts.map((text) => [...encoder.encode(text)])
    withoutCoders()
    expect(texts.map((text) => [...encodeUtf8(text)])).toEqual(expected)
    expect(texts.map(utf8Length)).toEqual(expected.map(({ length }) => length))
  })

  test('decodes chunks, and says what is missing if they split a character', () => {
    withoutCoders()
    const decode = createUtf8Decoder()
    expect(decode(Uint8Array.of(0x61)) + decode(Uint8Array.of(0xc3, 0xa9)) + decode()).toBe('a\u00e9')
    expect(() => decode(Uint8Array.of(0x61, 0xc3))).toThrow(
      expect.objectContaining({ code: 'unsupported', feature: 'TextDecoder' }),
    )
  })

  test('says what is missing for bytes that are no UTF-8', () => {
    withoutCoders()
    for (const bytes of [Uint8Array.of(0x61, 0xff, 0x62), Uint8Array.of(0xc0, 0x80, 0x61)])
      expect(() => decodeUtf8(bytes)).toThrow(
        expect.objectContaining({ code: 'unsupported', feature: 'TextDecoder' }),
      )
    expect(decodeUtf8(new ArrayBuffer(0))).toBe('')
  })
})
