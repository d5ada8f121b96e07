import { quickThenSpread } from '@tautline/core'

/** Retries sooner than the defaults, so that there is less to wait for in a demonstration. */
export const demoRetry = { delay: quickThenSpread({ first: 600, window: 1_200, cap: 2_000 }) }
