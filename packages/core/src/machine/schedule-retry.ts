import { clampDelay, retryDelayMs } from '../shared/backoff.ts'
import type { Outcome } from '../shared/outcome.ts'
import { emit, failureEffects, withoutTransport } from './connection-effects.ts'
import { closeForGood } from './connection-ending.ts'
import type { Policy, State, Step, TransitionInput } from './connection-state.ts'
import { closedGate } from './gates.ts'
import { startTimer } from './timer-effects.ts'

/**
 * Waits for the next attempt, or closes if none is left.
 *
 * @param fixedDelayMs replaces the delay of the policy and the server
 */
export function scheduleRetry(
  state: State,
  { error, retryAfterMs = 0 }: Pick<Outcome, 'error' | 'retryAfterMs'>,
  policy: Policy,
  input: TransitionInput,
  fixedDelayMs?: number,
): Step {
  if (state.attempt >= policy.limit) return closeForGood(state, { by: 'exhausted', error })
  const attempt = state.attempt + 1
  const serverDelayMs = Math.max(state.serverDelayMs ?? 0, clampDelay(retryAfterMs))
  const hiddenDelayMs = state.isVisible ? 0 : clampDelay(policy.minHiddenDelayMs ?? 0)
  const backoffMs =
    fixedDelayMs ?? retryDelayMs(policy.delay, { attempt, random: input.random, error }, serverDelayMs)
  const delayMs = Math.max(hiddenDelayMs, backoffMs)
  const retryAt = input.now + delayMs
  const waitingFor = closedGate(state, policy)
  const next: State = {
    ...withoutTransport(state),
    status: 'backoff',
    attempt,
    error,
    // Without the delay of a hidden page, which no longer applies when the page is visible again.
    notBefore: serverDelayMs > 0 ? input.now + backoffMs : 0,
    waitingFor: waitingFor ?? 'timer',
    retryAt: waitingFor ? undefined : retryAt,
  }
  const effects = failureEffects(state, error)
  if (!waitingFor) effects.push(startTimer('retry', delayMs))
  return [next, [...effects, emit({ type: 'retry', attempt, retryAt, error })]]
}
