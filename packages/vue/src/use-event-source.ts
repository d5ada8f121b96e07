import type { MaybeRefOrGetter } from 'vue'
import {
  type AnyEventSourceOptions,
  type EventCodecs,
  type EventsOption,
  type EventCodec,
  type PlainEventSourceOptions,
  type RequireCodec,
  type RequireEventCodec,
  type RequireReduce,
  type EventSourceSnapshot,
  type MessageOf,
  type ResultData,
  type UrlOption,
  type UrlWithoutCodec,
  observeEventSource,
} from '@tautline/core/event-source'
import type { ReactiveOptions, WithCodec, WithReduce } from './reactive-options.ts'
import { resolveUrl } from './resolve-url.ts'
import { type Observed, useObserver } from './use-observer.ts'

/** The result of `useEventSource`: read-only refs, which can be destructured, and commands. */
export type EventSourceResult<Data> = Observed<EventSourceSnapshot<Data>>

/**
 * A stream of server-sent events without options. `data` is the text of the latest event.
 *
 * @example
 * const { data, status } = useEventSource('/news')
 */
export function useEventSource<Incoming = string>(
  url: UrlWithoutCodec<string, Incoming, MaybeRefOrGetter<UrlOption>>,
): EventSourceResult<Incoming | undefined>
/**
 * A stream of server-sent events that is open while the component is mounted or the effect scope is active. It
 * reconnects automatically.
 *
 * It resumes after the last event. Unlike the browser's `EventSource` it supports any method, headers and body. Hooks
 * with the same URL and identity share one stream. Messages update the refs at most once per frame.
 *
 * @param url absolute or relative, http or https, or a ref or getter of it; without one the hook stays idle;
 *   a function that is async or has a parameter runs before every attempt
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @example
 * const { data, lastEventId } = useEventSource(() => `/news/${props.topic}`, {
 *   codec: json(Headline),
 *   reduce: collect({ limit: 20 }),
 * })
 *
 * @example
 * const { data: price, status } = useEventSource('/prices', { codec: json(Price) })
 */
export function useEventSource<
  Incoming = string,
  Events extends EventsOption | undefined = EventCodecs | undefined,
  Data = MessageOf<Events, Incoming> | undefined,
  Selected = ResultData<Data, MessageOf<Events, Incoming>>,
>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    ReactiveOptions<PlainEventSourceOptions<Incoming, Events, Data, Selected>> | undefined
  > &
    RequireCodec<
      string,
      Incoming,
      RequireReduce<
        MessageOf<Events, Incoming>,
        Data,
        WithCodec<EventCodec<Incoming>, RequireEventCodec<Incoming>>,
        WithCodec<EventCodec<Incoming>, RequireEventCodec<Incoming>, WithReduce>
      >,
      RequireReduce<MessageOf<Events, Incoming>, Data, unknown, MaybeRefOrGetter<WithReduce | undefined>>
    >,
): EventSourceResult<Selected>
export function useEventSource<Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<ReactiveOptions<AnyEventSourceOptions<never, Data, Selected>> | undefined>,
): EventSourceResult<Selected> {
  type Options = AnyEventSourceOptions<never, Data, Selected>
  return useObserver<Data, Options, UrlOption>(
    observeEventSource,
    url,
    resolveUrl,
    options,
  ) as EventSourceResult<Selected> // the core does not know the types of messages
}
