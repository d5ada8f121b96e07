import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_SERVER_DELAY_MS } from '../shared/backoff.ts'
import { type RetryState, soonerRetryAt } from './retry.ts'

describe('a retry that is brought forward', () => {
  const input = { now: 1_000_000, random: 0.5 }
  type Row = [name: string, state: Partial<RetryState>, earliestAt: number | undefined, waitMs: number]
  // The jitter is half of 250 ms.
  test.for<Row>([
    ['is soon', { retryAt: 1_060_000 }, undefined, 125],
    ['is soon if it had no time yet', {}, undefined, 125],
    ['keeps its time if it is due sooner', { retryAt: 1_000_050 }, undefined, 50],
    ['keeps its time if it is overdue', { retryAt: 999_000 }, undefined, -1000],
    ['is not before the time that the server requested', { notBefore: 1_030_000 }, undefined, 30_125],
    ['is soon if the time that the server requested is over', { notBefore: 999_000 }, undefined, 125],
    [
      'keeps its time if that is the one that the server requested',
      { notBefore: 1_030_000, retryAt: 1_030_000 },
      undefined,
      30_000,
    ],
    [
      'waits at most MAX_SERVER_DELAY_MS after the clock was set back',
      { notBefore: 9e9 },
      undefined,
      MAX_SERVER_DELAY_MS + 125,
    ],
    ['is not before the earliest time', {}, 1_000_900, 1025],
    ['is soon if the earliest time is over', {}, 990_000, 125],
    ['is soon if there was no attempt before', {}, Number.NEGATIVE_INFINITY, 125],
    ['is after both times if that of the server is later', { notBefore: 1_030_000 }, 1_000_900, 30_125],
    ['is after both times if the earliest one is later', { notBefore: 1_000_100 }, 1_000_900, 1025],
  ])('%s', ([, own, earliestAt, waitMs]) => {
    const state = { retryAt: undefined, notBefore: 0, ...own }
    expect(soonerRetryAt(state, input, earliestAt) - input.now).toBe(waitMs)
  })

  test('is never later than before, and never sooner than the machine and the server allow', () => {
    const anyTime = fc.integer({ min: 0, max: 1e6 })
    fc.assert(
      fc.property(
        fc.record({ retryAt: fc.option(anyTime, { nil: undefined }), notBefore: anyTime }),
        fc.record({ now: anyTime, random: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
        anyTime,
        (state, drawn, earliestAt) => {
          const retryAt = soonerRetryAt(state, drawn, earliestAt)
          const serverAt = Math.min(state.notBefore, drawn.now + MAX_SERVER_DELAY_MS)
          const allowedAt = Math.max(drawn.now, earliestAt, serverAt)
          expect(retryAt).toBeLessThanOrEqual(state.retryAt ?? Number.POSITIVE_INFINITY)
          expect(retryAt).toBeLessThan(allowedAt + 250)
          if (retryAt !== state.retryAt) expect(retryAt).toBeGreaterThanOrEqual(allowedAt)
        },
      ),
    )
  })
})
