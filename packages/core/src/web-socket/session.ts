import { isArrayBuffer, isBlob } from '../shared/brand.ts'
import { utf8Length } from '../shared/utf8.ts'
import { type Sendable, type WireData, isSendable } from '../shared/codec.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { Environment } from '../platform/environment.ts'
import { type DropReason, TautlineError, isTautlineError } from '../shared/errors.ts'
import { emitCloseLater } from '../connection/pending-close.ts'
import type { AckTracker, OutgoingMessage } from './acks.ts'
import { type OutboxLimits, createOutbox } from './outbox.ts'
import type { AttemptHost } from '../connection/attempt-host.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import {
  resolveOption,
  resolveTogether,
  toAttemptContext,
  classifyResolveError,
} from '../shared/resolve-option.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { assertSendable } from './sendable.ts'
import { type WebSocketRequest, webSocketTransport } from './transport.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import type { AnyWebSocketOptions, HandshakeOptions } from './options.ts'

/**
 * The result of `send()`: the message was sent, is queued in the outbox, or was dropped and reported as an error.
 *
 * `sent` means that the platform has taken the message. Whether it arrives is unknown: on a connection that is lost
 * without a `close` event, messages are `sent` and never arrive. With the option `acks` the event `confirmed` reports
 * that a message has arrived.
 */
export type SendResult = 'sent' | 'queued' | 'dropped'

/** The options of one message. */
export interface SendOptions {
  /**
   * False: the message is only sent if that is possible now. Otherwise it is dropped, without an error. It needs no key
   * for `acks`, and is never sent again. @default true
   */
  readonly queue?: boolean | undefined
}

/** The session of a shared WebSocket connection. */
export interface WebSocketSession extends ProtocolSession<WireData> {
  /** @param message the message before it was encoded, from which `acks` gets its key */
  send(raw: Sendable, options: SendOptions | undefined, message: unknown): SendResult
  /** How many messages wait to be sent. */
  countQueued(): number
  /** How many sent messages are not confirmed. */
  countUnconfirmed(): number
}

/** The interval at which `bufferedAmount` is checked above the high-water mark, in ms. No event reports its changes. */
const DRAIN_INTERVAL_MS = 50

/** Whether handlers receive a `dropped` error now. */
let isReportingDrop = false

/** Emits a `dropped` error. What its handlers send, and is dropped too, is only logged: they would be called for ever. */
export function emitDropped(
  error: TautlineError,
  environment: Pick<Environment, 'reportError'>,
  emit: () => unknown,
): void {
  if (isReportingDrop) return environment.reportError(error)
  isReportingDrop = true
  try {
    emit()
  } finally {
    isReportingDrop = false
  }
}

/** What a sender uses of its connection. */
type SenderHost = Pick<
  SharedConnection<never, AnyWebSocketOptions, never>,
  'environment' | 'primary' | 'interpreter' | 'subscriberList' | 'reportError'
>

/** The part of a session that sends messages. It manages the outbox. */
export interface Sender extends Omit<WebSocketSession, 'prepareAttempt' | 'consume'> {
  /** Confirms sent messages, if the received one is an acknowledgement. Returns whether it is one. */
  confirm(raw: WireData): boolean
}

/** Creates the session of a shared WebSocket connection: it prepares each handshake and manages the outbox. */
export const createWebSocketSession = (
  connection: SharedConnection<WireData, AnyWebSocketOptions, WebSocketSession>,
): WebSocketSession => {
  const { confirm, ...sender } = createSender(connection)
  return { ...sender, consume: confirm, prepareAttempt: (attempt) => prepareWebSocket(connection, attempt) }
}

