import type { PollPolicy } from '../machine/poll-state.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { LongPollConnection } from './types.ts'

/** What the polling machine reads of a connection. */
export function pollPolicy({ primary, interpreter, subscriberList }: LongPollConnection): PollPolicy {
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

/** How long a request may take, in ms. */
function requestTimeout({ timeout, interval }: AnyLongPollOptions): number {
  return timeout?.request ?? (interval === undefined ? 90_000 : 10_000)
}

/** How long it may take until the connection is open, in ms. With an interval the first response opens it, however long that takes. */
export function connectTimeout(options: AnyLongPollOptions): number {
  return options.timeout?.connect ?? (options.interval === undefined ? 10_000 : requestTimeout(options))
}
