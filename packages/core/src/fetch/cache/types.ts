import type { TautlineError } from '../../shared/errors.ts'
import type { RetryingRequest } from '../request/retrying-request.ts'
import type { RequestHost } from '../request/types.ts'
import type { PageEvents } from '../../platform/page-events.ts'
import type { ForgettableStore } from '../../observer/log-out-registry.ts'
import type { LruStore } from './lru-store.ts'
import type { CachedResponse } from './cached-response.ts'
import type { PendingHandle, PendingPromises } from './pending-promises.ts'
import type { Progress } from '../request/send-request.ts'
import type { DecodedData } from './optimistic-data.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { RequestKey, AttributedSource } from '../request/request-key.ts'
import type { TrackedField } from '../types.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** One hook at an entry. */
export interface EntryObserverLike {
  readonly options: AnyFetchOptions
  /** What the observer requests now. */
  readonly source: ObserverSource
  /** It wants answers without being told to ask. */
  readonly wantsFetch: boolean
  /** It shows what is kept: it was there when that came, or what is kept may be shown to who comes later. */
  maySeeCached: boolean
  /** It has given the request up that is under way. */
  hasAborted: boolean
  /** What it reads. */
  readonly decoded: DecodedData | undefined
  isTracked(field: TrackedField): boolean
  /** @param mayDefer it was no deed of the page's own: a frame is soon enough */
  notify(mayDefer: boolean): void
  /** It has a new answer. */
  onResponse(): void
  emit(type: 'retry' | 'give-up' | 'error', event: RetryEvent | GiveUpEvent | TautlineError): void
  /** What it asks for is known by another name. What it shows stays until there is a response. */
  attachTo(entry: StoredEntry): void
  /** It has left this entry a moment ago, and may have come back. */
  onDetached(entry: StoredEntry): void
  /** It has become known who asks. */
  onRequesterKnown(): void
  /** The server does not take the credentials: nothing that was shown for them stays. */
  onCredentialsRejected(): void
}

export type ObserverSource = AttributedSource<EntryObserverLike>

/** The request of an entry. */
export type EntryRequest = RetryingRequest<EntryObserverLike>

/** What all requests over one cache have in common. */
export interface CacheContext extends RequestHost, PageEvents, ForgettableStore {
  readonly store: LruStore<StoredEntry>
  /** Answers were forgotten: the browser's own cache may still have them. */
  readonly wasCleared: boolean
  clear(): void
  /** The requests that are not over. */
  readonly activeRequests: Set<EntryRequest>
  /** Owns the tokens and their renewals, which `clear` drops; null on a server without a given cache, where nobody shares them. */
  readonly session: object | null
  /** Nothing is shared: a server answers many users, and no cache was given. */
  readonly isIsolated: boolean
  /** May requests with this key share a response? */
  mayShare(key: string): boolean
  /** May the server be asked whether what is kept under this key still holds? Not where that depends on headers which may be others by now. */
  mayRevalidate(key: string): boolean
  /** Responses for this key depend on headers that are no part of it (RFC 9111, section 4.1): from now on each hook asks for itself. */
  markUnshared(key: string): void
  /** Makes stale what these URLs name, and asks anew for those who show it. @param deletedHref but not for this one */
  invalidate(urls: readonly string[], deletedHref?: string): void
}

/** What is asked under one key, as those see it that work on it. */
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
  /** What was asked for; '' until it was. */
  href: string
  /** What is kept stands in for the answer that has failed. */
  isStaleOnError: boolean
  /** All that was kept has been forgotten: it stays where it is shown, for no one else. */
  isEvicted: boolean
  /** When the last request came to its end, by the wall clock, in ms. */
  settledAt: number
  /** By what its responses are known; undefined until functions have been asked. */
  resolvedKey: string | undefined
  /** Who asks. */
  requester: string | undefined
  /** What is here depends on headers that are no part of its key: it is for this hook alone. */
  soleObserver: EntryObserverLike | undefined
  readonly isSafe: boolean
  readonly mayBeShown: boolean
  readonly needsFetch: boolean
  primarySource(): ObserverSource
  createSibling(key: string, requester: string, isShared: boolean): StoredEntry
  rekey(key: string): void
  addObserver(observer: EntryObserverLike, isReturning?: boolean): void
  removeObserver(observer: EntryObserverLike, shouldKeepPromises?: boolean): void
  fetchIfNeeded(observer: EntryObserverLike): void
  releaseIfUnused(): void
  abort(): void
  abortIfUnused(): void
  updateDemand(observer: EntryObserverLike): void
  abortFor(observer: EntryObserverLike): void
  removeWhenSettled(observer: EntryObserverLike): void
  fetch(observer: EntryObserverLike, source: ObserverSource): PendingHandle<StoredEntry>
  refetch(mayStart: boolean, source?: ObserverSource): void
  discardOutdatedRequest(): boolean
  startRequest(source?: ObserverSource): void
  adoptRequest(request: EntryRequest): void
  invalidate(shouldRefetch: boolean): void
  updateRefetchTimers(observer?: EntryObserverLike): void
  notifyObservers(mayDefer: boolean): void
}
