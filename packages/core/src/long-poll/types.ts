import type { PollBatch } from './poll-batch.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'

/** The session of a shared connection for long polling. */
export type LongPollSession = ProtocolSession<PollBatch>

/** A shared connection for long polling. */
export type LongPollConnection = SharedConnection<PollBatch, AnyLongPollOptions, LongPollSession>
