import type { Decoder, Subscriber, SubscriberList, MessageCodec, AnyConnection } from './protocol.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import type { ConnectionEventType } from '../observer/event-listeners.ts'
import { forEachLive } from '../shared/safe-call.ts'
import type { ConnectionEventMap } from '../observer/events.ts'
/** What becomes of a message that cannot be decoded: it is told as an error, and given to nobody. */
const DECODE_FAILED = Symbol('unreadable')

/** Numbers are never used twice, so that a hook which moves to another line cannot take its messages for known ones. */
let sequenceCounter = 0
/** An answer that is longer is not kept: who joins it late gets what is still to come. */
const MAX_REPLAYED_MESSAGES = 50_000

/**
 * @param reportError takes the errors that nobody listens to
 * @param isWholeResponse an answer of which half is of no use: who joins late gets all of it
 * @param getConnection that these hooks are on
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createSubscriberList<Raw, Options>(
  protocol: MessageCodec<Raw, Options>,
  reportError: (error: unknown) => void,
  isWholeResponse: boolean,
  getConnection: () => AnyConnection,
): SubscriberList<Raw, Options> {
  type Member = Subscriber<Raw, Options>
  const subscribers = new Set<Member>()
  let newestSequence = 0
  /** The last message that somebody took, or of an answer all. */
  let replayBuffer: Raw[] = []

  let keepsAll = isWholeResponse

  function addToReplay(raw: Raw): void {
    keepsAll &&= replayBuffer.length < MAX_REPLAYED_MESSAGES
    if (keepsAll) replayBuffer.push(raw)
    else replayBuffer = [raw]
  }

  /** @param onDecodeError takes the error of what cannot be decoded */
  function decode(decoder: Decoder, raw: Raw, onDecodeError: typeof emitToAffected): unknown {
    try {
      // A decoder is of the line's own kind: what it is given is what it takes.
      return decoder.decode(raw as never)
    } catch (cause) {
      const isDecodeError = isTautlineError(cause, 'decode')
      const { raw: text } = protocol.info(raw)
      onDecodeError(
        isDecodeError ? cause : new TautlineError('decode', 'The codec threw', { raw: text }, cause),
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
    // The state shows what ails the line; of anything else this is the only word.
    if (!isHandled && isTautlineError(event) && /^(de|en)code|dropped/.test(event.code)) reportError(event)
  }

  return {
    subscribers,
    add(subscriber) {
      subscribers.add(subscriber)
      const isLate = newestSequence > 0 && subscriber.lastSequence !== newestSequence
      subscriber.lastSequence = newestSequence
      if (!isLate) return
      if (keepsAll) subscriber.resetData()
      for (const raw of replayBuffer) {
        const decoder = protocol.decoder(subscriber.options, raw)
        // An error was reported to those who were there when it came.
        const message = decoder ? decode(decoder, raw, () => {}) : DECODE_FAILED
        if (message === DECODE_FAILED) continue
        for (const one of protocol.deliverBatch ? toList(message) : [message])
          subscriber.replay(one, raw, keepsAll)
      }
    },
    remove: (subscriber) => void subscribers.delete(subscriber),
    deliver(raw) {
      const sequence = ++sequenceCounter
      const { epoch } = getConnection().interpreter.state
      let decoder: Decoder | undefined
      let message: unknown
      let otherMessages: Map<Decoder, unknown> | undefined
      // A line that lingers goes on, for who comes back to it.
      if (keepsAll || subscribers.size === 0) {
        addToReplay(raw)
        newestSequence = sequence
      }
      for (const subscriber of subscribers) {
        if (protocol.deliverBatch && epoch !== getConnection().interpreter.state.epoch) return
        const ownDecoder = protocol.decoder(subscriber.options, raw)
        if (!ownDecoder) {
          // It is not for this hook, but its ID may be the last one.
          subscriber.markChanged('cursor')
          continue
        }
        // One that a handler has just added took this message in `add`.
        if (subscriber.lastSequence === sequence) continue
        subscriber.lastSequence = sequence
        if (ownDecoder !== decoder) {
          // Most lines have one decoder, and need no map.
          if (decoder) (otherMessages ??= new Map()).set(decoder, message)
          message = otherMessages?.has(ownDecoder)
            ? otherMessages.get(ownDecoder)
            : decode(ownDecoder, raw, emitToAffected)
          decoder = ownDecoder
        }
        // Where there is nothing in it, what came last stays the last.
        if (protocol.deliverBatch && message !== DECODE_FAILED && toList(message).length === 0) continue
        if (newestSequence !== sequence) addToReplay(raw)
        newestSequence = sequence
        if (message === DECODE_FAILED) subscriber.markChanged('cursor')
        else if (protocol.deliverBatch) {
          const isCurrent = () =>
            epoch === getConnection().interpreter.state.epoch && subscribers.has(subscriber)
          protocol.deliverBatch(subscriber, toList(message), raw, {
            destinationKey: getConnection().identity.destinationKey,
            isCurrent,
            reportError,
          })
        } else subscriber.onMessage(message, raw)
      }
    },
    emit: (type, event) => emitTo(subscribers, type, event),
    forgetReplay() {
      newestSequence = 0
      replayBuffer = []
      keepsAll = isWholeResponse
    },
  }
}

/** What the decoder of a kind with many messages makes. */
const toList = (decoded: unknown) => decoded as readonly unknown[]
