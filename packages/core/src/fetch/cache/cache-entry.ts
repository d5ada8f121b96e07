import type { TautlineError } from '../../shared/errors.ts'
import { RetryingRequest } from '../request/retrying-request.ts'
import type { RequestOwner } from '../request/types.ts'
import { abortForLogOut } from './forget-entries.ts'
import { CachedResponse } from './cached-response.ts'
import { beforeSend, prepareEntryRequest } from './entry-identity.ts'
import { isSafe } from '../options.ts'
import { AutoRefetch, isRefetching } from './auto-refetch.ts'
import { policyFor } from '../request/prepared-request.ts'
import { type RequestKey, createUniqueKey } from '../request/request-key.ts'
import type { ObserverSource, CacheContext, EntryRequest, EntryObserverLike, StoredEntry } from './types.ts'
import { settleEntry } from './settle.ts'
import { type PendingHandle, PendingPromises } from './pending-promises.ts'
import type { Progress } from '../request/send-request.ts'
import { forEachLive } from '../../shared/safe-call.ts'

export const NO_PROGRESS: Progress = Object.freeze({ sent: 0, received: 0, total: undefined })

/** What is asked under one key: the hooks that share it, the request that is under way, and what came of the last one. */
export class CacheEntry implements StoredEntry {
  key: string
  keyKind: RequestKey['kind']
  readonly context: CacheContext
  readonly cached: CachedResponse
  readonly observers = new Set<EntryObserverLike>()
  request: EntryRequest | undefined
  error: TautlineError | undefined
  progress = NO_PROGRESS
  /** What was asked for; '' until it was. */
  href = ''
  /** What is kept stands in for the answer that has failed. */
  isStaleOnError = false
  /** All that was kept has been forgotten: it stays where it is shown, for no one else. */
  isEvicted = false
  /** When the last request came to its end, by the wall clock, in ms. */
  settledAt = 0
  /** By what its responses are known; undefined until functions have been asked. */
  resolvedKey: string | undefined
  /** Who asks. */
  requester: string | undefined
  /** What is here depends on headers that are no part of its key: it is for this hook alone. */
  soleObserver: EntryObserverLike | undefined
  readonly pending: PendingPromises<EntryObserverLike, StoredEntry> = new PendingPromises<
    EntryObserverLike,
    StoredEntry
  >(this)
  #lastPrimarySource: ObserverSource
  #autoRefetch: AutoRefetch | undefined