/** Creates the part of a session that sends messages, with the outbox. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createSender(connection: SenderHost, outbox = createOutbox<OutgoingMessage>()): Sender {
  let tracker: AckTracker | undefined
  /** Returns the tracker of unconfirmed messages; undefined if the option `acks` was never given. */
  const acks = () => (tracker ??= connection.primary.options.acks?.createTracker(connection))

  function reportDropped(items: readonly OutgoingMessage[], why: DropReason): void {
    if (items.length === 0) return
    const messages = items.map(({ raw }) => raw)
    const text = `Dropped ${messages.length} unsent messages (${why}): see \`messages\``
    const error = new TautlineError('dropped', text, { messages, why, unconfirmed: tracker?.keysOf(items) })
    const { environment, interpreter, subscriberList } = connection
    const report = () => emitDropped(error, environment, () => subscriberList.emit('error', error))
    if (isReportingDrop) report()
    else interpreter.afterNotifications(report)
  }

  /** What was dropped for other messages in this tick. */
  let overflowed: OutgoingMessage[] = []

  function reportOverflow(): void {
    const messages = overflowed
    overflowed = []
    reportDropped(messages, 'overflow')
  }

  /** Reports what is dropped once a tick, since a program may send thousands of messages at once. */
  function collectOverflow(items: readonly OutgoingMessage[]): void {
    tracker?.forget(items)
    if (isReportingDrop) return reportDropped(items, 'overflow')
    if (items.length > 0 && overflowed.length === 0) queueMicrotask(reportOverflow)
    for (const item of items) overflowed.push(item)
  }

  /** Marks `queued` as changed for all subscribers, after the notifications that are in progress. */
  function markQueuedChanged(): void {
    connection.interpreter.afterNotifications(() => {
      for (const subscriber of connection.subscriberList.subscribers) subscriber.markChanged('queued')
    })
  }

  /**
   * Sends a message unless the buffer is above the high-water mark. Returns whether it was sent.
   *
   * @throws TautlineError `encode` if the platform rejects the message, such as a view of shared memory
   */
  function trySend(handle: TransportHandle, raw: Sendable, mayExceedHighWaterMark = false): boolean {
    const highWaterMark = connection.primary.options.highWaterMark ?? 1_048_576
    if (!mayExceedHighWaterMark && (handle.bufferedAmount ?? 0) > highWaterMark) return false
    try {
      return handle.send?.(raw) ?? false
    } catch (cause) {
      const text = 'The platform refused the message: see `thrown`'
      throw new TautlineError('encode', text, { value: raw }, cause)
    }
  }

  function drain(handle: TransportHandle, mayExceedHighWaterMark: boolean): void {
    const sendNext = (item: OutgoingMessage) => {
      try {
        if (!trySend(handle, item.raw, mayExceedHighWaterMark)) return false
        tracker?.markSent(item)
      } catch (error) {
        // The platform would reject it again. It is removed, so that the next messages are sent.
        tracker?.forget([item])
        if (isTautlineError(error)) connection.reportError(error)
      }
      return true
    }
    tracker?.resend(handle, sendNext)
    outbox.drain(sendNext)
  }

  /** Returns the limits of the queue for a message of this size. Unconfirmed messages count. */
  function readLimits(size: number): OutboxLimits {
    const {
      messages = 1000,
      bytes = 1_048_576,
      overflow = 'drop-oldest',
    } = connection.primary.options.outbox ?? {}
    const limits = { messages, bytes, overflow }
    return tracker?.makeRoom(size, outbox, limits, collectOverflow) ?? limits
  }

  const hasRoom = (size: number, { messages, bytes } = readLimits(size)) =>
    outbox.size < messages && outbox.bytes + size <= bytes

  function enqueue(item: OutgoingMessage): SendResult {
    const { handle } = connection.interpreter
    const { raw, key } = item
    const size = countBytes(raw)
    if (handle && !hasRoom(size) && !connection.primary.options.outbox) {
      // Without limits set by the application, exceeding the high-water mark is better than losing a message.
      drain(handle, true)
      if (outbox.size === 0 && (key === undefined || hasRoom(size)) && trySend(handle, raw, true)) {
        tracker?.markSent(item)
        markQueuedChanged()
        return 'sent'
      }
    }
    const limits = readLimits(size)
    const { isQueued, dropped } = outbox.add(item, size, limits)
    if (!isQueued && limits.overflow === 'reject') {
      const text = 'The outbox is full: wait until `queued` falls, or raise its limits'
      throw new TautlineError('dropped', text, { messages: [raw], why: 'overflow' })
    }
    if (isQueued) tracker?.markQueued(item)
    collectOverflow(dropped)
    markQueuedChanged()
    return isQueued ? 'queued' : 'dropped'
  }

  /** Whether other messages wait to be sent, which no newer one may overtake. */
  const mustWait = () => outbox.size > 0 || tracker?.isResending === true

  const heartbeat = () => connection.primary.options.heartbeat || undefined
  function sendAtOnce(message: Sendable): void {
    if (!isSendable(message))
      throw new TypeError('The heartbeat message cannot be sent: return text or binary')
    connection.interpreter.handle?.send?.(message)
  }

  return {
    classifyPrepareError: classifyResolveError,
    isReply: (raw) => heartbeat()?.receive?.(raw, sendAtOnce, connection.environment) ?? false,
    ping: () => heartbeat()?.ping?.(sendAtOnce, connection.environment),
    unanswered: () => heartbeat()?.unanswered?.(),
    flushQueue(handle) {
      if (outbox.size === 0 && !acks()) return
      drain(handle, false)
      if (mustWait()) connection.interpreter.startTimer('drain', DRAIN_INTERVAL_MS)
      markQueuedChanged()
    },
    dropQueued(why) {
      reportOverflow()
      const all = [...(tracker?.clear() ?? []), ...outbox.clear()]
      if (all.length === 0) return
      reportDropped(all, why)
      markQueuedChanged()
    },
    confirm: (raw) => acks()?.receive(raw) ?? false,
    onClosing: (whenClosed) => emitCloseLater(connection, whenClosed),
    countQueued: () => outbox.size,
    countUnconfirmed: () => tracker?.size ?? 0,
    send(raw, options, message) {
      const { interpreter } = connection
      // If the heartbeat deadline has passed, the connection is replaced first, so that the message is not lost.
      if (interpreter.state.liveness?.phase === 'awaiting') interpreter.dispatch({ type: 'checkLiveness' })
      const { handle, state } = interpreter
      const isTracked = options?.queue !== false
      const tracked = isTracked ? acks()?.prepare(message, copyBinary(raw), countBytes(raw)) : undefined
      if (handle && !mustWait() && (!tracked || hasRoom(tracked.bytes ?? 0)) && trySend(handle, raw)) {
        if (tracked) tracker?.markSent(tracked)
        return 'sent'
      }
      if (!isTracked) return 'dropped'
      if (state.status === 'closed') {
        reportDropped([{ raw }], 'closed')
        return 'dropped'
      }
      const result = enqueue(tracked ?? { raw: copyBinary(raw), message })
      if (handle && mustWait()) interpreter.startTimer('drain', DRAIN_INTERVAL_MS)
      return result
    },
  }
}

