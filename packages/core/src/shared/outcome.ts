import type { TautlineError } from './errors.ts'

/** How one attempt ended, as classified by its transport. */
export interface Outcome {
  /** `idle`: there is no URL yet. */
  readonly kind: 'retryable' | 'fatal' | 'complete' | 'unauthorized' | 'idle'
  /** The server ended a response that was useful: no failure, although the connection has to be opened again. */
  readonly isCleanEnd?: boolean | undefined
  /** The server recognizes a repeated request, so that it may be sent again with any method. */
  readonly isRepeatable?: boolean | undefined
  readonly error?: TautlineError | undefined
  /** The delay that the server requested by `Retry-After`, in ms. */
  readonly retryAfterMs?: number | undefined
}
