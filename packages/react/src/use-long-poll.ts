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
 * A long poll: repeated HTTP requests while the component is mounted, each held by the server until there are new
 * messages.
 *
 * The next request goes out after the response to the last one, and sends the `cursor` of that response. With
 * `interval` (in ms) it is short polling: one request per interval. Components with the same URL and options share the
 * requests. A component renders at most once per frame, however many messages arrive.
 *
 * @param url a relative or absolute URL (http or https). With null, undefined or '' the hook stays idle. A function is
 *   called before every request, for example to add a fresh token
 * @throws TautlineError `bad-option`, during the render, if an option has a wrong type or value
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
/**
 * A long poll: repeated HTTP requests while the component is mounted, each held by the server until there are new
 * messages. `data` is the latest message, or the result of `reduce`.
 *
 * @throws TautlineError `bad-option`, during the render, if an option has a wrong type or value
 *
 * @example
 * const { data: job } = useLongPoll(`/jobs/${id}`, { interval: 5000 })
 */
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
