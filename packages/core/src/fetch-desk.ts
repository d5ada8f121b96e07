import type { Environment } from './environment.ts'
import type { FetchEntry } from './fetch-entry.ts'
import type { Exchange } from './fetch-exchange.ts'
import { forgetEntries } from './fetch-forgetting.ts'
import { type Watchdog, createWatchdog } from './fetch-watchdog.ts'
import { type CacheLimits, type Store, createStore } from './fetch/cache.ts'
import type { Signal } from './lifecycle-types.ts'
import { tellAll } from './occurrences.ts'
import { endSession, sessionOf } from './owner.ts'
import { type Container, enlistContainer } from './session.ts'

/** Answers that are kept. One for the whole page is there without being asked for; on a server it is given by whoever knows whose answers they are. */
export interface FetchCache {
  /** Forgets all answers, as when a user has logged out. What is on the screen stays there until its component goes, and is not kept. */
  clear(): void
  /** Makes the answers of these URLs stale, whatever their queries, and asks anew for those that are shown. */
  invalidate(...urls: readonly string[]): void
}

/** What all requests over one cache have in common. */
export interface Desk extends Container {
  readonly environment: Environment
  readonly store: Store<FetchEntry>
  /** Answers were forgotten: the browser's own cache may still have them. */
  readonly wasCleared: boolean
  clear(): void
  /** The requests that are not over. */
  readonly live: Set<Exchange>
  readonly watchdog: Watchdog
  /** One subscription to the page for all, while there is anybody; whoever joins late is told what is not as usual. */
  listen(listener: (signal: Signal) => void): () => void
  /** So many more, or fewer, entries are shown: what the network does is heard while nothing is under way, too. */
  attend(more: number): void
  /** Owns the tokens and their renewals, which `clear` drops; null on a server without a given cache, where nobody shares them. */
  readonly session: object | null
  /** Nothing is shared: a server answers many users, and no cache was given. */
  readonly isIsolated: boolean
  /** May requests with this key share a response? */
  shares(key: string): boolean
  /** May the server be asked whether what is kept under this key still holds? Not where that depends on headers which may be others by now. */
  mayConfirm(key: string): boolean
  /** Responses for this key depend on headers that are no part of it (RFC 9111, section 4.1): from now on each hook asks for itself. */
  unshare(key: string): void
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
  if (!cache && environment.server) return createDesk(environment, undefined)
  const owner = cache ?? environment
  const desks = desksOf.get(owner) ?? { by: new WeakMap(), all: [] }
  desksOf.set(owner, desks)
  const known = desks.by.get(environment)
  if (known) return known
  const desk = createDesk(environment, cache)
  enlistContainer(desk)
  desks.by.set(environment, desk)
  desks.all = [...desks.all.filter((one) => one.deref()), new WeakRef(desk)]
  return desk
}

const OPPOSITES: Partial<Record<Signal, Signal>> = { online: 'offline', visible: 'hidden', resume: 'freeze' }

/** So many keys are remembered whose responses cannot be shared. */
const UNSHARED = 1000

/** @param cache that was given */
function createDesk(environment: Environment, cache: FetchCache | undefined): Desk {
  const given = cache !== undefined
  const store = createStore<FetchEntry>((cache && limitsOf.get(cache)) ?? {})
  const isIsolated = environment.server && !given
  const unshared = new Set<string>()
  let session: object = {}
  let wasCleared = false
  return {
    environment,
    store,
    get wasCleared() {
      return wasCleared
    },
    // Without a given cache, requests and connections of a page have one session.
    get session() {
      return given ? session : sessionOf(environment)
    },
    isIsolated,
    shares: (key) => !isIsolated && !unshared.has(key),
    mayConfirm: (key) => !unshared.has(key),
    unshare(key) {
      unshared.add(key)
      const [oldest = key] = unshared
      if (unshared.size > UNSHARED) unshared.delete(oldest)
    },
    clear() {
      wasCleared = true
      session = {}
      if (!given) endSession(environment)
      for (const entry of store.all()) entry.isRetired = true
      store.clear()
    },
    live: new Set(),
    forget(scope, isOver) {
      const isOurs = scope.cache === undefined || scope.cache === cache
      if (!isOurs || (scope.environment && scope.environment !== environment)) return
      forgetEntries(this, scope, isOver)
      wasCleared = true
      session = {}
    },
    watchdog: createWatchdog(environment),
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
