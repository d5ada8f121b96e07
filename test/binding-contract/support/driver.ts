import { type Reducer, collect } from '@tautline/core'
import type {
  Codec,
  CommonOptions as OptionsOfAll,
  EventSourceSnapshot,
  LongPollSnapshot,
  SendResult,
  UrlOption,
  WebSocketOptions,
  WebSocketSnapshot,
} from '@tautline/core'
import type { AnyEventSourceOptions } from '@tautline/core/event-source'
import type { AnyFetchOptions, FetchCommands, FetchSnapshot } from '@tautline/core/fetch'
import type { AnyLongPollOptions } from '@tautline/core/long-poll'

/** Options that every hook has, whatever the messages are. */
export interface CommonOptions extends OptionsOfAll<unknown, unknown, unknown> {
  readonly codec?: Codec<unknown, unknown> | undefined
}

/** Options of `useWebSocket`, whatever the messages are. */
export type SocketOptions = WebSocketOptions<unknown, unknown, unknown, unknown>

/** What a request is made of. */
export type HttpOptions = Pick<AnyEventSourceOptions, 'method' | 'headers' | 'body' | 'credentials'>

/** Options of `useEventSource`, whatever the events are. */
export type StreamOptions = AnyEventSourceOptions

/** Options of `useLongPoll`, whatever the responses are. */
export type PollOptions = AnyLongPollOptions

/** `collect()` where nothing is known of the messages. */
export const collected = collect as (options?: { readonly limit?: number }) => Reducer<unknown, unknown>

type AnySnapshot = WebSocketSnapshot<unknown> & EventSourceSnapshot<unknown> & LongPollSnapshot<unknown>

/** What a component can show of a hook. */
export type Shown = Partial<AnySnapshot>
export type Field = keyof AnySnapshot

/** What a component shows unless a scenario says otherwise: all but the quiet fields `attempt`, `latency`, `lastEventId` and `cursor`. */
export const DEFAULT_FIELDS: readonly Field[] = [
  'status',
  'data',
  'error',
  'retryAt',
  'waitingFor',
  'closed',
  'queued',
]

export interface MountSettings {
  /** What the component reads while it renders. @default DEFAULT_FIELDS */
  readonly shows?: readonly Field[]
}

/** A component with one hook in it. */
export interface Mounted<Options> {
  /** What each render has shown, oldest first. */
  readonly renders: readonly Shown[]
  /** What the last render has shown. */
  readonly shown: Shown
  /** The same component with another URL and other options. */
  rerender(url: UrlOption, options?: Options): void
  unmount(): void
  open(): void
  close(code?: number, reason?: string): void
  reconnect(): void
}

/** All that a scenario asks of a framework, for one hook. `Own` are the commands that this hook alone has. */
export interface Driver<Options, Own = unknown> {
  /** Mounts a component; its effects have run when this returns. Throws what the component throws. */
  mount(url: UrlOption, options: Options, settings: MountSettings): Mounted<Options> & Own
  /** The HTML of a component that shows its status, as a server makes it. */
  renderOnServer(url: UrlOption, options: Options): Promise<string>
}

/** What `useWebSocket` alone can do. */
export interface Sending {
  send(message: unknown): SendResult
}

export type SocketDriver = Driver<SocketOptions, Sending>
export type StreamDriver = Driver<StreamOptions>
export type PollDriver = Driver<PollOptions>

/** What a component can show of a request. */
export type FetchShown = Partial<FetchSnapshot<unknown>>
export type FetchField = keyof FetchSnapshot<unknown>

/** What a component shows of a request unless a scenario says otherwise: all but the quiet fields. */
export const DEFAULT_FETCH_FIELDS: readonly FetchField[] = ['status', 'data', 'error']

export interface FetchMountSettings {
  /** What the component reads while it renders. @default DEFAULT_FETCH_FIELDS */
  readonly shows?: readonly FetchField[]
}

/** A component with `useFetch` in it. */
export interface MountedFetch extends FetchCommands<unknown, unknown> {
  /** What each render has shown, oldest first. */
  readonly renders: readonly FetchShown[]
  /** What the last render has shown. */
  readonly shown: FetchShown
  /** What the hook's result says of a field where it is read outside a render, as a handler may. */
  read(field: FetchField): unknown
  /** The commands, as the last render had them. */
  readonly commands: FetchCommands<unknown, unknown>
  /** The same component with another URL and other options. */
  rerender(url: UrlOption, options?: AnyFetchOptions): void
  unmount(): void
}

/** All that a scenario asks of a framework for `useFetch`, which opens no connection and has commands of its own. */
export interface FetchDriver {
  /** Mounts a component; its effects have run when this returns. Throws what the component throws. */
  mount(url: UrlOption, options: AnyFetchOptions, settings: FetchMountSettings): MountedFetch
  /** The HTML of a component that shows status and data, as a server makes it. */
  renderOnServer(url: UrlOption, options: AnyFetchOptions): Promise<string>
}
