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
 * A stream of server-sent events that keeps itself up, for as long as the component is mounted or the effect scope runs: any
 * method, headers and body, resumes where it was, shares one stream among all with the same destination, and updates at most once
 * a frame.
 *
 * @param url absolute or relative, http or https, also as a ref or getter; null, undefined or '' stays idle. A function that takes
 * a parameter or is async runs before every attempt
 * @param options may be a ref or getter, or a reactive object
 * @throws TautlineError `bad-option`
 *
 * @example
 * const { data, lastEventId } = useEventSource(() => `/news/${props.topic}`, { codec: json(Headline), reduce: collect() })
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
