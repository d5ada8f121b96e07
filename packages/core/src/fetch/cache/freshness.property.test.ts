import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { computeFreshness, initialAgeMs, parseCacheControl, parseVary } from './freshness.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const timing = { requestedAt: NOW, receivedAt: NOW }
const YEAR_MS = 31_536_000_000
const freshFor = (headers: Record<string, string>) =>
  computeFreshness(new Headers(headers), timing).staleAt - NOW
const ageOf = (age: string) => initialAgeMs(new Headers({ age }), timing)

const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".split('')
const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 })
const content = fc.string({ unit: fc.constantFrom(...'\t !#,;="\\[]~aZ09'.split('')), maxLength: 8 })
const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const ows = fc.constantFrom('', ' ', '\t')
const empties = fc.constantFrom('', ',', ' , ,')

describe('[cache-fresh] dates and numbers that are none are never fresh', () => {
  test.each([
    '0',
    '-1',
    '2050',
    'Wed, 01 Jan 2050',
    '2050-01-01',
    '2050-01-01T00:00:00Z',
    'Sat, 01 Jan 2050 00:00:00 PST',
    'Sat, 01 Jan 2050 00:00:00 UTC',
    'Sat, 01-Jan-2050 00:00:00 GMT',
    'Saturday, 01-Jan-2050 00:00:00 GMT',
    'Sat, 1 Jan 2050 00:00:00 GMT',
    'Sun, 31 Feb 2050 00:00:00 GMT',
    'Sat, 01 Jan 2050 00:00:00 GMT, Sat, 01 Jan 2050 00:00:00 GMT',
  ])('Expires: %s', (expires) => {
    expect(freshFor({ expires })).toBe(0)
  })

  test('a year of two digits more than 50 years ahead is in the past', () => {
    expect(freshFor({ expires: 'Sunday, 06-Nov-94 08:49:37 GMT' })).toBe(0)
    expect(freshFor({ expires: 'Saturday, 21-Nov-26 12:01:00 GMT' })).toBe(60_000)
    expect(freshFor({ expires: 'sat nov 21 12:01:00 2026' })).toBe(60_000)
  })

  test.each([
    ['max-age=+60', 0],
    ['max-age=-60', 0],
    ['max-age=60.5', 0],
    ['max-age=1e3', 0],
    ["max-age='60'", 0],
    ['max-age=60s', 0],
    ['max-age', 0],
    ['max-age=', 0],
    ['max-age=""', 0],
    ['max-age = 60', 0],
    ['max-age= 60', 0],
    ['max-age=60 public', 0],
    ['max-age="60', 0],
    ['max-age=60; no-store', 0],
    ['max-age=060', 60_000],
    ['max-age="60"', 60_000],
    ['max-age="\\6\\0"', 60_000],
    [',, MAX-AGE=60 ,,', 60_000],
    ['max-age=60, max-age=31536000', 60_000],
    ['max-age=60, max-age=x', 60_000],
    ['max-age=x, max-age=60', 0],
    ['extension="max-age=31536000", max-age=60', 60_000],
    ['extension="a, max-age=31536000"', 0],
    // RFC 9111, sections 5.2.2.4, 5.2.2.7 and 5.2.3, and unknown directives.
    ['no-cache="set-cookie, x-a", max-age=60', 0],
    ['max-age=60, no-cache=x-a', 0],
    ['private="x-a, max-age=5", max-age=60', 60_000],
    ['private, community="UCI", max-age=60', 60_000],
    ['max-age=60, proxy-revalidate, no-transform, immutable, s-maxage="5"', 60_000],
    ['MAX-AGE=60;stale-while-revalidate=30', 0],
    ['max-age=2147483648', 2 ** 31 * 1000],
    ['max-age=2147483649', 2 ** 31 * 1000],
  ])('Cache-Control: %s', (control, ms) => {
    expect(freshFor({ 'cache-control': control })).toBe(ms)
  })

  test('no-store applies also in a member with a syntax error', () => {
    for (const control of ['no-store x', 'max-age=60; no-store', 'x="a, no-store', '"no-store'])
      expect(computeFreshness(new Headers({ 'cache-control': control }), timing).isStorable, control).toBe(
        false,
      )
    expect(computeFreshness(new Headers({ 'cache-control': 'x="no-store"' }), timing).isStorable).toBe(true)
  })
})

