import type { Attempt } from './connection.ts'
import type { PollAnswer } from './long-poll-answer.ts'
import type { AnyLongPollOptions } from './long-poll-options.ts'
import { type Polling, startPolling } from './long-poll-polling.ts'
import type { Driver, Line } from './pool.ts'
import { refuse } from './providers.ts'

export type LongPollDriver = Driver<PollAnswer>
export type LongPollLine = Line<PollAnswer, AnyLongPollOptions, LongPollDriver>

/** The polling half of a line: one row of requests for each attempt. */
export function driveLongPoll(line: LongPollLine): LongPollDriver {
  let polling: Polling | undefined
  return {
    prepare: (attempt: Attempt) => (on) => (polling = startPolling(line, attempt, on)),
    refuse,
    probe: () => polling?.askAnew(),
    settled: () => polling?.reschedule(),
  }
}