type OpenTransport = Awaited<ReturnType<WebSocketSession['prepareAttempt']>>

/** Prepares one handshake. */
export function prepareWebSocket(
  host: Pick<AttemptHost<AnyWebSocketOptions>, 'primary' | 'environment'>,
  attempt: Attempt,
): OpenTransport | Promise<OpenTransport> {
  const { url, options } = host.primary
  const { protocols = [], binaryType = 'arraybuffer', handshake } = options
  const { environment } = host
  const connect = (
    resolvedUrl: unknown,
    resolvedProtocols: string | readonly string[],
    message?: unknown,
  ): OpenTransport => {
    const request = {
      url: toWebSocketUrl(resolvedUrl, environment.baseUrl),
      protocols: typeof resolvedProtocols === 'string' ? [resolvedProtocols] : resolvedProtocols,
      binaryType,
      handshake: handshake && toHandshake(handshake, message),
      signal: attempt.signal,
      WebSocket: environment.WebSocket,
      environment,
    }
    return (on) => webSocketTransport(request, on)
  }
  const message = handshake?.message
  if (typeof url !== 'function' && typeof protocols !== 'function' && typeof message !== 'function')
    return connect(url, protocols, message)
  const context = toAttemptContext(attempt)
  return resolveTogether([
    resolveOption('url', url, context),
    resolveOption('protocols', protocols, context),
    handshake && resolveOption('handshake.message', handshake.message, context),
  ]).then((resolvedOptions) => connect(...resolvedOptions))
}

function toHandshake({ isReady }: HandshakeOptions, message: unknown): WebSocketRequest['handshake'] {
  assertSendable(message)
  return { message, isReady }
}

/** Copies binary data for the outbox, because the caller may change the buffer after `send()`. */
export function copyBinary(raw: Sendable): Sendable {
  if (typeof raw === 'string' || isBlob(raw)) return raw
  if (isArrayBuffer(raw)) return raw.slice(0)
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength).slice()
}

/** Returns the size of a message, in bytes. */
export function countBytes(raw: Sendable): number {
  if (typeof raw === 'string') return utf8Length(raw)
  return isBlob(raw) ? raw.size : raw.byteLength
}
