import type { PollBatch } from './poll-response.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'

/** The long-poll part of a shared connection. */
export type LongPollSession = ProtocolSession<PollBatch>

/** A shared connection whose protocol is long polling. */
export type LongPollConnection = SharedConnection<PollBatch, AnyLongPollOptions, LongPollSession>
