import type { TautlineError } from '../../shared/errors.ts'
import { RetryingRequest } from '../request/retrying-request.ts'
import type { RequestOwner } from '../request/types.ts'
import { abortForLogOut } from './forget-entries.ts'
import { CachedResponse } from './cached-response.ts'
import type { FreshnessOptions } from './freshness.ts'
import { beforeSend, prepareEntryRequest } from './entry-identity.ts'
import { isSafe } from '../options.ts'
import { AutoRefetch, isRefetching } from './auto-refetch.ts'
import { createPolicyReader } from '../request/prepared-request.ts'
import { type RequestKey, createUniqueKey } from '../request/request-key.ts'
import type { ObserverSource, CacheContext, EntryRequest, EntryObserverLike, StoredEntry } from './types.ts'
import { settleEntry } from './settle.ts'
import { type PendingHandle, PendingPromises } from './pending-promises.ts'
import type { Progress } from '../request/send-request.ts'
import { forEachLive } from '../../shared/safe-call.ts'

export const NO_PROGRESS: Progress = Object.freeze({ sent: 0, received: 0, total: undefined })

/** A cache entry: the observers of one cache key, their current request and the last response or error. */
export class CacheEntry implements StoredEntry {
  key: string
  keyKind: RequestKey['kind']
  readonly context: CacheContext
  readonly cached: CachedResponse
  readonly observers = new Set<EntryObserverLike>()
  request: EntryRequest | undefined
  error: TautlineError | undefined
  progress = NO_PROGRESS
  /** The URL that was requested; '' before the first request. */
  href = ''
  /** The cached response is shown instead of the error of the last request (RFC 5861, section 4). */
  isStaleOnError = false
  /** The cache was cleared. Current observers keep the data; new ones do not get them. */
  isEvicted = false
  lacksUrl = false
  rejectionCount = 0
  /** When the last request ended, in ms since the epoch. */
  settledAt = 0
  /** The cache key of its responses. Undefined until option functions have returned their values. */
  resolvedKey: string | undefined
  /** The part of the key that identifies the user: headers, credentials and `key`. */
  requester: string | undefined
  /** The only observer that may use the entry, because its response varies by headers that are not in its key. */
  soleObserver: EntryObserverLike | undefined
  readonly pending: PendingPromises<EntryObserverLike, StoredEntry> = new PendingPromises<
    EntryObserverLike,
    StoredEntry
  >(this)
  #lastPrimarySource: ObserverSource
  #autoRefetch: AutoRefetch | undefined
  /** Continues from one request to the next. */
  #renewalGapsEndAt = 0

  /** @param isShared others find the entry by its key; else it belongs to one observer */
  constructor(
    context: CacheContext,
    { kind, key, requester, isResolved }: RequestKey,
    isShared: boolean,
    source: ObserverSource,
  ) {
    this.context = context
    this.key = isShared ? key : createUniqueKey()
    this.keyKind = isShared || kind === 'deferred' ? kind : 'unshared'
    if (isResolved) {
      this.resolvedKey = key
      this.requester = requester
    }
    this.#lastPrimarySource = source
    this.cached = new CachedResponse()
  }

