import { type Attempt, attemptOf } from '../attempts.ts'
import { type WritableEventLog } from '../event-log.ts'
import { type Fault, type SettledFaultRule, strikesRest, takeFault } from '../faults.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { type Problem, problemBody, problemOf } from '../problem.ts'
import { type RuleBook } from '../rule-book.ts'
import { respondWithFault, waitWhileConnected, delayBefore } from '../streams/stream-faults.ts'
import { type WholeResponse } from '../whole-response.ts'
import { sendRest } from './rest-body.ts'
import { type RestEndpoint } from './rest-endpoint.ts'
import { revalidated } from './validators.ts'

export interface RestRoutesOptions {
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

/** The longest delay of a response. */
const MAX_DELAY_MS = 10_000

const problemResponse = (problem: Problem): WholeResponse => ({
  status: problem.status,
  headers: { 'Content-Type': 'application/problem+json', ...problem.headers },
  body: `${JSON.stringify(problemBody(problem))}\n`,
})

/** Gets the response of the endpoint. A problem becomes a response too, so that it can be delayed or changed by a fault. Returns undefined when the client has disconnected. */
async function decide(endpoint: RestEndpoint, exchange: Exchange): Promise<WholeResponse | undefined> {
  const { request, response, parameters } = exchange
  let disconnected = false
  let delay = 0
  response.on('close', () => (disconnected = true))
  // A client may disconnect during a write. The close event is enough.
  response.on('error', () => undefined)
  let result: WholeResponse
  try {
    delay = parameters.integer('delay', { min: 0, max: MAX_DELAY_MS }, 0)
    result = revalidated(request, await endpoint.handle(exchange))
  } catch (thrown) {
    // A client that disconnects while it sends its body is not an error of the server.
    if (disconnected) return undefined
    result = problemResponse(problemOf(thrown))
  }
  // The rest of the body must not be read as the next request, and a client that is still sending must get the response.
  request.resume()
  if (disconnected || (delay > 0 && !(await waitWhileConnected(response, delay)))) return undefined
  return result
}

const outcomeOf = (fault: Fault | undefined, status: number): Attempt['outcome'] =>
  fault?.fault ?? (status < 400 ? 'accepted' : 'refused')

/** The routes of the endpoints that respond with a whole body. A fault applies first, then the endpoint. */
export function restRoutes(
  endpoints: readonly RestEndpoint[],
  { faults, attempts }: RestRoutesOptions,
): readonly Route[] {
  const note = ({ request }: Exchange, outcome: Attempt['outcome'], status: number): void =>
    attempts.add(attemptOf(request, { outcome, status }))

  async function respond(endpoint: RestEndpoint, exchange: Exchange): Promise<void> {
    const { response, target } = exchange
    const fault = takeFault(faults, target, strikesRest)
    const wait = delayBefore(fault)
    if (fault !== undefined && wait > 0 && !(await waitWhileConnected(response, wait))) {
      return note(exchange, fault.fault, 0)
    }
    const status = respondWithFault(exchange, fault)
    if (fault !== undefined && status !== undefined) return note(exchange, fault.fault, status)
    const decided = await decide(endpoint, exchange)
    if (decided === undefined) return note(exchange, fault?.fault ?? 'accepted', 0)
    sendRest(exchange, decided, fault)
    note(exchange, outcomeOf(fault, decided.status), fault?.fault === 'lose' ? 0 : decided.status)
  }

  const handle = (endpoint: RestEndpoint) => async (exchange: Exchange) => {
    try {
      await respond(endpoint, exchange)
    } catch (thrown) {
      const problem = problemOf(thrown)
      note(exchange, 'refused', problem.status)
      throw problem
    }
  }

  return endpoints.flatMap((endpoint) =>
    endpoint.methods
      .flatMap((method) => (method === 'GET' ? (['GET', 'HEAD'] as const) : [method]))
      .map((method) => ({ method, path: endpoint.path, handle: handle(endpoint) })),
  )
}
