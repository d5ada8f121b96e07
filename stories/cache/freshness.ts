import { seconds } from '../wire/wire-log.ts'

/** From when on which answer was kept, and until when it was fresh, in s since the page was opened. */
export interface Kept {
  readonly from: number
  readonly freshUntil: number
}

export interface FreshnessLog {
  /** @param staleAt in ms since 1970 */
  learn(staleAt: number): void
  subscribe(listener: () => void): () => void
  /** The newest last. */
  getSnapshot(): readonly Kept[]
}

const KEPT = 60

export function createFreshnessLog(): FreshnessLog {
  const listeners = new Set<() => void>()
  let all: readonly Kept[] = []
  let last: number | undefined
  return {
    learn(staleAt) {
      // Every card tells of it.
      if (staleAt === last) return
      last = staleAt
      const from = seconds()
      const freshUntil = Math.max(from, from + (staleAt - Date.now()) / 1000)
      all = [...all.slice(1 - KEPT), { from, freshUntil }]
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => all,
  }
}
