import { describe, expect, test } from 'vitest'
import { type HeartbeatPolicy, type Liveness, beat, quiet } from './heartbeat.ts'

const policy: HeartbeatPolicy = { interval: 25_000, timeout: 10_000 }

/** Opened at 0, quiet until 25,000. */
const fresh = quiet(policy, 0)

/** Pinged at 25,000, and waited for until 35,000. */
const awaiting: Liveness = { phase: 'awaiting', due: 35_000, pingedAt: 25_000, again: false }

test('a line that has just opened is quiet for one interval', () => {
  expect(fresh).toEqual({ phase: 'quiet', due: 25_000, pingedAt: 0, again: false })
})

describe('what to do now', () => {
  const after = (live: Partial<Liveness>) => expect.objectContaining(live)

  test.each([
    // what, from, now, heard, probe, act, next
    ['quiet, before its time', fresh, 24_999, 0, false, 'wait', fresh],
    ['quiet, on time', fresh, 25_000, 0, false, 'ping', awaiting],
    ['quiet, on time, though something came in', fresh, 25_000, 24_000, false, 'ping', awaiting],
    [
      'quiet, far too late',
      fresh,
      90_000,
      0,
      false,
      'ping',
      after({ due: 100_000, pingedAt: 90_000, again: false }),
    ],
    ['quiet, probed', fresh, 1000, 0, true, 'ping', after({ due: 4000, pingedAt: 1000, again: false })],
    ['awaiting, before its time', awaiting, 34_999, 0, false, 'wait', awaiting],
    ['awaiting, answered', awaiting, 35_000, 25_001, false, 'wait', quiet(policy, 25_000)],
    [
      'awaiting, answered in the same millisecond',
      awaiting,
      26_000,
      25_000,
      false,
      'wait',
      quiet(policy, 25_000),
    ],
    [
      'awaiting, answered, and the next ping is due',
      awaiting,
      50_000,
      30_000,
      false,
      'ping',
      after({ pingedAt: 50_000 }),
    ],
    ['awaiting, on time', awaiting, 35_000, 24_999, false, 'lost', awaiting],
    ['awaiting, a little late', awaiting, 40_000, 0, false, 'lost', awaiting],
    [
      'awaiting, overslept',
      awaiting,
      40_001,
      0,
      false,
      'ping',
      after({ due: 43_001, pingedAt: 40_001, again: true }),
    ],
    [
      'awaiting, overslept again',
      { ...awaiting, again: true },
      90_000,
      0,
      false,
      'lost',
      after({ again: true }),
    ],
    ['awaiting, probed', awaiting, 26_000, 0, true, 'wait', after({ due: 29_000, pingedAt: 25_000 })],
    ['awaiting, probed near its time', awaiting, 34_000, 0, true, 'wait', awaiting],
    [
      'awaiting, answered, and probed',
      awaiting,
      30_000,
      26_000,
      true,
      'ping',
      after({ due: 33_000, pingedAt: 30_000 }),
    ],
  ] as const)('%s', (_, from, now, heard, probe, act, next) => {
    expect(beat(from, policy, now, heard, probe)).toEqual({ act, next })
  })

  test('what stays the same is the same object, so that nothing is told', () => {
    expect(beat(fresh, policy, 1, 0).next).toBe(fresh)
    expect(beat(awaiting, policy, 26_000, 0).next).toBe(awaiting)
    expect(beat(awaiting, policy, 34_000, 0, true).next).toBe(awaiting)
  })

  test('a probe never waits longer than the policy would', () => {
    expect(beat(fresh, { interval: 25_000, timeout: 500 }, 1000, 0, true).next.due).toBe(1500)
  })
})

test('a line that answers every ping is pinged once an interval, from ping to ping', () => {
  let live = quiet(policy, 0)
  let heard = 0
  const pings: number[] = []
  for (let now = 0; now <= 100_000; now += 100) {
    const { next, act } = beat(live, policy, now, heard)
    live = next
    expect(act).not.toBe('lost')
    if (act !== 'ping') continue
    pings.push(now)
    heard = now + 70
  }
  expect(pings).toEqual([25_000, 50_000, 75_000, 100_000])
})

test('a silent line is lost exactly one interval and one timeout after it opened', () => {
  let live = quiet(policy, 0)
  let lostAt: number | undefined
  for (let now = 0; lostAt === undefined; now += 100) {
    const { next, act } = beat(live, policy, now, 0)
    live = next
    if (act === 'lost') lostAt = now
  }
  expect(lostAt).toBe(35_000)
})
