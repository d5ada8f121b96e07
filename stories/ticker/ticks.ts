import { json } from '@tautline/core'

/** What the ticker sends: numbered from 1 on each connection. */
interface Tick {
  readonly type: 'tick' | 'report' | 'end'
  readonly seq: number
  readonly price: number
}

/** Unchecked: at 20,000 messages a second every microsecond counts, and both ends are ours. */
export const codec = json<Tick, { readonly type: 'rate'; readonly rate: number }>()

export interface Ticks {
  readonly received: number
  /** Numbers that were skipped or came twice. */
  readonly lost: number
  readonly last: number
  readonly price: number
}

export const noTicks: Ticks = { received: 0, lost: 0, last: 0, price: 100 }

/** Folds every tick, whatever the rate; the component renders the outcome once a frame. */
export function countTicks(before: Ticks, { type, seq, price }: Tick): Ticks {
  if (type !== 'tick') return before
  // A new connection counts from 1 again, and one that joins late begins where it joined.
  const skipped = seq === 1 || before.received === 0 ? 0 : Math.abs(seq - before.last - 1)
  return { received: before.received + 1, lost: before.lost + skipped, last: seq, price }
}

/** What one pane reports to the meters: how often it has rendered, and what it then showed. */
export interface Reading {
  rendered(ticks: Ticks): void
  read(): { readonly renders: number; readonly ticks: Ticks }
}

export function createReading(): Reading {
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
