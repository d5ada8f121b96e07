import { type MaybeRefOrGetter, toRaw, toValue } from 'vue'
import {
  type Codec,
  type ConnectionSnapshot,
  type OutgoingOf,
  type PlainConnectionOptions,
  type RequireCodec,
  type RequireConnectionCodec,
  type RequireReduce,
  type ResultData,
  type SendOptions,
  type SendResult,
  type Sendable,
  type TransportsOption,
  type UrlWithoutCodec,
  type WireData,
  observeConnection,
} from '@tautline/core/connection'
import type { ReactiveOptions, WithCodec, WithReduce } from './reactive-options.ts'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useConnection`: read-only refs, which can be destructured, and commands. */
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
 * A connection over several transports without options, open while the component is mounted or the effect scope is
 * active. `data` is the latest message as it arrives.
 *
 * @example
 * const { data, transport } = useConnection([webSocket('/live'), eventSource('/live')])
 */
export function useConnection<Incoming = WireData>(
  transports: UrlWithoutCodec<WireData, Incoming, MaybeRefOrGetter<TransportsOption>>,
): ConnectionResult<Sendable, Incoming | undefined>
/**
 * A connection over the best transport that works, open while the component is mounted or the effect scope is active.
 *
 * It begins with the first transport. If one does not work in time, the next one is tried beside it, and a better one is
 * tried again from time to time. If messages have IDs and the server can continue after an ID, a change of transport
 * loses and repeats none. While two transports overlap, `status` stays 'open'. A getter may return a new list each
 * time: it does not reconnect. Hooks with the same transports and identity share one connection. Messages update the
 * refs at most once per frame.
 *
 * @param transports the best one first, or a ref or getter of the list; without a list, or while one of them has no
 *   URL, the hook stays idle
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option, an empty list, a value that is no transport, or the same
 *   transport twice
 *
 * @example
 * const { data, transport, send } = useConnection(
 *   () => [
 *     webSocket(`/live/${props.room}`, { frames: jsonFrames({ id: 'seq' }), heartbeat: pings() }),
 *     eventSource(`/live/${props.room}`, { greets: true }),
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
  transports: MaybeRefOrGetter<TransportsOption>,
  options: MaybeRefOrGetter<
    ReactiveOptions<PlainConnectionOptions<Incoming, Outgoing, Data, Selected>> | undefined
  > &
    RequireCodec<
      WireData,
      Incoming,
      RequireReduce<
        Incoming,
        Data,
        WithCodec<Codec<Incoming, Outgoing>, RequireConnectionCodec<Incoming, Outgoing>>,
        WithCodec<Codec<Incoming, Outgoing>, RequireConnectionCodec<Incoming, Outgoing>, WithReduce>
      >,
      RequireReduce<Incoming, Data, unknown, MaybeRefOrGetter<WithReduce | undefined>>
    >,
): ConnectionResult<Outgoing, Selected>
export function useConnection<Incoming, Outgoing, Data, Selected>(
  transports: MaybeRefOrGetter<TransportsOption>,
  options?: MaybeRefOrGetter<
    ReactiveOptions<PlainConnectionOptions<Incoming, Outgoing, Data, Selected>> | undefined
  >,
): ConnectionResult<Outgoing, Selected> {
  type Options = PlainConnectionOptions<Incoming, Outgoing, Data, Selected>
  return useObserver<Data, Options, TransportsOption>(
    observeConnection,
    transports,
    resolveTransports,
    options,
  ) as ConnectionResult<Outgoing, Selected> // the core does not know the types of messages
}

/** Reads the list without proxies: transports are compared by their options. */
function resolveTransports(source: MaybeRefOrGetter<TransportsOption>): TransportsOption {
  const transports = toValue(source)
  return Array.isArray(transports) ? transports.map((transport) => toRaw(transport)) : transports
}
