import type { RetryInput, RetryPolicy } from '../machine/retry.ts'
import type { Environment } from '../platform/environment.ts'
import { quickThenSpread } from '../shared/backoff.ts'
import { providerError } from '../shared/errors.ts'

/**
 * Runs one transition of a machine with the time and a random number. If the user's `delay` or `when` throws, reports
 * the error and runs the transition with the defaults, so that the machine always reaches its next state.
 */
export function runTransition<Policy extends Pick<RetryPolicy, 'delay' | 'when'>, Step>(
  environment: Pick<Environment, 'now' | 'random' | 'reportError'>,
  policy: Policy,
  transition: (policy: Policy, input: RetryInput) => Step,
): Step {
  const input = { now: environment.now(), random: environment.random() }
  try {
    return transition(policy, input)
  } catch (error) {
    environment.reportError(providerError('retry', error))
    return transition({ ...policy, delay: quickThenSpread(), when: undefined }, input)
  }
}
