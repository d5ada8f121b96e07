import type { Environment } from '../platform/environment.ts'
import { type MessageInfo, applyReducer, resolveInitialData } from '../shared/reducers.ts'
import { callSafely } from '../shared/safe-call.ts'
import { type AnyOptions, BaseObserver } from '../observer/base-observer.ts'
import { hasSelectionChanged } from '../observer/select.ts'
import type { Snapshot } from './types.ts'

/** The data that one observer of a connection shows. Its listeners are notified at most once a frame. */
export abstract class ConnectionDataObserver<Options extends AnyOptions> extends BaseObserver<
  Options,
  Snapshot<unknown>
> {
  options: Options
  protected data: unknown
  /** Something has changed since the last snapshot was created. */
  protected isSnapshotStale = true
  /** The fields that notify only when they are tracked, and are. */
  protected trackedFields: Set<string> | undefined
  #serverSnapshot: Snapshot<unknown> | undefined
  /** The data of which the listeners were notified. */
  #notifiedData: unknown
  /** The scheduled notification is not about `data` alone. */
  #isNotifyForced = false

  constructor(options: Options, environment: Environment) {
    super(environment)
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
}
