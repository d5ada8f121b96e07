import type { Attempt } from '../shared/attempt.ts'
import { TautlineError } from '../shared/errors.ts'
import { type AnyEventSourceOptions, isOnce } from './options.ts'
import { EVENT_STREAM, pacer } from './pacer.ts'
import type { ServerSentEvent } from './parser.ts'
import { methodOf } from '../http/request-options.ts'
import { essenceOf, headersOf, initOf, kindOf, withParameter } from '../http/build-request.ts'
import { utf8 } from '../shared/utf8.ts'
import { refusalOf } from '../http/status.ts'
import { guarded } from '../shared/safe-call.ts'
import type { Driver, Line } from '../connection/protocol.ts'
import { refuse } from '../shared/resolve-option.ts'
import { type Ingredients, gather } from '../http/resolve-request.ts'
import { askFor } from '../http/token-sessions.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type EventSourceRequest, eventSourceTransport } from './transport.ts'
import { toHttpUrl } from '../shared/urls.ts'

export type EventSourceDriver = Driver<ServerSentEvent>
type EventSourceLine = Line<ServerSentEvent, AnyEventSourceOptions, EventSourceDriver>
type Prepared = Awaited<ReturnType<EventSourceDriver['prepare']>>

/** The server-sent half of a line: the request's ingredients, and what the end of an answer means. */
export function driveEventSource(line: EventSourceLine): EventSourceDriver {
  return { prepare: (attempt) => prepare(line, attempt), refuse }
}

function prepare(line: EventSourceLine, begun: Attempt): Prepared | Promise<Prepared> {
  const { options } = line.lead
  const { attempt: retries, cursor } = begun
  // An answer that cannot go on where it was begins anew, instead of being appended to its own beginning.
  if (isOnce(options) ? retries === 0 || !cursor : endOf(options) === 'complete' && !cursor) restart(line)
  const attempt = { ...begun, cursor: line.connection.cursor }
  const connect = (ingredients: Ingredients): Prepared => {
    const request = requestOf(line, attempt, ingredients)
    return (on) => eventSourceTransport(request, listening(line, on))
  }
  const gathered = gather(line.lead, attempt, askFor(line.environment))
  return gathered instanceof Promise ? gathered.then(connect) : connect(gathered)
}

/** An answer that cannot be resumed begins anew, and so does what was made of the last one. */
function restart(line: EventSourceLine): void {
  line.connection.cursor = line.lead.options.lastEventId
  line.audience.reset()
  line.connection.later(() => {
    for (const port of line.audience.ports) port.restart()
  })
}

function requestOf(
  { lead: { options }, environment }: EventSourceLine,
  { signal, cursor }: Attempt,
  { url: place, headers: init, body }: Ingredients,
): EventSourceRequest {
  const { resume = 'header', maxEventLength = 8_388_608 } = options
  const url = toHttpUrl(place, environment.baseUrl)
  const headers = headersOf(init)
  if (!headers.has('accept')) headers.set('accept', EVENT_STREAM)
  if (cursor) {
    if (resume === 'header') headers.set('last-event-id', utf8(cursor))
    else url.search = withParameter(url.search, resume === 'query' ? 'lastEventId' : resume.query, cursor)
  }
  return {
    url,
    signal,
    init: initOf(options, headers, body),
    lastEventId: cursor,
    limit: maxEventLength,
    fetch: environment.fetch,
    pace: pacer(environment),
    judge: (answer) => judge(answer, environment.now(), isOnce(options)),
  }
}

function judge(answer: Response, now: number, once: boolean): Outcome | undefined {
  if (answer.status !== 200) return refusalOf(answer, now, once)
  const contentType = answer.headers.get('content-type') ?? ''
  const expected = EVENT_STREAM
  if (essenceOf(contentType) === expected) return undefined
  const text = `The answer is of ${kindOf(contentType)} instead of ${expected}. Is the URL right?`
  return {
    kind: once ? 'fatal' : 'lost',
    error: new TautlineError('content-type', text, { expected, contentType }),
  }
}

/** What the end of a body means; where `until` says how an answer ends, one that ends otherwise was cut. */
function endOf({ onEnd, until, ...options }: AnyEventSourceOptions): 'reconnect' | 'complete' {
  return onEnd ?? (methodOf(options) === 'GET' || until ? 'reconnect' : 'complete')
}

/** What only this line's options know: which event is the last one, and what the end of the body means. */
function listening(
  line: EventSourceLine,
  on: TransportEvents<ServerSentEvent>,
): TransportEvents<ServerSentEvent> {
  return {
    ...on,
    message(event, id) {
      const { until } = line.lead.options
      if (until && guarded(() => until(event), line.environment, 'until')) on.ended({ kind: 'complete' })
      else on.message(event, id)
    },
    ended(outcome) {
      const { error } = outcome
      const clean = error instanceof TautlineError && error.code === 'closed' && 'wasClean' in error.detail
      on.ended(
        clean && error.detail.wasClean && endOf(line.lead.options) === 'complete'
          ? { kind: 'complete' }
          : outcome,
      )
    },
  }
}
