import {
  type AnyEventSourceOptions,
  type WithCollect,
  type EventCodecs,
  type EventSourceObserver,
  type EventSourceOptions,
  type EventSourceSnapshot,
  type MessageOf,
  type UrlOption,
  observeEventSource,
} from '@tautline/core/event-source'
import { type Observed, useObserver } from './use-observer.ts'

/** What `useEventSource` gives back. */
export type EventSourceResult<Data> = Observed<EventSourceSnapshot<Data>>

/**
 * A stream of server-sent events that keeps itself up, for as long as the component is mounted: any method, headers and body,
 * resumes where it was, shares one stream among all components with the same destination, and renders at most once a frame.
 *
 * @param url absolute or relative, http or https; null, undefined or '' stays idle; a function runs before every attempt
 * @throws TautlineError `bad-option`, while rendering
 *
 * @example
 * const { data: answer, close } = useEventSource(prompt && '/v1/chat/completions', {
 *   method: 'POST',
 *   body: { prompt, stream: true },
 *   codec: json<Chunk>(),
 *   reduce: concat({ pick: (chunk: Chunk) => chunk.choices[0]?.delta.content }),
 *   until: ({ data }) => data === '[DONE]',
 * })
 */
export function useEventSource<
  Incoming = string,
  Events extends EventCodecs | undefined = EventCodecs | undefined,
  Selected = readonly MessageOf<Events, Incoming>[],
>(
  url: UrlOption,
  options: WithCollect<
    EventSourceOptions<Incoming, Events, readonly MessageOf<Events, Incoming>[], Selected>
  >,
): EventSourceResult<Selected>
export function useEventSource<
  Incoming = string,
  Events extends EventCodecs | undefined = EventCodecs | undefined,
  Data = MessageOf<Events, Incoming> | undefined,
  Selected = Data,
>(url: UrlOption, options?: EventSourceOptions<Incoming, Events, Data, Selected>): EventSourceResult<Selected>
export function useEventSource<Data, Selected>(
  url: UrlOption,
  options?: AnyEventSourceOptions<never, Data, Selected>,
): EventSourceResult<Selected> {
  type Options = AnyEventSourceOptions<never, Data, Selected>
  type Shown = EventSourceSnapshot<Selected>
  type Observer = EventSourceObserver<never, Data>
  return useObserver<Data, Options, Observer, Shown>(observeEventSource, url, options)[1]
}
