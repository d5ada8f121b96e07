import type { Environment } from '../../platform/environment.ts'
import { resolveEnvironment } from '../../platform/browser.ts'
import { cacheContextFor } from '../cache/cache-context.ts'
import { CacheEntry } from '../cache/cache-entry.ts'
import { ReducedData } from './reduced-data.ts'
import {
  type AnyFetchOptions,
  type FetchOverrides,
  validateFetchOptions,
  mergeOverrides,
} from '../options.ts'
import type { ObserverSource, CacheContext, EntryObserverLike, StoredEntry } from '../cache/types.ts'
import {
  type RequestSource,
  type RequestKey,
  isSameRequestKey,
  isSameSource,
  computeRequestKey,
} from '../request/request-key.ts'
import { ALL_FIELDS, type SnapshotSource, createFetchSnapshot } from './snapshot.ts'
import { FetchDataObserver, toRetainedData } from './data-observer.ts'
import type { FetchSnapshot } from '../types.ts'
import { mayHaveChanged } from '../../connection/identity.ts'
import { hasChanged } from '../../observer/check-options.ts'
import {
  type Forgettable,
  setRegistered,
  isForgottenSince,
  isPausedForLogOut,
  logOutCount,
} from '../../observer/log-out-registry.ts'
import type { UrlOption } from '../../shared/attempt.ts'

/** The options that say what is asked for. */
export const KEY_OPTIONS = [
  'method',
  'headers',
  'ignoreHeaders',
  'json',
  'body',
  'query',
  'credentials',
  'key',
  'providerKey',
  'share',
]
const REFETCH_OPTIONS = ['refetchInterval', 'refetchOnFocus', 'refetchOnReconnect']

/** One hook's view of a request. A class, since a page may hold thousands: its methods exist once. */
export class EntryObserver extends FetchDataObserver implements EntryObserverLike, Forgettable {
  /** What is asked for: the hook's own, or what `execute` has put over it. */
  url: UrlOption
  options: AnyFetchOptions
  hasAborted = false
  entry: StoredEntry | undefined
  readonly environment: Environment
  readonly #context: CacheContext
  readonly #isFrameworkOwned: boolean
  /** What the hook itself asks for. */
  ownUrl: UrlOption
  ownOptions: AnyFetchOptions
  ownKey: RequestKey | undefined
  /** Of what is asked for. */
  requestKey: RequestKey | undefined
  /** What `execute` has put over the hook's own, while that is shown. */
  executeOverrides: FetchOverrides | undefined
  /** What was given out last, to whoever asked. */
  #snapshot: FetchSnapshot<unknown> | undefined
  #serverSnapshot: FetchSnapshot<unknown> | undefined
  #hasExecutedEarly = false
  /** It has left its entry: who asks by then is not known before functions have said it. */
  #hasLeftEntry = false
  #hadListeners = false
  /** So many log-outs it knows of. */
  #knownLogOuts = logOutCount
  /** Where the hook's own answer is, while another one is shown. */
  #ownEntry: StoredEntry | undefined

  /** @param isFrameworkOwned owned by a framework, which asks by subscribing: an enabled one shows `pending` from the start */
  constructor(url: UrlOption, options: AnyFetchOptions, isFrameworkOwned: boolean) {
    validateFetchOptions(options)
    super(isFrameworkOwned ? 0 : ALL_FIELDS)
    this.url = this.ownUrl = url
    this.options = this.ownOptions = options
    this.#isFrameworkOwned = isFrameworkOwned
    this.environment = resolveEnvironment(options.environment)
    this.#context = cacheContextFor(this.environment, options.cache)
    if (options.reduce) this.reduced = new ReducedData(options)
    this.requestKey = this.ownKey = url ? computeRequestKey(this, this.environment) : undefined
  }

  get wantsFetch(): boolean {
    return !this.executeOverrides && this.options.enabled !== false
  }

  get isSubscribed(): boolean {
    return this.entry?.observers.has(this) === true
  }

  setOptions(url: UrlOption, options: AnyFetchOptions): void {
    const { wantsFetch, ownOptions: before } = this
    const hasMoved = url !== this.ownUrl || mayHaveChanged(KEY_OPTIONS, before, options)
    if (!hasMoved && options === before) return
    this.noticeLogOut()
    validateFetchOptions(options)
    this.ownUrl = url
    this.ownOptions = options
    const requestKey = hasMoved ? this.computeKey(url, options) : this.ownKey
    if (hasMoved && !isSameRequestKey(requestKey, this.ownKey)) {
      this.setTarget(url, options, requestKey, undefined)
      this.reduced = options.reduce && new ReducedData(options)
    } else {
      this.ownKey = requestKey
      if (this.executeOverrides) this.options = mergeOverrides(options, this.executeOverrides)
      else Object.assign(this, { url, options })
    }
    this.#updateSubscription()
    if (wantsFetch !== this.wantsFetch) this.entry?.updateDemand(this)
    else if (hasChanged(REFETCH_OPTIONS, before, options)) this.entry?.updateRefetchTimers()
    this.notify(false)
  }

