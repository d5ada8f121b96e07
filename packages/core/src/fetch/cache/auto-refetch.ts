import { bounded } from '../../shared/backoff.ts'
import type { FetchPort, StoredEntry } from './types.ts'
import type { Signal } from '../../platform/environment.ts'

/** What the page or the network does asks no sooner than this after the last answer, in ms: such news come in swarms. */
const NOT_SOONER = 1000

/** What asks anew by itself: a rhythm, a page that is seen again, a network that is back. */
export class FetchRefresh {
  readonly #entry: StoredEntry
  #interval = Number.POSITIVE_INFINITY
  #timer: unknown
  #deaf: (() => void) | undefined
  #hidden = false
  /** It was due while nobody looked. */
  #missed = false

  constructor(entry: StoredEntry) {
    this.#entry = entry
  }

  /** The hooks, their options, or the request that is under way have changed. */
  settle(): void {
    const { desk, exchange } = this.#entry
    const wishes = this.#wishes()
    const interval = Math.min(
      ...wishes.map(({ options }) => options.refreshInterval ?? Number.POSITIVE_INFINITY),
    )
    const listens = wishes.length > 0
    if (listens) this.#deaf ??= desk.listen((signal) => this.#hear(signal))
    else this.stop()
    if (this.#timer !== undefined && (exchange || interval !== this.#interval)) this.#clear()
    this.#interval = interval
    if (this.#timer !== undefined || exchange || interval === Number.POSITIVE_INFINITY) return
    const { random } = desk.environment
    this.#timer = desk.environment.setTimeout(() => this.#due(), bounded(interval * (0.9 + 0.2 * random())))
  }

  stop(): void {
    this.#clear()
    this.#deaf?.()
    this.#deaf = undefined
    // Who listens again is told.
    this.#hidden = this.#missed = false
  }

  #wishes(): FetchPort[] {
    return [...this.#entry.ports].filter((port) => port.active && isRefreshing(port))
  }

  #clear(): void {
    this.#entry.desk.environment.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #due(): void {
    this.#timer = undefined
    this.#missed = this.#hidden && !this.#wishes().some(({ options }) => options.pause?.hidden === false)
    if (!this.#missed) this.#entry.ask()
  }

  #hear(signal: Signal): void {
    if (signal === 'hidden') this.#hidden = true
    if (signal === 'visible') this.#hidden = false
    const wanted = this.#wishes().some(
      ({ options }) =>
        (signal === 'visible' && options.refreshOnFocus) ||
        (signal === 'online' && options.refreshOnReconnect),
    )
    const missed = signal === 'visible' && this.#missed
    const { desk, kept, exchange, settledAt } = this.#entry
    const now = desk.environment.now()
    if (exchange || !(missed || (wanted && !kept.isFresh(now) && now - settledAt >= NOT_SOONER))) return
    this.#missed = false
    this.#entry.ask()
  }
}

export const isRefreshing = ({ options }: FetchPort): boolean =>
  !!(options.refreshInterval ?? (options.refreshOnFocus || options.refreshOnReconnect))
