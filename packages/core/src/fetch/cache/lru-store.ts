import type { TautlineError } from '../../shared/errors.ts'
import type { FetchStore } from '../options.ts'

/** Limits of a cache for the responses that no component shows. */
export interface CacheLimits {
  /** The number of responses. @default 500 */
  readonly entries?: number | undefined
  /** The total size of their bodies, in bytes. @default 67108864 */
  readonly bytes?: number | undefined
}

/** Options of a cache. */
export interface CacheOptions extends CacheLimits {
  /**
   * Called once for each request that has failed after its retries, also after its components have gone, and however
   * many show the error. The message of the error contains no URL and no value of the program. @default none
   */
  readonly onError?: ((error: TautlineError) => void) | undefined
  /**
   * Where responses to requests with a `key` are kept over reloads: `localStorageStore()` or `indexedDbStore()`. Not
   * used on a server. @default none
   */
  readonly store?: FetchStore | undefined
}

/** What the store reads of an entry. */
export interface Cacheable {
  readonly key: string
  readonly cached: { readonly bytes: number }
}

/** Entries by key: all pinned ones, and the most recently used of the others (LRU). */
export interface LruStore<Entry extends Cacheable> {
  /** @param hasInitialData no response of a store is restored */
  get(key: string, hasInitialData?: boolean): Entry | undefined
  /** Keeps the entry until it is unpinned. */
  pin(entry: Entry): void
  /** Lets the entry be evicted. @param shouldKeep false: it is removed at once */
  unpin(entry: Entry, shouldKeep: boolean): void
  /** All entries. */
  all(): Entry[]
}

export function createLruStore<Entry extends Cacheable>(limits: CacheLimits = {}): LruStore<Entry> {
  const { entries = 500, bytes = 67_108_864 } = limits
  const pinned = new Map<string, Entry>()
  /** In order of use, the latest last. `bytes` is the size that was added to the total. */
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
  }
}
