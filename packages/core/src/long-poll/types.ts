import type { OpenTransport } from '../connection/interpreter.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { PollBatch } from './poll-batch.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { AttemptHost } from '../connection/attempt-host.ts'
import type { ProtocolSession } from '../connection/protocol.ts'

/** The session of a shared connection for long polling. */
export interface LongPollSession extends ProtocolSession<PollBatch> {
  prepareAttempt(attempt: Attempt): OpenTransport<PollBatch>
  /** Waits while all subscribers are slow `for await` loops. Undefined if there is nothing to wait for. */
  untilRead(signal: AbortSignal): Promise<void> | undefined
}

/** What a poll loop needs of its connection. */
export interface PollHost extends AttemptHost<AnyLongPollOptions> {
  readonly session: Pick<LongPollSession, 'untilRead'>
}
