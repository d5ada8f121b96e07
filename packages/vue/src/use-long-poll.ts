import type { MaybeRefOrGetter } from 'vue'
import {
  type WithCollect,
  type Json,
  type LongPollObserver,
  type LongPollOptions,
  type LongPollSnapshot,
  type MessageOfBody,
  type UrlOption,
  observeLongPoll,
} from '@tautline/core/long-poll'
import { type Observed, useObserver } from './use-observer.ts'

/** What `useLongPoll` gives back: read-only refs, which can be destructured, and commands. */
export type LongPollResult<Data> = Observed<LongPollSnapshot<Data>>

/**
 * A long poll: repeated HTTP requests while the component is mounted or the effect scope is active, each held by the
 * server until there are new messages.
 *
 * The next request goes out after the response to the last one, and sends the `cursor` of that response. With
 * `interval` (in ms) it is short polling: one request per interval. Hooks with the same URL and options share the
 * requests. The refs update at most once per frame, however many messages arrive.
 *
 * @param url a relative or absolute URL (http or https), or a ref or getter of one. With null, undefined or '' the hook
 *   stays idle. A function that takes a parameter or is async is called before every request, for example to add a
 *   fresh token
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 *
 * @example
 * const { data, cursor } = useLongPoll(() => `/${props.db}/_changes?feed=longpoll`, {
 *   messages: (body) => body.results,
 *   cursor: query('since', (body) => body.last_seq),
 *   reduce: collect(),
 * })
 */
export function useLongPoll<Body = Json, Message = MessageOfBody<Body>, Selected = readonly Message[]>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<WithCollect<LongPollOptions<Body, Message, readonly Message[], Selected>>>,
): LongPollResult<Selected>
/**
 * A long poll: repeated HTTP requests while the component is mounted or the effect scope is active, each held by the
 * server until there are new messages. `data` is the latest message, or the result of `reduce`.
 *
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 *
 * @example
 * const { data: job } = useLongPoll(() => `/jobs/${props.id}`, { interval: 5000 })
 */
export function useLongPoll<
  Body = Json,
  Message = MessageOfBody<Body>,
  Data = Message | undefined,
  Selected = Data,
>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<LongPollOptions<Body, Message, Data, Selected> | undefined>,
): LongPollResult<Selected>
export function useLongPoll<Message, Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<LongPollOptions<Json, Message, Data, Selected> | undefined>,
): LongPollResult<Selected> {
  type Options = LongPollOptions<Json, Message, Data, Selected>
  type Shown = LongPollSnapshot<Selected>
  type Observer = LongPollObserver<Message, Data>
  return useObserver<Data, Options, Observer, Shown>(observeLongPoll, url, options)[1]
}
