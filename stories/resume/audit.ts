import type { Observer } from '@tautline/core'
import type { Item } from './news.ts'

/** One number of the strip. */
export interface Cell {
  readonly key: string
  readonly seq: number
  /** Changes from one connection to the next. */
  readonly shade: boolean
  /** `late`: published while there was no connection, and made up for. `missing` never came, `double` came twice. */
  readonly kind: 'live' | 'late' | 'missing' | 'double'
}

export interface Audit {
  /** Oldest first. */
  readonly cells: readonly Cell[]
  readonly items: number
  readonly gaps: number
  readonly doubles: number
}

export interface Auditor {
  subscribe(listener: () => void): () => void
  getSnapshot(): Audit
}

const KEPT = 108
/** What is older than this when it comes was waiting for a connection, in ms. */
const LATE = 500

/** Holds every number against the one before. */
export function createAuditor(client: Pick<Observer<Item, unknown>, 'on'>): Auditor {
  const listeners = new Set<() => void>()
  let audit: Audit = { cells: [], items: 0, gaps: 0, doubles: 0 }
  let line = 0
  let highest: number | undefined
  let shade = false
  let moved = false

  client.on('open', () => {
    line += 1
    moved = true
  })
  client.on('message', ({ seq, at }) => {
    // A connection that brought nothing has no shade of its own.
    if (moved) shade = !shade
    moved = false
    const before = highest ?? seq - 1
    const missed = Array.from({ length: Math.max(0, seq - before - 1) }, (_, index) => before + 1 + index)
    const missing = missed.map((number): Cell => ({
      key: `${number} missing`,
      seq: number,
      shade,
      kind: 'missing',
    }))
    const double = seq <= before
    const kind = double ? 'double' : Date.now() - at > LATE ? 'late' : 'live'
    const cell: Cell = { key: `${seq} ${line}`, seq, shade, kind }
    highest = Math.max(before, seq)
    audit = {
      cells: [...audit.cells, ...missing, cell].slice(-KEPT),
      items: audit.items + 1,
      gaps: audit.gaps + missing.length,
      doubles: audit.doubles + (double ? 1 : 0),
    }
    for (const listener of listeners) listener()
  })
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => audit,
  }
}
