import { MAX_SERVER_DELAY_MS, type RetryDelay } from '../shared/backoff.ts'
import type { TautlineError } from '../shared/errors.ts'
import type { Gate, GatePolicy, PageState } from './gates.ts'

/** The options that decide about retries. They may change between transitions. Times in ms. */
export interface RetryPolicy extends GatePolicy {
  /** The most retries in a row. */
  readonly limit: number
  readonly delay: RetryDelay
  /** Decides whether to retry after an error. `retryable` is the default decision. */
  readonly when?: ((error: TautlineError | undefined, retryable: boolean) => boolean) | undefined
  /** Whether a function provides the credentials, and can be called for new ones. */
  readonly canRenewCredentials: boolean
}

/** What an attempt waits for: its timer, or a gate. */
export type WaitingFor = 'timer' | Gate

/** The part of a state that concerns retries. */
export interface RetryState extends PageState {
  /** The number of retries since the connection was last useful, or since the request began. */
  readonly attempt: number
  /** Whether new credentials were requested in that time. */
  readonly hasRenewedCredentials: boolean
  readonly waitingFor: WaitingFor | undefined
  /** When the next attempt is due, by the wall clock; undefined if no timer runs for it. */
  readonly retryAt: number | undefined
  /** The server allows no attempt before this time; 0 if it requested no delay. */
  readonly notBefore: number
  /** Why the last attempt ended. */
  readonly error: TautlineError | undefined
}

/** What the interpreter reads for each transition, so that the machines stay pure. */
export interface RetryInput {
  /** The wall clock, in ms. */
  readonly now: number
  /** In [0, 1). */
  readonly random: number
}

/** The shortest time, in ms, between the last attempt and one that a page or network event makes start sooner. */
export const MIN_WAKE_GAP_MS = 1000

/** After a page event, attempts start at random within this time, in ms, so that tabs do not all reconnect at once. */
const MAX_WAKE_JITTER_MS = 250

/**
 * Returns when to make the next attempt after a page event: soon, but not before `notBefore`, and not after `retryAt`.
 *
 * @param earliestAt the machine allows no attempt before this time
 */
export function soonerRetryAt(
  { retryAt = Number.POSITIVE_INFINITY, notBefore }: Pick<RetryState, 'retryAt' | 'notBefore'>,
  { now, random }: RetryInput,
  earliestAt = now,
): number {
  // If the clock was set back, a delay of seconds must not become one of hours.
  const serverAt = Math.min(notBefore, now + MAX_SERVER_DELAY_MS)
  return Math.min(retryAt, Math.max(now, earliestAt, serverAt) + random * MAX_WAKE_JITTER_MS)
}
