import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHttpDate, parseRetryAfter } from './http-date.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const SHORT_DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const twoDigits = (value: number) => String(value).padStart(2, '0')
const timeOf = (date: Date) =>
  [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':')
const partsOf = (date: Date) => ({
  weekday: date.getUTCDay(),
  day: date.getUTCDate(),
  month: MONTHS[date.getUTCMonth()] ?? '',
  year: String(date.getUTCFullYear()).padStart(4, '0'),
})
/** The forms of RFC 9110, section 5.6.7. */
const forms = {
  fixed(date: Date) {
    const { weekday, day, month, year } = partsOf(date)
    return `${SHORT_DAYS[weekday]}, ${twoDigits(day)} ${month} ${year} ${timeOf(date)} GMT`
  },
  rfc850(date: Date) {
    const { weekday, day, month, year } = partsOf(date)
    return `${LONG_DAYS[weekday]}, ${twoDigits(day)}-${month}-${year.slice(-2)} ${timeOf(date)} GMT`
  },
  asctime(date: Date) {
    const { weekday, day, month, year } = partsOf(date)
    return `${SHORT_DAYS[weekday]} ${month} ${String(day).padStart(2)} ${timeOf(date)} ${year}`
  },
}
const seconds = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 }).map((at) => new Date(at * 1000))
const anyDate = seconds('0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z')
/** From 50 years ago, exclusive, to 50 years from now. */
const nearDate = seconds('1976-11-21T12:00:01Z', '2076-11-21T12:00:00Z')
/** Changes the case of some letters. */
const anyCase = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((flags) =>
    text
      .split('')
      .map((letter, at) => (flags[at] ? letter.toUpperCase() : letter.toLowerCase()))
      .join(''),
  )

describe('[http-headers] the three forms of a date', () => {
  test.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'sUN, 06 nOV 1994 08:49:37 gmt',
    ' \tSun, 06 Nov 1994 08:49:37 GMT ',
  ])('the example %j', (text) => {
    expect(parseHttpDate(text, NOW)).toBe(784_111_777_000)
  })

  test.each([
    ['Mon, 01 Jan 0001 00:00:00 GMT', -62_135_596_800_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 253_402_300_799_000],
    ['Sat, 31 Dec 2016 23:59:60 GMT', 1_483_228_799_000], // a leap second
    ['Tue, 29 Feb 2000 00:00:00 GMT', 951_782_400_000],
    ['Tue, 06 Nov 1994 08:49:37 GMT', 784_111_777_000], // it was a Sunday
  ])('%s', (text, at) => {
    expect(parseHttpDate(text, NOW)).toBe(at)
  })

  test('IMF-fixdate and asctime, of any year and in any case', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(anyDate, fc.constantFrom(forms.fixed, forms.asctime))
          .chain(([date, form]) => fc.tuple(fc.constant(date.getTime()), anyCase(form(date)))),
        ([at, text]) => {
          expect(parseHttpDate(text, NOW)).toBe(at)
        },
      ),
    )
  })

  test('the form of RFC 850, within 50 years', () => {
    fc.assert(
      fc.property(
        nearDate.chain((date) => fc.tuple(fc.constant(date.getTime()), anyCase(forms.rfc850(date)))),
        ([at, text]) => {
          expect(parseHttpDate(text, NOW)).toBe(at)
        },
      ),
    )
  })

  test('a year of two digits is the latest that is at most 50 years from now', () => {
    fc.assert(
      fc.property(
        seconds('1990-03-01T00:00:00Z', '2250-01-01T00:00:00Z'),
        anyDate.filter((date) => date.getUTCDate() < 29),
        (now, date) => {
          const at = parseHttpDate(forms.rfc850(date), now.getTime()) ?? Number.NaN
          const limit = new Date(now)
          limit.setUTCFullYear(now.getUTCFullYear() + 50)
          const next = new Date(at)
          next.setUTCFullYear(next.getUTCFullYear() + 100)
          expect(forms.rfc850(new Date(at)).split(', ')[1]).toBe(forms.rfc850(date).split(', ')[1])
          expect(at).toBeLessThanOrEqual(limit.getTime())
          expect(next.getTime()).toBeGreaterThan(limit.getTime())
        },
      ),
    )
    expect(parseHttpDate('Saturday, 21-Nov-76 12:00:00 GMT', NOW)).toBe(Date.parse('2076-11-21T12:00:00Z'))
    expect(parseHttpDate('Sunday, 21-Nov-76 12:00:01 GMT', NOW)).toBe(Date.parse('1976-11-21T12:00:01Z'))
  })
})

