import { HttpError } from '../shared/errors.ts'
import { parseRetryAfter } from './http-date.ts'
import type { Outcome } from '../shared/outcome.ts'

/**
 * Is an answer with this status, which is not the one that was hoped for, worth another attempt?
 *
 * 408, 425, 429 and 5xx are of the moment (RFC 9110, section 15.5.9; RFC 8470, section 5.2; RFC 6585, section 4); 204 says that
 * there is no more to come; all else would be said again.
 */
export function classifyStatus(status: number): Outcome['kind'] {
  if (status === 204) return 'complete'
  if (status === 401) return 'unauthorized'
  return status === 408 || status === 425 || status === 429 || status >= 500 ? 'retryable' : 'fatal'
}

/** By these a server says that it has done nothing yet, so that even a POST may be sent again. */
const SAFE_TO_REPEAT_STATUSES = [408, 425, 429, 503]

/**
 * What a status means that does not open a line.
 *
 * @param now the wall clock, in ms since the epoch
 * @param isNonRepeatable the request is not safe to repeat (RFC 9110, section 9.2.2)
 */
export function outcomeOfStatus(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  now: number,
  isNonRepeatable: boolean,
): Outcome {
  const kind = classifyStatus(status)
  if (kind === 'complete') return { kind }
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now)
  const error = new HttpError(`The server responded with ${status}`, {
    status,
    retryAfter: retryAfterMs,
  })
  const isUnrepeatable =
    kind === 'retryable' &&
    isNonRepeatable &&
    retryAfterMs === undefined &&
    !SAFE_TO_REPEAT_STATUSES.includes(status)
  return { kind: isUnrepeatable ? 'fatal' : kind, error, retryAfterMs: retryAfterMs }
}
