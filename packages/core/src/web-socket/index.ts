import type { Decoder, Protocol } from '../connection/protocol.ts'
import type { Sendable, WireData } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'
import { toClient, toPublicObserver } from '../connection/client.ts'
import type { WithCollect } from '../shared/reducers.ts'
import { ConnectionObserver } from '../connection/connection-observer.ts'
import { validateOptions } from '../observer/check-options.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import type { Observer, Snapshot } from '../connection/types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import { type SendResult, type WebSocketSession, createWebSocketSession } from './session.ts'
import type { AnyWebSocketOptions, WebSocketOptions } from './options.ts'

export type { Sendable, WireData } from '../shared/codec.ts'
export type { CollectReducer, WithCollect } from '../shared/reducers.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'
export type { SendResult } from './session.ts'
export type { OutboxLimits } from './outbox.ts'
export type { HeartbeatOptions, ProtocolsOption, WebSocketOptions } from './options.ts'

/** The state of a WebSocket as one hook sees it. */
export type WebSocketSnapshot<Data> = Snapshot<Data> & {
  /** The round trip of the last answered ping, in ms. */
  readonly latency: number | undefined
  /** How many messages wait to be sent. */
  readonly queued: number
}

/** What a binding needs of a WebSocket. */
export interface WebSocketObserver<Incoming, Outgoing, Data> extends Observer<
  Incoming,
  WebSocketSnapshot<Data>
> {
  /** Cheap, and meant for every render. A new destination replaces the connection; handlers are always the latest. */
  setOptions(url: UrlOption, options?: WebSocketOptions<Incoming, Outgoing, Data, unknown>): void
  /**
   * Sends a message, or lets it wait in the outbox until the line is open.
   *
   * @throws TautlineError `encode` for what the codec or the platform cannot send, and `dropped` with `overflow: 'reject'`
   */
  send(message: Outgoing): SendResult
}

/** A WebSocket without a framework. */
export interface WebSocketClient<Incoming, Outgoing, Data>
  extends WebSocketObserver<Incoming, Outgoing, Data>, AsyncIterable<Incoming> {}

/** Without a component there is nothing to select for. */
type HeadlessOptions<Incoming, Outgoing, Data> = Omit<WebSocketOptions<Incoming, Outgoing, Data>, 'select'>

const identityDecoder: Decoder = { decode: (raw) => raw }

const protocol: Protocol<WireData, AnyWebSocketOptions, WebSocketSession> = {
  name: 'web-socket',
  keyOptions: ['protocols', 'key', 'providerKey', 'share'],
  validateOptions(options) {
    validateOptions(options, {
      heartbeat: 'object|false',
      outbox: 'object',
      codec: 'object',
      'heartbeat.interval': 'positive',
      'heartbeat.timeout': 'number',
      'heartbeat.isReply': 'function',
      'outbox.messages': 'number',
      'outbox.bytes': 'number',
      'outbox.overflow': 'drop-oldest|drop-newest|reject',
      highWaterMark: 'number',
      binaryType: 'arraybuffer|blob',
      'codec.decode': 'function',
      'codec.encode': 'function',
    })
  },
  extraKey: ({ protocols = '' }) => (typeof protocols === 'function' ? 'ƒ' : String(protocols)),
  functionOptions: ({ protocols }) => [protocols],
  toUrl: toWebSocketUrl,
  createPolicy(url, options) {
    const { interval = 25_000, timeout = 10_000 } = options.heartbeat || {}
    const canRenewCredentials = typeof url === 'function' || typeof options.protocols === 'function'
    return createConnectionPolicy(
      options,
      options.heartbeat ? { intervalMs: interval, timeoutMs: timeout } : undefined,
      canRenewCredentials,
    )
  },
  decoder: ({ codec }) => codec ?? identityDecoder,
  info: (raw) => ({ raw }),
  snapshotFields: ({ latency }, _, session) => ({ latency, queued: session?.countQueued() ?? 0 }),
  initialCursor: () => undefined,
  createSession: createWebSocketSession,
}

