import { type Fault } from './faults.ts'
import { type HttpRequest, lastEventIdOf } from './http.ts'

/** One WebSocket handshake, or one request for a stream, a resource or a poll, with its outcome. */
export interface Attempt {
  readonly at: number
  readonly method: string
  /** Path and query of the request. */
  readonly target: string
  /** '1.1' or '2.0'. */
  readonly httpVersion: string
  /** The subprotocols that the client offers. */
  readonly protocols: readonly string[]
  /** The header `Last-Event-ID`, read as UTF-8. */
  readonly lastEventId: string | undefined
  /** `refused`: the server rejected the request. The name of a fault: that fault was requested. */
  readonly outcome: 'accepted' | 'refused' | Fault['fault']
  /** The status of the HTTP response; 0 without a response. */
  readonly status: number
}

export function attemptOf(
  request: HttpRequest,
  outcome: Pick<Attempt, 'outcome' | 'status'> & Partial<Pick<Attempt, 'protocols'>>,
): Attempt {
  return {
    at: Date.now(),
    method: request.method ?? '',
    target: request.url ?? '/',
    httpVersion: request.httpVersion,
    protocols: [],
    lastEventId: lastEventIdOf(request),
    ...outcome,
  }
}
