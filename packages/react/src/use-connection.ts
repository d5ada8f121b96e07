import {
  type ConnectionOptions,
  type ConnectionSnapshot,
  type OutgoingOf,
  type PlainConnectionOptions,
  type ResultData,
  type SendOptions,
  type SendResult,
  type Sendable,
  type TransportsOption,
  type UrlWithoutCodec,
  type WireData,
  observeConnection,
} from '@tautline/core/connection'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useConnection`: the state of the connection, and commands. */
export type ConnectionResult<Outgoing, Data> = Observed<ConnectionSnapshot<Data>> & {
  /**
   * Sends a message over the active transport. While none can send, the message waits in the outbox.
   *
   * @throws TautlineError `encode` if the message cannot be encoded; `dropped` if the outbox is full and
   *   `outbox.overflow` is 'reject'
   */
  readonly send: (message: Outgoing, options?: SendOptions) => SendResult
}

/**
 * A connection over several transports without options, open while the component is mounted. `data` is the latest
 * message as it arrives.
 *
 * @example
 * const { data, transport } = useConnection([webSocket('/live'), eventSource('/live')])
 */
export function useConnection<Incoming = WireData>(
  transports: UrlWithoutCodec<WireData, Incoming, TransportsOption>,
): ConnectionResult<Sendable, Incoming | undefined>
/**
 * A connection over the best transport that works, open while the component is mounted.
 *
 * It begins with the first transport. If one does not work in time, the next one is tried beside it, and a better one is
 * tried again from time to time. If messages have IDs and the server can continue after an ID, a change of transport
 * loses and repeats none. While two transports overlap, `status` stays 'open'. A list that is created anew in each
 * render does not reconnect. Components with the same transports and identity share one connection. Messages render a
 * component at most once per frame.
 *
 * @param transports the best one first; without a list, or while one of them has no URL, the hook stays idle
 * @throws TautlineError `bad-option` for an invalid option, an empty list, a value that is no transport, or the same
 *   transport twice, during the render
 *
 * @example
 * const { data, transport, send } = useConnection(
 *   [
 *     webSocket('/live', { frames: jsonFrames({ id: 'seq' }), heartbeat: pings() }),
 *     eventSource('/live', { greets: true }),
 *     longPoll('/live', { messages: (body) => body.items, cursor: query('after', (body) => body.next), id: (item) => item.seq }),
 *   ],
 *   { codec: json(Item), reduce: collect({ limit: 200 }) },
 * )
 */
export function useConnection<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
  Selected = ResultData<Data, Incoming>,
>(
  transports: TransportsOption,
  options: ConnectionOptions<Incoming, Outgoing, Data, Selected> | undefined,
): ConnectionResult<Outgoing, Selected>
export function useConnection<Incoming, Outgoing, Data, Selected>(
  transports: TransportsOption,
  options?: PlainConnectionOptions<Incoming, Outgoing, Data, Selected>,
): ConnectionResult<Outgoing, Selected> {
  type Options = PlainConnectionOptions<Incoming, Outgoing, Data, Selected>
  return useObserver<Data, Options, TransportsOption>(
    observeConnection,
    transports,
    options,
  ) as ConnectionResult<Outgoing, Selected> // the core does not know the types of messages
}
