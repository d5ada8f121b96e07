import type { Codec } from '../shared/codec.ts'
import { truncate } from '../shared/errors.ts'
import type { ServerSentEvent } from './parser.ts'
import { validateHttpOptions, resolveMethod, throwBadOption } from '../http/request-options.ts'
import type { BodyOption, HeadersOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import type { CommonOptions } from '../observer/options.ts'

/** How the server is told where to go on. */
export type ResumeOption = 'header' | 'query' | { readonly query: string }

/** What reads the data of one kind of event. */
export type EventCodec<Incoming = unknown> = Pick<Codec<Incoming, never>, 'decode'>

/** The events to listen to, by name, and what reads each. */
export type EventCodecs = Readonly<Record<string, EventCodec>>

/** An event of one of these names: `event` tells which, and so of what type `data` is. */
export type NamedEvent<Events extends EventCodecs> = {
  readonly [Name in keyof Events & string]: {
    readonly event: Name
    readonly data: ReturnType<Events[Name]['decode']>
    /** The last event ID at that point; '' for none. */
    readonly id: string
  }
}[keyof Events & string]

/** What a message is: an event of one of the names, where `events` are known; else what the codec makes. */
export type MessageOf<Events extends EventCodecs | undefined, Incoming> = [EventCodecs | undefined] extends [
  Events,
]
  ? Incoming
  : Events extends EventCodecs
    ? NamedEvent<Events>
    : Incoming

/** What `useEventSource` takes, but for what reads the events. */
interface StreamOptions<Message, Data, Selected>
  extends CommonOptions<Message, Data, Selected>, Pick<HttpOptions, 'credentials'> {
  /** Any but CONNECT, TRACE and TRACK. What is not idempotent, such as POST, is not repeated by itself once it has answered. @default 'GET' */
  readonly method?: string | undefined
  /** `Accept` is set, `Last-Event-ID` too where there is one. @default none */
  readonly headers?: HeadersOption | undefined
  /**
   * Headers that make no difference to who shares the connection, beside `traceparent`, `tracestate`, `baggage`, `x-request-id` and `x-correlation-id`.
   * `authorization` and `cookie` only beside a `key`. @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** Not with GET. JSON is sent as `application/json` unless `headers` say otherwise. @default none */
  readonly body?: BodyOption | undefined
  /** Where to start: what a page had before it was reloaded. @default from now */
  readonly lastEventId?: string | undefined
  /**
   * How the server is told where to go on: by the `Last-Event-ID` header, or by a query parameter (`lastEventId`, or the name that is
   * given), for servers of another origin that do not allow the header: it costs a preflight. @default 'header'
   */
  readonly resume?: ResumeOption | undefined
  /** Replaces a stream that says nothing, comments included, for `timeout` ms. Off unless given. @default \{ timeout: 45000 \} */
  readonly heartbeat?: false | { readonly timeout?: number | undefined } | undefined
  /** True for the event by which the server says that no more comes, such as `[DONE]`: it ends the stream, and is not delivered. */
  readonly until?: ((event: ServerSentEvent) => boolean) | undefined
  /**
   * What the end of the body means: a cut, or the end. `reconnect` with POST says that it may be repeated: a subscription.
   * @default 'reconnect' with GET, else 'complete'
   */
  readonly atEnd?: 'reconnect' | 'complete' | undefined
  /** The longest event, in characters (UTF-16 units): an endless line cannot eat the page. @default 8388608 */
  readonly maxEventLength?: number | undefined
}

/** Options of `createEventSource` and `useEventSource`; nothing has to be set. */
export interface EventSourceOptions<
  Incoming = string,
  Events extends EventCodecs | undefined = undefined,
  Data = MessageOf<Events, Incoming> | undefined,
  Selected = Data,
> extends StreamOptions<MessageOf<Events, Incoming>, Data, Selected> {
  /** What reads the data of `message` events: `json(schema?)`, or your own. Not beside `events`. @default the text as it is */
  readonly codec?: (EventCodec<Incoming> & (Events extends EventCodecs ? never : unknown)) | undefined
  /**
   * A codec for each name: `\{ price: json(Price), message: text() \}`. Events that are not named here are not delivered.
   * @default `message` alone, read by `codec`
   */
  readonly events?: Events
}

/** Whatever the events are. */
export interface AnyEventSourceOptions<
  Incoming = unknown,
  Data = unknown,
  Selected = unknown,
> extends StreamOptions<Incoming, Data, Selected> {
  readonly codec?: EventCodec | undefined
  readonly events?: EventCodecs | undefined
}

/** RFC 9110, section 9.2.2: to ask twice has the effect of asking once. */
const IDEMPOTENT_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']

/** Is this a request that must not be repeated by itself? Its user may know better. */
export const isNonRepeatable = (options: AnyEventSourceOptions): boolean =>
  options.atEnd !== 'reconnect' && !IDEMPOTENT_METHODS.includes(resolveMethod(options))

/** @throws TautlineError `bad-option` for what no table of types can say */
export function validateStreamOptions(options: AnyEventSourceOptions): void {
  validateHttpOptions(options)
  const { lastEventId, resume } = options
  if (lastEventId && /[\0\r\n]/.test(lastEventId))
    throwBadOption('lastEventId', 'has a character that no ID can have')
  if (resume === null || (typeof resume === 'object' && !resume.query))
    throwBadOption('resume.query', 'is to be the name of a query parameter')
  if (options.events && options.codec)
    throwBadOption('codec', 'goes with no `events`, each of which has its own')
  if (options.codec && !options.codec.decode) throwBadOption('codec', 'has no decode()')
  for (const [name, codec] of Object.entries(options.events ?? {})) {
    if (typeof codec?.decode !== 'function')
      throwBadOption(`events.${truncate(name, 40)}`, 'should be a codec, such as json()')
  }
}
