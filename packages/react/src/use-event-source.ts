import {
  type AnyEventSourceOptions,
  type EventCodecs,
  type EventsOption,
  type EventSourceOptions,
  type EventSourceSnapshot,
  type MessageOf,
  type ResultData,
  type UrlOption,
  type UrlWithoutCodec,
  observeEventSource,
} from '@tautline/core/event-source'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useEventSource`: the state of the stream, and commands. */
export type EventSourceResult<Data> = Observed<EventSourceSnapshot<Data>>

/**
 * A stream of server-sent events without options. `data` is the text of the latest event.
 *
 * @example
 * const { data, status } = useEventSource('/news')
 */
export function useEventSource<Incoming = string>(
  url: UrlWithoutCodec<string, Incoming, UrlOption>,
): EventSourceResult<Incoming | undefined>
/**
 * A stream of server-sent events that is open while the component is mounted, and reconnects automatically.
 *
 * It resumes after the last event. Unlike the browser's `EventSource` it supports any method, headers and body.
 * Components with the same URL and identity share one stream. Messages render a component at most once per frame.
 *
 * @param url absolute or relative, http or https; without one the hook stays idle; a function runs before
 *   every attempt
 * @throws TautlineError `bad-option` for an invalid option, during the render
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @example
 * const { data: headlines } = useEventSource('/news', { codec: json(Headline), reduce: collect({ limit: 20 }) })
 *
 * @example
 * const { data: text, close } = useEventSource(prompt && '/v1/chat/completions', {
 *   method: 'POST',
 *   body: { prompt, stream: true },
 *   codec: json<Chunk>(),
 *   reduce: concat({ pick: (chunk) => chunk.choices[0]?.delta.content }),
 *   until: ({ data }) => data === '[DONE]',
 * })
 */
export function useEventSource<
  Incoming = string,
  Events extends EventsOption | undefined = EventCodecs | undefined,
  Data = MessageOf<Events, Incoming> | undefined,
  Selected = ResultData<Data, MessageOf<Events, Incoming>>,
>(
  url: UrlOption,
  options: EventSourceOptions<Incoming, Events, Data, Selected> | undefined,
): EventSourceResult<Selected>
export function useEventSource<Data, Selected>(
  url: UrlOption,
  options?: AnyEventSourceOptions<never, Data, Selected>,
): EventSourceResult<Selected> {
  type Options = AnyEventSourceOptions<never, Data, Selected>
  return useObserver<Data, Options>(observeEventSource, url, options) as EventSourceResult<Selected> // the core does not know the types of messages
}
