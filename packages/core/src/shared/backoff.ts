/**
 * How long to wait before a retry: the number of the retry (from 1) and a random number in [0, 1) in, milliseconds out.
 * What is not a finite positive number counts as 0.
 */
export type RetryDelay = (attempt: number, random: number) => number

export interface SpreadOptions {
  /** The first retry waits up to this long, in ms. @default 1000 */
  readonly first?: number
  /** The window of the retries after it, in ms. @default 8000 */
  readonly window?: number
  /** How many retries keep that window before it grows. @default 5 */
  readonly steady?: number
  /** The factor by which the window then grows. @default 1.2 */
  readonly growth?: number
  /** The window's limit, in ms; a wait is at most 1.75 of it. @default 16000 */
  readonly cap?: number
}

/**
 * One quick try, since most cuts are blips; then a wide spread, so that a server that comes back is not trampled.
 * The default. `docs/decisions/backoff.md` has the simulation that chose the figures.
 */
export function quickThenSpread(options: SpreadOptions = {}): RetryDelay {
  const { first = 1000, window = 8000, steady = 5, growth = 1.2, cap = 16_000 } = options
  return (attempt, random) =>
    attempt < 2
      ? random * first
      : (0.25 + 1.5 * random) * Math.min(cap, window * growth ** Math.max(0, attempt - 1 - steady))
}

export interface ExponentialOptions {
  /** The first wait, in ms. @default 1000 */
  readonly base?: number
  /** The longest wait before jitter, in ms. @default 30000 */
  readonly cap?: number
  /** The share of the wait that is random: 0 is none, 1 is "full jitter". Applied after the cap. @default 1 */
  readonly jitter?: number
}

/** The usual doubling: `min(cap, base * 2 ** (attempt - 1))`, of which the share `jitter` is random. */
export function exponential(options: ExponentialOptions = {}): RetryDelay {
  const { base = 1000, cap = 30_000, jitter = 1 } = options
  return (attempt, random) => Math.min(cap, base * 2 ** (attempt - 1)) * (1 - jitter * random)
}

/** The longest wait that a server may ask for, in ms. */
export const MAX_SERVER_DELAY_MS = 300_000

/** The wait before a retry: never negative or endless, whatever the policy says, and raised by what the server asked for. */
export function retryDelayMs(delay: RetryDelay, attempt: number, random: number, serverDelayMs = 0): number {
  return clampDelay(delay(attempt, random)) + Math.min(MAX_SERVER_DELAY_MS, clampDelay(serverDelayMs))
}

/** 2^31 - 1 is the longest delay that a platform timer takes; above it they fire at once. */
export function clampDelay(ms: number): number {
  return ms > 0 ? Math.min(ms, 2 ** 31 - 1) : 0
}
