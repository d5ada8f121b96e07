import type { Decoder, Protocol } from '../connection/protocol.ts'
import { toClient } from '../connection/client.ts'
import { createEventSourceSession, type EventSourceSession } from './session.ts'
import {
  type AnyEventSourceOptions,
  type EventCodec,
  type EventCodecs,
  type EventsOption,
  type MessageOf,
  type PlainEventSourceOptions,
  type RequireEventCodec,
  validateStreamOptions,
  interruptedError,
  isNonRepeatable,
} from './options.ts'
import type { ServerSentEvent } from './parser.ts'
import { createReplay } from './replay.ts'
import type { UrlWithoutCodec } from '../shared/codec.ts'
import { misuseError } from '../shared/errors.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import { httpKeyOptions, httpOptionTypes, httpIdentityParts, hasFunctions } from '../http/request-options.ts'
import { ConnectionHandle } from '../connection/connection-handle.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import { delayAfterEnd } from '../machine/end-delay.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import type { BindingObserver, Emitter, Public, Snapshot } from '../connection/types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { toHttpUrl } from '../shared/urls.ts'

export type {
  AnyEvent,
  AnyEventSourceOptions,
  EventCodec,
  EventCodecs,
  EventsOption,
  EventSourceOptions,
  MessageOf,
  NamedEvent,
  PlainEventSourceOptions,
  RequireEventCodec,
  ResumeOption,
} from './options.ts'
export { eventsOrJson } from './events-or-json.ts'
export { type StreamFormat, type StreamFormatOptions, jsonSequence, ndjson } from './formats.ts'
export type { ServerSentEvent } from './parser.ts'
export { type Heartbeat, type SilenceOptions, silence } from '../connection/heartbeat.ts'
export type { RequireCodec, UrlWithoutCodec } from '../shared/codec.ts'
export type { CollectReducer, RequireReduce, ResultData, ShownData } from '../shared/reducers.ts'
export type { BodyOption, HeadersOption, IgnoreHeadersOption, RequestBody } from '../http/types.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'

/** The state of a stream of server-sent events as one observer sees it. */
export type EventSourceSnapshot<Data> = Snapshot<Data> & {
  /** The ID of the last event, from which the stream resumes. */
  readonly lastEventId: string | undefined
}

/** The interface between a stream of server-sent events and a framework binding. */
export interface EventSourceObserver<Incoming, Data> extends BindingObserver<EventSourceSnapshot<Data>> {
  /**
   * Sets the URL and options. It is cheap, so that bindings can call it in every render. A new URL or identity replaces
   * the connection. New handlers apply at once.
   */
  setOptions(url: UrlOption, options?: AnyEventSourceOptions<Incoming, Data>): void
}

/** A client for server-sent events, for use without a framework. */
export interface EventSourceClient<Incoming, Data>
  extends Public<EventSourceObserver<Incoming, Data>>, Emitter<Incoming>, AsyncIterable<Incoming> {}

/** The options without `select`, which only components need. */
type Headless<Options> = Omit<Options, 'select'>

const protocol: Protocol<ServerSentEvent, AnyEventSourceOptions, EventSourceSession> = {
  name: 'event-source',
  keyOptions: [...httpKeyOptions, 'format'],
  validateOptions(options) {
    warnAboutOptions('An event stream', options)
    validateOptions(options, {
      ...httpOptionTypes,
      heartbeat: 'silence()|false',
      codec: 'object',
      'codec.decode': 'function',
      events: 'object|function|*',
      lastEventId: 'string',
      resume: 'object|header|query|none',
      'resume.query': 'string',
      until: 'function',
      atEnd: 'reconnect|complete',
      maxEventLength: 'positive',
      format: 'object',
      'format.createParser': 'function',
    })
    validateStreamOptions(options)
  },
  ...httpIdentityParts,
  requestMode: (options) => `${httpIdentityParts.requestMode?.(options)} ${options.format?.types[0] ?? ''}`,
  toUrl: toHttpUrl,
  createPolicy(url, options) {
    const heartbeat = options.heartbeat || undefined
    const idempotent = !isNonRepeatable(options)
    return createConnectionPolicy(options, heartbeat, hasFunctions(url, options), {
      idempotent,
      interruptedError: idempotent ? undefined : interruptedError,
      // Many servers send the head of the response with the first event.
      responseTimeoutMs:
        idempotent && options.timeout?.connect === undefined
          ? (heartbeat?.silenceMs ?? Number.POSITIVE_INFINITY)
          : undefined,
      // A delay of the user also applies after a clean end.
      delayAfterEnd: options.retry && options.retry.delay ? undefined : delayAfterEnd,
    })
  },
  decoder(options, { event, data, id }) {
    const { events } = options
    let codec: EventCodec | undefined
    try {
      codec = findCodec(options, event)
    } catch (cause) {
      return getOrCreateDecoder(decoders, events as object, () => ({
        // only a function throws
        decode() {
          throw cause
        },
      }))
    }
    // Some servers send an ID with empty data, for example to have a cursor before the first message.
    if (!codec || (codec.ignoresEmpty && data === '' && id !== '')) return undefined
    if (events) return getOrCreateDecoder(namedDecoders, codec, createNamedDecoder)
    return codec === textCodec ? textDecoder : getOrCreateDecoder(decoders, codec, createDecoder)
  },
  info: ({ event, data, id }) => ({ raw: data, event, id }),
  snapshotFields: (_, lastEventId) => ({ lastEventId }),
  initialCursor: ({ lastEventId }) => lastEventId,
  replaysWholeResponse: isNonRepeatable,
  createReplay: (options, isPrivate) => (isNonRepeatable(options) ? createReplay(isPrivate) : undefined),
  createSession: createEventSourceSession,
}

