import { toClient, toPublicObserver } from '../connection/client.ts'
import type { WithCollect } from '../shared/reducers.ts'
import { httpKeyOptions, httpIdentityParts, canRenewCredentials } from '../http/request-options.ts'
import { type PollBatch, getOrCreateDecoder } from './poll-response.ts'
import type { Json } from './cursor.ts'
import { createLongPollSession } from './session.ts'
import type { LongPollSession } from './types.ts'
import {
  type AnyLongPollOptions,
  type LongPollOptions,
  type MessageOfBody,
  validatePollOptions,
} from './options.ts'
import { connectTimeout } from './poll-policy.ts'
import { forgetSeenIds, deliverDeduplicated } from './dedupe.ts'
import { ConnectionObserver } from '../connection/connection-observer.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import type { Protocol } from '../connection/protocol.ts'
import type { Observer, Snapshot } from '../connection/types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { toHttpUrl } from '../shared/urls.ts'

export type { CollectReducer, WithCollect } from '../shared/reducers.ts'
export type { BodyOption, HeadersOption, IgnoreHeadersOption, RequestBody } from '../http/types.ts'
export {
  type Cursor,
  type CursorResponse,
  type CursorRequest,
  type Json,
  type ReadCursor,
  bodyField,
  count,
  fromHeader,
  header,
  query,
  validators,
} from './cursor.ts'
export type { BodyCodec } from '../shared/codec.ts'
export type { AnyLongPollOptions, LongPollOptions, MessageOfBody } from './options.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'

/** The state of a poll as one hook sees it. */
export type LongPollSnapshot<Data> = Snapshot<Data> & {
  /** The position in the messages, from which the next request continues. */
  readonly cursor: string | undefined
}

/** What a binding needs of a poll. */
export interface LongPollObserver<Message, Data> extends Observer<Message, LongPollSnapshot<Data>> {
  /** Cheap, and meant for every render. A new destination replaces the connection; handlers are always the latest. */
  setOptions(url: UrlOption, options?: LongPollOptions<Json, Message, Data, unknown>): void
}

/** A long poll without a framework: an observer, and an async iterable of messages. */
export interface LongPollClient<Message, Data>
  extends LongPollObserver<Message, Data>, AsyncIterable<Message> {}

/** Options without `select`, which chooses what a component shows. */
type Headless<Options> = Omit<Options, 'select'>

const protocol: Protocol<PollBatch, AnyLongPollOptions, LongPollSession> = {
  name: 'long-poll',
  keyOptions: httpKeyOptions,
  validateOptions: validatePollOptions,
  ...httpIdentityParts,
  toUrl: toHttpUrl,
  // Only a response proves that the connection works. That a request has been open for long proves nothing.
  createPolicy: (url, options) =>
    createConnectionPolicy(options, undefined, canRenewCredentials(url, options), {
      stableAfterMs: Number.POSITIVE_INFINITY,
      connectTimeoutMs: connectTimeout(options),
    }),
  deliverBatch: deliverDeduplicated,
  forgetSubscriber: forgetSeenIds,
  decoder: getOrCreateDecoder,
  info: ({ raw, headers }) => ({ raw, headers }),
  snapshotFields: (_, cursor) => ({ cursor }),
  initialCursor: ({ initialCursor }) => initialCursor,
  createSession: createLongPollSession,
}

/**
 * Creates the observer behind the `useLongPoll` hooks. It opens only by `subscribe`, and shows `connecting` from the
 * first snapshot on. Without a framework, use `createLongPoll`.
 *
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 *
 * @example
 * const observer = observeLongPoll('/changes', { codec: json(Change) })
 * const unsubscribe = observer.subscribe(() => render(observer.getSnapshot()))
 */
export function observeLongPoll<Message = unknown, Data = Message | undefined>(
  url: UrlOption,
  options: LongPollOptions<Json, Message, Data, unknown> = {},
): LongPollObserver<Message, Data> {
  return observe(url, options, true)
}

/**
 * Creates a long poll: repeated HTTP requests, each held by the server until there are new messages. It runs in a page,
 * a worker and Node.
 *
 * The next request goes out after the response to the last one, and sends the `cursor` of that response. A request that
 * fails is repeated with the same cursor. With `interval` (in ms) it is short polling: one request per interval. Long
 * polls with the same URL and options share the requests. It opens with `open()`, the first `subscribe` or `for await`.
 *
 * @param url a relative or absolute URL (http or https). A function is called before every request, for example to add
 *   a fresh token
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 *
 * @example
 * const changes = createLongPoll('/db/_changes?feed=longpoll', {
 *   messages: (body) => body.results,
 *   cursor: query('since', (body) => body.last_seq),
 *   reduce: collect({ limit: 100 }),
 * })
 * changes.subscribe(() => render(changes.getSnapshot().data))
 */
export function createLongPoll<Body = Json, Message = MessageOfBody<Body>>(
  url: UrlOption,
  options: WithCollect<Headless<LongPollOptions<Body, Message, readonly Message[]>>>,
): LongPollClient<Message, readonly Message[]>
/**
 * Creates a long poll: repeated HTTP requests, each held by the server until there are new messages. `data` is the
 * latest message, or the result of `reduce`.
 *
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 *
 * @example
 * const updates = createLongPoll(`${bot}/getUpdates?timeout=50`, {
 *   messages: (body) => body.result,
 *   cursor: query('offset', ({ result }) => result.length > 0 ? result.at(-1).update_id + 1 : undefined),
 * })
 * for await (const update of updates) console.log(update)
 */
export function createLongPoll<Body = Json, Message = MessageOfBody<Body>, Data = Message | undefined>(
  url: UrlOption,
  options?: Headless<LongPollOptions<Body, Message, Data>>,
): LongPollClient<Message, Data>
export function createLongPoll<Message, Data>(
  url: UrlOption,
  // The type of the options differs between the overloads, which makes no difference here.
  options: object = {},
): LongPollClient<Message, Data> {
  return toClient<Message, LongPollObserver<Message, Data>>(observe<Message, Data>(url, options, false))
}

function observe<Message, Data>(
  url: UrlOption,
  options: object,
  isFrameworkOwned: boolean,
): LongPollObserver<Message, Data> {
  return toPublicObserver(
    new ConnectionObserver(protocol, url, options as AnyLongPollOptions, isFrameworkOwned),
  )
}
