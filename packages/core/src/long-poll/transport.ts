import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type HttpRequest, askFor, discard, outcomeOf, read } from '../http/fetch-response.ts'

export interface PollRequest extends HttpRequest {
  /** The longest body, in bytes. */
  readonly limit: number
  /** What the head of an answer means: it brings something, there is nothing new, or it is none of the answers that were hoped for. */
  judge(answer: Response): 'news' | 'nothing' | Outcome
}

/** An answer that has come whole. */
export interface PollResponse {
  readonly status: number
  /** Where it came from in the end: after redirects. */
  readonly url: string
  readonly headers: Headers
  /** It may bring something; else it says that there is nothing new. */
  readonly news: boolean
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
    const answer = await askFor(request)
    // A `fetch` of somebody's own may not mind its signal.
    if (signal.aborted) return discard(answer)
    const verdict = request.judge(answer)
    if (typeof verdict === 'object') {
      discard(answer)
      return on.ended(verdict)
    }
    const { status, headers } = answer
    const place = answer.url || url.href
    on.opened({ protocol: '', url: place, headers })
    const news = verdict === 'news'
    if (!news) discard(answer)
    const body = news && answer.body ? await read(answer.body, signal, limit, 'maxBodySize') : undefined
    on.message({ status, url: place, headers, news, body })
    on.ended({ kind: 'complete' })
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) on.ended(outcomeOf(error))
  })
  return { close: () => {} }
}
