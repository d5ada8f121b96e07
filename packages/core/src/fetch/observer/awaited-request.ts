import type { TautlineError } from '../../shared/errors.ts'
import type { CacheContext, StoredEntry } from '../cache/types.ts'
import type { AnyFetchOptions } from '../options.ts'
import { type RequestKey, isSameFunction } from '../request/request-key.ts'
import { isOutsideKey, throwBadOption } from '../../http/request-options.ts'
import { parseVary } from '../cache/freshness.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { EntryObserver } from './entry-observer.ts'
import { scheduleTask } from '../../platform/network.ts'
import { warnAboutSuspenseLoop } from '../../platform/request-warnings.ts'

/** How long a response is kept for the components that wait for it, in ms. Then they have probably unmounted. */
const HOLD_MS = 10_000
/** The same on a server, where no component mounts. */
const SERVER_HOLD_MS = 1000
/** How long it is kept after the first of them has mounted, in ms: others may wait for the same response. */
const HOLD_AFTER_MOUNT_MS = 1000

/** A request for which components wait. It has an observer of its own: a component that suspends loses its state. */
export class AwaitedRequest {
  /** Resolves when the request has ended. It never rejects. */
  readonly promise: Promise<void>
  readonly observer: EntryObserver
  /** The hook's own `key` says that its functions give the same for all components. */
  readonly #hasOwnKey: boolean
  readonly #requests: AwaitedRequests
  readonly #unsubscribe: () => void
  #timer: unknown
  #hasEnded = false

  constructor(requests: AwaitedRequests, url: UrlOption, options: AnyFetchOptions) {
    this.#requests = requests
    this.#hasOwnKey = options.key !== undefined
    this.observer = new EntryObserver(url, withoutComponent(options), true)
    let resolve = () => {}
    this.promise = new Promise<void>((settle) => (resolve = settle))
    const onChange = () => {
      if (this.#hasEnded || !this.isSettled) return
      this.#hasEnded = true
      isUnread = true
      // From now on it only keeps the response.
      this.observer.setOptions(url, { ...withoutComponent(options), enabled: false })
      this.hold(this.observer.environment.isServer ? SERVER_HOLD_MS : HOLD_MS)
      resolve()
    }
    this.#unsubscribe = this.observer.subscribe(onChange)
    onChange()
  }

  get isSettled(): boolean {
    const { status } = this.observer.currentSnapshot()
    return status === 'success' || status === 'error' || this.observer.entry?.lacksUrl === true
  }

  /** Its error after it has ended. */
  get error(): TautlineError | undefined {
    return this.observer.currentSnapshot().error
  }

  /** The response varies by one of `ignoreHeaders`, so that other components must not show it. */
  get isUnshared(): boolean {
    const { options } = this.observer.own
    const names = parseVary(this.response?.cached.response?.headers.get('vary') ?? '')
    const ignored = options.ignoreHeaders?.map((name) => name.toLowerCase()) ?? []
    return ignored.some((name) => names?.includes(name) && isOutsideKey(name, options))
  }

  /** The entry with its response, after success. */
  get response(): StoredEntry | undefined {
    const { entry } = this.observer
    const hasFailed = entry?.lacksUrl || (entry?.error && !entry.isStaleOnError)
    return this.isSettled && !this.#isCleared && !hasFailed ? entry : undefined
  }

  /** The cache was cleared, so its response may be of another user. */
  get #isCleared(): boolean {
    return this.observer.entry?.isEvicted === true
  }

  /** False after a log-out, which has removed its response, and after `clear()`. */
  get isUsable(): boolean {
    return !this.#isCleared && (!this.#hasEnded || this.isSettled)
  }

  /** Whether it is the request of a component with these options, of which the key is the same. */
  isFor(options: AnyFetchOptions): boolean {
    return this.#hasOwnKey || isSameFunction(this.observer.own.options.headers, options.headers)
  }

