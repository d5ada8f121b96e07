import type { ErrorReporter } from './errors.ts'

/**
 * Computes the new `data` from the current `data` and one message. Return the same value if nothing changed: components
 * then do not render. Without `initialData` the first call receives `undefined`.
 */
export type Reducer<Incoming, Data> = (accumulated: Data, message: Incoming, info: MessageInfo) => Data

/** The metadata of a message. */
export interface MessageInfo {
  /** The message before it was decoded. */
  readonly raw: unknown
  /** The type of a server-sent event: 'message' unless the server set another. */
  readonly event?: string | undefined
  /**
   * Of a server-sent event: the last event ID after it; '' for none. Of a WebSocket message with `resume`: its ID;
   * undefined for none.
   */
  readonly id?: string | undefined
  /** The headers of the response that contained the message. Long polling only. */
  readonly headers?: Headers | undefined
}

/** A reducer with an initial value of its own. */
interface ReducerWithInitial {
  readonly initialData?: unknown
}

/** Returns the initial `data`: the option `initialData` if given, else that of the reducer. */
export function resolveInitialData(options: {
  readonly initialData?: unknown
  readonly reduce?: unknown
}): unknown {
  if (options.initialData !== undefined) return options.initialData
  return typeof options.reduce === 'function' ? (options.reduce as ReducerWithInitial).initialData : undefined
}

/**
 * Runs a reducer for one message. If it throws, reports the error and returns the data unchanged. Does not use
 * `callSafely`, because a closure for each message would be too slow.
 */
export function applyReducer(
  reduce: Reducer<unknown, unknown>,
  accumulated: unknown,
  message: unknown,
  info: MessageInfo,
  reporter: ErrorReporter,
): unknown {
  try {
    return reduce(accumulated, message, info)
  } catch (error) {
    reporter.reportError(error)
    return accumulated
  }
}

/** Returns the default reducer: `data` is the latest message. */
export function latest(): <Message>(accumulated: Message | undefined, message: Message) => Message {
  return latestReducer
}

/** The reducer that `latest()` returns. Compared by identity: any other might count a replayed message twice. */
export function latestReducer<Message>(_: unknown, message: Message): Message {
  return message
}

declare const COLLECTED: unique symbol

/** The list that `collect()` makes. Only types use the mark: `ShownData` replaces it by a list of messages. */
export interface Collected extends ReadonlyArray<unknown> {
  readonly [COLLECTED]?: never
}

/** The type of a reducer made by `collect()`. The codec determines the message type. */
export interface CollectReducer {
  (accumulated: Collected, message: unknown): Collected
  // TypeScript infers from the last signature. Without a message it does not infer `unknown` as the message type.
  (accumulated: Collected): Collected
  readonly initialData: readonly []
}

/** The type of `data`: that of the reducer, and with `collect()` a list of messages. */
export type ShownData<Data, Message> = typeof COLLECTED extends keyof Data ? readonly Message[] : Data

/** The type of `data` without `select`. Initial data of null or `[]` do not limit it. */
export type ResultData<Data, Message> = [Data] extends [null | undefined | readonly never[]]
  ? [Data] extends [Message]
    ? Message
    : Data | Message
  : ShownData<Data, Message>

/** Requires the option `reduce` where `data` has another type than the messages. */
export type RequireReduce<Message, Data, Without = unknown, With = { readonly reduce: unknown }> = [
  Message,
] extends [Data]
  ? Without
  : [Data] extends [Message | null | undefined]
    ? Without
    : With

/** Options with `collect()` as the reducer. */
export type WithCollect<Options> = Omit<Options, 'reduce'> & { readonly reduce: CollectReducer }

/**
 * Returns a reducer that collects messages: `data` is an array of them, oldest first, and a new one for each message.
 *
 * @param options `limit`: the number of messages to keep; the oldest are removed first. @default 1000
 * @example
 * useWebSocket('/chat', { codec: json(ChatMessage), reduce: collect({ limit: 200 }) })
 */
export function collect(options: { readonly limit?: number | undefined } = {}): CollectReducer {
  const { limit = 1000 } = options
  const reducer = (accumulated: Collected, message?: unknown): Collected => [
    ...(accumulated.length < limit ? accumulated : accumulated.slice(accumulated.length - limit + 1)),
    message,
  ]
  return Object.assign(reducer, { initialData: [] as const })
}

/**
 * Returns a reducer that joins text, for streams of tokens: `data` is the text received so far.
 *
 * @param options `pick` returns the text of a message; without it the message itself is the text. `limit`: the number
 * of characters to keep, by default all; the oldest are removed first.
 */
export function concat<Message = unknown>(
  options: {
    readonly pick?: (message: Message) => string | null | undefined
    readonly limit?: number | undefined
  } = {},
): (accumulated: string, message: Message) => string {
  const { pick = String, limit = Number.POSITIVE_INFINITY } = options
  const reducer = (accumulated: string, message: Message) => {
    const text = accumulated + (pick(message) ?? '')
    return text.length > limit ? text.slice(-limit) : text
  }
  return Object.assign(reducer, { initialData: '' })
}
