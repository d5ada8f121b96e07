import { type ProblemDetails, type TautlineError, HttpError } from '../../shared/errors.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { RawResponse } from './send-request.ts'
import { htmlInsteadError, contentTypeOf, parseByContentType } from '../../http/body.ts'
import { isPlainObjectOrArray } from '../../http/build-request.ts'
import { classifyStatus } from '../../http/status.ts'
import { parseRetryAfter } from '../../http/http-date.ts'
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
  if (status < 200 || status > 299) return errorOutcome(response, now)
  // Many servers send their usual Content-Type with an empty body too.
  const error = response.size === 0 ? undefined : htmlInsteadError(headers, requestHeaders.get('accept'))
  if (!error) return { kind: 'complete' }
  // The server may have carried out a write, so only reads are retried.
  return { kind: init.method === 'GET' || init.method === 'HEAD' ? 'retryable' : 'fatal', error }
}

function errorOutcome({ status, headers, raw }: RawResponse, now: number): Outcome {
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now)
  const body = raw === undefined ? undefined : parseOrRaw(raw, contentTypeOf(headers))
  const isProblem =
    contentTypeOf(headers) === 'application/problem+json' &&
    isPlainObjectOrArray(body) &&
    !Array.isArray(body)
  const problem = isProblem ? (body as ProblemDetails) : undefined // by its type (RFC 9457, section 3)
  const error = new HttpError(`The server responded with ${status}`, {
    status,
    retryAfter: retryAfterMs,
    headers,
    body,
    problem,
  })
  return { kind: classifyStatus(status), error, retryAfterMs }
}

/** Parses the body of an error response, or returns it unparsed if it does not match its Content-Type. */
function parseOrRaw(raw: NonNullable<RawResponse['raw']>, type: string): unknown {
  try {
    return parseByContentType(raw, type)
  } catch {
    return raw
  }
}

/**
 * Whether a stale response may be shown instead of this error (RFC 5861, section 4): yes if the server or the network
 * failed, no for responses such as 403 or 404.
 */
export function isStaleIfErrorCase(error: TautlineError): boolean {
  if (error.code === 'http') return [500, 502, 503, 504].includes(error.status)
  return /^(connect-failed|closed|timeout|cors)$/.test(error.code)
}
