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
 * News over plain HTTP, for as long as the component is mounted or the effect scope runs: asks, is answered when there is something new, and
 * asks again from there, never twice at once; with `interval` it asks in a rhythm. Shares one row of requests among all with the same
 * destination, and updates at most once a frame.
 *
 * @param url absolute or relative, http or https, also as a ref or getter; null, undefined or '' stays idle. A function that takes
 * a parameter or is async runs before every request
 * @param options may be a ref or getter, or a reactive object
 * @throws TautlineError `bad-option`
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
