import { json, quickThenSpread } from '@tautline/core'

/** What the ticker sends: numbered without a gap, over all connections. */
export interface Item {
  readonly seq: number
  /** When it was published, in ms since the epoch. */
  readonly at: number
  readonly headline: string
}

/** Items a second. */
export const RATE = 6

const codec = json<Item>()

export type Resume = 'header' | 'query'

/** The defaults, made quicker so that there is something to see; `haste` makes them quicker still. */
export function optionsOf(haste: number, resume: Resume) {
  return {
    codec,
    resume,
    heartbeat: { timeout: 2_400 / haste },
    timeout: { connect: 4_000 / haste },
    retry: { delay: quickThenSpread({ first: 1_000 / haste, window: 1_600 / haste, cap: 2_400 / haste }) },
  }
}

/** What one pane makes of the items, by itself. */
export interface Reading {
  /** The newest first. */
  readonly latest: readonly Item[]
  readonly gaps: number
  readonly doubles: number
}

export const nothingRead: Reading = { latest: [], gaps: 0, doubles: 0 }

/** How many headlines a pane shows. */
const SHOWN = 5

export function read({ latest, gaps, doubles }: Reading, item: Item): Reading {
  const expected = (latest[0]?.seq ?? item.seq - 1) + 1
  return {
    latest: [item, ...latest.slice(0, SHOWN - 1)],
    gaps: gaps + Math.max(0, item.seq - expected),
    doubles: doubles + (item.seq < expected ? 1 : 0),
  }
}
