import {
  type TautlineError,
  type TransportOption,
  createConnection,
  eventSource,
  json,
  jsonFrames,
  longPoll,
  pings,
  query,
  shortPoll,
  silence,
  webSocket,
} from '@tautline/core'
import { type Live, createLive } from '@tautline/demo-server/live-client'
import { describe, expect, onTestFinished, test } from 'vitest'

export interface Item {
  readonly seq: number
}

let logs = 0

const followsDirectly = (id: string, before: string) => Number(id) === Number(before) + 1

/** A live log, and the newest list of four transports to it. Times are short, so that a broken network is left soon. */
export function createLiveTransports(server: string) {
  const live = createLive(server, `networks-${Date.now()}-${(logs += 1)}`)
  const cursor = query('after', (body) => body.next)
  const poll = { messages: (body: { items: Item[] }) => body.items, cursor, id: ({ seq }: Item) => seq }
  const createTransports = (): readonly TransportOption[] => [
    webSocket(live.url, {
      frames: jsonFrames({ id: 'seq' }),
      query: 'after',
      heartbeat: pings({ interval: 400, timeout: 400 }),
    }),
    eventSource(`${live.url}?heartbeat=300`, {
      greets: true,
      heartbeat: silence({ timeout: 1_500 }),
    }),
    longPoll(`${live.url}?wait=5000`, poll),
    shortPoll(`${live.url}?wait=0`, { ...poll, interval: 100 }),
  ]
  return { live, createTransports }
}

/** The options of such a connection. */
export const liveOptions = {
  codec: json<Item, object>(),
  initialCursor: '0',
  fallbackAfter: 400,
  upgrade: { after: 400, cap: 800 },
  remember: false,
  closeDelay: 0,
  retry: { delay: () => 100 },
} as const

function open(server: string, isNext?: (id: string, before: string) => boolean) {
  const { live, createTransports } = createLiveTransports(server)
  const connection = createConnection<Item, object>(createTransports(), { ...liveOptions, isNext })
  const errors: TautlineError[] = []
  connection.on('error', (error) => errors.push(error))
  connection.open()
  onTestFinished(() => connection.close())
  const received: number[] = []
  connection.on('message', ({ seq }) => received.push(seq))
  const seqs = (): readonly number[] => received
  const transport = () => connection.getSnapshot().transport
  return { live, connection, errors, seqs, transport }
}

/** What breaks, and which transport has to bring the messages then; undefined if it may be any. */
export type Network = [name: string, breakIt: (live: Live) => Promise<unknown>, transport?: string]

const refuse = async (live: Live, ...names: Parameters<Live['fault']>[0][]) => {
  for (const name of names) await live.fault(name, 'refused')
}
const swallowed = Array.from({ length: 4 }, (_, index) => 700 + index * 50)

const swallow: Network[1] = (live) => live.fault('web-socket', 'swallow', { messages: swallowed, times: 2 })

export const networks: readonly Network[] = [
  ['WebSocket refused', (live) => refuse(live, 'web-socket'), 'event-source'],
  ['WebSocket without Upgrade (426)', (live) => live.fault('web-socket', 'no-upgrade'), 'event-source'],
  [
    'WebSocket without Upgrade (200)',
    (live) => live.fault('web-socket', 'no-upgrade', { status: 200 }),
    'event-source',
  ],
  ['WebSocket handshake unanswered', (live) => live.fault('web-socket', 'unanswered'), 'event-source'],
  ['WebSocket opens and is silent', (live) => live.fault('web-socket', 'silent'), 'event-source'],
  [
    'WebSocket frozen, and new ones silent',
    (live) => live.fault('web-socket', 'silent', { open: 'freeze' }),
    'event-source',
  ],
  ['WebSocket opens and closes', (live) => live.fault('web-socket', 'closes'), 'event-source'],
  ['WebSocket half-open', (live) => live.fault('web-socket', 'half-open')],
  ['WebSocket swallows messages while pings pass', swallow],
  [
    'events held back',
    async (live) => {
      await live.fault('event-source', 'held-back')
      await refuse(live, 'web-socket')
    },
    'long-poll',
  ],
  [
    'events late by one',
    async (live) => {
      await live.fault('event-source', 'one-late')
      await refuse(live, 'web-socket')
    },
  ],
  [
    'events are the page of a portal',
    async (live) => {
      await live.fault('event-source', 'portal')
      await refuse(live, 'web-socket')
    },
    'long-poll',
  ],
  [
    'events cut',
    async (live) => {
      await refuse(live, 'web-socket')
      await live.fault('event-source', 'cut')
    },
  ],
  [
    'polls cut',
    async (live) => {
      await live.fault('long-poll', 'cut', { count: 3 })
      await refuse(live, 'web-socket', 'event-source')
    },
  ],
  ['only short polls', (live) => refuse(live, 'web-socket', 'event-source', 'long-poll'), 'short-poll'],
]

