import type { MaybeRefOrGetter } from 'vue'
import {
  type WithCollect,
  type SendOptions,
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

/** The result of `useWebSocket`: read-only refs, which can be destructured, and commands. */
export type WebSocketResult<Outgoing, Data> = Observed<WebSocketSnapshot<Data>> & {
  /**
   * Sends a message. While the connection is not open, the message waits in the outbox.
   *
   * @throws TautlineError `encode` if the message cannot be encoded; `dropped` if the outbox is full and
   *   `outbox.overflow` is 'reject'
   */
  readonly send: (message: Outgoing, options?: SendOptions) => SendResult
}

/**
 * A WebSocket that is open while the component is mounted or the effect scope is active. It reconnects automatically.
 *
 * It queues messages until the connection is open. Hooks with the same URL and identity share one connection.
 * Messages update the refs at most once per frame.
 *
 * @param url absolute or relative, ws, wss, http or https, or a ref or getter of it; null, undefined or '' keeps the
 *   hook idle; a function that is async or has a parameter runs before every attempt
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data, status, send } = useWebSocket(() => `/chat/${props.room}`, {
 *   codec: json(ChatMessage),
 *   reduce: collect({ limit: 200 }),
 * })
 */
export function useWebSocket<Incoming = WireData, Outgoing = Sendable, Selected = readonly Incoming[]>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<WithCollect<WebSocketOptions<Incoming, Outgoing, readonly Incoming[], Selected>>>,
): WebSocketResult<Outgoing, Selected>
/**
 * A WebSocket that is open while the component is mounted or the effect scope is active. `data` is the latest message,
 * or the result of `reduce`.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data: price, status } = useWebSocket('/prices', { codec: json(Price) })
 */
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
