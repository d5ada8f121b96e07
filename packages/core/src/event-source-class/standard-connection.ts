import { exponential } from '../shared/backoff.ts'
import { type Interpreter, createInterpreter } from '../connection/interpreter.ts'
import { closedError } from '../http/fetch-response.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { Environment, PageEvent } from '../platform/environment.ts'
import { EVENT_STREAM, createPacer } from '../event-source/pacer.ts'
import type { ServerSentEvent } from '../event-source/parser.ts'
import { parseMimeEssence } from '../http/build-request.ts'
import { utf8ToByteString } from '../shared/utf8.ts'
import type { EmittedEvent, Policy } from '../machine/connection-state.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type EventSourceRequest, eventSourceTransport } from '../event-source/transport.ts'
import { toHttpUrl } from '../shared/urls.ts'

/** The reconnection time until the server gives another, in ms: "probably in the region of a few seconds", and in Chromium this. */
const DEFAULT_RECONNECTION_TIME_MS = 3000

/**
 * What is added to the reconnection time when attempts fail one after the other, in ms: on average 1, 2, 4, 8, then 15 seconds. The standard
 * allows it, so that a server which is overloaded already is spared; being random, it also spreads clients that fail together.
 */
const extraBackoff = exponential({ base: 2000, cap: 30_000 })

/** What a stream is made of. */
export interface StandardConnectionOptions {
  /** Hears the events. */
  readonly target: EventTarget
  readonly url: URL
  readonly withCredentials: boolean
  readonly environment: Environment
  /** Called when it is closed for good. */
  onClosed(): void
}

/** What an `EventSource` knows from one attempt to the next, beside the last event ID. */
interface ReconnectionState {
  /**
   * Where the last redirect led: section 9.2.3 fetches the same request again, whose current URL it is by then (Fetch standard, section
   * 2.2.5).
   */
  url: URL
  /** In ms. */
  reconnectionTimeMs: number
  /** Attempts in a row that have ended; one that opens makes it the first again. */
  failures: number
}

/**
 * The connection of an `EventSource` to the letter of the HTML standard (section 9.2.3): it answers to no option, and gives up where the
 * standard does. The event `open` opens it, and it tells nothing before the task in which it was made is over.
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
          return (on) => eventSourceTransport(request, trackReconnection(reconnection, on))
        } catch (cause) {
          // In a task of its own: whoever has made the object has the time to listen.
          return new Promise((_, reject) => environment.scheduleTask(() => reject(cause)))
        }
      },
      classifyPrepareError: classifyResolveError,
      onMessage({ event, data, id }) {
        target.dispatchEvent(
          new MessageEvent(event, { data, origin: reconnection.url.origin, lastEventId: id }),
        )
      },
      onEvent(event) {
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

function createPolicy(reconnection: ReconnectionState): Policy {
  return {
    limit: Number.POSITIVE_INFINITY,
    delay(_, random) {
      const { reconnectionTimeMs, failures } = reconnection
      return reconnectionTimeMs + (failures > 1 ? extraBackoff(failures - 1, random) : 0)
    },
    canRenewCredentials: false,
    idempotent: true,
    // The standard has none; the network below `fetch` has.
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
      reconnection.url = new URL(info.url, reconnection.url)
      on.opened(info)
    },
    // Not a floor under the wait, as for the hooks, but the wait itself.
    serverDelay: (ms) => void (reconnection.reconnectionTimeMs = ms),
    ended(outcome) {
      reconnection.failures++
      on.ended(outcome)
    },
  }
}

/** The same environment, of whose signals only some come through. */
function filterPageEvents(
  environment: Environment,
  isRelevant: (pageEvent: PageEvent) => boolean,
): Environment {
  const signals: Environment['onPageEvent'] = (listener) =>
    environment.onPageEvent((pageEvent) => {
      if (isRelevant(pageEvent)) listener(pageEvent)
    })
  // Not a copy: what is asked anew each time, such as the base URL, stays so.
  return Object.create(environment, { onPageEvent: { value: signals } }) as Environment // which its prototype is
}

/**
 * The network and the visibility count for nothing here. A page that goes into the bfcache gives its line back, as the browser's own
 * EventSource does (`eventsource-bfcache` of web-platform-tests). No timer runs there, so that a wait goes on after it.
 */
function isRelevantPageEvent(pageEvent: PageEvent, { state: { status, waitingFor } }: Interpreter): boolean {
  return pageEvent === 'pagehide' ? status !== 'backoff' : pageEvent === 'pageshow' && waitingFor === 'page'
}

/** Is it what the standard has an `error` event for? A line that is given to the bfcache is reestablished too, though nothing failed. */
function isErrorEvent(event: EmittedEvent, { state }: Interpreter): boolean {
  return event.type === 'error' || (event.type === 'close' && !event.error && state.waitingFor === 'page')
}

/**
 * The request of section 9.2.2, step 8 on.
 *
 * @throws TautlineError `bad-url` for all but http and https, where the standard has a network error: to ask again is "known to be
 * futile", so the connection fails. So do URLs with a password, which `fetch` refuses.
 */
function buildRequest(
  { url, withCredentials, environment }: StandardConnectionOptions,
  { signal, cursor }: Attempt,
): EventSourceRequest {
  const headers = new Headers({ accept: EVENT_STREAM })
  if (cursor) headers.set('last-event-id', utf8ToByteString(cursor))
  return {
    url: toHttpUrl(url, undefined),
    signal,
    init: { headers, credentials: withCredentials ? 'include' : 'same-origin', cache: 'no-store' },
    lastEventId: cursor,
    limit: Number.POSITIVE_INFINITY,
    fetch: environment.fetch,
    runPaced: createPacer(environment),
    classifyResponse,
  }
}

/** Section 9.2.3: every status but 200, 204 included, and every other type fails the connection. */
function classifyResponse({ status, headers }: Response): Outcome | undefined {
  if (status === 200 && parseMimeEssence(headers.get('content-type') ?? '') === EVENT_STREAM) return undefined
  return {
    kind: 'fatal',
    error: closedError(`The answer has status ${status}, or is no ${EVENT_STREAM}`, false),
  }
}
