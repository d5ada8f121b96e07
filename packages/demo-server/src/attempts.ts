import { type Fault } from './faults.ts'
import { type HttpRequest, lastEventIdOf } from './http.ts'

/** One WebSocket handshake, one request for a stream or a resource or one poll, and what became of it. */
export interface Attempt {
  readonly at: number
  readonly method: string
  /** Path and query, as they were asked for. */
  readonly target: string
  /** '1.1' or '2.0'. */
  readonly httpVersion: string
  /** The subprotocols that were offered. */
  readonly protocols: readonly string[]
  /** The header of that name, read as UTF-8. */
  readonly lastEventId: string | undefined
  /** `refused` is the server's own word, the names of faults are what somebody asked for. */
  readonly outcome: 'accepted' | 'refused' | Fault['fault']
  /** The status of the HTTP answer; 0 when there was none. */
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
