import type { Environment } from '../platform/environment.ts'
import { type MessageInfo, fold, initialDataOf } from '../shared/reducers.ts'
import { soon } from './notify-scheduler.ts'
import { type Occurrence, type Taps, type Told, occur, tap } from './event-listeners.ts'
import { guarded, tellAll } from '../shared/safe-call.ts'
import { type Member, enlist, isForgottenSince, logOuts } from './members.ts'
import { isNews } from './select.ts'
import type { CommonOptions } from './options.ts'
import type { Occurrences } from './events.ts'

/** Options as the observer sees them; what a message is does not matter to it. */
export type AnyOptions = Omit<CommonOptions<unknown, unknown>, 'pause' | 'timeout'>

/** The data of one hook, and who is notified of it: at most once a frame, while the state itself is always current. */
export abstract class BaseObserver<
  Options extends AnyOptions,
  Snapshot extends { readonly data: unknown },
> implements Member {
  readonly environment: Environment
  options: Options
  protected data: unknown
  /** The last snapshot that was given out. */
  protected shown: Snapshot | undefined
  /** The first one that was given out. */
  protected first: Snapshot | undefined
  /** The last snapshot may not be true any more. */
  protected isStale = true
  protected listeners: Set<() => void> | undefined
  protected taps: Taps | undefined
  /** The quiet fields that are shown. */
  protected watched: Set<string> | undefined
  /** So many log-outs it knows of. */
  #since = logOuts
  /** The data of which the listeners were notified. */
  #notified: unknown
  #isScheduled = false
  /** The notification on its way is not about `data` alone. */
  #isLoud = false

  constructor(options: Options, environment: Environment) {
    this.options = options
    this.environment = environment
    this.data = this.#notified = initialDataOf(options)
  }

  abstract getSnapshot(): Snapshot

  /** The snapshot that is true now. */
  protected giveOut(snapshot: Snapshot): Snapshot {
    this.isStale = false
    this.first ??= snapshot
    return (this.shown = snapshot)
  }

  getServerSnapshot(): Snapshot {
    return (this.first ??= this.getSnapshot())
  }

  subscribe(listener: () => void): () => void {
    // Before it has a listener: from then on it is told.
    this.noticeLogOut()
    // A listener that subscribes twice is two owners.
    const owner = () => listener()
    this.listeners = (this.listeners ?? new Set()).add(owner)
    this.#changeSubscribers()
    return () => {
      if (this.listeners?.delete(owner)) this.#changeSubscribers()
    }
  }

  #changeSubscribers(): void {
    const isMember = !!this.listeners?.size
    enlist(this, isMember)
    if (!isMember) this.#since = logOuts
    this.onSubscribersChanged()
  }

  /** A hook that has no subscriber is not told of a log-out: it finds out when it is used again. */
  protected noticeLogOut(): void {
    if (this.listeners?.size || this.#since === logOuts) return
    const isForgotten = isForgottenSince(this, this.#since)
    this.#since = logOuts
    if (isForgotten) this.forget()
  }

  abstract forget(): void
  abstract resume(): void

  /** Called when a listener has come or gone. */
  protected abstract onSubscribersChanged(): void

  on(type: string, listener: Told): () => void {
    return tap((this.taps ??= new Map()), type, listener)
  }

  watch(field: string): void {
    // One thing by two names.
    this.watched = (this.watched ?? new Set()).add(field === 'lastEventId' ? 'cursor' : field)
  }

  occurred<Type extends Occurrence>(type: Type, event: Occurrences<unknown>[Type]): boolean {
    return occur(this.options, this.taps, type, event, this.environment)
  }

  /** What the data are with this message. */
  protected fold(message: unknown, info: MessageInfo): unknown {
    const { reduce } = this.options
    return reduce ? fold(reduce, this.data, message, info, this.environment) : message
  }

  /** Begins anew with the data that there are before the first message. */
  restart(): void {
    const before = this.data
    this.data = initialDataOf(this.options)
    if (this.data !== before) this.schedule()
  }

  /** The same without a notification: what was shown belongs to another connection. */
  protected forgetData(): void {
    this.data = this.#notified = initialDataOf(this.options)
    this.isStale = true
  }

  /** What is shown may have changed without the connection having said so. */
  protected refresh(): void {
    const { shown } = this
    this.isStale = true
    if (shown && this.getSnapshot() !== shown) this.notify()
  }

  /** @param isLoud also where `data` is the same */
  protected schedule(isLoud = false): void {
    this.isStale = true
    this.#isLoud ||= isLoud
    if (this.#isScheduled || !this.listeners?.size) return
    this.#isScheduled = true
    soon(this.environment, this.options.notify, () => this.#flush())
  }

  #flush(): void {
    if (!this.#isScheduled) return
    const { select } = this.options
    // What the listeners were told of, and what was last given out to whoever asked: either may be on the screen.
    const isNew = (part: typeof select) =>
      !part || isNews(part, this.data, [this.#notified, this.shown?.data])
    this.#isScheduled =
      this.#isLoud || !this.shown || (guarded(() => isNew(select), this.environment) ?? true)
    if (this.#isScheduled) this.notify()
  }

  protected notify(): void {
    this.#isScheduled = this.#isLoud = false
    this.#notified = this.data
    tellAll(this.listeners, (listener) => guarded(listener, this.environment))
  }
}
