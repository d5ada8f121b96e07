import type { Attempt } from '../shared/attempt.ts'
import { isError } from '../shared/brand.ts'
import { TautlineError, isTautlineError, providerError } from '../shared/errors.ts'
import { type AnyEventSourceOptions, isNonRepeatable } from './options.ts'
import { type Hold, createHold } from '../connection/hold.ts'
import { EVENT_STREAM, type Pacer, createPacer } from './pacer.ts'
import type { ServerSentEvent } from './parser.ts'
import { resolveMethod } from '../http/request-options.ts'
import { parseMimeEssence, toHeaders, toRequestInit, describeContentType } from '../http/build-request.ts'
import { MAX_ERROR_BODY_BYTES, addErrorBody } from '../http/error-response.ts'
import { explainOutcome } from '../http/cors.ts'
import { clampDelay } from '../shared/backoff.ts'
import { type AddLastEventId, type ResumedRequest, createResumer } from './resume.ts'
import { outcomeOfStatus } from '../http/status.ts'
import { warnAboutConnectionLimit } from '../platform/dev-warnings.ts'
import { streamFetchOf } from '../platform/network.ts'
import { callSafely } from '../shared/safe-call.ts'
import type { AttemptHost } from '../connection/attempt-host.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import { type ResolvedRequest, resolveRequestOptions } from '../http/resolve-request.ts'
import { assignPageTokenOwner } from '../http/token-owners.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type EventSourceRequest,
  type EventStreamEvents,
  eventSourceTransport,
  readStream,
} from './transport.ts'
import { describeServer, toHttpUrl } from '../shared/urls.ts'

/** The session of a shared connection for server-sent events. */
export type EventSourceSession = ProtocolSession<ServerSentEvent>
type EventSourceConnection = SharedConnection<ServerSentEvent, AnyEventSourceOptions, EventSourceSession>
type EventSourceHost = AttemptHost<AnyEventSourceOptions>
type PreparedRequest = Omit<EventSourceRequest, 'lastEventId'>
type OpenTransport = Awaited<ReturnType<EventSourceSession['prepareAttempt']>>

/** Creates the session of a shared connection for server-sent events: it prepares each request. */
export function createEventSourceSession(connection: EventSourceConnection): EventSourceSession {
  const addLastEventId = createResumer()
  const hold = createHold(connection)
  return {
    prepareAttempt: (attempt) =>
      prepareEventStream(connection, addLastEventId, hold, attempt, restartResponse),
    isHeld: hold.isHeld,
    onPolicyChanged: hold.recheck,
    classifyPrepareError: classifyResolveError,
  }
}

/**
 * Prepares one request for server-sent events.
 *
 * @param restart called before a response that starts from its beginning; undefined if other transports deliver the
 * same events: then an event has an ID only if the response has sent one
 */
export function prepareEventStream<Host extends EventSourceHost>(
  connection: Host,
  addLastEventId: AddLastEventId,
  hold: Hold,
  initialAttempt: Attempt,
  restart?: (connection: Host) => void,
): OpenTransport | Promise<OpenTransport> {
  const { options } = connection.primary
  const { attempt: retries, cursor } = initialAttempt
  // Without a cursor the server sends the response from its beginning again, so the data is reset too.
  if (
    isNonRepeatable(options)
      ? retries === 0 || !cursor
      : (endPolicy(options) === 'complete' || options.format) && !cursor
  )
    restart?.(connection)
  const attempt = { ...initialAttempt, cursor: connection.interpreter.cursor }
  const connect = (resolvedRequest: ResolvedRequest): OpenTransport => {
    const { request, resumed } = buildRequest(connection, addLastEventId, attempt, resolvedRequest)
    return (on) => {
      const { interpreter, environment } = connection
      const { policy, startTimer } = interpreter
      warnAboutConnectionLimit(
        request.url,
        attempt.signal,
        environment,
        () => interpreter.state.status === 'connecting',
      )
      // Until now, the timer has limited the option functions.
      if (policy.responseTimeoutMs) startTimer('connect', clampDelay(policy.responseTimeoutMs))
      const runPaced: Pacer['runPaced'] = (size, work) =>
        hold.after(request.runPaced(size, work), attempt.signal, on.activity)
      const send = (repeat?: () => void) =>
        eventSourceTransport(
          { ...request, runPaced, lastEventId: restart && attempt.cursor },
          wrapTransportEvents(connection, request, attempt, resumed, on, repeat),
        )
      let handle = send(() => (handle = send()))
      return { close: () => handle.close() }
    }
  }
  const resolution = resolveRequestOptions(connection.primary, attempt, assignPageTokenOwner(connection))
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
  { primary, environment }: EventSourceHost,
  addLastEventId: AddLastEventId,
  { signal, cursor }: Attempt,
  { url: resolvedUrl, headers: resolvedHeaders, body }: ResolvedRequest,
): { readonly request: PreparedRequest; readonly resumed: ResumedRequest | undefined } {
  const { options } = primary
  const { resume, format, maxEventLength = 8_388_608 } = options
  const isUrlFunction = typeof primary.url === 'function'
  const url = toHttpUrl(resolvedUrl, environment.baseUrl)
  const headers = toHeaders(resolvedHeaders)
  if (!headers.has('accept')) headers.set('accept', expectedTypes(options).join(', '))
  const resumed = cursor ? addLastEventId({ resume, isUrlFunction }, { url, headers, id: cursor }) : undefined
  const pacer = createPacer(environment)
  const request: PreparedRequest = {
    url,
    signal,
    init: toRequestInit(options, headers, body),
    limit: maxEventLength,
    createParser: format?.createParser,
    // A GET is incomplete without the blank line, as the standard says.
    isWholeResponse:
      resolveMethod(options) !== 'GET' && endPolicy({ ...options, until: undefined }) === 'complete',
    fetch: streamFetchOf(environment),
    ...pacer,
    readError: (outcome, response) =>
      addErrorBody(outcome, response, signal, environment, async ({ body }, limit) => {
        let content = ''
        await readStream(body, { ...pacer, signal: limit.signal }, (text) => {
          content += text
          if (content.length > MAX_ERROR_BODY_BYTES) limit.abort()
          return ''
        })
        return content
      }),
    classifyResponse: (response) => classifyResponse(response, environment.now(), options),
  }
  return { request, resumed }
}