  /** Keeps the response for this time, and longer while a component still waits for another one. */
  hold(ms: number): void {
    const { environment } = this.observer
    environment.clearTimeout(this.#timer)
    this.#timer = environment.setTimeout(
      () => (this.#requests.isAnyPending ? this.hold(ms) : this.#requests.remove(this)),
      ms,
    )
  }

  onMount(): void {
    this.hold(HOLD_AFTER_MOUNT_MS)
  }

  /**
   * Removes a failed request after some tasks: React renders again in the next ones, which must throw the same error.
   * A later render, such as that of an error boundary that tries again, sends a new request.
   */
  removeSoon(tasks = 4): void {
    const { environment } = this.observer
    scheduleTask(environment, () => (tasks > 1 ? this.removeSoon(tasks - 1) : this.#requests.remove(this)))
  }

  dispose(): void {
    this.observer.environment.clearTimeout(this.#timer)
    this.#unsubscribe()
  }
}

/** The options of the request, without those of a component, which may never mount. */
const withoutComponent = (options: AnyFetchOptions): AnyFetchOptions => ({
  ...options,
  enabled: true,
  notify: 'sync',
  initialData: undefined,
  select: undefined,
  reduce: undefined,
  keepPreviousData: undefined,
  refetchInterval: undefined,
  refetchOnFocus: undefined,
  refetchOnReconnect: undefined,
  onMessage: undefined,
  onError: undefined,
  onRetry: undefined,
  onGiveUp: undefined,
})

const nameOf = ({ kind, key }: RequestKey): string => `${kind} ${key}`

/** How many requests in succession have brought a response that no render has found. */
const LOOP_LENGTH = 10
let isUnread = false
let unreadCount = 0

/** Warns if each render makes another request. Counted for the page, since each may have a cache of its own too. */
function noticeLoop(isFound: boolean, { isSettled, observer }: AwaitedRequest): void {
  if (observer.environment.isServer || (isFound && !isSettled)) return
  if (isFound) unreadCount = 0
  else if (isUnread && ++unreadCount === LOOP_LENGTH) warnAboutSuspenseLoop()
  isUnread = false
}

/** The requests of one cache for which components wait. */
export class AwaitedRequests {
  readonly #all = new Map<string, AwaitedRequest>()

  get isAnyPending(): boolean {
    return [...this.#all.values()].some(({ isSettled }) => !isSettled)
  }

  find(key: RequestKey, options: AnyFetchOptions): AwaitedRequest | undefined {
    const found = this.#all.get(nameOf(key))
    if (!found?.isFor(options)) return undefined
    noticeLoop(true, found)
    return found
  }

  /**
   * Returns the request with this key, which is sent if there is none.
   *
   * @param merged the options with those of the providers
   * @throws TautlineError `bad-option` if its function is another one than in the last render
   */
  findOrSend(
    url: UrlOption,
    options: AnyFetchOptions,
    key: RequestKey,
    merged: AnyFetchOptions,
  ): AwaitedRequest {
    const name = nameOf(key)
    const found = this.#all.get(name)
    if (found && !found.isFor(merged))
      throwBadOption(
        'key',
        'is missing, and the headers function is a new one: set it, or create the function once',
      )
    const request = found?.isUsable ? found : new AwaitedRequest(this, url, options)
    noticeLoop(request === found, request)
    if (found !== request) found?.dispose()
    this.#all.set(name, request)
    return request
  }

  remove(request: AwaitedRequest): void {
    for (const [name, one] of this.#all) if (one === request) this.#all.delete(name)
    request.dispose()
  }
}

const requestsByContext = new WeakMap<CacheContext, AwaitedRequests>()

export function awaitedRequestsOf(context: CacheContext): AwaitedRequests {
  const requests = requestsByContext.get(context) ?? new AwaitedRequests()
  requestsByContext.set(context, requests)
  return requests
}
