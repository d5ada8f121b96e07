import type { StoredEntry } from '../cache/types.ts'
import { type DecodedData, createDecodedData } from '../cache/optimistic-data.ts'
import { ReducedData } from './reduced-data.ts'
import type { CachedResponse } from '../cache/cached-response.ts'
import { BaseObserver } from '../../observer/base-observer.ts'
import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions, FetchOverrides } from '../options.ts'
import type { FetchSnapshot, TrackedField } from '../types.ts'
import { fieldBit, isSelectionUnchanged } from './snapshot.ts'
import { callSafely } from '../../shared/safe-call.ts'
import { shareStructure } from '../../shared/structural-sharing.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { hasUserKey } from '../../http/request-options.ts'
import { isPlainObjectOrArray } from '../../http/build-request.ts'
import { mergeOverrides, withDefaults } from '../request/merge-options.ts'
import {
  type RequestKey,
  computeRequestKey,
  isAnonymous,
  isSameRequestKey,
  isSameFunction,
  mayBeSameRequester,
  tryComputeRequester,
} from '../request/request-key.ts'
import { emitMessage } from '../../observer/event-listeners.ts'

/** A copy of the data that stays visible while headers such as `Authorization` change. No other observer shares it. */
interface RetainedData extends Pick<CachedResponse, 'response' | 'freshness'> {
  readonly decoded: DecodedData
  /** The user to whom the data belong. */
  readonly requester: string
}

/** Data of the previous target that stay visible until the response of the new one (`keepPreviousData`). */
interface PreviousData {
  readonly data: unknown
  /** The user to whom the data belong. */
  readonly requester: string
  /** Not shown, since it is not known yet whether the requester is the same user. */
  readonly isHidden: boolean
}

export const toRetainedData = (
  { codec, shownValue }: DecodedData,
  cached: CachedResponse | undefined,
  requester: string,
): RetainedData => ({
  decoded: createDecodedData(codec, shownValue),
  response: cached?.response,
  freshness: cached?.freshness,
  requester,
})

/** Initial data, and the request that they came with. For other requests they are a placeholder. */
interface InitialData {
  readonly data: unknown
  readonly key: RequestKey | undefined
}

/** Returns the initial data of new options; those from before if they are equal, since they may be created inline. */
export const toInitialData = (
  data: unknown,
  key: RequestKey | undefined,
  before?: InitialData,
): InitialData | undefined => {
  if (before && Object.is(shareStructure(before.data, data), before.data)) return before
  return data === undefined ? undefined : { data, key }
}

/** Whether initial data may be shown for a request: not those of another user, unless they are empty. */
const mayShowInitial = (
  { data, key }: InitialData,
  { requester: next }: Partial<RequestKey> = {},
): boolean => {
  const before = key?.requester
  return (
    before === undefined ||
    next === undefined ||
    mayBeSameRequester(before, next) ||
    isAnonymous(before) ||
    (isPlainObjectOrArray(data) && Object.keys(data).length === 0)
  )
}

/**
 * A framework renders a change of state so soon after the handler that made it, in ms. Longer is noticed as slow
 * (https://web.dev/articles/inp), and a user does not change the same query again so soon.
 */
export const SAME_HANDLER_MS = 200

/** What an observer requests, and the cache entry that has the response. */
export interface Target {
  url: UrlOption
  options: AnyFetchOptions
  readonly key: RequestKey | undefined
  entry: StoredEntry | undefined
  /** The `rejectionCount` of the entry up to which the shown data were cleared. */
  knownRejectionCount?: number | undefined
  /** The options of `execute`, over the observer's own. */
  readonly overrides?: FetchOverrides
}

