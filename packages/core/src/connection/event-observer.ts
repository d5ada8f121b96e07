import type { AnyOptions } from '../observer/base-observer.ts'
import { emitMessage } from '../observer/event-listeners.ts'
import type { State } from '../machine/connection-state.ts'
import type { Identity } from '../shared/identity.ts'
import { latestReducer } from '../shared/reducers.ts'
import { ConnectionDataObserver } from './data-observer.ts'
import type { Protocol, ProtocolSession, SharedConnection } from './protocol.ts'
import { classifyChange } from './snapshot.ts'

/** What an observer does when its connection has something for it: a message, a change of state or of a field. */
export abstract class ConnectionEventObserver<
  Raw,
  Options extends AnyOptions,
  Own extends ProtocolSession<Raw>,
> extends ConnectionDataObserver<Options> {
  abstract readonly protocol: Protocol<Raw, Options, Own>
  abstract connection: SharedConnection<Raw, Options, Own> | undefined
  protected abstract readonly isFrameworkOwned: boolean
  protected abstract lastConnection: SharedConnection<Raw, Options, Own> | undefined
  protected abstract rekeyCount: number
  abstract identity: Identity | undefined
  /** The cursor of the last notification. */
  #announcedCursor: string | undefined

  protected isNonRepeatable(options: Options): boolean {
    return this.protocol.replaysWholeResponse?.(options) === true
  }

  /** It still uses a connection with other headers, because the request must not be repeated. */
  protected get hasOtherIdentity(): boolean {
    return (
      !!this.connection &&
      this.connection.identity.key !== this.identity?.key &&
      this.isNonRepeatable(this.options)
    )
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
    // A fold counts what came while it was there, or all of it; the last message alone would be a gap with one entry.
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
    // Before anybody is told: whoever hears of it may look.
    if (change) this.isSnapshotStale = true
    if (this.eventListeners?.has('transition')) this.emit('transition', { from, to, cause })
    if (!change) return
    if (change !== 'always' && this.isFrameworkOwned && !this.trackedFields?.has(change)) return
    const { interpreter } = this.connection ?? this.lastConnection ?? {}
    // After the handlers, which are called next: `onOpen`, `onClose`, `onError`.
    interpreter?.afterNotifications(() => this.notifyListeners())
  }
}
