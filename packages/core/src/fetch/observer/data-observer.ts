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
import type { UrlOption } from '../../shared/attempt.ts'
import { hasUserKey } from '../../http/request-options.ts'
import { type RequestKey, mayBeSameRequester, tryComputeRequester } from '../request/request-key.ts'
import { emitMessage } from '../../observer/event-listeners.ts'

/** What stays on the screen while another `Authorization`, or another header, is asked with: a copy, which others neither see nor change. */
interface RetainedData extends Pick<CachedResponse, 'response' | 'freshness'> {
  readonly decoded: DecodedData
  /** Whose data it is. */
  readonly requester: string
}

/** What stays on the screen while another destination is asked. */
interface PreviousData {
  readonly data: unknown
  /** Whose data it is. */
  readonly requester: string
  /** It is not known yet whether the same user asks. */
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

/** What an observer requests, and the cache entry that has the response. */
export interface Target {
  url: UrlOption
  options: AnyFetchOptions
  readonly key: RequestKey | undefined
  entry: StoredEntry | undefined
  /** The options of `execute`, over the observer's own. */
  readonly overrides?: FetchOverrides
}

/** The data that one observer of requests shows, and to which user they belong. */
export abstract class FetchDataObserver extends BaseObserver<AnyFetchOptions, FetchSnapshot<unknown>> {
  /** What the observer shows: its own target, or what `execute` has requested instead. */
  current: Target
  /** Called instead of the listeners while there are none. */
  onUnownedChange: (() => void) | undefined
  maySeeCached = false
  /** Bits of the fields that notify only when they are tracked, and are. */
  protected trackedFields: number
  /** The snapshot of which the listeners were notified. */
  protected notifiedSnapshot: FetchSnapshot<unknown> | undefined
  /** What it reads of its entry: pinned, since a codec may be written anew in every render. */
  decoded: DecodedData | undefined
  /** What stays until there is a response. */
  retained: RetainedData | undefined
  /** Where there is a `reduce`. */
  reduced: ReducedData | undefined
  /** What the last destination had. */
  #previous: PreviousData | undefined
  /** A final 401 has taken what was shown, and initial data with it. */
  protected hasRejectedCredentials = false

  constructor(target: Target, environment: Environment, trackedFields: number) {
    super(environment)
    this.current = target
    this.trackedFields = trackedFields
  }

  get options(): AnyFetchOptions {
    return this.current.options
  }

  get entry(): StoredEntry | undefined {
    return this.current.entry
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
    const next = this.getSnapshot()
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

  /** What stays for another destination: nothing of another user. */
  previousFor(options: AnyFetchOptions): PreviousData | undefined {
    if (!options.keepPreviousData) return undefined
    const { requester } = this
    if (!mayBeSameRequester(requester, tryComputeRequester(options))) return undefined
    const { headers } = options
    // Another function may be another user's, unless `key` says whose it is.
    const isHidden = typeof headers === 'function' && headers !== this.options.headers && !hasUserKey(options)
    return { data: this.shownData, requester, isHidden }
  }

  protected rememberPrevious(options: AnyFetchOptions): void {
    this.#previous = this.previousFor(options)
    this.hasRejectedCredentials = false
  }

  /** Its user has logged out. */
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
  }

  onResponse(): void {
    const isSameRequester = this.requester === this.entry?.requester
    const decoded = (this.decoded = this.entry?.cached.decodedBy(
      this.options.codec,
      this.shownDecoded,
      isSameRequester,
    ))
    this.retained = undefined
    if (decoded?.error) return void this.emit('error', decoded.error)
    this.reduce(this.entry)
    const info = { raw: undefined, headers: this.entry?.cached.response?.headers }
    emitMessage(this.options.onMessage, this.eventListeners, decoded?.committedValue, info, this.environment)
  }

  /** Folds what it sees. */
  protected reduce(entry: StoredEntry | undefined): void {
    const response = entry?.cached.response
    if (!this.options.reduce || !response) return
    const decoded = (this.decoded ??= entry?.cached.decodedBy(this.options.codec))
    if (!decoded || decoded.error) return
    this.reduced ??= new ReducedData(this.options)
    this.reduced.reduce(this.options, response, decoded.committedValue, this.environment, entry.requester)
  }

  protected get initial(): unknown {
    return this.options.reduce || this.hasRejectedCredentials ? undefined : this.options.initialData
  }

  protected get shownData(): unknown {
    const { reduced } = this
    const previous = this.#previous?.isHidden ? undefined : this.#previous
    if (reduced) return reduced.lastReduced || !previous ? reduced.data : previous.data
    if (this.shownDecoded) return this.shownDecoded.shownValue
    return previous?.data ?? this.initial
  }

  protected get shownDecoded(): DecodedData | undefined {
    return this.decoded ?? this.retained?.decoded
  }

  /** Whose data it shows. */
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
