import type { MaybeRefOrGetter } from 'vue'
import {
  type WithCollect,
  type SendResult,
  type Sendable,
  type UrlOption,
  type WebSocketObserver,
  type WebSocketOptions,
  type WebSocketSnapshot,
  type WireData,
  observeWebSocket,
} from '@tautline/core/web-socket'
import { type Observed, useObserver } from './use-observer.ts'

/** What `useWebSocket` gives back: read-only refs, which can be destructured, and commands. */
export type WebSocketResult<Outgoing, Data> = Observed<WebSocketSnapshot<Data>> & {
  /**
   * Sends a message, or lets it wait until the line is open.
   * @throws TautlineError `encode` for what cannot be sent, and `dropped` with `outbox.overflow: 'reject'`
   */
  readonly send: (message: Outgoing) => SendResult
}

/**
 * A WebSocket that keeps itself up, for as long as the component is mounted or the effect scope runs: reconnects with jitter,
 * queues what is sent too early, shares one socket among all with the same destination, and updates at most once a frame.
 *
 * @param url absolute or relative, http or ws, also as a ref or getter; null, undefined or '' stays idle. A function that takes a
 * parameter or is async runs before every attempt
 * @param options may be a ref or getter, or a reactive object
 * @throws TautlineError `bad-option`
 *
 * @example
 * const { data, status, send } = useWebSocket(() => `/chat/${props.room}`, { codec: json(ChatMessage) })
 */
export function useWebSocket<Incoming = WireData, Outgoing = Sendable, Selected = readonly Incoming[]>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<WithCollect<WebSocketOptions<Incoming, Outgoing, readonly Incoming[], Selected>>>,
): WebSocketResult<Outgoing, Selected>
export function useWebSocket<
  Incoming = WireData,
  Outgoing = Sendable,
  Data = Incoming | undefined,
  Selected = Data,
>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<WebSocketOptions<Incoming, Outgoing, Data, Selected> | undefined>,
): WebSocketResult<Outgoing, Selected>
export function useWebSocket<Incoming, Outgoing, Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<WebSocketOptions<Incoming, Outgoing, Data, Selected> | undefined>,
): WebSocketResult<Outgoing, Selected> {
  type Options = WebSocketOptions<Incoming, Outgoing, Data, Selected>
  type Shown = WebSocketSnapshot<Selected>
  type Observer = WebSocketObserver<Incoming, Outgoing, Data>
  const [{ send }, result] = useObserver<Data, Options, Observer, Shown>(observeWebSocket, url, options)
  return Object.assign(result, { send })
}
