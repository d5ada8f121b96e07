import type { TautlineError } from '../shared/errors.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { State, Policy } from '../machine/connection-state.ts'
import type { ConnectionEventType } from '../observer/event-listeners.ts'
import type { Identity, IdentitySource } from '../shared/identity.ts'
import type { ConnectionEventMap } from '../observer/events.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { Interpreter, InterpreterHost } from './interpreter.ts'
import type { Environment } from '../platform/environment.ts'

/** The state of a protocol for one shared connection. */
export type ProtocolSession<Raw> = Pick<
  InterpreterHost<Raw>,
  | 'prepareAttempt'
  | 'isReply'
  | 'ping'
  | 'unanswered'
  | 'flushQueue'
  | 'probe'
  | 'dropQueued'
  | 'onClosing'
  | 'classifyPrepareError'
  | 'isHeld'
> & {
  /** The options that apply may have changed. */
  onPolicyChanged?(): void
  /** Delivers a message, unless it is for the protocol itself. @default every message is delivered */
  onMessage?(raw: Raw): void
}

/** What makes WebSocket, event streams and long polling differ. */
export interface Protocol<Raw, Options, Session extends ProtocolSession<Raw>>
  extends MessageCodec<Raw, Options>, IdentitySource<Options> {
  /** The options that are part of the identity. */
  readonly keyOptions: readonly string[]
  /** @throws TautlineError `bad-option` */
  validateOptions(options: Options): void
  createPolicy(url: UrlOption, options: Options, session: Session): Policy
  /** Returns the fields that only snapshots of this protocol have. */
  snapshotFields(
    state: State,
    cursor: string | undefined,
    session: Session | undefined,
    options: Options,
  ): object
  /** Returns the cursor of an observer that has received nothing. */
  initialCursor(options: Options): string | undefined
  /** True if all messages form one response. A late subscriber gets all of them, and the request is not repeated. */
  replaysWholeResponse?(options: Options): boolean
  /** Creates the storage for such a response; undefined for any other. @param isPrivate it is not shared */
  createReplay?(options: Options, isPrivate: boolean): Replay<Raw> | undefined
  /** Forgets the stored data of an observer, such as after a log-out. */
  forgetSubscriber?(subscriber: object): void
  createSession(connection: SharedConnection<Raw, Options, Session>): Session
}

export interface PrimaryOptions<Options> {
  readonly url: UrlOption
  readonly options: Options
}

/** One transport at a time, and the subscribers that share it. */
export interface SharedConnection<Raw, Options, Session> {
  identity: Identity
  /** A copy of the URL and options that apply: those of the current primary subscriber, or of the last one. */
  primary: PrimaryOptions<Options>
  readonly environment: Environment
  readonly subscriberList: SubscriberList<Raw, Options>
  readonly interpreter: Interpreter
  readonly session: Session
  /** The last result of a URL function with which the connection has opened. */
  openedUrl?: string
  /** The subscriber whose options apply: the oldest one. */
  primarySubscriber: Subscriber<Raw, Options> | undefined
  /** Before an attempt: subscribers whose identity has changed leave the connection. */
  verifyIdentity(attempt: number): void
  /** Applies the options of the oldest subscriber, after subscribers or their options have changed. */
  applyPrimaryOptions(): void
  /** Emits an error to every subscriber, after the running notifications. */
  reportError(error: TautlineError): void
}

/** Decodes messages. Subscribers with the same decoder get the same decoded message. */
export interface Decoder {
  decode(raw: never): unknown
}

