import type { Delay } from './backoff.ts'
import type { Environment } from './environment.ts'
import type { CloseDetail } from './errors.ts'
import type { MessageInfo, Reduce } from './fold.ts'
import type { Closed, State, Status, WaitingFor } from './lifecycle-types.ts'
import type { OpenInfo } from './transport.ts'

/** A value, or the promise of one. */
export type MaybePromise<Value> = Value | Promise<Value>

/** What a URL, header, body or protocol function is told before each attempt. */
export interface AttemptContext {
  /** Retries so far: 0 for the first attempt. */
  readonly attempt: number
  /** Why the last attempt ended; undefined for the first. */
  readonly previous: Error | undefined
  /** Aborted when the attempt is given up, by `timeout.connect` or by `close()`. */
  readonly signal: AbortSignal
  /** Where a stream of server-sent events goes on from; undefined where there is no such thing yet. */
  readonly lastEventId: string | undefined
  /** Where a poll goes on from: the same by its general name. */
  readonly cursor: string | undefined
}

/** Where to connect: relative or absolute, http (or ws, for a WebSocket). Null, undefined and '' mean: stay idle. A function runs before every attempt. */
export type UrlOption =
  | string
  | URL
  | null
  | undefined
  | ((context: AttemptContext) => MaybePromise<string | URL>)

/** Whether and when to try again. */
export interface RetryOptions {
  /** So many retries in a row; then `closed` by `exhausted`. @default Infinity */
  readonly limit?: number | undefined
  /** The wait before each, in ms. @default quickThenSpread() */
  readonly delay?: Delay | undefined
  /** The last word on whether an error is worth a retry; `retryable` is what the table in the docs says. */
  readonly when?: ((error: Error | undefined, retryable: boolean) => boolean) | undefined
}

/** What every hook takes; all of it is optional. */
export interface CommonOptions<Incoming, Data, Selected = Data> {
  /** False: stay idle, until `open()`. @default true */
  readonly enabled?: boolean | undefined
  /** The fold that makes `data`. @default latest() */
  readonly reduce?: Reduce<Incoming, Data> | undefined
  /** What `data` is before the first message, and again when the destination has changed. */
  readonly initialData?: Data | undefined
  /** The part of `data` that this hook shows; a change outside it renders nothing. */
  readonly select?: ((data: Data) => Selected) | undefined
  /** When and whether to try again; false: never. @default unlimited, one quick try, then spread */
  readonly retry?: false | RetryOptions | undefined
  /** `connect`: how long one attempt may take, in ms. @default 10000 */
  readonly timeout?: { readonly connect?: number | undefined } | undefined
  /** What holds attempts back: a hidden page (the line closes too), a network that is gone. @default \{ hidden: false, offline: true \} */
  readonly pause?:
    | { readonly hidden?: boolean | undefined; readonly offline?: boolean | undefined }
    | undefined
  /** False: a connection of one's own. Otherwise all with the same identity share one. @default true */
  readonly share?: boolean | undefined
  /**
   * Part of the identity, added to the `providerKey`: different keys never share. Give one for each user, since a page cannot see cookies. With a `key` of the
   * hook's own (not the provider's) functions are not compared, so that different function objects share; with a URL function it must name the URL. On a
   * server two hooks share a connection only if they have a `key`, their own or the provider's, and the rest of the identity is equal. @default none
   */
  readonly key?: string | undefined
  /**
   * The `key` of a provider above: part of the identity of every hook below it, beside a hook's own `key`. It tells users apart and, unlike `key`, does not
   * bring different functions together. Set by `TautlineProvider` and `app.use(tautline)`.
   */
  readonly providerKey?: string | undefined
  /** How long the connection outlives its last component, in ms, so that navigation does not flap. @default 1000 */
  readonly linger?: number | undefined
  /** When a change of `data` is announced; the state itself is always current. @default 'frame' */
  readonly notify?: 'frame' | 'microtask' | 'sync' | undefined
  readonly onOpen?: ((event: OpenInfo) => void) | undefined
  readonly onMessage?: ((message: Incoming, info: MessageInfo) => void) | undefined
  readonly onClose?: ((event: ClosedEvent) => void) | undefined
  readonly onError?: ((error: Error) => void) | undefined
  readonly onRetry?: ((event: RetryEvent) => void) | undefined
  readonly onGiveUp?: ((event: GiveUpEvent) => void) | undefined
  /** Clock, chance, page and platform; read once, when the hook is created. @default the platform's */
  readonly environment?: Partial<Environment> | undefined
}