  computeKey(url: UrlOption, options: AnyFetchOptions): RequestKey | undefined {
    return url ? computeRequestKey({ url, options }, this.environment) : undefined
  }

  /** Shows something else from now on. Another destination knows nothing of the old one. */
  setTarget(
    url: UrlOption,
    options: AnyFetchOptions,
    requestKey: RequestKey | undefined,
    overrides: FetchOverrides | undefined,
  ): void {
    const { entry } = this
    this.rememberPrevious(options)
    this.#ownEntry = overrides && !this.executeOverrides ? entry : overrides && this.#ownEntry
    this.#clearEntry()
    const isOwn = isSameRequestKey(requestKey, this.ownKey) && isSameSource({ url, options }, this.#ownSource)
    this.executeOverrides = isOwn ? undefined : overrides
    if (!overrides) this.ownKey = requestKey
    this.requestKey = requestKey
    this.url = url
    this.options = options
    entry?.removeObserver(this)
  }

  get #ownSource(): RequestSource {
    return { url: this.ownUrl, options: this.ownOptions }
  }

  /** Each request is one of its own: a server may ask for another user each time. */
  get shouldFetchAlone(): boolean {
    return this.environment.isServer && (this.#context.isIsolated || this.#hasDeferredKey)
  }

  /** Its promises keep their request; all else begins anew. */
  detach(): void {
    const { entry } = this
    this.#clearEntry()
    entry?.removeObserver(this, true)
  }

  /** A hook that has no subscriber is not told of a log-out: it finds out when it is used again. */
  noticeLogOut(): void {
    if (this.hasListeners || this.#knownLogOuts === logOutCount) return
    if (isForgottenSince(this, this.#knownLogOuts)) this.forget()
    this.#knownLogOuts = logOutCount
  }

  forget(): void {
    this.#knownLogOuts = logOutCount
    this.setTarget(this.ownUrl, this.ownOptions, this.ownKey, undefined)
    this.#hasExecutedEarly = this.#hasLeftEntry = false
    this.clearShown()
    this.notify(false)
  }

  resume(): void {
    this.#updateSubscription()
    this.notify(false)
  }

  #clearEntry(): void {
    this.entry = this.decoded = this.retained = undefined
    this.maySeeCached = false
  }

  #updateSubscription(): void {
    if (this.hasListeners && this.requestKey) this.subscribeToEntry(this.#hasExecutedEarly)
    this.#hasExecutedEarly = false
  }

  /** What `execute` has brought before its framework has subscribed is not asked for again when it does. */
  keepUntilSubscribed(): void {
    this.#hasExecutedEarly = this.#isFrameworkOwned && !this.#hadListeners
  }

  /** Shows its own request again, and asks nothing. */
  restoreOwnTarget(): void {
    const ownEntry = this.#ownEntry
    this.setTarget(this.ownUrl, this.ownOptions, this.ownKey, undefined)
    // What was forgotten meanwhile is not shown again.
    this.entry = ownEntry?.isEvicted ? undefined : ownEntry
    if (this.hasListeners) this.subscribeToEntry(true)
  }

  /** Takes part in its entry, which is made if there is none. @param isReturning nothing is asked for it */
  subscribeToEntry(isReturning = false): StoredEntry | undefined {
    const { requestKey } = this
    // During a log-out only what is asked for explicitly is asked.
    if (!this.isSubscribed && requestKey && (this.executeOverrides || !isPausedForLogOut(this))) {
      if (this.#isEntryOfOther) this.#clearEntry()
      const context = this.#context
      const isShared = requestKey.kind === 'static' && context.mayShare(requestKey.key)
      const previousEntry = isReturning
        ? this.entry && (context.store.get(this.entry.key) ?? this.entry)
        : undefined
      // Who has been away finds it by its name, of which functions may say another now.
      const currentEntry =
        this.#hasLeftEntry && (this.#hasDeferredKey || context.isIsolated) ? undefined : this.entry
      if (!currentEntry) this.retained = undefined
      const existing = previousEntry ?? (isShared ? context.store.get(requestKey.key) : currentEntry)
      const source: ObserverSource = { url: this.url, options: this.options, initiator: this, requestKey }
      this.#attach(existing ?? new CacheEntry(context, requestKey, isShared, source), isReturning)
    }
    return this.entry
  }

  #attach(entry: StoredEntry, isReturning: boolean): void {
    const { initialData, reduce, codec } = this.options
    // It is that of the hook's own, and not of what `execute` asks for beside it; and whose it is, where functions say who asks, only this hook can know.
    const mayUseInitialData =
      !this.executeOverrides && (!this.#hasDeferredKey || entry.resolvedKey === undefined)
    if (
      initialData !== undefined &&
      !reduce &&
      mayUseInitialData &&
      !this.hasRejectedCredentials &&
      !entry.cached.exists
    )
      entry.cached.setInitialData(codec, initialData, this.environment.now(), this.options)
    this.#hasLeftEntry = false
    this.entry = entry
    this.decoded = undefined
    entry.addObserver(this, isReturning)
    this.onRequesterKnown()
    if (!this.maySeeCached) return
    this.retained = undefined
    // What was there already counts too.
    this.reduce(entry)
  }

  onDetached(entry: StoredEntry): void {
    if (this.entry === entry && !this.isSubscribed) this.#hasLeftEntry = true
  }

  attachTo(entry: StoredEntry): void {
    const { decoded } = this
    if (decoded) this.retained = toRetainedData(decoded, this.entry?.cached, this.requester)
    this.#attach(entry, false)
  }

  subscribe = (listener: () => void): (() => void) => {
    // A listener that subscribes twice is two owners.
    const owner = () => listener()
    this.noticeLogOut()
    this.addListener(owner)
    setRegistered(this, true)
    this.#hadListeners = true
    this.#updateSubscription()
    return () => {
      if (!this.removeListener(owner) || this.hasListeners) return
      setRegistered(this, false)
      this.#knownLogOuts = logOutCount
      this.entry?.removeObserver(this)
    }
  }

  getSnapshot = (): FetchSnapshot<unknown> => {
    this.noticeLogOut()
    // A hook that comes back does not show what it had before it is known whose that was.
    if (
      this.#isEntryOfOther ||
      (this.#isFrameworkOwned && !this.#hasExecutedEarly && this.#hasLeftEntry && this.#hasDeferredKey)
    )
      this.entry = this.decoded = this.retained = undefined
    const entry = this.entry ?? this.#cachedEntry
    const maySeeCached = this.entry ? this.maySeeCached : entry?.mayBeShown === true
    if (maySeeCached) this.decoded ??= entry?.cached.decodedBy(this.options.codec)
    if (maySeeCached) this.reduce(entry)
    const isFetching = this.isSubscribed
      ? entry?.request !== undefined && !this.hasAborted
      : !this.entry && this.#willFetch(entry)
    const hasData = this.shownDecoded !== undefined || (!entry && this.initial !== undefined)
    // One that comes later is not shown what others have failed for: it asks.
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
    }
    return (this.#snapshot = createFetchSnapshot(
      this.#snapshot ?? this.#serverSnapshot,
      source,
      this.trackedFields,
    ))
  }

  /** What is kept already can be shown before its framework has subscribed. */
  get #cachedEntry(): StoredEntry | undefined {
    return this.requestKey?.kind === 'static' ? this.#context.store.get(this.requestKey.key) : undefined
  }

  protected get lastSnapshot(): FetchSnapshot<unknown> | undefined {
    return this.#snapshot
  }

  /** It asks as soon as it is mounted. */
  #willFetch(entry: StoredEntry | undefined): boolean {
    if (!this.#isFrameworkOwned || !this.requestKey || !this.wantsFetch || isPausedForLogOut(this))
      return false
    return entry?.cached.exists
      ? entry.needsFetch
      : !(this.initial !== undefined && (this.options.maxAge ?? 0) > 0)
  }

  /** While it was away, what it had has turned out to be for another hook alone. */
  get #isEntryOfOther(): boolean {
    const owner = this.entry?.soleObserver
    return owner !== undefined && owner !== this && !this.isSubscribed
  }

  /** Functions say whose it is. */
  get #hasDeferredKey(): boolean {
    return this.requestKey?.kind === 'deferred' || typeof this.options.headers === 'function'
  }

  getServerSnapshot = (): FetchSnapshot<unknown> => {
    const hasData = this.initial !== undefined
    const data = this.initial ?? this.reduced?.data
    const isFetching = this.#willFetch(undefined)
    const source: SnapshotSource = {
      entry: undefined,
      cached: undefined,
      decoded: undefined,
      error: undefined,
      hasData,
      data,
      isFetching,
    }
    return (this.#serverSnapshot ??= createFetchSnapshot(undefined, source, 0))
  }
}
