import type { Sendable, WireData } from '../shared/codec.ts'
import { type ErrorReporter, type TautlineError, providerError } from '../shared/errors.ts'
import type { MessageKey } from '../shared/message-key.ts'
import { callSafely } from '../shared/safe-call.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { ConfirmedEvent } from '../shared/hook-events.ts'
import { markChanged } from '../connection/mark-changed.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { type Outbox, type OutboxLimits, completeLimits } from './outbox.ts'
import { copyBinary, countBytes } from './sendable.ts'

/** The options of `acknowledged()`. */
export interface AcknowledgedOptions<Outgoing> {
  /**
   * Returns the key of a message, a text or a number, from the message as it was passed to `send()`. The message must
   * contain the key, so that the server can confirm it, and recognize a message that is sent again. While a message is
   * queued or unconfirmed, no other one may have its key; 1 and '1' are the same key.
   */
  readonly key: (message: Outgoing) => MessageKey
  /**
   * Reads a received message before it is decoded. Returns the key that the server confirms, or a list of keys; any
   * other message returns undefined, null or false. An acknowledgement is not delivered as a message.
   */
  readonly isAck: (raw: WireData) => MessageKey | readonly MessageKey[] | false | null | undefined
}

/** Acknowledged sending. Created by `acknowledged()`. Its members are not for applications. */
export interface Acks<Outgoing = never> {
  readonly kind: 'acknowledged'
  /** @throws TautlineError `provider` if the key function throws or returns no key */
  keyOf(message: Outgoing): MessageKey
}

/** The members of `acknowledged()` that are not in its public type, so that their names are short in a build. */
export interface AckParts extends Acks {
  /** Returns the confirmed keys; undefined for an ordinary message. */
  read(raw: WireData, reporter: ErrorReporter): readonly MessageKey[] | undefined
  /**
   * Creates the tracker of a connection.
   *
   * @param outbox the queue of unsent messages
   * @param onDrop called with the messages that are removed to make room for others
   */
  createTracker(
    host: AckHost,
    outbox: Outbox<OutgoingMessage>,
    onDrop: (items: readonly OutgoingMessage[]) => void,
  ): AckTracker
}

/** What a tracker uses of its connection. */
export interface AckHost {
  readonly environment: ErrorReporter
  readonly primary: {
    readonly options: {
      readonly acks?: AckParts | undefined
      readonly outbox?: Partial<OutboxLimits> | undefined
    }
  }
  readonly subscriberList: {
    readonly subscribers: Iterable<{ markChanged(field: 'unconfirmed'): void }>
    emit(type: 'confirmed', event: ConfirmedEvent): void
  }
  readonly interpreter: { afterNotifications(task: () => void): void }
}

/** A message on its way to the server. Without `acks` it has no key. */
export interface OutgoingMessage {
  /** Copied once it is kept, because the caller may change a buffer after `send()`. */
  raw: Sendable
  readonly message?: unknown
  key?: MessageKey
  /** The size of its encoded form, in bytes; set with a key. */
  bytes?: number
  /** It was sent, and is not confirmed. */
  wasSent?: boolean
}

/**
 * The queue of one connection, with the messages that were sent and are not confirmed, in the order of sending. They
 * count for its limits, and `drain` begins with those that an earlier transport has sent.
 */
export interface AckTracker extends Omit<Outbox<OutgoingMessage>, 'bytes'> {
  /** The number of unconfirmed messages. */
  readonly unconfirmed: number
  /** Adds its key to a message. @throws TautlineError `provider` if there is no key, or another message has it */
  prepare(item: OutgoingMessage): void
  /** Whether a message has to wait for others, which it may not overtake, or for room in the queue. */
  mustWait(item?: OutgoingMessage): boolean
  /** The message was sent over this transport. */
  markSent(item: OutgoingMessage, handle: TransportHandle): void
  /** Returns the keys of those that were sent, and may have arrived. */
  keysOf(items: readonly OutgoingMessage[]): readonly MessageKey[]
  /** Confirms messages, if the received one is an acknowledgement. Returns whether it is one. */
  receive(raw: WireData): boolean
}