/** Returns the codec of a type of event; undefined if its events are not delivered. */
function findCodec(
  { events, codec = textCodec }: AnyEventSourceOptions,
  event: string,
): EventCodec | undefined {
  if (typeof events === 'function') {
    const found = events(event)
    if (found && typeof found.decode !== 'function')
      throw misuseError('The function `events` returned no codec')
    return found
  }
  if (events && events !== '*') return Object.hasOwn(events, event) ? events[event] : undefined
  return events || event === 'message' ? codec : undefined
}

/** Without the checks of `text()`, because events are always text. */
const textCodec: EventCodec = { decode: (data) => data }

/**
 * One decoder per codec, so that observers with the same codec decode each event once. If the function `events` throws:
 * one for that function.
 */
type DecoderCache = WeakMap<object, Decoder>
const decoders: DecoderCache = /* @__PURE__ */ new WeakMap()
const namedDecoders: DecoderCache = /* @__PURE__ */ new WeakMap()

const createDecoder = (codec: EventCodec): Decoder => ({
  decode: ({ data }: ServerSentEvent) => codec.decode(data),
})
const textDecoder: Decoder = { decode: ({ data }: ServerSentEvent) => data }
const createNamedDecoder = (codec: EventCodec): Decoder => ({
  decode: ({ event, data, id }: ServerSentEvent) => ({ event, data: codec.decode(data), id }),
})

function getOrCreateDecoder<Key extends object>(
  cache: DecoderCache,
  key: Key,
  create: (key: Key) => Decoder,
): Decoder {
  let decoder = cache.get(key)
  if (!decoder) cache.set(key, (decoder = create(key)))
  return decoder
}

/**
 * Creates an observer of server-sent events, on which framework bindings are built. It connects when `subscribe` is
 * called. Its status is `connecting` from the first snapshot on. Without a framework, use `createEventSource`.
 */
export function observeEventSource<Incoming = string, Data = Incoming | undefined>(
  url: UrlOption,
  options: AnyEventSourceOptions<Incoming, Data> = {},
): EventSourceObserver<Incoming, Data> {
  return observe(url, options, true) as unknown as EventSourceObserver<Incoming, Data>
}

/**
 * Creates a client for server-sent events that reconnects automatically and resumes after the last event.
 *
 * It uses `fetch`, so it supports any method, headers and body, and reports HTTP errors. Clients of the same URL and
 * identity share one connection. It runs in pages, workers and Node. It connects at `open()`, the first `subscribe` or
 * `for await`.
 *
 * @param url absolute or relative, http or https; a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const prices = createEventSource('/prices', { events: { price: json(Price), halt: json(Halt) } })
 * for await (const { event, data } of prices) if (event === 'price') draw(data)
 */
export function createEventSource<Incoming = string>(
  url: UrlWithoutCodec<string, Incoming, UrlOption>,
): EventSourceClient<Incoming, Incoming | undefined>
export function createEventSource<
  Incoming = string,
  Events extends EventsOption | undefined = EventCodecs | undefined,
  Data = MessageOf<Events, Incoming> | undefined,
>(
  url: UrlOption,
  options: Headless<PlainEventSourceOptions<Incoming, Events, Data, unknown>> &
    RequireEventCodec<Incoming> &
    RequireReduce<MessageOf<Events, Incoming>, Data>,
): EventSourceClient<MessageOf<Events, Incoming>, ResultData<Data, MessageOf<Events, Incoming>>>
export function createEventSource<Incoming, Data>(
  url: UrlOption,
  // The core does not know the message types. The overloads above have them.
  options: object = {},
): EventSourceClient<Incoming, Data> {
  return toClient(observe(url, options, false)) as EventSourceClient<Incoming, Data>
}

// The core does not know the message types. The functions above restore them.
const observe = (url: UrlOption, options: object, isFrameworkOwned: boolean) =>
  new ConnectionHandle(protocol, url, options, isFrameworkOwned)
