import type { Codec } from './codec.ts'
import { isTautlineError, TautlineError } from './errors.ts'
import type { State } from './lifecycle-types.ts'
import { tellAll } from './occurrences.ts'
import type { Occurrences, UrlOption } from './types.ts'

export type Decoder = Pick<Codec<unknown, never>, 'decode'>

/** One hook on a shared line. */
export interface Port<Raw, Options> {
  readonly url: UrlOption
  readonly options: Options
  /** What decodes for this hook; undefined: it takes what the platform gives. */
  readonly codec: Decoder | undefined
  /** The number of the last message that it has had. */
  seen: number
  receive(message: unknown, raw: Raw): void
  /** Takes what came before it joined as its data; no handler is called. */
  catchUp(message: unknown): void
  /** Returns whether somebody listened. */
  occurred<Type extends keyof Occurrences<unknown>>(type: Type, event: Occurrences<unknown>[Type]): boolean
  changed(from: State, to: State, cause: string): void
  /** How many messages wait has changed. */
  touch(): void
}

/** The hooks on one line. */
export interface Audience<Raw, Options> {
  /** In order of their coming: the first one decides for the connection. */
  readonly ports: ReadonlySet<Port<Raw, Options>>
  add(port: Port<Raw, Options>): void
  remove(port: Port<Raw, Options>): void
  /** The port's codec has changed. */
  retune(port: Port<Raw, Options>): void
  /** Decodes once for each codec. */
  deliver(raw: Raw): void
  tell<Type extends keyof Occurrences<unknown>>(type: Type, event: Occurrences<unknown>[Type]): void
  /** Forgets the last message: it came from elsewhere. */
  reset(): void
}

/** Numbers are never used twice, so that a hook which moves to another line cannot take its messages for known ones. */
let numbers = 0

/** @param unheard takes the errors that nobody listens to */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createAudience<Raw, Options>(unheard: (error: unknown) => void): Audience<Raw, Options> {
  type Member = Port<Raw, Options>
  const ports = new Set<Member>()
  const channels = new Map<Decoder | undefined, Set<Member>>()
  /** Where each was put: by the time it leaves, its codec may be another. */
  const filed = new Map<Member, Decoder | undefined>()
  let newest = 0
  let last: Raw

  // A codec is of the line's own kind: what it is given is what it takes.
  const decode = (codec: Decoder | undefined, raw: Raw): unknown => (codec ? codec.decode(raw as never) : raw)

  function join(port: Member): void {
    const listening = channels.get(port.codec) ?? new Set()
    channels.set(port.codec, listening.add(port))
    filed.set(port, port.codec)
  }

  function part(port: Member): void {
    const codec = filed.get(port)
    filed.delete(port)
    const listening = channels.get(codec)
    listening?.delete(port)
    if (listening?.size === 0) channels.delete(codec)
  }

  function tellSome<Type extends keyof Occurrences<unknown>>(
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
      join(port)
      if (newest > 0 && port.seen !== newest) {
        try {
          port.catchUp(decode(port.codec, last))
        } catch {
          // Reported to those who were there when it came.
        }
      }
      port.seen = newest
    },
    remove(port) {
      ports.delete(port)
      part(port)
    },
    retune(port) {
      part(port)
      join(port)
    },
    deliver(raw) {
      last = raw
      const number = (newest = ++numbers)
      for (const [codec, listening] of channels) {
        let message: unknown
        try {
          message = decode(codec, raw)
        } catch (cause) {
          tellSome(listening, 'error', decodeError(cause, raw))
          continue
        }
        for (const port of listening) {
          // One that a handler has just added took this message in `add`.
          if (port.seen === number) continue
          port.seen = number
          port.receive(message, raw)
        }
      }
    },
    tell: (type, event) => tellSome(ports, type, event),
    reset() {
      newest = 0
    },
  }
}

function decodeError(cause: unknown, raw: unknown): TautlineError<'decode'> {
  return isTautlineError(cause, 'decode')
    ? cause
    : new TautlineError('decode', 'The codec threw', { raw }, cause)
}
