import { describe, expect, test } from 'vitest'
import {
  type Liveness,
  type PingTimes,
  checkPings,
  checkSilence,
  createPingPolicy,
  createSilencePolicy,
  startPings,
  startSilence,
} from './liveness.ts'

const policy: PingTimes = { intervalMs: 25_000, timeoutMs: 10_000 }

/** Opened at 0. The first ping is due at 25,000. */
const fresh = startPings(policy, 0)

/** Pinged at 25,000. The reply is due at 35,000. */
const awaiting: Liveness = { phase: 'awaiting', dueAt: 35_000, pingedAt: 25_000, isSecondChance: false }

test('a connection that has just opened is not pinged for one interval', () => {
  expect(fresh).toEqual({ phase: 'idle', dueAt: 25_000, pingedAt: 0, isSecondChance: false })
})

describe('the action and the next state', () => {
  const after = (live: Partial<Liveness>) => expect.objectContaining(live)

  test.each([
    // name, from, now, lastActivityAt, isProbe, action, next
    ['idle, before the ping is due', fresh, 24_999, 0, false, 'wait', fresh],
    ['idle, when the ping is due', fresh, 25_000, 0, false, 'ping', awaiting],
    ['idle, when the ping is due, with earlier activity', fresh, 25_000, 24_000, false, 'ping', awaiting],
    [
      'idle, long after the ping was due',
      fresh,
      90_000,
      0,
      false,
      'ping',
      after({ dueAt: 100_000, pingedAt: 90_000, isSecondChance: false }),
    ],
    [
      'idle, with a probe',
      fresh,
      1000,
      0,
      true,
      'ping',
      after({ dueAt: 4000, pingedAt: 1000, isSecondChance: false }),
    ],
    ['awaiting, before the deadline', awaiting, 34_999, 0, false, 'wait', awaiting],
    ['awaiting, with a reply', awaiting, 35_000, 25_001, false, 'wait', startPings(policy, 25_000)],
    ['awaiting, with a reply just now', awaiting, 35_000, 35_000, false, 'wait', startPings(policy, 25_000)],
    [
      'awaiting, with a reply in the same millisecond',
      awaiting,
      26_000,
      25_000,
      false,
      'wait',
      startPings(policy, 25_000),
    ],
    [
      'awaiting, with a reply, when the next ping is due',
      awaiting,
      50_000,
      30_000,
      false,
      'ping',
      after({ pingedAt: 50_000 }),
    ],
    ['awaiting, at the deadline', awaiting, 35_000, 24_999, false, 'lost', awaiting],
    ['awaiting, shortly after the deadline', awaiting, 40_000, 0, false, 'lost', awaiting],
    [
      'awaiting, checked long after the deadline',
      awaiting,
      40_001,
      0,
      false,
      'ping',
      after({ dueAt: 43_001, pingedAt: 40_001, isSecondChance: true }),
    ],
    [
      'awaiting, checked long after the deadline for the second time',
      { ...awaiting, isSecondChance: true },
      90_000,
      0,
      false,
      'lost',
      after({ isSecondChance: true }),
    ],
    ['awaiting, with a probe', awaiting, 26_000, 0, true, 'wait', after({ dueAt: 29_000, pingedAt: 25_000 })],
    ['awaiting, with a probe shortly before the deadline', awaiting, 34_000, 0, true, 'wait', awaiting],
    [
      'awaiting, with a reply and a probe',
      awaiting,
      30_000,
      26_000,
      true,
      'ping',
      after({ dueAt: 33_000, pingedAt: 30_000 }),
    ],
  ] as const)('%s', (_, from, now, lastActivityAt, isProbe, expected, next) => {
    expect(checkPings(from, policy, now, lastActivityAt, isProbe)).toEqual({ action: expected, next })
  })

  test('returns the same object if nothing changes, so that no listener is notified', () => {
    expect(checkPings(fresh, policy, 1, 0).next).toBe(fresh)
    expect(checkPings(awaiting, policy, 26_000, 0).next).toBe(awaiting)
    expect(checkPings(awaiting, policy, 34_000, 0, true).next).toBe(awaiting)
  })

  test('the timeout of a probe is at most that of the policy', () => {
    expect(checkPings(fresh, { intervalMs: 25_000, timeoutMs: 500 }, 1000, 0, true).next.dueAt).toBe(1500)
  })
})

test('a connection that replies to every ping is pinged exactly once an interval', () => {
  let live = startPings(policy, 0)
  let lastActivityAt = 0
  const pings: number[] = []
  for (let now = 0; now <= 100_000; now += 100) {
    const { next, action } = checkPings(live, policy, now, lastActivityAt)
    live = next
    expect(action).not.toBe('lost')
    if (action !== 'ping') continue
    pings.push(now)
    lastActivityAt = now + 70
  }
  expect(pings).toEqual([25_000, 50_000, 75_000, 100_000])
})

