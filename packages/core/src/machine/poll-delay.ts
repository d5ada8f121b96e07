import { clampDelay } from '../shared/backoff.ts'
import type { PollPolicy, Waiting } from './poll-state.ts'

/** After so many immediate responses with messages in a row, each further request waits `BURST_GAP_MS`. */
export const BURST_LENGTH = 100

/** At most a hundred requests a second. */
const BURST_GAP_MS = 10

/** What nobody received comes again with each request: the least gap then, in ms, even if `minGap` is shorter. */
const UNDELIVERED_GAP_MS = 1000

/** The time from the last request to the next, in ms. It is the same each time for the same wait, unless the options or the page change. */
export function delayAfter(
  last: Pick<Waiting, 'result' | 'random' | 'undecodableCount' | 'immediateCount'>,
  policy: PollPolicy,
): number {
  const { result, random, undecodableCount } = last
  const isUndelivered = result === 'undelivered'
  // A subscriber that has come since gets it now.
  if (isUndelivered && policy.hasSubscribers) return 0
  return Math.max(
    pollGap(last, policy),
    policy.minHiddenDelayMs,
    // The same request has the same response, which could not be read: it is repeated at the pace of retries.
    undecodableCount > 0 ? clampDelay(policy.delay(undecodableCount, random)) : 0,
    isUndelivered ? UNDELIVERED_GAP_MS : 0,
  )
}

function pollGap(
  { result, random, immediateCount }: Pick<Waiting, 'result' | 'random' | 'immediateCount'>,
  { interval, minGap }: PollPolicy,
): number {
  // Random, so that pages which were loaded together do not poll together for ever.
  if (interval !== undefined) return interval * (0.9 + 0.2 * random)
  if (result !== 'messages') return minGap
  return immediateCount > BURST_LENGTH ? Math.min(minGap, BURST_GAP_MS) : 0
}
