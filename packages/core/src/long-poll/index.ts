import { clientOf, observerOf } from '../connection/client.ts'
import type { Collecting } from '../shared/reducers.ts'
import { HTTP_PLACE, httpIdentity, isRenewable } from '../http/request-options.ts'
import { type PollAnswer, decoderOf } from './poll-response.ts'
import type { JsonBody } from './cursor.ts'
import { driveLongPoll } from './session.ts'
import type { LongPollDriver } from './types.ts'
import { type AnyLongPollOptions, type LongPollOptions, type MessageIn, checkPoll } from './options.ts'
import { connectTimeout } from './poll-delay.ts'
import { forgetTold, tellMany } from './dedupe.ts'
import { View } from '../connection/connection-observer.ts'
import { policyOf } from '../connection/policy.ts'
import type { Kind } from '../connection/protocol.ts'
import type { Observer } from '../connection/types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { toHttpUrl } from '../shared/urls.ts'

export type { Collect, Collecting } from '../shared/reducers.ts'
export type { BodyOption, HeadersOption, IgnoreHeadersOption, RequestBody } from '../http/types.ts'
export {
  type Cursor,
  type CursorAnswer,
  type CursorRequest,
  type JsonBody,
  type ReadCursor,
  bodyField,
  count,
  fromHeader,
  header,
  query,
  validators,
} from './cursor.ts'
export type { BodyCodec } from '../shared/codec.ts'
export type { AnyLongPollOptions, LongPollOptions, MessageIn } from './options.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'

/** What a binding needs of a poll. */
export interface LongPollObserver<Message, Data> extends Observer<Message, Data> {
  /** Cheap, and meant for every render. A new destination replaces the connection; handlers are always the latest. */
  setOptions(url: UrlOption, options?: LongPollOptions<JsonBody, Message, Data, unknown>): void
}

/** A poll without a framework. */
export interface LongPollClient<Message, Data>
  extends LongPollObserver<Message, Data>, AsyncIterable<Message> {}

/** Without a component there is nothing to select for. */
type Headless<Options> = Omit<Options, 'select'>

const kind: Kind<PollAnswer, AnyLongPollOptions, LongPollDriver> = {
  name: 'long-poll',
  place: HTTP_PLACE,
  check: checkPoll,
  ...httpIdentity,
  toUrl: toHttpUrl,
  // A request that is held says nothing: an answer proves the line, and not its age.
  policy: (url, options) =>
    policyOf(options, undefined, isRenewable(url, options), {
      stableAfter: Number.POSITIVE_INFINITY,
      connectTimeout: connectTimeout(options),
    }),
  tellMany,
  forget: forgetTold,
  decoder: decoderOf,
  info: ({ raw, headers }) => ({ raw, headers }),
  start: ({ initialCursor }) => initialCursor,
  drive: driveLongPoll,
}

/**
 * What the bindings are made of: opens by `subscribe` alone, and shows `connecting` from the first snapshot on.
 * Without a framework use `createLongPoll`.
 */
export function observeLongPoll<Message = unknown, Data = Message | undefined>(
  url: UrlOption,
  options: LongPollOptions<JsonBody, Message, Data, unknown> = {},
): LongPollObserver<Message, Data> {
  return observe(url, options, true)
}

/**
 * News over plain HTTP: asks, is answered when there is something new, and asks again from there; with `interval` it asks in a rhythm.
 * Never two requests at once; a lost answer is asked for again; shares by destination, runs in a page, a worker and Node. It opens with `open()`,
 * the first `subscribe` or `for await`.
 *
 * @param url absolute or relative, http or https; a function runs before every request
 * @throws TautlineError `bad-option`
 *
 * @example
 * const updates = createLongPoll(`${bot}/getUpdates?timeout=50`, {
 *   messages: (body) => body.result,
 *   cursor: query('offset', ({ result }) => result.length > 0 ? result.at(-1).update_id + 1 : undefined),
 * })
 * for await (const update of updates) console.log(update)
 */
export function createLongPoll<Body = JsonBody, Message = MessageIn<Body>>(
  url: UrlOption,
  options: Collecting<Headless<LongPollOptions<Body, Message, readonly Message[]>>>,
): LongPollClient<Message, readonly Message[]>
export function createLongPoll<Body = JsonBody, Message = MessageIn<Body>, Data = Message | undefined>(
  url: UrlOption,
  options?: Headless<LongPollOptions<Body, Message, Data>>,
): LongPollClient<Message, Data>
export function createLongPoll<Message, Data>(
  url: UrlOption,
  // Which of the overloads it was does not matter here: messages are whatever the codec and `messages` make of them.
  options: object = {},
): LongPollClient<Message, Data> {
  return clientOf<Message, LongPollObserver<Message, Data>>(observe<Message, Data>(url, options, false))
}

function observe<Message, Data>(
  url: UrlOption,
  options: object,
  hosted: boolean,
): LongPollObserver<Message, Data> {
  return observerOf(new View(kind, url, options as AnyLongPollOptions, hosted))
}