  get isSafe(): boolean {
    return isSafe(this.#lastPrimarySource.options)
  }

  /**
   * Whether a new observer with these options may show the cached response. What the page has shown is its history
   * (RFC 9111, section 6): it is shown while it is revalidated, whatever its headers say, except `no-store`.
   */
  mayBeShown(options: FreshnessOptions): boolean {
    const { cached, observers, context } = this
    const isInUse = observers.size > 0 || cached.freshness?.isStorable
    return isInUse === true && context.environment.now() < cached.shownUntil(options)
  }

  /** Whether a new observer with these options causes a request. */
  needsFetch(options: FreshnessOptions): boolean {
    return !(this.mayBeShown(options) && this.cached.isFresh(this.context.environment.now(), options))
  }

  /** @param isReturning the observer comes back to data that it has shown or requested: nothing is requested */
  addObserver(observer: EntryObserverLike, isReturning: boolean): void {
    observer.maySeeCached = this.mayBeShown(observer.options) || (isReturning && this.cached.exists)
    if (this.observers.size === 0) {
      if (!this.isEvicted) this.context.store.pin(this)
      this.context.retain(1)
      // A new observer does not show an error from before.
      if (!isReturning) this.error = undefined
    }
    this.observers.add(observer)
    observer.hasAborted = false
    this.updateRefetchTimers(observer)
    if (!isReturning) this.fetchIfNeeded(observer)
  }

  /** Starts a request if the observer wants one and the cached response is not fresh. */
  fetchIfNeeded(observer: EntryObserverLike): void {
    if (observer.wantsFetch && !this.request && (this.needsFetch(observer.options) || !observer.maySeeCached))
      this.startRequest()
  }

  /**
   * Removes an observer. If there is no other one a microtask later, the request is aborted and the entry is unpinned.
   *
   * @param shouldKeepPromises its promises are not rejected
   */
  removeObserver(observer: EntryObserverLike, shouldKeepPromises = !this.isSafe): void {
    if (this.observers.delete(observer) && this.observers.size === 0) this.context.retain(-1)
    // A write continues, and its promises resolve.
    if (!shouldKeepPromises) this.pending.reject(observer, 'component')
    this.cached.retainDecoded(
      () => new Set([observer.decoded, ...Array.from(this.observers, ({ decoded }) => decoded)]),
    )
    this.updateRefetchTimers(observer)
    // A request that was not sent yet is aborted without waiting for a microtask.
    if (!this.request?.isSent) this.abortIfUnused()
    queueMicrotask(() => {
      observer.onDetached(this)
      this.abortIfUnused()
      this.releaseIfUnused()
    })
  }

  /** Unpins the entry if it has neither observers nor a request. */
  releaseIfUnused(): void {
    if (this.observers.size > 0 || this.request) return
    this.#autoRefetch?.stop()
    const isFoundByKey = this.key === this.resolvedKey
    this.context.store.unpin(
      this,
      isFoundByKey && !this.isEvicted && this.cached.freshness?.isStorable === true,
    )
  }

  /** Aborts the request if no observer and no promise waits for it. */
  abortIfUnused(): void {
    if (!this.request) return
    const isWanted =
      this.pending.size > 0 ||
      [...this.observers].some(({ wantsFetch, hasAborted }) => wantsFetch && !hasAborted)
    if (!isWanted) this.abort()
  }

  /** Starts or aborts the request after `wantsFetch` of an observer has changed. */
  updateDemand(observer: EntryObserverLike): void {
    this.updateRefetchTimers()
    this.fetchIfNeeded(observer)
    this.abortIfUnused()
  }

  /** Aborts the request for one observer. It continues if another one waits for it. */
  abortFor(observer: EntryObserverLike): void {
    if (!this.request) return
    observer.hasAborted = true
    this.pending.reject(observer, 'user')
    const hasOthers = [...this.observers].some(
      (other) => other !== observer && other.wantsFetch && !other.hasAborted,
    )
    if (this.pending.size > 0 || (hasOthers && this.isSafe)) observer.notify(false)
    else this.abort()
  }

  abort(): void {
    if (!this.request) return
    this.request.abort()
    this.request = undefined
    this.notifyObservers(false)
    this.updateRefetchTimers()
  }

  /** Removes an observer unless one of its promises is pending. */
  removeIfSettled(observer: EntryObserverLike): void {
    if (!this.pending.has(observer)) this.removeObserver(observer)
  }

  /** Sends a request, whatever is cached, and returns a promise of its response. */
  fetch(observer: EntryObserverLike, source: ObserverSource): PendingHandle<StoredEntry> {
    const handle = this.pending.add(observer, source)
    observer.hasAborted = this.lacksUrl = false
    this.refetch(true, source)
    return handle
  }

  /**
   * Aborts a request that was sent before this call, since its response may be outdated, and sends a new one.
   *
   * @param mayStart also start a request if none is in flight
   */
  refetch(mayStart: boolean, source?: ObserverSource): void {
    const { request } = this
    const isOutdated = this.#abortIfOutdated(mayStart)
    // A request that was not sent yet uses the latest source.
    if (this.request && source) this.request.source = source
    if (!this.request && (mayStart || isOutdated)) this.startRequest(source ?? request?.source)
  }

  #abortIfOutdated(mayStart: boolean): boolean {
    const { request } = this
    if (!request || !this.isSafe) return false
    const isOutdated = request.isInFlight || (mayStart && (request.isPaused || request.isPreparing))
    if (!isOutdated) return false
    request.abort()
    this.request = undefined
    return true
  }

