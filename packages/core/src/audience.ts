import { TautlineError, isTautlineError } from './errors.ts'
import type { MessageInfo } from './fold.ts'
import type { State } from './lifecycle-types.ts'
import { type Occurrence, tellAll } from './occurrences.ts'
import type { Occurrences, UrlOption } from './types.ts'

/** Makes a message of what travelled. Where two hooks have the same one, it is asked once for both. */
export interface Decoder {
  decode(raw: never): unknown
}

/** One hook on a shared line. */
export interface Port<Raw, Options> {
  readonly url: UrlOption
  readonly options: Options
  /** What decodes this for the hook; undefined: it is not for it, such as an event of another name. */
  decoder(raw: Raw): Decoder | undefined
  /** The number of the last message that it has had. */
  seen: number
  receive(message: unknown, raw: Raw): void
  /** Takes what came before it joined as its data; no handler is called. */
  catchUp(message: unknown): void
  /** Forgets what it has folded: an answer begins anew. */
  restart(): void
  /** Returns whether somebody listened. */
  occurred<Type extends Occurrence>(type: Type, event: Occurrences<unknown>[Type]): boolean
  changed(from: State, to: State, cause: string): void
  /** Something that is shown has changed beside the state: how many messages wait, or the cursor. */
  touch(field: 'queued' | 'lastEventId'): void
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

/** What became of one message with one decoder. */
interface Decoded {
  readonly decoder: Decoder
  readonly message: unknown
  readonly error: Error | undefined
  /** What became of it with the one before. */
  readonly before: Decoded | undefined
}

/** Numbers are never used twice, so that a hook which moves to another line cannot take its messages for known ones. */
let numbers = 0

/**
 * @param infoOf what the protocol says of a message
 * @param unheard takes the errors that nobody listens to
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createAudience<Raw, Options>(
  infoOf: (raw: Raw) => MessageInfo,
  unheard: (error: unknown) => void,
): Audience<Raw, Options> {
  type Member = Port<Raw, Options>
  const ports = new Set<Member>()
  let newest = 0
  let last: Raw

  function decode(decoder: Decoder, raw: Raw, before?: Decoded): Decoded {
    try {
      // A decoder is of the line's own kind: what it is given is what it takes.
      return { decoder, message: decoder.decode(raw as never), error: undefined, before }
    } catch (cause) {
      const known = isTautlineError(cause, 'decode')
      const { raw: text } = infoOf(raw)
      const error = known ? cause : new TautlineError('decode', 'The codec threw', { raw: text }, cause)
      return { decoder, message: undefined, error, before }
    }
  }

  /** The first one who needs it decodes; an error is told to all whom it concerns. */
  function decodeFirst(decoder: Decoder, raw: Raw, before: Decoded | undefined): Decoded {
    const one = decode(decoder, raw, before)
    if (one.error) {
      const concerned = [...ports].filter((port) => port.decoder(raw) === decoder)
      tellSome(new Set(concerned), 'error', one.error)
    }
    return one
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
      const decoder = newest > 0 && port.seen !== newest ? port.decoder(last) : undefined
      port.seen = newest
      if (!decoder) return
      const { message, error } = decode(decoder, last)
      // An error was reported to those who were there when it came.
      if (!error) port.catchUp(message)
    },
    remove: (port) => void ports.delete(port),
    deliver(raw) {
      const number = ++numbers
      let done: Decoded | undefined
      for (const port of ports) {
        const decoder = port.decoder(raw)
        // One that a handler has just added took this message in `add`.
        if (!decoder || port.seen === number) continue
        last = raw
        port.seen = newest = number
        let own = done
        while (own && own.decoder !== decoder) own = own.before
        if (!own) done = own = decodeFirst(decoder, raw, done)
        if (!own.error) port.receive(own.message, raw)
      }
    },
    tell: (type, event) => tellSome(ports, type, event),
    reset() {
      newest = 0
    },
  }
}
