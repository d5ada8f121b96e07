import { pings } from './heartbeat.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type RandomObservers,
  type RandomObserverOptions,
  type Step,
  createRandomObservers,
  steps,
} from '../../test/web-socket/random-observers.ts'

const settings = fc.record({
  closeDelay: fc.constantFrom(0, 1000),
  retry: fc.constantFrom<RandomObserverOptions['retry'][]>(
    undefined,
    false,
    { limit: 2 },
    { delay: () => 0 },
    { when: () => true },
  ),
  heartbeat: fc.constantFrom(undefined, pings({ interval: 5000, timeout: 1000 })),
  outbox: fc.constantFrom<RandomObserverOptions['outbox'][]>(
    undefined,
    { messages: 2 },
    { messages: 2, overflow: 'drop-newest' },
    { bytes: 3 },
  ),
  pause: fc.constantFrom(undefined, { hidden: true }, { offline: false }),
  notify: fc.constantFrom('frame', 'microtask', 'sync'),
  share: fc.constantFrom(true, true, true, false),
}) satisfies fc.Arbitrary<RandomObserverOptions>

const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', note))

afterAll(async () => {
  // Node reports rejections after the microtasks of a turn.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

/** Runs the steps, then closes everything. */
async function play(
  options: RandomObserverOptions,
  sequence: readonly Step[],
  throwing = false,
): Promise<RandomObservers> {
  const observers = createRandomObservers(options, throwing)
  for (const step of sequence) await observers.run(step)
  observers.close()
  return observers
}

/** Emits all late events of the page, the network and the servers. */
async function emitLateEvents({ environment, run }: RandomObservers): Promise<void> {
  for (const signal of [
    'offline',
    'online',
    'hidden',
    'visible',
    'pagehide',
    'pageshow',
    'wake',
    'slept',
  ] as const) {
    await run({ type: 'signal', signal })
  }
  for (let which = 0; which < environment.sockets.length; which++) {
    for (const event of ['open', 'message', 'close'] as const) await run({ type: 'late', which, event })
  }
  await run({ type: 'advance', ms: 600_000 })
}

describe('invariants in any order of events', { timeout: 60_000 }, () => {
  test('one live socket per URL; snapshots are frozen, consistent and stable until something changes', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        await play({ ...options, share: true }, sequence)
      }),
      { numRuns: 500 },
    )
  })

  test('[close] after close() there is no attempt, no event, no timer and no listener', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        const observers = await play({ ...options, share: true }, sequence)
        const { environment, emitted } = observers
        // A connection without subscribers stays open for `closeDelay`.
        await environment.advance(options.closeDelay ?? 1000)
        expect(environment.listeners).toBe(0)
        const socketCount = environment.sockets.length
        const counts = emitted.map(({ length }) => length)
        for (const { stops } of observers.clients) for (const stop of stops) stop()
        await emitLateEvents(observers)
        expect(environment.sockets).toHaveLength(socketCount)
        expect(emitted.map(({ length }) => length)).toEqual(counts)
        expect([environment.timers, environment.listeners]).toEqual([0, 0])
        for (const socket of environment.sockets) expect(socket.readyState).toBeGreaterThanOrEqual(2)
      }),
      { numRuns: 500 },
    )
  })

  test('[outbox] sent messages are delivered in order and at most once, or reported as dropped', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        const observers = await play({ ...options, share: true }, sequence)
        await emitLateEvents(observers)
        const { environment, results } = observers
        const delivered = environment.sockets.flatMap(({ sent }) => sent).filter((raw) => raw !== 'ping')
        const all = [...delivered, ...observers.dropped()].map(Number).toSorted((a, b) => a - b)
        expect(all).toEqual([...results.keys()].toSorted((a, b) => a - b))
        for (const url of new Set(environment.sockets.map((socket) => socket.url))) {
          const order = environment.sockets.filter((socket) => socket.url === url).flatMap(({ sent }) => sent)
          const numbers = order.filter((raw) => raw !== 'ping').map(Number)
          expect(numbers, url).toEqual(numbers.toSorted((a, b) => a - b))
        }
        for (const [message, result] of results) {
          if (result === 'sent') expect(delivered).toContain(String(message))
          if (result === 'dropped') expect(delivered).not.toContain(String(message))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('[equal-messages] each observer receives a message at most once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        const { emitted } = await play(options, sequence)
        for (const log of emitted) {
          const received = log
            .filter((text) => text.startsWith('message'))
            .map((text) => Number(text.slice(8)))
          expect(received).toEqual([...new Set(received)].toSorted((a, b) => a - b))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('[handler-errors] a handler that throws affects neither other handlers nor the connection', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        const [normal, throwing] = [await play(options, sequence), await play(options, sequence, true)]
        await Promise.all([emitLateEvents(normal), emitLateEvents(throwing)])
        expect(throwing.emitted).toEqual(normal.emitted)
        expect(throwing.results).toEqual(normal.results)
        const socketsOf = ({ environment }: RandomObservers) =>
          environment.sockets.map(({ url, sent, closedWith }) => ({ url, sent, closedWith }))
        expect(socketsOf(throwing)).toEqual(socketsOf(normal))
      }),
      { numRuns: 250 },
    )
  })
})
