import type { TautlineError } from '../shared/errors.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { State, Policy } from '../machine/connection-state.ts'
import type { ConnectionEventType } from '../observer/event-listeners.ts'
import type { Identity, IdentitySource } from '../shared/identity.ts'
import type { ConnectionEventMap } from '../observer/events.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { Interpreter, InterpreterHost } from './interpreter.ts'
import type { Environment } from '../platform/environment.ts'

/** The transport's half of a connection. */
export type ProtocolSession<Raw> = Pick<
  InterpreterHost<Raw>,
  'prepareAttempt' | 'isReply' | 'ping' | 'flushQueue' | 'probe' | 'dropQueued' | 'classifyPrepareError'
> & {
  /** The options that decide may be others. */
  onPolicyChanged?(): void
}

/** What makes one kind of connection differ from another; put together by its factory. */
export interface Protocol<Raw, Options, Own extends ProtocolSession<Raw>>
  extends MessageCodec<Raw, Options>, IdentitySource<Options> {
  /** The options that are part of the identity. */
  readonly keyOptions: readonly string[]
  /** @throws TautlineError `bad-option` */
  validateOptions(options: Options): void
  createPolicy(url: UrlOption, options: Options): Policy
  /** The fields that only hooks of this protocol show. */
  snapshotFields(state: State, cursor: string | undefined, session: Own | undefined): object
  /** Where a hook begins that was never here. */
  initialCursor(options: Options): string | undefined
  /** Is what comes one answer, of which half is of no use? Who joins late then gets all of it, and it is never asked for twice. */
  replaysWholeResponse?(options: Options): boolean
  /** Forgets what is remembered of a hook whose user has logged out. */
  forgetSubscriber?(subscriber: object): void
  createSession(connection: SharedConnection<Raw, Options, Own>): Own
}

export interface PrimaryOptions<Options> {
  readonly url: UrlOption
  readonly options: Options
}

/** A connection and the hooks that share it. */
export interface SharedConnection<Raw, Options, Own> {
  identity: Identity
  /** What the oldest live hook, or the last one that was, wants: it decides for the connection. Always a copy. */
  primary: PrimaryOptions<Options>
  readonly environment: Environment
  readonly subscriberList: SubscriberList<Raw, Options>
  readonly interpreter: Interpreter
  readonly session: Own
  /** The hook that decides, while there is one. */
  primarySubscriber: Subscriber<Raw, Options> | undefined
  /** What is sent next has to be what the line is known by: who is known by something else leaves. */
  verifyIdentity(attempt: number): void
  /** Lets its oldest hook decide again: a hook came, went or has other options. */
  applyPrimaryOptions(): void
  /** Tells every hook of an error, after what is being said now. */
  reportError(error: TautlineError): void
}

/** Makes a message of what travelled. Where two hooks have the same one, it is asked once for both. */
export interface Decoder {
  decode(raw: never): unknown
}

/** One hook on a shared line. */
export interface Subscriber<Raw, Options> {
  readonly url: UrlOption
  readonly options: Options
  /** What it wants; undefined: nothing. */
  readonly identity: Identity | undefined
  /** The number of the last message that it has had. */
  lastSequence: number
  /** Takes a message: its handlers are called first, then its listeners are notified. */
  onMessage(message: unknown, raw: Raw): void
  /** Takes what came before it joined as its data: the last message, or of a `whole` answer each. No handler is called. */
  replay(message: unknown, raw: Raw, isWholeResponse: boolean): void
  /** Forgets what it has folded: an answer begins anew. */
  resetData(): void
  /** Returns whether somebody listened. */
  emit<Type extends ConnectionEventType>(type: Type, event: ConnectionEventMap<unknown>[Type]): boolean
  onStateChange(from: State, to: State, cause: string): void
  /**
   * Leaves, where the next request is not its own: what it is known by was changed in place, such as a `Headers` object, or it has stayed for a request
   * that is not repeated.
   */
  verifyIdentity(attempt: number): void
  /** Leaves for the line of its own identity, of which it has had nothing. */
  moveToOwnConnection(): void
  /** Something that is shown has changed beside the state: how many messages wait, or the cursor. */
  markChanged(field: 'queued' | 'cursor'): void
}

/** The hooks on one line. */
export interface SubscriberList<Raw, Options> {
  /** In order of their coming: the first one decides for the connection. */
  readonly subscribers: ReadonlySet<Subscriber<Raw, Options>>
  add(subscriber: Subscriber<Raw, Options>): void
  remove(subscriber: Subscriber<Raw, Options>): void
  /** Decodes once for each decoder. */
  deliver(raw: Raw): void
  emit<Type extends ConnectionEventType>(type: Type, event: ConnectionEventMap<unknown>[Type]): void
  /** Forgets the last message: it came from elsewhere. */
  forgetReplay(): void
}

/** What the kind of a line knows of its messages. */
export interface MessageCodec<Raw, Options> {
  /** What decodes this for a hook with these options; the same object for the same codec. Undefined: it is not for it. */
  decoder(options: Options, raw: Raw): Decoder | undefined
  /** What the protocol says of a message. */
  info(raw: Raw): MessageInfo
  /** For a kind of which what travels holds any number of messages, and whose decoder makes a list of them: tells a hook one after the other. */
  deliverBatch?(
    subscriber: Subscriber<Raw, Options>,
    messages: readonly unknown[],
    raw: Raw,
    context: DeliveryContext,
  ): void
}

/** What there is to know while many messages are told. */
export interface DeliveryContext {
  /** The destination. */
  readonly destinationKey: string
  /** False once the hook has left, or the line is not any more the one that brought them: what nobody was told is asked for again. */
  isCurrent(): boolean
  /** Takes the errors that nobody listens to. */
  reportError(error: unknown): void
}

/** What of a line matters here. */
export interface AnyConnection {
  readonly identity: Pick<Identity, 'destinationKey'>
  readonly interpreter: { readonly state: Pick<State, 'epoch'> }
}