/**
 * Confirms sent messages by the acknowledgements of the server. A message that is not confirmed when the connection is
 * lost is sent again, with the same content, after it has opened again and before newer messages. So each message
 * arrives at least once; a server that ignores known keys processes it exactly once.
 *
 * Unconfirmed messages count as messages of the `outbox`. The event `confirmed` reports each confirmed message.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * useWebSocket('/chat', {
 *   codec: json<ChatMessage>(),
 *   acks: acknowledged({
 *     key: (message: ChatMessage) => message.id,
 *     isAck: (raw) => JSON.parse(String(raw)).ack,
 *   }),
 * })
 */
export function acknowledged<Outgoing>(options: AcknowledgedOptions<Outgoing>): Acks<Outgoing> {
  const types = { acks: 'object', 'acks.key': 'function', 'acks.isAck': 'function' }
  // A missing function counts as null, which is no function.
  validateOptions({ acks: { ...options, key: options?.key ?? null, isAck: options?.isAck ?? null } }, types)
  const { key, isAck } = options
  const parts: AckParts & Acks<Outgoing> = {
    kind: 'acknowledged',
    keyOf(message) {
      let result: unknown
      try {
        result = key(message)
      } catch (cause) {
        throw providerError('acks.key', cause)
      }
      if (isKey(result)) return result
      throw providerError('acks.key', undefined, 'acks.key returned no key: return a text or a number')
    },
    read(raw, reporter) {
      const result = callSafely(() => isAck(raw), reporter, 'acks.isAck')
      if (result === undefined || result === null || result === false) return undefined
      const all: readonly unknown[] = Array.isArray(result) ? result : [result]
      const keys = all.filter(isKey)
      if (keys.length < all.length) {
        const text = 'acks.isAck returned a value that is no key: return a text, a number or a list of them'
        reporter.reportError(providerError('acks.isAck', undefined, text))
        if (keys.length === 0) return undefined
      }
      return keys
    },
    createTracker,
  }
  return parts
}

/** Creates the error of a message with the key of another one. */
export function repeatedKeyError(): TautlineError<'provider'> {
  const text = 'acks.key returned the key of a message that is not confirmed: give each message its own'
  return providerError('acks.key', undefined, text)
}

