import type { TautlineError } from './errors.ts'
/** How one attempt ended, as its transport judges it. */
export interface Outcome {
  readonly kind: 'retryable' | 'fatal' | 'complete' | 'unauthorized'
  readonly error?: TautlineError | undefined
  /** What the server asked to wait, in ms. */
  readonly retryAfterMs?: number | undefined
}
