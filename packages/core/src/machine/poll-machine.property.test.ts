import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPollLedger, type PollLedger } from '../../test/machine/poll-ledger.ts'
import {
  type TestEvent,
  pollCountOf,
  pollEvents,
  pollPolicy,
  request,
  results,
  walkPolls,
} from '../../test/machine/poll-walk.ts'
import { quickThenSpread } from '../shared/backoff.ts'
import type { PollPolicy, PollResult } from './poll-state.ts'

const policies = fc.record({
  interval: fc.constantFrom(undefined, undefined, 100, 5000),
  minGap: fc.constantFrom(0, 250, 1000, 40_000),
  minHiddenDelayMs: fc.constantFrom(0, 100, 60_000),
  connectTimeoutMs: fc.constantFrom(0, 1000, 10_000),
  requestTimeoutMs: fc.constantFrom(0, 90_000, Number.POSITIVE_INFINITY),
  delay: fc.constantFrom(
    quickThenSpread(),
    () => Number.NaN,
    () => -5,
    () => Number.POSITIVE_INFINITY,
  ),
  hasSubscribers: fc.boolean(),
}) satisfies fc.Arbitrary<PollPolicy>

const inputs = {
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  isVisible: fc.boolean(),
  hasSubscribers: fc.boolean(),
}

/** The next event, when it happens, and in which page. */
const steps = fc.array(
  fc.record({
    ...inputs,
    later: fc.constantFrom(0, 0, 1, 50, 900, 5000, 100_000),
    retryAfterMs: fc.constantFrom(0, 0, 0, -5, Number.NaN, 20_000, 1e9),
    // Mostly the event that a poll expects.
    course: fc.constantFrom('forward', 'forward', 'forward', 'pollNow', 'policyChanged', 'other'),
    pick: fc.nat(1000),
    result: fc.constantFrom(...results, 'messages' as const),
  }),
  { maxLength: 80, size: 'max' },
)
type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never

/** Returns the event that a poll expects, and the earliest time at which it can happen. */
function forward(
  { state, timers: running }: PollLedger,
  { result, retryAfterMs }: Step,
): [TestEvent, number] {
  switch (state.phase) {
    case 'idle':
      return [{ type: 'start' }, 0]
    case 'preparing':
      return [{ type: 'prepared', request }, 0]
    case 'opening':
      return [{ type: 'opened', info: { protocol: '', url: '', headers: undefined } }, 0]
    case 'requesting':
      return [{ type: 'response', retryAfterMs, response: 'body' }, 0]
    case 'handling':
      return [{ type: 'handled', result }, 0]
    default:
      return [{ type: 'timeout', timer: 'next' }, running.get('next') ?? 0]
  }
}

type Visit = (
  now: number,
  event: TestEvent,
  before: PollLedger['state'],
  ledger: PollLedger,
  step: Step,
) => void

/** Runs a sequence of events against a ledger. The clock is never set back. */
function run(policy: PollPolicy, sequence: readonly Step[], visit?: Visit): PollLedger {
  const ledger = createPollLedger()
  let now = 1_000_000
  for (const step of sequence) {
    const { random, isVisible } = step
    const hasSubscribers = step.hasSubscribers && policy.hasSubscribers
    const all = pollEvents.filter(({ type }) => type !== 'stop' && type !== 'ended')
    const [event, earliest] =
      step.course === 'forward'
        ? forward(ledger, step)
        : step.course === 'other'
          ? [all[step.pick % all.length] ?? { type: 'start' as const }, 0]
          : [{ type: step.course }, 0]
    // Only a running timer fires, and not too soon.
    if (event.type === 'timeout' && !ledger.timers.has(event.timer)) continue
    const due = event.type === 'timeout' ? (ledger.timers.get(event.timer) ?? 0) : earliest
    now = Math.max(now + step.later, due)
    const before = ledger.state
    // A visible page has no minimum gap.
    const own = { ...policy, minHiddenDelayMs: isVisible ? 0 : policy.minHiddenDelayMs, hasSubscribers }
    ledger.apply(event, { now, random }, own)
    visit?.(now, event, before, ledger, { ...step, hasSubscribers })
  }
  return ledger
}