export const numbers = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

/**
 * Receives 2,000 messages, while the network breaks after the first 600 and recovers later.
 *
 * @param expected which transport has to bring the messages then; undefined if it may be any
 * @param recovered which one has to bring them in the end
 */
export async function receiveThrough(
  server: string,
  breakIt: (live: Live) => Promise<unknown>,
  expected: string | undefined,
  recovered = 'web-socket',
): Promise<void> {
  // Only what was swallowed is found by it. It would also repair other faults, and hide them.
  const isNext = breakIt === swallow ? followsDirectly : undefined
  const { live, connection, errors, seqs, transport } = open(server, isNext)
  await expect.poll(transport).toBe('web-socket')
  await live.publish(600, { rate: 3_000 })
  await expect.poll(() => seqs().length).toBe(600)
  await breakIt(live)
  await live.publish(900, { rate: 1_500 })
  // The message after a late one, without which it would stay held back.
  const { last } = await live.publish(1)
  await expect.poll(() => seqs().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(last - 1)
  if (expected !== undefined) await expect.poll(transport).toBe(expected)
  await live.heal()
  // Slowly, so that two transports bring messages while the better one is tried.
  await live.publish(2_000 - last, { rate: 400 })
  await expect.poll(transport, { timeout: 30_000 }).toBe(recovered)
  await expect.poll(() => seqs().length).toBe(2_000)
  expect(seqs()).toEqual(numbers(2_000))
  expect(errors.filter(({ code }) => code === 'gap')).toEqual([])
  connection.close()
  await expectNothingOpen(live)
}

export async function expectNothingOpen(live: Live): Promise<void> {
  const countOpen = async () =>
    Object.values((await live.counts()).transports).map(({ open: connections }) => connections)
  await expect.poll(countOpen).toEqual([0, 0, 0, 0, 0, 0])
}

/** The connection over several transports, on networks that break. */
export function brokenNetworks(server: () => string): void {
  test.each(networks)('%s: 2,000 messages arrive once and in order', (_, breakIt, expected) =>
    receiveThrough(server(), breakIt, expected),
  )

  describe('every transport', () => {
    test('down and back: 2,000 messages arrive once and in order', async () => {
      const { live, seqs, connection } = open(server())
      await live.publish(600, { rate: 3_000 })
      await expect.poll(() => seqs().length).toBe(600)
      await live.fault('all', 'down')
      await expect.poll(() => connection.getSnapshot().status).toBe('backoff')
      await live.publish(900)
      await live.heal()
      await expect.poll(() => seqs().length, { timeout: 30_000 }).toBe(1_500)
      await live.publish(500)
      await expect.poll(() => seqs().length).toBe(2_000)
      expect(seqs()).toEqual(numbers(2_000))
    })
  })

  test('a server that has forgotten messages: the gap is reported, and the stream continues', async () => {
    const { live, seqs, errors, connection } = open(server(), followsDirectly)
    await live.publish(100)
    await expect.poll(() => seqs().length).toBe(100)
    await live.fault('all', 'down')
    await expect.poll(() => connection.getSnapshot().status).toBe('backoff')
    await live.publish(100)
    await live.forget({ keep: 50 })
    await live.heal()
    await expect.poll(() => seqs().at(-1), { timeout: 30_000 }).toBe(200)
    expect(seqs()).toEqual([...numbers(100), ...numbers(200).slice(150)])
    expect(errors.filter(({ code }) => code === 'gap')).toMatchObject([{ after: '100' }])
  })
}
