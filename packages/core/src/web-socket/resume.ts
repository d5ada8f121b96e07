import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import type { TransportEvents } from '../connection/transport.ts'
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
    { readonly resume?: Resumable | undefined },
    Pick<ProtocolSession<Received>, 'isReply'>
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
  /** Adds the cursor and the subprotocols to the request of an attempt, and reads the frames of what it receives. */
  prepare(
    connection: ResumedConnection,
    request: WebSocketRequest,
    on: TransportEvents<Received>,
  ): [WebSocketRequest, TransportEvents<WireData>]
}

/** Returns the parts of the option `resume`. Only `resumable()` creates it. */
export function resumeOf(options: { readonly resume?: Resumable | undefined }): ResumableParts | undefined {
  return options.resume as ResumableParts | undefined // validated by its `kind`
}
