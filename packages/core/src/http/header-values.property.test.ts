import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMimeEssence } from './build-request.ts'
import { parseCharset, splitList } from './header-values.ts'

const parseMediaType = (text: string) => ({ essence: parseMimeEssence(text), charset: parseCharset(text) })

const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".split('')
const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 })
/** The content of a quoted string (RFC 9110, section 5.6.4), with commas, semicolons, quotes and backslashes. */
const content = fc.string({ unit: fc.constantFrom(...'\t !#,;="\\[]~aZ09é'.split('')), maxLength: 8 })
const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const ows = fc.constantFrom('', ' ', '\t', '  ')

describe('[http-headers] a list', () => {
  test.each([
    // RFC 9110, section 5.6.1.2.
    ['foo,bar', ['foo', 'bar']],
    ['foo ,bar,', ['foo', 'bar']],
    ['foo , ,bar,charlie', ['foo', 'bar', 'charlie']],
    ['', []],
    [',', []],
    [',   ,', []],
    ['a="x, y", b', ['a="x, y"', 'b']],
    ['a="\\"," , b', ['a="\\","', 'b']],
    ['a="never, closed', ['a="never, closed']],
  ])('%j', (text, members) => {
    expect(splitList(text)).toEqual(members)
  })

  test('with much white space inside a member is parsed in linear time', () => {
    const member = `a${' '.repeat(200_000)}b`
    expect(splitList(` ${member} ,`)).toEqual([member])
  })

  test('has its members in order, without the empty ones and the white space', () => {
    const member = fc.oneof(
      token,
      fc.constant(''),
      fc.tuple(token, content).map(([name, text]) => `${name}=${quote(text)}`),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(ows, member, ows)), (parts) => {
        const text = parts.map((part) => part.join('')).join(',')
        expect(splitList(text)).toEqual(parts.map(([, one]) => one).filter(Boolean))
      }),
    )
  })
})

describe('[charsets] a media type and its charset', () => {
  test.each([
    ['text/html;charset=utf-8', 'text/html', 'utf-8'],
    ['Text/HTML;Charset="utf-8"', 'text/html', 'utf-8'],
    ['text/html; charset="utf-8"', 'text/html', 'utf-8'],
    ['text/html;charset=UTF-8', 'text/html', 'UTF-8'],
    ['text/plain; x="; charset=gbk"; charset=koi8-r', 'text/plain', 'koi8-r'],
    ['text/plain; charset="ko\\i8-r" junk; charset=gbk', 'text/plain', 'koi8-r'],
    ['text/plain; charset=gbk; charset=utf-8', 'text/plain', 'gbk'],
    ['text/plain; charset=; charset=utf-8', 'text/plain', 'utf-8'],
    ['text/plain; charset; charset=utf-8', 'text/plain', 'utf-8'],
    ['text/plain; charset =gbk', 'text/plain', undefined],
    ['text/plain; xcharset=gbk', 'text/plain', undefined],
    ['text/plain; charset="gbk', 'text/plain', 'gbk'],
    ['text/plain', 'text/plain', undefined],
    // Fetch standard, "extract a MIME type".
    ['text/plain;charset=gbk, text/html', 'text/html', undefined],
    ['text/html;charset=gbk;a=b, text/html;x=y', 'text/html', 'gbk'],
    ['text/html;charset=gbk, x/x, text/html;x=y', 'text/html', undefined],
    ['text/html;charset=gbk, text/html;charset=utf-8', 'text/html', 'utf-8'],
    ['text/html;charset=gbk, cannot-parse;charset=utf-8', 'text/html', 'gbk'],
    ['text/html;charset=gbk, */*;charset=utf-8', 'text/html', 'gbk'],
    ['text/html, cannot-parse', 'text/html', undefined],
    ['text/html, */*', 'text/html', undefined],
    ['text/html, ', 'text/html', undefined],
  ])('%j', (text, essence, charset) => {
    expect(parseMediaType(text)).toEqual({ essence, charset })
  })

  test.each(['', 'text', 'text/', '/plain', 'text plain', 'text/pl ain', '*/*', '"text/plain"', ',;'])(
    '%j is none',
    (text) => {
      expect(parseMimeEssence(text)).toBeUndefined()
    },
  )

  test('finds the charset among any parameters, plain and quoted', () => {
    const parameter = fc.tuple(
      token.filter((name) => name.toLowerCase() !== 'charset'),
      fc.oneof(token, content.map(quote)),
    )
    const charset = fc.tuple(fc.constantFrom('charset', 'Charset', 'CHARSET'), token, fc.boolean())
    fc.assert(
      fc.property(
        token.filter((type) => type !== '*'),
        token,
        fc.array(parameter),
        charset,
        fc.array(parameter),
        ows,
        (type, subtype, before, [name, value, isQuoted], after, space) => {
          const all = [...before, [name, isQuoted ? quote(value) : value], ...after]
          const text = `${type}/${subtype}${all.map(([key, given]) => `${space};${space}${key}=${given}`).join('')}`
          const essence = `${type}/${subtype}`.toLowerCase()
          expect(parseMediaType(text)).toEqual({ essence, charset: value })
        },
      ),
    )
  })

  test('parses any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseMediaType(text)))
  })
})
