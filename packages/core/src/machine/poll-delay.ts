import { clampDelay } from '../shared/backoff.ts'
import type { PollPolicy, Waiting } from './poll-state.ts'

/** After this many immediate responses with messages in a row, each further request waits `BURST_GAP_MS`. */
const BURST_LENGTH = 100

/** The minimum gap in such a burst, in ms: at most a hundred requests a second. */
const BURST_GAP_MS = 10

/** The minimum gap while no subscriber receives the messages, in ms. They come again with each response. */
const UNDELIVERED_GAP_MS = 1000

/**
 * Returns the time from the last request to the next, in ms. For the same wait it is the same each time, unless the
 * options or the page change.
 */
export function delayAfter(
  wait: Pick<Waiting, 'result' | 'random' | 'undecodableCount' | 'immediateCount'>,
  policy: PollPolicy,
): number {
  const { result, random, undecodableCount } = wait
  const isUndelivered = result === 'undelivered'
  // A new subscriber gets them now.
  if (isUndelivered && policy.hasSubscribers) return 0
  return Math.max(
    pollGap(wait, policy),
    policy.minHiddenDelayMs,
    // The same request is likely to get the same undecodable response, so it is repeated like a retry.
    undecodableCount > 0 ? clampDelay(policy.delay(undecodableCount, random)) : 0,
    isUndelivered ? UNDELIVERED_GAP_MS : 0,
  )
}

function pollGap(
  { result, random, immediateCount }: Pick<Waiting, 'result' | 'random' | 'immediateCount'>,
  { interval, minGap }: PollPolicy,
): number {
  // Random, so that pages that were loaded together do not poll at the same times for ever.
  if (interval !== undefined) return interval * (0.9 + 0.2 * random)
  if (result !== 'messages') return minGap
  return immediateCount > BURST_LENGTH ? Math.min(minGap, BURST_GAP_MS) : 0
}
