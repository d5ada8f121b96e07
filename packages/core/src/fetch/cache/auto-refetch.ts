import { isOutage } from '../request/classify-response.ts'
import { MAX_SERVER_DELAY_MS, clampDelay } from '../../shared/backoff.ts'
import { soonerRetryAt } from '../../machine/retry.ts'
import type { EntryObserverLike, StoredEntry } from './types.ts'
import type { PageEvent } from '../../platform/environment.ts'

/** The shortest time from a response to a refetch on focus or reconnect, in ms, since such events come in bursts. */
const MIN_REFETCH_GAP_MS = 1000

/** The shortest time from an error of an outage to a refetch, in ms; at random up to twice as long. */
const RECOVERY_MS = 30_000

/** Automatic refetching of one cache entry: at an interval, on focus, on reconnect, and after an outage. */
export class AutoRefetch {
  readonly #entry: StoredEntry
  #intervalMs = Number.POSITIVE_INFINITY
  #timer: unknown
  #unsubscribe: (() => void) | undefined
  #isHidden = false
  /** The interval ended while the page was hidden. */
  #isOverdue = false

  constructor(entry: StoredEntry) {
    this.#entry = entry
  }

  /** Applies a change of the observers, their options or the current request. */
  update(): void {
    const { context, request } = this.#entry
    const observers = this.#refetchingObservers()
    const intervalMs = Math.min(...observers.map((observer) => observer.refetchIntervalMs))
    if (observers.length > 0)
      this.#unsubscribe ??= context.listen((pageEvent) => this.#handlePageEvent(pageEvent))
    else this.stop()
    if (this.#timer !== undefined && (request || intervalMs !== this.#intervalMs)) this.#clearTimer()
    this.#intervalMs = intervalMs
    const random = context.environment.random()
    const delayMs = Math.min(
      intervalMs * (0.9 + 0.2 * random),
      this.#isOutage && observers.some(({ options }) => options.refetchInterval ?? true)
        ? RECOVERY_MS * (1 + random)
        : Number.POSITIVE_INFINITY,
    )
    if (this.#timer !== undefined || request || delayMs === Number.POSITIVE_INFINITY) return
    this.#schedule(clampDelay(Math.max(delayMs, this.#minGapMs)))
  }

  #schedule(delayMs: number): void {
    this.#clearTimer()
    this.#timer = this.#entry.context.environment.setTimeout(() => this.#onTimer(), delayMs)
  }

  /** Whether the last request failed for a reason that is likely to pass. */
  get #isOutage(): boolean {
    const { error, isSafe } = this.#entry
    return isSafe && isOutage(error)
  }

  /** The shortest time from the last response to a refetch, in ms. A server may request a longer one. */
  get #minGapMs(): number {
    const { error } = this.#entry
    const serverDelayMs = (error?.code === 'http' && error.retryAfter) || 0
    return Math.max(MIN_REFETCH_GAP_MS, Math.min(serverDelayMs, MAX_SERVER_DELAY_MS))
  }

  stop(): void {
    this.#clearTimer()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    // A new listener is notified again of a hidden page.
    this.#isHidden = this.#isOverdue = false
  }

  #refetchingObservers(): EntryObserverLike[] {
    return [...this.#entry.observers].filter(
      (observer) => observer.wantsFetch && (this.#isOutage || isRefetching(observer)),
    )
  }

  #clearTimer(): void {
    this.#entry.context.environment.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #onTimer(): void {
    this.#timer = undefined
    this.#isOverdue =
      this.#isHidden && !this.#refetchingObservers().some(({ options }) => options.pause?.hidden === false)
    if (!this.#isOverdue) this.#refetch()
  }

  /** The error of an outage stays until there is a response. */
  #refetch(): void {
    this.#entry.startRequest(undefined, this.#isOutage)
  }

  #handlePageEvent(pageEvent: PageEvent): void {
    if (pageEvent === 'hidden') this.#isHidden = true
    if (pageEvent === 'visible') this.#isHidden = false
    const { context, cached, request, settledAt } = this.#entry
    const { environment } = context
    const now = environment.now()
    const isOutage = this.#isOutage
    const isWanted = this.#refetchingObservers().some(
      ({ options }) =>
        ((pageEvent === 'visible' && (options.refetchOnFocus ?? isOutage)) ||
          (pageEvent === 'online' && (options.refetchOnReconnect ?? isOutage))) &&
        (isOutage || !cached.isFresh(now, options)),
    )
    const isOverdue = pageEvent === 'visible' && this.#isOverdue
    const earliestAt = settledAt + this.#minGapMs
    if (request || !(isOverdue || (isWanted && (isOutage || now >= earliestAt)))) return
    this.#isOverdue = false
    // An outage: this event may be the last one for long, and all pages of a network receive it at once.
    const state = { retryAt: undefined, notBefore: earliestAt }
    if (isOutage) this.#schedule(soonerRetryAt(state, { now, random: environment.random() }) - now)
    else this.#refetch()
  }
}

export const isRefetching = ({ options }: EntryObserverLike): boolean =>
  !!(options.refetchInterval || options.refetchOnFocus || options.refetchOnReconnect)
