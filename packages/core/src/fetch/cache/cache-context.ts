import { platformEnvironment } from '../../platform/browser.ts'
import { pageEventsOf } from '../../platform/page-events.ts'
import type { FetchCache } from '../options.ts'
import type { Environment } from '../../platform/environment.ts'
import type { CacheContext, StoredEntry } from './types.ts'
import { evict, forgetEntries } from './forget-entries.ts'
import { invalidateEntry } from './match-entry.ts'
import { createWatchdog } from '../request/inactivity-watchdog.ts'
import { type CacheOptions, createLruStore } from './lru-store.ts'
import { getPageTokenOwner } from '../../http/token-owners.ts'
import { registerStore } from '../../observer/log-out-registry.ts'

const optionsByCache = new WeakMap<FetchCache, CacheOptions>()

/** The contexts of one cache or environment. Weak, since a component may create an environment at every render. */
interface CacheContexts {
  readonly byEnvironment: WeakMap<Environment, CacheContext>
  all: readonly WeakRef<CacheContext>[]
}

const contextsByOwner = new WeakMap<object, CacheContexts>()

/**
 * Creates a cache for responses, for the option `cache`.
 *
 * @param options `entries` (default 500) and `bytes` (default 64 MiB): the limits of the responses that no component
 *   shows; `onError`: called once for each failed request, also after its components have gone;
 *   `store`: keeps responses over reloads
 */
export function createFetchCache(options: CacheOptions = {}): FetchCache {
  const contexts = () => contextsByOwner.get(cache)?.all.flatMap((one) => one.deref() ?? []) ?? []
  const cache: FetchCache = {
    clear() {
      for (const context of contexts()) context.clear()
    },
    invalidate(...targets) {
      for (const context of contexts()) context.invalidate(targets)
    },
  }
  optionsByCache.set(cache, options)
  // A store is emptied at log-out even if nothing was requested, and begins to load now.
  if (options.store) cacheContextFor(platformEnvironment(), cache)
  return cache
}

/**
 * Returns the context of a cache. On a server without a given cache it is new each time, so that users share nothing.
 */
export function cacheContextFor(environment: Environment, cache: FetchCache | undefined): CacheContext {
  if (!cache && environment.isServer) return createCacheContext(environment, undefined)
  const owner = cache ?? environment
  const contexts = contextsByOwner.get(owner) ?? { byEnvironment: new WeakMap(), all: [] }
  contextsByOwner.set(owner, contexts)
  const known = contexts.byEnvironment.get(environment)
  if (known) return known
  const context = createCacheContext(environment, cache)
  if (cache && !environment.isServer) optionsByCache.get(cache)?.store?.connect(context)
  registerStore(context)
  contexts.byEnvironment.set(environment, context)
  contexts.all = [...contexts.all.filter((one) => one.deref()), new WeakRef(context)]
  return context
}

/** The largest number of remembered keys whose responses cannot be shared. */
const MAX_UNSHARED_KEYS = 1000

/** Creates the page events of a cache context, which listens while entries have observers. */
function createRetainablePageEvents(environment: Environment): Pick<CacheContext, 'listen' | 'retain'> {
  const { listen } = pageEventsOf(environment)
  let retained = 0
  let stopListening: (() => void) | undefined
  return {
    listen,
    retain(change) {
      retained += change
      if (retained > 0) stopListening ??= listen(() => {})
      else {
        stopListening?.()
        stopListening = undefined
      }
    },
  }
}

/** @param cache the option `cache`, if it was given */
function createCacheContext(environment: Environment, cache: FetchCache | undefined): CacheContext {
  const isGiven = cache !== undefined
  const options = (cache && optionsByCache.get(cache)) ?? {}
  const store = createLruStore<StoredEntry>(options)
  const isIsolated = environment.isServer && !isGiven
  const unsharedKeys = new Set<string>()
  let session: object = {}
  let wasCleared = false
  return {
    environment,
    store,
    cache,
    get wasCleared() {
      return wasCleared
    },
    // Without a given cache, requests and connections of a page have one session.
    get session() {
      return isGiven ? session : getPageTokenOwner(environment)
    },
    isIsolated,
    onError: options.onError,
    mayShare: (key) => !isIsolated && !unsharedKeys.has(key),
    mayRevalidate: (key) => !unsharedKeys.has(key),
    markUnshared(key) {
      unsharedKeys.add(key)
      const [oldest = key] = unsharedKeys
      if (unsharedKeys.size > MAX_UNSHARED_KEYS) unsharedKeys.delete(oldest)
    },
    clear(prefix = '') {
      wasCleared = true
      session = {}
      for (const entry of store.all()) if (entry.href.startsWith(prefix)) evict(entry)
    },
    activeRequests: new Set(),
    forget(scope, isOver) {
      const isInScope = scope.cache === undefined || scope.cache === cache
      if (!isInScope || (scope.environment && scope.environment !== environment)) return
      forgetEntries(this, scope, isOver)
      wasCleared = true
      session = {}
    },
    watchdog: createWatchdog(environment),
    ...createRetainablePageEvents(environment),
    invalidate(targets, deletedHref) {
      for (const entry of store.all()) invalidateEntry(entry, targets, deletedHref)
    },
  }
}
