/** A list of events, oldest first. Old entries are removed, because a fast ticker would otherwise fill the memory. */
export interface EventLog<Entry> {
  readonly entries: readonly Entry[]
  subscribe(listener: (entry: Entry) => void): () => void
  /** Resolves with the first entry that fits, either an existing one or a later one. */
  until(fits: (entry: Entry) => boolean): Promise<Entry>
}

export interface WritableEventLog<Entry> extends EventLog<Entry> {
  add(entry: Entry): void
}

/** @param limit The number of latest entries that are never removed. */
export function createEventLog<Entry>(limit = 5_000): WritableEventLog<Entry> {
  const entries: Entry[] = []
  const listeners = new Set<(entry: Entry) => void>()

  function subscribe(listener: (entry: Entry) => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    entries,
    subscribe,
    add(entry) {
      entries.push(entry)
      // Entries are removed in blocks, because moving the whole list for every entry is slow.
      if (entries.length >= limit * 2) entries.splice(0, entries.length - limit)
      for (const listener of listeners) listener(entry)
    },
    until(fits) {
      const known = entries.find(fits)
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve) => {
        const unsubscribe = subscribe((entry) => {
          if (!fits(entry)) return
          unsubscribe()
          resolve(entry)
        })
      })
    },
  }
}
