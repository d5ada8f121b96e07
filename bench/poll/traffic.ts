import { setTimeout as sleep } from 'node:timers/promises'
import { logProgress } from '../cases.ts'
import type { Browser } from '../chromium.ts'
import type { Received } from '../pages/poll/client.ts'
import { median, percentile } from '../statistics.ts'
import {
  type Connection,
  type ServerTimes,
  between,
  startConnection,
  withConnections,
} from './connections.ts'
import { type Log, createLog } from './log.ts'
import type { Transport } from './transports.ts'

/** Typical settings of a server. */
const serverTimes: ServerTimes = { hold: 30_000, heartbeat: 25_000 }
/** The network delay each way, in ms. Without it, the next request would arrive before any next message. */
const DELAY = 20

/** A message rate per second, and a duration. */
export interface Traffic {
  readonly rate: number
  readonly seconds: number
}

/** The cost of one transport at one rate. */
export interface TrafficRow {
  readonly transport: Transport
  /** Messages a second. */
  readonly rate: number
  /** Messages delivered during the measurement. */
  readonly messages: number
  /** Requests and bytes for each message. */
  readonly requests: number
  readonly bytes: number
  /** The time from publishing to delivery, in ms: the median and the 95th percentile. */
  readonly median: number
  readonly nearlyAll: number
}

/** Measures the groups one after the other. The rates in a group run at the same time. All transports of a rate read the same log. */
export async function trafficCase(
  browser: Browser,
  groups: readonly (readonly Traffic[])[],
  random: () => number,
): Promise<TrafficRow[]> {
  const lines: TrafficRow[] = []
  for (const group of groups) {
    const measured = await Promise.all(group.map((traffic) => run(browser, traffic, random)))
    lines.push(...measured.flat())
  }
  return lines
}

function run(browser: Browser, traffic: Traffic, random: () => number): Promise<TrafficRow[]> {
  const log = createLog()
  return withConnections(
    (transport) => startConnection(browser, transport, log, serverTimes, DELAY),
    async (lines) => {
      // The messages of the opening have arrived, so the measurement begins.
      await sleep(500)
      const before = lines.map((line) => line.seen())
      await publish(log, traffic, random)
      const after = lines.map((line) => line.seen())
      return Promise.all(
        lines.map(async (line, index) => {
          const [from, to] = [before[index] ?? line.seen(), after[index] ?? line.seen()]
          const { requests, up, down, delivered } = between(from, to)
          const { delays } = await complete(line, log)
          const measured = {
            transport: line.transport,
            rate: traffic.rate,
            messages: delivered,
            requests: requests / delivered,
            bytes: (up + down) / delivered,
            median: median(delays),
            nearlyAll: percentile(delays, 0.95),
          }
          logProgress(
            `poll-traffic  ${traffic.rate}/s  ${line.transport.name.padEnd(8)} ${measured.bytes.toFixed(0)} bytes`,
          )
          return measured
        }),
      )
    },
  )
}

/** Publishes at random times, which avoids patterns. The number of messages is exact. */
async function publish(log: Log, { rate, seconds }: Traffic, random: () => number): Promise<void> {
  const since = performance.now()
  const times = Array.from({ length: Math.round(rate * seconds) }, () => random() * seconds * 1000)
  const until = (ms: number) => sleep(Math.max(0, since + ms - performance.now()))
  for (const time of times.toSorted((a, b) => a - b)) {
    await until(time)
    log.publish()
  }
  await until(seconds * 1000)
}

/** Checks the received messages. @throws Error when a message is lost, duplicated or out of order */
async function complete({ page, transport }: Connection, log: Log): Promise<Received> {
  const received = await page.run<Received>(`pollClient.waitForMessages(${log.size})`)
  const { numbers } = received
  if (numbers.length !== log.size || numbers.some((number, index) => number !== index + 1))
    throw new Error(
      `${transport.title} delivered ${numbers.length} of ${log.size} messages: ${numbers.join(' ')}`,
    )
  return received
}
