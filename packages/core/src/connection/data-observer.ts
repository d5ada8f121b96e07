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

/** The data that an observer of a connection shows, and what changes them. It notifies at most once a frame. */
export abstract class ConnectionDataObserver<
  Raw,
  Options extends AnyOptions,
  Own extends ProtocolSession<Raw>,
> extends BaseObserver<Options, Snapshot<unknown>> {
  readonly protocol: Protocol<Raw, Options, Own>
  options: Options
  connection: SharedConnection<Raw, Options, Own> | undefined
  /** The last connection that it used. All its data are from this one. */
  protected lastConnection: SharedConnection<Raw, Options, Own> | undefined
  /** A framework opens it by subscribing. If enabled, its status is `connecting` from the start. */
  protected readonly isFrameworkOwned: boolean
  /** How often it has moved to another connection since the last message. */
  protected rekeyCount = 0
  protected data: unknown
  /** Something has changed since the last snapshot was created. */
  protected isSnapshotStale = true
  /** The tracked ones of the fields that notify only when tracked. */
  protected trackedFields: Set<string> | undefined
  #serverSnapshot: Snapshot<unknown> | undefined
  /** The data of which the listeners were notified. */
  #notifiedData: unknown
  /** The scheduled notification is not about `data` alone. */
  #isNotifyForced = false
  /** The cursor of the last notification. */
  #announcedCursor: string | undefined

  constructor(
    protocol: Protocol<Raw, Options, Own>,
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

  getServerSnapshot = (): Snapshot<unknown> => (this.#serverSnapshot ??= this.getSnapshot())

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

  /** Does the same without a notification: the data belonged to another connection. */
  protected resetDataSilently(): void {
    this.data = this.#notifiedData = resolveInitialData(this.options)
    this.isSnapshotStale = true
  }

  /** Creates a new snapshot and notifies the listeners if it differs from the last one. */
  protected refresh(): void {
    const { lastSnapshot } = this
    this.isSnapshotStale = true
    if (lastSnapshot && this.getSnapshot() !== lastSnapshot) this.notifyListeners()
  }

  /** @param isForced notify even if `data` has not changed */
  protected override scheduleNotify(isForced = false): void {
    this.isSnapshotStale = true
    this.#isNotifyForced ||= isForced
    super.scheduleNotify()
  }

  protected notifyIfChanged(): void {
    const { select } = this.options
    // The page may show the data of the last notification, or those of the last snapshot.
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
    // A message may move the cursor and leave the data as it was.
    this.isSnapshotStale = true
    const hasChanged = this.data !== before
    if (info) emitMessage(onMessage, this.eventListeners, message, info, this.environment)
    // A handler may have left the connection.
    if (this.connection !== connection) return
    if (hasChanged) this.scheduleNotify()
    if (this.trackedFields?.has('cursor')) this.markChanged('cursor')
  }

  replay(message: unknown, raw: Raw, isWholeResponse: boolean): void {
    const { reduce } = this.options
    // A reducer gets the messages since its observer subscribed, or all of them. The last one alone would leave a gap.
    if (reduce && reduce !== latestReducer && !isWholeResponse) return
    this.data = this.reduceMessage(message, this.protocol.info(raw))
    this.scheduleNotify()
  }

  markChanged(field: 'queued' | 'cursor'): void {
    this.isSnapshotStale = true
    if (field === 'cursor') {
      const before = this.#announcedCursor
      this.#announcedCursor = this.connection?.interpreter.cursor
      if (this.#announcedCursor === before || (this.isFrameworkOwned && !this.trackedFields?.has(field)))
        return
    }
    this.scheduleNotify(true)
  }

  onStateChange(from: State, to: State, cause: string): void {
    const change = classifyChange(from, to)
    // Before the listeners run, since they may read the snapshot.
    if (change) this.isSnapshotStale = true
    if (this.eventListeners?.has('transition')) this.emit('transition', { from, to, cause })
    if (!change) return
    if (change !== 'always' && this.isFrameworkOwned && !this.trackedFields?.has(change)) return
    const { interpreter } = this.connection ?? this.lastConnection ?? {}
    // After the handlers, which are called next: `onOpen`, `onClose`, `onError`.
    interpreter?.afterNotifications(() => this.notifyListeners())
  }
}
