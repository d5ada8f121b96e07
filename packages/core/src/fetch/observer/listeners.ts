import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions } from '../options.ts'
import { bitOf, isUnseen } from './snapshot.ts'
import type { FetchSnapshot, QuietField } from '../types.ts'
import { soon } from '../../observer/notify-scheduler.ts'
import { type Taps, type Told, occur, tap } from '../../observer/event-listeners.ts'
import { guarded } from '../../shared/safe-call.ts'
import type { CommonOptions } from '../../observer/options.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** Who is told of what one hook shows, and of what occurs to it. */
export abstract class FetchListeners {
  abstract readonly environment: Environment
  abstract readonly options: AnyFetchOptions
  /** Is told instead of the listeners while there is none. */
  unowned: (() => void) | undefined
  /** The quiet fields that are looked at. */
  protected watched: number
  protected taps: Taps | undefined
  /** Most have one: a list is smaller than a set. */
  #listeners: readonly (() => void)[] = []
  /** What the listeners were told of. */
  #told: FetchSnapshot<unknown> | undefined
  #due = false

  constructor(watched: number) {
    this.watched = watched
  }

  abstract getSnapshot: () => FetchSnapshot<unknown>

  /** Somebody looks, so that it stays. */
  get isOwned(): boolean {
    return this.#listeners.length > 0
  }

  protected addListener(listener: () => void): void {
    // Of the size that it has: what grows by spreading has room for many.
    this.#listeners = this.#listeners.concat(listener)
    this.#told ??= this.getSnapshot()
  }

  /** @returns false where it is gone already */
  protected removeListener(listener: () => void): boolean {
    if (!this.#listeners.includes(listener)) return false
    this.#listeners = this.#listeners.filter((other) => other !== listener)
    return true
  }

  on(type: string, listener: Told): () => void {
    return tap((this.taps ??= new Map()), type, listener)
  }

  watch(field: QuietField): void {
    this.watched |= bitOf(field)
  }

  watches(field: QuietField): boolean {
    return (this.watched & bitOf(field)) !== 0
  }

  occurred(type: 'retry' | 'giveup' | 'error', event: RetryEvent | GiveUpEvent | Error): void {
    // The type says which of the events it is.
    occur(this.options as CommonOptions<unknown, unknown>, this.taps, type, event as never, this.environment)
  }

  /** Notifies where something that is shown has changed: once a frame for what the network does, at once for what the page has done. */
  changed(later: boolean): void {
    if (!later || !this.isOwned) return this.#notify()
    if (this.#due) return
    this.#due = true
    soon(this.environment, this.options.notify, () => {
      this.#due = false
      this.#notify()
    })
  }

  #notify(): void {
    const told = this.#told
    const given = this.lastGiven
    const next = this.getSnapshot()
    if (next === told) return
    this.#told = next
    if (!this.isOwned) return this.unowned?.()
    const { select } = this.options
    if (
      told &&
      select &&
      guarded(() => isUnseen(select, next, [told, given ?? told], this.watched), this.environment)
    )
      return
    for (const listener of this.#listeners)
      if (this.#listeners.includes(listener)) guarded(listener, this.environment)
  }

  /** What was given out last, to whoever asked. */
  protected abstract get lastGiven(): FetchSnapshot<unknown> | undefined
}
