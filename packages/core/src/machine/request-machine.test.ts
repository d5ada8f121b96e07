import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpError } from '../shared/errors.ts'
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
  delay: (attempt) => attempt * 1000,
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
const asking: RequestState = { ...initialRequestState, phase: 'fetching', epoch: 1 }
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

describe('the life of one request', () => {
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
    ['asked: it dials', initialRequestState, { type: 'fetch' }, {}, 'fetching', 'send'],
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
      'asked offline: it waits',
      { ...initialRequestState, isOnline: false },
      { type: 'fetch' },
      {},
      'waiting',
      '',
    ],
    [
      'asked offline, which is not believed',
      { ...initialRequestState, isOnline: false },
      { type: 'fetch' },
      { pauseOffline: false },
      'fetching',
      'send',
    ],
    [
      'asked on a hidden page',
      { ...initialRequestState, isVisible: false },
      { type: 'fetch' },
      { pauseHidden: true },
      'waiting',
      '',
    ],
    ['asked twice: once', asking, { type: 'fetch' }, {}, 'fetching', ''],
    ['answered', asking, ended({ kind: 'complete' }), {}, 'settled', 'stop settle'],
    ['lost: it waits', asking, ended({}), {}, 'waiting', 'stop abortAttempt start retry'],
    [
      'lost, not to be repeated',
      asking,
      ended({}),
      { idempotent: false },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'lost, not to be repeated, but the user says so',
      asking,
      ended({}),
      { idempotent: false, when: () => true },
      'waiting',
      'stop abortAttempt start retry',
    ],
    [
      'lost, and the user says no',
      asking,
      ended({}),
      { when: () => false },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'lost, with no attempt left',
      { ...asking, attempt: 3 },
      ended({}),
      {},
      'settled',
      'stop abortAttempt give-up settle',
    ],
    [
      'lost, and none is wanted',
      asking,
      ended({}),
      { limit: 0 },
      'settled',
      'stop abortAttempt give-up settle',
    ],
    ['fatal', asking, ended({ kind: 'fatal' }), {}, 'settled', 'stop abortAttempt settle'],
    [
      'unauthorized: credentials once more',
      asking,
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true },
      'fetching',
      'stop abortAttempt send',
    ],
    [
      'unauthorized: they cannot be asked for',
      asking,
      ended({ kind: 'unauthorized' }),
      {},
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'unauthorized again',
      { ...asking, hasRenewedCredentials: true },
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true },
      'settled',
      'stop abortAttempt settle',
    ],
    [
      'unauthorized, a write',
      asking,
      ended({ kind: 'unauthorized' }),
      { canRenewCredentials: true, idempotent: false },
      'fetching',
      'stop abortAttempt send',
    ],
    ['an old epoch', asking, ended({ kind: 'complete' }, 0), {}, 'fetching', ''],
    ['due', waiting, { type: 'due' }, {}, 'fetching', 'send'],
    [
      'due, while it waits for the network',
      { ...waiting, waitingFor: 'online' },
      { type: 'due' },
      {},
      'waiting',
      '',
    ],
    ['aborted while asking', asking, { type: 'abort' }, {}, 'settled', 'stop abortAttempt'],
    ['aborted while waiting', waiting, { type: 'abort' }, {}, 'settled', 'stop abortAttempt'],
    ['aborted when over', { ...asking, phase: 'settled' }, { type: 'abort' }, {}, 'settled', ''],
    ['offline while waiting', waiting, { type: 'pageEvent', pageEvent: 'offline' }, {}, 'waiting', 'stop'],
    [
      'online again',
      { ...waiting, waitingFor: 'online', isOnline: false },
      { type: 'pageEvent', pageEvent: 'online' },
      {},
      'waiting',
      'start',
    ],
    [
      'online, while the timer runs: sooner',
      waiting,
      { type: 'pageEvent', pageEvent: 'online' },
      {},
      'waiting',
      'start',
    ],
    [
      'hidden, while the timer runs: nothing',
      waiting,
      { type: 'pageEvent', pageEvent: 'hidden' },
      {},
      'waiting',
      '',
    ],
    [
      'offline while asking proves nothing',
      asking,
      { type: 'pageEvent', pageEvent: 'offline' },
      {},
      'fetching',
      '',
    ],
    [
      'into the bfcache',
      asking,
      { type: 'pageEvent', pageEvent: 'pagehide' },
      {},
      'waiting',
      'stop abortAttempt',
    ],
    [
      'into the bfcache, a write is left to the browser',
      asking,
      { type: 'pageEvent', pageEvent: 'pagehide' },
      { idempotent: false },
      'fetching',
      '',
    ],
    [
      'out of the bfcache',
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

  test('[retry-after] Retry-After only ever makes it later, and holds when the network is back', () => {
    const [state, effects] = step(asking, ended({ retryAfterMs: 60_000 }))
    expect(state).toMatchObject({ attempt: 1, retryAt: 71_000, notBefore: 71_000 })
    expect(effects).toContainEqual({ type: 'start', delayMs: 61_000 })
    expect(step(state, { type: 'pageEvent', pageEvent: 'online' })[0].retryAt).toBe(71_000)
  })

  test.for([
    [undefined, 0],
    [0, 0],
    [1, 11_001],
  ])('with a server delay of %s ms, no retry is before %s', ([retryAfterMs, notBefore]) => {
    const [state] = step(asking, ended({ retryAfterMs }))
    expect(state.notBefore).toBe(notBefore)
  })

  test('without a server delay, the network brings the retry forward', () => {
    const [state] = step(asking, ended({}))
    expect(state.retryAt).toBe(11_000)
    expect(step(state, { type: 'pageEvent', pageEvent: 'online' })[0].retryAt).toBe(10_125)
  })

  test('[offline] the network is back: at once, with a little jitter', () => {
    const offline: RequestState = { ...waiting, waitingFor: 'online', isOnline: false, retryAt: undefined }
    const [state, effects] = step(offline, { type: 'pageEvent', pageEvent: 'online' })
    expect(state).toMatchObject({ waitingFor: 'timer', retryAt: 10_125 })
    expect(effects).toEqual([{ type: 'start', delayMs: 125 }])
  })
})

const signals: PageEvent[] = ['online', 'offline', 'visible', 'hidden', 'pagehide', 'pageshow', 'wake']
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
        retryAfter: fc.option(fc.double({ min: -1e9, max: 1e12 }), { nil: undefined }),
      }),
    }),
  ),
  { maxLength: 60 },
)
const policies = fc.record({
  limit: fc.constantFrom(0, 1, 3, Infinity),
  idempotent: fc.boolean(),
  renewable: fc.boolean(),
  pauseOffline: fc.boolean(),
  pauseHidden: fc.boolean(),
})

test('whatever happens in whatever order: it ends at most once, nothing follows, and no limit is passed', () => {
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
