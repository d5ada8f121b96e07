import type { PollAnswer } from './poll-response.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { Driver, Line } from '../connection/protocol.ts'
export type LongPollDriver = Driver<PollAnswer>

export type LongPollLine = Line<PollAnswer, AnyLongPollOptions, LongPollDriver>
