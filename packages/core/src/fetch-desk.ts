import type { Environment } from './environment.ts'
import type { FetchEntry } from './fetch-entry.ts'
import { type Watchdog, createWatchdog } from './fetch-watchdog.ts'
import { type CacheLimits, type Store, createStore } from './fetch/cache.ts'
import type { Signal } from './lifecycle-types.ts'
import { tellAll } from './occurrences.ts'

/** Answers that are kept. One for the whole page is there without being asked for; on a server it is given by whoever knows whose answers they are. */
export interface FetchCache {
  /** Forgets all answers, as when a user has logged out. What is on the screen stays there until its component goes, and is not kept. */
  clear(): void
  /** Makes the answers of these URLs stale, whatever their queries, and asks anew for those that are shown. */
  invalidate(...urls: readonly string[]): void
}

/** What all requests over one cache have in common. */
export interface Desk {
  readonly environment: Environment
  readonly store: Store<FetchEntry>
  /** Answers were forgotten: the browser's own cache may still have them. */
  readonly wasCleared: boolean
  clear(): void
  readonly watchdog: Watchdog
  /** One subscription to the page for all, while there is anybody; whoever joins late is told what is not as usual. */
  listen(listener: (signal: Signal) => void): () => void
  /** So many more, or fewer, entries are shown: what the network does is heard while nothing is under way, too. */
  attend(more: number): void
  /** The names by which answers of a key differ (RFC 9111, section 4.1). */
  readonly vary: Map<string, readonly string[]>
  /** Makes stale what these URLs name, and asks anew for those who show it. @param gone but not for this one */
  invalidate(urls: readonly string[], gone?: string): void
}

const limitsOf = new WeakMap<FetchCache, CacheLimits>()
/** Those of a cache or of an environment. Weak: an environment may be made anew in every component. */
interface Desks {
  readonly by: WeakMap<Environment, Desk>
  all: readonly WeakRef<Desk>[]
}

const desksOf = new WeakMap<object, Desks>()

/** @param limits of what nobody shows: `entries` (500) and `bytes` (64 MiB) */
export function createFetchCache(limits: CacheLimits = {}): FetchCache {
  const desks = () => desksOf.get(cache)?.all.flatMap((one) => one.deref() ?? []) ?? []
  const cache: FetchCache = {
    clear() {
      for (const desk of desks()) desk.clear()
    },
    invalidate(...urls) {
      for (const desk of desks()) desk.invalidate(urls)
    },
  }
  limitsOf.set(cache, limits)
  return cache
}

/** The desk at which a hook asks. A server answers many users: nothing is kept there from one to the next, unless a cache is given. */
export function deskOf(environment: Environment, cache: FetchCache | undefined): Desk {
  if (!cache && environment.server) return createDesk(environment, {})
  const owner = cache ?? environment
  const desks = desksOf.get(owner) ?? { by: new WeakMap(), all: [] }
  desksOf.set(owner, desks)
  const known = desks.by.get(environment)
  if (known) return known
  const desk = createDesk(environment, (cache && limitsOf.get(cache)) ?? {})
  desks.by.set(environment, desk)
  desks.all = [...desks.all.filter((one) => one.deref()), new WeakRef(desk)]
  return desk
}

const OPPOSITES: Partial<Record<Signal, Signal>> = { online: 'offline', visible: 'hidden', resume: 'freeze' }

function createDesk(environment: Environment, limits: CacheLimits): Desk {
  const store = createStore<FetchEntry>(limits)
  let wasCleared = false
  return {
    environment,
    store,
    get wasCleared() {
      return wasCleared
    },
    clear() {
      wasCleared = true
      for (const entry of store.all()) entry.isRetired = true
      store.clear()
    },
    watchdog: createWatchdog(environment),
    vary: new Map(),
    ...createEar(environment),
    invalidate(urls, gone) {
      const places = new Set(urls.map((url) => withoutQuery(url, environment)))
      for (const entry of store.all()) {
        const href = entry.href || withoutQuery(String(entry.lead().url), environment)
        if (places.has(href.replace(/\?.*$/s, ''))) entry.invalidate(href !== gone)
      }
    },
  }
}

/** What the page and the network say, for all at one desk. */
function createEar(environment: Environment): Pick<Desk, 'listen' | 'attend'> {
  const listeners = new Set<(signal: Signal) => void>()
  const unusual = new Set<Signal>()
  let deaf: (() => void) | undefined
  let shown = 0
  const hear = (signal: Signal): void => {
    const opposite = OPPOSITES[signal]
    if (opposite) unusual.delete(opposite)
    else if (signal !== 'wake') unusual.add(signal)
    tellAll(listeners, (listener) => listener(signal))
  }
  const attune = (): void => {
    if (listeners.size > 0 || shown > 0) {
      deaf ??= environment.signals(hear)
      return
    }
    deaf?.()
    deaf = undefined
    unusual.clear()
  }
  return {
    listen(listener) {
      const own = (signal: Signal) => listener(signal)
      for (const signal of unusual) own(signal)
      listeners.add(own)
      attune()
      return () => {
        listeners.delete(own)
        attune()
      }
    },
    attend(more) {
      shown += more
      attune()
    },
  }
}

/** What a write names is the resource: its lists are under any query. */
export function withoutQuery(url: string, { baseUrl }: Pick<Environment, 'baseUrl'>): string {
  try {
    return new URL(url, baseUrl).href.replace(/[?#].*$/s, '')
  } catch {
    return url
  }
}
