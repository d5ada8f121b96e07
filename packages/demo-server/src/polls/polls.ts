import { createEventLog, type EventLog, type WritableEventLog } from '../event-log.ts'
import { type Exchange } from '../http-router.ts'
import { fieldsOf } from '../input.ts'
import { createPollCounters, type Counted, type PollCounts, type PollCounters } from './poll-counts.ts'
import { createPollLogs, type Published, type PollLogs, type PollLogView } from './poll-logs.ts'

/** What happened to a request of a poll. */
export interface PollEvent {
  readonly at: number
  /** Counts the requests, from 1. */
  readonly request: number
  /** `held`: there was nothing to tell. `left`: it ended without an answer, as a rule because the client went away. */
  readonly type: 'arrived' | 'held' | 'answered' | 'left'
  readonly client: string
  /** Path and query, as they were asked for. */
  readonly target: string
  /** Of the answer; 0 when its head never left. */
  readonly status?: number
  /** How many messages left with it. */
  readonly messages?: number
}

/** What `GET /control/polls` says, and `polls` in the state. */
export interface PollsView extends PollCounts {
  readonly clients: Readonly<Record<string, PollCounts>>
  readonly logs: Readonly<Record<string, PollLogView>>
}

/** The polls, for those who write tests. */
export interface Polls {
  /** One message, or several that come into the log at once. @throws Problem */
  publish(log: string, texts: string | readonly string[]): Published
  /** Of one client, or of all together. */
  counts(client?: string): PollCounts
  /** What happens to each request. */
  readonly log: EventLog<PollEvent>
}

/** One request, from its arrival on. */
export interface Visit extends Counted {
  readonly gone: boolean
  note(type: PollEvent['type'], outcome?: Pick<PollEvent, 'status' | 'messages'>): void
}

export interface PollDesk extends Polls {
  readonly logs: PollLogs
  /** @throws Problem when the name of the client makes no sense. */
  arrive(exchange: Exchange): Visit
  view(): PollsView
}

/** A client names itself, so that it is counted apart from the others. */
function clientOf({ request, parameters }: Exchange): string {
  const header = request.headers['x-client']
  const fields = parameters.has('client') ? parameters : fieldsOf({ client: header })
  return fields.text('client', { min: 1, max: 100 }, 'anonymous')
}

function createVisit(
  { response, target }: Exchange,
  client: string,
  request: number,
  { counters, log }: { readonly counters: PollCounters; readonly log: WritableEventLog<PollEvent> },
): Visit {
  const counted = counters.arrive(client)
  let answered = false
  let gone = false
  const note: Visit['note'] = (type, outcome) => {
    if (type === 'answered') answered = true
    log.add({ at: Date.now(), request, type, client, target, ...outcome })
  }
  response.on('close', () => {
    gone = true
    counted.leave()
    if (!answered) note('left')
  })
  note('arrived')
  return {
    ...counted,
    get gone() {
      return gone
    },
    note,
  }
}

export function createPollDesk(): PollDesk {
  const logs = createPollLogs()
  const counters = createPollCounters()
  const log = createEventLog<PollEvent>()
  let requests = 0

  return {
    logs,
    log,
    publish: logs.publish,
    counts: (client) => (client === undefined ? counters.total() : counters.of(client)),
    arrive(exchange) {
      const client = clientOf(exchange)
      return createVisit(exchange, client, (requests += 1), { counters, log })
    },
    view: () => ({ ...counters.total(), clients: counters.byClient(), logs: logs.views() }),
  }
}
