import { type Reduce, collect } from '@tautline/core'
import type { SendResult, Snapshot, UrlOption, WebSocketOptions } from '@tautline/core'

/** Options, whatever the messages are. */
export type Options = WebSocketOptions<unknown, unknown, unknown, unknown>

/** `collect()` where nothing is known of the messages. */
export const collected = collect as (options?: { readonly limit?: number }) => Reduce<unknown, unknown>

/** What a component can show of a hook. */
export type Shown = Partial<Snapshot<unknown>>
export type Field = keyof Snapshot<unknown>

/** What a component shows unless a scenario says otherwise: all but the quiet fields `attempt` and `latency`. */
export const QUIET_EXCEPTED: readonly Field[] = [
  'status',
  'data',
  'error',
  'retryAt',
  'waitingFor',
  'lastEventId',
  'closed',
  'queued',
]

export interface MountSettings {
  /** What the component reads while it renders. @default QUIET_EXCEPTED */
  readonly shows?: readonly Field[]
}

/** A component with one `useWebSocket` in it. */
export interface Mounted {
  /** What each render has shown, oldest first. */
  readonly renders: readonly Shown[]
  /** What the last render has shown. */
  readonly shown: Shown
  /** The same component with another URL and other options. */
  rerender(url: UrlOption, options?: Options): void
  unmount(): void
  send(message: unknown): SendResult
  open(): void
  close(code?: number, reason?: string): void
  reconnect(): void
}

/** All that a scenario asks of a framework. */
export interface Driver {
  /** Mounts a component; its effects have run when this returns. Throws what the component throws. */
  mount(url: UrlOption, options: Options, settings: MountSettings): Mounted
  /** The HTML of a component that shows its status, as a server makes it. */
  renderOnServer(url: UrlOption, options: Options): Promise<string>
}
