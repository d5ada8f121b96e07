import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import type { Transport } from '../connection/transport.ts'
import type { WireData } from '../shared/codec.ts'
import type { Frames } from './frames.ts'
import type { Resumable } from './options.ts'
import type { Received } from './read-message.ts'
import type { WebSocketRequest } from './transport.ts'

/** Compares the IDs of two messages: the option `isNext` of `resumable()`. */
export type IsNext = (id: string, before: string) => boolean

/** The part of a shared connection that resuming needs. */
export type ResumedConnection = Pick<
  SharedConnection<
    Received,
    { readonly resume?: ResumableParts | undefined },
    Pick<ProtocolSession<Received>, 'isReply'> & {
      acks?(): { receive(raw: WireData): boolean } | undefined
    }
  >,
  'identity' | 'primary' | 'environment' | 'interpreter' | 'session' | 'reportError'
> & { readonly subscriberList: { readonly subscribers: { readonly size: number } } }

/** The members of `resumable()`, which are not for applications. */
export interface ResumableParts extends Resumable {
  readonly options: { readonly frames: Frames; readonly isNext?: IsNext | undefined }
  /** What can be compared of it. */
  readonly key: string
  /** What else distinguishes it: functions, which are compared by reference. */
  readonly functions: readonly unknown[]
  /** Creates the transport of an attempt, which adds the cursor and the subprotocols, and reads the frames. */
  createTransport(connection: ResumedConnection): Transport<Received, WebSocketRequest>
}
