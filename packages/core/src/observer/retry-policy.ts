import type { RetryPolicy } from '../machine/retry.ts'
import { type RetryDelay, quickThenSpread } from '../shared/backoff.ts'
import type { PolicyOptions } from './check-options.ts'

const spreadDelay = /* @__PURE__ */ quickThenSpread()

/** Returns a time limit in ms. Without a value it is `preset`; 0 and false mean no limit. */
export const timeLimit = (given: number | false | undefined, preset: number): number =>
  given === undefined ? preset : given || Number.POSITIVE_INFINITY

/**
 * Returns the user's delay. If that returns no number, the default replaces the result: a field that an error does not
 * have must not lead to attempts without a pause.
 */
function withFallback(delay: RetryDelay, defaultDelay: RetryDelay): RetryDelay {
  return (input) => {
    const ms: unknown = delay(input)
    return typeof ms === 'number' && !Number.isNaN(ms) ? ms : defaultDelay(input)
  }
}

/** Returns the retry options, with the defaults of a connection or a request. */
export function retryPolicy(
  { retry: given, pause }: Pick<PolicyOptions, 'retry' | 'pause'>,
  defaultLimit: number,
  defaultDelay: RetryDelay = spreadDelay,
): Pick<RetryPolicy, 'limit' | 'delay' | 'when' | 'pauseOffline'> {
  const retry = given === false ? { limit: 0 } : (given ?? {})
  return {
    limit: retry.limit ?? defaultLimit,
    delay: retry.delay ? withFallback(retry.delay, defaultDelay) : defaultDelay,
    when: retry.when,
    pauseOffline: pause?.offline ?? true,
  }
}
