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
import type {
  ConnectionSnapshot,
  PlainConnectionOptions,
  TransportsOption,
  WebSocketTransportOptions,
} from '@tautline/core/connection'
import type { AnyEventSourceOptions } from '@tautline/core/event-source'
import type { AnyFetchOptions, FetchCommands, FetchDefaults, FetchSnapshot } from '@tautline/core/fetch'
import type { AnyLongPollOptions } from '@tautline/core/long-poll'

/** Options of every hook, for any type of message. */
export interface CommonOptions extends OptionsOfAll<unknown, unknown> {
  readonly codec?: Codec<unknown, unknown> | undefined
}

/** Options of `useWebSocket`, for any type of message. */
export type SocketOptions = WebSocketOptions<unknown, unknown, unknown, unknown>

/** Options of `useConnection`, for any type of message. */
export interface ConnectionOptions
  extends PlainConnectionOptions<unknown, unknown, unknown, unknown>, WebSocketTransportOptions {
  /** @default a WebSocket to the URL of the component, with the options of `webSocket()` that are given here */
  readonly transports?: TransportsOption
}

/** Options of the request. */
export type HttpOptions = Pick<AnyEventSourceOptions, 'method' | 'headers' | 'body' | 'credentials'>

/** Options of `useEventSource`, for any type of event. */
export type StreamOptions = AnyEventSourceOptions

/** Options of `useLongPoll`, for any type of response. */
export type PollOptions = AnyLongPollOptions

/** `collect()` for unknown messages. */
export const collected = collect as (options?: { readonly limit?: number }) => Reducer<unknown, unknown>

type AnySnapshot = WebSocketSnapshot<unknown> &
  EventSourceSnapshot<unknown> &
  LongPollSnapshot<unknown> &
  ConnectionSnapshot<unknown>

/** Fields of a hook that a component can show. */
export type Shown = Partial<AnySnapshot>
export type Field = keyof AnySnapshot

/** The fields that a component shows by default: all but the tracked ones, such as `attempt`. */
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
  /** The fields that the component reads while it renders. @default DEFAULT_FIELDS */
  readonly shows?: readonly Field[]
}

/** A mounted component with one hook. */
export interface Mounted<Options> {
  /** The fields of each render, oldest first. */
  readonly renders: readonly Shown[]
  /** The fields of the last render. */
  readonly shown: Shown
  /** Renders the component with another URL and other options. */
  rerender(url: UrlOption, options?: Options): void
  unmount(): void
  open(): void
  close(code?: number, reason?: string): void
  reconnect(): void
}

/** A component in the HTML of a server, hydrated in the page. */
export interface Hydrated<Fields> {
  /** The fields of each render in the page, oldest first. */
  readonly renders: readonly Fields[]
  /** The text in the document. */
  readonly text: string
  /** Whether the page still uses the node of the server, and the framework found no mismatch. */
  readonly isReused: boolean
  unmount(): void
}

/** What a scenario needs from a framework, for one hook. `Own` are the commands of this hook alone. */
export interface Driver<Options, Own = unknown> {
  /** Mounts a component and runs its effects. Throws what the component throws. */
  mount(url: UrlOption, options: Options, settings: MountSettings): Mounted<Options> & Own
  /** Returns the HTML of a component that shows its status, rendered on a server. */
  renderOnServer(url: UrlOption, options: Options): Promise<string>
  /** Hydrates what `renderOnServer` returned. */
  hydrate(html: string, url: UrlOption, options: Options): Hydrated<Shown>
}

/** The commands of `useWebSocket` and `useConnection` alone. */
export interface Sending {
  send(message: unknown): SendResult
}

export type SocketDriver = Driver<SocketOptions, Sending>
export type ConnectionDriver = Driver<ConnectionOptions, Sending>
export type StreamDriver = Driver<StreamOptions>
export type PollDriver = Driver<PollOptions>

/** Fields of `useFetch` that a component can show. */
export type FetchShown = Partial<FetchSnapshot<unknown>>
export type FetchField = keyof FetchSnapshot<unknown>

/** The fields that a component with `useFetch` shows by default: all but the tracked ones. */
export const DEFAULT_FETCH_FIELDS: readonly FetchField[] = ['status', 'data', 'error']

/** The fields that a hydrated component with `useFetch` shows. */
export const HYDRATED_FETCH_FIELDS: readonly FetchField[] = [
  ...DEFAULT_FETCH_FIELDS,
  'isFetching',
  'response',
]

export interface FetchMountSettings {
  /** The fields that the component reads while it renders. @default DEFAULT_FETCH_FIELDS */
  readonly shows?: readonly FetchField[]
  /** The defaults of a provider around the component. @default none */
  readonly defaults?: ProviderDefaults
}

/** The options of a provider. */
export interface ProviderDefaults extends Omit<
  OptionsOfAll<never, never>,
  'reduce' | 'initialData' | 'select' | 'onMessage'
> {
  readonly fetch?: FetchDefaults | undefined
}

/** A mounted component with `useFetch`. */
export interface MountedFetch extends FetchCommands<unknown, unknown> {
  /** The fields of each render, oldest first. */
  readonly renders: readonly FetchShown[]
  /** The fields of the last render. */
  readonly shown: FetchShown
  /** Reads a field of the result outside a render, as a handler may. */
  read(field: FetchField): unknown
  /** The commands of the last render. */
  readonly commands: FetchCommands<unknown, unknown>
  /** Renders the component with another URL and other options. */
  rerender(url: UrlOption, options?: AnyFetchOptions): void
  unmount(): void
}

/** What a scenario needs from a framework for `useFetch`. */
export interface FetchDriver {
  /** Mounts a component and runs its effects. Throws what the component throws. */
  mount(url: UrlOption, options: AnyFetchOptions, settings: FetchMountSettings): MountedFetch
  /** Returns the HTML of a component that shows status and data, rendered on a server. */
  renderOnServer(url: UrlOption, options: AnyFetchOptions): Promise<string>
  /** Hydrates what `renderOnServer` returned. */
  hydrate(html: string, url: UrlOption, options: AnyFetchOptions): Hydrated<FetchShown>
}
