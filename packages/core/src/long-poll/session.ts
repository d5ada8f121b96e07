import type { LongPollDriver, LongPollLine } from './types.ts'
import type { Attempt } from '../shared/attempt.ts'
import { type Polling, startPolling } from './poll-loop.ts'
import { refuse } from '../shared/resolve-option.ts'

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
