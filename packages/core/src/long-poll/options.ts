import type { BodyCodec } from '../shared/codec.ts'
import { httpOptionTypes, validateHttpOptions, throwBadOption } from '../http/request-options.ts'
import type { BodyOption, HeadersOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import type { Cursor, Json } from './cursor.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'

/** A body of which nothing is known is a message of which nothing is known. */
export type MessageOfBody<Body> = unknown extends Body ? unknown : Body

/** Options of `createLongPoll` and `useLongPoll`; nothing has to be set. */
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
  /** `Accept` is set unless it is given. @default none */
  readonly headers?: HeadersOption | undefined
  /**
   * Headers that make no difference to who shares the connection, beside `traceparent`, `tracestate`, `baggage`, `x-request-id` and `x-correlation-id`.
   * `authorization` and `cookie` only beside a `key`. @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** Not with GET. JSON is sent as `application/json` unless `headers` say otherwise. @default none */
  readonly body?: BodyOption | undefined
  /**
   * How the server is told where to go on, so that nothing is skipped: `validators()`, `query(name, read)`, `header(name, read)`,
   * `bodyField(name, read)`, or a pair of functions. @default none: what happens between two requests is the server's to keep
   */
  readonly cursor?: Cursor<NoInfer<Body>> | undefined
  /** Where to start: what a page had before it was reloaded. @default where the server starts */
  readonly initialCursor?: string | undefined
  /** What reads the body of an answer: `json(schema?)`, `text()`, or your own. @default by `Content-Type`: JSON, text, else an ArrayBuffer */
  readonly codec?: BodyCodec<Body> | undefined
  /** Unpacks one answer into many messages. @default the body is the message */
  readonly messages?: ((body: Body) => Iterable<Message>) | undefined
  /** The ID of a message: one whose ID is among the last 10,000 is a repetition, and is dropped. @default nothing is dropped */
  readonly dedupeBy?: ((message: Message) => unknown) | undefined
  /** From one request to the next, in ms: makes it short polling. A tenth of it more or less is random. @default none: the server holds the request */
  readonly interval?: number | undefined
  /**
   * The least time from one request to the next, in ms, where the answer brought nothing new, or left the cursor as it was: a server that
   * does not hold its answers back is not hammered. Behind news that moved the cursor the next request goes out at once. @default 1000
   */
  readonly minGap?: number | undefined
  /**
   * `connect`: how long it may take until the first request is held or answered, in ms. `request`: how long a request may take, in ms, which has
   * to be longer than the server holds it. @default \{ connect: 10000, request: 90000 \}, with `interval` 10000 both
   */
  readonly timeout?:
    | { readonly connect?: number | undefined; readonly request?: number | undefined }
    | undefined
  /**
   * What holds requests back: a network that is gone; a hidden page, which stops (true), or asks no more often than once in so many ms.
   * @default \{ hidden: false, offline: true \}
   */
  readonly pause?:
    | { readonly hidden?: boolean | number | undefined; readonly offline?: boolean | undefined }
    | undefined
  /** The longest body, in bytes: an endless one cannot eat the page. @default 8388608 */
  readonly maxBodyBytes?: number | undefined
}

/** Whatever the answers are. */
export type AnyLongPollOptions = LongPollOptions<Json, unknown, unknown, unknown>

/** @throws TautlineError `bad-option` */
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
  if (codec !== undefined && !(codec && 'decode' in codec)) throwBadOption('codec', 'has no decode()')
  if (cursor !== undefined && !(cursor && 'write' in cursor && 'read' in cursor))
    throwBadOption('cursor', 'is to have write() and read(), such as that of query()')
}
