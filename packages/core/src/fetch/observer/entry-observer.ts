import { resolveEnvironment } from '../../platform/browser.ts'
import { cacheContextFor } from '../cache/cache-context.ts'
import { CacheEntry } from '../cache/cache-entry.ts'
import { ReducedData } from './reduced-data.ts'
import { type AnyFetchOptions, REFETCH_OPTIONS, validateFetchOptions } from '../options.ts'
import { withDefaults } from '../request/merge-options.ts'
import type { ObserverSource, CacheContext, EntryObserverLike, StoredEntry } from '../cache/types.ts'
import {
  KEY_OPTIONS,
  isSameRequestKey,
  isSameRequester,
  isSameSource,
  computeRequestKey,
} from '../request/request-key.ts'
import { staleAtFor } from '../cache/freshness.ts'
import { ALL_FIELDS, type SnapshotSource, createFetchSnapshot } from './snapshot.ts'
import { FetchDataObserver, type Target, toInitialData, toRetainedData } from './data-observer.ts'
import type { FetchSnapshot } from '../types.ts'
import { mayHaveChanged } from '../../connection/identity.ts'
import { hasChanged } from '../../observer/check-options.ts'
import { isPausedForLogOut } from '../../observer/log-out-registry.ts'
import type { UrlOption } from '../../shared/attempt.ts'

/** The observer of a request. A class, since a page may have thousands, which share its methods. */
export class EntryObserver extends FetchDataObserver implements EntryObserverLike {
  hasAborted = false
  readonly #context: CacheContext
  readonly isFrameworkOwned: boolean
  #serverSnapshot: FetchSnapshot<unknown> | undefined
  /** `execute` has brought a response before the framework subscribed. */
  #hasExecutedEarly = false
  /** It has left its entry. Functions may return the headers of another user when it comes back. */
  #hasLeftEntry = false
  #hadListeners = false

  /** @param isFrameworkOwned a framework will subscribe: if enabled, the status is `pending` from the start */
  constructor(url: UrlOption, options: AnyFetchOptions, isFrameworkOwned: boolean) {
    validateFetchOptions(options)
    const environment = resolveEnvironment(options.environment)
    const merged = withDefaults(url, options, environment)
    const key = url ? computeRequestKey({ url, options: merged }, environment) : undefined
    const own: Target = { url, options: merged, key, entry: undefined }
    super(own, options, environment, isFrameworkOwned ? 0 : ALL_FIELDS)
    this.givenData = toInitialData(options.initialData, key)
    this.isFrameworkOwned = isFrameworkOwned
    this.#context = cacheContextFor(environment, options.cache)
    if (options.reduce) this.reduced = new ReducedData(options)
  }

  get source(): ObserverSource {
    const { url, options, key } = this.shown
    return { url, options, key, initiator: this }
  }

  get wantsFetch(): boolean {
    return this.isOwnShown && this.options.enabled !== false
  }

  get isSubscribed(): boolean {
    return this.entry?.observers.has(this) === true
  }

  setOptions(url: UrlOption, options: AnyFetchOptions): void {
    const { own, given: before, wantsFetch } = this
    const urlBefore = own.url
    const mayMove = url !== urlBefore || mayHaveChanged(KEY_OPTIONS, before, options)
    if (!mayMove && options === before) return
    this.forgetIfLoggedOut()
    validateFetchOptions(options)
    this.given = options
    const merged = withDefaults(url, options, this.environment)
    const key = mayMove ? this.computeKey(url, merged) : own.key
    this.givenData = toInitialData(options.initialData, key, this.givenData)
    if (isSameRequestKey(key, own.key)) {
      own.url = url
      own.options = merged
      if (!this.isOwnShown)
        this.shown.options = this.withOverrides(this.shown.url, this.shown.overrides ?? {})
    } else {
      this.#replaceOwn({ url, options: merged, key, entry: undefined })
      this.reduced = options.reduce && new ReducedData(options)
    }
    this.#updateSubscription()
    if (wantsFetch !== this.wantsFetch || (this.entry?.lacksUrl && url !== urlBefore))
      this.entry?.updateDemand(this)
    else if (hasChanged(REFETCH_OPTIONS, before, options)) this.entry?.updateRefetchTimers()
    this.notify(false)
  }

