import type { StoreMethods } from '../observer/base-observer.ts'
import type { TautlineError } from '../shared/errors.ts'
import type { ConnectionEventMap } from '../observer/events.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { Closed, Status } from '../machine/connection-state.ts'
import type { WaitingFor } from '../machine/retry.ts'

interface SnapshotFields<Data> {
  readonly data: Data
  /** Why the connection is down. Undefined while it is open. */
  readonly error: TautlineError | undefined
  /** The number of retries since the connection was last useful. */
  readonly attempt: number
  /** When the next attempt is due, in ms since the epoch; only in `backoff`. */
  readonly retryAt: number | undefined
  /** What the next attempt waits for; only in `backoff`. */
  readonly waitingFor: WaitingFor | undefined
  /** Why it is closed for good; only in `closed`. */
  readonly closed: Closed | undefined
}

/**
 * The state of a connection as one observer shows it: frozen, and the same object until something changes. These fields
 * exist for every protocol; each protocol adds its own.
 */
export type Snapshot<Data> = SnapshotFields<Data> &
  (
    | {
        readonly status: Exclude<Status, 'backoff' | 'closed'>
        readonly waitingFor: undefined
        readonly closed: undefined
      }
    | { readonly status: 'backoff'; readonly waitingFor: WaitingFor; readonly closed: undefined }
    | { readonly status: 'closed'; readonly waitingFor: undefined; readonly closed: Closed }
  )

/** The part of a client that emits events. */
export type Emitter<Incoming> = Pick<Observer<Incoming>, 'on'>

/** What a binding needs from a connection, for every protocol. */
export type BindingObserver<Shown extends Snapshot<unknown>> = Omit<Observer<never, Shown>, 'on'> &
  StoreMethods<Shown>

/** What a client has of the observer of a binding. */
export type Public<Binding> = Omit<Binding, keyof StoreMethods<unknown>>

/** What a client offers for every protocol. The observer of a binding has the same except `on`. */
export interface Observer<Incoming, Shown extends Snapshot<unknown> = Snapshot<unknown>> {
  /** Subscribes. The first subscription opens the connection; after the last one it closes, with `closeDelay`. */
  subscribe(listener: () => void): () => void
  getSnapshot(): Shown
  /** Returns the first snapshot, for rendering on the server and for hydration. */
  getServerSnapshot(): Shown
  /** Listens to events. Does not open the connection. */
  on<Type extends keyof ConnectionEventMap<Incoming>>(
    type: Type,
    listener: (
      event: ConnectionEventMap<Incoming>[Type],
      ...info: Type extends 'message' ? [MessageInfo] : []
    ) => void,
  ): () => void
  /**
   * Returns the snapshot for a render with arguments that `setOptions` gets later, without data of the old connection.
   * Undefined if the connection stays the same.
   */
  preview(url: UrlOption, options: object): Shown | undefined
  /** Returns the selected part of the data: the same object while it is equal. */
  select<Data, Selected>(select: (data: Data) => Selected, data: Data): Selected
  /** Tracks a field: from now on, a change of it alone notifies the listeners. */
  track(field: 'attempt' | 'latency' | 'lastEventId' | 'cursor' | 'transport' | 'unconfirmed'): void
  open(): void
  /**
   * Closes the connection for all that share it, until `open()` or `reconnect()`.
   * @throws TautlineError `bad-close` for a code other than 1000 and 3000 to 4999, or a reason over 123 bytes
   */
  close(code?: number, reason?: string): void
  /** Connects again in any status, and resets the number of retries. */
  reconnect(): void
}
