import { dist } from '../build.ts'
import type { Browser, Page } from '../chromium.ts'
import { type Counts, startFeed } from './feed.ts'
import type { Log } from './log.ts'
import { type Passed, startRelay } from './relay.ts'
import { PAGE, type Transport, transports } from './transports.ts'

/** How long the server holds a poll, and the interval of its heartbeats, in ms. */
export interface ServerTimes {
  readonly hold: number
  readonly heartbeat: number
}

/** The counts of the server, and the bytes on the connection. */
export interface Seen extends Counts, Passed {}

/** A page with a connection to its own server. */
export interface Connection {
  readonly transport: Transport
  readonly page: Page
  /** The counts when the page was loaded. */
  readonly loaded: Seen
  open(): Promise<void>
  seen(): Seen
  close(): Promise<void>
}

const pathOf = ({ hold, heartbeat }: ServerTimes): Record<Transport['name'], string> => ({
  long: `/poll?hold=${hold}`,
  short: '/poll',
  events: `/events?beat=${heartbeat}`,
  socket: `/socket?beat=${heartbeat}`,
})

/** Loads the page over a connection with a delay in ms each way. Each page has its own server, because the requests of a page share TCP connections. */
export async function startConnection(
  browser: Browser,
  transport: Transport,
  log: Log,
  serverTimes: ServerTimes,
  delay: number,
): Promise<Connection> {
  const feed = await startFeed(dist, log)
  const relay = await startRelay(feed.port, delay)
  const page = await browser.page(`${relay.origin}/${PAGE}`)
  const seen = (): Seen => ({ ...feed.counts(), ...relay.passed() })
  return {
    transport,
    page,
    loaded: seen(),
    open: () => page.run(`pollClient.open('${transport.name}', '${pathOf(serverTimes)[transport.name]}')`),
    seen,
    async close() {
      await page.close()
      await relay.close()
      await feed.close()
    },
  }
}

/** Opens a connection for each transport, runs `work`, and closes them. */
export async function withConnections<Result>(
  start: (transport: Transport) => Promise<Connection>,
  work: (connections: readonly Connection[]) => Promise<Result>,
): Promise<Result> {
  const connections = await Promise.all(transports.map(start))
  try {
    await Promise.all(connections.map((connection) => connection.open()))
    return await work(connections)
  } finally {
    await Promise.all(connections.map((connection) => connection.close()))
  }
}

/** The difference between two counts. */
export function between(before: Seen, after: Seen): Seen {
  return {
    requests: after.requests - before.requests,
    responses: after.responses - before.responses,
    heartbeats: after.heartbeats - before.heartbeats,
    delivered: after.delivered - before.delivered,
    up: after.up - before.up,
    down: after.down - before.down,
  }
}
