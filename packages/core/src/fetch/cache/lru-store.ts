/** How much an unused part of a cache may hold. */
export interface CacheLimits {
  /** How many answers. @default 500 */
  readonly entries?: number | undefined
  /** Of all bodies together, as they came, in bytes. @default 67108864 */
  readonly bytes?: number | undefined
}

/** What a cache has to know of what it holds. */
export interface Cacheable {
  readonly key: string
  readonly cached: { readonly bytes: number }
}

/** Answers by their keys: those that somebody shows, all of them, and of the others those that were used last. */
export interface LruStore<Entry extends Cacheable> {
  get(key: string): Entry | undefined
  /** Somebody uses it. */
  pin(entry: Entry): void
  /** Nobody does any more. @param shouldKeep false: it is forgotten */
  unpin(entry: Entry, shouldKeep: boolean): void
  /** All that there are. */
  all(): Entry[]
  /** Forgets all. */
  clear(): void
}

export function createLruStore<Entry extends Cacheable>(limits: CacheLimits = {}): LruStore<Entry> {
  const { entries = 500, bytes = 67_108_864 } = limits
  const pinned = new Map<string, Entry>()
  /** With the bytes that were counted. The one that was used last is the last one. */
  const unpinned = new Map<string, { readonly entry: Entry; readonly bytes: number }>()
  let unpinnedBytes = 0
  const evict = (key: string): void => {
    unpinnedBytes -= unpinned.get(key)?.bytes ?? 0
    unpinned.delete(key)
  }
  return {
    get: (key) => pinned.get(key) ?? unpinned.get(key)?.entry,
    pin(entry) {
      if (unpinned.get(entry.key)?.entry === entry) evict(entry.key)
      pinned.set(entry.key, entry)
    },
    unpin(entry, shouldKeep) {
      const { key } = entry
      if (pinned.get(key) === entry) pinned.delete(key)
      if (!shouldKeep) {
        if (unpinned.get(key)?.entry === entry) evict(key)
        return
      }
      evict(key)
      unpinned.set(key, { entry, bytes: entry.cached.bytes })
      unpinnedBytes += entry.cached.bytes
      for (const oldest of unpinned.keys()) {
        if (unpinned.size <= entries && unpinnedBytes <= bytes) break
        evict(oldest)
      }
    },
    all: () => [...pinned.values(), ...Array.from(unpinned.values(), ({ entry }) => entry)],
    clear() {
      pinned.clear()
      unpinned.clear()
      unpinnedBytes = 0
    },
  }
}