describe('[cache-fresh] Age', () => {
  test.each([
    ['20', 20_000],
    ['020', 20_000],
    ['20, 30', 20_000],
    ['20,', 20_000],
    [', 20, 30', 20_000],
    ['20, x', 20_000],
    ['x, 20', 0],
    ['-20', 0],
    ['+20', 0],
    ['20.5', 0],
    ['"20"', 0],
    ['20 30', 0],
    ['', 0],
    ['9'.repeat(30), 2 ** 31 * 1000],
  ])('%j', (text, ms) => {
    expect(ageOf(text)).toBe(ms)
  })

  test('of a list of ages, the first member applies', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), empties, ows, (ages, empty, space) => {
        expect(ageOf(empty + ages.join(`${space},${space}`))).toBe(Math.min(ages[0] ?? 0, 2 ** 31) * 1000)
      }),
    )
  })

  test('any other text is ignored', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789+-., xe"'.split('')), maxLength: 6 })
    fc.assert(
      fc.property(
        text.filter((age) => !/^[ ,]*\d+ *(,|$)/.test(age)),
        (age) => {
          expect(ageOf(age)).toBe(0)
        },
      ),
    )
  })
})

describe('[cache-fresh] any directives', () => {
  const directive = fc.tuple(token, fc.option(fc.tuple(fc.boolean(), token, content)))

  test('are read as they were written: the first of each name, in any case', () => {
    fc.assert(
      fc.property(fc.array(directive), ows, empties, (directives, space, empty) => {
        const text = directives
          .map(([name, value]) => (value ? `${name}=${value[0] ? value[1] : quote(value[2])}` : name))
          .join(`${space},${empty}${space}`)
        const expected = new Map<string, string>()
        for (const [name, value] of directives) {
          const key = name.toLowerCase()
          if (!expected.has(key)) expected.set(key, value ? (value[0] ? value[1] : value[2]) : '')
        }
        expect(new Map(parseCacheControl(text))).toEqual(expected)
      }),
    )
  })

  test('max-age in seconds, also quoted and with escapes', () => {
    const written = fc
      .nat({ max: 2 ** 31 })
      .chain((value) =>
        fc.tuple(
          fc.constant(value),
          fc.constantFrom(String(value), `"${value}"`, `"${String(value).replace(/\d/g, '\\$&')}"`),
        ),
      )
    fc.assert(
      fc.property(written, ([value, text]) => {
        expect(freshFor({ 'cache-control': `max-age=${text}` })).toBe(value * 1000)
      }),
    )
  })

  test('garbage is never fresh for longer than the number in it', () => {
    const garbage = fc.string({
      unit: fc.constantFrom(...'max-age=60,"\\;  Expires'.split('')),
      maxLength: 30,
    })
    fc.assert(
      fc.property(garbage, garbage, garbage, (control, expires, age) => {
        const ms = freshFor({ 'cache-control': `${control}, max-age=7`, expires, age })
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThan(YEAR_MS * 100)
        if (!/max-age/i.test(control)) expect(ms).toBeLessThanOrEqual(7000)
      }),
    )
  })
})

describe('[cache-vary] Vary', () => {
  test.each([
    ['Accept, , Accept-Language,', ['accept', 'accept-language']],
    ['', []],
    [null, []],
    ['*', undefined],
    ['Accept, *', undefined],
    ['Accept Language', undefined],
    ['"Accept"', undefined],
  ])('%j', (text, names) => {
    expect(parseVary(text)).toEqual(names)
  })

  test('has its names in lower case', () => {
    fc.assert(
      fc.property(fc.array(token.filter((name) => name !== '*')), ows, empties, (names, space, empty) => {
        expect(parseVary(empty + names.join(`${space},${empty}${space}`))).toEqual(
          names.map((name) => name.toLowerCase()),
        )
      }),
    )
  })
})
