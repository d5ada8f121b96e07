import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type HttpRequest,
  fetchResponse,
  cancelBody,
  classifyFetchError,
  readBody,
} from '../http/fetch-response.ts'

export interface PollRequest extends HttpRequest {
  /** The longest body, in bytes. */
  readonly limit: number
  /** What the head of an answer means: it brings something, there is nothing new, or it is none of the answers that were hoped for. */
  classifyResponse(response: Response): 'messages' | 'empty' | Outcome
}

/** An answer that has come whole. */
export interface PollResponse {
  readonly status: number
  /** Where it came from in the end: after redirects. */
  readonly url: string
  readonly headers: Headers
  /** It may bring something; else it says that there is nothing new. */
  readonly hasContent: boolean
  /** Undefined: it has none. */
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/**
 * One poll, from the request to the end of the answer, which `message` tells. What is good ends as `complete`: whoever wants to know more asks
 * again.
 */
export function longPollTransport(
  request: PollRequest,
  on: Pick<TransportEvents<PollResponse>, 'opened' | 'message' | 'ended'>,
): TransportHandle {
  const { signal, url, limit } = request
  const run = async () => {
    const response = await fetchResponse(request)
    // A `fetch` of somebody's own may not mind its signal.
    if (signal.aborted) return cancelBody(response)
    const classification = request.classifyResponse(response)
    if (typeof classification === 'object') {
      cancelBody(response)
      return on.ended(classification)
    }
    const { status, headers } = response
    const responseUrl = response.url || url.href
    on.opened({ protocol: '', url: responseUrl, headers })
    const hasContent = classification === 'messages'
    if (!hasContent) cancelBody(response)
    const body =
      hasContent && response.body ? await readBody(response.body, signal, limit, 'maxBodyBytes') : undefined
    on.message({ status, url: responseUrl, headers, hasContent, body })
    on.ended({ kind: 'complete' })
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) on.ended(classifyFetchError(error))
  })
  return { close: () => {} }
}
