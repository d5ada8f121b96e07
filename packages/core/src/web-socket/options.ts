import type { Codec, Sendable, WireData } from '../shared/codec.ts'
import type { OutboxLimits } from './outbox.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { AttemptContext, MaybePromise } from '../shared/attempt.ts'

/** Subprotocols in order of preference; a function runs before every attempt. */
export type ProtocolsOption =
  | string
  | readonly string[]
  | ((context: AttemptContext) => MaybePromise<string | readonly string[]>)

/** How a WebSocket proves that it lives: a message of the application's, since a page cannot send RFC 6455 pings. */
export interface HeartbeatOptions {
  /** A ping this often, in ms. @default 25000 */
  readonly interval?: number | undefined
  /** The line is replaced when nothing at all comes in for so long after a ping, in ms. @default 10000 */
  readonly timeout?: number | undefined
  /** The ping. @default 'ping' */
  readonly message?: Sendable | (() => Sendable) | undefined
  /** Knows the reply, which no listener sees and from which `latency` is read. @default raw is 'pong' */
  readonly isReply?: ((raw: WireData) => boolean) | undefined
}

/** Options of `createWebSocket` and `useWebSocket`; nothing has to be set. */
export interface WebSocketOptions<
  Incoming = WireData,
  Outgoing = Sendable,
  Data = Incoming | undefined,
  Selected = Data,
> extends CommonOptions<Incoming, Data, Selected> {
  /** What messages are: `text()`, `json(schema?)`, `binary()`, or your own. @default what the platform gives */
  readonly codec?: Codec<Incoming, Outgoing> | undefined
  /** Subprotocols to offer (RFC 6455, section 1.9). @default none */
  readonly protocols?: ProtocolsOption | undefined
  /** As what binary messages come. @default 'arraybuffer', so that messages can be read at once and in order */
  readonly binaryType?: BinaryType | undefined
  /** Off unless given; `\{\}` takes the defaults. */
  readonly heartbeat?: false | HeartbeatOptions | undefined
  /** Bounds of what waits while the line is down. @default \{ messages: 1000, bytes: 1048576, overflow: 'drop-oldest' \} */
  readonly outbox?: Partial<OutboxLimits> | undefined
  /**
   * Above so many bytes of `bufferedAmount` messages wait in the outbox instead; what it has no room for goes past the mark rather than
   * being lost, unless `outbox` is set. @default 1048576
   */
  readonly highWaterMark?: number | undefined
}

/** Whatever the messages are. */
export type AnyWebSocketOptions = WebSocketOptions<unknown, never, unknown, unknown>
