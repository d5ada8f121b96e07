import { exponential } from '../shared/backoff.ts'
import { type Connection, createConnection } from '../connection/interpreter.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { Environment, Signal } from '../platform/environment.ts'
import { EVENT_STREAM, pacer } from '../event-source/pacer.ts'
import type { ServerSentEvent } from '../event-source/parser.ts'
import { essenceOf } from '../http/build-request.ts'
import { utf8 } from '../shared/utf8.ts'
import type { Occurred, Policy } from '../machine/connection-state.ts'
import { refuse } from '../shared/resolve-option.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type EventSourceRequest, eventSourceTransport } from '../event-source/transport.ts'
import { toHttpUrl } from '../shared/urls.ts'

/** The reconnection time until the server gives another, in ms: "probably in the region of a few seconds", and in Chromium this. */
const RECONNECTION_TIME = 3000

/**
 * What is added to the reconnection time when attempts fail one after the other, in ms: on average 1, 2, 4, 8, then 15 seconds. The standard
 * allows it, so that a server which is overloaded already is spared; being random, it also spreads clients that fail together.
 */
const more = exponential({ base: 2000, cap: 30_000 })

/** What a stream is made of. */
export interface StrictParts {
  /** Hears the events. */
  readonly target: EventTarget
  readonly url: URL
  readonly withCredentials: boolean
  readonly environment: Environment
  /** Called when it is closed for good. */
  ended(): void
}

/** What an `EventSource` knows from one attempt to the next, beside the last event ID. */
interface Memory {
  /**
   * Where the last redirect led: section 9.2.3 fetches the same request again, whose current URL it is by then (Fetch standard, section
   * 2.2.5).
   */
  url: URL
  /** In ms. */
  reconnectionTime: number
  /** Attempts in a row that have ended; one that opens makes it the first again. */
  failures: number
}

/**
 * The connection of an `EventSource` to the letter of the HTML standard (section 9.2.3): it answers to no option, and gives up where the
 * standard does. The event `open` opens it, and it tells nothing before the task in which it was made is over.
 */
export function connectStrictly(parts: StrictParts): Connection {
  const { target, url, environment } = parts
  const memory: Memory = { url, reconnectionTime: RECONNECTION_TIME, failures: 0 }
  const connection: Connection = createConnection<ServerSentEvent>(
    {
      environment: heedless(environment, (signal) => counts(signal, connection)),
      prepare(attempt) {
        try {
          const request = requestOf({ ...parts, url: memory.url }, attempt)
          return (on) => eventSourceTransport(request, remembering(memory, on))
        } catch (cause) {
          // In a task of its own: whoever has made the object has the time to listen.
          return new Promise((_, reject) => environment.nextTask(() => reject(cause)))
        }
      },
      refuse,
      message({ event, data, id }) {
        target.dispatchEvent(new MessageEvent(event, { data, origin: memory.url.origin, lastEventId: id }))
      },
      occurred(event) {
        if (event.type === 'open') target.dispatchEvent(new Event('open'))
        else if (isError(event, connection)) target.dispatchEvent(new Event('error'))
      },
      moved: () => {},
      changed(_, { status }) {
        if (status === 'closed') parts.ended()
      },
      released: () => {},
    },
    policyOf(memory),
  )
  return connection
}

function policyOf(memory: Memory): Policy {
  return {
    limit: Number.POSITIVE_INFINITY,
    delay(_, random) {
      const { reconnectionTime, failures } = memory
      return reconnectionTime + (failures > 1 ? more(failures - 1, random) : 0)
    },
    renewable: false,
    once: false,
    // The standard has none; the network below `fetch` has.
    connectTimeout: Number.POSITIVE_INFINITY,
    stableAfter: 0,
    linger: 0,
    pauseOffline: false,
    pauseHidden: false,
  }
}

function remembering(memory: Memory, on: TransportEvents<ServerSentEvent>): TransportEvents<ServerSentEvent> {
  return {
    ...on,
    opened(info) {
      memory.failures = 0
      memory.url = new URL(info.url, memory.url)
      on.opened(info)
    },
    // Not a floor under the wait, as for the hooks, but the wait itself.
    hint: (ms) => void (memory.reconnectionTime = ms),
    ended(outcome) {
      memory.failures++
      on.ended(outcome)
    },
  }
}

/** The same environment, of whose signals only some come through. */
function heedless(environment: Environment, through: (signal: Signal) => boolean): Environment {
  const signals: Environment['signals'] = (listener) =>
    environment.signals((signal) => {
      if (through(signal)) listener(signal)
    })
  // Not a copy: what is asked anew each time, such as the base URL, stays so.
  return Object.create(environment, { signals: { value: signals } }) as Environment // which its prototype is
}

/**
 * The network and the visibility count for nothing here. A page that goes into the bfcache gives its line back, as the browser's own
 * EventSource does (`eventsource-bfcache` of web-platform-tests). No timer runs there, so that a wait goes on after it.
 */
function counts(signal: Signal, { state: { status, waitingFor } }: Connection): boolean {
  return signal === 'freeze' ? status !== 'backoff' : signal === 'resume' && waitingFor === 'page'
}

/** Is it what the standard has an `error` event for? A line that is given to the bfcache is reestablished too, though nothing failed. */
function isError(event: Occurred, { state }: Connection): boolean {
  return event.type === 'error' || (event.type === 'close' && !event.error && state.waitingFor === 'page')
}

/**
 * The request of section 9.2.2, step 8 on.
 *
 * @throws TautlineError `bad-url` for all but http and https, where the standard has a network error: to ask again is "known to be
 * futile", so the connection fails. So do URLs with a password, which `fetch` refuses.
 */
function requestOf(
  { url, withCredentials, environment }: StrictParts,
  { signal, cursor }: Attempt,
): EventSourceRequest {
  const headers = new Headers({ accept: EVENT_STREAM })
  if (cursor) headers.set('last-event-id', utf8(cursor))
  return {
    url: toHttpUrl(url, undefined),
    signal,
    init: { headers, credentials: withCredentials ? 'include' : 'same-origin', cache: 'no-store' },
    lastEventId: cursor,
    limit: Number.POSITIVE_INFINITY,
    fetch: environment.fetch,
    pace: pacer(environment),
    judge,
  }
}

/** Section 9.2.3: every status but 200, 204 included, and every other type fails the connection. */
function judge({ status, headers }: Response): Outcome | undefined {
  if (status === 200 && essenceOf(headers.get('content-type') ?? '') === EVENT_STREAM) return undefined
  return { kind: 'fatal', error: new Error(`The answer has status ${status}, or is no ${EVENT_STREAM}`) }
}
