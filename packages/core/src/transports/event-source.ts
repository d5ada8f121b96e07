import type { Heartbeat } from '../connection/heartbeat.ts'
import { createHold } from '../connection/hold.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { StreamFormat } from '../event-source/formats.ts'
import {
  type AnyEventSourceOptions,
  type ResumeOption,
  validateStreamOptions,
} from '../event-source/options.ts'
import type { ServerSentEvent } from '../event-source/parser.ts'
import { createResumer } from '../event-source/resume.ts'
import { prepareEventStream } from '../event-source/session.ts'
import { hasControlCharacter } from '../http/build-request.ts'
import { httpIdentityParts, httpOptionTypes } from '../http/request-options.ts'
import type { BodyOption, HeadersOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { TautlineError } from '../shared/errors.ts'
import { toHttpUrl } from '../shared/urls.ts'
import {
  type TransportHost,
  type TransportOption,
  type TransportSession,
  toTransportOption,
} from './transport-option.ts'

/** The options of `eventSource()`. */
export interface EventSourceTransportOptions extends Pick<HttpOptions, 'credentials'> {
  /**
   * True if the server sends something at once when a stream opens, such as a comment. A stream is then used only after
   * its first byte: a proxy that holds the body back is noticed. @default false
   */
  readonly greets?: boolean | undefined
  /** The types of the events to receive, or '*' for all. @default ['message'] */
  readonly events?: '*' | readonly string[] | undefined
  /** The HTTP method. The request is repeated with any method. @default 'GET' */
  readonly method?: string | undefined
  /** The request headers. `Accept` and `Last-Event-ID` are added automatically. @default none */
  readonly headers?: HeadersOption | undefined
  /** Names of headers that are not part of the identity. @default none */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** The request body; not with GET. @default none */
  readonly body?: BodyOption | undefined
  /**
   * How the cursor is sent: by the header `Last-Event-ID` or by a query parameter. Another origin has to allow the
   * header by CORS; otherwise the event stream cannot continue, and the other transports are used. The same applies to
   * an ID with control characters, which no header can have. Without other transports the stream then begins without
   * the ID, and the error `gap` is emitted. 'none' is for a URL function that sends the cursor itself.
   * @default 'header'
   */
  readonly resume?: ResumeOption | undefined
  /** Replaces a stream in which nothing is received for a time: `silence()`. @default false */
  readonly heartbeat?: false | Heartbeat<'silence'> | undefined
  /** Another format than server-sent events: `ndjson()` or `jsonSequence()`. @default server-sent events */
  readonly format?: StreamFormat | undefined
  /** The longest event, in characters (UTF-16 units). @default 8388608 */
  readonly maxEventLength?: number | undefined
}

type OpenTransport = Awaited<ReturnType<TransportSession['prepareAttempt']>>
type StreamOptions = Omit<EventSourceTransportOptions, 'events' | 'greets'> &
  Pick<AnyEventSourceOptions, 'atEnd'> & { readonly types?: EventSourceTransportOptions['events'] }

/**
 * Server-sent events as a transport of a connection.
 *
 * The IDs of the events are those of the messages. An event without an ID of its own has none.
 *
 * @param url absolute or relative, http or https; a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * createConnection([webSocket('/live'), eventSource('/live', { greets: true })])
 */
export function eventSource(url: UrlOption, options: EventSourceTransportOptions = {}): TransportOption {
  const { events, greets, ...streamOptions } = options
  warnAboutOptions('eventSource()', options)
  validateOptions(options, {
    ...httpOptionTypes,
    greets: 'boolean',
    events: 'object|*',
    resume: 'object|header|query|none',
    'resume.query': 'string',
    heartbeat: 'silence()|false',
    format: 'object',
    maxEventLength: 'positive',
  })
  validateStreamOptions(streamOptions)
  if (options.resume === 'none' && typeof url !== 'function') {
    const text =
      "resume: 'none' needs a URL function that sends the cursor. Set `resume` to 'header' or 'query'"
    throw new TautlineError('bad-option', text, { option: 'resume' })
  }
  return toTransportOption<StreamOptions>({
    name: 'event-source',
    isDuplex: false,
    proof: greets ? 'byte' : 'open',
    url,
    options: {
      ...streamOptions,
      // A stream that may be incomplete must not replace another transport: the query may be unknown to the server.
      resume: options.resume ?? 'header',
      // The end of a body is never the end of the connection.
      atEnd: 'reconnect',
      types: events,
    },
    source: {
      name: 'event-source',
      ...httpIdentityParts,
      toUrl: toHttpUrl,
      requestMode: (own) =>
        `${httpIdentityParts.requestMode?.(own)} ${own.format?.types[0]} ${String(own.types)}`,
    },
    createSession,
  })
}

function createSession(host: TransportHost<StreamOptions>): TransportSession {
  const hold = createHold(host)
  const addLastEventId = createResumer()
  return {
    prepareAttempt(attempt) {
      if (!host.isAlone) verifyCursor(attempt.cursor, host.primary.options.resume)
      const wrap =
        (open: (on: TransportEvents<ServerSentEvent>) => TransportHandle): OpenTransport =>
        (on) => {
          let lastId = ''
          return open({
            ...on,
            message({ event, data, id }) {
              // An event without an ID of its own repeats the last one.
              const ownId = id && id !== lastId ? id : undefined
              lastId = id
              const { types = ['message'] } = host.primary.options
              if (types === '*' || types.includes(event)) on.message({ data, id: ownId, event }, ownId)
              else if (ownId) on.cursor(ownId)
            },
          })
        }
      const prepared = prepareEventStream(host, addLastEventId, hold, attempt)
      return prepared instanceof Promise ? prepared.then(wrap) : wrap(prepared)
    },
    isHeld: hold.isHeld,
    onPolicyChanged: hold.recheck,
  }
}

/**
 * Without other transports the stream begins without the cursor, and the error `gap` is reported once it is open.
 *
 * @throws TautlineError `gap` if no header can have the cursor: other transports can continue there.
 */
function verifyCursor(cursor: string | undefined, resume: ResumeOption | undefined): void {
  if (!cursor || resume !== 'header' || !hasControlCharacter(cursor)) return
  const text =
    'The event stream cannot continue: the ID of the last message has control characters. Send other IDs, or set `resume` of eventSource() to "query"'
  throw new TautlineError('gap', text, { after: cursor })
}
