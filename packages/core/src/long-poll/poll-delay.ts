import { HINT_CAP, bounded } from '../shared/backoff.ts'
import { TautlineError } from '../shared/errors.ts'
import type { LongPollLine } from './types.ts'
import type { AnyLongPollOptions } from './options.ts'
import { guarded } from '../shared/safe-call.ts'
import { retryAfter } from '../http/http-date.ts'
import { warnOfHaste } from '../platform/dev-warnings.ts'

/** What the wait for the next request follows from. */
export interface Behind {
  /** An answer that brought something and moved the cursor; one with nothing new, or the old cursor; or one that nobody was there to hear. */
  readonly behind: 'news' | 'nothing' | 'unheard'
  /** How many answers in a row brought something as soon as they were asked for. */
  readonly quick: number
  /** How many answers in a row could not be read, and left the cursor where it was. */
  readonly stuck: number
  /** In [0, 1): drawn once for a wait, so that working it out anew gives the same. */
  readonly random: number
}

/** So many quick answers are a burst. After them the server is asked no more than a hundred times a second. */
const BURST = 100

/** In ms. */
const BREATH = 10

/** What nobody hears comes again however often it is asked for: in ms, also where no gap is wanted. */
const UNHEARD = 1000

/** How long it is from one request to the next, in ms. */
export function gapBehind(line: LongPollLine, { behind, quick, stuck, random }: Behind): number {
  const { interval, minGap = 1000 } = line.lead.options
  // Whoever comes now is not to wait for it.
  if (behind === 'unheard' && line.audience.ports.size > 0) return 0
  // The same question has the same answer, which could not be read: it is asked for as an attempt would be.
  const { delay } = line.connection.policy
  const wary =
    stuck > 0 ? bounded(guarded(() => delay(stuck, random), line.environment, 'retry.delay') ?? 0) : 0
  const rhythm =
    interval === undefined
      ? behind === 'news'
        ? gapInBurst(quick, minGap)
        : minGap
      : interval * (0.9 + 0.2 * random)
  return Math.max(rhythm, unseenGap(line), wary, behind === 'unheard' ? UNHEARD : 0)
}

function gapInBurst(quick: number, minGap: number): number {
  if (quick <= BURST) return 0
  if (quick > 10 * BURST) warnOfHaste()
  return Math.min(minGap, BREATH)
}

/** Before when a server does not want to be asked again, by the wall clock. */
export function wishOf(headers: Headers, now: number): number {
  const wish = bounded(retryAfter(headers.get('retry-after'), now) ?? 0)
  return wish > 0 ? now + Math.min(wish, HINT_CAP) : Number.NEGATIVE_INFINITY
}

/** A hidden page may ask less often. */
export function unseenGap({ lead, connection }: LongPollLine): number {
  const { hidden } = lead.options.pause ?? {}
  return typeof hidden === 'number' && !connection.state.visible ? hidden : 0
}

/** In ms. */
export function requestTimeout({ timeout, interval }: AnyLongPollOptions): number {
  return timeout?.request ?? (interval === undefined ? 90_000 : 10_000)
}

/** In ms: of a server that does not hold the first answer is as good as any. */
export function connectTimeout(options: AnyLongPollOptions): number {
  return options.timeout?.connect ?? (options.interval === undefined ? 10_000 : requestTimeout(options))
}

/** @param asking a function was being asked for the request, which has not left the page */
export function tooLate(options: AnyLongPollOptions, asking: boolean): TautlineError<'timeout'> {
  const timeout = asking ? connectTimeout(options) : requestTimeout(options)
  const text = asking
    ? `A function that is asked before each request gave nothing within ${timeout} ms`
    : `No answer within ${timeout} ms: timeout.request has to be longer than the server holds a request`
  return new TautlineError('timeout', text, { phase: asking ? 'connect' : 'request', timeout })
}
