import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TautlineError } from '../shared/errors.ts'
import { type FetchEvent, type FetchPolicy, type FetchState, advance, unasked } from './request-machine.ts'
import type { Signal } from '../platform/environment.ts'

const policy: FetchPolicy = {
  limit: 3,
  delay: (attempt) => attempt * 1000,
  when: undefined,
  idempotent: true,
  renewable: false,
  pauseOffline: true,
  pauseHidden: false,
}
const stamp = { now: 10_000, random: 0.5 }
const error = new TautlineError('http', 'no', { status: 503 })
const step = (state: FetchState, event: FetchEvent, own: Partial<FetchPolicy> = {}) =>
  advance(state, event, { ...policy, ...own }, stamp)
const asking: FetchState = { ...unasked, phase: 'asking', epoch: 1 }
const waiting: FetchState = {
  ...unasked,
  phase: 'waiting',
  epoch: 2,
  attempt: 1,
  waitingFor: 'timer',
  retryAt: 12_000,
  error,
}
const ended = (
  outcome: Partial<Extract<FetchEvent, { type: 'ended' }>['outcome']>,
  epoch = 1,
): FetchEvent => ({
  type: 'ended',
  epoch,
  outcome: { kind: 'lost', error, ...outcome },
})
const types = (effects: readonly { type: string }[]) => effects.map(({ type }) => type).join(' ')

describe('the life of one request', () => {
  test.for<
    [
      name: string,
      from: FetchState,
      event: FetchEvent,
      own: Partial<FetchPolicy>,
      phase: string,
      effects: string,
    ]
  >([
    ['asked: it dials', unasked, { type: 'ask' }, {}, 'asking', 'dial'],
    ['asked offline: it waits', { ...unasked, online: false }, { type: 'ask' }, {}, 'waiting', ''],
    [
      'asked offline, which is not believed',
      { ...unasked, online: false },
      { type: 'ask' },
      { pauseOffline: false },
      'asking',
      'dial',
    ],
    [
      'asked on a hidden page',
      { ...unasked, visible: false },
      { type: 'ask' },
      { pauseHidden: true },
      'waiting',
      '',
    ],
    ['asked twice: once', asking, { type: 'ask' }, {}, 'asking', ''],
    ['answered', asking, ended({ kind: 'complete' }), {}, 'over', 'stop settle'],
    ['lost: it waits', asking, ended({}), {}, 'waiting', 'stop abandon start retry'],
    ['lost, not to be repeated', asking, ended({}), { idempotent: false }, 'over', 'stop abandon settle'],
    [
      'lost, not to be repeated, but the user says so',
      asking,
      ended({}),
      { idempotent: false, when: () => true },
      'waiting',
      'stop abandon start retry',
    ],
    ['lost, and the user says no', asking, ended({}), { when: () => false }, 'over', 'stop abandon settle'],
    [
      'lost, with no attempt left',
      { ...asking, attempt: 3 },
      ended({}),
      {},
      'over',
      'stop abandon giveup settle',
    ],
    ['lost, and none is wanted', asking, ended({}), { limit: 0 }, 'over', 'stop abandon giveup settle'],
    ['fatal', asking, ended({ kind: 'fatal' }), {}, 'over', 'stop abandon settle'],
    [
      'unauthorized: credentials once more',
      asking,
      ended({ kind: 'unauthorized' }),
      { renewable: true },
      'asking',
      'stop abandon dial',
    ],
    [
      'unauthorized: they cannot be asked for',
      asking,
      ended({ kind: 'unauthorized' }),
      {},
      'over',
      'stop abandon settle',
    ],
    [
      'unauthorized again',
      { ...asking, renewed: true },
      ended({ kind: 'unauthorized' }),
      { renewable: true },
      'over',
      'stop abandon settle',
    ],
    [
      'unauthorized, a write',
      asking,
      ended({ kind: 'unauthorized' }),
      { renewable: true, idempotent: false },
      'asking',
      'stop abandon dial',
    ],
    ['an old epoch', asking, ended({ kind: 'complete' }, 0), {}, 'asking', ''],
    ['due', waiting, { type: 'due' }, {}, 'asking', 'dial'],
    [
      'due, while it waits for the network',
      { ...waiting, waitingFor: 'online' },
      { type: 'due' },
      {},
      'waiting',
      '',
    ],
    ['aborted while asking', asking, { type: 'abort' }, {}, 'over', 'stop abandon'],
    ['aborted while waiting', waiting, { type: 'abort' }, {}, 'over', 'stop abandon'],
    ['aborted when over', { ...asking, phase: 'over' }, { type: 'abort' }, {}, 'over', ''],
    ['offline while waiting', waiting, { type: 'signal', signal: 'offline' }, {}, 'waiting', 'stop'],
    [
      'online again',
      { ...waiting, waitingFor: 'online', online: false },
      { type: 'signal', signal: 'online' },
      {},
      'waiting',
      'start',
    ],
    [
      'online, while the timer runs: sooner',
      waiting,
      { type: 'signal', signal: 'online' },
      {},
      'waiting',
      'start',
    ],
    [
      'hidden, while the timer runs: nothing',
      waiting,
      { type: 'signal', signal: 'hidden' },
      {},
      'waiting',
      '',
    ],
    ['offline while asking proves nothing', asking, { type: 'signal', signal: 'offline' }, {}, 'asking', ''],
    ['into the bfcache', asking, { type: 'signal', signal: 'freeze' }, {}, 'waiting', 'stop abandon'],
    [
      'into the bfcache, a write is left to the browser',
      asking,
      { type: 'signal', signal: 'freeze' },
      { idempotent: false },
      'asking',
      '',
    ],
    [
      'out of the bfcache',
      { ...waiting, waitingFor: 'page', page: false },
      { type: 'signal', signal: 'resume' },
      {},
      'waiting',
      'start',
    ],
  ])('%s', ([, from, event, own, phase, effects]) => {
    const [state, done] = step(from, event, own)
    expect([state.phase, types(done)]).toEqual([phase, effects])
  })

  test('[retry-after] Retry-After only ever makes it later, and holds when the network is back', () => {
    const [state, effects] = step(asking, ended({ retryAfter: 60_000 }))
    expect(state).toMatchObject({ attempt: 1, retryAt: 71_000, notBefore: 71_000 })
    expect(effects).toContainEqual({ type: 'start', wait: 61_000 })
    expect(step(state, { type: 'signal', signal: 'online' })[0].retryAt).toBe(71_000)
  })

  test('[offline] the network is back: at once, with a little jitter', () => {
    const offline: FetchState = { ...waiting, waitingFor: 'online', online: false, retryAt: undefined }
    const [state, effects] = step(offline, { type: 'signal', signal: 'online' })
    expect(state).toMatchObject({ waitingFor: 'timer', retryAt: 10_125 })
    expect(effects).toEqual([{ type: 'start', wait: 125 }])
  })
})

