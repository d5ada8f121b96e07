import { type ProblemDetails, type TautlineError, HttpError } from '../../shared/errors.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { RawResponse } from './send-request.ts'
import { htmlInsteadError, contentTypeOf, parseByContentType } from '../../http/body.ts'
import { isPlainObjectOrArray } from '../../http/build-request.ts'
import { classifyStatus } from '../../http/status.ts'
import { parseRetryAfter } from '../../http/http-date.ts'
import type { Outcome } from '../../shared/outcome.ts'

/**
 * What an answer that has come whole means.
 *
 * @param now the wall clock, in ms since the epoch
 */
export function classifyResponse(
  response: RawResponse,
  { headers: requestHeaders, init, isConditional }: PreparedRequest,
  now: number,
): Outcome {
  const { status, headers, raw } = response
  if (status === 304 && isConditional) return { kind: 'complete' }
  if (status < 200 || status > 299) return errorOutcome(response, now)
  // Many servers give their usual type with an empty body, too.
  const error =
    raw === undefined || raw === '' ? undefined : htmlInsteadError(headers, requestHeaders.get('accept'))
  if (!error) return { kind: 'complete' }
  // A write may have been done, by a server that answers with a page.
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
  return { kind: classifyStatus(status), error, retryAfterMs: retryAfterMs }
}

/** A body that is not what it says it is tells something too. */
function parseOrRaw(raw: NonNullable<RawResponse['raw']>, type: string): unknown {
  try {
    return parseByContentType(raw, type)
  } catch {
    return raw
  }
}

/** What a stale answer may stand in for (RFC 5861, section 4): the server or the network is out of order, and not: it is forbidden, or gone. */
export function isStaleIfErrorCase(error: TautlineError): boolean {
  if (error.code === 'http') return [500, 502, 503, 504].includes(error.status)
  return /^(connect-failed|closed|timeout|cors)$/.test(error.code)
}
