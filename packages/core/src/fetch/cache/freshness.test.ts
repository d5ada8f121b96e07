import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INVALIDATED, parseCacheControl, computeFreshness, initialAgeMs, staleAtFor } from './freshness.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const at = (ms: number) => new Date(NOW + ms).toUTCString()
const timing = { requestedAt: NOW, receivedAt: NOW }
const fresh = (headers: Record<string, string>, options = {}) => {
  const freshness = computeFreshness(new Headers(headers), timing)
  return {
    fresh: staleAtFor(freshness, options) - NOW,
    error: freshness.staleIfErrorUntil - NOW,
    isStorable: freshness.isStorable,
  }
}

describe('[cache-fresh] how long a response is fresh', () => {
  test.for([
    ['nothing said: stale at once', {}, 0],
    ['max-age', { 'cache-control': 'max-age=60' }, 60_000],
    ['in capitals, quoted, with spaces', { 'cache-control': 'PUBLIC , Max-Age="60"' }, 60_000],
    ['the first of two', { 'cache-control': 'max-age=60, max-age=5' }, 60_000],
    ['a max-age that is no number is stale', { 'cache-control': 'max-age=soon' }, 0],
    ['a negative one too', { 'cache-control': 'max-age=-1' }, 0],
    ['s-maxage is for shared caches', { 'cache-control': 's-maxage=60, max-age=5' }, 5000],
    ['no-cache beats max-age', { 'cache-control': 'max-age=60, no-cache' }, 0],
    ['Expires', { expires: at(30_000), date: at(0) }, 30_000],
    ['Expires without Date', { expires: at(30_000) }, 30_000],
    ['max-age beats Expires', { expires: at(30_000), 'cache-control': 'max-age=5' }, 5000],
    ['Expires: 0 is past', { expires: '0' }, 0],
    ['Expires in the past', { expires: at(-1000), date: at(0) }, 0],
    ['Age is taken off', { 'cache-control': 'max-age=60', age: '20' }, 40_000],
    ['an Age that is too old leaves nothing', { 'cache-control': 'max-age=60', age: '90' }, 0],
    ['an Age that is no number counts as none', { 'cache-control': 'max-age=60', age: 'old' }, 60_000],
    ['a Date in the past is age', { 'cache-control': 'max-age=60', date: at(-10_000) }, 50_000],
    ['a Date in the future is none', { 'cache-control': 'max-age=60', date: at(10_000) }, 60_000],
    ['stale-while-revalidate', { 'cache-control': 'max-age=60, stale-while-revalidate=30' }, 60_000],
    ['must-revalidate', { 'cache-control': 'max-age=60, must-revalidate' }, 60_000],
  ] as const)('%s', ([, headers, freshFor]) => {
    expect(fresh(headers)).toMatchObject({ fresh: freshFor })
  })

  test('maxAge of an observer overrides the headers, but not an invalidation', () => {
    expect(fresh({}, { maxAge: 5000 }).fresh).toBe(5000)
    expect(fresh({ 'cache-control': 'max-age=60' }, { maxAge: 5000 }).fresh).toBe(5000)
    expect(fresh({ 'cache-control': 'no-cache' }, { maxAge: 5000 }).fresh).toBe(5000)
    expect(fresh({ age: '1000' }, { maxAge: 5000 }).fresh).toBe(5000)
    expect(staleAtFor({ ...INVALIDATED, isStorable: true }, { maxAge: Infinity })).toBe(0)
  })

  test('stale-if-error applies unless revalidation is required', () => {
    expect(fresh({ 'cache-control': 'max-age=1, stale-if-error=60' }).error).toBe(61_000)
    expect(fresh({ 'cache-control': 'max-age=1, stale-if-error=60, must-revalidate' }).error).toBe(1000)
    expect(fresh({ 'cache-control': 'max-age=1, stale-if-error=60, no-cache="x-a"' }).error).toBe(0)
    // RFC 5861, section 4.1, and values that are no number.
    expect(fresh({ 'cache-control': 'max-age=600, stale-if-error="1200"' }).error).toBe(1_800_000)
    for (const value of ['', '=', '=-1', '=x', '="'])
      expect(fresh({ 'cache-control': `max-age=1, stale-if-error${value}` }).error).toBe(1000)
    expect(fresh({}).error).toBe(0)
  })

  test('[no-store] no-store and Vary: * are not cached', () => {
    expect(fresh({ 'cache-control': 'no-store, max-age=60' }).isStorable).toBe(false)
    expect(fresh({ vary: ' * ' }).isStorable).toBe(false)
    expect(fresh({ vary: 'Accept' }).isStorable).toBe(true)
  })

  test('a lifetime that is too large is limited', () => {
    expect(fresh({ 'cache-control': `max-age=${'9'.repeat(40)}` }).fresh).toBe(2 ** 31 * 1000)
  })
})

