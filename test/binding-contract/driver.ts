import { type Reduce, collect } from '@tautline/core'
import type {
  Codec,
  CommonOptions as OptionsOfAll,
  SendResult,
  Snapshot,
  UrlOption,
  WebSocketOptions,
} from '@tautline/core'
import type { AnyEventSourceOptions } from '@tautline/core/event-source'
import type { AnyLongPollOptions } from '@tautline/core/long-poll'

/** Options that every hook has, whatever the messages are. */
export interface CommonOptions extends OptionsOfAll<unknown, unknown, unknown> {
  readonly codec?: Codec<unknown, unknown> | undefined
}

/** Options of `useWebSocket`, whatever the messages are. */
export type SocketOptions = WebSocketOptions<unknown, unknown, unknown, unknown>

/** What a request is made of. */
export type HttpOptions = Pick<AnyEventSourceOptions, 'method' | 'headers' | 'body' | 'withCredentials'>

/** Options of `useEventSource`, whatever the events are. */
export type StreamOptions = AnyEventSourceOptions

/** Options of `useLongPoll`, whatever the answers are. */
export type PollOptions = AnyLongPollOptions

/** `collect()` where nothing is known of the messages. */
export const collected = collect as (options?: { readonly limit?: number }) => Reduce<unknown, unknown>

/** What a component can show of a hook. */
export type Shown = Partial<Snapshot<unknown>>
export type Field = keyof Snapshot<unknown>

/** What a component shows unless a scenario says otherwise: all but the quiet fields `attempt`, `latency`, `lastEventId` and `cursor`. */
export const QUIET_EXCEPTED: readonly Field[] = [
  'status',
  'data',
  'error',
  'retryAt',
  'waitingFor',
  'closed',
  'queued',
]

export interface MountSettings {
  /** What the component reads while it renders. @default QUIET_EXCEPTED */
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
