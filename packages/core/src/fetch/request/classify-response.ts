import type { TautlineError } from '../../shared/errors.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { RawResponse } from './send-request.ts'
import { decodeBody, htmlInsteadError, isJsonExpected, isTruncatedJson } from '../../http/body.ts'
import { brokenOffError } from '../../http/fetch-response.ts'
import { type BodyCodec, expectsBytes } from '../../shared/codec.ts'
import { toHttpError } from '../../http/error-response.ts'
import { classifyStatus } from '../../http/status.ts'
import type { Outcome } from '../../shared/outcome.ts'
import { isRefusal } from '../../shared/resolve-option.ts'

/**
 * Classifies a complete response: success, retryable, unauthorized or fatal.
 *
 * @param codec decodes its body
 * @param now in ms since the epoch
 */
export function classifyResponse(
  response: RawResponse,
  { headers: requestHeaders, isConditional, emptyOn }: PreparedRequest,
  now: number,
  codec?: BodyCodec,
): Outcome {
  const { status, headers } = response
  const isEmpty = emptyOn?.includes(status)
  if (isEmpty) response.raw = undefined
  if (isEmpty || (status === 304 && isConditional)) return { kind: 'complete' }
  if (status < 200 || status > 299) {
    const error = toHttpError(response, now)
    return { kind: classifyStatus(status), error, retryAfterMs: error.retryAfter }
  }
  // Many servers send their usual Content-Type with an empty body too. `text()` and codecs of one's own take HTML.
  const mayBeHtml = response.size === 0 || (codec && !codec.ignoresEmpty && !expectsBytes(codec))
  const error = mayBeHtml ? undefined : htmlInsteadError(headers, requestHeaders.get('accept'))
  if (error) return { kind: 'fatal', error }
  return isCutOff(response, codec) ? { kind: 'retryable', error: brokenOffError() } : { kind: 'complete' }
}

/** Whether the body is only the beginning of a JSON text: WebKit does not report that a response was cut off. */
function isCutOff(response: RawResponse, codec: BodyCodec | undefined): boolean {
  const { raw, headers } = response
  if (typeof raw !== 'string' || !isJsonExpected(headers, codec)) return false
  try {
    response.decoded = { codec, value: decodeBody(raw, headers, codec) }
    return false
  } catch {
    // Any other error is thrown again when the response is read.
    return isTruncatedJson(raw)
  }
}

/**
 * Whether an error is likely to pass: the network, the server, or that of a token is down. Then a stale response may be
 * shown instead of the error (RFC 5861, section 4). False for responses such as 404, 501 and 505.
 */
export const isOutage = (error: TautlineError | undefined): boolean =>
  error?.code === 'provider'
    ? !isRefusal(error.thrown)
    : /^(connect-failed|closed|timeout|cors|5(?!0[15]).*)$/.test(
        String(error?.code === 'http' ? error.status : error?.code),
      )
