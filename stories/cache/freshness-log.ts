import { pageSeconds } from '../ui/page-time.ts'
import { type Store, createStore } from '../ui/store.ts'

/** A cached response: when it was received, and until when it was fresh. In s since the page was opened. */
export interface Freshness {
  readonly from: number
  readonly freshUntil: number
}

/** The newest last. */
export interface FreshnessLog extends Store<readonly Freshness[]> {
  /** Adds a response. @param staleAt in ms since 1970 */
  add(staleAt: number): void
}

const MAX_ENTRIES = 60

export function createFreshnessLog(): FreshnessLog {
  const { set, subscribe, getSnapshot } = createStore<readonly Freshness[]>([])
  let last: number | undefined
  return {
    add(staleAt) {
      // Every card reports the same response.
      if (staleAt === last) return
      last = staleAt
      const from = pageSeconds()
      const freshUntil = Math.max(from, from + (staleAt - Date.now()) / 1000)
      set((all) => [...all.slice(1 - MAX_ENTRIES), { from, freshUntil }])
    },
    subscribe,
    getSnapshot,
  }
}