/** The data that one observer of requests shows, and to which user they belong. */
export abstract class FetchDataObserver extends BaseObserver<AnyFetchOptions, FetchSnapshot<unknown>> {
  /** What the observer's own URL and options request. */
  own: Target
  /** What the observer shows: its own target, or what `execute` has requested instead. */
  shown: Target
  /** Its own options, without those of providers. */
  given: AnyFetchOptions
  /** Called instead of the listeners while there are none. */
  onUnownedChange: (() => void) | undefined
  maySeeCached = false
  /** The bits of the tracked fields. */
  protected trackedFields: number
  /** The snapshot at the last notification. */
  protected notifiedSnapshot: FetchSnapshot<unknown> | undefined
  /** The data that it shows of its entry. Kept here, since the codec may be created at every render. */
  decoded: DecodedData | undefined
  /** Data that stay visible until the next response. */
  retained: RetainedData | undefined
  /** The combined data, if there is a `reduce`. */
  reduced: ReducedData | undefined
  /** The option `initialData`. */
  givenData: InitialData | undefined
  #previous: PreviousData | undefined
  /** A final 401 has removed the shown data, and the initial data too. */
  protected hasRejectedCredentials = false

  /** When `execute` was called last, in ms since the epoch. */
  executedAt = 0

  constructor(own: Target, given: AnyFetchOptions, environment: Environment, trackedFields: number) {
    super(environment)
    this.own = this.shown = own
    this.given = given
    this.trackedFields = trackedFields
  }

  get options(): AnyFetchOptions {
    return this.shown.options
  }

  get entry(): StoredEntry | undefined {
    return this.shown.entry
  }

  get isOwnShown(): boolean {
    return this.shown === this.own
  }

  /** Returns the options of a request of `execute`. */
  withOverrides(url: UrlOption, overrides: FetchOverrides): AnyFetchOptions {
    return withDefaults(url, mergeOverrides(this.given, overrides), this.environment)
  }

  computeKey(url: UrlOption, options: AnyFetchOptions): RequestKey | undefined {
    return url ? computeRequestKey({ url, options }, this.environment) : undefined
  }

  /** Whether `execute` may have been called in the handler that has changed the options. */
  protected get hasJustExecuted(): boolean {
    return this.entry?.isSafe === true && this.environment.now() - this.executedAt <= SAME_HANDLER_MS
  }

  track(field: TrackedField): void {
    this.trackedFields |= fieldBit(field)
  }

  isTracked(field: TrackedField): boolean {
    return (this.trackedFields & fieldBit(field)) !== 0
  }

  /** @param mayDefer false after a command, whose effect listeners see at once */
  notify(mayDefer: boolean): void {
    if (mayDefer && this.hasListeners) this.scheduleNotify()
    else this.notifyIfChanged()
  }

  protected notifyIfChanged(): void {
    const notified = this.notifiedSnapshot
    const last = this.lastSnapshot
    const next = this.currentSnapshot()
    if (next === notified) return
    this.notifiedSnapshot = next
    if (!this.hasListeners) return this.onUnownedChange?.()
    const { select } = this.options
    // The page may show the snapshot of the last notification, or the last one that was returned.
    const isUnchanged = () =>
      notified &&
      select &&
      isSelectionUnchanged(select, next, [notified, last ?? notified], this.trackedFields)
    if (!callSafely(isUnchanged, this.environment)) this.notifyListeners()
  }

  /** Returns the data that stay visible for this new target: none without a URL, and none of another user. */
  previousFor({ key, options }: Pick<Target, 'key' | 'options'>): PreviousData | undefined {
    if (!options.keepPreviousData || !key) return undefined
    const { requester } = this
    const next = tryComputeRequester(options)
    const own = tryComputeRequester(this.options)
    const { headers } = options
    if (!mayBeSameRequester(requester, next)) return undefined
    // The requester of a response has no sign of which headers a function has returned.
    if (typeof headers === 'function' && !mayBeSameRequester(own, next)) return undefined
    // Another headers function may belong to another user, unless a `key` separates users.
    const isSame = isSameFunction(headers, this.options.headers) && next === own
    const isHidden = typeof headers === 'function' && !isSame && !hasUserKey(options)
    return { data: this.shownData, requester, isHidden }
  }

  protected rememberPrevious(target: Target): void {
    this.#previous = this.previousFor(target)
    this.hasRejectedCredentials = false
  }

  protected clearEntry(): void {
    this.shown.entry = undefined
    this.clearDecoded()
  }

