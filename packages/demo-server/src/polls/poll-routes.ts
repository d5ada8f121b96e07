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
import { answerWithFault, stays, waitBefore } from '../streams/stream-faults.ts'
import { type Tokens } from '../tokens.ts'
import { holdPoll } from './hold.ts'
import { sendPoll } from './poll-body.ts'
import { type Poll, type PollAnswer, type PollDialect } from './poll-dialect.ts'
import { type PollMessage } from './poll-log.ts'
import { type PollDesk, type Visit } from './polls.ts'

export interface PollRoutesOptions {
  readonly desk: PollDesk
  readonly tokens: Tokens
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

type Fault = CommonFault | StreamFault | LoseFault | PollFault

/** What is to be sent, and the messages in it. */
interface Outcome {
  readonly answer: PollAnswer
  readonly messages: readonly PollMessage[]
}

/** The number behind which the answer begins. */
function beginning({ log, from }: Poll, fault: Fault | undefined): number {
  return fault?.fault === 'repeat' ? Math.max(0, Math.min(from, log.published) - fault.messages) : from
}

/** These keep the request in flight until its connection ends. */
const hangs = (fault: Fault | undefined): boolean =>
  fault?.fault === 'silence' || fault?.fault === 'stall' || (fault?.fault === 'refuse' && fault.endless)

/** Takes a poll through its hold to its answer; undefined when the client has left. */
async function decide(
  { response }: Exchange,
  poll: Poll,
  fault: Fault | undefined,
  visit: Visit,
): Promise<Outcome | undefined> {
  const { log, limit, write } = poll
  if (fault?.fault === 'empty') return { answer: write([]), messages: [] }
  const from = beginning(poll, fault)
  const ms = poll.hold + (fault?.fault === 'hold-longer' ? fault.ms : 0)
  if (log.published <= from && ms > 0) {
    const hold = holdPoll(response, poll, ms)
    // Whoever hears of it may publish at once, and is not to be missed.
    visit.note('held')
    const end = await hold
    if (end === 'gone') return undefined
    if (typeof end === 'object') return { answer: end, messages: [] }
  }
  const messages = log.after(from, limit)
  return { answer: write(messages), messages }
}

/** The routes of the dialects: the fault comes first, then the hold. */
export function pollRoutes(
  dialects: readonly PollDialect[],
  { desk, tokens, faults, attempts }: PollRoutesOptions,
): readonly Route[] {
  async function answer(dialect: PollDialect, exchange: Exchange, visit: Visit): Promise<void> {
    const { response, target, request } = exchange
    const fault = takeFault(faults, target, strikesPolls)
    const outcome = fault?.fault ?? 'accepted'
    const note = (status: number, messages = 0): void => {
      attempts.add(attemptOf(request, { outcome, status }))
      if (!visit.gone && fault?.fault !== 'stall') visit.note('answered', { status, messages })
    }

    const wait = waitBefore(fault)
    if (wait > 0 && !(await stays(response, wait))) return note(0)
    const status = answerWithFault(exchange, fault)
    if (status !== undefined) {
      if (!hangs(fault)) visit.leave()
      return note(status)
    }
    if (!isAllowed(exchange, tokens)) throw new Problem(401, 'unauthorized', 'A good token is wanted')
    const poll = await dialect.admit(exchange)
    const decided = visit.gone ? undefined : await decide(exchange, poll, fault, visit)
    if (decided === undefined) return note(0)
    // Not as late as its end is heard of: the client asks again as soon as it has the last byte.
    if (!hangs(fault)) visit.leave()
    const bytes = sendPoll(response, decided.answer, fault)
    const isWhole = bytes === Buffer.byteLength(decided.answer.body)
    const delivered = isWhole && fault?.fault !== 'lose' ? decided.messages.length : 0
    visit.sent(bytes, delivered)
    note(fault?.fault === 'lose' ? 0 : decided.answer.status, delivered)
  }

  const handle = (dialect: PollDialect) => async (exchange: Exchange) => {
    const visit = desk.arrive(exchange)
    try {
      await answer(dialect, exchange, visit)
    } catch (thrown) {
      const problem = problemOf(thrown)
      attempts.add(attemptOf(exchange.request, { outcome: 'refused', status: problem.status }))
      visit.leave()
      if (!visit.gone) visit.note('answered', { status: problem.status, messages: 0 })
      throw problem
    }
  }

  return dialects.flatMap((dialect) =>
    dialect.methods.map((method) => ({ method, path: dialect.path, handle: handle(dialect) })),
  )
}
