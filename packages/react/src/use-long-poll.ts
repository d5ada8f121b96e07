import {
  type Json,
  type LongPollOptions,
  type LongPollSnapshot,
  type MessageOfBody,
  type PlainLongPollOptions,
  type ResultData,
  type UrlOption,
  observeLongPoll,
} from '@tautline/core/long-poll'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useLongPoll`: the state of the long poll, and commands. */
export type LongPollResult<Data> = Observed<LongPollSnapshot<Data>>

/**
 * A long poll: repeated HTTP requests while the component is mounted, which the server holds until there are new
 * messages.
 *
 * Each request sends the `cursor` of the last response. With `interval` it is short polling. Components with the same
 * URL and identity share the requests. Messages render a component at most once per frame.
 *
 * @param url absolute or relative, http or https; without one the hook stays idle; a function runs before
 *   every request
 * @throws TautlineError `bad-option` for an invalid option, during the render
 *
 * @example
 * const { data, cursor } = useLongPoll('/db/_changes?feed=longpoll', {
 *   messages: (body) => body.results,
 *   cursor: query('since', (body) => body.last_seq),
 *   reduce: collect(),
 * })
 *
 * @example
 * const { data: job } = useLongPoll(`/jobs/${id}`, { interval: 5000 })
 */
export function useLongPoll<
  Body = Json,
  Message = MessageOfBody<Body>,
  Data = Message | undefined,
  Selected = ResultData<Data, Message>,
>(url: UrlOption, options?: LongPollOptions<Body, Message, Data, Selected>): LongPollResult<Selected>
export function useLongPoll<Message, Data, Selected>(
  url: UrlOption,
  options?: PlainLongPollOptions<Json, Message, Data, Selected>,
): LongPollResult<Selected> {
  type Options = PlainLongPollOptions<Json, Message, Data, Selected>
  return useObserver<Data, Options>(observeLongPoll, url, options) as LongPollResult<Selected> // the core does not know the types of messages
}