  protected clearDecoded(): void {
    this.decoded = this.retained = undefined
    this.maySeeCached = false
  }

  /** Removes the data, except those that `keepPreviousData` shows. */
  protected startOver(): void {
    this.rememberPrevious(this.shown)
    this.reduced = this.options.reduce && new ReducedData(this.options)
    this.clearDecoded()
  }

  /** Removes all data that it shows. */
  protected clearShown(): void {
    this.decoded = this.retained = this.#previous = undefined
    this.maySeeCached = this.hasRejectedCredentials = false
    this.reduced = this.options.reduce && new ReducedData(this.options)
  }

  onRequesterKnown(): void {
    const requester = this.entry?.requester
    const previous = this.#previous
    if (requester === undefined || !previous) return
    this.#previous = previous.requester === requester ? { ...previous, isHidden: false } : undefined
    this.notify(false)
  }

  onCredentialsRejected(): void {
    this.clearShown()
    this.hasRejectedCredentials = true
    this.shown.knownRejectionCount = this.entry?.rejectionCount
  }

  /**
   * Clears the shown data if the server has rejected the credentials while the observer was not subscribed.
   *
   * @param entry its entry; another one if its own was removed in the meantime
   */
  protected noticeRejections(entry: StoredEntry): void {
    const { entry: before, knownRejectionCount = 0 } = this.shown
    if (!before || entry.rejectionCount <= (before === entry ? knownRejectionCount : 0)) return
    this.onCredentialsRejected()
  }

  onResponse(): void {
    const previous = this.requester === this.entry?.requester ? this.shownDecoded : undefined
    const decoded = (this.decoded = this.entry?.cached.decodedBy(this.options.codec, previous))
    this.retained = undefined
    if (decoded?.error) return void this.emit('error', decoded.error)
    this.reduce(this.entry)
    const info = { raw: undefined, headers: this.entry?.cached.response?.headers }
    emitMessage(this.options.onMessage, this.eventListeners, decoded?.serverValue, info, this.environment)
  }

  get refetchIntervalMs(): number {
    const { refetchInterval: given } = this.options
    const ms =
      typeof given === 'function'
        ? callSafely(() => given(this.shownData), this.environment, 'refetchInterval')
        : given
    return ms && ms > 0 ? ms : Number.POSITIVE_INFINITY
  }

  /** Combines the response of the entry into the data, if there is a `reduce`. */
  protected reduce(entry: StoredEntry | undefined): void {
    const response = entry?.cached.origin
    if (!this.options.reduce || !response) return
    const decoded = (this.decoded ??= entry?.cached.decodedBy(this.options.codec))
    if (!decoded || decoded.error) return
    this.reduced ??= new ReducedData(this.options)
    this.reduced.reduce(this.options, response, decoded.serverValue, this.environment, entry.requester)
  }

  /** The initial data, as long as they are shown. */
  get initial(): unknown {
    const { givenData, shown, options, hasRejectedCredentials } = this
    return !givenData || options.reduce || hasRejectedCredentials || !mayShowInitial(givenData, shown.key)
      ? undefined
      : givenData.data
  }

  /** Whether the initial data are those of its request. */
  protected get isInitialOwn(): boolean {
    return this.initial !== undefined && isSameRequestKey(this.givenData?.key, this.shown.key)
  }

  protected get shownData(): unknown {
    const { reduced } = this
    const previous = this.#previous?.isHidden ? undefined : this.#previous
    if (reduced) return reduced.lastReduced || !previous ? reduced.data : previous.data
    const shown = this.shownDecoded ? this.shownDecoded.shownValue : previous?.data
    // A response without content shows the initial data.
    return shown === undefined ? this.initial : shown
  }

  protected get shownDecoded(): DecodedData | undefined {
    return this.decoded ?? this.retained?.decoded
  }

  /** The user to whom the shown data belong. */
  protected get requester(): string {
    const { reduced } = this
    const known = reduced
      ? reduced.requester
      : this.decoded
        ? this.entry?.requester
        : this.retained?.requester
    return known ?? this.#previous?.requester ?? tryComputeRequester(this.options)
  }
}
