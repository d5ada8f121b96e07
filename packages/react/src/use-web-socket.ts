import {
  type OutgoingOf,
  type PlainWebSocketOptions,
  type SendOptions,
  type SendResult,
  type Sendable,
  type ResultData,
  type UrlOption,
  type UrlWithoutCodec,
  type WebSocketOptions,
  type WebSocketSnapshot,
  type WireData,
  observeWebSocket,
} from '@tautline/core/web-socket'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useWebSocket`: the state of the connection, and commands. */
export type WebSocketResult<Outgoing, Data> = Observed<WebSocketSnapshot<Data>> & {
  /**
   * Sends a message. While the connection is not open, the message waits in the outbox.
   *
   * @throws TautlineError `encode` if the message cannot be encoded; `dropped` if the outbox is full and
   *   `outbox.overflow` is 'reject'; `provider` if `acks.key` returns no key, or that of an unconfirmed message
   */
  readonly send: (message: Outgoing, options?: SendOptions) => SendResult
}

/**
 * A WebSocket without options, open while the component is mounted. `data` is the latest message as it arrives.
 *
 * @example
 * const { data, status, send } = useWebSocket('/chat')
 */
export function useWebSocket<Incoming = WireData>(
  url: UrlWithoutCodec<WireData, Incoming, UrlOption>,
): WebSocketResult<Sendable, Incoming | undefined>
/**
 * A WebSocket that is open while the component is mounted, and reconnects automatically.
 *
 * It queues messages until the connection is open. Components with the same URL and identity share one connection.
 * Messages render a component at most once per frame.
 *
 * @param url absolute or relative, ws, wss, http or https; without one the hook stays idle; a function runs
 *   before every attempt
 * @throws TautlineError `bad-option` for an invalid option, during the render
 *
 * @example
 * const { data, status, send } = useWebSocket('/chat', { codec: json(ChatMessage), reduce: collect({ limit: 200 }) })
 */
export function useWebSocket<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
  Selected = ResultData<Data, Incoming>,
>(
  url: UrlOption,
  options: WebSocketOptions<Incoming, Outgoing, Data, Selected> | undefined,
): WebSocketResult<Outgoing, Selected>
export function useWebSocket<Incoming, Outgoing, Data, Selected>(
  url: UrlOption,
  options?: PlainWebSocketOptions<Incoming, Outgoing, Data, Selected>,
): WebSocketResult<Outgoing, Selected> {
  type Options = PlainWebSocketOptions<Incoming, Outgoing, Data, Selected>
  return useObserver<Data, Options>(observeWebSocket, url, options) as WebSocketResult<Outgoing, Selected> // the core does not know the types of messages
}
