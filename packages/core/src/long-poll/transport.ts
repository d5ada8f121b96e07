import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type HttpRequest,
  fetchResponse,
  cancelBody,
  classifyFetchError,
  readBody,
} from '../http/fetch-response.ts'

/** The parameters of one request of a long poll. */
export interface PollRequest extends HttpRequest {
  /** The largest response body, in bytes. */
  readonly limit: number
  /** Classifies a response by its head: messages, no messages, or an error. */
  classifyResponse(response: Response): 'messages' | 'empty' | Outcome
  /** Returns the outcome with what the body of the response says. */
  readError(outcome: Outcome, response: Response): Promise<Outcome>
}

/** A complete response. */
export interface PollResponse {
  readonly status: number
  /** The URL after redirects. */
  readonly url: string
  readonly headers: Headers
  /** Whether it may have messages; false for a status such as 204. */
  readonly hasContent: boolean
  /** Undefined if the response has no body. */
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/**
 * Sends one request of a long poll and reads the whole response.
 *
 * After success it calls `opened`, `activity` for the head and each part of the body, `message` with the response, and `ended` with `complete`.
 */
export function longPollTransport(
  request: PollRequest,
  on: Pick<TransportEvents<PollResponse>, 'opened' | 'activity' | 'message' | 'ended'>,
): TransportHandle {
  const { signal, url, limit } = request
  const run = async () => {
    const response = await fetchResponse(request)
    // A custom `fetch` may ignore the signal.
    if (signal.aborted) return cancelBody(response)
    const classification = request.classifyResponse(response)
    if (typeof classification === 'object') {
      return on.ended(await request.readError(classification, response))
    }
    const { status, headers } = response
    const responseUrl = response.url || url.href
    on.opened({ protocol: '', url: responseUrl, headers })
    on.activity()
    const hasContent = classification === 'messages'
    if (!hasContent) cancelBody(response)
    const body = hasContent ? await readBody(response, signal, limit, on.activity) : undefined
    on.message({ status, url: responseUrl, headers, hasContent, body })
    on.ended({ kind: 'complete' })
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) on.ended(classifyFetchError(error))
  })
  return { close: () => {} }
}
