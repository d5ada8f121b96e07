import { type Attempt, attemptOf } from '../attempts.ts'
import { isAllowed } from '../bearer.ts'
import { type WritableEventLog } from '../event-log.ts'
import {
  type CommonFault,
  type LoseFault,
  type PollFault,
  type SettledFaultRule,
  type StreamFault,
  strikesPolls,
  takeFault,
} from '../faults.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { Problem, problemOf } from '../problem.ts'
import { type RuleBook } from '../rule-book.ts'
import { respondWithFault, waitWhileConnected, delayBefore } from '../streams/stream-faults.ts'
import { type Tokens } from '../tokens.ts'
import { holdPoll } from './hold.ts'
import { sendPoll } from './poll-body.ts'
import { type Poll, type PollResponse, type PollDialect } from './poll-dialect.ts'
import { type PollMessage } from './poll-log.ts'
import { type PollService, type Visit } from './polls.ts'

export interface PollRoutesOptions {
  readonly pollService: PollService
  readonly tokens: Tokens
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

type Fault = CommonFault | StreamFault | LoseFault | PollFault

/** A response, and the messages in it. */
interface Outcome {
  readonly pollResponse: PollResponse
  readonly messages: readonly PollMessage[]
}

/** The number after which the response begins. */
function startOf({ log, from }: Poll, fault: Fault | undefined): number {
  return fault?.fault === 'repeat' ? Math.max(0, Math.min(from, log.published) - fault.messages) : from
}

/** Whether the fault keeps the request in flight until its connection ends. */
const neverEnds = (fault: Fault | undefined): boolean =>
  fault?.fault === 'silence' || fault?.fault === 'stall' || (fault?.fault === 'refuse' && fault.endless)

/** Holds a poll and builds its response. Returns undefined when the client has disconnected. */
async function decide(
  { response }: Exchange,
  poll: Poll,
  fault: Fault | undefined,
  visit: Visit,
): Promise<Outcome | undefined> {
  const { log, limit, write } = poll
  if (fault?.fault === 'empty') return { pollResponse: write([]), messages: [] }
  const from = startOf(poll, fault)
  const ms = poll.hold + (fault?.fault === 'hold-longer' ? fault.ms : 0)
  if (log.published <= from && ms > 0) {
    const hold = holdPoll(response, poll, ms)
    // Logged after the hold has begun, because a listener of the log may publish at once.
    visit.note('held')
    const end = await hold
    if (end === 'disconnected') return undefined
    if (typeof end === 'object') return { pollResponse: end, messages: [] }
  }
  const messages = log.after(from, limit)
  return { pollResponse: write(messages), messages }
}

/** The routes of the dialects. A fault applies first, then the hold. */
export function pollRoutes(
  dialects: readonly PollDialect[],
  { pollService, tokens, faults, attempts }: PollRoutesOptions,
): readonly Route[] {
  async function respond(dialect: PollDialect, exchange: Exchange, visit: Visit): Promise<void> {
    const { response, target, request } = exchange
    const fault = takeFault(faults, target, strikesPolls)
    const outcome = fault?.fault ?? 'accepted'
    const note = (status: number, messages = 0): void => {
      attempts.add(attemptOf(request, { outcome, status }))
      if (!visit.disconnected && fault?.fault !== 'stall') visit.note('answered', { status, messages })
    }

    const wait = delayBefore(fault)
    if (wait > 0 && !(await waitWhileConnected(response, wait))) return note(0)
    const status = respondWithFault(exchange, fault)
    if (status !== undefined) {
      if (!neverEnds(fault)) visit.leave()
      return note(status)
    }
    if (!isAllowed(exchange, tokens))
      throw new Problem(401, 'unauthorized', 'The bearer token is missing or not valid')
    const poll = await dialect.admit(exchange)
    const outcomeToSend = visit.disconnected ? undefined : await decide(exchange, poll, fault, visit)
    if (outcomeToSend === undefined) return note(0)
    // Counted before the response is sent, because the client sends its next request as soon as it has the last byte.
    if (!neverEnds(fault)) visit.leave()
    const bytes = sendPoll(response, outcomeToSend.pollResponse, fault)
    const isComplete = bytes === Buffer.byteLength(outcomeToSend.pollResponse.body)
    const delivered = isComplete && fault?.fault !== 'lose' ? outcomeToSend.messages.length : 0
    visit.sent(bytes, delivered)
    note(fault?.fault === 'lose' ? 0 : outcomeToSend.pollResponse.status, delivered)
  }

  const handle = (dialect: PollDialect) => async (exchange: Exchange) => {
    const visit = pollService.arrive(exchange)
    try {
      await respond(dialect, exchange, visit)
    } catch (thrown) {
      const problem = problemOf(thrown)
      attempts.add(attemptOf(exchange.request, { outcome: 'refused', status: problem.status }))
      visit.leave()
      if (!visit.disconnected) visit.note('answered', { status: problem.status, messages: 0 })
      throw problem
    }
  }

  return dialects.flatMap((dialect) =>
    dialect.methods.map((method) => ({ method, path: dialect.path, handle: handle(dialect) })),
  )
}
