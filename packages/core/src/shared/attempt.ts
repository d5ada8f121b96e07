import type { TautlineError } from './errors.ts'
export interface ConnectRequest {
  readonly url: URL
  /** Aborted when the attempt is given up. */
  readonly signal: AbortSignal
}

/** What is known when an attempt begins. */
export interface Attempt {
  /** Retries so far: 0 for the first attempt. */
  readonly attempt: number
  /** Why the last attempt ended. */
  readonly previous: TautlineError | undefined
  readonly signal: AbortSignal
  /** Where to go on from, where the protocol has such a thing. */
  readonly cursor: string | undefined
}

/** A value, or the promise of one. */
export type MaybePromise<Value> = Value | Promise<Value>

/** What a URL, header, body or protocol function is told before each attempt. */
export interface AttemptContext {
  /** Retries so far: 0 for the first attempt. */
  readonly attempt: number
  /** Why the last attempt ended; undefined for the first. */
  readonly previous: TautlineError | undefined
  /** Aborted when the attempt is given up, by `timeout.connect` or by `close()`. */
  readonly signal: AbortSignal
  /** Where a stream of server-sent events goes on from; undefined where there is no such thing yet. */
  readonly lastEventId: string | undefined
  /** Where a poll goes on from: the same by its general name. */
  readonly cursor: string | undefined
}

/** Where to connect: relative or absolute, http (or ws, for a WebSocket). Null, undefined and '' mean: stay idle. A function runs before every attempt. */
export type UrlOption =
  | string
  | URL
  | null
  | undefined
  | ((context: AttemptContext) => MaybePromise<string | URL>)