test('the age of a response includes its time in transit', () => {
  const headers = new Headers({ age: '5' })
  expect(initialAgeMs(headers, { requestedAt: NOW - 2000, receivedAt: NOW })).toBe(7000)
  expect(initialAgeMs(headers, { requestedAt: NOW + 9000, receivedAt: NOW })).toBe(5000)
})

test('directives: tokens, quoted strings, garbage', () => {
  expect([...parseCacheControl('a, b=1 ,c="x, y", =, ;;d')]).toEqual([
    ['a', ''],
    ['b', '1'],
    ['c', 'x, y'],
    ['d', ''],
  ])
  expect([...parseCacheControl(null)]).toEqual([])
})

const seconds = fc.nat({ max: 100_000 })
const headerText = fc.record({
  maxAge: fc.option(seconds),
  swr: fc.option(seconds),
  sie: fc.option(seconds),
  age: fc.option(seconds),
  date: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
  expires: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
  flags: fc.subarray(['no-cache', 'must-revalidate', 'no-store', 'private']),
})

function headersFrom(of: typeof headerText extends fc.Arbitrary<infer Value> ? Value : never): Headers {
  const directives = [...of.flags]
  if (of.maxAge !== null) directives.push(`max-age=${of.maxAge}`)
  if (of.swr !== null) directives.push(`stale-while-revalidate=${of.swr}`)
  if (of.sie !== null) directives.push(`stale-if-error=${of.sie}`)
  const headers = new Headers({ 'cache-control': directives.join(', ') })
  if (of.age !== null) headers.set('age', String(of.age))
  if (of.date !== null) headers.set('date', at(of.date * 1000))
  if (of.expires !== null) headers.set('expires', at(of.expires * 1000))
  return headers
}

describe('[cache-fresh] for any headers', () => {
  test('is not stale before its arrival, and has a finite lifetime', () => {
    fc.assert(
      fc.property(headerText, (emitted) => {
        const { staleAt, staleIfErrorUntil } = computeFreshness(headersFrom(emitted), timing)
        expect(Number.isFinite(staleAt)).toBe(true)
        expect(staleAt).toBeGreaterThanOrEqual(NOW)
        expect(staleIfErrorUntil).toBeGreaterThanOrEqual(staleAt)
      }),
    )
  })

  test('an older response is never fresh for longer', () => {
    fc.assert(
      fc.property(headerText, seconds, seconds, (emitted, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        const staleWith = (age: number) => computeFreshness(headersFrom({ ...emitted, age }), timing).staleAt
        expect(staleWith(more)).toBeLessThanOrEqual(staleWith(less))
      }),
    )
  })

  test('hides no error if revalidation is required', () => {
    fc.assert(
      fc.property(headerText, fc.constantFrom('no-cache', 'must-revalidate'), (emitted, flag) => {
        const { staleAt, staleIfErrorUntil } = computeFreshness(
          headersFrom({ ...emitted, flags: [flag] }),
          timing,
        )
        expect(staleIfErrorUntil).toBe(staleAt)
      }),
    )
  })

  test('parses any text without throwing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (control, age, expires) => {
        const headers = new Headers()
        const set = (name: string, value: string) => headers.set(name, value.replace(/[^\x20-\x7e]/g, ''))
        set('cache-control', control)
        set('age', age)
        set('expires', expires)
        expect(computeFreshness(headers, timing).staleAt).toBeGreaterThanOrEqual(NOW)
      }),
    )
  })
})
