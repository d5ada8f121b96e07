import type { TautlineError } from '../../shared/errors.ts'
import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions } from '../options.ts'
import { fieldBit, isSelectionUnchanged } from './snapshot.ts'
import type { FetchSnapshot, TrackedField } from '../types.ts'
import { scheduleNotification } from '../../observer/notify-scheduler.ts'
import { type ListenerMap, type Listener, emitEvent, addListener } from '../../observer/event-listeners.ts'
import { callSafely } from '../../shared/safe-call.ts'
import type { CommonOptions } from '../../observer/options.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** Who is told of what one hook shows, and of what occurs to it. */
export abstract class FetchBaseObserver {
  abstract readonly environment: Environment
  abstract readonly options: AnyFetchOptions
  /** Is told instead of the listeners while there is none. */
  onUnownedChange: (() => void) | undefined
  /** The quiet fields that are looked at. */
  protected trackedFields: number
  protected eventListeners: ListenerMap | undefined
  /** Most have one: a list is smaller than a set. */
  #listeners: readonly (() => void)[] = []
  /** What the listeners were told of. */
  #notifiedSnapshot: FetchSnapshot<unknown> | undefined
  #isNotifyScheduled = false

  constructor(trackedFields: number) {
    this.trackedFields = trackedFields
  }

  abstract getSnapshot: () => FetchSnapshot<unknown>

  /** Somebody looks, so that it stays. */
  get hasListeners(): boolean {
    return this.#listeners.length > 0
  }

  protected addListener(listener: () => void): void {
    // Of the size that it has: what grows by spreading has room for many.
    this.#listeners = this.#listeners.concat(listener)
    this.#notifiedSnapshot ??= this.getSnapshot()
  }

  /** @returns false where it is gone already */
  protected removeListener(listener: () => void): boolean {
    if (!this.#listeners.includes(listener)) return false
    this.#listeners = this.#listeners.filter((other) => other !== listener)
    return true
  }

  on(type: string, listener: Listener): () => void {
    return addListener((this.eventListeners ??= new Map()), type, listener)
  }

  track(field: TrackedField): void {
    this.trackedFields |= fieldBit(field)
  }

  isTracked(field: TrackedField): boolean {
    return (this.trackedFields & fieldBit(field)) !== 0
  }

  onEvent(type: 'retry' | 'give-up' | 'error', event: RetryEvent | GiveUpEvent | TautlineError): void {
    // The type says which of the events it is.
    emitEvent(
      this.options as CommonOptions<unknown, unknown>,
      this.eventListeners,
      type,
      event as never,
      this.environment,
    )
  }

  /** Notifies where something that is shown has changed: once a frame for what the network does, at once for what the page has done. */
  notify(mayDefer: boolean): void {
    if (!mayDefer || !this.hasListeners) return this.#flushNotify()
    if (this.#isNotifyScheduled) return
    this.#isNotifyScheduled = true
    scheduleNotification(this.environment, this.options.notify, () => {
      this.#isNotifyScheduled = false
      this.#flushNotify()
    })
  }

  #flushNotify(): void {
    const notified = this.#notifiedSnapshot
    const last = this.lastSnapshot
    const next = this.getSnapshot()
    if (next === notified) return
    this.#notifiedSnapshot = next
    if (!this.hasListeners) return this.onUnownedChange?.()
    const { select } = this.options
    if (
      notified &&
      select &&
      callSafely(
        () => isSelectionUnchanged(select, next, [notified, last ?? notified], this.trackedFields),
        this.environment,
      )
    )
      return
    for (const listener of this.#listeners)
      if (this.#listeners.includes(listener)) callSafely(listener, this.environment)
  }

  /** What was given out last, to whoever asked. */
  protected abstract get lastSnapshot(): FetchSnapshot<unknown> | undefined
}
