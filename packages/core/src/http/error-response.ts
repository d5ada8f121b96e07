import type { Environment } from '../platform/environment.ts'
import type { WireData } from '../shared/codec.ts'
import { type ProblemDetails, HttpError } from '../shared/errors.ts'
import type { Outcome } from '../shared/outcome.ts'
import { contentTypeOf, parseByContentType } from './body.ts'
import { isPlainObjectOrArray } from './build-request.ts'
import { cancelBody } from './fetch-response.ts'
import { parseRetryAfter } from './http-date.ts'
import { type TimeLimit, limitTime } from './time-limit.ts'

/** The largest body of an error response that is read, in bytes. */
export const MAX_ERROR_BODY_BYTES = 1_048_576

/** The longest time for which a connection waits for the body of an error response, in ms. */
const ERROR_BODY_TIMEOUT_MS = 3000

/** Creates the error of a response. @param now in ms since the epoch */
export function toHttpError(
  {
    status,
    headers,
    raw,
  }: { readonly status: number; readonly headers: Headers; readonly raw?: WireData | undefined },
  now: number,
): HttpError {
  const type = contentTypeOf(headers)
  const body = raw === undefined ? undefined : parseOrRaw(raw, type)
  const isProblem = type === 'application/problem+json' && isPlainObjectOrArray(body) && !Array.isArray(body)
  const problem = isProblem ? (body as ProblemDetails) : undefined // by its type (RFC 9457, section 3)
  const retryAfter = parseRetryAfter(headers.get('retry-after'), now)
  return new HttpError(`The server responded with ${status}`, { status, retryAfter, headers, body, problem })
}

/** Parses the body of an error response, or returns it unparsed if it does not match its Content-Type. */
function parseOrRaw(raw: WireData, type: string): unknown {
  try {
    return parseByContentType(raw, type)
  } catch {
    return raw
  }
}

/**
 * Returns an outcome whose error has the body of its response: why the server refused a stream or a poll. Without the
 * body, if that is too large or too slow, or if the error is no `HttpError`.
 *
 * @param read reads a body of at most `MAX_ERROR_BODY_BYTES`
 */
export async function addErrorBody(
  outcome: Outcome,
  response: Response,
  signal: AbortSignal,
  environment: Pick<Environment, 'now' | 'setTimeout' | 'clearTimeout'>,
  read: (response: Response, limit: TimeLimit) => Promise<WireData | undefined>,
): Promise<Outcome> {
  const { body, headers, status } = response
  if (outcome.error?.code !== 'http' || body === null || !hasErrorBody(headers)) {
    cancelBody(response)
    return outcome
  }
  const limit = limitTime(environment, signal, ERROR_BODY_TIMEOUT_MS)
  try {
    const raw = await read(response, limit)
    return { ...outcome, error: toHttpError({ status, headers, raw }, environment.now()) }
  } catch {
    // The status is enough for an error.
    return outcome
  } finally {
    limit.stop()
  }
}

/** A response without a type and a length has no body; one of events may be endless. */
function hasErrorBody(headers: Headers): boolean {
  const type = headers.get('content-type')
  return type ? contentTypeOf(headers) !== 'text/event-stream' : Number(headers.get('content-length')) > 0
}
