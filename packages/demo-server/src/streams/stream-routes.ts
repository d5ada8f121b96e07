import { type Attempt, attemptOf } from '../attempts.ts'
import { type WritableEventLog } from '../event-log.ts'
import {
  type CommonFault,
  type SettledFaultRule,
  shapeOf,
  type StreamFault,
  strikesStreams,
  takeFault,
} from '../faults.ts'
import { hasNoBody } from '../http.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { problemOf } from '../problem.ts'
import { type RuleBook } from '../rule-book.ts'
import { createEventBody } from './event-body.ts'
import { EVENT_STREAM, type StreamResponse, type StreamEndpoint } from './stream-endpoint.ts'
import { respondWithFault, waitWhileConnected, delayBefore } from './stream-faults.ts'

export interface StreamRoutesOptions {
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

type Fault = CommonFault | StreamFault

/** Starts the stream, and returns its status. */
function send(
  { response }: Exchange,
  streamResponse: StreamResponse & { kind: 'stream' },
  fault?: Fault,
): number {
  const { status = 200, headers = EVENT_STREAM } = streamResponse
  const encoding = shapeOf(fault) === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}
  response.writeHead(status, { ...headers, ...encoding })
  if (hasNoBody(status)) {
    response.end()
    return status
  }
  // Sends the head now, instead of with the first event.
  response.flushHeaders()
  streamResponse.begin(createEventBody(response, fault))
  return status
}

/** The routes of the endpoints that stream. A fault applies first, then the endpoint. */
export function streamRoutes(
  endpoints: readonly StreamEndpoint[],
  { faults, attempts }: StreamRoutesOptions,
): readonly Route[] {
  async function respond(endpoint: StreamEndpoint, exchange: Exchange): Promise<void> {
    const { request, response, json, target } = exchange
    const note = (outcome: Attempt['outcome'], status: number): void =>
      attempts.add(attemptOf(request, { outcome, status }))

    const fault = takeFault(faults, target, strikesStreams)
    const wait = delayBefore(fault)
    if (fault !== undefined && wait > 0 && !(await waitWhileConnected(response, wait)))
      return note(fault.fault, 0)
    const status = respondWithFault(exchange, fault)
    if (fault !== undefined && status !== undefined) return note(fault.fault, status)
    let disconnected = false
    response.on('close', () => (disconnected = true))
    const streamResponse = await endpoint.admit(exchange)
    const outcome = fault?.fault ?? 'accepted'
    // A stream that begins now would miss the close event.
    if (disconnected) return note(outcome, 0)
    switch (streamResponse.kind) {
      case 'no-content':
        response.writeHead(204)
        response.end()
        return note('refused', 204)
      case 'json':
        for (const [name, value] of Object.entries(streamResponse.headers ?? {}))
          response.setHeader(name, value)
        json(streamResponse.body, streamResponse.status)
        return note(streamResponse.status < 400 ? outcome : 'refused', streamResponse.status)
      case 'stream':
        return note(outcome, send(exchange, streamResponse, fault))
    }
  }

  const handle = (endpoint: StreamEndpoint) => async (exchange: Exchange) => {
    try {
      await respond(endpoint, exchange)
    } catch (thrown) {
      const problem = problemOf(thrown)
      attempts.add(attemptOf(exchange.request, { outcome: 'refused', status: problem.status }))
      throw problem
    }
  }

  return endpoints.flatMap((endpoint) =>
    endpoint.methods.map((method) => ({ method, path: endpoint.path, handle: handle(endpoint) })),
  )
}
