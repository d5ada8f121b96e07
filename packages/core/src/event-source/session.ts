import type { Attempt } from '../shared/attempt.ts'
import { TautlineError } from '../shared/errors.ts'
import { type AnyEventSourceOptions, isNonRepeatable } from './options.ts'
import { EVENT_STREAM, createPacer } from './pacer.ts'
import type { ServerSentEvent } from './parser.ts'
import { resolveMethod } from '../http/request-options.ts'
import {
  parseMimeEssence,
  toHeaders,
  toRequestInit,
  describeContentType,
  setQueryParameter,
} from '../http/build-request.ts'
import { utf8ToByteString } from '../shared/utf8.ts'
import { outcomeOfStatus } from '../http/status.ts'
import { callSafely } from '../shared/safe-call.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import { type ResolvedRequest, resolveRequestOptions } from '../http/resolve-request.ts'
import { assignPageTokenOwner } from '../http/token-owners.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type EventSourceRequest, eventSourceTransport } from './transport.ts'
import { toHttpUrl } from '../shared/urls.ts'

/** The session of a shared connection for server-sent events. */
export type EventSourceSession = ProtocolSession<ServerSentEvent>
type EventSourceConnection = SharedConnection<ServerSentEvent, AnyEventSourceOptions, EventSourceSession>
type OpenTransport = Awaited<ReturnType<EventSourceSession['prepareAttempt']>>

/** Creates the session of a shared connection for server-sent events: it prepares each request. */
export function createEventSourceSession(connection: EventSourceConnection): EventSourceSession {
  return {
    prepareAttempt: (attempt) => prepareAttempt(connection, attempt),
    classifyPrepareError: classifyResolveError,
  }
}

function prepareAttempt(
  connection: EventSourceConnection,
  initialAttempt: Attempt,
): OpenTransport | Promise<OpenTransport> {
  const { options } = connection.primary
  const { attempt: retries, cursor } = initialAttempt
  // Without a cursor the server sends the response from its beginning again, so the data is reset too.
  if (isNonRepeatable(options) ? retries === 0 || !cursor : endPolicy(options) === 'complete' && !cursor)
    restartResponse(connection)
  const attempt = { ...initialAttempt, cursor: connection.interpreter.cursor }
  const connect = (resolvedRequest: ResolvedRequest): OpenTransport => {
    const request = buildRequest(connection, attempt, resolvedRequest)
    return (on) => eventSourceTransport(request, wrapTransportEvents(connection, on))
  }
  const resolution = resolveRequestOptions(
    connection.primary,
    attempt,
    assignPageTokenOwner(connection.environment),
  )
  return resolution instanceof Promise ? resolution.then(connect) : connect(resolution)
}

/** Resets the cursor and the data of all subscribers, before a response that starts from its beginning. */
function restartResponse(connection: EventSourceConnection): void {
  connection.interpreter.cursor = connection.primary.options.lastEventId
  connection.subscriberList.forgetReplay()
  connection.interpreter.afterNotifications(() => {
    for (const subscriber of connection.subscriberList.subscribers) subscriber.resetData()
  })
}

function buildRequest(
  { primary: { options }, environment }: EventSourceConnection,
  { signal, cursor }: Attempt,
  { url: resolvedUrl, headers: resolvedHeaders, body }: ResolvedRequest,
): EventSourceRequest {
  const { resume = 'header', maxEventLength = 8_388_608 } = options
  const url = toHttpUrl(resolvedUrl, environment.baseUrl)
  const headers = toHeaders(resolvedHeaders)
  if (!headers.has('accept')) headers.set('accept', EVENT_STREAM)
  if (cursor) {
    if (resume === 'header') headers.set('last-event-id', utf8ToByteString(cursor))
    else url.search = setQueryParameter(url.search, resume === 'query' ? 'lastEventId' : resume.query, cursor)
  }
  return {
    url,
    signal,
    init: toRequestInit(options, headers, body),
    lastEventId: cursor,
    limit: maxEventLength,
    fetch: environment.fetch,
    ...createPacer(environment),
    classifyResponse: (response) => classifyResponse(response, environment.now(), isNonRepeatable(options)),
  }
}

function classifyResponse(response: Response, now: number, shouldNotRepeat: boolean): Outcome | undefined {
  if (response.status !== 200) return outcomeOfStatus(response, now, shouldNotRepeat)
  const contentType = response.headers.get('content-type') ?? ''
  const expected = EVENT_STREAM
  if (parseMimeEssence(contentType) === expected) return undefined
  const text = `Expected ${expected} but got ${describeContentType(contentType)}. Is the URL right?`
  return {
    kind: shouldNotRepeat ? 'fatal' : 'retryable',
    error: new TautlineError('content-type', text, { expected, contentType }),
  }
}

/** Returns what the end of a body means. With `until`, a body without that event is incomplete. */
function endPolicy({ atEnd, until, ...options }: AnyEventSourceOptions): 'reconnect' | 'complete' {
  return atEnd ?? (resolveMethod(options) === 'GET' || until ? 'reconnect' : 'complete')
}

/** Applies the options `until` and `atEnd` to the events of a transport. */
function wrapTransportEvents(
  connection: EventSourceConnection,
  on: TransportEvents<ServerSentEvent>,
): TransportEvents<ServerSentEvent> {
  return {
    ...on,
    message(event, id) {
      const { until } = connection.primary.options
      if (until && callSafely(() => until(event), connection.environment, 'until'))
        on.ended({ kind: 'complete' })
      else on.message(event, id)
    },
    ended(outcome) {
      const { error } = outcome
      const isCleanEnd = error?.code === 'closed' && error.wasClean
      on.ended(
        isCleanEnd && endPolicy(connection.primary.options) === 'complete' ? { kind: 'complete' } : outcome,
      )
    },
  }
}
