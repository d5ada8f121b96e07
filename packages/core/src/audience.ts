import { TautlineError, isTautlineError } from './errors.ts'
import type { MessageInfo } from './fold.ts'
import type { State } from './lifecycle-types.ts'
import { type Occurrence, tellAll } from './occurrences.ts'
import type { Identity } from './identity.ts'
import type { Occurrences, UrlOption } from './types.ts'

/** Makes a message of what travelled. Where two hooks have the same one, it is asked once for both. */
export interface Decoder {
  decode(raw: never): unknown
}

/** One hook on a shared line. */
export interface Port<Raw, Options> {
  readonly url: UrlOption
  readonly options: Options
  /** What it wants; undefined: nothing. */
  readonly identity: Identity | undefined
  /** The number of the last message that it has had. */
  seen: number
  /** Returns whether its handlers were told. */
  receive(message: unknown, raw: Raw): boolean
  /** Takes what came before it joined as its data: the last message, or of a `whole` answer each. No handler is called. */
  catchUp(message: unknown, raw: Raw, whole: boolean): void
  /** Forgets what it has folded: an answer begins anew. */
  restart(): void
  /** Returns whether somebody listened. */
  occurred<Type extends Occurrence>(type: Type, event: Occurrences<unknown>[Type]): boolean
  changed(from: State, to: State, cause: string): void
  /**
   * Leaves, where the next request is not its own: what it is known by was changed in place, such as a `Headers` object, or it has stayed for a request
   * that is not repeated.
   */
  verify(attempt: number): void
  /** Leaves for the line of its own identity, of which it has had nothing. */
  moveAway(): void
  /** Something that is shown has changed beside the state: how many messages wait, or the cursor. */
  touch(field: 'queued' | 'cursor'): void
}

/** The hooks on one line. */
export interface Audience<Raw, Options> {
  /** In order of their coming: the first one decides for the connection. */
  readonly ports: ReadonlySet<Port<Raw, Options>>
  add(port: Port<Raw, Options>): void
  remove(port: Port<Raw, Options>): void
  /** Decodes once for each decoder. */
  deliver(raw: Raw): void
  tell<Type extends Occurrence>(type: Type, event: Occurrences<unknown>[Type]): void
  /** Forgets the last message: it came from elsewhere. */
  reset(): void
}

/** What becomes of a message that cannot be decoded: it is told as an error, and given to nobody. */
const UNREADABLE = Symbol('unreadable')

/** Numbers are never used twice, so that a hook which moves to another line cannot take its messages for known ones. */
let numbers = 0

/** What the kind of a line knows of its messages. */
export interface Messages<Raw, Options> {
  /** What decodes this for a hook with these options; the same object for the same codec. Undefined: it is not for it. */
  decoder(options: Options, raw: Raw): Decoder | undefined
  /** What the protocol says of a message. */
  info(raw: Raw): MessageInfo
  /** For a kind of which what travels holds any number of messages, and whose decoder makes a list of them: tells a hook one after the other. */
  tellMany?(port: Port<Raw, Options>, messages: readonly unknown[], raw: Raw, telling: Telling): void
}

/** What there is to know while many messages are told. */
export interface Telling {
  /** The destination. */
  readonly place: string
  /** False once the hook has left, or the line is not any more the one that brought them: what nobody was told is asked for again. */
  goesOn(): boolean
  /** Takes the errors that nobody listens to. */
  unheard(error: unknown): void
}

/** What of a line matters here. */
interface AnyLine {
  readonly identity: Pick<Identity, 'place'>
  readonly connection: { readonly state: Pick<State, 'epoch'> }
}

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