describe('in random sequences of events', () => {
  test('there is at most one request, and the timers match the phase', () => {
    let polls = 0
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => void (polls += run(policy, sequence).polls.length)),
      { numRuns: 1000 },
    )
    expect(polls).toBeGreaterThan(3000)
  })

  test('no event has an effect after stop', () => {
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => {
        const ledger = run(policy, sequence)
        const input = { now: 9e9, random: 0.5 }
        ledger.apply({ type: 'stop' }, input, policy)
        expect([ledger.state.phase, ledger.timers.size]).toEqual(['stopped', 0])
        for (const event of pollEvents) expect(ledger.apply(event, input, policy)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

/** The result of a poll, and the gap until the next one. */
interface Turn {
  readonly gap: number
  readonly result: PollResult | undefined
  /** Whether a page or network event happened in between. */
  readonly isPrompted: boolean
  readonly now: number
  readonly notBefore: number
  readonly wasHidden: boolean
  readonly hadSubscribers: boolean
}

/** Returns the polls of a sequence, each with the result of the one before. */
function turns(policy: PollPolicy, sequence: readonly Step[]): Turn[] {
  const all: Turn[] = []
  let result: PollResult | undefined
  let notBefore = 0
  let isPrompted = false
  let wasHidden = true
  let hadSubscribers = false
  run(policy, sequence, (now, event, before, { polls, state }, step) => {
    if (event.type === 'pollNow') isPrompted = true
    if (event.type === 'handled' && before.phase === 'handling') ({ result } = event)
    if (event.type === 'response' && before.phase === 'requesting')
      notBefore = event.retryAfterMs > 0 ? now + Math.min(event.retryAfterMs, 300_000) : 0
    wasHidden &&= !step.isVisible
    hadSubscribers ||= step.hasSubscribers
    if (state === before || pollCountOf(state) <= pollCountOf(before)) return
    const gap = now - (polls.at(-2) ?? Number.NEGATIVE_INFINITY)
    all.push({ gap, result, isPrompted, now, notBefore, wasHidden, hadSubscribers })
    ;[result, notBefore, isPrompted, wasHidden, hadSubscribers] = [undefined, 0, false, true, false]
  })
  return all
}

/**
 * Checks every turn of many sequences.
 *
 * @param own what of a policy is given
 * @param check returns false where it has nothing to say
 */
function everyTurn(own: Partial<PollPolicy>, check: (turn: Turn, policy: PollPolicy) => boolean): void {
  let checked = 0
  fc.assert(
    fc.property(policies, steps, (given, sequence) => {
      const policy = { ...given, ...own }
      for (const turn of turns(policy, sequence)) if (check(turn, policy)) checked++
    }),
    { numRuns: 500 },
  )
  expect(checked).toBeGreaterThan(20)
}

describe('the time from one request to the next', () => {
  test('is at least minGap after an empty response', () => {
    everyTurn({ interval: undefined }, ({ gap, result, isPrompted }, { minGap }) => {
      expect(gap).toBeGreaterThanOrEqual(0)
      if (result !== 'empty' && result !== 'undecodable') return false
      expect(gap).toBeGreaterThanOrEqual(isPrompted ? Math.min(minGap, 1000) : minGap)
      return true
    })
  })

  test('is at least a second after a page or network event has replaced a request', () => {
    everyTurn({}, ({ gap, result }) => {
      if (result) return false
      expect(gap).toBeGreaterThanOrEqual(1000)
      return true
    })
  })

  test('is at least nine tenths of the interval, unless a page or network event shortens it', () => {
    everyTurn({ interval: 5000 }, ({ gap, result, isPrompted }) => {
      if (!result || result === 'undelivered' || isPrompted) return false
      expect(gap).toBeGreaterThanOrEqual(4500)
      return true
    })
  })

  test('is at least a second while there is no subscriber for the messages', () => {
    everyTurn({}, ({ gap, result, hadSubscribers }) => {
      if (result !== 'undelivered' || hadSubscribers) return false
      expect(gap).toBeGreaterThanOrEqual(1000)
      return true
    })
  })

  test('respects Retry-After up to five minutes, also after page and network events', () => {
    everyTurn({}, ({ now, notBefore }) => {
      expect(now).toBeGreaterThanOrEqual(notBefore)
      return notBefore > 0
    })
  })

  test('is at least pause.hidden while the page is hidden, unless a request is replaced', () => {
    everyTurn({ minHiddenDelayMs: 60_000 }, ({ gap, result, wasHidden }) => {
      if (!wasHidden || !result || result === 'undelivered') return false
      expect(gap).toBeGreaterThanOrEqual(60_000)
      return true
    })
  })
})

test('limits a burst of immediate responses to a hundred requests a second, unless minGap is shorter', () => {
  const latencies = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(latencies, fc.constantFrom(0, 5, 1000), (latency, minGap) => {
      const ledger = createPollLedger()
      let now = 0
      let random = 0
      const apply = (event: TestEvent) => ledger.apply(event, { now, random }, { ...pollPolicy, minGap })
      apply({ type: 'start' })
      for (let turn = 0; turn < 1200; turn++) {
        random = (random + 0.37) % 1
        apply({ type: 'prepared', request })
        apply({ type: 'opened', info: { protocol: '', url: '', headers: undefined } })
        now += Math.min(latency[turn % latency.length] ?? 0, Math.max(0, minGap - 1))
        apply({ type: 'response', retryAfterMs: 0, response: 'body' })
        apply({ type: 'handled', result: 'messages' })
        now = Math.max(now, ledger.timers.get('next') ?? now)
        if (ledger.timers.has('next')) apply({ type: 'timeout', timer: 'next' })
      }
      const gaps = ledger.polls.slice(1).map((at, turn) => at - (ledger.polls[turn] ?? 0))
      expect(Math.min(...gaps.slice(100))).toBeGreaterThanOrEqual(Math.min(10, minGap))
      expect(Math.max(...gaps)).toBeLessThan(100)
    }),
    { numRuns: 20 },
  )
})

describe('in every state that can be reached', () => {
  test('a deeper walk finds no further state', () => {
    const deep = [...walkPolls(16)].length
    expect([...walkPolls(24)].length).toBe(deep)
    expect(deep).toBeGreaterThan(50_000)
  })

  test('each step keeps its promises', () => {
    const broken: string[] = []
    for (const { from, event, to, effects, now } of walkPolls(24)) {
      const types = effects.map(({ type }) => type)
      const promises = {
        'a poll is counted when it is prepared':
          types.includes('prepare') === pollCountOf(to) > pollCountOf(from),
        'a poll begins after the last one has ended':
          !types.includes('prepare') || !/preparing|opening/.test(from.phase),
        'a request that is replaced is aborted first':
          from.phase !== 'requesting' || !types.includes('prepare') || types[0] === 'abort',
        'stopped is final': from.phase !== 'stopped' || (to === from && types.length === 0),
        'no timer is left when it is reached':
          to.phase !== 'stopped' || from.phase === 'stopped' || types[0] === 'stop',
        'stop stops': event.type !== 'stop' || to.phase === 'stopped',
        'only a wait has a time, and that is ahead':
          (to.phase !== 'waiting' && to.phase !== 'broughtForward') ||
          types.length === 0 ||
          to.nextPollAt > now,
        'a server is not polled before the time it named':
          !('notBefore' in from) || !types.includes('prepare') || from.notBefore <= now,
      }
      for (const [promise, holds] of Object.entries(promises))
        if (!holds) broken.push(`${promise}: ${JSON.stringify({ from, event, to, types })}`)
    }
    expect(broken.slice(0, 3)).toEqual([])
  })
})
