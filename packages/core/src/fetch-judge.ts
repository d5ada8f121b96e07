import { type ProblemDetails, TautlineError } from './errors.ts'
import type { FetchAnswer } from './fetch/request.ts'
import { pageInstead, typeOf, valueOf } from './http-body.ts'
import { isPlain } from './http-request.ts'
import { statusKind } from './http-status.ts'
import { retryAfter } from './retry-after.ts'
import type { Outcome } from './transport.ts'

/**
 * What an answer that has come whole means.
 *
 * @param sent the headers of the request
 * @param now the wall clock, in ms since the epoch
 */
export function judge(answer: FetchAnswer, sent: Headers, now: number): Outcome {
  const { status, headers, raw } = answer
  const isConditional = sent.has('if-none-match') || sent.has('if-modified-since')
  if (status === 304 && isConditional) return { kind: 'complete' }
  if (status < 200 || status > 299) return refusal(answer, now)
  const error = raw === undefined ? undefined : pageInstead(headers, sent.get('accept'))
  return error ? { kind: 'lost', error } : { kind: 'complete' }
}

function refusal({ status, headers, raw }: FetchAnswer, now: number): Outcome {
  const wait = retryAfter(headers.get('retry-after'), now)
  const body = raw === undefined ? undefined : readable(raw, typeOf(headers))
  const isProblem = typeOf(headers) === 'application/problem+json' && isPlain(body) && !Array.isArray(body)
  const problem = isProblem ? (body as ProblemDetails) : undefined // by its type (RFC 9457, section 3)
  const title = typeof problem?.title === 'string' ? ` (${problem.title.slice(0, 200)})` : ''
  const error = new TautlineError('http', `The server answered with ${status}${title}`, {
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
