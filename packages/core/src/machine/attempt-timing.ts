import { TautlineError } from '../shared/errors.ts'
import type { Policy, State, Step, TransitionInput } from './connection-state.ts'
import { MIN_WAKE_GAP_MS, soonerRetryAt } from './retry.ts'
import { startTimer, stopTimer } from './timer-effects.ts'

/** After this time without a response, in ms, a page event replaces an attempt. */
const OVERDUE_MS = 10_000

/** The option functions have returned: from now on, the timer limits the request alone. */
export function handleRequestSent(sent: State, policy: Policy): Step {
  const { prepareTimeoutMs, connectTimeoutMs, isUrlResolvedLater } = policy
  const state = sent.isTentative && !isUrlResolvedLater ? { ...sent, isTentative: false } : sent
  if (state.status !== 'connecting' || prepareTimeoutMs === undefined) return [state, []]
  const isLimited = connectTimeoutMs < Number.POSITIVE_INFINITY
  return [state, [isLimited ? startTimer('connect', connectTimeoutMs) : stopTimer('connect')]]
}

/** Creates the error of an attempt that neither opened nor failed in time. */
export function connectTimeoutError(
  { prepareTimeoutMs, connectTimeoutMs }: Policy,
  { isRequestSent }: TransitionInput,
): TautlineError<'timeout'> {
  const timeout = isRequestSent ? connectTimeoutMs : (prepareTimeoutMs ?? connectTimeoutMs)
  const text = `No connection within ${timeout} ms: check the server, or raise timeout.connect`
  return new TautlineError('timeout', text, { phase: 'connect', timeout })
}

/** Tests for an attempt that may have been lost with the old network: it waits for long, and may be repeated. */
export function isOverdue(
  { status, lastConnectAt }: State,
  { idempotent }: Policy,
  input: TransitionInput,
): boolean {
  const mayBeRepeated = idempotent || !input.isRequestSent
  return status === 'connecting' && mayBeRepeated && input.now - lastConnectAt >= OVERDUE_MS
}

/** Brings the next attempt forward. */
export function connectSooner(state: State, input: TransitionInput): Step {
  const gapEndsAt = Math.min(input.now, state.lastConnectAt) + MIN_WAKE_GAP_MS
  const retryAt = soonerRetryAt(state, input, gapEndsAt)
  return [{ ...state, waitingFor: 'timer', retryAt }, [startTimer('retry', retryAt - input.now)]]
}
