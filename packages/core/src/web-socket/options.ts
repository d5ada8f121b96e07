import type { Heartbeat } from '../connection/heartbeat.ts'
import type { Codec, RequireCodec, Sendable, WireData } from '../shared/codec.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import type { Acks } from './acks.ts'
import type { OutboxLimits } from './outbox.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { AttemptContext, MaybePromise } from '../shared/attempt.ts'
import type { ConfirmedEvent } from '../shared/hook-events.ts'

/** Subprotocols in order of preference, or a function that returns them. A function runs before every attempt. */
export type ProtocolsOption =
  | string
  | readonly string[]
  | ((context: AttemptContext) => MaybePromise<string | readonly string[]>)

/** The first message of each connection, such as credentials. */
export interface HandshakeOptions {
  /**
   * Sent before anything else, as it is, without the codec. A function runs before every attempt. Part of the identity.
   */
  readonly message: Sendable | ((context: AttemptContext) => MaybePromise<Sendable>)
  /**
   * Returns whether a received message, before decoding, says that the connection is ready. Until then the status is
   * `connecting`, and messages are not delivered, that one included. @default ready at once
   */
  readonly isReady?: ((raw: WireData) => boolean) | undefined
}

/** How a WebSocket resumes. Created by `resumable()`. */
export interface Resumable {
  readonly kind: 'resumable'
}

/** What can be sent if the type of messages is given: the same type, and without a codec what the platform sends. */
export type OutgoingOf<Incoming> = [WireData] extends [Incoming] ? Sendable : Incoming

/** The options of `createWebSocket` and `useWebSocket`. All are optional, but decoded messages need a `codec`. */
export type WebSocketOptions<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
  Selected = ResultData<Data, Incoming>,
> = PlainWebSocketOptions<Incoming, Outgoing, Data, Selected> &
  RequireSocketCodec<Incoming, Outgoing> &
  RequireReduce<Incoming, Data>

/** Requires the option `codec` for decoded messages. */
export type RequireSocketCodec<Incoming, Outgoing> = RequireCodec<
  WireData,
  Incoming,
  { readonly codec: Codec<Incoming, Outgoing> }
>

/** The options of a WebSocket, where `codec` may be missing. */
export interface PlainWebSocketOptions<Incoming, Outgoing, Data, Selected> extends CommonOptions<
  Incoming,
  Data,
  Selected,
  NoInfer<Incoming>
> {
  /**
   * Decodes and encodes messages: `text()`, `json(schema?)`, `binary()`, or your own. @default messages stay unchanged
   */
  readonly codec?: Codec<Incoming, Outgoing> | undefined
  /** The subprotocols to offer (RFC 6455, section 1.9). @default none */
  readonly protocols?: ProtocolsOption | undefined
  /**
   * Sends a first message, such as credentials, before the queued ones, and waits until the server is ready.
   * `timeout.connect` applies to the connection and the handshake together. @default none
   */
  readonly handshake?: HandshakeOptions | undefined
  /**
   * Resumes after the last delivered message: `resumable()`. The server has to support it. Part of the identity.
   * @default what is sent while the connection is down is missed
   */
  readonly resume?: Resumable | undefined
  /**
   * The cursor of the first attempt, such as the ID of the last message that the page was rendered with. Only with
   * `resume`. @default none: the server decides
   */
  readonly initialCursor?: string | undefined
  /** The type of received binary messages. With 'blob' they can only be read asynchronously. @default 'arraybuffer' */
  readonly binaryType?: BinaryType | undefined
  /**
   * Replaces a connection that is dead: `pings()` if the server replies to pings, `silence()` if it sends pings itself.
   * @default false
   */
  readonly heartbeat?: false | Heartbeat | undefined
  /**
   * The limits of the queue of unsent messages. With `acks`, unconfirmed messages count too.
   * @default \{ messages: 1000, bytes: 1048576, overflow: 'drop-oldest' \}
   */
  readonly outbox?: Partial<OutboxLimits> | undefined
  /**
   * The limit of `bufferedAmount`, in bytes. While it is higher, messages wait in the outbox. If the outbox is full,
   * they are sent anyway, unless `outbox` is set. @default 1048576
   */
  readonly highWaterMark?: number | undefined
  /**
   * `acknowledged()`: the server confirms messages, and those that it has not confirmed are sent again after a lost
   * connection. Belongs to the connection, as `outbox` does. A message with `queue: false` is neither tracked nor sent
   * again. @default none: whether a sent message arrives is unknown
   */
  readonly acks?: Acks<NoInfer<Outgoing>> | undefined
  /** Called for each message that the server has confirmed, of all components that share the connection. */
  readonly onConfirmed?: ((event: ConfirmedEvent<NoInfer<Outgoing>>) => void) | undefined
}
