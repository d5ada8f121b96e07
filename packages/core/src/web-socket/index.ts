import { messageKey } from './sendable.ts'
import { send } from './send.ts'
import type { Protocol } from '../connection/protocol.ts'
import type { Sendable, UrlWithoutCodec, WireData } from '../shared/codec.ts'
import { toClient } from '../connection/client.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import { ConnectionHandle } from '../connection/connection-handle.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import { type IncomingCodec, type Received, frameOf } from './read-message.ts'
import type { BindingObserver, Emitter, Public, Snapshot } from '../connection/types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import {
  type SendOptions,
  type SendResult,
  type WebSocketSession,
  createWebSocketSession,
} from './session.ts'
import type { AnyWebSocketOptions } from './any-options.ts'
import type { OutgoingOf, PlainWebSocketOptions, RequireSocketCodec } from './options.ts'

export type { Codec, RequireCodec, Sendable, UrlWithoutCodec, WireData } from '../shared/codec.ts'
export type { CollectReducer, RequireReduce, ResultData, ShownData } from '../shared/reducers.ts'
export type { Observer, Snapshot } from '../connection/types.ts'
export type { UrlOption } from '../shared/attempt.ts'
export type { SendOptions, SendResult } from './session.ts'
export type { OutboxLimits } from './outbox.ts'
export { type AcknowledgedOptions, type Acks, acknowledged } from './acks.ts'
export type { ConfirmedEvent } from '../shared/hook-events.ts'
export type { MessageKey } from '../shared/message-key.ts'
export {
  type CloudEventsOptions,
  type Frame,
  type Frames,
  type JsonFramesOptions,
  cloudEvents,
  jsonFrames,
  nchanFrames,
} from './frames.ts'
export { type ResumableOptions, resumable } from './resumable.ts'
export type {
  HandshakeOptions,
  OutgoingOf,
  PlainWebSocketOptions,
  ProtocolsOption,
  RequireSocketCodec,
  Resumable,
  WebSocketOptions,
} from './options.ts'
export {
  type Heartbeat,
  type PingsOptions,
  type SilenceOptions,
  pings,
  silence,
} from '../connection/heartbeat.ts'

/** The state of a WebSocket as one observer sees it. */
export type WebSocketSnapshot<Data> = Snapshot<Data> & {
  /** The time between the last ping and its reply, in ms; undefined before the first reply. */
  readonly latency: number | undefined
  /** The number of messages that wait in the outbox. */
  readonly queued: number
  /**
   * The number of sent messages that the server has not confirmed, also while they wait to be sent again. Undefined
   * without `acks`: whether sent messages arrive is then unknown.
   */
  readonly unconfirmed: number | undefined
  /** The ID of the last delivered message, from which the next attempt resumes. Only with `resume`. */
  readonly cursor: string | undefined
}

/** The interface between a WebSocket and a framework binding. */
export interface WebSocketObserver<Incoming, Outgoing, Data> extends BindingObserver<
  WebSocketSnapshot<Data>
> {
  /**
   * Sets the URL and options. It is cheap, so that bindings can call it in every render. A new URL or identity replaces
   * the connection. New handlers apply at once.
   */
  setOptions(url: UrlOption, options?: PlainWebSocketOptions<Incoming, Outgoing, Data, unknown>): void
  /**
   * Sends a message, or queues it in the outbox until the connection is open. With `queue: false` a message that cannot
   * be sent now is dropped instead, such as the position of a cursor.
   *
   * @throws TautlineError `encode` if the codec or the platform cannot send the message, `dropped` if the outbox is
   * full and `outbox.overflow` is 'reject', `provider` if `acks.key` returns no key, or that of an unconfirmed message
   */
  send(message: Outgoing, options?: SendOptions): SendResult
}

/** A WebSocket client for use without a framework. */
export interface WebSocketClient<Incoming, Outgoing, Data>
  extends Public<WebSocketObserver<Incoming, Outgoing, Data>>, Emitter<Incoming>, AsyncIterable<Incoming> {}

/** The options without `select`, which only components need. */
type HeadlessOptions<Incoming, Outgoing, Data> = Omit<
  PlainWebSocketOptions<Incoming, Outgoing, Data, unknown>,
  'select'
>

/** Stands for a hook without a codec. */
const rawDecoder: IncomingCodec = { decode: (raw) => raw }

