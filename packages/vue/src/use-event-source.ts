import type { MaybeRefOrGetter } from 'vue'
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

/** What `useEventSource` gives back: read-only refs, which can be destructured, and commands. */
export type EventSourceResult<Data> = Observed<EventSourceSnapshot<Data>>

/**
 * A stream of server-sent events that is open while the component is mounted or the effect scope is active. It
 * reconnects when it is lost.
 *
 * A reconnect sends the last event ID, so that the server can resume the stream. Unlike the browser's `EventSource` it
 * takes any method, headers and a body. Hooks with the same URL and options share one stream. The refs update at most
 * once per frame, however many events arrive.
 *
 * @param url a relative or absolute URL (http or https), or a ref or getter of one. With null, undefined or '' the hook
 *   stays idle. A function that takes a parameter or is async is called before every attempt, for example to add a
 *   fresh token
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @example
 * const { data, lastEventId } = useEventSource(() => `/news/${props.topic}`, {
 *   codec: json(Headline),
 *   reduce: collect({ limit: 20 }),
 * })
 */
export function useEventSource<
  Incoming = string,
  Events extends EventCodecs | undefined = EventCodecs | undefined,
  Selected = readonly MessageOf<Events, Incoming>[],
>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    WithCollect<EventSourceOptions<Incoming, Events, readonly MessageOf<Events, Incoming>[], Selected>>
  >,
): EventSourceResult<Selected>
/**
 * A stream of server-sent events that is open while the component is mounted or the effect scope is active. `data` is
 * the latest event, or the result of `reduce`.
 *
 * @throws TautlineError `bad-option` if an option has a wrong type or value
 *
 * @example
 * const { data: price, status } = useEventSource('/prices', { codec: json(Price) })
 */
export function useEventSource<
  Incoming = string,
  Events extends EventCodecs | undefined = EventCodecs | undefined,
  Data = MessageOf<Events, Incoming> | undefined,
  Selected = Data,
>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<EventSourceOptions<Incoming, Events, Data, Selected> | undefined>,
): EventSourceResult<Selected>
export function useEventSource<Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<AnyEventSourceOptions<never, Data, Selected> | undefined>,
): EventSourceResult<Selected> {
  type Options = AnyEventSourceOptions<never, Data, Selected>
  type Shown = EventSourceSnapshot<Selected>
  type Observer = EventSourceObserver<never, Data>
  return useObserver<Data, Options, Observer, Shown>(observeEventSource, url, options)[1]
}