const signals: Signal[] = ['online', 'offline', 'visible', 'hidden', 'freeze', 'resume', 'wake']
const events = fc.array(
  fc.oneof(
    fc.constant<FetchEvent>({ type: 'ask' }),
    fc.constant<FetchEvent>({ type: 'due' }),
    fc.constant<FetchEvent>({ type: 'abort' }),
    fc.constantFrom(...signals).map((signal): FetchEvent => ({ type: 'signal', signal })),
    fc.record({
      type: fc.constant('ended' as const),
      epoch: fc.nat({ max: 12 }),
      outcome: fc.record({
        kind: fc.constantFrom(
          'lost' as const,
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
      let state = unasked
      let live = false
      let timer = false
      let settled = 0
      for (const event of sequence) {
        const before = state
        const [next, effects] = step(state, event, own)
        state = next
        expect(state.epoch).toBeGreaterThanOrEqual(before.epoch)
        if (before.phase === 'over') expect(effects).toEqual([])
        for (const effect of effects) {
          if (effect.type === 'dial') {
            expect(live).toBe(false)
            live = true
          } else if (effect.type === 'abandon') live = false
          else if (effect.type === 'stop') timer = false
          else if (effect.type === 'start') {
            timer = true
            expect(effect.wait).toBeGreaterThanOrEqual(0)
            expect(Number.isFinite(effect.wait)).toBe(true)
          } else if (effect.type === 'settle') {
            settled++
            live = false
          } else if (effect.type === 'retry') expect(effect.attempt).toBeLessThanOrEqual(own.limit)
        }
        if (event.type === 'due' && before.waitingFor === 'timer') timer = false
        expect(live).toBe(state.phase === 'asking')
        if (state.phase === 'waiting') expect(state.waitingFor).toBeDefined()
        if (state.phase === 'over') expect(timer).toBe(false)
        if (timer) expect(state.waitingFor).toBe('timer')
      }
      expect(settled).toBeLessThanOrEqual(1)
    }),
    { numRuns: 500 },
  )
})