describe('[http-headers] nothing else is a date', () => {
  test.each([
    '',
    '0',
    '-1',
    'never',
    'Thu, 31 Dec 2037 23:55:55',
    'Thu, 31 Dec 2037 23:55:55 UTC',
    'Thu, 31 Dec 2037 23:55:55 +0000',
    'Thu, 31 Dec 2037 23:55:55 GMT+01:00',
    'Thu, 31-Dec-2037 23:55:55 GMT',
    'Thu, 31-Dec-37 23:55:55 GMT',
    'Thursday, 31-Dec-2037 23:55:55 GMT',
    'Thu, 31 Dec 37 23:55:55 GMT',
    'Thu, 1 Jan 2037 00:00:00 GMT',
    'Thu,  1 Jan 2037 00:00:00 GMT',
    'Thu 31 Dec 2037 23:55:55 GMT',
    'Xyz, 31 Dec 2037 23:55:55 GMT',
    '31 Dec 2037 23:55:55 GMT',
    'Thu, 31 Dec 2037 23:55 GMT',
    'Thu, 31 Dec 2037 24:00:00 GMT',
    'Thu, 31 Dec 2037 23:60:00 GMT',
    'Thu, 31 Dec 2037 23:55:61 GMT',
    'Thu, 31 Anf 2037 23:55:55 GMT',
    'Sat, 30 Feb 2036 00:00:00 GMT',
    'Sun, 29 Feb 2037 00:00:00 GMT',
    'Thu, 00 Dec 2037 00:00:00 GMT',
    'Thu, 32 Dec 2037 00:00:00 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov 06 08:49:37 1994 GMT',
    'Sun Nov  6 08:49:37 GMT',
    '2037-12-31T23:55:55Z',
    'December 31, 2037',
    'Thu, 31 Dec 2037 23:55:55 GMT, Thu, 31 Dec 2037 23:55:55 GMT',
    '\u00a0Thu, 31 Dec 2037 23:55:55 GMT',
    'Thu, ٣١ Dec 2037 23:55:55 GMT',
  ])('%j', (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined()
  })

  test('a date with a changed character is another date, or none', () => {
    const canonical = [forms.fixed, forms.rfc850, forms.asctime]
    fc.assert(
      fc.property(
        nearDate,
        fc.constantFrom(...canonical),
        fc.nat(40),
        fc.string({ maxLength: 2 }),
        (date, form, position, replacement) => {
          const text = form(date)
          const offset = position % text.length
          const changed = text.slice(0, offset) + replacement + text.slice(offset + 1)
          const at = parseHttpDate(changed, NOW)
          if (at === undefined) return
          // The weekday and a leap second are not written again.
          const withoutWeekday = (value: string) => value.trim().toLowerCase().replace(/^\S+ /, '')
          const isLeapSecond = /:60 /.test(changed)
          const written = canonical.map((format) => withoutWeekday(format(new Date(at))))
          if (!isLeapSecond)
            expect([...written, ...written.map((one) => one.replace(/ {2}/, ' 0'))]).toContain(
              withoutWeekday(changed),
            )
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('[retry-after] any value', () => {
  test('seconds, and dates in all forms', () => {
    fc.assert(
      fc.property(fc.nat(), (delay) => {
        expect(parseRetryAfter(` ${delay}\t`, NOW)).toBe(delay * 1000)
      }),
    )
    fc.assert(
      fc.property(nearDate, fc.constantFrom(...Object.values(forms)), (date, form) => {
        expect(parseRetryAfter(form(date), NOW)).toBe(Math.max(0, date.getTime() - NOW))
      }),
    )
  })

  test('is undefined for any other text', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/^[ \t]*\d+[ \t]*$/.test(text)),
        (text) => {
          expect(parseRetryAfter(text, NOW)).toBeUndefined()
        },
      ),
    )
    for (const text of ['1, 2', '+1', '1.0', '\u00a01', '1\u00a0', '١'])
      expect(parseRetryAfter(text, NOW)).toBeUndefined()
  })
})
