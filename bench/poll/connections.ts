import { dist } from '../build.ts'
import type { Browser, Page } from '../chromium.ts'
import { type Counts, startFeed } from './feed.ts'
import type { Log } from './log.ts'
import { type Passed, startRelay } from './relay.ts'
import { PAGE, type Way, ways } from './ways.ts'

/** How long the server holds a poll and says nothing on a line, in ms. */
export interface Patience {
  readonly hold: number
  readonly beat: number
}

/** What has happened on a line so far: what the server says of it, and the bytes that passed. */
export interface Seen extends Counts, Passed {}

/** A page with a line to a server of its own. */
export interface Line {
  readonly way: Way
  readonly page: Page
  /** What had been seen when the page was loaded. */
  readonly loaded: Seen
  open(): Promise<void>
  seen(): Seen
  close(): Promise<void>
}

const pathOf = ({ hold, beat }: Patience): Record<Way['name'], string> => ({
  long: `/poll?hold=${hold}`,
  short: '/poll',
  events: `/events?beat=${beat}`,
  socket: `/socket?beat=${beat}`,
})

/** Loads the page over a line that takes so many ms each way. A server for each: the requests of a page share connections. */
export async function startLine(
  browser: Browser,
  way: Way,
  log: Log,
  patience: Patience,
  delay: number,
): Promise<Line> {
  const feed = await startFeed(dist, log)
  const relay = await startRelay(feed.port, delay)
  const page = await browser.page(`${relay.origin}/${PAGE}`)
  const seen = (): Seen => ({ ...feed.counts(), ...relay.passed() })
  return {
    way,
    page,
    loaded: seen(),
    open: () => page.run(`line.open('${way.name}', '${pathOf(patience)[way.name]}')`),
    seen,
    async close() {
      await page.close()
      await relay.close()
      await feed.close()
    },
  }
}

/** All ways side by side, each with the lines that `work` is given closed behind it. */
export async function withLines<Result>(
  start: (way: Way) => Promise<Line>,
  work: (lines: readonly Line[]) => Promise<Result>,
): Promise<Result> {
  const lines = await Promise.all(ways.map(start))
  try {
    await Promise.all(lines.map((line) => line.open()))
    return await work(lines)
  } finally {
    await Promise.all(lines.map((line) => line.close()))
  }
}

/** What has happened between two looks. */
export function between(before: Seen, after: Seen): Seen {
  return {
    requests: after.requests - before.requests,
    answers: after.answers - before.answers,
    beats: after.beats - before.beats,
    delivered: after.delivered - before.delivered,
    up: after.up - before.up,
    down: after.down - before.down,
  }
}
