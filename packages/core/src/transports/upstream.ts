import type { Environment } from '../platform/environment.ts'
import type { Sendable } from '../shared/codec.ts'
import type { DropReason, TautlineError } from '../shared/errors.ts'
import type { MessageKey } from '../shared/message-key.ts'
import type { OutgoingMessage } from '../web-socket/acks.ts'
import type { OutboxLimits } from '../web-socket/outbox.ts'
import type { SendResult } from '../web-socket/session.ts'
import type { Identified } from './transport-option.ts'

/** How the messages of a connection are sent while its active transport only receives. Created by `post()`. */
export interface Upstream {
  /** Its part of the identity of the connection: messages of one user never go out with the credentials of another. */
  readonly identity: Identified
  /** Whether messages are sent this way also while the active transport could send them. */
  readonly always: boolean
  /** Creates the state of this upstream for one shared connection. It sends nothing before its first message. */
  open(host: UpstreamHost): UpstreamSession
}

/** What an upstream needs of its connection. */
export interface UpstreamHost {
  readonly environment: Environment
  /** The options that separate users. */
  readonly options: { readonly key?: string | undefined; readonly providerKey?: string | undefined }
  /** Returns the upstream of the newest options. Undefined: the first one stays in use. */
  current(): Upstream | undefined
  /** Returns the limits of the queue. */
  limits(): OutboxLimits
  /** Before a request: subscribers whose identity has changed leave the connection. */
  verifyIdentity(attempt: number): void
  /** The number of queued messages has changed. */
  onQueuedChange(): void
  /** The server has accepted a message. */
  onSent(message: SentMessage): void
  /** Messages were dropped. Called once for each request, and for each full queue. */
  onDropped(error: TautlineError<'dropped'>): void
}

/** A message that the server has accepted. */
export interface SentMessage {
  readonly raw: Sendable
  /** The message before it was encoded. */
  readonly message: unknown
  /** Its key of the option `acks`; undefined without this option. */
  readonly acksKey: MessageKey | undefined
}

/** The state of an upstream for one shared connection. */
export interface UpstreamSession {
  /**
   * Queues a message. It never waits for a transport.
   *
   * @throws TautlineError `provider` if there is no key, or another message has it; `dropped` if the queue is full and
   *   `overflow` is 'reject'
   */
  send(item: OutgoingMessage): SendResult
  /** How many messages the server has not accepted yet. */
  countQueued(): number
  /** Aborts the request, and reports all messages as dropped. It can be used again. */
  close(why: DropReason): void
}
