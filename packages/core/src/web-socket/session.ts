import type { Sendable, WireData } from '../shared/codec.ts'
import type { Environment } from '../platform/environment.ts'
import { type DropReason, TautlineError, isTautlineError } from '../shared/errors.ts'
import { markChanged } from '../connection/mark-changed.ts'
import { emitCloseLater } from '../connection/pending-close.ts'
import { createHeartbeatCalls } from './heartbeat-calls.ts'
import { webSocketTransport } from './transport.ts'
import type { AckTracker, OutgoingMessage } from './acks.ts'
import { completeLimits, createOutbox } from './outbox.ts'
import type { ProtocolSession, SharedConnection } from '../connection/protocol.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { prepareWebSocket } from './prepare.ts'
import { copyBinary, countBytes } from './sendable.ts'
import { type Received, frameOf, rawOf } from './read-message.ts'
import type { AnyWebSocketOptions } from './any-options.ts'

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
export interface WebSocketSession extends ProtocolSession<Received> {
  /** @param message the message before it was encoded, from which `acks` gets its key */
  send(raw: Sendable, options: SendOptions | undefined, message: unknown): SendResult
  /** How many messages wait to be sent. */
  countQueued(): number
  /** Returns the tracker of unconfirmed messages; undefined if the option `acks` was never given. */
  acks(): AckTracker | undefined
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

/**
 * Reports dropped messages to all subscribers, after the notifications that are in progress. What handlers of such a
 * report send is dropped within it, and logged at once.
 */
export function reportDrop(
  {
    environment,
    interpreter,
    subscriberList,
  }: Pick<SenderHost, 'environment' | 'interpreter' | 'subscriberList'>,
  error: TautlineError<'dropped'>,
): void {
  const report = () => emitDropped(error, environment, () => subscriberList.emit('error', error))
  if (isReportingDrop) report()
  else interpreter.afterNotifications(report)
}

/** What a sender uses of its connection. */
type SenderHost = Pick<
  SharedConnection<never, AnyWebSocketOptions, never>,
  'environment' | 'primary' | 'interpreter' | 'subscriberList' | 'reportError'
>

/** The part of a session that sends messages. It manages the outbox. */
export type Sender = Omit<WebSocketSession, 'prepareAttempt' | 'isReply' | 'ping' | 'unanswered'>

/** Creates the session of a shared WebSocket connection: it prepares each handshake and manages the outbox. */
export const createWebSocketSession = (
  connection: SharedConnection<Received, AnyWebSocketOptions, WebSocketSession>,
): WebSocketSession => {
  const sender = createSender(connection)
  const heartbeat = createHeartbeatCalls(connection, () => connection.interpreter.handle)
  return {
    ...sender,
    ...heartbeat,
    // A message whose frame was read is no reply: that was checked before.
    isReply: (raw) => !frameOf(raw).info && heartbeat.isReply(raw as WireData), // without a frame
    onMessage: (raw) => sender.acks()?.receive(rawOf(raw)) || connection.subscriberList.deliver(raw),
    prepareAttempt: (attempt) =>
      prepareWebSocket<Received>(
        connection,
        attempt,
        connection.primary.options.resume?.createTransport(connection) ?? webSocketTransport,
      ),
  }
}

/**
 * Creates the part of a session that sends messages, with the outbox.
 *
 * @param findHandle returns the transport that sends now: the same object as `flushQueue` gets
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createSender(
  connection: SenderHost,
  outbox = createOutbox<OutgoingMessage>(),
  findHandle = () => connection.interpreter.handle,
): Sender {
  let tracker: AckTracker | undefined
  const acks = () =>
    (tracker ??= connection.primary.options.acks?.createTracker(connection, outbox, collectOverflow))
  /** Returns the queue of unsent messages; with `acks`, the unconfirmed ones belong to it. */
  const queue = () => acks() ?? outbox

  function reportDropped(items: readonly OutgoingMessage[], why: DropReason): void {
    if (items.length === 0) return
    const messages = items.map(({ raw }) => raw)
    const text = `Dropped ${messages.length} unsent messages (${why}): see \`messages\``
    reportDrop(
      connection,
      new TautlineError('dropped', text, { messages, why, unconfirmed: tracker?.keysOf(items) }),
    )
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
    if (isReportingDrop) return reportDropped(items, 'overflow')
    if (items.length > 0 && overflowed.length === 0) queueMicrotask(reportOverflow)
    for (const item of items) overflowed.push(item)
  }