/**
 * What the bindings are made of: opens by `subscribe` alone, and shows `connecting` from the first snapshot on.
 * Without a framework use `createWebSocket`.
 */
export function observeWebSocket<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  url: UrlOption,
  options: WebSocketOptions<Incoming, Outgoing, Data, unknown> = {},
): WebSocketObserver<Incoming, Outgoing, Data> {
  return observe(url, options, true)
}

/**
 * A WebSocket that keeps itself up: reconnects with jitter, queues what is sent too early, shares by destination, runs in a
 * page, a worker and Node. It opens with `open()`, the first `subscribe` or `for await`.
 *
 * @param url absolute or relative, http or ws; a function runs before every attempt
 * @throws TautlineError `bad-option`
 *
 * @example
 * const chat = createWebSocket('/chat', { codec: json(ChatMessage) })
 * chat.on('message', (message) => console.log(message.text))
 * chat.open()
 * chat.send({ text: 'hello' }) // 'queued' until the line is open
 */
export function createWebSocket<Incoming = WireData, Outgoing = Sendable>(
  url: UrlOption,
  options: WithCollect<HeadlessOptions<Incoming, Outgoing, readonly Incoming[]>>,
): WebSocketClient<Incoming, Outgoing, readonly Incoming[]>
export function createWebSocket<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  url: UrlOption,
  options?: HeadlessOptions<Incoming, Outgoing, Data>,
): WebSocketClient<Incoming, Outgoing, Data>
export function createWebSocket<Incoming, Outgoing, Data>(
  url: UrlOption,
  options: HeadlessOptions<Incoming, Outgoing, Data> = {},
): WebSocketClient<Incoming, Outgoing, Data> {
  return toClient<Incoming, WebSocketObserver<Incoming, Outgoing, Data>>(observe(url, options, false))
}

function observe<Incoming, Outgoing, Data>(
  url: UrlOption,
  options: WebSocketOptions<Incoming, Outgoing, Data, unknown>,
  isFrameworkOwned: boolean,
): WebSocketObserver<Incoming, Outgoing, Data> {
  // Inside, a message is whatever the codec makes of it: the types meet again in what is returned.
  const observer = new ConnectionObserver(protocol, url, options as AnyWebSocketOptions, isFrameworkOwned)
  return { ...toPublicObserver(observer), send: (message) => send(observer, message) }
}

/** How long what was sent before anybody subscribed may wait for that, in ms. */
const PRE_SUBSCRIBE_LINGER_MS = 10_000

function send(
  observer: ConnectionObserver<WireData, AnyWebSocketOptions, WebSocketSession>,
  message: unknown,
): SendResult {
  const { codec } = observer.options
  const raw = codec ? encode(() => codec.encode(message as never), message) : message
  if (!isSendable(raw)) {
    throw new TautlineError('encode', 'Only text and binary can be sent; for objects give `codec: json()`', {
      value: message,
    })
  }
  if (!observer.connection && (!observer.shouldConnect || observer.state.status === 'closed')) {
    const messages = [raw]
    const error = new TautlineError('dropped', 'There is no connection to send to', {
      messages,
      why: 'closed',
    })
    // It concerns this hook alone.
    if (!observer.emit('error', error)) observer.environment.reportError(error)
    return 'dropped'
  }
  const connection = observer.ensureConnection()
  const result = connection.session.send(raw)
  if (connection.interpreter.state.status === 'idle')
    connection.interpreter.startTimer('closeDelay', PRE_SUBSCRIBE_LINGER_MS)
  return result
}

function encode(encodeMessage: () => unknown, message: unknown): unknown {
  try {
    return encodeMessage()
  } catch (cause) {
    if (cause instanceof TautlineError) throw cause
    throw new TautlineError('encode', 'The codec could not encode the message', { value: message }, cause)
  }
}

function isSendable(raw: unknown): raw is Sendable {
  return (
    typeof raw === 'string' || raw instanceof ArrayBuffer || ArrayBuffer.isView(raw) || raw instanceof Blob
  )
}
