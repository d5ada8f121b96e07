import { toHttpError } from './error-response.ts'
import type { Outcome } from '../shared/outcome.ts'

/**
 * Decides whether a response with an unexpected status is retried.
 *
 * 408, 425, 429 and 5xx are temporary (RFC 9110, section 15.5.9; RFC 8470, section 5.2; RFC 6585, section 4). 204 means
 * that the stream is complete (HTML standard, section 9.2). With any other status, a retry would fail in the same way.
 */
export function classifyStatus(status: number): Outcome['kind'] {
  if (status === 204) return 'complete'
  if (status === 401) return 'unauthorized'
  return status === 408 || status === 425 || status === 429 || status >= 500 ? 'retryable' : 'fatal'
}

/** Tests for a status whose response has no body (Fetch standard, "null body status"). */
export const isNullBodyStatus = (status: number): boolean => [204, 205, 304].includes(status)

/** Statuses of requests that the server has not processed, so that even a POST may be sent again. */
const SAFE_TO_REPEAT_STATUSES = [408, 425, 429, 503]

/**
 * Returns the outcome of an attempt whose response has an unexpected status.
 *
 * @param now the wall clock, in ms since the epoch
 * @param isNonRepeatable whether the request is not idempotent (RFC 9110, section 9.2.2)
 */
export function outcomeOfStatus(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  now: number,
  isNonRepeatable: boolean,
): Outcome {
  const kind = classifyStatus(status)
  if (kind === 'complete') return { kind }
  const error = toHttpError({ status, headers }, now)
  const retryAfterMs = error.retryAfter
  const mayHaveBeenProcessed =
    kind === 'retryable' &&
    isNonRepeatable &&
    retryAfterMs === undefined &&
    !SAFE_TO_REPEAT_STATUSES.includes(status)
  return { kind: mayHaveBeenProcessed ? 'fatal' : kind, error, retryAfterMs }
}
