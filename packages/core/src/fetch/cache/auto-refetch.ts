import { clampDelay } from '../../shared/backoff.ts'
import type { EntryObserverLike, StoredEntry } from './types.ts'
import type { PageEvent } from '../../platform/environment.ts'

/** The shortest time from a response to a refetch on focus or reconnect, in ms, since such events come in bursts. */
const MIN_REFETCH_GAP_MS = 1000

/** Automatic refetching of one cache entry: at an interval, on focus and on reconnect. */
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
    const shouldListen = observers.length > 0
    if (shouldListen) this.#unsubscribe ??= context.listen((pageEvent) => this.#handlePageEvent(pageEvent))
    else this.stop()
    if (this.#timer !== undefined && (request || intervalMs !== this.#intervalMs)) this.#clearTimer()
    this.#intervalMs = intervalMs
    if (this.#timer !== undefined || request || intervalMs === Number.POSITIVE_INFINITY) return
    const { random } = context.environment
    this.#timer = context.environment.setTimeout(
      () => this.#onTimer(),
      clampDelay(intervalMs * (0.9 + 0.2 * random())),
    )
  }

  stop(): void {
    this.#clearTimer()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    // A new listener is notified again of a hidden page.
    this.#isHidden = this.#isOverdue = false
  }

  #refetchingObservers(): EntryObserverLike[] {
    return [...this.#entry.observers].filter((observer) => observer.wantsFetch && isRefetching(observer))
  }

  #clearTimer(): void {
    this.#entry.context.environment.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #onTimer(): void {
    this.#timer = undefined
    this.#isOverdue =
      this.#isHidden && !this.#refetchingObservers().some(({ options }) => options.pause?.hidden === false)
    if (!this.#isOverdue) this.#entry.startRequest()
  }

  #handlePageEvent(pageEvent: PageEvent): void {
    if (pageEvent === 'hidden') this.#isHidden = true
    if (pageEvent === 'visible') this.#isHidden = false
    const { context, cached, request, settledAt } = this.#entry
    const now = context.environment.now()
    const isWanted = this.#refetchingObservers().some(
      ({ options }) =>
        ((pageEvent === 'visible' && options.refetchOnFocus) ||
          (pageEvent === 'online' && options.refetchOnReconnect)) &&
        !cached.isFresh(now, options),
    )
    const isOverdue = pageEvent === 'visible' && this.#isOverdue
    if (request || !(isOverdue || (isWanted && now - settledAt >= MIN_REFETCH_GAP_MS))) return
    this.#isOverdue = false
    this.#entry.startRequest()
  }
}

export const isRefetching = ({ options }: EntryObserverLike): boolean =>
  !!(options.refetchInterval || options.refetchOnFocus || options.refetchOnReconnect)
