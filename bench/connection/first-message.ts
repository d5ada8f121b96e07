import { startDemoServer } from '../../packages/demo-server/src/index.ts'
import { type Live, createLive } from '../../packages/demo-server/src/live-client.ts'
import {
  createConnection,
  eventSource,
  json,
  jsonFrames,
  longPoll,
  pings,
  query,
  silence,
  webSocket,
} from '../../packages/core/src/index.ts'
import { median } from '../statistics.ts'
import { table } from '../results.ts'

interface Item {
  readonly seq: number
}

/** What is broken on a network. */
type Network = readonly [name: string, breakIt: (live: Live) => Promise<unknown>]

const refused = (live: Live) => live.fault('web-socket', 'refused')

/** The networks of the table, from the best one to those on which only polls work. */
const networks: readonly Network[] = [
  ['everything works', async () => {}],
  ['WebSocket refused (403)', refused],
  ['WebSocket opens and closes', (live) => live.fault('web-socket', 'closes')],
  ['WebSocket handshake unanswered', (live) => live.fault('web-socket', 'unanswered')],
  ['WebSocket opens and is silent', (live) => live.fault('web-socket', 'silent')],
  [
    'WebSocket refused, events held back',
    (live) => refused(live).then(() => live.fault('event-source', 'held-back')),
  ],
  [
    'WebSocket refused, a page in place of events',
    (live) => refused(live).then(() => live.fault('event-source', 'portal')),
  ],
  [
    'WebSocket silent, events held back',
    (live) => live.fault('web-socket', 'silent').then(() => live.fault('event-source', 'held-back')),
  ],
]

/** The first transport: the best one, or the long poll that the page remembers. */
const STARTS = [
  ['fallbackAfter 1 s', 1000, undefined],
  ['2 s', 2000, undefined],
  ['long poll remembered', 2000, 'long-poll'],
] as const

/** Measures, in ms, how long a new connection takes to its first message, which waits in the log. */
async function timeToFirstMessage(
  live: Live,
  fallbackAfter: number,
  remembered: string | undefined,
): Promise<number> {
  const since = performance.now()
  const connection = createConnection<Item, object>(
    [
      webSocket(live.url, {
        frames: jsonFrames({ id: 'seq' }),
        query: 'after',
        heartbeat: pings({ interval: 10_000, timeout: 5000 }),
      }),
      eventSource(live.url, { greets: true, heartbeat: silence(), resume: { query: 'after' } }),
      longPoll(live.url, {
        messages: (body: { items: Item[] }) => body.items,
        cursor: query('after', (body) => body.next),
        id: ({ seq }) => seq,
      }),
    ],
    {
      codec: json<Item, object>(),
      initialCursor: '0',
      fallbackAfter,
      closeDelay: 0,
      remember: {
        read: () => (remembered === undefined ? undefined : { name: remembered, at: Date.now() }),
        write: () => {},
      },
    },
  )
  try {
    return await new Promise((resolve) => {
      connection.on('message', () => resolve(performance.now() - since))
      connection.open()
    })
  } finally {
    connection.close()
  }
}

/** Measures each network from each start, and returns the table. @param rounds how often; the median counts */
export async function firstMessageCase(rounds: number): Promise<string> {
  const server = await startDemoServer()
  try {
    const rows: string[][] = []
    for (const [network, breakIt] of networks) {
      const cells = [network]
      for (const [, fallbackAfter, remembered] of STARTS) {
        const times: number[] = []
        for (let round = 0; round < rounds; round += 1) {
          const live = createLive(server.url, `bench-${rows.length}-${cells.length}-${round}`)
          await live.publish(1)
          await breakIt(live)
          times.push(await timeToFirstMessage(live, fallbackAfter, remembered))
        }
        cells.push(String(Math.round(median(times))))
      }
      rows.push(cells)
    }
    return table(['network', ...STARTS.map(([name]) => name)], rows)
  } finally {
    await server.close()
  }
}
