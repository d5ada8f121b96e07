import type { TautlineError } from '../shared/errors.ts'
import type { ConnectionEventMap } from '../observer/events.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { Closed, Status } from '../machine/connection-state.ts'
import type { WaitingFor } from '../machine/retry.ts'

interface SnapshotFields<Data> {
  readonly data: Data
  /** What keeps the line from being open, or ended it; undefined while all is well. */
  readonly error: TautlineError | undefined
  /** Retries since the connection was last useful; 0 on a good day. */
  readonly attempt: number
  /** When the next attempt is due, in ms since the epoch; only in `backoff`. */
  readonly retryAt: number | undefined
  /** What a `backoff` waits for. */
  readonly waitingFor: WaitingFor | undefined
  /** Why it is closed for good; only in `closed`. */
  readonly closed: Closed | undefined
}

/**
 * The state of a connection as one hook sees it: frozen, and the same object until something has changed. These are the fields that every protocol has;
 * each adds its own.
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

/** What a binding needs of a connection, whatever the transport. */
export interface Observer<Incoming, Shown extends Snapshot<unknown> = Snapshot<unknown>> {
  /** Subscription is ownership: the first one opens; after the last one the line lingers, then closes. */
  subscribe(listener: () => void): () => void
  getSnapshot(): Shown
  /** The first snapshot, which a server renders and the first client render repeats. */
  getServerSnapshot(): Shown
  /** Listens to every occurrence; does not open anything. */
  on<Type extends keyof ConnectionEventMap<Incoming>>(
    type: Type,
    listener: (
      event: ConnectionEventMap<Incoming>[Type],
      ...info: Type extends 'message' ? [MessageInfo] : []
    ) => void,
  ): () => void
  /**
   * What a render shows that has other arguments than the last `setOptions`, where these are another connection's: nothing of the old one. Undefined: they
   * are not.
   */
  preview(url: UrlOption, options: object): Shown | undefined
  /** Says that a quiet field is shown, so that a change of it alone is announced from now on. */
  track(field: 'attempt' | 'latency' | 'lastEventId' | 'cursor'): void
  open(): void
  /**
   * Closes the line for everybody who shares it, for good: until `open()` or `reconnect()`.
   * @throws TautlineError `bad-close` for a code other than 1000 and 3000 to 4999, or a reason over 123 bytes
   */
  close(code?: number, reason?: string): void
  /** Dials anew, whatever the status, with the count of attempts at 0. */
  reconnect(): void
}
