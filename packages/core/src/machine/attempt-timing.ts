import { TautlineError } from '../shared/errors.ts'
import type { Policy, State, Step, TransitionInput } from './connection-state.ts'
import { MIN_WAKE_GAP_MS, soonerRetryAt } from './retry.ts'
import type { PageEvent } from '../platform/environment.ts'
import { startTimer, stopTimer } from './timer-effects.ts'

/** After this time without a response, in ms, a page event replaces an attempt. */
const OVERDUE_MS = 10_000

/** A connection that may be dead is replaced if no byte arrives within this time, in ms. */
const SUSPECT_MS = 10_000

/** The replacements are spread at random over this time, in ms, so that tabs do not all reconnect at once. */
const SUSPECT_SPREAD_MS = 5000

/** Creates the error of an attempt that neither opened nor failed in time. */
export function connectTimeoutError(
  { responseTimeoutMs, connectTimeoutMs }: Policy,
  { isRequestSent }: TransitionInput,
): TautlineError<'timeout'> {
  const timeout = (isRequestSent && responseTimeoutMs) || connectTimeoutMs
  const text = `No connection within ${timeout} ms: check the server, or raise timeout.connect`
  return new TautlineError('timeout', text, { phase: 'connect', timeout })
}

/** Tests for an attempt that may have been lost with the old network: it waits for long, and may and need be repeated. */
export function isOverdue(
  { status, lastConnectAt }: State,
  { idempotent }: Policy,
  input: TransitionInput,
): boolean {
  const mayBeRepeated = !input.isUnused && (idempotent || !input.isRequestSent)
  return status === 'connecting' && mayBeRepeated && input.now - lastConnectAt >= OVERDUE_MS
}

/**
 * Tests for a connection that may be dead after a page event, and that nothing can prove alive. If `offline` events are
 * ignored, as for a server on this machine, so is the end of that time.
 */
export function mayBeDead(
  { isOnline, isSuspect, liveness }: State,
  pageEvent: PageEvent,
  { isProbed, idempotent, limit, pauseOffline }: Policy,
): boolean {
  const isReplaceable = idempotent && limit > 0 && !liveness && !isProbed && !isSuspect
  return isReplaceable && (pageEvent === 'slept' || (pageEvent === 'online' && !isOnline && pauseOffline))
}

/** Waits for a byte, which proves that the connection is alive. */
export function suspect(state: State, { random }: TransitionInput): Step {
  return [{ ...state, isSuspect: true }, [startTimer('heartbeat', SUSPECT_MS + random * SUSPECT_SPREAD_MS)]]
}

/** Ends that wait. While the body is held back, what was received before it proves nothing. */
export const proveAlive = (state: State, { isHeld }: TransitionInput): Step =>
  state.isSuspect && !isHeld ? [{ ...state, isSuspect: false }, [stopTimer('heartbeat')]] : [state, []]

/** Brings the next attempt forward. */
export function connectSooner(state: State, input: TransitionInput): Step {
  const gapEndsAt = Math.min(input.now, state.lastConnectAt) + MIN_WAKE_GAP_MS
  const retryAt = soonerRetryAt(state, input, gapEndsAt)
  return [{ ...state, waitingFor: 'timer', retryAt }, [startTimer('retry', retryAt - input.now)]]
}