const isKey = (value: unknown): value is MessageKey =>
  typeof value === 'string' ? value !== '' : Number.isFinite(value)

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
function createTracker(
  host: AckHost,
  outbox: Outbox<OutgoingMessage>,
  onDrop: (items: readonly OutgoingMessage[]) => void,
): AckTracker {
  const { environment, subscriberList } = host
  /** The keys of the messages in the outbox. */
  const queuedKeys = new Set<string>()
  const sent = new Map<string, OutgoingMessage>()
  let bytes = 0
  /** The transport on which messages were sent last. */
  let lastHandle: TransportHandle | undefined
  /** Messages to send again, from `nextResent` on. Some of them may be confirmed meanwhile. */
  let resent: readonly OutgoingMessage[] = []
  let nextResent = 0
  let lastSent: OutgoingMessage | undefined
  let lastAcks: AckParts | undefined
  /** The newest functions of the primary subscriber; the last known ones if it has none. */
  const newest = () => (lastAcks = host.primary.options.acks ?? lastAcks)

  const markUnconfirmedChanged = () => markChanged(host, 'unconfirmed')

  function remove(key: string): OutgoingMessage | undefined {
    const item = sent.get(key)
    if (!item) return undefined
    sent.delete(key)
    bytes -= item.bytes ?? 0
    return item
  }

  function nextToResend(): OutgoingMessage | undefined {
    for (let item = resent[nextResent]; item; item = resent[++nextResent])
      if (sent.get(String(item.key)) === item) return item
    resent = []
    nextResent = 0
    return undefined
  }

  /** What is left of the limits for messages in the outbox. */
  const remaining = ({ messages, bytes: limit, overflow }: OutboxLimits): OutboxLimits => ({
    messages: messages - sent.size,
    bytes: limit - bytes,
    overflow,
  })

  /**
   * With 'drop-oldest', removes the oldest unconfirmed messages until one of this size fits. Returns what is left of the
   * limits.
   */
  function makeRoom(size: number, limits: OutboxLimits): OutboxLimits {
    const mayFit = limits.overflow === 'drop-oldest' && size <= limits.bytes && limits.messages > 0
    const dropped: OutgoingMessage[] = []
    while (mayFit && sent.size > 0 && !outbox.hasRoom(size, remaining(limits))) {
      const [oldest = ''] = sent.keys()
      const item = remove(oldest)
      if (item) dropped.push(item)
    }
    if (dropped.length > 0) {
      onDrop(dropped)
      markUnconfirmedChanged()
    }
    return remaining(limits)
  }

  const hasRoom = (size: number, limits: OutboxLimits) => outbox.hasRoom(size, makeRoom(size, limits))

  function forget(items: readonly OutgoingMessage[]): void {
    for (const item of items) {
      const key = String(item.key)
      queuedKeys.delete(key)
      if (sent.get(key) === item) remove(key)
    }
  }

  return {
    get size() {
      return outbox.size
    },
    hasRoom,
    add(item, size, limits) {
      const result = outbox.add(item, size, makeRoom(size, limits))
      if (result.isQueued && item.key !== undefined) queuedKeys.add(String(item.key))
      forget(result.dropped)
      return result
    },
    drain(send, handle) {
      if (handle !== lastHandle) {
        lastHandle = handle
        resent = [...sent.values()]
        nextResent = 0
      }
      const countBefore = sent.size
      const sendNext = (item: OutgoingMessage) => {
        lastSent = undefined
        const isDone = send(item)
        // It was refused, or given to something that confirms it itself.
        if (isDone && lastSent !== item) forget([item])
        return isDone
      }
      for (let item = nextToResend(); item && sendNext(item); item = nextToResend()) nextResent++
      outbox.drain(sendNext)
      if (sent.size < countBefore) markUnconfirmedChanged()
    },
    clear() {
      const all = [...sent.values()]
      sent.clear()
      queuedKeys.clear()
      bytes = 0
      if (all.length > 0) markUnconfirmedChanged()
      return [...all, ...outbox.clear()]
    },
    get unconfirmed() {
      return sent.size
    },
    prepare(item) {
      const key = newest()?.keyOf(item.message as never) // the type of the message is that of its codec
      const text = String(key)
      if (key === undefined || queuedKeys.has(text) || sent.has(text)) {
        throw repeatedKeyError()
      }
      item.key = key
      item.bytes = countBytes(item.raw)
    },
    mustWait(item) {
      if (outbox.size > 0 || nextToResend()) return true
      return item?.bytes !== undefined && !hasRoom(item.bytes, completeLimits(host.primary.options.outbox))
    },
    markSent(item, handle) {
      lastSent = item
      if (item.key === undefined) return
      const key = String(item.key)
      lastHandle ??= handle
      queuedKeys.delete(key)
      if (!item.wasSent) {
        bytes += item.bytes ?? 0
        item.raw = copyBinary(item.raw)
      }
      item.wasSent = true
      sent.set(key, item)
      markUnconfirmedChanged()
    },
    keysOf: (items) => items.flatMap(({ key, wasSent }) => (wasSent && key !== undefined ? [key] : [])),
    receive(raw) {
      const keys = newest()?.read(raw, environment)
      if (!keys) return false
      const confirmed = keys.flatMap((key) => remove(String(key)) ?? [])
      if (confirmed.length === 0) return true
      markUnconfirmedChanged()
      for (const { key, message } of confirmed)
        if (key !== undefined) subscriberList.emit('confirmed', { key, message })
      return true
    },
  }
}
