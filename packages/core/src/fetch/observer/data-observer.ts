import type { StoredEntry } from '../cache/types.ts'
import { type DecodedData, createDecodedData } from '../cache/optimistic-data.ts'
import { ReducedData } from './reduced-data.ts'
import type { CachedResponse } from '../cache/cached-response.ts'
import { FetchBaseObserver } from './base-observer.ts'
import type { AnyFetchOptions } from '../options.ts'
import { hasUserKey } from '../../http/request-options.ts'
import { mayBeSameRequester, tryComputeRequester } from '../request/request-key.ts'
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

/** The data that one hook shows, and whose it is. */
export abstract class FetchDataObserver extends FetchBaseObserver {
  abstract readonly entry: StoredEntry | undefined
  maySeeCached = false
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
    if (decoded?.error) return this.onEvent('error', decoded.error)
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
