import type { MessageInfo } from '../shared/reducers.ts'
import type { State, Policy } from '../machine/connection-state.ts'
import type { Occurrence } from '../observer/event-listeners.ts'
import type { Identity, IdentityParts } from '../shared/identity.ts'
import type { Occurrences } from '../observer/events.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { Connection, ConnectionParts } from './interpreter.ts'
import type { Environment } from '../platform/environment.ts'

/** The transport's half of a connection. */
export type Driver<Raw> = Pick<
  ConnectionParts<Raw>,
  'prepare' | 'isReply' | 'ping' | 'flush' | 'probe' | 'discard' | 'refuse'
> & {
  /** The options that decide may be others. */
  settled?(): void
  /** How many messages wait to be sent. */
  queued?(): number
}

/** What makes one kind of connection differ from another; put together by its factory. */
export interface Kind<Raw, Options, Own extends Driver<Raw>>
  extends Messages<Raw, Options>, IdentityParts<Options> {
  /** The options that are part of the identity. */
  readonly place: readonly string[]
  /** @throws TautlineError `bad-option` */
  check(options: Options): void
  policy(url: UrlOption, options: Options): Policy
  /** Where a hook begins that was never here. */
  start(options: Options): string | undefined
  /** Is what comes one answer, of which half is of no use? Who joins late then gets all of it, and it is never asked for twice. */
  whole?(options: Options): boolean
  /** Forgets what is remembered of a hook whose user has logged out. */
  forget?(port: object): void
  drive(line: Line<Raw, Options, Own>): Own
}

export interface Lead<Options> {
  readonly url: UrlOption
  readonly options: Options
}

/** A connection and the hooks that share it. */
export interface Line<Raw, Options, Own> {
  identity: Identity
  /** What the oldest live hook, or the last one that was, wants: it decides for the connection. Always a copy. */
  lead: Lead<Options>
  readonly environment: Environment
  readonly audience: Audience<Raw, Options>
  readonly connection: Connection
  readonly driver: Own
  /** The hook that decides, while there is one. */
  oldest: Port<Raw, Options> | undefined
  /** What is sent next has to be what the line is known by: who is known by something else leaves. */
  verify(attempt: number): void
  /** Lets its oldest hook decide again: a hook came, went or has other options. */
  settle(): void
  /** Tells every hook of an error, after what is being said now. */
  report(error: Error): void
}

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
export interface AnyLine {
  readonly identity: Pick<Identity, 'place'>
  readonly connection: { readonly state: Pick<State, 'epoch'> }
}
