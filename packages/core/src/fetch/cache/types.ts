import type { TautlineError } from '../../shared/errors.ts'
import type { RetryingRequest } from '../request/retrying-request.ts'
import type { RequestHost } from '../request/types.ts'
import type { ForgettableStore } from '../../observer/log-out-registry.ts'
import type { CacheOptions, LruStore } from './lru-store.ts'
import type { CachedResponse } from './cached-response.ts'
import type { FreshnessOptions } from './freshness.ts'
import type { PendingHandle, PendingPromises } from './pending-promises.ts'
import type { Progress } from '../request/send-request.ts'
import type { DecodedData } from './optimistic-data.ts'
import type { AnyFetchOptions, FetchCache, Invalidation } from '../options.ts'
import type { RequestKey, AttributedSource } from '../request/request-key.ts'
import type { TrackedField } from '../types.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** An observer as its cache entry uses it. */
export interface EntryObserverLike {
  readonly options: AnyFetchOptions
  /** What the observer requests now. */
  readonly source: ObserverSource
  /** Whether it requests without `execute`: it is enabled and shows its own target. */
  readonly wantsFetch: boolean
  /** A component of a framework has it. Without a framework, all fields are tracked. */
  readonly isFrameworkOwned: boolean
  /**
   * Whether it may show the cached response: it was subscribed when the response arrived, or the response may still be
   * shown to new observers.
   */
  maySeeCached: boolean
  /** It has called `abort` for the current request. */
  hasAborted: boolean
  /** The decoded data that it shows. */
  readonly decoded: DecodedData | undefined
  /** The time until its next automatic refetch, in ms; Infinity: none. */
  readonly refetchIntervalMs: number
  isTracked(field: TrackedField): boolean
  /** @param mayDefer false after a command: listeners are notified at once instead of in the next frame */
  notify(mayDefer: boolean): void
  /** Called when a new response was stored. */
  onResponse(): void
  emit(type: 'retry' | 'give-up' | 'error', event: RetryEvent | GiveUpEvent | TautlineError): void
  /** Moves to the entry with the final key. The shown data stay until there is a response. */
  attachTo(entry: StoredEntry): void
  /** Called a microtask after it was removed from the entry. It may have come back. */
  onDetached(entry: StoredEntry): void
  /** Called when the requester of its entry has become known. */
  onRequesterKnown(): void
  /** Called when its URL function has returned nothing: shows no data of another URL. */
  onNoUrl(): void
  /** Called when the server has rejected the credentials: removes the data that were shown for them. */
  onCredentialsRejected(): void
}

export type ObserverSource = AttributedSource<EntryObserverLike>

/** The current request of an entry. */
export type EntryRequest = RetryingRequest<EntryObserverLike>

/** The state that all entries of one cache share. */
export interface CacheContext extends RequestHost, ForgettableStore {
  readonly store: LruStore<StoredEntry>
  /**
   * Changes the number of entries with observers. While there are any, the cache listens to page events, so that the
   * state of the network is known before a request is sent.
   */
  retain(change: number): void
  /** Requests wait for it: the responses of a store are being loaded. */
  ready?: Promise<unknown> | undefined
  /** The option `cache`. */
  readonly cache: FetchCache | undefined
  /** The cache was cleared. The browser's HTTP cache may still have its responses. */
  readonly wasCleared: boolean
  /** Removes the responses whose URLs start with this. @param prefix by default all */
  clear(prefix?: string): void
  /** Requests that have not ended. */
  readonly activeRequests: Set<EntryRequest>
  /**
   * The key of tokens and their renewals; `clear` replaces it. Null on a server without a given cache, where users must
   * not share tokens.
   */
  readonly session: object | null
  /** Called once for each failed request. */
  readonly onError: CacheOptions['onError']
  /** Nothing is shared, since this is a server with many users and no cache was given. */
  readonly isIsolated: boolean
  /** Whether requests with this key may share a response. */
  mayShare(key: string): boolean
  /** Whether validators may be sent for this key: its response does not vary by headers outside the key. */
  mayRevalidate(key: string): boolean
  /** Stops sharing for this key, whose response varies by headers outside the key (RFC 9111, section 4.1). */
  markUnshared(key: string): void
  /** Marks responses as stale and refetches shown ones. @param deletedHref is not refetched */
  invalidate(targets: readonly Invalidation[], deletedHref?: string): void
}

/** A cache entry as the functions of this folder use it. */
export interface StoredEntry {
  key: string
  keyKind: RequestKey['kind']
  readonly context: CacheContext
  readonly cached: CachedResponse
  readonly observers: Set<EntryObserverLike>
  readonly pending: PendingPromises<EntryObserverLike, StoredEntry>
  request: EntryRequest | undefined
  error: TautlineError | undefined
  progress: Progress
  /** The URL that was requested; '' before the first request. */
  href: string
  /** The cached response is shown instead of the error of the last request (RFC 5861, section 4). */
  isStaleOnError: boolean
  /** How often the server has rejected the credentials. */
  rejectionCount: number
  /** The cache was cleared. Current observers keep the data; new ones do not get them. */
  isEvicted: boolean
  /** The URL function has returned nothing. Until it returns a URL, requests are not shown. */
  lacksUrl: boolean
  /** When the last request ended, in ms since the epoch. */
  settledAt: number
  /** The cache key of its responses. Undefined until option functions have returned their values. */
  resolvedKey: string | undefined
  /** The part of the key that identifies the user: headers, credentials and `key`. */
  requester: string | undefined
  /** The only observer that may use the entry, because its response varies by headers that are not in its key. */
  soleObserver: EntryObserverLike | undefined
  readonly isSafe: boolean
  mayBeShown(options: FreshnessOptions): boolean
  needsFetch(options: FreshnessOptions): boolean
  primarySource(): ObserverSource
  createSibling(key: string, requester: string, isShared: boolean): StoredEntry
  rekey(key: string): void
  addObserver(observer: EntryObserverLike, isReturning: boolean): void
  removeObserver(observer: EntryObserverLike, shouldKeepPromises?: boolean): void
  fetchIfNeeded(observer: EntryObserverLike): void
  releaseIfUnused(): void
  abort(): void
  abortIfUnused(): void
  updateDemand(observer: EntryObserverLike): void
  abortFor(observer: EntryObserverLike): void
  removeIfSettled(observer: EntryObserverLike): void
  fetch(observer: EntryObserverLike, source: ObserverSource): PendingHandle<StoredEntry>
  refetch(mayStart: boolean, source?: ObserverSource): void
  discardOutdatedRequest(): boolean
  /** @param keepsError the error of the last request stays until there is a response */
  startRequest(source?: ObserverSource, keepsError?: boolean): void
  adoptRequest(request: EntryRequest): void
  invalidate(shouldRefetch: boolean): void
  updateRefetchTimers(observer?: EntryObserverLike): void
  notifyObservers(mayDefer: boolean): void
}
