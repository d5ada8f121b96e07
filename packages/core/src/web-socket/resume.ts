import type { SharedConnection } from '../connection/protocol.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { WireData } from '../shared/codec.ts'
import type { Resumable } from './options.ts'
import type { Received } from './read-message.ts'
import type { WebSocketRequest } from './transport.ts'

/** The part of a shared connection that resuming needs. */
export type ResumedConnection = Pick<
  SharedConnection<Received, never, unknown>,
  'identity' | 'environment' | 'interpreter' | 'reportError'
> & { readonly subscriberList: { readonly subscribers: { readonly size: number } } }

/** The members of `resumable()`, which are not for applications. */
export interface ResumableParts extends Resumable {
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
  /** Whether a message is delivered: not if it has been before, nor if others are missing before it. */
  shouldDeliver(connection: ResumedConnection, message: Received): boolean
}

/** Returns the parts of the option `resume`. Only `resumable()` creates it. */
export const resumeOf = ({
  resume,
}: {
  readonly resume?: Resumable | undefined
}): ResumableParts | undefined => resume as ResumableParts | undefined // validated by its `kind`
