import { exponential } from '../shared/backoff.ts'
import { type Interpreter, createInterpreter } from '../connection/interpreter.ts'
import { closedError } from '../http/fetch-response.ts'
import { explainOutcome } from '../http/cors.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { Environment, PageEvent } from '../platform/environment.ts'
import { EVENT_STREAM, createPacer } from '../event-source/pacer.ts'
import { warnAboutConnectionLimit } from '../platform/dev-warnings.ts'
import { scheduleTask, streamFetchOf } from '../platform/network.ts'
import type { ServerSentEvent } from '../event-source/parser.ts'
import { hasControlCharacter, parseMimeEssence } from '../http/build-request.ts'
import { utf8ToByteString } from '../shared/utf8.ts'
import type { EmittedEvent, Policy } from '../machine/connection-state.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type EventSourceRequest, eventSourceTransport } from '../event-source/transport.ts'
import { createUrl } from '../shared/create-url.ts'
import { toHttpUrl } from '../shared/urls.ts'

/**
 * The reconnection time before the server sets one, in ms. The standard asks for "a few seconds"; Chromium uses this.
 */
const DEFAULT_RECONNECTION_TIME_MS = 3000

/**
 * The delay added to the reconnection time after repeated failures: on average 1, 2, 4, 8, then 15 seconds. The
 * standard allows it, to protect an overloaded server. It is random, so that clients that fail together do not retry
 * together.
 */
const extraBackoff = exponential({ base: 2000, cap: 30_000 })

/** The options of `connectPerStandard()`. */
export interface StandardConnectionOptions {
  /** The target on which events are dispatched. */
  readonly target: EventTarget
  readonly url: URL
  readonly withCredentials: boolean
  readonly environment: Environment
  /** Called when the connection is closed for good. */
  onClosed(): void
}

/** The state that an `EventSource` keeps between attempts, in addition to the last event ID. */
interface ReconnectionState {
  /**
   * The URL after the last redirect. Section 9.2.3 fetches the same request again, whose current URL is this one (Fetch
   * standard, section 2.2.5).
   */
  url: URL
  /** The delay before the next attempt, in ms. */
  reconnectionTimeMs: number
  /** The number of attempts that have ended since the last one that opened. */
  failures: number
}

/**
 * Creates the connection of an `EventSource`, exactly as the HTML standard describes it (section 9.2.3). The machine
 * event `open` starts it. It dispatches events only in later tasks, so that listeners can be added first.
 */
export function connectPerStandard(options: StandardConnectionOptions): Interpreter {
  const { target, url, environment } = options
  const reconnection: ReconnectionState = {
    url,
    reconnectionTimeMs: DEFAULT_RECONNECTION_TIME_MS,
    failures: 0,
  }
  const interpreter: Interpreter = createInterpreter<ServerSentEvent>(
    {
      environment: filterPageEvents(environment, (pageEvent) => isRelevantPageEvent(pageEvent, interpreter)),
      prepareAttempt(attempt) {
        try {
          const request = buildRequest({ ...options, url: reconnection.url }, attempt)
          return (on) => {
            const isWaiting = () => interpreter.state.status === 'connecting'
            warnAboutConnectionLimit(request.url, request.signal, environment, isWaiting)
            return eventSourceTransport(
              request,
              trackReconnection(reconnection, explainEnd(on, request, environment, attempt)),
            )
          }
        } catch (cause) {
          // Rejects in a later task, so that listeners can be added first.
          return new Promise((_, reject) => scheduleTask(environment, () => reject(cause)))
        }
      },
      classifyPrepareError: classifyResolveError,
      onMessage({ event, data, id }) {
        target.dispatchEvent(
          new MessageEvent(event, { data, origin: reconnection.url.origin, lastEventId: id }),
        )
      },
      onEvent(event) {
        // The standard's event has no reason, and a missing feature is a mistake of the program.
        if (event.type === 'error' && event.error.code === 'unsupported') environment.reportError(event.error)
        if (event.type === 'open') target.dispatchEvent(new Event('open'))
        else if (isErrorEvent(event, interpreter)) target.dispatchEvent(new Event('error'))
      },
      onCursor: () => {},
      onStateChange(_, { status }) {
        if (status === 'closed') options.onClosed()
      },
      onReleased: () => {},
    },
    createPolicy(reconnection),
  )
  return interpreter
}

const explainEnd = (
  on: TransportEvents<ServerSentEvent>,
  request: EventSourceRequest,
  environment: Environment,
  attempt: Attempt,
): TransportEvents<ServerSentEvent> => ({
  ...on,
  ended: (outcome) =>
    explainOutcome(outcome, request, environment, attempt, (explained) => on.ended(failIfCors(explained))),
})

