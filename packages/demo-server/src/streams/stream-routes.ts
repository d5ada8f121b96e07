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
import { isBodiless } from '../http.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { problemOf } from '../problem.ts'
import { type RuleBook } from '../rule-book.ts'
import { createEventBody } from './event-body.ts'
import { EVENT_STREAM, type StreamAnswer, type StreamEndpoint } from './stream-endpoint.ts'
import { answerWithFault, stays, waitBefore } from './stream-faults.ts'

export interface StreamRoutesOptions {
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

type Fault = CommonFault | StreamFault

/** Sends what the endpoint has decided; says with which status. */
function send({ response }: Exchange, answer: StreamAnswer & { kind: 'stream' }, fault?: Fault): number {
  const { status = 200, headers = EVENT_STREAM } = answer
  const encoding = shapeOf(fault) === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}
  response.writeHead(status, { ...headers, ...encoding })
  if (isBodiless(status)) {
    response.end()
    return status
  }
  // Without it the head would wait for the first event.
  response.flushHeaders()
  answer.begin(createEventBody(response, fault))
  return status
}

/** The routes of the endpoints that stream: the fault comes first, then the endpoint. */
export function streamRoutes(
  endpoints: readonly StreamEndpoint[],
  { faults, attempts }: StreamRoutesOptions,
): readonly Route[] {
  async function answer(endpoint: StreamEndpoint, exchange: Exchange): Promise<void> {
    const { request, response, json, target } = exchange
    const note = (outcome: Attempt['outcome'], status: number): void =>
      attempts.add(attemptOf(request, { outcome, status }))

    const fault = takeFault(faults, target, strikesStreams)
    const wait = waitBefore(fault)
    if (fault !== undefined && wait > 0 && !(await stays(response, wait))) return note(fault.fault, 0)
    const status = answerWithFault(exchange, fault)
    if (fault !== undefined && status !== undefined) return note(fault.fault, status)
    let gone = false
    response.on('close', () => (gone = true))
    const answer = await endpoint.admit(exchange)
    const outcome = fault?.fault ?? 'accepted'
    // What began now would never hear of the end.
    if (gone) return note(outcome, 0)
    switch (answer.kind) {
      case 'no-content':
        response.writeHead(204)
        response.end()
        return note('refused', 204)
      case 'json':
        for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
        json(answer.body, answer.status)
        return note(answer.status < 400 ? outcome : 'refused', answer.status)
      case 'stream':
        return note(outcome, send(exchange, answer, fault))
    }
  }

  const handle = (endpoint: StreamEndpoint) => async (exchange: Exchange) => {
    try {
      await answer(endpoint, exchange)
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
