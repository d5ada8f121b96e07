/** What happened, oldest first. Bounded: a ticker at full speed would otherwise fill the memory. */
export interface EventLog<Entry> {
  readonly entries: readonly Entry[]
  subscribe(listener: (entry: Entry) => void): () => void
  /** Resolves with the first entry that fits, be it noted already or still to come. */
  until(fits: (entry: Entry) => boolean): Promise<Entry>
}

export interface WritableEventLog<Entry> extends EventLog<Entry> {
  add(entry: Entry): void
}

/** @param limit How many of the latest entries are sure to be kept. */
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
      // In blocks, because moving the whole list for every entry would cost more than what is logged.
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
