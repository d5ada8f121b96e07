/** How much an unused part of a cache may hold. */
export interface CacheLimits {
  /** How many answers. @default 500 */
  readonly entries?: number | undefined
  /** Of all bodies together, as they came, in bytes. @default 67108864 */
  readonly bytes?: number | undefined
}

/** What a cache has to know of what it holds. */
export interface Kept {
  readonly key: string
  readonly kept: { readonly bytes: number }
}

/** Answers by their keys: those that somebody shows, all of them, and of the others those that were used last. */
export interface Store<Entry extends Kept> {
  get(key: string): Entry | undefined
  /** Somebody uses it. */
  hold(entry: Entry): void
  /** Nobody does any more. @param keep false: it is forgotten */
  release(entry: Entry, keep: boolean): void
  /** All that there are. */
  all(): Entry[]
  /** Forgets all. */
  clear(): void
}

export function createStore<Entry extends Kept>(limits: CacheLimits = {}): Store<Entry> {
  const { entries = 500, bytes = 67_108_864 } = limits
  const used = new Map<string, Entry>()
  /** With the bytes that were counted. The one that was used last is the last one. */
  const unused = new Map<string, { readonly entry: Entry; readonly bytes: number }>()
  let size = 0
  const forget = (key: string): void => {
    size -= unused.get(key)?.bytes ?? 0
    unused.delete(key)
  }
  return {
    get: (key) => used.get(key) ?? unused.get(key)?.entry,
    hold(entry) {
      if (unused.get(entry.key)?.entry === entry) forget(entry.key)
      used.set(entry.key, entry)
    },
    release(entry, keep) {
      const { key } = entry
      if (used.get(key) === entry) used.delete(key)
      if (!keep) {
        if (unused.get(key)?.entry === entry) forget(key)
        return
      }
      forget(key)
      unused.set(key, { entry, bytes: entry.kept.bytes })
      size += entry.kept.bytes
      for (const oldest of unused.keys()) {
        if (unused.size <= entries && size <= bytes) break
        forget(oldest)
      }
    },
    all: () => [...used.values(), ...Array.from(unused.values(), ({ entry }) => entry)],
    clear() {
      used.clear()
      unused.clear()
      size = 0
    },
  }
}
