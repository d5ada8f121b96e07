import { toClient } from '../connection/client.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import { httpKeyOptions, httpIdentityParts, hasFunctions } from '../http/request-options.ts'
import { type PollBatch, getOrCreateDecoder } from './poll-batch.ts'
import type { Json } from './cursor.ts'
import { createLongPollSession } from './session.ts'
import type { LongPollSession } from './types.ts'
import {
  type AnyLongPollOptions,
  type PlainLongPollOptions,
  type MessageOfBody,
  type RequireMessages,
  validatePollOptions,
} from './options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import { connectTimeout } from './poll-policy.ts'
import { forgetReceived, deliverDeduplicated } from './dedupe.ts'
import { ConnectionHandle } from '../connection/connection-handle.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import type { Protocol } from '../connection/protocol.ts'
import type { BindingObserver, Emitter, Public, Snapshot } from '../connection/types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { toHttpUrl } from '../shared/urls.ts'

export type { CollectReducer, RequireReduce, ResultData, ShownData } from '../shared/reducers.ts'
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
export type {
  AnyLongPollOptions,
  LongPollOptions,
  MessageOfBody,
  PlainLongPollOptions,
  RequireMessages,
} from './options.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'

/** The state of a long poll as one observer sees it. */
export type LongPollSnapshot<Data> = Snapshot<Data> & {
  /** The position from which the next request continues. */
  readonly cursor: string | undefined
}

/** The interface between a long poll and a framework binding. */
export interface LongPollObserver<Message, Data> extends BindingObserver<LongPollSnapshot<Data>> {
  /**
   * Sets the URL and options. It is cheap, so that bindings can call it in every render. A new URL or identity replaces
   * the connection. New handlers apply at once.
   */
  setOptions(url: UrlOption, options?: PlainLongPollOptions<Json, Message, Data, unknown>): void
}

/** A client for long polling, for use without a framework. */
export interface LongPollClient<Message, Data>
  extends Public<LongPollObserver<Message, Data>>, Emitter<Message>, AsyncIterable<Message> {}

/** The options without `select`, which only components need. */
type Headless<Options> = Omit<Options, 'select'>

const protocol: Protocol<PollBatch, AnyLongPollOptions, LongPollSession> = {
  name: 'long-poll',
  keyOptions: httpKeyOptions,
  validateOptions(options) {
    warnAboutOptions('A long poll', options)
    validatePollOptions(options)
  },
  ...httpIdentityParts,
  toUrl: toHttpUrl,
  // Only a response proves that the server works, not the age of an open request.
  createPolicy: (url, options) =>
    createConnectionPolicy(options, undefined, hasFunctions(url, options), {
      stableAfterMs: Number.POSITIVE_INFINITY,
      connectTimeoutMs: connectTimeout(options),
      isUrlResolvedLater: true,
      isProbed: true,
    }),
  deliverBatch: deliverDeduplicated,
  isEmpty: (decoded) => Array.isArray(decoded) && decoded.length === 0,
  deliveredOf: (messages, { end }) => messages.slice(0, end),
  forgetSubscriber: forgetReceived,
  decoder: getOrCreateDecoder,
  info: ({ raw, headers }) => ({ raw, headers }),
  snapshotFields: (_, cursor) => ({ cursor }),
  initialCursor: ({ initialCursor }) => initialCursor,
  createSession: createLongPollSession,
}

/**
 * Creates an observer of a long poll, on which framework bindings are built. It connects when `subscribe` is called.
 * Its status is `connecting` from the first snapshot on. Without a framework, use `createLongPoll`.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const observer = observeLongPoll('/changes', { codec: json(Change) })
 * const unsubscribe = observer.subscribe(() => render(observer.getSnapshot()))
 */
export function observeLongPoll<Message = unknown, Data = Message | undefined>(
  url: UrlOption,
  options: PlainLongPollOptions<Json, Message, Data, unknown> = {},
): LongPollObserver<Message, Data> {
  return observe(url, options, true) as unknown as LongPollObserver<Message, Data>
}

/**
 * Creates a client for long polling: repeated HTTP requests, which the server holds until there are new messages.
 *
 * Each request sends the `cursor` of the last response. A failed request is retried with the same cursor. With
 * `interval` it is short polling. Clients of the same URL and identity share the requests. It runs in pages, workers
 * and Node. It connects at `open()`, the first `subscribe` or `for await`.
 *
 * @param url absolute or relative, http or https; a function runs before every request
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const changes = createLongPoll('/db/_changes?feed=longpoll', {
 *   messages: (body) => body.results,
 *   cursor: query('since', (body) => body.last_seq),
 *   reduce: collect({ limit: 100 }),
 * })
 * changes.subscribe(() => render(changes.getSnapshot().data))
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
  options?: Headless<PlainLongPollOptions<Body, Message, Data, unknown>> &
    RequireMessages<Body, Message> &
    RequireReduce<Message, Data>,
): LongPollClient<Message, ResultData<Data, Message>>
export function createLongPoll<Message, Data>(
  url: UrlOption,
  // The core does not know the message types. The overloads above have them.
  options: object = {},
): LongPollClient<Message, Data> {
  return toClient(observe(url, options, false)) as LongPollClient<Message, Data>
}

// The core does not know the message types. The functions above restore them.
const observe = (url: UrlOption, options: object, isFrameworkOwned: boolean) =>
  new ConnectionHandle(protocol, url, options as AnyLongPollOptions, isFrameworkOwned)
