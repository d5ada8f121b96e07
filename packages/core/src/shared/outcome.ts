import type { TautlineError } from './errors.ts'

/** How one attempt ended, as classified by its transport. */
export interface Outcome {
  readonly kind: 'retryable' | 'fatal' | 'complete' | 'unauthorized'
  /** The server ended a response that was useful: no failure, although the connection has to be opened again. */
  readonly isCleanEnd?: boolean | undefined
  readonly error?: TautlineError | undefined
  /** The delay that the server requested by `Retry-After`, in ms. */
  readonly retryAfterMs?: number | undefined
}