function createPolicy(reconnection: ReconnectionState): Policy {
  return {
    limit: Number.POSITIVE_INFINITY,
    delay({ random }) {
      const { reconnectionTimeMs, failures } = reconnection
      return (
        reconnectionTimeMs +
        (failures > 1 ? extraBackoff({ attempt: failures - 1, random, error: undefined }) : 0)
      )
    },
    canRenewCredentials: false,
    idempotent: true,
    // The standard has no timeout; the network stack below `fetch` has one.
    connectTimeoutMs: Number.POSITIVE_INFINITY,
    stableAfterMs: 0,
    closeDelayMs: 0,
    pauseOffline: false,
    pauseHidden: false,
  }
}

function trackReconnection(
  reconnection: ReconnectionState,
  on: TransportEvents<ServerSentEvent>,
): TransportEvents<ServerSentEvent> {
  return {
    ...on,
    opened(info) {
      reconnection.failures = 0
      reconnection.url = createUrl(info.url, reconnection.url.href)
      on.opened(info)
    },
    // Here the server's delay replaces the client's. In `createEventSource` it is only a minimum.
    serverDelay: (ms) => void (reconnection.reconnectionTimeMs = ms),
    ended(outcome) {
      reconnection.failures++
      on.ended(outcome)
    },
  }
}

/** Browsers fail the connection if CORS forbids it. */
const failIfCors = (outcome: Outcome): Outcome =>
  outcome.error?.code === 'cors' ? { ...outcome, kind: 'fatal' } : outcome

/** Returns the same environment with only the relevant page events. */
function filterPageEvents(
  environment: Environment,
  isRelevant: (pageEvent: PageEvent) => boolean,
): Environment {
  const onPageEvent: Environment['onPageEvent'] = (listener) =>
    environment.onPageEvent((pageEvent) => {
      if (isRelevant(pageEvent)) listener(pageEvent)
    })
  // Inherits instead of copying, so that getters such as `baseUrl` stay getters.
  return Object.create(environment, { onPageEvent: { value: onPageEvent } }) as Environment // as its prototype
}

/**
 * Tests for a page event that affects the connection. Network and visibility do not. A page that enters the bfcache
 * closes its connection, as the native EventSource does (web-platform-tests, `eventsource-bfcache`). While the
 * connection waits for a retry, there is none to close, and the timer continues after the bfcache.
 */
function isRelevantPageEvent(pageEvent: PageEvent, { state: { status, waitingFor } }: Interpreter): boolean {
  return pageEvent === 'pagehide' ? status !== 'backoff' : pageEvent === 'pageshow' && waitingFor === 'page'
}

/**
 * Tests for a machine event that fires `error` in the standard. A close for the bfcache counts too, because the
 * connection is reestablished afterwards.
 */
function isErrorEvent(event: EmittedEvent, { state }: Interpreter): boolean {
  return event.type === 'error' || (event.type === 'close' && !event.error && state.waitingFor === 'page')
}

/**
 * Creates the request of section 9.2.2, from step 8 on.
 *
 * @throws TautlineError `bad-url` for schemes other than http and https, and for URLs with a password, which `fetch`
 * rejects. The standard has a network error here; retries are "known to be futile", so the connection fails
 */
function buildRequest(
  { url, withCredentials, environment }: StandardConnectionOptions,
  { signal, cursor }: Attempt,
): EventSourceRequest {
  const headers = new Headers({ accept: EVENT_STREAM })
  if (cursor && !hasControlCharacter(cursor)) headers.set('last-event-id', utf8ToByteString(cursor))
  return {
    url: toHttpUrl(url.href, undefined),
    signal,
    init: { headers, credentials: withCredentials ? 'include' : 'same-origin', cache: 'no-store' },
    lastEventId: cursor,
    limit: Number.POSITIVE_INFINITY,
    fetch: streamFetchOf(environment),
    ...createPacer(environment),
    classifyResponse,
  }
}

/** Fails the connection for any status other than 200, even 204, and for any other media type (section 9.2.3). */
function classifyResponse({ status, headers }: Response): Outcome | undefined {
  if (status === 200 && parseMimeEssence(headers.get('content-type') ?? '') === EVENT_STREAM) return undefined
  return {
    kind: 'fatal',
    error: closedError(`Expected status 200 and ${EVENT_STREAM} (status ${status})`, false),
  }
}
