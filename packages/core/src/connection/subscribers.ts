import type { Decoder, Port, Audience, Messages, AnyLine } from './protocol.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import type { Occurrence } from '../observer/event-listeners.ts'
import { tellAll } from '../shared/safe-call.ts'
import type { Occurrences } from '../observer/events.ts'
/** What becomes of a message that cannot be decoded: it is told as an error, and given to nobody. */
const UNREADABLE = Symbol('unreadable')

/** Numbers are never used twice, so that a hook which moves to another line cannot take its messages for known ones. */
let numbers = 0
/** An answer that is longer is not kept: who joins it late gets what is still to come. */
const WHOLE = 50_000

/**
 * @param unheard takes the errors that nobody listens to
 * @param whole an answer of which half is of no use: who joins late gets all of it
 * @param line that these hooks are on
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createAudience<Raw, Options>(
  kind: Messages<Raw, Options>,
  unheard: (error: unknown) => void,
  whole: boolean | undefined,
  line: () => AnyLine,
): Audience<Raw, Options> {
  type Member = Port<Raw, Options>
  const ports = new Set<Member>()
  let newest = 0
  /** The last message that somebody took, or of an answer all. */
  let kept: Raw[] = []

  let all = whole ?? false

  function keep(raw: Raw): void {
    all &&= kept.length < WHOLE
    if (all) kept.push(raw)
    else kept = [raw]
  }

  /** @param refuse takes the error of what cannot be decoded */
  function decode(decoder: Decoder, raw: Raw, refuse: typeof tellConcerned): unknown {
    try {
      // A decoder is of the line's own kind: what it is given is what it takes.
      return decoder.decode(raw as never)
    } catch (cause) {
      const known = isTautlineError(cause, 'decode')
      const { raw: text } = kind.info(raw)
      refuse(
        known ? cause : new TautlineError('decode', 'The codec threw', { raw: text }, cause),
        decoder,
        raw,
      )
      return UNREADABLE
    }
  }

  function tellConcerned(error: Error, decoder: Decoder, raw: Raw): void {
    const concerned = [...ports].filter((port) => kind.decoder(port.options, raw) === decoder)
    tellSome(new Set(concerned), 'error', error)
  }

  function tellSome<Type extends Occurrence>(
    some: ReadonlySet<Member>,
    type: Type,
    event: Occurrences<unknown>[Type],
  ): void {
    let heard = false
    tellAll(some, (port) => (heard = port.occurred(type, event) || heard))
    // The state shows what ails the line; of anything else this is the only word.
    if (!heard && isTautlineError(event) && /^(de|en)code|dropped/.test(event.code)) unheard(event)
  }

  return {
    ports,
    add(port) {
      ports.add(port)
      const late = newest > 0 && port.seen !== newest
      port.seen = newest
      if (!late) return
      if (all) port.restart()
      for (const raw of kept) {
        const decoder = kind.decoder(port.options, raw)
        // An error was reported to those who were there when it came.
        const message = decoder ? decode(decoder, raw, () => {}) : UNREADABLE
        if (message === UNREADABLE) continue
        for (const one of kind.tellMany ? listOf(message) : [message]) port.catchUp(one, raw, all)
      }
    },
    remove: (port) => void ports.delete(port),
    deliver(raw) {
      const number = ++numbers
      const { epoch } = line().connection.state
      let decoder: Decoder | undefined
      let message: unknown
      let others: Map<Decoder, unknown> | undefined
      // A line that lingers goes on, for who comes back to it.
      if (all || ports.size === 0) {
        keep(raw)
        newest = number
      }
      for (const port of ports) {
        if (kind.tellMany && epoch !== line().connection.state.epoch) return
        const own = kind.decoder(port.options, raw)
        if (!own) {
          // It is not for this hook, but its ID may be the last one.
          port.touch('cursor')
          continue
        }
        // One that a handler has just added took this message in `add`.
        if (port.seen === number) continue
        port.seen = number
        if (own !== decoder) {
          // Most lines have one decoder, and need no map.
          if (decoder) (others ??= new Map()).set(decoder, message)
          message = others?.has(own) ? others.get(own) : decode(own, raw, tellConcerned)
          decoder = own
        }
        // Where there is nothing in it, what came last stays the last.
        if (kind.tellMany && message !== UNREADABLE && listOf(message).length === 0) continue
        if (newest !== number) keep(raw)
        newest = number
        if (message === UNREADABLE) port.touch('cursor')
        else if (kind.tellMany) {
          const goesOn = () => epoch === line().connection.state.epoch && ports.has(port)
          kind.tellMany(port, listOf(message), raw, { place: line().identity.place, goesOn, unheard })
        } else port.receive(message, raw)
      }
    },
    tell: (type, event) => tellSome(ports, type, event),
    reset() {
      newest = 0
      kept = []
      all = whole ?? false
    },
  }
}

/** What the decoder of a kind with many messages makes. */
const listOf = (decoded: unknown) => decoded as readonly unknown[]
