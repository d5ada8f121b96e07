import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpError } from '../shared/errors.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type RequestEvent,
  type RequestPolicy,
  type RequestState,
  transitionRequest,
  initialRequestState,
} from './request-machine.ts'
import type { PageEvent } from '../platform/environment.ts'

const policy: RequestPolicy = {
  limit: 3,
  delay: ({ attempt }) => attempt * 1000,
  when: undefined,
  idempotent: true,
  canRenewCredentials: false,
  pauseOffline: true,
  pauseHidden: false,
}
const stamp = { now: 10_000, random: 0.5 }
const error = new HttpError('no', { status: 503 })
const step = (state: RequestState, event: RequestEvent, own: Partial<RequestPolicy> = {}) =>
  transitionRequest(state, event, { ...policy, ...own }, stamp)
const fetching: RequestState = { ...initialRequestState, phase: 'fetching', epoch: 1 }
const waiting: RequestState = {
  ...initialRequestState,
  phase: 'waiting',
  epoch: 2,
  attempt: 1,
  waitingFor: 'timer',
  retryAt: 12_000,
  error,
}
const ended = (
  outcome: Partial<Extract<RequestEvent, { type: 'ended' }>['outcome']>,
  epoch = 1,
): RequestEvent => ({
  type: 'ended',
  epoch,
  outcome: { kind: 'retryable', error, ...outcome },
})
const types = (effects: readonly { type: string }[]) => effects.map(({ type }) => type).join(' ')

