import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import type { Sender } from '../web-socket/session.ts'
import type { AnyConnectionOptions } from './options.ts'
import type { RunnableTransport, TransportMessage } from './transport-option.ts'

/** The session of a shared connection over several transports. */
export interface ConnectionSession
  extends ProtocolSession<TransportMessage>, Pick<Sender, 'send' | 'countQueued' | 'acks'> {
  /** The active transport while the connection is open. */
  readonly active: RunnableTransport | undefined
  /** What the snapshot shows. */
  readonly shownName: string | undefined
}

/** A shared connection over several transports. */
export type MultiConnection = SharedConnection<TransportMessage, AnyConnectionOptions, ConnectionSession>
