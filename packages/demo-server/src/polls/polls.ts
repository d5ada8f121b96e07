import { createEventLog, type EventLog, type WritableEventLog } from '../event-log.ts'
import { type Exchange } from '../http-router.ts'
import { fieldsOf } from '../input.ts'
import { createPollCounters, type Counted, type PollCounts, type PollCounters } from './poll-counts.ts'
import { createPollLogs, type Published, type PollLogs, type PollLogView } from './poll-logs.ts'

/** An event of a poll request. */
export interface PollEvent {
  readonly at: number
  /** The number of the request, from 1. */
  readonly request: number
  /** `held`: there was no new message. `left`: the request ended without a response, usually because the client disconnected. */
  readonly type: 'arrived' | 'held' | 'answered' | 'left'
  readonly client: string
  /** Path and query of the request. */
  readonly target: string
  /** The status of the response; 0 when its head was not sent. */
  readonly status?: number
  /** The number of messages in the response. */
  readonly messages?: number
}

/** What `GET /control/polls` returns, and `polls` in the state. */
export interface PollsView extends PollCounts {
  readonly clients: Readonly<Record<string, PollCounts>>
  readonly logs: Readonly<Record<string, PollLogView>>
}

/** The polls, as a test uses them. */
export interface Polls {
  /** Publishes one message, or several at once. @throws Problem */
  publish(log: string, texts: string | readonly string[]): Published
  /** The counts of one client, or of all clients together. */
  counts(client?: string): PollCounts
  /** The events of all requests. */
  readonly log: EventLog<PollEvent>
}

/** One poll request, with its counts and its log. */
export interface Visit extends Counted {
  readonly disconnected: boolean
  note(type: PollEvent['type'], outcome?: Pick<PollEvent, 'status' | 'messages'>): void
}

export interface PollService extends Polls {
  readonly logs: PollLogs
  /** @throws Problem when the name of the client is invalid. */
  arrive(exchange: Exchange): Visit
  view(): PollsView
}

/** Reads the name of the client, under which its requests are counted. */
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
  let hasResponded = false
  let disconnected = false
  const note: Visit['note'] = (type, outcome) => {
    if (type === 'answered') hasResponded = true
    log.add({ at: Date.now(), request, type, client, target, ...outcome })
  }
  response.on('close', () => {
    disconnected = true
    counted.leave()
    if (!hasResponded) note('left')
  })
  note('arrived')
  return {
    ...counted,
    get disconnected() {
      return disconnected
    },
    note,
  }
}

export function createPollService(): PollService {
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