const protocol: Protocol<Received, AnyWebSocketOptions, WebSocketSession> = {
  name: 'web-socket',
  keyOptions: ['protocols', 'handshake', 'resume', 'key', 'providerKey', 'share'],
  validateOptions(options) {
    warnAboutOptions('A WebSocket', options)
    validateOptions(options, {
      heartbeat: 'pings()|silence()|false',
      resume: 'resumable()',
      initialCursor: 'string',
      outbox: 'object',
      codec: 'object',
      handshake: 'object',
      'handshake.isReady': 'function',
      'outbox.messages': 'number',
      'outbox.bytes': 'number',
      'outbox.overflow': 'drop-oldest|drop-newest|reject',
      highWaterMark: 'number',
      acks: 'acknowledged()',
      binaryType: 'arraybuffer|blob',
      'codec.decode': 'function',
      'codec.encode': 'function',
    })
  },
  requestMode: ({ resume }) => resume?.key,
  extraKey({ protocols = [], handshake }) {
    const protocolsKey = typeof protocols === 'function' ? 'ƒ' : JSON.stringify([protocols].flat())
    if (!handshake) return protocolsKey
    const key = messageKey(handshake.message)
    return key === undefined ? key : JSON.stringify([protocolsKey, key])
  },
  functionOptions: ({ protocols, handshake, resume }) =>
    [protocols, handshake?.message, resume?.functions].flat(),
  toUrl: toWebSocketUrl,
  createPolicy(url, options) {
    const functions = [url, options.protocols, options.handshake?.message]
    const canRenewCredentials = functions.some((option) => typeof option === 'function')
    return createConnectionPolicy(options, options.heartbeat || undefined, canRenewCredentials)
  },
  decoder({ codec = rawDecoder }, message) {
    const frame = frameOf(message)
    return frame.decoderOf ? frame.decoderOf(codec) : codec
  },
  info: (message) => frameOf(message).info ?? { raw: message },
  snapshotFields: ({ latency }, cursor, session, { acks }) => ({
    latency,
    queued: session?.countQueued() ?? 0,
    unconfirmed: acks && (session?.acks()?.unconfirmed ?? 0),
    cursor,
  }),
  initialCursor: ({ initialCursor }) => initialCursor,
  createSession: createWebSocketSession,
}

/**
 * Creates a WebSocket observer, on which framework bindings are built. It connects when `subscribe` is called. Its
 * status is `connecting` from the first snapshot on. Without a framework, use `createWebSocket`.
 */
export function observeWebSocket<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  url: UrlOption,
  options: PlainWebSocketOptions<Incoming, Outgoing, Data, unknown> = {},
): WebSocketObserver<Incoming, Outgoing, Data> {
  return observe(url, options, true) as unknown as WebSocketObserver<Incoming, Outgoing, Data>
}

/**
 * Creates a WebSocket client that reconnects automatically.
 *
 * It spreads retries at random, queues messages until the connection is open, and shares one connection between clients
 * of the same URL and identity. It runs in pages, workers and Node. It connects at `open()`, the first `subscribe` or
 * `for await`.
 *
 * @param url absolute or relative, with an http, https, ws or wss scheme; a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const chat = createWebSocket('/chat', { codec: json(ChatMessage) })
 * chat.on('message', (message) => console.log(message.text))
 * chat.open()
 * chat.send({ text: 'hello' }) // 'queued' until the connection is open
 */
export function createWebSocket<Incoming = WireData>(
  url: UrlWithoutCodec<WireData, Incoming, UrlOption>,
): WebSocketClient<Incoming, Sendable, Incoming | undefined>
export function createWebSocket<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
>(
  url: UrlOption,
  options: HeadlessOptions<Incoming, Outgoing, Data> &
    RequireSocketCodec<Incoming, Outgoing> &
    RequireReduce<Incoming, Data>,
): WebSocketClient<Incoming, Outgoing, ResultData<Data, Incoming>>
export function createWebSocket<Incoming, Outgoing, Data>(
  url: UrlOption,
  options: HeadlessOptions<Incoming, Outgoing, Data> = {},
): WebSocketClient<Incoming, Outgoing, Data> {
  const observer = observe(url, options, false)
  return toClient(observer, { send: observer.send }) as WebSocketClient<Incoming, Outgoing, Data>
}

/** The observer of a WebSocket with its commands. */
class WebSocketHandle extends ConnectionHandle<Received, AnyWebSocketOptions, WebSocketSession> {
  get send() {
    return this.command('send', (message: unknown, options?: SendOptions) => send(this, message, options))
  }
}

// The core does not know the message types. The functions above restore them.
const observe = (url: UrlOption, options: object, isFrameworkOwned: boolean) =>
  new WebSocketHandle(protocol, url, options, isFrameworkOwned)