test('a silent connection is lost exactly one interval and one timeout after it opened', () => {
  let live = startPings(policy, 0)
  let lostAt: number | undefined
  for (let now = 0; lostAt === undefined; now += 100) {
    const { next, action } = checkPings(live, policy, now, 0)
    live = next
    if (action === 'lost') lostAt = now
  }
  expect(lostAt).toBe(35_000)
})

describe('without pings, silence alone counts', () => {
  const silence = 45_000
  /** Opened at 10,000: lost at 55,000 if nothing is received. */
  const listening = startSilence(silence, 10_000)
  const grace: Liveness = { ...listening, dueAt: 103_000, isSecondChance: true }

  test('the deadline counts from the opening', () => {
    expect(listening).toEqual({ phase: 'awaiting', dueAt: 55_000, pingedAt: 10_000, isSecondChance: false })
  })

  test.each([
    // name, from, now, lastActivityAt, action, next
    ['before the deadline', listening, 54_999, 10_000, 'wait', listening],
    ['at the deadline', listening, 55_000, 10_000, 'lost', listening],
    ['shortly after the deadline', listening, 60_000, 10_000, 'lost', listening],
    ['at the deadline, with activity', listening, 55_000, 30_000, 'wait', startSilence(silence, 30_000)],
    [
      'at the deadline, with activity just now',
      listening,
      55_000,
      55_000,
      'wait',
      startSilence(silence, 55_000),
    ],
    ['with activity that is too old', listening, 80_000, 35_000, 'lost', startSilence(silence, 35_000)],
    ['checked long after the deadline: one short grace period', listening, 100_000, 10_000, 'wait', grace],
    [
      'checked long after the deadline, with earlier activity',
      listening,
      100_000,
      12_000,
      'wait',
      { ...grace, pingedAt: 12_000 },
    ],
    ['during the grace period', grace, 102_999, 10_000, 'wait', grace],
    ['after the grace period', grace, 103_000, 10_000, 'lost', grace],
    ['long after the grace period', grace, 900_000, 10_000, 'lost', grace],
    [
      'after the grace period, with activity in it',
      grace,
      103_000,
      101_000,
      'wait',
      startSilence(silence, 101_000),
    ],
    ['after the clock was set back', listening, 5000, 10_000, 'wait', startSilence(silence, 5000)],
    [
      'after the clock was set back and on: later activity does not count',
      startSilence(silence, 5000),
      50_000,
      60_000,
      'lost',
      startSilence(silence, 5000),
    ],
  ] as const)('%s', (_, from, now, lastActivityAt, expected, next) => {
    expect(checkSilence(from, silence, now, lastActivityAt)).toEqual({ action: expected, next })
    const policy = createSilencePolicy(silence)
    expect(policy.check(from, now, lastActivityAt, true), 'a probe sends nothing').toEqual(
      policy.check(from, now, lastActivityAt, false),
    )
  })

  test('the grace period is at most as long as the timeout', () => {
    const short = 500
    expect(checkSilence(startSilence(short, 0), short, 9000, 0).next.dueAt).toBe(9500)
  })

  test('returns the same object if nothing changes', () => {
    expect(checkSilence(listening, silence, 20_000, 10_000).next).toBe(listening)
    expect(checkSilence(grace, silence, 102_000, 10_000).next).toBe(grace)
  })

  test('the next check is at the deadline', () => {
    const { check } = createSilencePolicy(silence)
    const nextCheckAt = (liveness: Liveness, now: number) =>
      check(liveness, now, 10_000, false).effects.map((effect) => 'delayMs' in effect && now + effect.delayMs)
    expect(nextCheckAt(listening, 10_000)).toEqual([55_000])
    expect(nextCheckAt(grace, 100_000)).toEqual([103_000])
  })

  test('a connection is never pinged, and lost exactly one timeout after the last sign of life', () => {
    let live = startSilence(silence, 0)
    let lostAt: number | undefined
    for (let now = 0; lostAt === undefined && now < 500_000; now += 100) {
      const { next, action } = checkSilence(live, silence, now, Math.min(now, 200_000))
      live = next
      expect(action).not.toBe('ping')
      if (action === 'lost') lostAt = now
    }
    expect(lostAt).toBe(245_000)
  })
})

test('an unexpected reply shows that the server replies to pings', () => {
  const { reply } = createPingPolicy(policy)
  const step = reply?.(fresh, 1000)
  expect(step).toEqual({ changes: { liveness: { ...fresh, hasReplied: true } }, effects: [] })
  expect(step && reply?.(step.changes.liveness, 2000)).toBeUndefined()
})