/** Returns the media types that a response may have. */
const expectedTypes = ({ format }: AnyEventSourceOptions): readonly string[] =>
  format?.types ?? [EVENT_STREAM]

function classifyResponse(
  response: Response,
  now: number,
  options: AnyEventSourceOptions,
): Outcome | undefined {
  const shouldNotRepeat = isNonRepeatable(options)
  if (response.status !== 200) return outcomeOfStatus(response, now, shouldNotRepeat)
  const contentType = response.headers.get('content-type') ?? ''
  const types = expectedTypes(options)
  if (types.includes(parseMimeEssence(contentType) ?? '')) return undefined
  const [expected = EVENT_STREAM] = types
  const text = `Expected ${expected} but got ${describeContentType(contentType)}. Is the URL right?`
  return {
    kind: shouldNotRepeat ? 'fatal' : 'retryable',
    error: new TautlineError('content-type', text, { expected, contentType }),
  }
}

/** Returns what the end of a body means. With `until`, a body without that event is incomplete. */
function endPolicy({ atEnd, until, format, ...options }: AnyEventSourceOptions): 'reconnect' | 'complete' {
  return atEnd ?? (until || (resolveMethod(options) === 'GET' && !format) ? 'reconnect' : 'complete')
}

/** Returns the error with which `until` ended the stream. */
const untilError = (error: Error): TautlineError =>
  isTautlineError(error)
    ? error
    : providerError('until', error, '`until` ended the stream with an error: see `thrown`')

/**
 * Explains why a request without a response is not repeated if it is not idempotent: the server may have processed it
 * (RFC 9110, section 9.2.2). With an `Idempotency-Key` it may be repeated.
 */
function explainNoRepeat(
  outcome: Outcome,
  { init, url }: PreparedRequest,
  options: AnyEventSourceOptions,
): Outcome {
  const { error } = outcome
  if (!isNonRepeatable(options) || !/^(connect-failed|cors)$/.test(error?.code ?? '')) return outcome
  if (new Headers(init.headers).has('idempotency-key')) return { ...outcome, isRepeatable: true }
  if (error?.code !== 'connect-failed') return outcome
  const text = `No response from ${describeServer(url)}, which may have processed the ${init.method}. To allow its repetition, send an Idempotency-Key header or set atEnd: 'reconnect'`
  const { closeCode, reason, wasClean, thrown } = error
  return {
    ...outcome,
    error: new TautlineError('connect-failed', text, { closeCode, reason, wasClean }, thrown),
  }
}

/**
 * Applies the options `until` and `atEnd` to the events of a transport.
 *
 * @param repeat sends the request once more, in the same attempt
 */
function wrapTransportEvents(
  connection: EventSourceHost,
  request: PreparedRequest,
  attempt: Attempt,
  resumed: ResumedRequest | undefined,
  on: TransportEvents<ServerSentEvent>,
  repeat: (() => void) | undefined,
): EventStreamEvents {
  let hasReceived = false
  /** Ends the stream if `until` says so; returns whether it has. */
  const endIfLast = (event: ServerSentEvent): boolean => {
    const { until } = connection.primary.options
    const result = until && callSafely(() => until(event), connection.environment, 'until')
    if (result)
      on.ended(isError(result) ? { kind: 'fatal', error: untilError(result) } : { kind: 'complete' })
    return Boolean(result)
  }
  return {
    ...on,
    opened(info) {
      on.opened(info)
      resumed?.onOpened()
      if (resumed?.gap) connection.reportError(resumed.gap)
    },
    message(event, id) {
      hasReceived = true
      // Without a call, and so without a closure, for most events.
      if (!connection.primary.options.until || !endIfLast(event)) on.message(event, id)
    },
    empty: endIfLast,
    ended(outcome) {
      const { error } = outcome
      const isCleanEnd = error?.code === 'closed' && error.wasClean
      if (isCleanEnd && endPolicy(connection.primary.options) === 'complete')
        return on.ended({ kind: 'complete' })
      // `until` says what an end is, so that without it the response is incomplete.
      if (isCleanEnd && hasReceived && !connection.primary.options.until)
        return on.ended({ ...outcome, isCleanEnd })
      const diagnosed =
        resumed?.dependsOnCors && attempt.attempt % 4 === 0 ? { ...attempt, attempt: 0 } : attempt
      explainOutcome(outcome, request, connection.environment, diagnosed, (explained) => {
        // The server may have come back between the request and the check. Only CORS blocks it again.
        const isFirst = explained.error?.code === 'cors' && attempt.previous?.code !== 'cors'
        if (repeat && isFirst && resumed?.dependsOnCors) return repeat()
        on.ended(
          explainNoRepeat(resumed?.onEnded(explained) ?? explained, request, connection.primary.options),
        )
      })
    },
  }
}