describe('the transitions of a request', () => {
  test.for<
    [
      name: string,
      from: RequestState,
      event: RequestEvent,
      own: Partial<RequestPolicy>,
      phase: string,
      effects: string,
    ]
  >([
    ['fetch: sends', initialRequestState, { type: 'fetch' }, {}, 'fetching', 'send'],
    [
      'a request with pause.hidden is sent if no page event has arrived',
      initialRequestState,
      { type: 'fetch' },
      { pauseHidden: true },
      'fetching',
      'send',
    ],
    [
      'a request with pause.hidden waits in a hidden page',
      { ...initialRequestState, isVisible: false },
      { type: 'fetch' },
      { pauseHidden: true },
      'waiting',
      '',
    ],
    [
      'fetch while offline: waits',
      { ...initialRequestState, isOnline: false },
      { type: 'fetch' },
      {},
      'waiting',
      '',
    ],
    [
      'fetch while offline, with pause.offline: false: sends',
      { ...initialRequestState, isOnline: false },
      { type: 'fetch' },
      { pauseOffline: false },
      'fetching',
      'send',
    ],
    [
      'fetch on a hidden page, with pause.hidden: waits',
      { ...initialRequestState, isVisible: false },
      { type: 'fetch' },
      { pauseHidden: true },
      'waiting',
      '',
    ],
    ['a second fetch: does not send again', fetching, { type: 'fetch' }, {}, 'fetching', ''],
    ['complete: settles', fetching, ended({ kind: 'complete' }), {}, 'settled', 'stop settle'],
    ['failed: waits for a retry', fetching, ended({}), {}, 'waiting', 'stop abortAttempt start retry'],
    [
      'failed, non-idempotent: settles',
      fetching,
      ended({}),
      { idempotent: false },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'failed, non-idempotent, but retry.when wants a retry: waits',
      fetching,
      ended({}),
      { idempotent: false, when: () => true },
      'waiting',
      'stop abortAttempt start retry',
    ],
    [
      'failed, and retry.when wants no retry: settles',
      fetching,
      ended({}),
      { when: () => false },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'failed, without an attempt left: gives up',
      { ...fetching, attempt: 3 },
      ended({}),
      {},
      'settled',
      'stop abortAttempt give-up settle',
    ],
    [
      'failed, with limit 0: gives up',
      fetching,
      ended({}),
      { limit: 0 },
      'settled',
      'stop abortAttempt give-up settle',
    ],
    ['fatal: settles', fetching, ended({ kind: 'fatal' }), {}, 'settled', 'stop abortAttempt settle'],
    [
      'unauthorized: sends again with new credentials',
      fetching,
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true },
      'fetching',
      'stop abortAttempt send',
    ],
    [
      'unauthorized, without a credentials function: settles',
      fetching,
      ended({ kind: 'unauthorized' }),
      {},
      'settled',
      'stop abortAttempt settle',
    ],
    [
      '[renewal-limit] unauthorized, with two renewals in the last ten seconds: renews later',
      { ...fetching, renewalGapsEndAt: 29_000 },
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true, idempotent: false },
      'waiting',
      'stop abortAttempt start retry',
    ],
    [
      '[renewal-limit] the same without retries: settles',
      { ...fetching, renewalGapsEndAt: 29_000 },
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true, limit: 0 },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'unauthorized for the second time: settles',
      { ...fetching, hasRenewedCredentials: true },
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'unauthorized, non-idempotent: sends again with new credentials',
      fetching,
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true, idempotent: false },
      'fetching',
      'stop abortAttempt send',
    ],
    ['an old epoch: no effect', fetching, ended({ kind: 'complete' }, 0), {}, 'fetching', ''],
    ['due: sends', waiting, { type: 'due' }, {}, 'fetching', 'send'],
    [
      'due, while waiting for the network: no effect',
      { ...waiting, waitingFor: 'online' },
      { type: 'due' },
      {},
      'waiting',
      '',
    ],
    ['abort while fetching', fetching, { type: 'abort' }, {}, 'settled', 'stop abortAttempt'],
    ['abort while waiting', waiting, { type: 'abort' }, {}, 'settled', 'stop abortAttempt'],
    [
      'abort when settled: no effect',
      { ...fetching, phase: 'settled' },
      { type: 'abort' },
      {},
      'settled',
      '',
    ],
    [
      'offline while waiting: stops the timer',
      waiting,
      { type: 'pageEvent', pageEvent: 'offline' },
      {},
      'waiting',
      'stop',
    ],
    [
      'online again: starts the timer',
      { ...waiting, waitingFor: 'online', isOnline: false },
      { type: 'pageEvent', pageEvent: 'online' },
      {},
      'waiting',
      'start',
    ],
    [
      'online while the timer runs: retries sooner',
      waiting,
      { type: 'pageEvent', pageEvent: 'online' },
      {},
      'waiting',
      'start',
    ],
    [
      'hidden while the timer runs: no effect',
      waiting,
      { type: 'pageEvent', pageEvent: 'hidden' },
      {},
      'waiting',
      '',
    ],
    [
      'offline while fetching: continues',
      fetching,
      { type: 'pageEvent', pageEvent: 'offline' },
      {},
      'fetching',
      '',
    ],
    [
      'into the bfcache: aborts and waits',
      fetching,
      { type: 'pageEvent', pageEvent: 'pagehide' },
      {},
      'waiting',
      'stop abortAttempt',
    ],
    [
      'into the bfcache, non-idempotent: continues',
      fetching,
      { type: 'pageEvent', pageEvent: 'pagehide' },
      { idempotent: false },
      'fetching',
      '',
    ],
    [
      'out of the bfcache: starts the timer',
      { ...waiting, waitingFor: 'page', isPageActive: false },
      { type: 'pageEvent', pageEvent: 'pageshow' },
      {},
      'waiting',
      'start',
    ],
  ])('%s', ([, from, event, own, phase, effects]) => {
    const [state, done] = step(from, event, own)
    expect([state.phase, types(done)]).toEqual([phase, effects])
  })

  test('[retry-after] Retry-After lengthens the delay, also when the network is back', () => {
    const [state, effects] = step(fetching, ended({ retryAfterMs: 60_000 }))
    expect(state).toMatchObject({ attempt: 1, retryAt: 71_000, notBefore: 71_000 })
    expect(effects).toContainEqual({ type: 'start', delayMs: 61_000 })
    expect(step(state, { type: 'pageEvent', pageEvent: 'online' })[0].retryAt).toBe(71_000)
  })

  test.for([
    [undefined, 0],
    [0, 0],
    [1, 11_001],
  ])('with a server delay of %s ms, no retry is before %s', ([retryAfterMs, notBefore]) => {
    const [state] = step(fetching, ended({ retryAfterMs }))
    expect(state.notBefore).toBe(notBefore)
  })

  test('without a server delay, the network brings the retry forward', () => {
    const [state] = step(fetching, ended({}))
    expect(state.retryAt).toBe(11_000)
    expect(step(state, { type: 'pageEvent', pageEvent: 'online' })[0].retryAt).toBe(10_125)
  })

  test('[offline] retries at once, with a little jitter, when the network is back', () => {
    const offline: RequestState = { ...waiting, waitingFor: 'online', isOnline: false, retryAt: undefined }
    const [state, effects] = step(offline, { type: 'pageEvent', pageEvent: 'online' })
    expect(state).toMatchObject({ waitingFor: 'timer', retryAt: 10_125 })
    expect(effects).toEqual([{ type: 'start', delayMs: 125 }])
  })
})

