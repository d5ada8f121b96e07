import type { Observer } from '@tautline/core'
import { type Store, createStore } from '../ui/store.ts'
import type { Item } from './news.ts'

/** One item in the list of numbers. */
export interface Cell {
  readonly key: string
  readonly seq: number
  /** Alternates from one connection to the next. */
  readonly shade: boolean
  /** `late`: published while the stream was down, and received after. `missing`: not received. `duplicate`: received twice. */
  readonly kind: 'live' | 'late' | 'missing' | 'duplicate'
}

export interface SequenceCheck {
  /** Oldest first. */
  readonly cells: readonly Cell[]
  readonly items: number
  readonly gaps: number
  readonly duplicates: number
}

const MAX_CELLS = 108
/** An item that is older than this when it arrives counts as late, in ms. */
const LATE_MS = 500

/** Compares the number of each item with the one before. */
export function createSequenceChecker(client: Pick<Observer<Item>, 'on'>): Store<SequenceCheck> {
  const { set, subscribe, getSnapshot } = createStore<SequenceCheck>({
    cells: [],
    items: 0,
    gaps: 0,
    duplicates: 0,
  })
  let connection = 0
  let highest: number | undefined
  let shade = false
  let hasReconnected = false

  client.on('open', () => {
    connection += 1
    hasReconnected = true
  })
  client.on('message', ({ seq, at }) => {
    // The shade changes with the first item of a connection, because a connection may bring none.
    if (hasReconnected) shade = !shade
    hasReconnected = false
    const before = highest ?? seq - 1
    const missed = Array.from({ length: Math.max(0, seq - before - 1) }, (_, index) => before + 1 + index)
    const missing = missed.map((number): Cell => ({
      key: `${number} missing`,
      seq: number,
      shade,
      kind: 'missing',
    }))
    const isDuplicate = seq <= before
    const kind = isDuplicate ? 'duplicate' : Date.now() - at > LATE_MS ? 'late' : 'live'
    const cell: Cell = { key: `${seq} ${connection}`, seq, shade, kind }
    highest = Math.max(before, seq)
    set((check) => ({
      cells: [...check.cells, ...missing, cell].slice(-MAX_CELLS),
      items: check.items + 1,
      gaps: check.gaps + missing.length,
      duplicates: check.duplicates + (isDuplicate ? 1 : 0),
    }))
  })
  return { subscribe, getSnapshot }
}
