import { toClient } from '../connection/client.ts'
import { ConnectionHandle } from '../connection/connection-handle.ts'
import { computeHeadersKey } from '../connection/identity.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import type { BindingObserver, Emitter, Public, Snapshot } from '../connection/types.ts'
import type { Decoder, Protocol } from '../connection/protocol.ts'
import type { UrlOption } from '../shared/attempt.ts'
import {
  type Codec,
  type Sendable,
  type UrlWithoutCodec,
  type WireData,
  isSendable,
} from '../shared/codec.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import { createUrl } from '../shared/create-url.ts'
import type { OutgoingOf } from '../web-socket/options.ts'
import { send } from '../web-socket/send.ts'
import type { SendOptions, SendResult } from '../web-socket/session.ts'
import {
  type AnyConnectionOptions,
  type PlainConnectionOptions,
  type RequireConnectionCodec,
  type TransportsOption,
  describeTransport,
  functionsOf,
  identifiedOf,
  isComparable,
  validateConnectionOptions,
  withTransports,
} from './options.ts'
import { createConnectionSession } from './session.ts'
import type { TransportMessage } from './transport-option.ts'
import type { ConnectionSession } from './types.ts'

export type { Codec, RequireCodec, Sendable, UrlWithoutCodec, WireData } from '../shared/codec.ts'
export type { CollectReducer, RequireReduce, ResultData, ShownData } from '../shared/reducers.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'
export type { TransportEvent } from '../shared/hook-events.ts'
export { type AcknowledgedOptions, type Acks, acknowledged } from '../web-socket/acks.ts'
export type { OutgoingOf } from '../web-socket/options.ts'
export type { SendOptions, SendResult } from '../web-socket/session.ts'
export type {
  ConnectionOptions,
  PlainConnectionOptions,
  RequireConnectionCodec,
  TransportsOption,
  UpgradeOptions,
} from './options.ts'
export type { RememberedName, TransportMemory } from './memory.ts'
export type { TransportOption } from './transport-option.ts'
export { type EventSourceTransportOptions, eventSource } from './event-source.ts'
export {
  type LongPollTransportOptions,
  type ShortPollTransportOptions,
  longPoll,
  shortPoll,
} from './long-poll.ts'
export { type NchanOptions, nchan } from './nchan.ts'
export { type PostOptions, type PostUpstream, post } from './post.ts'
export { type WebSocketTransportOptions, webSocket } from './web-socket.ts'

/** The state of a connection over several transports as one observer sees it. */
export type ConnectionSnapshot<Data> = Snapshot<Data> & {
  /**
   * The name of the active transport once it works, such as 'web-socket'; undefined unless the connection is open.
   */
  readonly transport: string | undefined
  /** The ID of the last message, from which every transport continues. */
  readonly cursor: string | undefined
  /** The number of messages that wait in the outbox, or that `upstream` has not sent yet. */
  readonly queued: number
  /**
   * The number of sent messages that the server has not confirmed, also while they wait to be sent again. Those that
   * `upstream` sends again count in `queued`. Undefined without `acks`: whether sent messages arrive is then unknown.
   */
  readonly unconfirmed: number | undefined
  /** The time between the last ping and its reply, in ms; undefined before the first reply. */
  readonly latency: number | undefined
}

/** The interface between a connection over several transports and a framework binding. */
export interface ConnectionObserver<Incoming, Outgoing, Data> extends Omit<
  BindingObserver<ConnectionSnapshot<Data>>,
  'preview'