const signals: PageEvent[] = [
  'online',
  'offline',
  'visible',
  'hidden',
  'pagehide',
  'pageshow',
  'wake',
  'slept',
]
const events = fc.array(
  fc.oneof(
    fc.constant<RequestEvent>({ type: 'fetch' }),
    fc.constant<RequestEvent>({ type: 'due' }),
    fc.constant<RequestEvent>({ type: 'abort' }),
    fc.constantFrom(...signals).map((signal): RequestEvent => ({ type: 'pageEvent', pageEvent: signal })),
    fc.record({
      type: fc.constant('ended' as const),
      epoch: fc.nat({ max: 12 }),
      outcome: fc.record({
        kind: fc.constantFrom(
          'retryable' as const,
          'fatal' as const,
          'complete' as const,
          'unauthorized' as const,
        ),
        error: fc.constant(error),
        retryAfterMs: fc.option(fc.double({ min: -1e9, max: 1e12 }), { nil: undefined }),
      }) satisfies fc.Arbitrary<Outcome>,
    }),
  ),
  { maxLength: 60 },
)
const policies = fc.record({
  limit: fc.constantFrom(0, 1, 3, Infinity),
  idempotent: fc.boolean(),
  canRenewCredentials: fc.boolean(),
  pauseOffline: fc.boolean(),
  pauseHidden: fc.boolean(),
}) satisfies fc.Arbitrary<Partial<RequestPolicy>>

test('in any order of events it settles at most once, has no effects after that, and stays within the limit', () => {
  fc.assert(
    fc.property(events, policies, (sequence, own) => {
      let state = initialRequestState
      let live = false
      let timer = false
      let settled = 0
      for (const event of sequence) {
        const before = state
        const [next, effects] = step(state, event, own)
        state = next
        expect(state.epoch).toBeGreaterThanOrEqual(before.epoch)
        if (before.phase === 'settled') expect(effects).toEqual([])
        for (const effect of effects) {
          if (effect.type === 'send') {
            expect(live).toBe(false)
            live = true
          } else if (effect.type === 'abortAttempt') live = false
          else if (effect.type === 'stop') timer = false
          else if (effect.type === 'start') {
            timer = true
            expect(effect.delayMs).toBeGreaterThanOrEqual(0)
            expect(Number.isFinite(effect.delayMs)).toBe(true)
          } else if (effect.type === 'settle') {
            settled++
            live = false
          } else if (effect.type === 'retry') expect(effect.attempt).toBeLessThanOrEqual(own.limit)
        }
        if (event.type === 'due' && before.waitingFor === 'timer') timer = false
        expect(live).toBe(state.phase === 'fetching')
        if (state.phase === 'waiting') expect(state.waitingFor).toBeDefined()
        if (state.phase === 'settled') expect(timer).toBe(false)
        if (timer) expect(state.waitingFor).toBe('timer')
      }
      expect(settled).toBeLessThanOrEqual(1)
    }),
    { numRuns: 500 },
  )
})
