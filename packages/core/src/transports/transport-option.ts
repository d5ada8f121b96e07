import type { AttemptHost } from '../connection/attempt-host.ts'
import type { PrimaryOptions, ProtocolSession } from '../connection/protocol.ts'
import type { TransportHandle } from '../connection/transport.ts'
import type { Policy } from '../machine/connection-state.ts'
import type { HeartbeatPolicy } from '../machine/liveness.ts'
import type { TransportProof } from '../machine/fallback-state.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { WireData } from '../shared/codec.ts'
import type { TautlineError } from '../shared/errors.ts'
import type { IdentitySource } from '../shared/identity.ts'

/** One transport of a connection. Created by `webSocket()`, `eventSource()`, `longPoll()` or `shortPoll()`. */
export interface TransportOption {
  /** What `transport` and the event `transport` show. */
  readonly name: string
  /** Whether messages can be sent over it. */
  readonly isDuplex: boolean
  /**
   * What shows that the transport works: that it has opened, that a byte has arrived, or that the server has replied.
   * Until then the connection is not `open`, and after `fallbackAfter` the next transport is tried beside it.
   */
  readonly proof: TransportProof
}

/** One message, whichever transport has brought it. */
export interface TransportMessage {
  /** What the codec decodes: as it arrived, or with `isValue` a value that was a part of a decoded body. */
  readonly data: unknown
  /** The ID of the message. Undefined: it moves no cursor, and cannot be recognized if it arrives twice. */
  readonly id?: string | undefined
  readonly isValue?: boolean
  /** As it arrived, if its frame was read. Acknowledgements are recognized in it. @default `data` */
  readonly raw?: WireData
  /** Why it could not be read. It is reported unless the message is an acknowledgement. */
  readonly error?: TautlineError | undefined
  readonly event?: string
  readonly headers?: Headers
}

/** Reported by a transport in place of the reply to a ping. It is not delivered. */
export const REPLY: TransportMessage = { data: undefined }

/** What a transport needs of its connection. There is one host for each transport of a shared connection. */
export interface TransportHost<Options = AnyTransportOptions> extends AttemptHost<Options> {
  /** Set once it was created. */
  session: TransportSession | undefined
  /** Whether the connection has no other transport. */
  readonly isAlone: boolean
}

/** The state of one transport for one shared connection. */
export interface TransportSession extends Pick<
  ProtocolSession<TransportMessage>,
  'prepareAttempt' | 'probe' | 'isHeld' | 'onPolicyChanged' | 'unanswered'
> {
  ping?(handle: TransportHandle): void
  /** For polls: waits while all subscribers are slow `for await` loops. */
  untilRead?(signal: AbortSignal): Promise<void> | undefined
}

/** The options that every transport may have. */
export interface AnyTransportOptions {
  readonly heartbeat?: false | HeartbeatPolicy | undefined
}

/** What has a part in the identity of a connection. */
export interface Identified<Options = never> {
  readonly name: string
  readonly url: UrlOption
  readonly options: object
  /** How its part of the identity is computed, so that an inline list does not reconnect in every render. */
  readonly source: IdentitySource<Options>
}

/** A transport as the connection uses it. */
export interface RunnableTransport<Options extends AnyTransportOptions = AnyTransportOptions>
  extends TransportOption, PrimaryOptions<Options>, Identified<Options> {
  readonly url: UrlOption
  readonly options: Options
  /** What the connection machine does differently while this transport is active. */
  readonly policy?: Partial<Pick<Policy, 'stableAfterMs' | 'isProbed'>>
  createSession(host: TransportHost<Options>): TransportSession
}

/** Types a transport as what everyone sees of it. */
export const toTransportOption = <Options extends AnyTransportOptions>(
  transport: RunnableTransport<Options>,
): TransportOption => transport

/** Returns whether a value is a transport. */
export const isTransport = (value: unknown): value is RunnableTransport =>
  typeof Object(value).createSession === 'function'
