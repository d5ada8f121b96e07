import type { Attempt } from './connection.ts'
import { TautlineError } from './errors.ts'
import { type AnyEventSourceOptions, type RequestBody, isOnce, methodOf } from './event-source-options.ts'
import { EVENT_STREAM, essenceOf, isJson, isPlain, jsonOf, pacer, utf8 } from './event-source-request.ts'
import type { ServerSentEvent } from './event-stream.ts'
import { refusalOf } from './http-status.ts'
import { guarded } from './occurrences.ts'
import type { Driver, Line } from './pool.ts'
import { ask, contextOf, refuse } from './providers.ts'
import type { Outcome, TransportEvents } from './transport.ts'
import { type EventSourceRequest, eventSourceTransport } from './transports/event-source.ts'
import { toHttpUrl } from './urls.ts'

export type EventSourceDriver = Driver<ServerSentEvent>
type EventSourceLine = Line<ServerSentEvent, AnyEventSourceOptions, EventSourceDriver>
type Prepared = Awaited<ReturnType<EventSourceDriver['prepare']>>

/** The server-sent half of a line: the request's ingredients, and what the end of an answer means. */
export function driveEventSource(line: EventSourceLine): EventSourceDriver {
  return { prepare: (attempt) => prepare(line, attempt), refuse }
}

function prepare(line: EventSourceLine, begun: Attempt): Prepared | Promise<Prepared> {
  const { url, options } = line.lead
  const { body = null } = options
  const headers = options.headers ?? {}
  const { attempt: retries, cursor } = begun
  // An answer that cannot go on where it was begins anew, instead of being appended to its own beginning.
  if (isOnce(options) ? retries === 0 || !cursor : endOf(options) === 'complete' && !cursor) restart(line)
  const attempt = { ...begun, cursor: line.connection.cursor }
  const connect = (place: unknown, init: HeadersInit, content: RequestBody | null): Prepared => {
    const request = requestOf(line, attempt, place, init, content)
    return (on) => eventSourceTransport(request, listening(line, on))
  }
  if (typeof url !== 'function' && typeof headers !== 'function' && typeof body !== 'function')
    return connect(url, headers, body)
  const context = contextOf(attempt)
  const content = typeof body === 'function' ? ask('body', body, context) : Promise.resolve(body)
  return Promise.all([ask('url', url, context), ask('headers', headers, context), content]).then((answers) =>
    connect(...answers),
  )
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
  place: unknown,
  init: HeadersInit,
  content: RequestBody | null,
): EventSourceRequest {
  const { withCredentials = false, resume = 'header', maxEventLength = 8_388_608 } = options
  const url = toHttpUrl(place, environment.baseUrl)
  const headers = headersOf(init)
  if (!headers.has('accept')) headers.set('accept', EVENT_STREAM)
  const [body, type] = encoded(content)
  if (type && !headers.has('content-type')) headers.set('content-type', type)
  if (cursor) {
    if (resume === 'header') headers.set('last-event-id', utf8(cursor))
    else url.search = withParameter(url.search, resume === 'query' ? 'lastEventId' : resume.query, cursor)
  }
  // `fetch` wants to be told that a stream is sent before the answer comes (Fetch standard, section 5.3).
  const duplex = body instanceof ReadableStream ? { duplex: 'half' } : {}
  const credentials = withCredentials ? 'include' : 'same-origin'
  return {
    url,
    signal,
    init: { method: methodOf(options), headers, body, credentials, cache: 'no-store', ...duplex },
    lastEventId: cursor,
    limit: maxEventLength,
    fetch: environment.fetch,
    pace: pacer(environment),
    judge: (answer) => judge(answer, environment.now(), isOnce(options)),
  }
}

/** @throws TautlineError `bad-option` without the platform's error, which would repeat what may be a token */
function headersOf(init: HeadersInit): Headers {
  try {
    return new Headers(init)
  } catch {
    const text = 'Option headers has a name or value that no header can have, such as a line end'
    throw new TautlineError('bad-option', text, { option: 'headers' })
  }
}

/** JSON is what such requests carry; that of a plain object is made here. */
function encoded(content: RequestBody | null): [body: BodyInit | null, type: string | undefined] {
  const json = 'application/json'
  if (typeof content === 'string') return [content, isJson(content) ? json : undefined]
  return isPlain(content) ? [jsonOf(content), json] : [content as BodyInit | null, undefined] // all that is not plain is the platform's
}

/** What is there already stays as it is written: some servers sign their queries. */
function withParameter(search: string, name: string, value: string): string {
  const others = search
    .slice(1)
    .split('&')
    .filter((part) => part && !new URLSearchParams(part).has(name))
  return `?${[...others, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`].join('&')}`
}

function judge(answer: Response, now: number, once: boolean): Outcome | undefined {
  if (answer.status !== 200) return refusalOf(answer, now, once)
  const contentType = answer.headers.get('content-type') ?? ''
  const expected = EVENT_STREAM
  if (essenceOf(contentType) === expected) return undefined
  const text = `The answer is ${contentType ? `of type ${contentType}` : 'of no type'} instead of ${expected}`
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
      if (until && guarded(() => until(event), line.environment)) on.ended({ kind: 'complete' })
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