/** A line that was open is not any more. */
export interface ClosedEvent extends CloseDetail {
  /** Why; undefined when it was closed from this side. */
  readonly error: Error | undefined
}

/** Another attempt is due. */
export interface RetryEvent {
  /** The number of the retry, from 1. */
  readonly attempt: number
  /** When it is due, in ms since the epoch. */
  readonly retryAt: number
  readonly error: Error | undefined
}

/** No attempt is left. */
export interface GiveUpEvent {
  /** How many retries were made. */
  readonly attempts: number
  readonly error: Error | undefined
}

/** One step of the machine, for timelines and logs. */
export interface TransitionEvent {
  readonly from: State
  readonly to: State
  /** The type of the event that caused it. */
  readonly cause: string
}

/** What can be listened to with `on`: every occurrence, none merged and none dropped. */
export interface Occurrences<Incoming> {
  readonly open: OpenInfo
  readonly message: Incoming
  readonly close: ClosedEvent
  readonly error: Error
  readonly retry: RetryEvent
  readonly giveup: GiveUpEvent
  readonly transition: TransitionEvent
}

interface SnapshotFields<Data> {
  readonly data: Data
  /** What keeps the line from being open, or ended it; undefined while all is well. */
  readonly error: Error | undefined
  /** Retries since the connection was last useful; 0 on a good day. */
  readonly attempt: number
  /** When the next attempt is due, in ms since the epoch; only in `backoff`. */
  readonly retryAt: number | undefined
  /** What a `backoff` waits for. */
  readonly waitingFor: WaitingFor | undefined
  /** The round trip of the last answered ping, in ms. */
  readonly latency: number | undefined
  /** The last event ID of a stream of server-sent events, to resume from. */
  readonly lastEventId: string | undefined
  /** Where to go on from, where the protocol has such a thing: the same by its general name. */
  readonly cursor: string | undefined
  /** Why it is closed for good; only in `closed`. */
  readonly closed: Closed | undefined
  /** How many messages wait to be sent. */
  readonly queued: number
}

/** The state of a connection as one hook sees it: frozen, and the same object until something has changed. */
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
export interface Observer<Incoming, Data> {
  /** Subscription is ownership: the first one opens; after the last one the line lingers, then closes. */
  subscribe(listener: () => void): () => void
  getSnapshot(): Snapshot<Data>
  /** The first snapshot, which a server renders and the first client render repeats. */
  getServerSnapshot(): Snapshot<Data>
  /** Listens to every occurrence; does not open anything. */
  on<Type extends keyof Occurrences<Incoming>>(
    type: Type,
    listener: (
      event: Occurrences<Incoming>[Type],
      ...info: Type extends 'message' ? [MessageInfo] : []
    ) => void,
  ): () => void
  /**
   * What a render shows that has other arguments than the last `setOptions`, where these are another connection's: nothing of the old one. Undefined: they
   * are not.
   */
  preview(url: UrlOption, options: object): Snapshot<Data> | undefined
  /** Says that a quiet field is shown, so that a change of it alone is announced from now on. */
  watch(field: 'attempt' | 'latency' | 'lastEventId' | 'cursor'): void
  open(): void
  /**
   * Closes the line for everybody who shares it, for good: until `open()` or `reconnect()`.
   * @throws TautlineError `bad-close` for a code other than 1000 and 3000 to 4999, or a reason over 123 bytes
   */
  close(code?: number, reason?: string): void
  /** Dials anew, whatever the status, with the count of attempts at 0. */
  reconnect(): void
}
