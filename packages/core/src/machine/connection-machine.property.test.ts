import { createPingPolicy, createSilencePolicy } from './liveness.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTimerLedger } from '../../test/machine/timer-ledger.ts'
import { eventsFor, silentPolicy, walk, walkPolicy } from '../../test/machine/machine-walk.ts'
import { exponential, quickThenSpread } from '../shared/backoff.ts'
import { initialState, transition } from './connection-machine.ts'
import type { MachineEvent, Policy, TransitionInput } from './connection-state.ts'
import { TautlineError } from '../shared/errors.ts'

const policies = fc.record({
  limit: fc.constantFrom(0, 1, 3, Number.POSITIVE_INFINITY),
  delay: fc.constantFrom(
    quickThenSpread(),
    exponential(),
    () => Number.NaN,
    () => -5,
    () => Number.POSITIVE_INFINITY,
  ),
  when: fc.constantFrom(
    undefined,
    () => true,
    () => false,
    (_: unknown, retryable: boolean) => !retryable,
  ),
  canRenewCredentials: fc.boolean(),
  idempotent: fc.boolean(),
  interruptedError: fc.constantFrom(
    undefined,
    (by: 'page' | 'component') => new TautlineError('interrupted', 'interrupted', { by }),
  ),
  connectTimeoutMs: fc.constantFrom(0, 10_000, Number.POSITIVE_INFINITY),
  // A poll proves useful by its responses, not by its age.
  stableAfterMs: fc.constantFrom(5000, Number.POSITIVE_INFINITY),
  closeDelayMs: fc.constantFrom(0, 1000),
  pauseOffline: fc.boolean(),
  pauseHidden: fc.boolean(),
  heartbeat: fc.constantFrom(
    undefined,
    createPingPolicy({ intervalMs: 25_000, timeoutMs: 10_000 }),
    createPingPolicy({ intervalMs: 0, timeoutMs: 0 }),
    createSilencePolicy(10_000),
  ),
}) satisfies fc.Arbitrary<Policy>

/** Which of the possible events, after how much time, with which random number. */
const steps = fc.array(
  fc.record({
    pick: fc.nat(1000),
    later: fc.constantFrom(0, 1, 900, 5000, 26_000, 40_000, 3_600_000, -1000),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    hasActivity: fc.boolean(),
    isRequestSent: fc.boolean(),
    stale: fc.boolean(),
  }),
  { maxLength: 60 },
)

type Steps = typeof steps extends fc.Arbitrary<infer Sequence> ? Sequence : never

function run(
  policy: Policy,
  sequence: Steps,
  visit?: (event: MachineEvent, stamp: TransitionInput, ledger: ReturnType<typeof createTimerLedger>) => void,
) {
  const ledger = createTimerLedger(policy)
  let now = 1_000_000
  let lastActivityAt = now
  for (const step of sequence) {
    now += step.later
    if (step.hasActivity) lastActivityAt = now
    const events = eventsFor(ledger.state)
    const event = events[step.pick % events.length] ?? { type: 'open' }
    // A timer that is not running cannot fire.
    if (event.type === 'timeout' && !ledger.timers.has(event.timer)) continue
    const stamp: TransitionInput = {
      now,
      random: step.random,
      lastActivityAt,
      isRequestSent: step.isRequestSent,
    }
    visit?.(event, stamp, ledger)
    ledger.apply(event, stamp)
  }
  return ledger
}

describe('under random sequences of events', () => {
  test('there is at most one transport, timers match the status, and attempts stay within the limit', () => {
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => void run(policy, sequence)),
      { numRuns: 4000 },
    )
  })

  test('an event with an old epoch has no effect', () => {
    fc.assert(
      fc.property(policies, steps, fc.integer({ min: 1, max: 3 }), (policy, sequence, age) => {
        run(policy, sequence, (event, stamp, { state }) => {
          if (!('epoch' in event)) return
          expect(transition(state, { ...event, epoch: state.epoch - age }, policy, stamp)).toEqual([
            state,
            [],
          ])
        })
      }),
      { numRuns: 2000 },
    )
  })

  test('after close() only the user can open the connection', () => {
    fc.assert(
      fc.property(policies, steps, steps, (policy, before, after) => {
        const ledger = run(policy, before)
        ledger.apply({ type: 'close' }, { now: 9e9, random: 0.5, lastActivityAt: 0, isRequestSent: true })
        expect([...ledger.timers]).toEqual([])
        const { connectCount } = ledger
        for (const { pick, random } of after) {
          const events = eventsFor(ledger.state).filter(
            ({ type }) => !['open', 'reconnect', 'keyChanged', 'unsubscribed', 'subscribed'].includes(type),
          )
          const event = events[pick % events.length]
          if (!event || event.type === 'timeout') continue
          const [, effects] = ledger.apply(event, {
            now: 9e9,
            random,
            lastActivityAt: 0,
            isRequestSent: true,
          })
          expect(effects.filter(({ type }) => type !== 'stop')).toEqual([])
        }
        expect(ledger.connectCount).toBe(connectCount)
        expect(ledger.state.status).toBe('closed')
      }),
      { numRuns: 2000 },
    )
  })

  test('a delay is finite, not negative, and within the limits of the policy and of server delays', () => {
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => {
        run(policy, sequence, (event, stamp, { state }) => {
          const [to, effects] = transition(state, event, policy, stamp)
          for (const effect of effects) {
            if (effect.type !== 'start' || effect.timer !== 'retry') continue
            expect(effect.delayMs).toBeGreaterThanOrEqual(0)
            expect(effect.delayMs).toBeLessThanOrEqual(2 ** 31 - 1)
            const first = { attempt: 1, random: 0, error: undefined }
            if (policy.delay(first) >= 0 && policy.delay(first) < 1e6)
              expect(effect.delayMs).toBeLessThanOrEqual(28_000 + 300_000 + 2000)
            expect(to.retryAt).toBeDefined()
          }
        })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('in every state that can be reached', () => {
  test.each([
    ['with pings', walkPolicy],
    ['without a heartbeat', silentPolicy],
  ])('the walk visits all of them: more steps reach no new state (%s)', (_, policy) => {
    const deep = [...walk(14, policy)].length
    expect([...walk(20, policy)].length).toBe(deep)
    expect(deep).toBeGreaterThan(10_000)
  })

  test('the fields match the status, and the epoch changes with each transport', () => {
    for (const { from, event, to, effects } of [...walk(20), ...walk(20, silentPolicy)]) {
      const where = `${from.status} on ${JSON.stringify(event)}`
      expect(to.waitingFor !== undefined, where).toBe(to.status === 'backoff')
      expect(to.closed !== undefined, where).toBe(to.status === 'closed')
      expect(to.attempt, where).toBeLessThanOrEqual(walkPolicy.limit)
      const moved = effects.some(({ type }) => type === 'connect' || type === 'closeTransport')
      if (moved) expect(to.epoch, where).toBeGreaterThan(from.epoch)
      if (to.status !== from.status && to.status !== 'open')
        expect(to.epoch, where).toBeGreaterThan(from.epoch)
      if (to.isSuspect) expect(['connecting', 'open'], where).toContain(to.status)
      if (from.status === 'closed' && to.status !== 'closed') {
        expect(['open', 'reconnect', 'keyChanged', 'unsubscribed', 'timeout'], where).toContain(event.type)
      }
    }
  })

  test('the initial state is idle and online, as documented', () => {
    expect(initialState).toMatchObject({ status: 'idle', isOnline: true, attempt: 0, epoch: 0 })
    expect(Object.isFrozen(initialState)).toBe(true)
  })
})
