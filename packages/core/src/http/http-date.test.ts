import { afterEach, describe, expect, test } from 'vitest'
import { parseRetryAfter } from './http-date.ts'

/** Sun, 06 Nov 1994 08:49:37 GMT */
const NOW = 784_111_777_000

describe('[retry-after] Retry-After in ms', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    ['  7 ', 7000],
    ['007', 7000],
    ['86400', 86_400_000],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    // The three forms of RFC 9110, section 5.6.7.
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:50:37 GMT', 60_000],
    ['Sun Nov  6 08:50:37 1994', 60_000],
    ['sun, 06 nov 1994 08:50:37 gmt', 60_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('"%s" is %d', (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms)
  })

  test.each([
    null,
    undefined,
    '',
    ' ',
    'soon',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '12s',
    '120, 60',
    '٥',
    'Infinity',
    'NaN',
    'Sun',
    'Sunday',
    'Sun, never',
    '1994-11-06',
    '1994-11-06T08:50:37Z',
    '11/06/1994',
    'Monkey 12',
    'Sun, 99 Nov 1994 08:50:37 GMT',
    'Sun, 06 Nov 1994 99:50:37 GMT',
  ])('%j is ignored', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined()
  })
})

describe('[retry-after] a date is in UTC in every time zone, also in the form without "GMT"', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  test.each(['America/Los_Angeles', 'Asia/Kolkata', 'UTC'])('in %s', (name) => {
    process.env['TZ'] = name
    expect(parseRetryAfter('Sun Nov  6 08:50:37 1994', NOW)).toBe(60_000)
    expect(parseRetryAfter('Sun, 06 Nov 1994 08:50:37 GMT', NOW)).toBe(60_000)
    expect(parseRetryAfter('Sunday, 06-Nov-94 08:50:37 GMT', NOW)).toBe(60_000)
  })
})
