import { type Attempt, attemptOf } from '../attempts.ts'
import { type WritableEventLog } from '../event-log.ts'
import { type Fault, type SettledFaultRule, strikesRest, takeFault } from '../faults.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { type Problem, problemBody, problemOf } from '../problem.ts'
import { type RuleBook } from '../rule-book.ts'
import { answerWithFault, stays, waitBefore } from '../streams/stream-faults.ts'
import { type WholeAnswer } from '../whole-answer.ts'
import { sendRest } from './rest-body.ts'
import { type RestEndpoint } from './rest-endpoint.ts'
import { revalidated } from './validators.ts'

export interface RestRoutesOptions {
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

/** The longest that an answer is kept back, in ms. */
const MAX_DELAY = 10_000

const problemAnswer = (problem: Problem): WholeAnswer => ({
  status: problem.status,
  headers: { 'Content-Type': 'application/problem+json', ...problem.headers },
  body: `${JSON.stringify(problemBody(problem))}\n`,
})

/** A refusal is an answer like any other: it can be late, and be bent. Undefined when the client has left. */
async function decide(endpoint: RestEndpoint, exchange: Exchange): Promise<WholeAnswer | undefined> {
  const { request, response, parameters } = exchange
  let gone = false
  let delay = 0
  response.on('close', () => (gone = true))
  // A client may leave in the middle of a write; the close is all there is to see then.
  response.on('error', () => undefined)
  let answer: WholeAnswer
  try {
    delay = parameters.integer('delay', { min: 0, max: MAX_DELAY }, 0)
    answer = revalidated(request, await endpoint.handle(exchange))
  } catch (thrown) {
    // Whoever leaves in the middle of a body is no fault of the server's.
    if (gone) return undefined
    answer = problemAnswer(problemOf(thrown))
  }
  // What nobody has read is not to be taken for the next request, and who is still sending shall see the answer.
  request.resume()
  if (gone || (delay > 0 && !(await stays(response, delay)))) return undefined
  return answer
}

const outcomeOf = (fault: Fault | undefined, status: number): Attempt['outcome'] =>
  fault?.fault ?? (status < 400 ? 'accepted' : 'refused')

/** The routes of the endpoints that answer with a whole body: the fault comes first, then the endpoint. */
export function restRoutes(
  endpoints: readonly RestEndpoint[],
  { faults, attempts }: RestRoutesOptions,
): readonly Route[] {
  const note = ({ request }: Exchange, outcome: Attempt['outcome'], status: number): void =>
    attempts.add(attemptOf(request, { outcome, status }))

  async function answer(endpoint: RestEndpoint, exchange: Exchange): Promise<void> {
    const { response, target } = exchange
    const fault = takeFault(faults, target, strikesRest)
    const wait = waitBefore(fault)
    if (fault !== undefined && wait > 0 && !(await stays(response, wait))) {
      return note(exchange, fault.fault, 0)
    }
    const status = answerWithFault(exchange, fault)
    if (fault !== undefined && status !== undefined) return note(exchange, fault.fault, status)
    const decided = await decide(endpoint, exchange)
    if (decided === undefined) return note(exchange, fault?.fault ?? 'accepted', 0)
    sendRest(exchange, decided, fault)
    note(exchange, outcomeOf(fault, decided.status), fault?.fault === 'lose' ? 0 : decided.status)
  }

  const handle = (endpoint: RestEndpoint) => async (exchange: Exchange) => {
    try {
      await answer(endpoint, exchange)
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
