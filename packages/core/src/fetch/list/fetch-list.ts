import { callSafely } from '../../shared/safe-call.ts'
import type { FetchHandle } from '../observer/fetch-handle.ts'
import type { FetchSnapshot } from '../types.ts'
import { matchRequests } from './match-requests.ts'
import type { ListedRequest } from './types.ts'

/** A request of a list, and its observer. */
interface Planned extends ListedRequest {
  readonly observer: FetchHandle
}

type Snapshots = ReadonlyMap<FetchHandle, FetchSnapshot<unknown>>

const NONE: readonly FetchHandle[] = []

/** The observers of several requests of one hook. */
export class FetchList {
  onUnownedChange: (() => void) | undefined
  #observers = NONE
  #listeners: readonly (() => void)[] = []
  /** The functions that unsubscribe, while the list has listeners. */
  readonly #subscriptions = new Map<FetchHandle, () => void>()
  #snapshots: Snapshots = new Map()
  #serverSnapshots: Snapshots | undefined
  /** `#snapshots` may be out of date. */
  #isStale = true
  #isUpdating = false
  #hasChanged = false

  constructor(requests: readonly ListedRequest[]) {
    this.apply(this.plan(requests))
  }

  plan(requests: readonly ListedRequest[]): readonly Planned[] {
    const observers = matchRequests(this.#observers, requests)
    return requests.flatMap((request, index) => {
      const observer = observers[index]
      return observer ? { ...request, observer } : []
    })
  }

  apply(plan: readonly Planned[]): void {
    this.#update(() => {
      const next = plan.map(({ observer }) => observer)
      for (const observer of this.#observers) observer.onUnownedChange = undefined
      this.#observers = next
      this.#isStale = true
      for (const { observer, url, options } of plan) {
        observer.onUnownedChange = () => this.#onChange(observer)
        observer.setOptions(url, options)
      }
    })
  }

  /** An arrow function, as `getSnapshot` is: frameworks call both without `this`. */
  subscribe = (listener: () => void): (() => void) => {
    // A function that is added twice is called twice.
    const ownListener = () => listener()
    this.#update(() => {
      this.#listeners = [...this.#listeners, ownListener]
      this.#isStale = true
    })
    return () =>
      this.#update(() => (this.#listeners = this.#listeners.filter((other) => other !== ownListener)))
  }

  /** Runs a change of the list, then subscribes to its requests, and notifies once. */
  #update(change: () => void): void {
    // A handler of the program may change the list while it is being changed. The loop below notices.
    if (this.#isUpdating) return change()
    this.#isUpdating = true
    try {
      change()
      let observers
      do this.#subscribeTo((observers = this.#wanted))
      while (observers !== this.#wanted)
    } finally {
      this.#isUpdating = false
    }
    if (this.#hasChanged) this.#notify()
  }

  /** The observers that are subscribed to. */
  get #wanted(): readonly FetchHandle[] {
    return this.#listeners.length > 0 ? this.#observers : NONE
  }

  /** Subscribes before it unsubscribes, so that a shared request is not aborted. */
  #subscribeTo(observers: readonly FetchHandle[]): void {
    const subscriptions = this.#subscriptions
    for (const observer of observers)
      if (!subscriptions.has(observer))
        subscriptions.set(
          observer,
          observer.subscribe(() => this.#onChange(observer)),
        )
    const wanted = new Set(observers)
    for (const [observer, unsubscribe] of subscriptions)
      if (!wanted.has(observer)) {
        subscriptions.delete(observer)
        unsubscribe()
      }
  }

  #onChange(observer: FetchHandle): void {
    // Only this one is read again: all requests of a long list may end in the same frame.
    if (!this.#isStale) this.#snapshots = new Map(this.#snapshots).set(observer, observer.getSnapshot())
    this.#hasChanged = true
    if (!this.#isUpdating) this.#notify()
  }

  #notify(): void {
    this.#hasChanged = false
    if (this.#listeners.length === 0) this.onUnownedChange?.()
    const environment = this.#observers[0]?.environment
    for (const listener of this.#listeners) if (environment) callSafely(listener, environment)
  }

  getSnapshot = (): Snapshots => {
    // Without listeners, nothing reports changes of the cache.
    if (this.#isStale || this.#subscriptions.size === 0) {
      const next = new Map(this.#observers.map((observer) => [observer, observer.getSnapshot()]))
      if (!isSameMap(next, this.#snapshots)) this.#snapshots = next
      this.#isStale = this.#subscriptions.size === 0
    }
    return this.#snapshots
  }

  getServerSnapshot = (): Snapshots =>
    (this.#serverSnapshots ??= new Map(
      this.#observers.map((observer) => [observer, observer.getServerSnapshot()]),
    ))
}

const isSameMap = (one: Snapshots, other: Snapshots): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)