> {
  /**
   * Sets the transports and options. It is cheap, so that bindings can call it in every render. Other transports replace
   * the connection; a new list of the same ones does not. New handlers apply at once.
   *
   * @throws TautlineError `bad-option` for an empty list, a value that is no transport, or the same transport twice
   */
  setOptions(
    transports: TransportsOption,
    options?: PlainConnectionOptions<Incoming, Outgoing, Data, unknown>,
  ): void
  /** Returns the snapshot for a render with arguments that `setOptions` gets later; undefined if nothing changes. */
  preview(transports: TransportsOption, options: object): ConnectionSnapshot<Data> | undefined
  /**
   * Sends a message over the active transport, or queues it until one is active that can send.
   *
   * @throws TautlineError `encode` if the codec or the platform cannot send the message, `dropped` if the outbox is
   * full and `outbox.overflow` is 'reject'
   */
  send(message: Outgoing, options?: SendOptions): SendResult
}

/** A connection over several transports, for use without a framework. */
export interface ConnectionClient<Incoming, Outgoing, Data>
  extends Public<ConnectionObserver<Incoming, Outgoing, Data>>, Emitter<Incoming>, AsyncIterable<Incoming> {}

/** The options without `select`, which only components need. */
type HeadlessOptions<Incoming, Outgoing, Data> = Omit<
  PlainConnectionOptions<Incoming, Outgoing, Data, unknown>,
  'select'
>

/** How long the attempts over all transports may take together by default, in ms: so long for the first one. */
const CONNECT_TIMEOUT_MS = 10_000
/** And so long for each further one, in ms: the longest `fallbackAfter`. */
const NEXT_TIMEOUT_MS = 4000

const protocol: Protocol<TransportMessage, AnyConnectionOptions, ConnectionSession> = {
  name: 'connection',
  keyOptions: ['transports', 'upstream', 'key', 'providerKey', 'share'],
  validateOptions: validateConnectionOptions,
  // What can be compared distinguishes connections, although one transport may not be comparable.
  requestMode: (options, baseUrl) =>
    JSON.stringify(identifiedOf(options).map((each) => describeTransport(each, baseUrl))),
  extraKey: (options) => (identifiedOf(options).every(isComparable) ? '' : undefined),
  // One by one: the invalid headers of one must not hide the user in those of another.
  headersKey: (all) =>
    identifiedOf(all)
      .map(({ source, options }) => computeHeadersKey(source, options as never)) // those of its source
      .join('\n'),
  functionOptions: (options) => identifiedOf(options).flatMap(functionsOf),
  toUrl: (value, base) => createUrl(String(value), base),
  createPolicy(_, options, session) {
    const { transports } = options
    const { active } = session
    const hasFunctions = transports.some((transport) => functionsOf(transport).length > 0)
    return createConnectionPolicy(options, (active && active.options.heartbeat) || undefined, hasFunctions, {
      ...active?.policy,
      connectTimeoutMs: CONNECT_TIMEOUT_MS + NEXT_TIMEOUT_MS * (transports.length - 1),
      isUrlResolvedLater: true,
    })
  },
  decoder({ codec }, { data, id }) {
    if (!codec) return plainDecoder
    return codec.ignoresEmpty && data === '' && id !== undefined ? undefined : decoderOf(codec)
  },
  info: ({ data, raw = data, id, event, headers }) => ({ raw, id, event, headers }),
  snapshotFields: ({ latency }, cursor, session, { acks }) => ({
    latency,
    cursor,
    queued: session?.countQueued() ?? 0,
    unconfirmed: acks && (session?.acks()?.unconfirmed ?? 0),
    transport: session?.shownName,
  }),
  initialCursor: ({ initialCursor }) => initialCursor,
  createSession: createConnectionSession,
}

/** Returns a message as it could have arrived. */
const toWire = (data: unknown): WireData =>
  isSendable(data) && !ArrayBuffer.isView(data) ? data : JSON.stringify(data)

const plainDecoder: Decoder = { decode: ({ data }: TransportMessage) => toWire(data) }

/** One decoder for each codec, so that observers with the same codec decode each message once. */
const decoders = /* @__PURE__ */ new WeakMap<object, Decoder>()

