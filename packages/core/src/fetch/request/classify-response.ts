import type { TautlineError } from '../../shared/errors.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { RawResponse } from './send-request.ts'
import { htmlInsteadError } from '../../http/body.ts'
import { toHttpError } from '../../http/error-response.ts'
import { classifyStatus } from '../../http/status.ts'
import type { Outcome } from '../../shared/outcome.ts'

/**
 * Classifies a complete response: success, retryable, unauthorized or fatal.
 *
 * @param now in ms since the epoch
 */
export function classifyResponse(
  response: RawResponse,
  { headers: requestHeaders, init, isConditional }: PreparedRequest,
  now: number,
): Outcome {
  const { status, headers } = response
  if (status === 304 && isConditional) return { kind: 'complete' }
  if (status < 200 || status > 299) {
    const error = toHttpError(response, now)
    return { kind: classifyStatus(status), error, retryAfterMs: error.retryAfter }
  }
  // Many servers send their usual Content-Type with an empty body too.
  const error = response.size === 0 ? undefined : htmlInsteadError(headers, requestHeaders.get('accept'))
  if (!error) return { kind: 'complete' }
  // The server may have carried out a write, so only reads are retried.
  return { kind: init.method === 'GET' || init.method === 'HEAD' ? 'retryable' : 'fatal', error }
}

/**
 * Whether a stale response may be shown instead of this error (RFC 5861, section 4): yes if the server or the network
 * failed, no for responses such as 403 or 404.
 */
export function isStaleIfErrorCase(error: TautlineError): boolean {
  if (error.code === 'http') return [500, 502, 503, 504].includes(error.status)
  return /^(connect-failed|closed|timeout|cors)$/.test(error.code)
}
