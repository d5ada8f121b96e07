import type { Environment } from '../platform/environment.ts'
import { type MessageInfo, applyReducer, resolveInitialData } from '../shared/reducers.ts'
import { scheduleNotification } from './notify-scheduler.ts'
import {
  type ConnectionEventType,
  type ListenerMap,
  type Listener,
  emitEvent,
  addListener,
} from './event-listeners.ts'
import { callSafely, forEachLive } from '../shared/safe-call.ts'
import { type Forgettable, setRegistered, isForgottenSince, logOutCount } from './log-out-registry.ts'
import { hasSelectionChanged } from './select.ts'
import type { CommonOptions } from './options.ts'
import type { ConnectionEventMap } from './events.ts'

/** Options as the observer sees them; what a message is does not matter to it. */
export type AnyOptions = Omit<CommonOptions<unknown, unknown>, 'pause' | 'timeout'>

/** The data of one hook, and who is notified of it: at most once a frame, while the state itself is always current. */
export abstract class BaseObserver<
  Options extends AnyOptions,
  Snapshot extends { readonly data: unknown },
> implements Forgettable {
  readonly environment: Environment
  options: Options
  protected data: unknown
  /** The last snapshot that was given out. */
  protected lastSnapshot: Snapshot | undefined
  /** The first one that was given out. */
  protected serverSnapshot: Snapshot | undefined
  /** The last snapshot may not be true any more. */
  protected isSnapshotStale = true
  protected listeners: Set<() => void> | undefined
  protected eventListeners: ListenerMap | undefined
  /** The quiet fields that are shown. */
  protected trackedFields: Set<string> | undefined
  /** So many log-outs it knows of. */
  #lastLogOutCount = logOutCount
  /** The data of which the listeners were notified. */
  #notifiedData: unknown
  #isNotifyScheduled = false
  /** The notification on its way is not about `data` alone. */
  #isNotifyForced = false

  constructor(options: Options, environment: Environment) {
    this.options = options
    this.environment = environment
    this.data = this.#notifiedData = resolveInitialData(options)
  }

  abstract getSnapshot(): Snapshot

  /** The snapshot that is true now. */
  protected setSnapshot(snapshot: Snapshot): Snapshot {
    this.isSnapshotStale = false
    this.serverSnapshot ??= snapshot
    return (this.lastSnapshot = snapshot)
  }

  getServerSnapshot(): Snapshot {
    return (this.serverSnapshot ??= this.getSnapshot())
  }

  subscribe(listener: () => void): () => void {
    // Before it has a listener: from then on it is told.
    this.forgetIfLoggedOut()
    // A listener that subscribes twice is two owners.
    const ownListener = () => listener()
    this.listeners = (this.listeners ?? new Set()).add(ownListener)
    this.#handleSubscriberChange()
    return () => {
      if (this.listeners?.delete(ownListener)) this.#handleSubscriberChange()
    }
  }

  #handleSubscriberChange(): void {
    const isRegistered = !!this.listeners?.size
    setRegistered(this, isRegistered)
    if (!isRegistered) this.#lastLogOutCount = logOutCount
    this.onSubscriberChange()
  }

  /** A hook that has no subscriber is not told of a log-out: it finds out when it is used again. */
  protected forgetIfLoggedOut(): void {
    if (this.listeners?.size || this.#lastLogOutCount === logOutCount) return
    const isForgotten = isForgottenSince(this, this.#lastLogOutCount)
    this.#lastLogOutCount = logOutCount
    if (isForgotten) this.forget()
  }

  abstract forget(): void
  abstract resume(): void

  /** Called when a listener has come or gone. */
  protected abstract onSubscriberChange(): void

  on(type: string, listener: Listener): () => void {
    return addListener((this.eventListeners ??= new Map()), type, listener)
  }

  track(field: string): void {
    // One thing by two names.
    this.trackedFields = (this.trackedFields ?? new Set()).add(field === 'lastEventId' ? 'cursor' : field)
  }

  emit<Type extends ConnectionEventType>(type: Type, event: ConnectionEventMap<unknown>[Type]): boolean {
    return emitEvent(this.options, this.eventListeners, type, event, this.environment)
  }

  /** What the data are with this message. */
  protected reduceMessage(message: unknown, info: MessageInfo): unknown {
    const { reduce } = this.options
    return reduce ? applyReducer(reduce, this.data, message, info, this.environment) : message
  }

  /** Begins anew with the data that there are before the first message. */
  resetData(): void {
    const before = this.data
    this.data = resolveInitialData(this.options)
    if (this.data !== before) this.scheduleNotify()
  }

  /** The same without a notification: what was shown belongs to another connection. */
  protected resetDataSilently(): void {
    this.data = this.#notifiedData = resolveInitialData(this.options)
    this.isSnapshotStale = true
  }

  /** What is shown may have changed without the connection having said so. */
  protected refresh(): void {
    const { lastSnapshot } = this
    this.isSnapshotStale = true
    if (lastSnapshot && this.getSnapshot() !== lastSnapshot) this.notifyListeners()
  }

  /** @param isForced also where `data` is the same */
  protected scheduleNotify(isForced = false): void {
    this.isSnapshotStale = true
    this.#isNotifyForced ||= isForced
    if (this.#isNotifyScheduled || !this.listeners?.size) return
    this.#isNotifyScheduled = true
    scheduleNotification(this.environment, this.options.notify, () => this.#flushNotify())
  }

  #flushNotify(): void {
    if (!this.#isNotifyScheduled) return
    const { select } = this.options
    // What the listeners were told of, and what was last given out to whoever asked: either may be on the screen.
    const hasChanged = (selector: typeof select) =>
      !selector || hasSelectionChanged(selector, this.data, [this.#notifiedData, this.lastSnapshot?.data])
    this.#isNotifyScheduled =
      this.#isNotifyForced ||
      !this.lastSnapshot ||
      (callSafely(() => hasChanged(select), this.environment) ?? true)
    if (this.#isNotifyScheduled) this.notifyListeners()
  }

  protected notifyListeners(): void {
    this.#isNotifyScheduled = this.#isNotifyForced = false
    this.#notifiedData = this.data
    forEachLive(this.listeners, (listener) => callSafely(listener, this.environment))
  }
}
