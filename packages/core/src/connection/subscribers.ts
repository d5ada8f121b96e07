import type { Decoder, Subscriber, SubscriberList, MessageCodec, AnyConnection, Replay } from './protocol.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import type { ConnectionEventType } from '../observer/event-listeners.ts'
import { forEachLive } from '../shared/safe-call.ts'
import type { ConnectionEventMap } from '../observer/events.ts'

/** Stands for a message that could not be decoded. */
const DECODE_FAILED = Symbol()

/** The last message number. Unique across connections, because an observer may move from one to another. */
let sequenceCounter = 0

/**
 * Creates the subscriber list of a connection.
 *
 * @param reportError reports the errors that have no handler
 * @param replay stores the messages for late subscribers; undefined: they get the last one
 * @param getConnection returns the connection of these subscribers
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createSubscriberList<Raw, Options>(
  protocol: MessageCodec<Raw, Options>,
  reportError: (error: unknown) => void,
  replay: Replay<Raw> | undefined,
  getConnection: () => AnyConnection,
): SubscriberList<Raw, Options> {
  type Member = Subscriber<Raw, Options>
  const subscribers = new Set<Member>()
  let newestSequence = 0
  let hasMissed = false
  /** The last message that was delivered, without `replay`. */
  const lastMessage: Raw[] = []

  function addToReplay(raw: Raw): void {
    if (replay) replay.add(raw, subscribers.size === 0, newestSequence)
    else lastMessage[0] = raw
  }

  /** @param onDecodeError called if the message cannot be decoded */
  function decode(decoder: Decoder, raw: Raw, onDecodeError: typeof emitToAffected): unknown {
    try {
      // The decoder and the message belong to the same protocol.
      return decoder.decode(raw as never)
    } catch (cause) {
      const isDecodeError = isTautlineError(cause, 'decode')
      const { raw: text } = protocol.info(raw)
      onDecodeError(
        isDecodeError
          ? cause
          : new TautlineError('decode', 'The codec failed: see `thrown`', { raw: text }, cause),
        decoder,
        raw,
      )
      return DECODE_FAILED
    }
  }

  function emitToAffected(error: TautlineError, decoder: Decoder, raw: Raw): void {
    const affected = [...subscribers].filter(
      (subscriber) => protocol.decoder(subscriber.options, raw) === decoder,
    )
    emitTo(new Set(affected), 'error', error)
  }

  function emitTo<Type extends ConnectionEventType>(
    targets: ReadonlySet<Member>,
    type: Type,
    event: ConnectionEventMap<unknown>[Type],
  ): void {
    let isHandled = false
    forEachLive(targets, (subscriber) => (isHandled = subscriber.emit(type, event) || isHandled))
    // Errors of the connection are also in the state. These errors are reported nowhere else.
    if (!isHandled && isTautlineError(event) && /^((de|en)code|dropped|gap)$/.test(event.code))
      reportError(event)
  }

  return {
    subscribers,
    get hasMissed() {
      return hasMissed
    },
    add(subscriber) {
      subscribers.add(subscriber)
      hasMissed = false
      const { lastSequence } = subscriber
      const isLate = newestSequence > 0 && lastSequence !== newestSequence
      subscriber.lastSequence = newestSequence
      if (!isLate) return
      if (replay?.keepsAll) subscriber.resetData()
      const isComplete = replay?.isComplete(lastSequence) ?? false
      if (replay && !isComplete)
        getConnection().interpreter.afterNotifications(() =>
          emitTo(new Set([subscriber]), 'error', replay.createGap()),
        )
      for (const raw of replay ? replay.messages : lastMessage) {
        const decoder = protocol.decoder(subscriber.options, raw)
        // Its error was emitted when the message arrived.
        const message = decoder ? decode(decoder, raw, () => {}) : DECODE_FAILED
        if (message === DECODE_FAILED) continue
        for (const one of protocol.deliveredOf?.(toList(message), raw) ?? [message])
          subscriber.replay(one, raw, isComplete)
      }
    },
    remove(subscriber) {
      subscribers.delete(subscriber)
      // It has received what was missed before. What is missed from now on is stored anew.
      if (subscribers.size === 0 && subscriber.lastSequence === newestSequence) replay?.endMissed()
    },
    deliver(raw) {
      const sequence = ++sequenceCounter
      const isList = protocol.deliverBatch !== undefined
      const epoch = isList ? getConnection().interpreter.state.epoch : 0
      let decoder: Decoder | undefined
      let message: unknown
      let otherMessages: Map<Decoder, unknown> | undefined
      hasMissed ||= subscribers.size === 0
      // Without subscribers the connection continues, for a subscriber that returns within `closeDelay`.
      if (replay?.keepsAll || subscribers.size === 0) {
        addToReplay(raw)
        newestSequence = sequence
      }
      for (const subscriber of subscribers) {
        if (isList && epoch !== getConnection().interpreter.state.epoch) return
        const ownDecoder = protocol.decoder(subscriber.options, raw)
        if (!ownDecoder) {
          // The message is not for this subscriber, but its ID may have moved the cursor.
          subscriber.markChanged('cursor')
          continue
        }
        // A handler has just added this subscriber, and `add` gave it the message.
        if (subscriber.lastSequence === sequence) continue
        subscriber.lastSequence = sequence
        if (ownDecoder !== decoder) {
          // Most connections have one decoder and need no map.
          if (decoder) (otherMessages ??= new Map()).set(decoder, message)
          message = otherMessages?.has(ownDecoder)
            ? otherMessages.get(ownDecoder)
            : decode(ownDecoder, raw, emitToAffected)
          decoder = ownDecoder
        }
        // A body without messages does not replace the last message.
        if (protocol.isEmpty?.(message)) continue
        if (newestSequence !== sequence) addToReplay(raw)
        newestSequence = sequence
        if (message === DECODE_FAILED) subscriber.markChanged('cursor')
        else if (protocol.deliverBatch)
          protocol.deliverBatch(subscriber, toList(message), raw, { connection: getConnection(), epoch })
        else subscriber.onMessage(message, raw)
      }
    },
    emit: (type, event) => emitTo(subscribers, type, event),
    forgetReplay() {
      newestSequence = 0
      lastMessage.length = 0
      replay?.forget()
    },
  }
}

/** Types the result of a decoder that returns a list of messages. */
const toList = (decoded: unknown) => decoded as readonly unknown[]
