import type { LongPollSession, PollHost } from './types.ts'
import type { Attempt } from '../shared/attempt.ts'
import { type Burst, type PollLoop, startPollLoop } from './poll-loop.ts'
import { createHold } from '../connection/hold.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'

/** Creates the session of a shared connection for long polling: one poll loop for each attempt. */
export function createLongPollSession(connection: PollHost): LongPollSession {
  let pollLoop: PollLoop | undefined
  const hold = createHold(connection)
  const burst: Burst = { immediateCount: 0 }
  return {
    prepareAttempt: (attempt: Attempt) => (on) => (pollLoop = startPollLoop(connection, attempt, on, burst)),
    classifyPrepareError: classifyResolveError,
    probe: () => pollLoop?.dispatch({ type: 'pollNow' }),
    untilRead: (signal) => hold.after(undefined, signal),
    onPolicyChanged() {
      hold.recheck()
      pollLoop?.dispatch({ type: 'policyChanged' })
    },
  }
}