  const markQueuedChanged = () => markChanged(connection, 'queued')

  /**
   * Sends a message unless the buffer is above the high-water mark. Returns whether it was sent.
   *
   * @throws TautlineError `encode` if the platform rejects the message, such as a view of shared memory
   */
  function trySend(handle: TransportHandle, item: OutgoingMessage, mayExceedHighWaterMark = false): boolean {
    const { raw } = item
    const highWaterMark = connection.primary.options.highWaterMark ?? 1_048_576
    if (!mayExceedHighWaterMark && (handle.bufferedAmount ?? 0) > highWaterMark) return false
    try {
      if (!handle.send?.(raw)) return false
    } catch (cause) {
      const text = 'The platform refused the message: see `thrown`'
      throw new TautlineError('encode', text, { value: raw }, cause)
    }
    tracker?.markSent(item, handle)
    return true
  }

  function drain(handle: TransportHandle, mayExceedHighWaterMark: boolean): void {
    queue().drain((item) => {
      try {
        return trySend(handle, item, mayExceedHighWaterMark)
      } catch (error) {
        // The platform would reject it again. It is removed, so that the next messages are sent.
        if (isTautlineError(error)) connection.reportError(error)
        return true
      }
    }, handle)
  }

  /** Whether a message has to wait for others, which it may not overtake, or for room in the queue. */
  const mustWait = (item?: OutgoingMessage) => acks()?.mustWait(item) ?? outbox.size > 0

  function enqueue(item: OutgoingMessage): SendResult {
    const handle = findHandle()
    const option = connection.primary.options.outbox
    const limits = completeLimits(option)
    const { raw } = item
    const size = countBytes(raw)
    if (handle && !option && !queue().hasRoom(size, limits)) {
      // Without limits set by the application, exceeding the high-water mark is better than losing a message.
      drain(handle, true)
      if (!mustWait(item) && trySend(handle, item, true)) {
        markQueuedChanged()
        return 'sent'
      }
    }
    item.raw = copyBinary(raw)
    const { isQueued, dropped } = queue().add(item, size, limits)
    if (!isQueued && limits.overflow === 'reject') {
      const text = 'The outbox is full: wait until `queued` falls, or raise its limits'
      throw new TautlineError('dropped', text, { messages: [raw], why: 'overflow' })
    }
    collectOverflow(dropped)
    markQueuedChanged()
    return isQueued ? 'queued' : 'dropped'
  }

  return {
    classifyPrepareError: classifyResolveError,
    flushQueue(handle) {
      if (outbox.size === 0 && !acks()) return
      drain(handle, false)
      if (mustWait()) connection.interpreter.startTimer('drain', DRAIN_INTERVAL_MS)
      markQueuedChanged()
    },
    dropQueued(why) {
      reportOverflow()
      const all = queue().clear()
      if (all.length === 0) return
      reportDropped(all, why)
      markQueuedChanged()
    },
    acks,
    onClosing: (whenClosed) => emitCloseLater(connection, whenClosed),
    countQueued: () => outbox.size,
    send(raw, options, message) {
      const { interpreter } = connection
      // If the heartbeat deadline has passed, the connection is replaced first, so that the message is not lost.
      if (interpreter.state.liveness?.phase === 'awaiting') interpreter.dispatch({ type: 'checkLiveness' })
      const handle = findHandle()
      const { state } = interpreter
      const item: OutgoingMessage = { raw, message }
      const mayQueue = options?.queue !== false
      if (mayQueue) acks()?.prepare(item)
      if (handle && !mustWait(item) && trySend(handle, item)) return 'sent'
      if (!mayQueue) return 'dropped'
      if (state.status === 'closed') {
        reportDropped([item], 'closed')
        return 'dropped'
      }
      const result = enqueue(item)
      if (handle && mustWait()) interpreter.startTimer('drain', DRAIN_INTERVAL_MS)
      return result
    },
  }
}
