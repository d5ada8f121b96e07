import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { TautlineError } from './errors.ts'
import { type RetryDelay, clampDelay, exponential, quickThenSpread, retryDelayMs } from './backoff.ts'

/** The longest delay of a platform timer, in ms. */
const LONGEST = 2 ** 31 - 1

const at = (attempt: number, random: number) => ({ attempt, random, error: undefined })

describe('quickThenSpread', () => {
  test.each([
    // attempt, random number, delay
    [1, 0, 0],
    [1, 0.5, 500],
    [1, 0.999, 999],
    [2, 0, 2000],
    [2, 0.5, 8000],
    [6, 0, 2000],
    [6, 1, 14_000],
    [7, 0.5, 9600],
    [8, 0.5, 11_520],
    [10, 0.5, 16_000],
    [1000, 1, 28_000],
    [Number.MAX_SAFE_INTEGER, 0.5, 16_000],
  ])('retry %d with the random number %d waits %d ms', (attempt, random, expected) => {
    expect(quickThenSpread()(at(attempt, random))).toBeCloseTo(expected, 6)
  })

  test('counts the delay after a connect timeout from the start of the attempt', () => {
    const failed = (phase: 'connect' | 'reply', timeout: number) =>
      new TautlineError('timeout', 'Too slow', { phase, timeout })
    const delayAfter = (error: TautlineError, attempt = 10) =>
      quickThenSpread()({ attempt, random: 0.5, error })
    expect(delayAfter(failed('connect', 10_000))).toBe(9000)
    // Never at once, so that many clients stay spread.
    expect(delayAfter(failed('connect', 60_000))).toBe(500)
    expect(delayAfter(failed('connect', 10_000), 1)).toBe(500)
    expect(delayAfter(failed('reply', 10_000))).toBe(16_000)
  })

  test('spreads the delays after a connect timeout evenly', () => {
    const error = new TautlineError('timeout', 'Too slow', { phase: 'connect', timeout: 10_000 })
    const delays = [0, 0.25, 0.5, 0.75, 1].map((random) => quickThenSpread()({ attempt: 2, random, error }))
    expect(delays).toEqual([0, 1000, 2000, 3000, 4000])
  })

  test('waits as long as its window says, also if that is shorter than the first delay', () => {
    expect([0, 1].map((random) => quickThenSpread({ window: 100 })(at(2, random)))).toEqual([25, 175])
  })

  test('all options can be set', () => {
    const delay = quickThenSpread({ first: 10, window: 100, steady: 1, growth: 2, cap: 300 })
    expect([1, 2, 3, 4, 5].map((attempt) => delay(at(attempt, 0.5)))).toEqual([5, 100, 200, 300, 300])
  })
})

describe('exponential', () => {
  test('doubles up to the cap, and all of it is random', () => {
    const delay = exponential()
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => delay(at(attempt, 0)))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ])
    expect(delay(at(3, 0.75))).toBe(1000)
    expect(delay(at(5000, 0.5))).toBe(15_000)
  })

  test('takes its jitter off after the cap', () => {
    const delay = exponential({ base: 100, cap: 1000, jitter: 0.2 })
    expect(delay(at(1, 0.5))).toBeCloseTo(90)
    expect(delay(at(10, 0.5))).toBeCloseTo(900)
    expect(exponential({ jitter: 0 })(at(2, 0.9))).toBe(2000)
  })
})

describe('wait', () => {
  test.each([
    ['a negative wait', -1],
    ['not a number', Number.NaN],
    ['minus infinity', Number.NEGATIVE_INFINITY],
  ])('%s counts as 0', (_, ms) => {
    expect(retryDelayMs(() => ms, at(1, 0))).toBe(0)
    expect(clampDelay(ms)).toBe(0)
  })

  test('an infinite delay is as long as a platform timer allows', () => {
    expect(retryDelayMs(() => Number.POSITIVE_INFINITY, at(1, 0))).toBe(LONGEST)
  })

  test('the delay that the server requests is added, up to five minutes', () => {
    const delay = () => 400
    expect(retryDelayMs(delay, at(1, 0), 3000)).toBe(3400)
    expect(retryDelayMs(delay, at(1, 0), 1e9)).toBe(300_400)
    expect(retryDelayMs(delay, at(1, 0), -3000)).toBe(400)
    expect(retryDelayMs(delay, at(1, 0), Number.NaN)).toBe(400)
  })

  test('calls the policy with the number of the retry, a random number and the error', () => {
    const delay = vi.fn<RetryDelay>(() => 5)
    expect(retryDelayMs(delay, at(7, 0.25))).toBe(5)
    expect(delay).toHaveBeenCalledExactlyOnceWith({ attempt: 7, random: 0.25, error: undefined })
  })
})

describe('for every attempt, random number and policy', () => {
  const attempts = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const figures = fc.oneof(fc.nat(100_000), fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY))

  test('the built-in policies stay within their caps', () => {
    fc.assert(
      fc.property(attempts, randoms, (attempt, random) => {
        for (const [delay, cap] of [
          [quickThenSpread(), 28_000],
          [exponential(), 30_000],
        ] as const) {
          const ms = delay(at(attempt, random))
          expect(ms).toBeGreaterThanOrEqual(0)
          expect(ms).toBeLessThanOrEqual(cap)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a delay is finite and not negative for any options', () => {
    const policies = fc.oneof(
      fc
        .record({ first: figures, window: figures, steady: figures, growth: figures, cap: figures })
        .map(quickThenSpread),
      fc.record({ base: figures, cap: figures, jitter: figures }).map(exponential),
    )
    fc.assert(
      fc.property(policies, attempts, randoms, figures, (delay, attempt, random, hint) => {
        const ms = retryDelayMs(delay, at(attempt, random), hint)
        expect(Number.isFinite(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(LONGEST + 300_000)
      }),
      { numRuns: 2000 },
    )
  })
})
