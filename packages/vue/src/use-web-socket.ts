import type { MaybeRefOrGetter } from 'vue'
import {
  type OutgoingOf,
  type Codec,
  type PlainWebSocketOptions,
  type RequireCodec,
  type RequireSocketCodec,
  type RequireReduce,
  type SendOptions,
  type SendResult,
  type Sendable,
  type ResultData,
  type UrlOption,
  type UrlWithoutCodec,
  type WebSocketSnapshot,
  type WireData,
  observeWebSocket,
} from '@tautline/core/web-socket'
import type { ReactiveOptions, WithCodec, WithReduce } from './reactive-options.ts'
import { resolveUrl } from './resolve-url.ts'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useWebSocket`: read-only refs, which can be destructured, and commands. */
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
 * A WebSocket without options, open while the component is mounted or the effect scope is active. `data` is the
 * latest message as it arrives.
 *
 * @example
 * const { data, status, send } = useWebSocket('/chat')
 */
export function useWebSocket<Incoming = WireData>(
  url: UrlWithoutCodec<WireData, Incoming, MaybeRefOrGetter<UrlOption>>,
): WebSocketResult<Sendable, Incoming | undefined>
/**
 * A WebSocket that is open while the component is mounted or the effect scope is active. It reconnects automatically.
 *
 * It queues messages until the connection is open. Hooks with the same URL and identity share one connection.
 * Messages update the refs at most once per frame.
 *
 * @param url absolute or relative, ws, wss, http or https, or a ref or getter of it; without one the hook
 *   stays idle; a function that is async or has a parameter runs before every attempt
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data, status, send } = useWebSocket(() => `/chat/${props.room}`, {
 *   codec: json(ChatMessage),
 *   reduce: collect({ limit: 200 }),
 * })
 */
export function useWebSocket<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
  Selected = ResultData<Data, Incoming>,
>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    ReactiveOptions<PlainWebSocketOptions<Incoming, Outgoing, Data, Selected>> | undefined
  > &
    RequireCodec<
      WireData,
      Incoming,
      RequireReduce<
        Incoming,
        Data,
        WithCodec<Codec<Incoming, Outgoing>, RequireSocketCodec<Incoming, Outgoing>>,
        WithCodec<Codec<Incoming, Outgoing>, RequireSocketCodec<Incoming, Outgoing>, WithReduce>
      >,
      RequireReduce<Incoming, Data, unknown, MaybeRefOrGetter<WithReduce | undefined>>
    >,
): WebSocketResult<Outgoing, Selected>
export function useWebSocket<Incoming, Outgoing, Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<
    ReactiveOptions<PlainWebSocketOptions<Incoming, Outgoing, Data, Selected>> | undefined
  >,
): WebSocketResult<Outgoing, Selected> {
  type Options = PlainWebSocketOptions<Incoming, Outgoing, Data, Selected>
  return useObserver<Data, Options, UrlOption>(observeWebSocket, url, resolveUrl, options) as WebSocketResult<
    Outgoing,
    Selected
  > // the core does not know the types of messages
}
