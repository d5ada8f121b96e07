import type { BodyCodec } from '../shared/codec.ts'
import { httpOptionTypes, validateHttpOptions, throwBadOption } from '../http/request-options.ts'
import type { BodyOption, HeadersOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import type { Cursor, Json } from './cursor.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'

/** The type of a message without the option `messages`: that of the body, or `unknown` if that is `any`. */
export type MessageOfBody<Body> = unknown extends Body ? unknown : Body

/** Requires the option `messages` where the messages have another type than the body of the codec. */
export type RequireMessages<Body, Message, With = { readonly messages: unknown }> = [Body] extends [Message]
  ? unknown
  : With

/** The options of `createLongPoll` and `useLongPoll`. All are optional, but `data` of another type needs `reduce`. */
export type LongPollOptions<
  Body = Json,
  Message = MessageOfBody<Body>,
  Data = Message | undefined,
  Selected = ResultData<Data, Message>,
> = PlainLongPollOptions<Body, Message, Data, Selected> &
  RequireMessages<Body, Message> &
  RequireReduce<Message, Data>

/** The options of a long poll, where `reduce` may be missing. */
export interface PlainLongPollOptions<Body, Message, Data, Selected>
  extends
    Omit<CommonOptions<Message, Data, Selected>, 'pause' | 'timeout'>,
    Pick<HttpOptions, 'credentials'> {
  /** The HTTP method, except CONNECT, TRACE and TRACK. Requests of any method are repeated. @default 'GET' */
  readonly method?: string | undefined
  /** The request headers. `Accept` is added automatically. @default none */
  readonly headers?: HeadersOption | undefined
  /**
   * Names of headers that are not part of the identity, in addition to `traceparent`, `tracestate`, `baggage`,
   * `x-request-id` and `x-correlation-id`. `authorization`, `proxy-authorization` and `cookie` are only allowed
   * together with a `key`. @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** The request body; not with GET. JSON is sent as `application/json` unless `headers` has a type. @default none */
  readonly body?: BodyOption | undefined
  /**
   * How the cursor is read from a response and sent with the next request, so that no message is lost between them:
   * `validators()`, `query(name, read)`, `header(name, read)`, `bodyField(name, read)`, or your own. @default none
   */
  readonly cursor?: Cursor<NoInfer<Body>> | undefined
  /** The cursor of the first request, such as the one before a reload. @default none: the server decides */
  readonly initialCursor?: string | undefined
  /**
   * Decodes the response body: `json(schema?)`, `text()`, `binary()`, or your own.
   * @default by `Content-Type`: JSON, text, else an ArrayBuffer
   */
  readonly codec?: BodyCodec<Body> | undefined
  /** Returns the messages in the body of a response. @default the body is the message */
  readonly messages?: ((body: Body) => Iterable<Message>) | undefined
  /**
   * Returns the ID of a message; undefined or null for none. A message is dropped if its ID is among the last 10,000
   * IDs. @default none is dropped
   */
  readonly dedupeBy?: ((message: Message) => unknown) | undefined
  /** Short polling: the time from one request to the next, in ms, varied at random by up to 10 %. @default none */
  readonly interval?: number | undefined
  /**
   * The shortest time between two requests, in ms, unless the response had messages and a new cursor. It protects a
   * server that does not hold requests. @default 1000
   */
  readonly minGap?: number | undefined
  /**
   * The time limits of one request, in ms. `connect`: for the first request, until the server holds it or responds.
   * `request`: while nothing is received; longer than the server holds a request without sending a byte. 0 and false: no
   * limit.
   * @default \{ connect: 10000, request: 90000 \}; with `interval` both are 10000
   */
  readonly timeout?:
    | { readonly connect?: number | false | undefined; readonly request?: number | false | undefined }
    | undefined
  /**
   * When to send no requests: on a hidden page, and while offline. A number for `hidden` is the shortest time between
   * two requests of a hidden page, in ms.
   * @default \{ hidden: false, offline: true \}
   */
  readonly pause?:
    | { readonly hidden?: boolean | number | undefined; readonly offline?: boolean | undefined }
    | undefined
  /** The largest response body, in bytes. @default 8388608 */
  readonly maxBodyBytes?: number | undefined
}

/** The options for any body and message types. */
export type AnyLongPollOptions = PlainLongPollOptions<Json, unknown, unknown, unknown>

/**
 * Validates the options.
 *
 * @throws TautlineError `bad-option`
 */
export function validatePollOptions(options: AnyLongPollOptions): void {
  validateOptions(options, {
    ...httpOptionTypes,
    codec: 'object',
    'codec.decode': 'function',
    cursor: 'object',
    'cursor.write': 'function',
    'cursor.read': 'function',
    initialCursor: 'string',
    messages: 'function',
    dedupeBy: 'function',
    interval: 'positive',
    minGap: 'number',
    'timeout.request': 'number|false',
    'pause.hidden': 'boolean|number',
    maxBodyBytes: 'positive',
  })
  validateHttpOptions(options)
  const { cursor } = options
  if (cursor !== undefined && !(cursor && 'write' in cursor && 'read' in cursor))
    throwBadOption('cursor', 'needs write() and read(): use query(), header() or bodyField()')
}
