import { MAX_SERVER_DELAY_MS, clampDelay } from '../shared/backoff.ts'
import { TautlineError } from '../shared/errors.ts'
import type { LongPollConnection } from './types.ts'
import type { AnyLongPollOptions } from './options.ts'
import { callSafely } from '../shared/safe-call.ts'
import { parseRetryAfter } from '../http/http-date.ts'
import { warnAboutBusyPolling } from '../platform/dev-warnings.ts'

/** What the wait for the next request follows from. */
export interface LastPoll {
  /** An answer that brought something and moved the cursor; one with nothing new, or the old cursor; or one that nobody was there to hear. */
  readonly result: 'messages' | 'empty' | 'undelivered'
  /** How many answers in a row brought something as soon as they were asked for. */
  readonly immediateCount: number
  /** How many answers in a row could not be read, and left the cursor where it was. */
  readonly undecodableCount: number
  /** In [0, 1): drawn once for a wait, so that working it out anew gives the same. */
  readonly random: number
}

/** So many quick answers are a burst. After them the server is asked no more than a hundred times a second. */
const BURST_LENGTH = 100

/** In ms. */
const BURST_GAP_MS = 10

/** What nobody hears comes again however often it is asked for: in ms, also where no gap is wanted. */
const UNDELIVERED_GAP_MS = 1000

/** How long it is from one request to the next, in ms. */
export function delayAfter(
  connection: LongPollConnection,
  { result, immediateCount, undecodableCount, random }: LastPoll,
): number {
  const { interval, minGap = 1000 } = connection.primary.options
  // Whoever comes now is not to wait for it.
  if (result === 'undelivered' && connection.subscriberList.subscribers.size > 0) return 0
  // The same question has the same answer, which could not be read: it is asked for as an attempt would be.
  const { delay } = connection.interpreter.policy
  const undecodableDelayMs =
    undecodableCount > 0
      ? clampDelay(
          callSafely(() => delay(undecodableCount, random), connection.environment, 'retry.delay') ?? 0,
        )
      : 0
  const baseDelayMs =
    interval === undefined
      ? result === 'messages'
        ? burstDelay(immediateCount, minGap)
        : minGap
      : interval * (0.9 + 0.2 * random)
  return Math.max(
    baseDelayMs,
    hiddenPageDelay(connection),
    undecodableDelayMs,
    result === 'undelivered' ? UNDELIVERED_GAP_MS : 0,
  )
}

function burstDelay(immediateCount: number, minGap: number): number {
  if (immediateCount <= BURST_LENGTH) return 0
  if (immediateCount > 10 * BURST_LENGTH) warnAboutBusyPolling()
  return Math.min(minGap, BURST_GAP_MS)
}

/** Before when a server does not want to be asked again, by the wall clock. */
export function retryAfterAt(headers: Headers, now: number): number {
  const waitMs = clampDelay(parseRetryAfter(headers.get('retry-after'), now) ?? 0)
  return waitMs > 0 ? now + Math.min(waitMs, MAX_SERVER_DELAY_MS) : Number.NEGATIVE_INFINITY
}

/** A hidden page may ask less often. */
export function hiddenPageDelay({ primary, interpreter }: LongPollConnection): number {
  const { hidden } = primary.options.pause ?? {}
  return typeof hidden === 'number' && !interpreter.state.isVisible ? hidden : 0
}

/** In ms. */
export function requestTimeout({ timeout, interval }: AnyLongPollOptions): number {
  return timeout?.request ?? (interval === undefined ? 90_000 : 10_000)
}

/** In ms: of a server that does not hold the first answer is as good as any. */
export function connectTimeout(options: AnyLongPollOptions): number {
  return options.timeout?.connect ?? (options.interval === undefined ? 10_000 : requestTimeout(options))
}

/** @param isResolving a function was being asked for the request, which has not left the page */
export function pollTimeoutError(
  options: AnyLongPollOptions,
  isResolving: boolean,
): TautlineError<'timeout'> {
  const timeout = isResolving ? connectTimeout(options) : requestTimeout(options)
  const text = isResolving
    ? `A function that is asked before each request gave nothing within ${timeout} ms`
    : `No answer within ${timeout} ms: timeout.request has to be longer than the server holds a request`
  return new TautlineError('timeout', text, { phase: isResolving ? 'connect' : 'request', timeout })
}
