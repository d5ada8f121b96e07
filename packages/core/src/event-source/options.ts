import type { Heartbeat } from '../connection/heartbeat.ts'
import type { Codec, RequireCodec } from '../shared/codec.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import { TautlineError, truncate } from '../shared/errors.ts'
import type { StreamFormat } from './formats.ts'
import type { ServerSentEvent } from './parser.ts'
import { validateHttpOptions, resolveMethod, throwBadOption } from '../http/request-options.ts'
import type { BodyOption, HeadersOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import type { CommonOptions } from '../observer/options.ts'

/**
 * How the last event ID is sent to the server: as a header, as a query parameter (`lastEventId` or another name), or
 * not at all.
 */
export type ResumeOption = 'header' | 'query' | 'none' | { readonly query: string }

/** The decoder of the data of one type of event. */
export type EventCodec<Incoming = unknown> = Pick<Codec<Incoming, never>, 'decode' | 'ignoresEmpty'>

/** The codecs of the events to listen to, by event type. */
export type EventCodecs = Readonly<Record<string, EventCodec>>

/** An event of one of the given types. A check of `event` narrows `data`. */
export type NamedEvent<Events extends EventCodecs> = {
  readonly [Name in keyof Events & string]: {
    readonly event: Name
    readonly data: ReturnType<Events[Name]['decode']>
    /** The last event ID after this event; '' for none. */
    readonly id: string
  }
}[keyof Events & string]

/** An event of any type. */
export interface AnyEvent<Incoming> {
  readonly event: string
  readonly data: Incoming
  /** The last event ID after this event; '' for none. */
  readonly id: string
}

/** The events to receive: a codec for each type, '*' for all types, or a function that returns the codec of a type. */
export type EventsOption = EventCodecs | '*' | ((event: string) => EventCodec | undefined)

/** The type of a message: an event of its type with the option `events`, else what the codec returns. */
export type MessageOf<Events extends EventsOption | undefined, Incoming> = [EventCodecs | undefined] extends [
  Events,
]
  ? Incoming
  : // While TypeScript infers the types, `Events` is `never`.
    [Events] extends [never]
    ? Incoming
    : Events extends '*'
      ? AnyEvent<Incoming>
      : Events extends (event: string) => infer Found
        ? AnyEvent<DecodedBy<Found>>
        : Events extends EventCodecs
          ? NamedEvent<Events>
          : Incoming

type DecodedBy<Found> = Found extends EventCodec ? ReturnType<Found['decode']> : never

/** The options of `useEventSource` without the codecs. */
interface StreamOptions<Message, Data, Selected>
  extends CommonOptions<Message, Data, Selected, NoInfer<Message>>, Pick<HttpOptions, 'credentials'> {
  /**
   * The HTTP method, except CONNECT, TRACE and TRACK. A non-idempotent request such as a POST is repeated
   * automatically only after a status such as 503, and with an `Idempotency-Key` header after a network error.
   * @default 'GET'
   */
  readonly method?: string | undefined
  /** The request headers. `Accept` and `Last-Event-ID` are added automatically. @default none */
  readonly headers?: HeadersOption | undefined
  /**
   * Names of headers that are not part of the identity, in addition to `traceparent`, `tracestate`, `baggage`,
   * `x-request-id` and `x-correlation-id`. `authorization`, `proxy-authorization` and `cookie` are only allowed
   * together with a `key`. @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** The request body; not with GET. JSON is sent as `application/json` unless `headers` has a type. @default none */
  readonly body?: BodyOption | undefined
  /** The last event ID to start from, such as the one before a reload. @default none: only new events */
  readonly lastEventId?: string | undefined
  /**
   * How the last event ID is sent: by the `Last-Event-ID` header, or by a query parameter (`lastEventId` or the given
   * name). The header causes a CORS preflight, which some servers of other origins reject. 'none' sends no ID: after an
   * interruption the error `gap` says that events may be missing, unless `url` is a function, which can add the ID.
   * @default 'header', and if CORS forbids it 'query'
   */
  readonly resume?: ResumeOption | undefined
  /**
   * Replaces the connection if nothing is received for a time: `silence()`. Comments count as a sign of life.
   * @default false
   */
  readonly heartbeat?: false | Heartbeat<'silence'> | undefined
  /**
   * Returns true for the event that marks the end of the stream, such as `[DONE]`. It is not delivered. It may also be
   * an event without data, whose `data` is ''. An Error ends the stream as failed: it is `error`, or its `thrown`.
   * @default none
   */
  readonly until?: ((event: ServerSentEvent) => boolean | Error) | undefined
  /**
   * What happens at the end of the response body: reconnect, or treat the stream as complete. With POST, 'reconnect'
   * allows the request to be repeated, as for a subscription.
   * @default 'reconnect' with `until`, and with GET without `format`; else 'complete'
   */
  readonly atEnd?: 'reconnect' | 'complete' | undefined
  /**
   * Another format than server-sent events: `ndjson()`, `jsonSequence()`, or `eventsOrJson()` if the server chooses.
   * Each message is an event `message`.
   * @default server-sent events
   */
  readonly format?: StreamFormat | undefined
  /** The longest event, in characters (UTF-16 units). It protects the page from an endless line. @default 8388608 */
  readonly maxEventLength?: number | undefined
}

/** The options of `createEventSource` and `useEventSource`. All are optional, but decoded messages need a `codec`. */
export type EventSourceOptions<
  Incoming = string,
  Events extends EventsOption | undefined = undefined,
  Data = MessageOf<Events, Incoming> | undefined,
  Selected = ResultData<Data, MessageOf<Events, Incoming>>,
> = PlainEventSourceOptions<Incoming, Events, Data, Selected> &
  RequireEventCodec<Incoming> &
  RequireReduce<MessageOf<Events, Incoming>, Data>

/** Requires the option `codec` for decoded messages. */
export type RequireEventCodec<Incoming> = RequireCodec<
  string,
  Incoming,
  { readonly codec: EventCodec<Incoming> }
>

/** The options of a stream, where `codec` may be missing. */
export interface PlainEventSourceOptions<
  Incoming,
  Events extends EventsOption | undefined,
  Data,
  Selected,
> extends StreamOptions<MessageOf<Events, Incoming>, Data, Selected> {
  /** Decodes the data: `json(schema?)` or your own. With `events`, only for '*'. @default text */
  readonly codec?:
    | (EventCodec<Incoming> & (Events extends Exclude<EventsOption, '*'> ? never : unknown))
    | undefined
  /**
   * A codec for each event type: `\{ price: json(Price), message: text() \}`. Events of other types are not delivered.
   * '*' delivers events of all types, decoded by `codec`. A function gets the type of an event (declare it:
   * `(name: string) =>`) and returns its codec, or
   * undefined to skip it.
   *
   * @default only `message`, decoded by `codec`
   */
  readonly events?: Events
}

/** The options for any event types. */
export interface AnyEventSourceOptions<
  Incoming = unknown,
  Data = unknown,
  Selected = unknown,
> extends StreamOptions<Incoming, Data, Selected> {
  readonly codec?: EventCodec | undefined
  readonly events?: EventsOption | undefined
}

/** The idempotent methods (RFC 9110, section 9.2.2): a repeated request has the same effect as a single one. */
const IDEMPOTENT_METHODS = ['GET', 'HEAD', 'OPTIONS', 'QUERY', 'PUT', 'DELETE']

/** Tests whether a request must not be repeated automatically. `atEnd: 'reconnect'` allows it for any method. */
export const isNonRepeatable = (options: AnyEventSourceOptions): boolean =>
  options.atEnd !== 'reconnect' && !IDEMPOTENT_METHODS.includes(resolveMethod(options))

/** Creates the error of a request that must not be repeated and was closed. */
export function interruptedError(by: 'page' | 'component'): TautlineError<'interrupted'> {
  const text = `The ${by} stopped while a non-idempotent request was in flight: call open() to send it again`
  return new TautlineError('interrupted', text, { by })
}

/**
 * Validates the options of a stream beyond their types.
 *
 * @throws TautlineError `bad-option`
 */
export function validateStreamOptions(options: AnyEventSourceOptions): void {
  validateHttpOptions(options)
  const { lastEventId, resume } = options
  if (lastEventId && /[\0\r\n]/.test(lastEventId))
    throwBadOption('lastEventId', 'must not have NUL or line breaks')
  if (resume === null || (typeof resume === 'object' && !resume.query))
    throwBadOption('resume.query', 'must be the name of a query parameter')
  const { events, codec } = options
  if (events && events !== '*' && codec)
    throwBadOption('codec', 'cannot be used with `events`, which has its own codecs')
  for (const [name, codec] of Object.entries(typeof events === 'object' ? events : {})) {
    // Some schemas have a `decode` method with another meaning.
    if (typeof codec?.decode !== 'function' || '~standard' in codec)
      throwBadOption(`events.${truncate(name, 40)}`, 'must be a codec, such as json(schema)')
  }
}
