import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkStep, createFallbackLedger } from '../../test/machine/fallback-ledger.ts'
import { SCRIPT_START, eventOf, fallbackPolicy } from '../../test/machine/fallback-script.ts'
import { type Extra, eventsOf, walkFallback } from '../../test/machine/fallback-walk.ts'
import { fallbackTransition, initialFallbackState } from './fallback-machine.ts'
import type { FallbackPolicy, FallbackState, TransportProof } from './fallback-state.ts'

const ALL: readonly Extra[] = ['gap', 'behind', 'clean', 'unauthorized', 'network', 'memory', 'late', 'delay']
const withProofs = (...proofs: TransportProof[]): FallbackPolicy => ({ ...fallbackPolicy, proofs })

describe('in every state that can be reached', () => {
  test.each<[string, number, FallbackPolicy, readonly Extra[], number]>([
    ['three transports', 8, fallbackPolicy, [], 50_000],
    ['three transports, with every kind of event', 5, fallbackPolicy, ALL, 30_000],
    ['two transports, with gaps', 8, withProofs('reply', 'byte'), ['gap'], 100_000],
    ['one transport, with every kind of event', 8, withProofs('reply'), ALL, 10_000],
    [
      'two transports without upgrades',
      6,
      { ...withProofs('open', 'open'), upgrade: undefined },
      ALL,
      10_000,
    ],
    ['no transport', 8, withProofs(), ALL, 20],
  ])('each step of %s keeps its promises', (_, depth, policy, extras, atLeast) => {
    let steps = 0
    for (const { from, event, to, effects } of walkFallback(depth, policy, extras)) {
      checkStep(from, event, to, effects, policy)
      steps++
    }
    expect(steps).toBeGreaterThan(atLeast)
  })
})

/** Returns the most starts until the attempt with this number ends, if the server is away: all that can happen. */
function mostStarts(
  policy: FallbackPolicy,
  retries: number,
  from: FallbackState,
  firstAttempt: number,
): number {
  let most = 0
  const known = new Set<string>()
  const visit = (state: FallbackState, attempt: number): void => {
    const key = JSON.stringify([state, attempt])
    if (known.has(key)) return
    known.add(key)
    most = Math.max(most, state.starts - from.starts)
    const texts = state.active
      ? eventsOf(state, policy, SCRIPT_START, [])
          .filter(
            (event) =>
              (event.type === 'ended' && event.outcome.kind === 'retryable') ||
              event.type === 'timeout' ||
              (event.type === 'close' && event.isFailure),
          )
          .map((event) => ({ event, next: attempt }))
      : attempt < firstAttempt + retries
        ? [{ event: eventOf(`connect ${attempt + 1}`, SCRIPT_START), next: attempt + 1 }]
        : []
    for (const { event, next } of texts)
      visit(fallbackTransition(state, event, policy, { now: SCRIPT_START, random: 0 })[0], next)
  }
  visit(from, firstAttempt)
  return most
}

describe('while the server is away', () => {
  test.each([
    ['one transport', withProofs('reply')],
    ['two transports', withProofs('reply', 'byte')],
    ['three transports', fallbackPolicy],
    ['four transports', withProofs('reply', 'byte', 'byte', 'open')],
  ])('%s are started at most so often: each one, then two, then one for each retry', (_, policy) => {
    const count = policy.proofs.length
    for (const retries of [0, 1, 2, 3, 4]) {
      const [begun] = fallbackTransition(initialFallbackState, eventOf('connect 0', 0), policy, {
        now: SCRIPT_START,
        random: 0,
      })
      const most = 1 + mostStarts(policy, retries, begun, 0)
      expect(most).toBeLessThanOrEqual(count + 1 + retries)
      expect(most).toBe(count + retries + (retries > 0 && count > 1 ? 1 : 0))
    }
  })
})

const policies: fc.Arbitrary<FallbackPolicy> = fc.record({
  proofs: fc.array(fc.constantFrom<TransportProof>('open', 'byte', 'reply'), { maxLength: 4 }),
  fallbackAfterMs: fc.constantFrom(0, 2000),
  upgrade: fc.constantFrom(undefined, { afterMs: 400, capMs: 2000 }, { afterMs: 30_000, capMs: 600_000 }),
  stableAfterMs: fc.constantFrom(0, 5000),
  memoryMs: fc.constantFrom(0, 1_800_000),
})

