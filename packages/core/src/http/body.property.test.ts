import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTruncatedJson } from './body.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('[cut-off] JSON that ends inside a value', () => {
  test.each([
    '{',
    '[',
    '{"',
    '{"a',
    '{"a\\',
    '{"a\\u00',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":"b',
    '{"a":{"b":[1,2,{"c":null}],"d":tr',
    '[{"a":1},{"b":2}',
    '[1, 2, -',
    '[1.',
    '[1e+',
    '"',
    '"text',
    'tru',
    ' \n{"a" : [ 1 , "}]" ',
  ])('%s', (text) => {
    expect(isTruncatedJson(text)).toBe(true)
  })

  test.each([
    '',
    ' ',
    '1',
    '"a"',
    '{"a":1}',
    '{"a":1}}',
    '{"a":1,}',
    '[1,]',
    '[,1',
    '[1 2',
    '[1,,2',
    '{a:1}',
    "{'a':1",
    '{"a" 1',
    '{"a":1]',
    '[1}',
    '{1:2',
    '{"a":undefined',
    '[nil',
    '<html>',
    '[<b>',
    'undefined',
    'hello',
    '{"a":1}<br />',
    'data: {"a":1',
  ])('not %s', (text) => {
    expect(isTruncatedJson(text)).toBe(false)
  })

  test('every part of a JSON text from its start, which is not JSON itself', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom(undefined, 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (json, indent, at) => {
          const text = JSON.stringify([JSON.parse(json)], null, indent)
          const part = text.slice(0, Math.floor(at * text.length))
          if (part && part !== text) expect(isTruncatedJson(part)).toBe(true)
          expect(isTruncatedJson(text)).toBe(false)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('no text that cannot be completed', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom('}', ']', ':', ',,', '<', '\u0001', 'x', '}{'),
        fc.nat(),
        (json, junk, position) => {
          const text = JSON.stringify([JSON.parse(json)])
          const whole = `${text.slice(0, position % text.length)}${junk}${text.slice(position % text.length)}`
          if (!isJson(whole)) expect(isTruncatedJson(`${text}${junk}`)).toBe(false)
        },
      ),
    )
  })

  test('a deep or long text takes no long time', () => {
    expect(isTruncatedJson('['.repeat(100_000))).toBe(true)
    expect(isTruncatedJson(`[${'[]'.repeat(50_000)}`)).toBe(false)
    expect(isTruncatedJson(`${'['.repeat(50_000)}${']'.repeat(50_000)}x`)).toBe(false)
    expect(isTruncatedJson(`[${'"a\\"b",'.repeat(300_000)}`)).toBe(true)
  })
})
