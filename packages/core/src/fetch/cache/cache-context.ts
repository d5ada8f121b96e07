import { withoutQuery } from '../../shared/urls.ts'
import { createEar } from '../../platform/page-events.ts'
import type { FetchCache } from '../options.ts'
import type { Environment } from '../../platform/environment.ts'
import type { Desk, StoredEntry } from './types.ts'
import { forgetEntries } from './forget-entries.ts'
import { createWatchdog } from '../request/inactivity-watchdog.ts'
import { type CacheLimits, createStore } from './lru-store.ts'
import { endSession, sessionOf } from '../../http/token-sessions.ts'
import { enlistContainer } from '../../observer/members.ts'

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

/** So many keys are remembered whose responses cannot be shared. */
const UNSHARED = 1000

/** @param cache that was given */
function createDesk(environment: Environment, cache: FetchCache | undefined): Desk {
  const given = cache !== undefined
  const store = createStore<StoredEntry>((cache && limitsOf.get(cache)) ?? {})
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
