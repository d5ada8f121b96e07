import type { BodyCodec } from '../shared/codec.ts'
import { httpOptionTypes, validateHttpOptions, throwBadOption } from '../http/request-options.ts'
import type { BodyOption, HeadersOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import type { Cursor, Json } from './cursor.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'

/** The type of a message without `messages`: that of the body, and `unknown` if the body has type `any`. */
export type MessageOfBody<Body> = unknown extends Body ? unknown : Body

/** Options of `createLongPoll` and `useLongPoll`. All are optional. */
export interface LongPollOptions<
  Body = Json,
  Message = MessageOfBody<Body>,
  Data = Message | undefined,
  Selected = Data,
>
  extends
    Omit<CommonOptions<Message, Data, Selected>, 'pause' | 'timeout'>,
    Pick<HttpOptions, 'credentials'> {
  /** Any but CONNECT, TRACE and TRACK. It is repeated, whatever it is: that is what polling means. @default 'GET' */
  readonly method?: string | undefined
  /**
   * Request headers, or a function that returns them before each request. `Accept` is added unless it is given.
   * @default none
   */
  readonly headers?: HeadersOption | undefined
  /**
   * Names of headers that do not count when connections are compared: long polls that differ only in them share one
   * connection. `traceparent`, `tracestate`, `baggage`, `x-request-id` and `x-correlation-id` never count.
   * `authorization` and `cookie` can be named only together with `key`.
   * @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /**
   * The request body, or a function that returns it before each request. It needs a method other than GET and HEAD. A
   * plain object or array is sent as JSON, with the type `application/json` unless `headers` set another one.
   * @default none
   */
  readonly body?: BodyOption | undefined
  /**
   * How the position is read from a response and sent with the next request, so that no message is skipped:
   * `validators()`, `query(name, read)`, `header(name, read)`, `bodyField(name, read)`, or your own `write` and `read`.
   * @default none: it is up to the server to keep what happens between two requests
   */
  readonly cursor?: Cursor<NoInfer<Body>> | undefined
  /**
   * The cursor of the first request, for example one that was saved before a reload.
   * @default none: the server decides where to start
   */
  readonly initialCursor?: string | undefined
  /**
   * Decodes the body of a response: `json(schema?)`, `text()`, or your own.
   * @default by `Content-Type`: JSON, text, else an ArrayBuffer
   */
  readonly codec?: BodyCodec<Body> | undefined
  /** Returns the messages in the body of a response. @default the body is the message */
  readonly messages?: ((body: Body) => Iterable<Message>) | undefined
  /**
   * Returns the ID of a message. A message is dropped if its ID is among the last 10,000 IDs. Messages whose ID is
   * undefined or null are never dropped.
   * @default no message is dropped
   */
  readonly dedupeBy?: ((message: Message) => unknown) | undefined
  /**
   * The time from one request to the next, in ms, which makes it short polling. Each wait differs from it at random by
   * up to 10 %.
   * @default none: long polling, the server holds the request
   */
  readonly interval?: number | undefined
  /**
   * The shortest time from one request to the next, in ms, after a response without messages or with the same cursor.
   * It protects a server that does not hold requests. After messages and a new cursor the next request goes out at
   * once.
   * @default 1000
   */
  readonly minGap?: number | undefined
  /**
   * Time limits, in ms. `connect`: until the server holds the first request or responds to it. `request`: until a
   * response is complete; it must be longer than the server holds a request.
   * @default \{ connect: 10000, request: 90000 \}; with `interval` both are 10000
   */
  readonly timeout?:
    | { readonly connect?: number | undefined; readonly request?: number | undefined }
    | undefined
  /**
   * When requests pause. `hidden`: true stops them while the page is hidden; a number is the shortest time between two
   * requests then, in ms. `offline`: true stops them while there is no network.
   * @default \{ hidden: false, offline: true \}
   */
  readonly pause?:
    | { readonly hidden?: boolean | number | undefined; readonly offline?: boolean | undefined }
    | undefined
  /**
   * The maximum size of a response body, in bytes. A larger one is cancelled, and is the error `too-large`.
   * @default 8388608
   */
  readonly maxBodyBytes?: number | undefined
}

/** Options of a long poll, whatever the types of its body and messages. */
export type AnyLongPollOptions = LongPollOptions<Json, unknown, unknown, unknown>

/**
 * Checks the types and values of the options.
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
    'timeout.request': 'positive',
    'pause.hidden': 'boolean|number',
    maxBodyBytes: 'positive',
  })
  validateHttpOptions(options)
  const { codec, cursor } = options
  if (codec !== undefined && !(codec && 'decode' in codec))
    throwBadOption('codec', 'has no decode(): use json() or text()')
  if (cursor !== undefined && !(cursor && 'write' in cursor && 'read' in cursor))
    throwBadOption('cursor', 'needs write() and read(): use query(), header() or bodyField()')
}
