import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '../chromium.ts'
import { type Line, type Patience, type Seen, between, startLine, withLines } from './lines.ts'
import { createLog } from './log.ts'
import type { Way } from './ways.ts'

/** What is measured, in ms: the same requests and the same signs of life as with longer times, only more of them. */
const measured: Patience = { hold: 2000, beat: 2000 }
/** What is said in an hour. */
const told: Patience = { hold: 30_000, beat: 25_000 }
const INTERVAL = 1000

export interface HourLine {
  readonly way: Way
  /** Bytes until the line is open; undefined: a poll has no opening but its first request. */
  readonly opening: number | undefined
  /** Bytes of one request with its answer, or of one sign of life. */
  readonly cycle: number
  /** In an hour without a message. */
  readonly requests: number
  readonly bytes: number
}

/** What an idle line of each kind costs in an hour, from what one cycle costs. */
export function hourCase(browser: Browser, seconds: number): Promise<HourLine[]> {
  return withLines(
    (way) => startLine(browser, way, createLog(), measured, 0),
    async (lines) => {
      // Now it has been held for a second, which is when it is open. Half a second before a hold ends nothing is under way.
      await sleep(500)
      const before = lines.map((line) => line.seen())
      await sleep(seconds * 1000)
      return lines.map((line, index) => hourOf(line, before[index] ?? line.seen()))
    },
  )
}

function hourOf({ way, loaded, seen }: Line, before: Seen): HourLine {
  const { requests, answers, beats, up, down } = between(before, seen())
  const cycle = way.polls ? up / requests + down / answers : (up + down) / beats
  const times =
    3_600_000 / { long: told.hold, short: INTERVAL, events: told.beat, socket: told.beat }[way.name]
  return {
    way,
    opening: way.polls ? undefined : before.up + before.down - loaded.up - loaded.down,
    cycle,
    requests: way.polls ? times : 0,
    bytes: times * cycle,
  }
}
