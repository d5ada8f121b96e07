import { json, quickThenSpread, silence } from '@tautline/core'

/** A news item. The server numbers the items 1, 2, 3, across all connections. */
export interface Item {
  readonly seq: number
  /** When it was published, in ms since the epoch. */
  readonly at: number
  readonly headline: string
}

/** Items per second. */
export const RATE = 6

const codec = json<Item>()

export type Resume = 'header' | 'query'

/** Retries sooner than the defaults do, so that there is less to wait for. `speed` divides all times. */
export function optionsOf(speed: number, resume: Resume) {
  return {
    codec,
    resume,
    heartbeat: silence({ timeout: 2_400 / speed }),
    timeout: { connect: 4_000 / speed },
    retry: { delay: quickThenSpread({ first: 1_000 / speed, window: 1_600 / speed, cap: 2_400 / speed }) },
  }
}

/** What one panel shows. */
export interface Reading {
  /** The newest first. */
  readonly latest: readonly Item[]
  readonly gaps: number
  readonly duplicates: number
}

export const initialReading: Reading = { latest: [], gaps: 0, duplicates: 0 }

const MAX_SHOWN = 5

/** Adds an item, and counts gaps and duplicates. */
export function read({ latest, gaps, duplicates }: Reading, item: Item): Reading {
  const expected = (latest[0]?.seq ?? item.seq - 1) + 1
  return {
    latest: [item, ...latest.slice(0, MAX_SHOWN - 1)],
    gaps: gaps + Math.max(0, item.seq - expected),
    duplicates: duplicates + (item.seq < expected ? 1 : 0),
  }
}
