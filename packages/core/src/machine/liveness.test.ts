import { describe, expect, test } from 'vitest'
import { type HeartbeatPolicy, type Liveness, checkLiveness, nextCheckAt, startLiveness } from './liveness.ts'

const policy: HeartbeatPolicy = { intervalMs: 25_000, timeoutMs: 10_000 }

/** Opened at 0, quiet until 25,000. */
const fresh = startLiveness(policy, 0)

/** Pinged at 25,000, and waited for until 35,000. */
const awaiting: Liveness = { phase: 'awaiting', dueAt: 35_000, pingedAt: 25_000, isSecondChance: false }

test('a connection that has just opened is quiet for one interval', () => {
  expect(fresh).toEqual({ phase: 'idle', dueAt: 25_000, pingedAt: 0, isSecondChance: false })
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
      after({ dueAt: 100_000, pingedAt: 90_000, isSecondChance: false }),
    ],
    [
      'quiet, probed',
      fresh,
      1000,
      0,
      true,
      'ping',
      after({ dueAt: 4000, pingedAt: 1000, isSecondChance: false }),
    ],
    ['awaiting, before its time', awaiting, 34_999, 0, false, 'wait', awaiting],
    ['awaiting, answered', awaiting, 35_000, 25_001, false, 'wait', startLiveness(policy, 25_000)],
    ['awaiting, answered just now', awaiting, 35_000, 35_000, false, 'wait', startLiveness(policy, 25_000)],
    [
      'awaiting, answered in the same millisecond',
      awaiting,
      26_000,
      25_000,
      false,
      'wait',
      startLiveness(policy, 25_000),
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
      after({ dueAt: 43_001, pingedAt: 40_001, isSecondChance: true }),
    ],
    [
      'awaiting, overslept again',
      { ...awaiting, isSecondChance: true },
      90_000,
      0,
      false,
      'lost',
      after({ isSecondChance: true }),
    ],
    ['awaiting, probed', awaiting, 26_000, 0, true, 'wait', after({ dueAt: 29_000, pingedAt: 25_000 })],
    ['awaiting, probed near its time', awaiting, 34_000, 0, true, 'wait', awaiting],
    [
      'awaiting, answered, and probed',
      awaiting,
      30_000,
      26_000,
      true,
      'ping',
      after({ dueAt: 33_000, pingedAt: 30_000 }),
    ],
  ] as const)('%s', (_, from, now, heard, probe, act, next) => {
    expect(checkLiveness(from, policy, now, heard, probe)).toEqual({ action: act, next })
  })

  test('what stays the same is the same object, so that nothing is told', () => {
    expect(checkLiveness(fresh, policy, 1, 0).next).toBe(fresh)
    expect(checkLiveness(awaiting, policy, 26_000, 0).next).toBe(awaiting)
    expect(checkLiveness(awaiting, policy, 34_000, 0, true).next).toBe(awaiting)
  })

  test('a probe never waits longer than the policy would', () => {
    expect(checkLiveness(fresh, { intervalMs: 25_000, timeoutMs: 500 }, 1000, 0, true).next.dueAt).toBe(1500)
  })
})

test('a connection that answers every ping is pinged once an interval, from ping to ping', () => {
  let live = startLiveness(policy, 0)
  let heard = 0
  const pings: number[] = []
  for (let now = 0; now <= 100_000; now += 100) {
    const { next, action } = checkLiveness(live, policy, now, heard)
    live = next
    expect(action).not.toBe('lost')
    if (action !== 'ping') continue
    pings.push(now)
    heard = now + 70
  }
  expect(pings).toEqual([25_000, 50_000, 75_000, 100_000])
})

test('a silent line is lost exactly one interval and one timeout after it opened', () => {
  let live = startLiveness(policy, 0)
  let lostAt: number | undefined
  for (let now = 0; lostAt === undefined; now += 100) {
    const { next, action } = checkLiveness(live, policy, now, 0)
    live = next
    if (action === 'lost') lostAt = now
  }
  expect(lostAt).toBe(35_000)
})

describe('where nothing can be asked, the silence alone tells', () => {
  const silence: HeartbeatPolicy = { intervalMs: undefined, timeoutMs: 45_000 }
  /** Opened at 10,000: aborted at 55,000 where nothing comes. */
  const listening = startLiveness(silence, 10_000)
  const grace: Liveness = { ...listening, dueAt: 103_000, isSecondChance: true }

  test('from the moment the connection opens', () => {
    expect(listening).toEqual({ phase: 'awaiting', dueAt: 55_000, pingedAt: 10_000, isSecondChance: false })
  })

  test.each([
    // what, from, now, heard, act, next
    ['before its time', listening, 54_999, 10_000, 'wait', listening],
    ['on time', listening, 55_000, 10_000, 'lost', listening],
    ['a little late', listening, 60_000, 10_000, 'lost', listening],
    ['on time, and something has come', listening, 55_000, 30_000, 'wait', startLiveness(silence, 30_000)],
    [
      'on time, and something has come just now',
      listening,
      55_000,
      55_000,
      'wait',
      startLiveness(silence, 55_000),
    ],
    ['something came too long ago', listening, 80_000, 35_000, 'lost', startLiveness(silence, 35_000)],
    ['overslept: one short grace', listening, 100_000, 10_000, 'wait', grace],
    [
      'overslept, though something had come',
      listening,
      100_000,
      12_000,
      'wait',
      { ...grace, pingedAt: 12_000 },
    ],
    ['in the grace', grace, 102_999, 10_000, 'wait', grace],
    ['after the grace', grace, 103_000, 10_000, 'lost', grace],
    ['after the grace, overslept again', grace, 900_000, 10_000, 'lost', grace],
    [
      'after the grace, in which something came',
      grace,
      103_000,
      101_000,
      'wait',
      startLiveness(silence, 101_000),
    ],
    ['the clock was set back', listening, 5000, 10_000, 'wait', startLiveness(silence, 5000)],
    [
      'and on isSecondChance: what was heard then says nothing',
      startLiveness(silence, 5000),
      50_000,
      60_000,
      'lost',
      startLiveness(silence, 5000),
    ],
  ] as const)('%s', (_, from, now, heard, act, next) => {
    expect(checkLiveness(from, silence, now, heard)).toEqual({ action: act, next })
    expect(checkLiveness(from, silence, now, heard, true), 'a probe asks nothing').toEqual({
      action: act,
      next,
    })
  })

  test('the grace is no longer than the timeout', () => {
    const short: HeartbeatPolicy = { intervalMs: undefined, timeoutMs: 500 }
    expect(checkLiveness(startLiveness(short, 0), short, 9000, 0).next.dueAt).toBe(9500)
  })

  test('what stays the same is the same object', () => {
    expect(checkLiveness(listening, silence, 20_000, 10_000).next).toBe(listening)
    expect(checkLiveness(grace, silence, 102_000, 10_000).next).toBe(grace)
  })

  test('it is looked at when it is due, and not before', () => {
    expect(nextCheckAt(listening, silence, 10_000)).toBe(55_000)
    expect(nextCheckAt(grace, silence, 100_000)).toBe(103_000)
  })

  test('a connection is never pinged, and lost exactly one timeout after the last sign of life', () => {
    let live = startLiveness(silence, 0)
    let lostAt: number | undefined
    for (let now = 0; lostAt === undefined && now < 500_000; now += 100) {
      const { next, action } = checkLiveness(live, silence, now, Math.min(now, 200_000))
      live = next
      expect(action).not.toBe('ping')
      if (action === 'lost') lostAt = now
    }
    expect(lostAt).toBe(245_000)
  })
})
