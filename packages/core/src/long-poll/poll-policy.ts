import { timeLimit } from '../observer/retry-policy.ts'
import type { PollPolicy } from '../machine/poll-state.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { PollHost } from './types.ts'

/** Creates the policy of the polling machine from the options and the state of a connection. */
export function createPollPolicy({ primary, interpreter, subscriberList }: PollHost): PollPolicy {
  const { interval, minGap = 1000 } = primary.options
  const { delay, connectTimeoutMs, minHiddenDelayMs = 0 } = interpreter.policy
  return {
    interval,
    minGap,
    minHiddenDelayMs: interpreter.state.isVisible ? 0 : minHiddenDelayMs,
    connectTimeoutMs,
    requestTimeoutMs: requestTimeout(primary.options),
    delay,
    hasSubscribers: subscriberList.subscribers.size > 0,
  }
}

/** The time limit of one request, in ms. */
function requestTimeout({ timeout, interval }: AnyLongPollOptions): number {
  return timeLimit(timeout?.request, interval === undefined ? 90_000 : 10_000)
}

/** The time limit until the connection is open, in ms. With `interval` only a response opens it. */
export function connectTimeout(options: AnyLongPollOptions): number {
  return timeLimit(
    options.timeout?.connect,
    options.interval === undefined ? 10_000 : requestTimeout(options),
  )
}
