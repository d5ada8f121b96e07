import type { MaybeRefOrGetter } from 'vue'
import {
  type Json,
  type LongPollSnapshot,
  type MessageOfBody,
  type PlainLongPollOptions,
  type RequireMessages,
  type RequireReduce,
  type ResultData,
  type UrlOption,
  observeLongPoll,
} from '@tautline/core/long-poll'
import type { ReactiveOptions, WithReduce } from './reactive-options.ts'
import { resolveUrl } from './resolve-url.ts'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useLongPoll`: read-only refs, which can be destructured, and commands. */
export type LongPollResult<Data> = Observed<LongPollSnapshot<Data>>

/**
 * A long poll: repeated HTTP requests while the component is mounted or the effect scope is active, which the server
 * holds until there are new messages.
 *
 * Each request sends the `cursor` of the last response. With `interval` it is short polling. Hooks with the same URL
 * and identity share the requests. Messages update the refs at most once per frame.
 *
 * @param url absolute or relative, http or https, or a ref or getter of it; without one the hook stays idle;
 *   a function that is async or has a parameter runs before every request
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data, cursor } = useLongPoll(() => `/${props.db}/_changes?feed=longpoll`, {
 *   messages: (body) => body.results,
 *   cursor: query('since', (body) => body.last_seq),
 *   reduce: collect(),
 * })
 *
 * @example
 * const { data: job } = useLongPoll(() => `/jobs/${props.id}`, { interval: 5000 })
 */
export function useLongPoll<
  Body = Json,
  Message = MessageOfBody<Body>,
  Data = Message | undefined,
  Selected = ResultData<Data, Message>,
>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<
    ReactiveOptions<PlainLongPollOptions<Body, Message, Data, Selected>> | undefined
  > &
    RequireMessages<Body, Message, MaybeRefOrGetter<{ readonly messages: unknown } | undefined>> &
    RequireReduce<Message, Data, unknown, MaybeRefOrGetter<WithReduce | undefined>>,
): LongPollResult<Selected>
export function useLongPoll<Message, Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<
    ReactiveOptions<PlainLongPollOptions<Json, Message, Data, Selected>> | undefined
  >,
): LongPollResult<Selected> {
  type Options = PlainLongPollOptions<Json, Message, Data, Selected>
  return useObserver<Data, Options, UrlOption>(
    observeLongPoll,
    url,
    resolveUrl,
    options,
  ) as LongPollResult<Selected> // the core does not know the types of messages
}
