import type { Environment } from '../platform/environment.ts'
import { type MessageInfo, applyReducer, latestReducer, resolveInitialData } from '../shared/reducers.ts'
import { callSafely } from '../shared/safe-call.ts'
import { type AnyOptions, BaseObserver } from '../observer/base-observer.ts'
import { hasSelectionChanged } from '../observer/select.ts'
import { emitMessage } from '../observer/event-listeners.ts'
import type { State } from '../machine/connection-state.ts'
import type { Protocol, ProtocolSession, SharedConnection } from './protocol.ts'
import { classifyChange } from './snapshot.ts'
import type { Snapshot } from './types.ts'

/** The part of a connection observer that reduces messages to `data` and decides when to notify. */
export abstract class ConnectionDataObserver<
  Raw,
  Options extends AnyOptions,
  Session extends ProtocolSession<Raw>,
> extends BaseObserver<Options, Snapshot<unknown>> {
  readonly protocol: Protocol<Raw, Options, Session>
  options: Options
  connection: SharedConnection<Raw, Options, Session> | undefined
  /** The last connection that it used, from which all its data came. */
  protected lastConnection: SharedConnection<Raw, Options, Session> | undefined
  /** A framework will subscribe. If enabled, the first status is `connecting`. */
  protected readonly isFrameworkOwned: boolean
  /** How often it has moved to another connection since the last message. */
  protected rekeyCount = 0
  protected data: unknown
  /** Something has changed since the last snapshot was created. */
  protected isSnapshotStale = true
  /** The fields that were tracked. Some fields notify only when tracked. */
  protected trackedFields: Set<string> | undefined
  #serverSnapshot: Snapshot<unknown> | undefined
  /** The data at the last notification. */
  #notifiedData: unknown
  /** The scheduled notification is sent even if `data` has not changed. */
  #isNotifyForced = false
  /** The cursor of the last notification. */
  #notifiedCursor: string | undefined

  constructor(
    protocol: Protocol<Raw, Options, Session>,
    options: Options,
    environment: Environment,
    isFrameworkOwned: boolean,
  ) {
    super(environment)
    this.protocol = protocol
    this.isFrameworkOwned = isFrameworkOwned
    this.options = options
    this.data = this.#notifiedData = resolveInitialData(options)
  }

  protected setSnapshot(snapshot: Snapshot<unknown>): Snapshot<unknown> {
    this.isSnapshotStale = false
    this.#serverSnapshot ??= snapshot
    return (this.lastSnapshot = snapshot)
  }

  protected serverSnapshot(): Snapshot<unknown> {
    return (this.#serverSnapshot ??= this.currentSnapshot())
  }

  track(field: string): void {
    // Both names mean the same field.
    this.trackedFields = (this.trackedFields ?? new Set()).add(field === 'lastEventId' ? 'cursor' : field)
  }

  /** Returns the data after this message. */
  protected reduceMessage(message: unknown, info: MessageInfo): unknown {
    const { reduce } = this.options
    return reduce ? applyReducer(reduce, this.data, message, info, this.environment) : message
  }

  /** Sets the data to their initial value. */
  resetData(): void {
    const before = this.data
    this.data = resolveInitialData(this.options)
    if (this.data !== before) this.scheduleNotify()
  }

  /** Resets the data without a notification, because they belonged to another connection. */
  protected resetDataSilently(): void {
    this.data = this.#notifiedData = resolveInitialData(this.options)
    this.isSnapshotStale = true
  }

  /** Notifies the listeners if a new snapshot differs from the last one. */
  protected refresh(): void {
    const { lastSnapshot } = this
    this.isSnapshotStale = true
    if (lastSnapshot && this.currentSnapshot() !== lastSnapshot) this.notifyListeners()
  }

  /** @param isForced notify even if `data` has not changed */
  protected override scheduleNotify(isForced = false): void {
    this.isSnapshotStale = true
    this.#isNotifyForced ||= isForced
    super.scheduleNotify()
  }

  protected notifyIfChanged(): void {
    const { select } = this.options
    // The page may show the data of the last notification or of the last snapshot.
    const hasChanged = () =>
      !select || hasSelectionChanged(select, this.data, [this.#notifiedData, this.lastSnapshot?.data])
    if (this.#isNotifyForced || !this.lastSnapshot || (callSafely(hasChanged, this.environment) ?? true))
      this.notifyListeners()
  }

  protected override notifyListeners(): void {
    this.#isNotifyForced = false
    this.#notifiedData = this.data
    super.notifyListeners()
  }

  onMessage(message: unknown, raw: Raw): void {
    const { connection, data: before } = this
    const { reduce, onMessage } = this.options
    const info = reduce || onMessage || this.eventListeners ? this.protocol.info(raw) : undefined
    this.data = reduce && info ? this.reduceMessage(message, info) : message
    this.rekeyCount = 0
    // A message may move the cursor without changing the data.
    this.isSnapshotStale = true
    // While a notification is scheduled, long texts need not be compared.
    const shouldNotify = !this.isNotifyScheduled && this.data !== before
    if (info) emitMessage(onMessage, this.eventListeners, message, info, this.environment)
    // A handler may have left the connection.
    if (this.connection !== connection) return
    if (shouldNotify) this.scheduleNotify()
    if (this.trackedFields?.has('cursor')) this.markChanged('cursor')
  }

  replay(message: unknown, raw: Raw, isWholeResponse: boolean): void {
    const { reduce } = this.options
    // Other reducers need every message: from the last one alone, the result would have a gap.
    if (reduce && reduce !== latestReducer && !isWholeResponse) return
    this.data = this.reduceMessage(message, this.protocol.info(raw))
    this.scheduleNotify()
  }

  hold(): Promise<void> | undefined {
    // A client with loops adds one function for them, in place of a listener.
    const [hold] = (this.eventListeners?.all.get('hold') ?? []) as Iterable<() => Promise<void> | undefined>
    return this.options.onMessage ? undefined : hold?.()
  }

  markChanged(field: 'queued' | 'cursor' | 'transport' | 'unconfirmed'): void {
    this.isSnapshotStale = true
    if (field === 'cursor') {
      const before = this.#notifiedCursor
      this.#notifiedCursor = this.connection?.interpreter.cursor
      if (this.#notifiedCursor === before) return
    }
    if (field !== 'queued' && this.isFrameworkOwned && !this.trackedFields?.has(field)) return
    this.scheduleNotify(true)
  }

  onStateChange(from: State, to: State, cause: string): void {
    const change = classifyChange(from, to)
    // Before the listeners, which may read the snapshot.
    if (change) this.isSnapshotStale = true
    if (this.eventListeners?.all.has('transition')) this.emit('transition', { from, to, cause })
    if (!change) return
    if (change !== 'always' && this.isFrameworkOwned && !this.trackedFields?.has(change)) return
    const { interpreter } = this.connection ?? this.lastConnection ?? {}
    // After the handlers that are called next, such as `onOpen`.
    interpreter?.afterNotifications(() => this.notifyListeners())
  }
}
