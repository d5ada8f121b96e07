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

/** What `useLongPoll` gives back. */
export type LongPollResult<Data> = Observed<LongPollSnapshot<Data>>

/**
 * News over plain HTTP, for as long as the component is mounted: asks, is answered when there is something new, and asks again from there,
 * never twice at once; with `interval` it asks in a rhythm. Shares one row of requests among all components with the same destination, and
 * renders at most once a frame.
 *
 * @param url absolute or relative, http or https; null, undefined or '' stays idle; a function runs before every request
 * @throws TautlineError `bad-option`, while rendering
 *
 * @example
 * const { data, cursor } = useLongPoll('/db/_changes?feed=longpoll', {
 *   messages: (body) => body.results,
 *   cursor: query('since', (body) => body.last_seq),
 *   reduce: collect(),
 * })
 */
export function useLongPoll<Body = Json, Message = MessageOfBody<Body>, Selected = readonly Message[]>(
  url: UrlOption,
  options: WithCollect<LongPollOptions<Body, Message, readonly Message[], Selected>>,
): LongPollResult<Selected>
export function useLongPoll<
  Body = Json,
  Message = MessageOfBody<Body>,
  Data = Message | undefined,
  Selected = Data,
>(url: UrlOption, options?: LongPollOptions<Body, Message, Data, Selected>): LongPollResult<Selected>
export function useLongPoll<Message, Data, Selected>(
  url: UrlOption,
  options?: LongPollOptions<Json, Message, Data, Selected>,
): LongPollResult<Selected> {
  type Options = LongPollOptions<Json, Message, Data, Selected>
  type Shown = LongPollSnapshot<Selected>
  type Observer = LongPollObserver<Message, Data>
  return useObserver<Data, Options, Observer, Shown>(observeLongPoll, url, options)[1]
}
