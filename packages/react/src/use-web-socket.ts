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

/** What `useWebSocket` gives back. */
export type WebSocketResult<Outgoing, Data> = Observed<WebSocketSnapshot<Data>> & {
  /**
   * Sends a message, or lets it wait until the line is open.
   * @throws TautlineError `encode` for what cannot be sent, and `dropped` with `outbox.overflow: 'reject'`
   */
  readonly send: (message: Outgoing) => SendResult
}

/**
 * A WebSocket that keeps itself up, for as long as the component is mounted: reconnects with jitter, queues what is sent too
 * early, shares one socket among all components with the same destination, and renders at most once a frame.
 *
 * @param url absolute or relative, http or ws; null, undefined or '' stays idle; a function runs before every attempt
 * @throws TautlineError `bad-option`, while rendering
 *
 * @example
 * const { data, status, send } = useWebSocket('/chat', { codec: json(ChatMessage), reduce: collect({ limit: 200 }) })
 */
export function useWebSocket<Incoming = WireData, Outgoing = Sendable, Selected = readonly Incoming[]>(
  url: UrlOption,
  options: WithCollect<WebSocketOptions<Incoming, Outgoing, readonly Incoming[], Selected>>,
): WebSocketResult<Outgoing, Selected>
export function useWebSocket<
  Incoming = WireData,
  Outgoing = Sendable,
  Data = Incoming | undefined,
  Selected = Data,
>(
  url: UrlOption,
  options?: WebSocketOptions<Incoming, Outgoing, Data, Selected>,
): WebSocketResult<Outgoing, Selected>
export function useWebSocket<Incoming, Outgoing, Data, Selected>(
  url: UrlOption,
  options?: WebSocketOptions<Incoming, Outgoing, Data, Selected>,
): WebSocketResult<Outgoing, Selected> {
  type Options = WebSocketOptions<Incoming, Outgoing, Data, Selected>
  type Shown = WebSocketSnapshot<Selected>
  type Observer = WebSocketObserver<Incoming, Outgoing, Data>
  const [{ send }, result] = useObserver<Data, Options, Observer, Shown>(observeWebSocket, url, options)
  return Object.assign(result, { send })
}
