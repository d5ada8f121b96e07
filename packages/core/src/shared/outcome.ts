/** How one attempt ended, as its transport judges it. */
export interface Outcome {
  readonly kind: 'lost' | 'fatal' | 'complete' | 'unauthorized'
  readonly error?: Error | undefined
  /** What the server asked to wait, in ms. */
  readonly retryAfter?: number | undefined
}
