import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '../chromium.ts'
import {
  type Connection,
  type ServerTimes,
  type Seen,
  between,
  startConnection,
  withConnections,
} from './connections.ts'
import { createLog } from './log.ts'
import type { Transport } from './transports.ts'

/** The times during the measurement, in ms. Requests and heartbeats are the same as with longer times, only more frequent. */
const measured: ServerTimes = { hold: 2000, heartbeat: 2000 }
/** The times for the calculated hour, in ms. */
const usual: ServerTimes = { hold: 30_000, heartbeat: 25_000 }
const INTERVAL = 1000

export interface HourRow {
  readonly transport: Transport
  /** Bytes until the connection is open. Undefined for polls, which begin with a normal request. */
  readonly opening: number | undefined
  /** Bytes of one request with its response, or of one heartbeat. */
  readonly cycle: number
  /** Requests and bytes in an hour without a message. */
  readonly requests: number
  readonly bytes: number
}

/** Calculates the cost of an idle connection in an hour from that of one cycle, for each transport. */
export function hourCase(browser: Browser, seconds: number): Promise<HourRow[]> {
  return withConnections(
    (transport) => startConnection(browser, transport, createLog(), measured, 0),
    async (connections) => {
      // The request has been held for a second. Half a second later nothing is in transfer.
      await sleep(500)
      const before = connections.map((connection) => connection.seen())
      await sleep(seconds * 1000)
      return connections.map((connection, index) => hourOf(connection, before[index] ?? connection.seen()))
    },
  )
}

function hourOf({ transport, loaded, seen }: Connection, before: Seen): HourRow {
  const { requests, responses, heartbeats, up, down } = between(before, seen())
  const cycle = transport.polls ? up / requests + down / responses : (up + down) / heartbeats
  const times =
    3_600_000 /
    { long: usual.hold, short: INTERVAL, events: usual.heartbeat, socket: usual.heartbeat }[transport.name]
  return {
    transport,
    opening: transport.polls ? undefined : before.up + before.down - loaded.up - loaded.down,
    cycle,
    requests: transport.polls ? times : 0,
    bytes: times * cycle,
  }
}
