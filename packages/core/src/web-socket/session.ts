import { isArrayBuffer, isBlob } from '../shared/brand.ts'
import { utf8Length } from '../shared/utf8.ts'
import { type Sendable, type WireData, isSendable } from '../shared/codec.ts'
import type { Attempt } from '../shared/attempt.ts'
import type { Environment } from '../platform/environment.ts'
import { type DropReason, TautlineError, isTautlineError } from '../shared/errors.ts'
import { emitCloseLater } from '../connection/pending-close.ts'
import { createOutbox } from './outbox.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import {
  resolveOption,
  resolveTogether,
  toAttemptContext,
  classifyResolveError,
} from '../shared/resolve-option.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { type Received, frameOf } from './read-message.ts'
import { resumeOf } from './resume.ts'
import { assertSendable } from './sendable.ts'
import { type WebSocketRequest, webSocketTransport } from './transport.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import type { AnyWebSocketOptions, HandshakeOptions } from './options.ts'

/** The result of `send()`: the message was sent, is queued in the outbox, or was dropped and reported as an error. */
export type SendResult = 'sent' | 'queued' | 'dropped'

/** The options of one message. */
export interface SendOptions {
  /** False: the message is only sent if that is possible now. Otherwise it is dropped, without an error. @default true */
  readonly queue?: boolean | undefined
}

/** The session of a shared WebSocket connection. */
export interface WebSocketSession extends ProtocolSession<Received> {
  send(raw: Sendable, options?: SendOptions): SendResult
  /** How many messages wait to be sent. */
  countQueued(): number
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

/** Creates the session of a shared WebSocket connection: it prepares each handshake and manages the outbox. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createWebSocketSession(
  connection: SharedConnection<Received, AnyWebSocketOptions, WebSocketSession>,
): WebSocketSession {
  const outbox = createOutbox<Sendable>()

  function reportDropped(messages: readonly Sendable[], why: DropReason): void {
    if (messages.length === 0) return
    const text = `Dropped ${messages.length} unsent messages (${why}): see \`messages\``
    const error = new TautlineError('dropped', text, { messages, why })
    const { environment, interpreter, subscriberList } = connection
    const report = () => emitDropped(error, environment, () => subscriberList.emit('error', error))
    if (isReportingDrop) report()
    else interpreter.afterNotifications(report)
  }

  /** What was dropped for other messages in this tick. */
  let overflowed: Sendable[] = []

  function reportOverflow(): void {
    const messages = overflowed
    overflowed = []
    reportDropped(messages, 'overflow')
  }

  /** Reports what is dropped once a tick, since a program may send thousands of messages at once. */
  function collectOverflow(messages: readonly Sendable[]): void {
    if (isReportingDrop) return reportDropped(messages, 'overflow')
    if (messages.length > 0 && overflowed.length === 0) queueMicrotask(reportOverflow)
    for (const message of messages) overflowed.push(message)
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
    outbox.drain((raw) => {
      try {
        return trySend(handle, raw, mayExceedHighWaterMark)
      } catch (error) {
        // The platform would reject it again. It is removed, so that the next messages are sent.
        if (isTautlineError(error)) connection.reportError(error)
        return true
      }
    })
  }

  function enqueue(raw: Sendable): SendResult {
    const {
      messages = 1000,
      bytes = 1_048_576,
      overflow = 'drop-oldest',
    } = connection.primary.options.outbox ?? {}
    const { handle } = connection.interpreter
    const size = countBytes(raw)
    const isFull = outbox.size >= messages || outbox.bytes + size > bytes
    if (handle && isFull && !connection.primary.options.outbox) {
      // Without limits set by the application, exceeding the high-water mark is better than losing a message.
      drain(handle, true)
      if (outbox.size === 0 && trySend(handle, raw, true)) {
        markQueuedChanged()
        return 'sent'
      }
    }
    const { isQueued, dropped } = outbox.add(copyBinary(raw), size, { messages, bytes, overflow })
    if (!isQueued && overflow === 'reject') {
      const text = 'The outbox is full: wait until `queued` falls, or raise its limits'
      throw new TautlineError('dropped', text, { messages: [raw], why: 'overflow' })
    }
    collectOverflow(dropped)
    markQueuedChanged()
    return isQueued ? 'queued' : 'dropped'
  }

  const heartbeat = () => connection.primary.options.heartbeat || undefined
  function sendAtOnce(message: Sendable): void {
    if (!isSendable(message))
      throw new TypeError('The heartbeat message cannot be sent: return text or binary')
    connection.interpreter.handle?.send?.(message)
  }

  return {
    prepareAttempt: (attempt) => prepareAttempt(connection, attempt),
    classifyPrepareError: classifyResolveError,
    // A message whose frame was read is no reply: that was checked before.
    isReply: (raw) =>
      !frameOf(raw).info &&
      (heartbeat()?.receive?.(raw as WireData, sendAtOnce, connection.environment) ?? false), // without a frame
    ping: () => heartbeat()?.ping?.(sendAtOnce, connection.environment),
    unanswered: () => heartbeat()?.unanswered?.(),
    flushQueue(handle) {
      if (outbox.size === 0) return
      drain(handle, false)
      if (outbox.size > 0) connection.interpreter.startTimer('drain', DRAIN_INTERVAL_MS)
      markQueuedChanged()
    },
    dropQueued(why) {
      reportOverflow()
      if (outbox.size === 0) return
      reportDropped(outbox.clear(), why)
      markQueuedChanged()
    },
    onClosing: (whenClosed) => emitCloseLater(connection, whenClosed),
    countQueued: () => outbox.size,
    send(raw, options) {
      const { interpreter } = connection
      // If the heartbeat deadline has passed, the connection is replaced first, so that the message is not lost.
      if (interpreter.state.liveness?.phase === 'awaiting') interpreter.dispatch({ type: 'checkLiveness' })
      const { handle, state } = interpreter
      if (handle && outbox.size === 0 && trySend(handle, raw)) return 'sent'
      if (options?.queue === false) return 'dropped'
      if (state.status === 'closed') {
        reportDropped([raw], 'closed')
        return 'dropped'
      }
      const result = enqueue(raw)
      if (handle && outbox.size > 0) interpreter.startTimer('drain', DRAIN_INTERVAL_MS)
      return result
    },
  }
}

type OpenTransport = Awaited<ReturnType<WebSocketSession['prepareAttempt']>>

function prepareAttempt(
  connection: SharedConnection<Received, AnyWebSocketOptions, WebSocketSession>,
  attempt: Attempt,
): OpenTransport | Promise<OpenTransport> {
  const { url, options } = connection.primary
  const { protocols = [], binaryType = 'arraybuffer', handshake } = options
  const { environment } = connection
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
    return (on) =>
      webSocketTransport(...(resumeOf(options)?.prepare(connection, request, on) ?? ([request, on] as const)))
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
function copyBinary(raw: Sendable): Sendable {
  if (typeof raw === 'string' || isBlob(raw)) return raw
  if (isArrayBuffer(raw)) return raw.slice(0)
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength).slice()
}

function countBytes(raw: Sendable): number {
  if (typeof raw === 'string') return utf8Length(raw)
  return isBlob(raw) ? raw.size : raw.byteLength
}