const steps = fc.array(
  fc.record({
    pick: fc.nat(1000),
    later: fc.constantFrom(0, 0, 0, 10, 2000, 6000, 40_000, -3_600_000),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { maxLength: 120, size: 'max' },
)
type Steps = typeof steps extends fc.Arbitrary<infer All> ? All : never

/** Runs random events, each one possible in its state, against a ledger. A timer fires when it is due. */
function run(policy: FallbackPolicy, sequence: Steps, extras: readonly Extra[] = ALL) {
  const ledger = createFallbackLedger(policy)
  let now = SCRIPT_START
  for (const { pick, later, random } of sequence) {
    now += later
    const events = eventsOf(ledger.state, policy, now, extras)
    const event = events[pick % events.length]
    if (!event) continue
    if (event.type === 'timeout') now = Math.max(now, ledger.timers.get(event.timer) ?? now)
    ledger.apply(event, { now, random })
  }
  return { ledger, now }
}

describe('in random sequences of events', () => {
  test('each step keeps its promises, also if the clock is set back', () => {
    let starts = 0
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => {
        starts += run(policy, sequence).ledger.starts
      }),
      { numRuns: 500 },
    )
    expect(starts).toBeGreaterThan(3000)
  })

  test('nothing runs after close(), whatever happens then', () => {
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => {
        const { ledger, now } = run(policy, sequence)
        const { starts } = ledger.state
        ledger.apply({ type: 'close' }, { now, random: 0 })
        for (let start = 0; start <= starts; start++)
          for (const text of [
            `opened ${start}`,
            `proved ${start}`,
            `ended ${start} fatal`,
            `gap ${start} b d`,
          ])
            expect(ledger.apply(eventOf(text, now), { now, random: 0 })).toEqual([])
        for (const timer of ['fallback', 'upgrade', 'proofDeadline'] as const)
          expect(ledger.apply({ type: 'timeout', timer }, { now, random: 0 })).toEqual([])
        expect([ledger.timers.size, ledger.state.active]).toEqual([0, undefined])
      }),
      { numRuns: 100 },
    )
  })

  test('a better transport that proves itself becomes the active one, after whatever happened before', () => {
    let switches = 0
    fc.assert(
      fc.property(steps, (sequence) => {
        const ledger = createFallbackLedger(fallbackPolicy)
        let now = SCRIPT_START
        for (const { pick, later, random } of sequence) {
          now += Math.max(0, later)
          // Not too many of them end for good.
          const events = eventsOf(ledger.state, fallbackPolicy, now, []).filter(
            ({ type }) => type !== 'close' && (type !== 'ended' || pick % 3 === 0),
          )
          const event = events[pick % events.length]
          if (event) ledger.apply(event, { now, random })
          const { active, candidate } = ledger.state
          if (!active || !candidate || candidate.transport > active.transport || pick % 2 > 0) continue
          ledger.apply({ type: 'proved', start: candidate.start }, { now, random })
          expect(ledger.state.active).toMatchObject({ transport: candidate.transport, phase: 'proved' })
          expect(ledger.state.candidate).toBeUndefined()
          switches++
        }
      }),
      { numRuns: 200 },
    )
    expect(switches).toBeGreaterThan(100)
  })

  test('a remembered transport only decides which one is started first', () => {
    fc.assert(
      fc.property(policies, fc.nat(4), (policy, transport) => {
        const started = (text: string): number[] => {
          const ledger = createFallbackLedger(policy)
          const all: number[] = []
          let event = eventOf(text, SCRIPT_START)
          for (;;) {
            const effects = ledger.apply(event, { now: SCRIPT_START, random: 0 })
            all.push(
              ...effects.flatMap((effect) => (effect.type === 'startTransport' ? [effect.transport] : [])),
            )
            if (!ledger.state.active) return all
            event = eventOf(`ended ${ledger.state.active.start}`, SCRIPT_START)
          }
        }
        const without = started('connect 0')
        expect(new Set(started(`connect 0 remembered ${transport}`))).toEqual(new Set(without))
        expect(without).toEqual([...policy.proofs.keys()])
      }),
    )
  })
})
