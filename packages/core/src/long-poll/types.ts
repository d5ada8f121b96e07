import type { PollBatch } from './poll-response.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
export type LongPollSession = ProtocolSession<PollBatch>

export type LongPollConnection = SharedConnection<PollBatch, AnyLongPollOptions, LongPollSession>
