import type { Environment } from '../platform/environment.ts'
import { scheduleNotification } from './notify-scheduler.ts'
import { type ConnectionEventType, type EventListeners, emitEvent } from './event-listeners.ts'
import { callSafely } from '../shared/safe-call.ts'
import { shareStructure } from '../shared/structural-sharing.ts'
import { type Forgettable, setRegistered, isForgottenSince, logOutCount } from './log-out-registry.ts'
import type { CommonOptions } from './options.ts'
import type { ConnectionEventMap } from './events.ts'

/** The options that observers of connections and of requests share. */
export type AnyOptions = Omit<CommonOptions<unknown, unknown>, 'pause' | 'timeout'>

const NO_LISTENERS: readonly (() => void)[] = []

/** The methods of an observer on which `subscribe` and `getSnapshot` are built. */
export interface StoreMethods<Snapshot> {
  /** Does the same as `subscribe`. A binding that needs no function without `this` saves memory with it. */
  addListener(listener: () => void): () => void
  /** Does the same as `getSnapshot`. */
  currentSnapshot(): Snapshot
}

/**
 * The base class of all observers. It holds the listeners and decides when to notify them. A page may have thousands of
 * observers, so they share their methods, and what only some of them need is created when it is used.
 */
export abstract class BaseObserver<Options extends AnyOptions, Snapshot>
  implements Forgettable, StoreMethods<Snapshot>
{
  readonly environment: Environment
  abstract readonly options: Options
  /** The snapshot that was returned last. */
  protected lastSnapshot: Snapshot | undefined
  /** The listeners of events. Only clients have any. */
  eventListeners: EventListeners | undefined
  /** An array, because most observers have one listener, and a set takes more memory. */
  #listeners = NO_LISTENERS
  /** How many log-outs this observer has handled. */
  #knownLogOutCount = logOutCount
  protected isNotifyScheduled = false
  /** The selected part that was returned last. */
  #selected: unknown
  #subscribe: ((listener: () => void) => () => void) | undefined
  #getSnapshot: (() => Snapshot) | undefined
  /** The commands that were taken, by name. */
  #commands: Record<string, unknown> | undefined

  constructor(environment: Environment) {
    this.environment = environment
  }

  abstract currentSnapshot(): Snapshot
  /** Returns the snapshot that `getServerSnapshot` returns. */
  protected abstract serverSnapshot(): Snapshot
  abstract forget(): void
  abstract resume(): void

  /** Called after a listener was added or removed. */
  protected abstract onListenersChange(): void
  /** Notifies the listeners if something that they show has changed. */
  protected abstract notifyIfChanged(): void

  get hasListeners(): boolean {
    return this.#listeners.length > 0
  }

  /** Creates the functions that frameworks call without `this`. One scope for both takes less memory than two. */
  #createFunctions(): {
    readonly subscribe: (listener: () => void) => () => void
    readonly getSnapshot: () => Snapshot
  } {
    const subscribe = (this.#subscribe ??= (listener) => this.addListener(listener))
    const getSnapshot = (this.#getSnapshot ??= () => this.currentSnapshot())
    return { subscribe, getSnapshot }
  }

  get subscribe(): (listener: () => void) => () => void {
    return this.#subscribe ?? this.#createFunctions().subscribe
  }

  get getSnapshot(): () => Snapshot {
    return this.#getSnapshot ?? this.#createFunctions().getSnapshot
  }

  /** A new function each time: a framework calls it at once and does not keep it. */
  get getServerSnapshot(): () => Snapshot {
    return () => this.serverSnapshot()
  }

  /** Returns the command of this name: the same function each time. The first call decides which. */
  protected command<Command>(name: string, command: Command): Command {
    return ((this.#commands ??= {})[name] ??= command) as Command // by its name
  }

  addListener(listener: () => void): () => void {
    // Before the listener is added, because log-outs notify an observer with listeners.
    this.forgetIfLoggedOut()
    // A function that is added twice is called twice.
    let own: (() => void) | undefined = this.#listeners.includes(listener) ? () => listener() : listener
    // Not `[...list, one]`: such an array reserves memory for more elements.
    this.#listeners = this.#listeners.concat(own)
    this.#handleListenersChange()
    return () => {
      if (!own) return
      const removed = own
      own = undefined
      this.#listeners = this.#listeners.filter((other) => other !== removed)
      this.#handleListenersChange()
    }
  }

  #handleListenersChange(): void {
    setRegistered(this, this.hasListeners)
    if (!this.hasListeners) this.#knownLogOutCount = logOutCount
    this.onListenersChange()
  }

  /** Forgets the data of a user who has logged out, if this observer had no listeners and so was not notified. */
  forgetIfLoggedOut(): void {
    const since = this.#knownLogOutCount
    if (this.hasListeners || since === logOutCount) return
    this.#knownLogOutCount = logOutCount
    if (isForgottenSince(this, since)) this.forget()
  }

  /** Returns the selected part of the data: the same object while it is equal, since `select` may create it. */
  select<Data, Selected>(select: (data: Data) => Selected, data: Data): Selected {
    const next = select(data)
    // Either value has this type: they are equal.
    return (this.#selected = Object.is(next, data) ? next : shareStructure(this.#selected, next)) as Selected
  }

  /** Calls the handler and the listeners of an event; returns whether there were any. */
  emit<Type extends ConnectionEventType>(type: Type, event: ConnectionEventMap<unknown>[Type]): boolean {
    return emitEvent(this.options, this.eventListeners, type, event, this.environment)
  }

  /** Notifies the listeners at the time that the option `notify` sets. */
  protected scheduleNotify(): void {
    if (this.isNotifyScheduled || !this.hasListeners) return
    this.isNotifyScheduled = true
    scheduleNotification(this.environment, this.options.notify, () => {
      if (!this.isNotifyScheduled) return
      this.isNotifyScheduled = false
      this.notifyIfChanged()
    })
  }

  protected notifyListeners(): void {
    this.isNotifyScheduled = false
    const listeners = this.#listeners
    for (const listener of listeners)
      // An earlier listener may have removed it. The array is replaced then.
      if (listeners === this.#listeners || this.#listeners.includes(listener))
        callSafely(listener, this.environment)
  }
}
