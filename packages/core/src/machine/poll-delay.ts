import { clampDelay } from '../shared/backoff.ts'
import type { PollPolicy, Waiting } from './poll-state.ts'

/** After this many immediate responses with messages in a row, each request waits `BURST_GAP_MS`. */
const BURST_LENGTH = 100

/** The minimum gap in such a burst, in ms: at most a hundred requests a second. */
const BURST_GAP_MS = 10

/** The minimum gap while no subscriber receives the messages, in ms. Each response has the same ones again. */
const UNDELIVERED_GAP_MS = 1000

/**
 * Returns the time from the last request to the next, in ms. It stays the same for one wait, unless the options or the
 * page change.
 */
export function delayAfter(
  wait: Pick<Waiting, 'result' | 'random' | 'undecodableCount' | 'immediateCount'>,
  policy: PollPolicy,
): number {
  const { result, random, undecodableCount } = wait
  const isUndelivered = result === 'undelivered'
  // A new subscriber receives the messages at once.
  if (isUndelivered && policy.hasSubscribers) return 0
  return Math.max(
    pollGap(wait, policy),
    policy.minHiddenDelayMs,
    // The response is probably undecodable again, so the request is repeated with the delays of a retry.
    undecodableCount > 0
      ? clampDelay(policy.delay({ attempt: undecodableCount, random, error: undefined }))
      : 0,
    isUndelivered ? UNDELIVERED_GAP_MS : 0,
  )
}

function pollGap(
  { result, random, immediateCount }: Pick<Waiting, 'result' | 'random' | 'immediateCount'>,
  { interval, minGap }: PollPolicy,
): number {
  // Random, so that pages that were loaded at the same time do not always poll at the same time.
  if (interval !== undefined) return interval * (0.9 + 0.2 * random)
  if (result !== 'messages') return minGap
  return immediateCount > BURST_LENGTH ? Math.min(minGap, BURST_GAP_MS) : 0
}