  /** Shows what `execute` requests; its own target again if that requests the same. */
  showExecuted(target: Target): void {
    if (isSameRequestKey(target.key, this.own.key) && isSameSource(target, this.own)) this.#showOwn()
    else this.#show(target)
  }

  #showOwn(entry?: StoredEntry): void {
    this.#show((this.own = { ...this.own, entry }))
  }

  /** Shows a new own target. A read that was executed in the handler that has changed it, requests the new one. */
  #replaceOwn(target: Target): void {
    const { entry } = this
    const mayTakeOver = this.isOwnShown && this.hasJustExecuted && isSameRequester(target, this.own)
    if (!mayTakeOver || !entry?.pending.has(this)) return this.#show((this.own = target))
    this.#show((this.own = target), true)
    const next = this.subscribeToEntry()
    next?.pending.takeOver(entry.pending, ({ observer }) => observer === this, this.source)
    next?.refetch(true, this.source)
    entry.abortIfUnused()
  }

  #show(target: Target, shouldKeepPromises?: boolean): void {
    const { entry } = this
    this.rememberPrevious(target)
    this.shown = target
    this.clearDecoded()
    entry?.removeObserver(this, shouldKeepPromises)
  }

  /** Whether each request needs an entry of its own: on a server, each may be for another user. */
  get shouldFetchAlone(): boolean {
    return this.environment.isServer && (this.#context.isIsolated || this.#hasDeferredKey)
  }

  /** Leaves its entry, whose request continues for the pending promises. */
  detach(): void {
    const { entry } = this
    this.clearEntry()
    entry?.removeObserver(this, true)
  }

  forget(): void {
    this.#showOwn()
    this.#hasExecutedEarly = this.#hasLeftEntry = false
    this.clearShown()
    this.notify(false)
  }

  resume(): void {
    this.#updateSubscription()
    this.notify(false)
  }

  #updateSubscription(): void {
    if (this.hasListeners && this.shown.key) this.subscribeToEntry(this.#hasExecutedEarly)
    this.#hasExecutedEarly = false
  }

  /** Prevents a second request when the framework subscribes after `execute`. */
  keepUntilSubscribed(): void {
    this.#hasExecutedEarly = this.isFrameworkOwned && !this.#hadListeners
  }

  /** Shows its own target again without a request. */
  restoreOwnTarget(): void {
    const { entry } = this.own
    // An entry that was cleared in the meantime is not shown again.
    this.#showOwn(entry?.isEvicted ? undefined : entry)
    if (this.hasListeners) this.subscribeToEntry(true)
  }

  /** Subscribes to the entry of its target, which is created if needed. @param isReturning nothing is requested */
  subscribeToEntry(isReturning = false): StoredEntry | undefined {
    const { key } = this.shown
    // During a log-out, only `execute` sends requests.
    if (!this.isSubscribed && key && (!this.isOwnShown || !isPausedForLogOut(this))) {
      if (this.#isEntryOfOther) this.clearEntry()
      const context = this.#context
      const isShared = key.kind === 'static' && context.mayShare(key.key)
      const previousEntry = isReturning
        ? this.entry && (context.store.get(this.entry.key) ?? this.entry)
        : undefined
      // After it has left, functions may return another key, so the old entry is not used.
      const currentEntry =
        this.#hasLeftEntry && (this.#hasDeferredKey || context.isIsolated) ? undefined : this.entry
      if (!currentEntry) this.retained = undefined
      const existing =
        previousEntry ?? (isShared ? context.store.get(key.key, this.isInitialOwn) : currentEntry)
      if (existing) this.noticeRejections(existing)
      this.#attach(existing ?? new CacheEntry(context, key, isShared, this.source), isReturning)
    }
    return this.entry
  }

  #attach(entry: StoredEntry, isReturning: boolean): void {
    // Initial data belong to the own target. If functions return the headers, they may be another user's than the
    // entry.
    const mayUseInitialData = this.isOwnShown && (!this.#hasDeferredKey || entry.resolvedKey === undefined)
    if (this.isInitialOwn && mayUseInitialData && !entry.cached.exists)
      entry.cached.setInitialData(this.options.codec, this.initial, this.environment.now())
    this.#hasLeftEntry = false
    this.shown.entry = entry
    this.shown.knownRejectionCount = entry.rejectionCount
    this.decoded = undefined
    entry.addObserver(this, isReturning)
    this.onRequesterKnown()
    if (!this.maySeeCached) return
    this.retained = undefined
    // A response that was cached before is combined too.
    this.reduce(entry)
  }

  onNoUrl(): void {
    if (this.isOwnShown) return this.startOver()
    this.restoreOwnTarget()
    this.notify(false)
  }

  onDetached(entry: StoredEntry): void {
    if (this.entry === entry && !this.isSubscribed) this.#hasLeftEntry = true
  }

  attachTo(entry: StoredEntry): void {
    const { decoded } = this
    if (decoded) this.retained = toRetainedData(decoded, this.entry?.cached, this.requester)
    this.#attach(entry, false)
    // It shows the error of the entry until the next response, and no data beside a final 401.
    if (entry.error && entry.rejectionCount > 0) this.onCredentialsRejected()
  }

  protected onListenersChange(): void {
    this.notifiedSnapshot ??= this.currentSnapshot()
    if (!this.hasListeners) return this.entry?.removeObserver(this)
    this.#hadListeners = true
    this.#updateSubscription()
  }

  currentSnapshot(): FetchSnapshot<unknown> {
    this.forgetIfLoggedOut()
    // An observer that comes back shows no data before its user is known.
    if (
      this.#isEntryOfOther ||
      (this.isFrameworkOwned && !this.#hasExecutedEarly && this.#hasLeftEntry && this.#hasDeferredKey)
    )
      this.clearEntry()
    if (this.entry) this.noticeRejections(this.entry)
    const entry = this.entry ?? this.#cachedEntry
    const maySeeCached = this.entry ? this.maySeeCached : entry?.mayBeShown(this.options) === true
    if (maySeeCached) this.decoded ??= entry?.cached.decodedBy(this.options.codec)
    if (maySeeCached) this.reduce(entry)
    const isFetching = this.isSubscribed
      ? entry?.request !== undefined && !this.hasAborted && !entry.lacksUrl
      : !this.entry && this.#willFetch(entry)
    const hasData = this.shownDecoded !== undefined || this.#showsInitial
    // A new observer does not show the error of others: it sends a request.
    const error = this.entry?.error
    const cached = this.decoded ? entry?.cached : this.retained
    const source: SnapshotSource = {
      entry,
      cached,
      decoded: this.shownDecoded,
      error,
      hasData,
      data: this.shownData,
      isFetching,
      staleAt: cached?.freshness && staleAtFor(cached.freshness, this.options),
    }
    return (this.lastSnapshot = createFetchSnapshot(
      this.lastSnapshot ?? this.#serverSnapshot,
      source,
      this.trackedFields,
    ))
  }

  /** The entry whose cached response can be shown before the framework subscribes. */
  get #cachedEntry(): StoredEntry | undefined {
    const { key } = this.shown
    return key?.kind === 'static' ? this.#context.store.get(key.key, this.isInitialOwn) : undefined
  }

  /** Whether subscribing sends a request. */
  #willFetch(entry: StoredEntry | undefined): boolean {
    if (!this.isFrameworkOwned || !this.shown.key || !this.wantsFetch || isPausedForLogOut(this)) return false
    return entry?.cached.exists
      ? entry.needsFetch(this.options)
      : !(this.isInitialOwn && (this.options.maxAge ?? 0) > 0)
  }

  /** Whether its entry became another observer's alone while it was not subscribed. */
  get #isEntryOfOther(): boolean {
    const owner = this.entry?.soleObserver
    return owner !== undefined && owner !== this && !this.isSubscribed
  }

  /** Whether the initial data count as data: there is a URL, and no other one was executed. */
  get #showsInitial(): boolean {
    return this.isOwnShown && this.shown.key !== undefined && this.initial !== undefined
  }

  /** Whether functions return a part of the cache key. */
  get #hasDeferredKey(): boolean {
    return this.shown.key?.kind === 'deferred' || typeof this.options.headers === 'function'
  }

  protected serverSnapshot(): FetchSnapshot<unknown> {
    const hasData = this.#showsInitial
    const data = this.initial ?? this.reduced?.data
    const isFetching = this.#willFetch(undefined)
    return (this.#serverSnapshot ??= createFetchSnapshot(undefined, { hasData, data, isFetching }, 0))
  }
}