function decoderOf(codec: Codec<unknown, never>): Decoder {
  const known = decoders.get(codec)
  if (known) return known
  const decoder: Decoder = {
    decode: ({ data, isValue }: TransportMessage) =>
      isValue && codec.decodeValue ? codec.decodeValue(data) : codec.decode(toWire(data)),
  }
  decoders.set(codec, decoder)
  return decoder
}

/**
 * Creates an observer of a connection over several transports, on which framework bindings are built. It connects when
 * `subscribe` is called. Without a framework, use `createConnection`.
 */
export function observeConnection<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  transports: TransportsOption,
  options: PlainConnectionOptions<Incoming, Outgoing, Data, unknown> = {},
): ConnectionObserver<Incoming, Outgoing, Data> {
  return observe(transports, options, true) as unknown as ConnectionObserver<Incoming, Outgoing, Data>
}

/**
 * Creates a connection over the best transport that works. If messages have IDs and the
 * server can continue after an ID, a change of transport loses and repeats none.
 *
 * It begins with the first transport. If one does not work in time, the next one is tried beside it, and a better one is
 * tried again from time to time. Clients of the same transports and identity share one connection. It
 * runs in pages, workers and Node. It connects at `open()`, the first `subscribe` or `for await`.
 *
 * @param transports the best one first
 * @throws TautlineError `bad-option` for an invalid option, an empty list, a value that is no transport, or the same
 * transport twice
 *
 * @example
 * const live = createConnection(
 *   [
 *     webSocket('/live', { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
 *     eventSource('/live', { greets: true }),
 *     longPoll('/live', { messages: (body) => body.items, cursor: query('after', (body) => body.next), id: (item) => item.seq }),
 *   ],
 *   { codec: json(Item) },
 * )
 * for await (const item of live) console.log(item, live.getSnapshot().transport)
 */
export function createConnection<Incoming = WireData>(
  transports: UrlWithoutCodec<WireData, Incoming, TransportsOption>,
): ConnectionClient<Incoming, Sendable, Incoming | undefined>
export function createConnection<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
>(
  transports: TransportsOption,
  options: HeadlessOptions<Incoming, Outgoing, Data> &
    RequireConnectionCodec<Incoming, Outgoing> &
    RequireReduce<Incoming, Data>,
): ConnectionClient<Incoming, Outgoing, ResultData<Data, Incoming>>
export function createConnection<Incoming, Outgoing, Data>(
  transports: TransportsOption,
  options: HeadlessOptions<Incoming, Outgoing, Data> = {},
): ConnectionClient<Incoming, Outgoing, Data> {
  const observer = observe(transports, options, false)
  return toClient(observer, { send: observer.send }) as ConnectionClient<Incoming, Outgoing, Data>
}

/** The observer of a connection over several transports with its commands. */
class TransportsHandle extends ConnectionHandle<TransportMessage, AnyConnectionOptions, ConnectionSession> {
  override setOptions(list: TransportsOption | UrlOption, options: object = {}): void {
    const next = withTransports(list as TransportsOption, options) // the type of `observeConnection` allows only lists
    super.setOptions(urlOf(next), next)
  }

  override preview(list: TransportsOption | UrlOption, options: object) {
    const next = withTransports(list as TransportsOption, options) // see above
    return super.preview(urlOf(next), next)
  }

  get send() {
    return this.command('send', (message: unknown, options?: SendOptions) => send(this, message, options))
  }
}

// The core does not know the message types. The functions above restore them.
function observe(transports: TransportsOption, options: object, isFrameworkOwned: boolean) {
  const initial = withTransports(transports, options)
  return new TransportsHandle(protocol, urlOf(initial), initial, isFrameworkOwned)
}

/** Returns the first URL: with it, the connection is identified and opened. Without all of them, it stays idle. */
const urlOf = ({ transports }: AnyConnectionOptions): UrlOption =>
  transports.every(({ url }) => url) ? transports[0]?.url : undefined
