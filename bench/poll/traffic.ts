import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../cases.ts'
import type { Browser } from '../chromium.ts'
import type { Heard } from '../pages/poll/line.ts'
import { median, percentile } from '../statistics.ts'
import { type Line, type Patience, between, startLine, withLines } from './lines.ts'
import { type Log, createLog } from './log.ts'
import type { Way } from './ways.ts'

/** What a server of this kind is usually told. */
const patience: Patience = { hold: 30_000, beat: 25_000 }
/** Each way, in ms: without a way, the next request would be there before the next message could be. */
const DELAY = 20

/** So many messages a second, for so many seconds. */
export interface Traffic {
  readonly rate: number
  readonly seconds: number
}

/** What one way costs at one rate. */
export interface TrafficLine {
  readonly way: Way
  /** Messages a second. */
  readonly rate: number
  /** How many were delivered while it counted. */
  readonly messages: number
  /** For each of them. */
  readonly requests: number
  readonly bytes: number
  /** From publishing to delivery, in ms. */
  readonly median: number
  readonly nearlyAll: number
}

/** Rates of a group run side by side, one group after the other; all ways of a rate have the same log. */
export async function trafficCase(
  browser: Browser,
  groups: readonly (readonly Traffic[])[],
  random: () => number,
): Promise<TrafficLine[]> {
  const lines: TrafficLine[] = []
  for (const group of groups) {
    const measured = await Promise.all(group.map((traffic) => run(browser, traffic, random)))
    lines.push(...measured.flat())
  }
  return lines
}

function run(browser: Browser, traffic: Traffic, random: () => number): Promise<TrafficLine[]> {
  const log = createLog()
  return withLines(
    (way) => startLine(browser, way, log, patience, DELAY),
    async (lines) => {
      // What is said on opening has arrived: from here on it counts.
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
            way: line.way,
            rate: traffic.rate,
            messages: delivered,
            requests: requests / delivered,
            bytes: (up + down) / delivered,
            median: median(delays),
            nearlyAll: percentile(delays, 0.95),
          }
          say(
            `poll-traffic  ${traffic.rate}/s  ${line.way.name.padEnd(8)} ${measured.bytes.toFixed(0)} bytes`,
          )
          return measured
        }),
      )
    },
  )
}

/** At random moments, so that no rhythm meets another; exactly as many as the rate says, so that chance is not in the count. */
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

/** @throws Error where a message was lost, came twice, or not in its turn */
async function complete({ page, way }: Line, log: Log): Promise<Heard> {
  const heard = await page.run<Heard>(`line.heard(${log.size})`)
  const { numbers } = heard
  if (numbers.length !== log.size || numbers.some((number, index) => number !== index + 1))
    throw new Error(`Of ${log.size} messages ${numbers.length} came by ${way.title}: ${numbers.join(' ')}`)
  return heard
}
