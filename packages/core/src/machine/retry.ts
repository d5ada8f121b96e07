import { MAX_SERVER_DELAY_MS, type RetryDelay } from '../shared/backoff.ts'
import type { TautlineError } from '../shared/errors.ts'
import type { Outcome } from '../shared/outcome.ts'
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
  /** The end of the gaps after past renewals, by the wall clock: it limits renewals over time. */
  readonly renewalGapsEndAt: number
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

/** The time between two renewals of credentials, in ms, of which the first two need no gap. */
const RENEWAL_GAP_MS = 10_000

/**
 * Returns a state whose credentials are renewed, and how long to wait for that, in ms; undefined if they cannot be
 * renewed. A server that responds with success and 401 in turn must not cause a loop without a pause, so a renewal may
 * have to wait. It is then a retry.
 */
export function renewCredentials<State extends RetryState>(
  state: State,
  kind: Outcome['kind'],
  { canRenewCredentials, limit }: RetryPolicy,
  { now }: RetryInput,
): { readonly renewed: State; readonly delayMs: number } | undefined {
  const { renewalGapsEndAt, hasRenewedCredentials, attempt } = state
  if (kind !== 'unauthorized' || !canRenewCredentials || hasRenewedCredentials) return undefined
  const wasClockSetBack = renewalGapsEndAt > now + 2 * RENEWAL_GAP_MS
  const gapsEndAt = wasClockSetBack ? now : Math.max(renewalGapsEndAt, now)
  const delayMs = Math.max(0, gapsEndAt - RENEWAL_GAP_MS - now)
  if (delayMs > 0 && attempt >= limit) return undefined
  return {
    renewed: { ...state, hasRenewedCredentials: true, renewalGapsEndAt: gapsEndAt + RENEWAL_GAP_MS },
    delayMs,
  }
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