/** What a shared connection sees of an observer. */
export interface Subscriber<Raw, Options> {
  readonly url: UrlOption
  readonly options: Options
  /** Undefined without a URL. */
  readonly identity: Identity | undefined
  /** The number of the last message that it received. */
  lastSequence: number
  /** Whether it has received the `open` event of its connection, and no `close` event is pending. */
  readonly expectsClose: boolean
  /** Receives a message: calls the handlers first, then notifies the listeners. */
  onMessage(message: unknown, raw: Raw): void
  /** Adds an earlier message to its data: the last one, or each of a whole response. Calls no handler. */
  replay(message: unknown, raw: Raw, isWholeResponse: boolean): void
  /** Resets `data`, because the response starts again. */
  resetData(): void
  /** Emits an event; returns whether it has a handler or listener. */
  emit<Type extends ConnectionEventType>(type: Type, event: ConnectionEventMap<unknown>[Type]): boolean
  onStateChange(from: State, to: State, cause: string): void
  /**
   * Leaves the connection if the next request would not match its identity: a mutated object such as `Headers` has
   * changed it, or the subscriber stayed only for a request that must not be repeated.
   */
  verifyIdentity(attempt: number): void
  /** Moves to the connection of its own identity, without data. */
  moveToOwnConnection(): void
  /** While only slow `for await` loops read its messages: resolves when that may have changed. */
  hold(): Promise<void> | undefined
  /** A field outside the state has changed: the number of queued or unconfirmed messages, the cursor, or the transport. */
  markChanged(field: 'queued' | 'cursor' | 'transport' | 'unconfirmed'): void
}

/** The subscribers of one connection. */
export interface SubscriberList<Raw, Options> {
  /** Ordered by age: the options of the first one apply. */
  readonly subscribers: ReadonlySet<Subscriber<Raw, Options>>
  /** Whether messages have arrived since the last subscriber has left. */
  readonly hasMissed: boolean
  add(subscriber: Subscriber<Raw, Options>): void
  remove(subscriber: Subscriber<Raw, Options>): void
  /** Delivers a message to all subscribers. Each decoder decodes it once. */
  deliver(raw: Raw): void
  emit<Type extends ConnectionEventType>(type: Type, event: ConnectionEventMap<unknown>[Type]): void
  /** Forgets the messages for late subscribers. */
  forgetReplay(): void
}

/** The messages of one response, stored for late subscribers. */
export interface Replay<Raw> {
  /** Whether all messages of the response are stored. */
  readonly keepsAll: boolean
  readonly messages: readonly Raw[]
  /** @param isMissed no subscriber receives the message */
  add(raw: Raw, isMissed: boolean, newestSequence: number): void
  /** Whether a subscriber misses no message, if it gets the stored ones. */
  isComplete(lastSequence: number): boolean
  /** The last subscriber has left and had all messages: from now on others are missed. */
  endMissed(): void
  /** Creates the error of a subscriber that misses earlier messages. */
  createGap(): TautlineError
  forget(): void
}

/** How a protocol reads its messages. */
export interface MessageCodec<Raw, Options> {
  /** Returns the decoder of a subscriber, one object for each codec; undefined if it does not receive the message. */
  decoder(options: Options, raw: Raw): Decoder | undefined
  /** Returns what the protocol knows about a message. */
  info(raw: Raw): MessageInfo
  /** Whether a decoded list has no messages. Only with `deliverBatch`. */
  isEmpty?(decoded: unknown): boolean
  /** Returns the messages of a list that have been delivered so far. Only with `deliverBatch`. */
  deliveredOf?(messages: readonly unknown[], raw: Raw): readonly unknown[]
  /** Delivers messages one by one. Only for a protocol whose decoder returns a list. */
  deliverBatch?(
    subscriber: Subscriber<Raw, Options>,
    messages: readonly unknown[],
    raw: Raw,
    delivery: Delivery,
  ): void
}

/** The delivery of one received message. */
export interface Delivery {
  readonly connection: AnyConnection
  /** The number of the transport that has received it. */
  readonly epoch: number
}

/** The part of a connection that the subscriber list and the delivery of its messages read. */
export interface AnyConnection {
  readonly identity: Pick<Identity, 'destinationKey'>
  readonly environment: Pick<Environment, 'reportError'>
  readonly subscriberList: { readonly subscribers: { has(subscriber: never): boolean } }
  readonly interpreter: { readonly state: Pick<State, 'epoch'> } & Pick<Interpreter, 'afterNotifications'>
}
