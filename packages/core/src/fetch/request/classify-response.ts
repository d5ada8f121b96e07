import { type ProblemDetails, TautlineError, isTautlineError } from '../../shared/errors.ts'
import type { Described } from './prepared-request.ts'
import type { FetchAnswer } from './send-request.ts'
import { pageInstead, typeOf, valueOf } from '../../http/body.ts'
import { isPlain } from '../../http/build-request.ts'
import { statusKind } from '../../http/status.ts'
import { retryAfter } from '../../http/http-date.ts'
import type { Outcome } from '../../shared/outcome.ts'

/**
 * What an answer that has come whole means.
 *
 * @param now the wall clock, in ms since the epoch
 */
export function judge(
  answer: FetchAnswer,
  { headers: sent, init, isConditional }: Described,
  now: number,
): Outcome {
  const { status, headers, raw } = answer
  if (status === 304 && isConditional) return { kind: 'complete' }
  if (status < 200 || status > 299) return refusal(answer, now)
  // Many servers give their usual type with an empty body, too.
  const error = raw === undefined || raw === '' ? undefined : pageInstead(headers, sent.get('accept'))
  if (!error) return { kind: 'complete' }
  // A write may have been done, by a server that answers with a page.
  return { kind: init.method === 'GET' || init.method === 'HEAD' ? 'lost' : 'fatal', error }
}

function refusal({ status, headers, raw }: FetchAnswer, now: number): Outcome {
  const wait = retryAfter(headers.get('retry-after'), now)
  const body = raw === undefined ? undefined : readable(raw, typeOf(headers))
  const isProblem = typeOf(headers) === 'application/problem+json' && isPlain(body) && !Array.isArray(body)
  const problem = isProblem ? (body as ProblemDetails) : undefined // by its type (RFC 9457, section 3)
  const error = new TautlineError('http', `The server answered with ${status}`, {
    status,
    retryAfter: wait,
    headers,
    body,
    problem,
  })
  return { kind: statusKind(status), error, retryAfter: wait }
}

/** A body that is not what it says it is tells something too. */
function readable(raw: NonNullable<FetchAnswer['raw']>, type: string): unknown {
  try {
    return valueOf(raw, type)
  } catch {
    return raw
  }
}

/** What a stale answer may stand in for (RFC 5861, section 4): the server or the network is out of order, and not: it is forbidden, or gone. */
export function isOutage(error: Error): boolean {
  if (isTautlineError(error, 'http')) return [500, 502, 503, 504].includes(error.detail.status)
  return isTautlineError(error) && /^(connect-failed|closed|timeout|cors)$/.test(error.code)
}
