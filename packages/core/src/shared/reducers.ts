import type { ErrorReporter } from './errors.ts'

/**
 * Makes `data` from what came before and one message. Return the same value where nothing changed, and nothing renders.
 * Without `initialData` the first call gets `undefined`.
 */
export type Reducer<Incoming, Data> = (accumulated: Data, message: Incoming, info: MessageInfo) => Data

/** What the protocol says of a message beside its data. */
export interface MessageInfo {
  /** The message as it travelled. */
  readonly raw: unknown
  /** The name of a server-sent event: 'message' unless the server named it. */
  readonly event?: string | undefined
  /** The last event ID behind this message; '' for none. */
  readonly id?: string | undefined
  /** Those of the answer that brought it, for a long poll. */
  readonly headers?: Headers | undefined
}

/** A fold that knows what it starts from. */
interface ReducerWithInitial {
  readonly initialData?: unknown
}

/** What a fold starts from: `initialData` where it is given, else the fold's own. */
export function resolveInitialData(options: {
  readonly initialData?: unknown
  readonly reduce?: unknown
}): unknown {
  if (options.initialData !== undefined) return options.initialData
  return typeof options.reduce === 'function' ? (options.reduce as ReducerWithInitial).initialData : undefined
}

/** One step of a fold; one that throws is reported, and changes nothing. No closure, as `guarded` has one: this is the hot path. */
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

/** `data` is the latest message. The default. */
export function latest(): <Message>(accumulated: Message | undefined, message: Message) => Message {
  return latestReducer
}

/** The fold behind `latest()`, by identity: a late joiner can be given the last message without counting it twice. */
export function latestReducer<Message>(_: unknown, message: Message): Message {
  return message
}

/** The fold that `collect` makes. What it collects is said by the codec, so hooks type `data` as a list of messages. */
export interface CollectReducer {
  (accumulated: readonly unknown[], message: unknown): readonly unknown[]
  readonly initialData: readonly []
}

/** Options whose fold is `collect()`. */
export type WithCollect<Options> = Omit<Options, 'reduce'> & { readonly reduce: CollectReducer }

/**
 * `data` is the list of messages, oldest first: a new array for each change.
 *
 * @param options `limit`: how many to keep; the oldest go first. @default 1000
 * @example
 * useWebSocket('/chat', { codec: json(ChatMessage), reduce: collect({ limit: 200 }) })
 */
export function collect(options: { readonly limit?: number | undefined } = {}): CollectReducer {
  const { limit = 1000 } = options
  const reducer = (accumulated: readonly unknown[], message: unknown) => [
    ...(accumulated.length < limit ? accumulated : accumulated.slice(accumulated.length - limit + 1)),
    message,
  ]
  return Object.assign(reducer, { initialData: [] as const })
}

/**
 * `data` is the text so far, for streams of tokens.
 *
 * @param options `pick` takes the text out of a message; without it the message is the text. `limit`: how many characters to keep, the newest.
 */
export function concat<Message = string>(
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
