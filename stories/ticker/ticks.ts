import { json } from '@tautline/core'

/** A message of the ticker. Each connection numbers its ticks from 1. */
interface Tick {
  readonly type: 'tick' | 'report' | 'end'
  readonly seq: number
  readonly price: number
}

/** Without a schema: at 20,000 messages per second a check would be too slow, and this repository has the server too. */
export const codec = json<Tick, { readonly type: 'rate'; readonly rate: number }>()

export interface Ticks {
  readonly received: number
  /** Number of ticks that were skipped or arrived twice. */
  readonly lost: number
  readonly last: number
  readonly price: number
}

export const noTicks: Ticks = { received: 0, lost: 0, last: 0, price: 100 }

/** The reducer: counts every tick. The component renders the result once per frame. */
export function countTicks(before: Ticks, { type, seq, price }: Tick): Ticks {
  if (type !== 'tick') return before
  // No check for the first tick: a new connection counts from 1 again, and a late subscriber starts in the middle.
  const skipped = seq === 1 || before.received === 0 ? 0 : Math.abs(seq - before.last - 1)
  return { received: before.received + 1, lost: before.lost + skipped, last: seq, price }
}

/** Counts the renders of one panel. */
export interface RenderCounter {
  /** The panel has rendered these ticks. */
  rendered(ticks: Ticks): void
  read(): { readonly renders: number; readonly ticks: Ticks }
}

export function createRenderCounter(): RenderCounter {
  let renders = 0
  let ticks = noTicks
  return {
    rendered(shown) {
      renders += 1
      ticks = shown
    },
    read: () => ({ renders, ticks }),
  }
}
