import { cacheContextFor } from '../cache/cache-context.ts'
import type { CacheContext, StoredEntry } from '../cache/types.ts'
import { type AnyFetchOptions, isSafe } from '../options.ts'
import { withDefaults } from '../request/merge-options.ts'
import { noUrlError, toKnownUrl } from '../request/request-key.ts'
import type { FetchSnapshot } from '../types.ts'
import { hasUserKey, resolveMethod, throwBadOption } from '../../http/request-options.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { type AwaitedRequest, type AwaitedRequests, awaitedRequestsOf } from './awaited-request.ts'
import { FetchHandle } from './fetch-handle.ts'

/**
 * An observer for a component that suspends until there is a response. The request and its promise belong to the cache,
 * since a component that suspends before its first commit loses its state, and this observer with it.
 */
export class SuspenseHandle extends FetchHandle {
  readonly #context: CacheContext
  readonly #requests: AwaitedRequests

  constructor(url: UrlOption, options: AnyFetchOptions) {
    super(url, options, true)
    this.#context = cacheContextFor(this.environment, options.cache)
    this.#requests = awaitedRequestsOf(this.#context)
    this.#adopt()
  }

  /** Shows the response for which the component has waited. Returns its request. */
  #adopt(): AwaitedRequest | undefined {
    const { key, options } = this.own
    const request = key && this.#requests.find(key, options)
    const entry = request?.response
    if (!entry || request?.isUnshared) return undefined
    // After `Vary: *` it belonged to the observer of the request. Components that have waited for it share it.
    if (entry.soleObserver === request.observer) entry.soleObserver = undefined
    this.shown.entry = entry
    this.maySeeCached = true
    return request
  }

  /**
   * Returns the snapshot to render. Throws a promise while there is none, and the error of a request without data.
   *
   * @throws TautlineError `bad-option`, `bad-url` and the error of the request
   */
  read(url: UrlOption, options: AnyFetchOptions, stored: FetchSnapshot<unknown>): FetchSnapshot<unknown> {
    validateAwaitable(url, options)
    const preview = this.preview(url, options)
    const snapshot = preview ?? stored
    if (isShown(snapshot, options) || (!preview && !this.isOwnShown)) return snapshot
    // While React hydrates a page, `stored` is what a server shows without a cache.
    const current = preview ?? this.currentSnapshot()
    return isShown(current, options) ? current : this.#await(url, options)
  }

  #await(url: UrlOption, options: AnyFetchOptions): FetchSnapshot<unknown> {
    const merged = withDefaults(url, options, this.environment)
    const key = this.computeKey(url, merged)
    if (!key) throw noUrlError()
    if (this.#context.isIsolated)
      throwBadOption('cache', 'is missing on a server: create one for each incoming request')
    if (this.environment.isServer && !key.isResolved && !hasUserKey(merged))
      throwBadOption('key', 'is missing on a server, where a function may return the headers of another user')
    if (key.kind === 'unshared') {
      toKnownUrl(url, merged, this.environment)
      throwBadOption('body', 'cannot be compared with that of a later render: use `json` or text')
    }
    const request = this.#requests.findOrSend(url, options, key, merged)
    if (!request.isSettled) throw request.promise
    if (request.isUnshared)
      throwBadOption('ignoreHeaders', 'has a header by which the response varies: remove it from the list')
    const snapshot = request.response && new SuspenseHandle(url, options).currentSnapshot()
    if (snapshot?.status !== 'success') request.removeSoon()
    if (snapshot && isShown(snapshot, options)) return snapshot
    throw request.error ?? noUrlError()
  }

  /** The response for which the component has waited is not requested again when it mounts. */
  override subscribeToEntry(isReturning = false): StoredEntry | undefined {
    const request = this.isOwnShown && !this.isSubscribed ? this.#adopt() : undefined
    request?.onMount()
    const { cached, settledAt = 0 } = request?.response ?? {}
    const receivedAt = cached?.freshness?.receivedAt
    // It is requested again after an invalidation, and if a store had it before the request ended.
    const isAwaited = receivedAt !== undefined && receivedAt <= settledAt
    return super.subscribeToEntry(isReturning || isAwaited)
  }
}

/** Whether a snapshot can be rendered. @throws the error of a request without data */
function isShown({ status, data, error }: FetchSnapshot<unknown>, options: AnyFetchOptions): boolean {
  if (error && status === 'error' && (data === undefined || options.throwOnError)) throw error
  return status === 'success' || status === 'error' || (data !== undefined && options.reduce === undefined)
}

/** @throws TautlineError `bad-option` if a later render could not recognize the request */
function validateAwaitable(url: UrlOption, options: AnyFetchOptions): void {
  if (!isSafe(options))
    throwBadOption('method', `is ${resolveMethod(options)}, but a render may only read: use useFetch`)
  if (options.share === false)
    throwBadOption('share', 'is false, but later renders have to find the response: remove it')
  if (options.key === undefined && [url, options.headers, options.body].some(hasFunction))
    throwBadOption('key', 'is missing: with a function, later renders find the request only by its `key`')
}

const hasFunction = (option: unknown): boolean =>
  typeof option === 'function' || (Array.isArray(option) && option.some((part) => typeof part === 'function'))