  /** Aborts the request if it is outdated. @returns false if the current request can be used */
  discardOutdatedRequest(): boolean {
    return !this.request || this.#abortIfOutdated(true)
  }

  startRequest(source?: ObserverSource, keepsError?: boolean): void {
    if (!this.cached.exists && !keepsError) this.error = undefined
    this.progress = NO_PROGRESS
    const request = new RetryingRequest<EntryObserverLike>(this.context, (request) =>
      this.#createOwner(request),
    )
    request.source = source
    request.state = { ...request.state, renewalGapsEndAt: this.#renewalGapsEndAt }
    this.request = request
    this.updateRefetchTimers()
    request.start()
  }

  /** Takes over the request of another entry. */
  adoptRequest(request: EntryRequest): void {
    if (!this.cached.exists) this.error = undefined
    request.owner = this.#createOwner(request)
    this.progress = NO_PROGRESS
    this.request = request
  }

  #createOwner(request: EntryRequest): RequestOwner {
    const readPolicy = createPolicyReader(this.context.environment)
    return {
      options: () => this.primarySource().options,
      policy: () => readPolicy(this.primarySource(), request.isFinalAttempt),
      prepare: (attempt) => prepareEntryRequest(this, request, attempt),
      beforeSend: (prepared, attempt) => beforeSend(this, request, prepared, attempt),
      isProgressTracked: () => [...this.observers].some((observer) => observer.isTracked('progress')),
      onProgress: (progress) => {
        this.progress = Object.freeze(progress)
        forEachLive(this.observers, (observer) => observer.isTracked('progress') && observer.notify(true))
      },
      onStateChange: (mayDefer) => {
        this.#renewalGapsEndAt = request.state.renewalGapsEndAt
        if (request.state.phase === 'waiting') this.lacksUrl = false
        this.notifyObservers(mayDefer)
      },
      onEvent: (type, event) => forEachLive(this.observers, (observer) => observer.emit(type, event)),
      abortForLogOut: () => abortForLogOut(this),
      onSettled: (error) => {
        this.#renewalGapsEndAt = request.state.renewalGapsEndAt
        settleEntry(this, request, error)
      },
    }
  }

  /** The source whose options apply: that of the oldest observer that wants a request, else the last such one. */
  primarySource(): ObserverSource {
    if (this.request?.source) return this.request.source
    for (const observer of this.observers) {
      if (observer.wantsFetch) return (this.#lastPrimarySource = observer.source)
    }
    return this.#lastPrimarySource
  }

  /** Creates an entry for the same request with another key. @param isShared others find it by its key */
  createSibling(key: string, requester: string, isShared: boolean): CacheEntry {
    const requestKey: RequestKey = {
      kind: isShared ? 'static' : this.keyKind,
      key,
      requester,
      isResolved: true,
    }
    return new CacheEntry(this.context, requestKey, isShared, this.primarySource())
  }

  /** Changes the key of the entry. */
  rekey(key: string): void {
    const { store } = this.context
    store.unpin(this, false)
    this.key = key
    if (this.observers.size > 0) store.pin(this)
  }

  /** Marks the response as stale, after a write. @param shouldRefetch also refetch if it is shown */
  invalidate(shouldRefetch: boolean): void {
    if (!this.isSafe) return
    const { cached } = this
    cached.invalidate()
    const isWanted = shouldRefetch && [...this.observers].some(({ wantsFetch }) => wantsFetch)
    cached.isRefetchDeferred = isWanted && cached.hasPendingUpdates
    if (isWanted && !cached.isRefetchDeferred) this.refetch(true)
    else if (this.request?.isInFlight) this.request.isOutdated = true
  }

  /** Updates automatic refetching after a change of observers or options. @param observer the only one changed */
  updateRefetchTimers(observer?: EntryObserverLike): void {
    const isNeeded = this.error || (observer ? [observer] : [...this.observers]).some(isRefetching)
    if (this.#autoRefetch || isNeeded) (this.#autoRefetch ??= new AutoRefetch(this)).update()
  }

  notifyObservers(mayDefer: boolean): void {
    forEachLive(this.observers, (observer) => observer.notify(mayDefer))
  }
}
