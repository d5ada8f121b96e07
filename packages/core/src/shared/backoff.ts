import { type TautlineError, isTautlineError } from './errors.ts'

/** What a retry delay may depend on. */
export interface RetryDelayInput {
  /** The number of the retry, from 1. */
  readonly attempt: number
  /** A random number in [0, 1). */
  readonly random: number
  /** Why the last attempt ended. */
  readonly error: TautlineError | undefined
}

/**
 * A function that returns the delay before a retry, in ms. A negative result counts as 0, Infinity as the longest delay
 * of a timer (2^31 - 1 ms). NaN, undefined and null count as the default delay.
 */
export type RetryDelay = (input: RetryDelayInput) => number

/** The options of `quickThenSpread()`. */
export interface SpreadOptions {
  /** The longest delay of the first retry, in ms. @default 1000 */
  readonly first?: number
  /** The average delay of the retries after the first, in ms. @default 8000 */
  readonly window?: number
  /** How many retries use this window before it grows. @default 5 */
  readonly steady?: number
  /** The factor by which the window then grows with each retry. @default 1.2 */
  readonly growth?: number
  /** The upper limit of the window, in ms. A delay is at most 1.75 times this long. @default 16000 */
  readonly cap?: number
}

/**
 * Returns the default retry delay: one quick retry, then delays that are spread widely at random.
 *
 * Most interruptions are short, so the first retry comes soon. The later ones are spread, so that many clients do not
 * flood a server that restarts. After a connect timeout the delay counts from the start of the attempt, which has waited
 * already. `docs/decisions/backoff.md` describes the simulation behind the defaults.
 */
export function quickThenSpread(options: SpreadOptions = {}): RetryDelay {
  const { first = 1000, window = 8000, steady = 5, growth = 1.2, cap = 16_000 } = options
  return ({ attempt, random, error }) => {
    if (attempt < 2) return random * first
    const windowMs = Math.min(cap, window * growth ** Math.max(0, attempt - 1 - steady))
    // Counted from the start of the attempt: Firefox delays connections to a host that has just failed.
    const waitedMs = isTautlineError(error, 'timeout') && error.phase === 'connect' ? error.timeout : 0
    const shortestMs = Math.max(0, 0.25 * windowMs - waitedMs)
    const longestMs = 1.75 * windowMs
    // What is left is spread evenly, so that the clients of a server that does not answer do not fall into step.
    return shortestMs + random * (Math.max(longestMs - waitedMs, Math.min(first, longestMs)) - shortestMs)
  }
}

/** The default retry delay of a request, whose user is waiting: up to 1 s, then up to 3 s. */
export const requestDelay: RetryDelay = ({ attempt, random }) => random * (attempt < 2 ? 1000 : 3000)

/** The options of `exponential()`. */
export interface ExponentialOptions {
  /** The first delay, in ms. @default 1000 */
  readonly base?: number
  /** The longest delay before jitter, in ms. @default 30000 */
  readonly cap?: number
  /** The share of the delay that is random: 0 is none, 1 is "full jitter". Applied after the cap. @default 1 */
  readonly jitter?: number
}

/** Returns exponential backoff: `min(cap, base * 2 ** (attempt - 1))`, of which the share `jitter` is random. */
export function exponential(options: ExponentialOptions = {}): RetryDelay {
  const { base = 1000, cap = 30_000, jitter = 1 } = options
  return ({ attempt, random }) => Math.min(cap, base * 2 ** (attempt - 1)) * (1 - jitter * random)
}

/** The longest extra delay that a server can request, in ms. */
export const MAX_SERVER_DELAY_MS = 300_000

/** Returns the delay before a retry, in ms: the result of `delay` plus the server's delay, both limited. */
export function retryDelayMs(delay: RetryDelay, input: RetryDelayInput, serverDelayMs = 0): number {
  return clampDelay(delay(input)) + Math.min(MAX_SERVER_DELAY_MS, clampDelay(serverDelayMs))
}

/** Limits a delay to the range of a platform timer, 0 to 2^31 - 1 ms. With a longer one the timer fires at once. */
export function clampDelay(ms: number): number {
  return ms > 0 ? Math.min(ms, 2 ** 31 - 1) : 0
}