  /** @param isShared it is found by its name; else it is private to its hook */
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
    this.cached = new CachedResponse(context.environment.reportError)
  }

  get isSafe(): boolean {
    return isSafe(this.#lastPrimarySource.options)
  }

  /** May somebody who comes now see what is kept? */
  get mayBeShown(): boolean {
    const until = this.cached.freshness?.staleWhileRevalidateUntil ?? 0
    return this.context.environment.now() < until
  }

  /** Would somebody who comes now have it asked for? */
  get needsFetch(): boolean {
    return !(this.mayBeShown && this.cached.isFresh(this.context.environment.now()))
  }

  /** @param isReturning it comes back to what it has shown, or asked for, already: nothing is asked for it */
  addObserver(observer: EntryObserverLike, isReturning = false): void {
    if (this.observers.size === 0) {
      if (!this.isEvicted) this.context.store.pin(this)
      this.context.retain(1)
      // Nobody has been shown it any more.
      if (!isReturning) this.error = undefined
    }
    this.observers.add(observer)
    observer.maySeeCached = this.mayBeShown || (isReturning && this.cached.exists)
    observer.hasAborted = false
    this.updateRefetchTimers(observer)
    if (!isReturning) this.fetchIfNeeded(observer)
  }

  /** Asks, where this hook wants it and what is kept is not fresh. */
  fetchIfNeeded(observer: EntryObserverLike): void {
    if (observer.wantsFetch && !this.request && (this.needsFetch || !observer.maySeeCached))
      this.startRequest()
  }

  /**
   * A microtask later nobody may have come in its place: then the request is given up, and what is kept rests.
   *
   * @param shouldKeepPromises its promises still get their response
   */
  removeObserver(observer: EntryObserverLike, shouldKeepPromises = !this.isSafe): void {
    if (this.observers.delete(observer) && this.observers.size === 0) this.context.retain(-1)
    // What changes something goes on: who has asked for it is told.
    if (!shouldKeepPromises) this.pending.reject(observer, 'component')
    this.cached.retainDecoded(
      () => new Set([observer.decoded, ...Array.from(this.observers, ({ decoded }) => decoded)]),
    )
    this.updateRefetchTimers(observer)
    // What has not been sent yet need not wait.
    if (!this.request?.isSent) this.abortIfUnused()
    queueMicrotask(() => {
      observer.onDetached(this)
      this.abortIfUnused()
      this.releaseIfUnused()
    })
  }

  /** Nobody is here, and nothing is under way: what is kept waits for who comes later. */
  releaseIfUnused(): void {
    if (this.observers.size > 0 || this.request) return
    this.#autoRefetch?.stop()
    const isFoundByKey = this.key === this.resolvedKey
    this.context.store.unpin(
      this,
      isFoundByKey && !this.isEvicted && this.cached.freshness?.isStorable === true,
    )
  }

  /** Nobody waits for it any more: what is under way is given up. */
  abortIfUnused(): void {
    if (!this.request) return
    const isWanted =
      this.pending.size > 0 ||
      [...this.observers].some(({ wantsFetch, hasAborted }) => wantsFetch && !hasAborted)
    if (!isWanted) this.abort()
  }

  /** A hook wants answers by itself, or does so no more. */
  updateDemand(observer: EntryObserverLike): void {
    this.updateRefetchTimers()
    this.fetchIfNeeded(observer)
    this.abortIfUnused()
  }

  /** Gives the request up for one hook, and ends it where no other waits for it. */
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

  /** One that nobody owns has its answer: it leaves, unless it waits for another. */
  removeWhenSettled(observer: EntryObserverLike): void {
    if (!this.pending.has(observer)) this.removeObserver(observer)
  }

  /** Asks, whatever is kept. */
  fetch(observer: EntryObserverLike, source: ObserverSource): PendingHandle<StoredEntry> {
    const handle = this.pending.add(observer, source)
    observer.hasAborted = false
    this.refetch(true, source)
    return handle
  }

  /**
   * What has left the page already may be older than the wish, and is given up for another request.
   *
   * @param mayStart else only where a request is under way
   */
  refetch(mayStart: boolean, source?: ObserverSource): void {
    const { request } = this
    const isOutdated = this.#isOutdated(mayStart)
    if (isOutdated) {
      this.request?.abort()
      this.request = undefined
    }
    // What has not left yet asks as it is wished for last.
    if (this.request && source) this.request.source = source
    if (!this.request && (mayStart || isOutdated)) this.startRequest(source ?? request?.source)
  }

  #isOutdated(mayStart: boolean): boolean {
    const { request } = this
    if (!request || !this.isSafe) return false
    return request.isInFlight || (mayStart && (request.isPaused || request.isPreparing))
  }

  /** A newer wish has been described already. @returns false where what is under way will do */
  discardOutdatedRequest(): boolean {
    const { request } = this
    if (!request) return true
    if (!this.#isOutdated(true)) return false
    request.abort()
    this.request = undefined
    return true
  }

  startRequest(source?: ObserverSource): void {
    if (!this.cached.exists) this.error = undefined
    this.progress = NO_PROGRESS
    const request = new RetryingRequest<EntryObserverLike>(this.context, (request) =>
      this.#createOwner(request),
    )
    request.source = source
    this.request = request
    this.updateRefetchTimers()
    request.start()
  }

  /** Takes the request of another entry over, which goes on. */
  adoptRequest(request: EntryRequest): void {
    if (!this.cached.exists) this.error = undefined
    request.setOwner(this.#createOwner(request))
    this.progress = NO_PROGRESS
    this.request = request
  }

  #createOwner(request: EntryRequest): RequestOwner {
    return {
      options: () => this.primarySource().options,
      policy: () => policyFor(this.primarySource(), request.isFinalAttempt),
      prepare: (attempt) => prepareEntryRequest(this, request, attempt),
      beforeSend: (prepared, attempt) => beforeSend(this, request, prepared, attempt),
      isProgressTracked: () => [...this.observers].some((observer) => observer.isTracked('progress')),
      onProgress: (progress) => {
        this.progress = Object.freeze(progress)
        forEachLive(this.observers, (observer) => observer.isTracked('progress') && observer.notify(true))
      },
      onStateChange: (mayDefer) => this.notifyObservers(mayDefer),
      onEvent: (type, event) => forEachLive(this.observers, (observer) => observer.emit(type, event)),
      abortForLogOut: () => abortForLogOut(this),
      onSettled: (error) => settleEntry(this, request, error),
    }
  }

  /** Whose options decide: the oldest hook that wants answers, else the last one that did. */
  primarySource(): ObserverSource {
    if (this.request?.source) return this.request.source
    for (const observer of this.observers) {
      if (observer.wantsFetch) return (this.#lastPrimarySource = observer.source)
    }
    return this.#lastPrimarySource
  }

  /** Another one for the same kind of request. @param isShared it is found by its key */
  createSibling(key: string, requester: string, isShared: boolean): CacheEntry {
    const requestKey: RequestKey = {
      kind: isShared ? 'static' : this.keyKind,
      key,
      requester,
      isResolved: true,
    }
    return new CacheEntry(this.context, requestKey, isShared, this.primarySource())
  }

  /** Is known by another key from now on. */
  rekey(key: string): void {
    const { store } = this.context
    store.unpin(this, false)
    this.key = key
    if (this.observers.size > 0) store.pin(this)
  }

  /** It names what was changed elsewhere. @param shouldRefetch those who show it get a new answer */
  invalidate(shouldRefetch: boolean): void {
    if (!this.isSafe) return
    this.cached.invalidate()
    if (shouldRefetch && [...this.observers].some((observer) => observer.wantsFetch)) this.refetch(true)
    else if (this.request?.isInFlight) this.request.isOutdated = true
  }

  /** The hooks here, or their options, have changed. @param observer the one that has; else any of them */
  updateRefetchTimers(observer?: EntryObserverLike): void {
    const hasRefetching = observer ? isRefetching(observer) : [...this.observers].some(isRefetching)
    if (this.#autoRefetch || hasRefetching) (this.#autoRefetch ??= new AutoRefetch(this)).update()
  }

  notifyObservers(mayDefer: boolean): void {
    forEachLive(this.observers, (observer) => observer.notify(mayDefer))
  }
}
