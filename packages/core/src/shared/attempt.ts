import type { TautlineError } from './errors.ts'

/** The parts that every connection attempt and HTTP request has. */
export interface ConnectRequest {
  readonly url: URL
  /** Aborted when the attempt is no longer needed. */
  readonly signal: AbortSignal
}

/** The state from which a connection attempt starts. */
export interface Attempt {
  /** Retries so far: 0 for the first attempt. */
  readonly attempt: number
  /** Why the previous attempt ended; undefined for the first. */
  readonly previous: TautlineError | undefined
  readonly signal: AbortSignal
  /** The position to resume from; undefined if there is none or the protocol has no cursor. */
  readonly cursor: string | undefined
}

/** A value, or a promise of it. */
export type MaybePromise<Value> = Value | Promise<Value>

/** The argument of the option functions (`url`, `headers`, `body`, `protocols`), which run before each attempt. */
export interface AttemptContext {
  /** Retries so far: 0 for the first attempt. */
  readonly attempt: number
  /** Why the previous attempt ended; undefined for the first. */
  readonly previous: TautlineError | undefined
  /** Aborted when the attempt is cancelled, for example by `timeout.connect` or `close()`. */
  readonly signal: AbortSignal
  /** The last event ID, from which a stream of server-sent events resumes; undefined if there is none yet. */
  readonly lastEventId: string | undefined
  /**
   * The position from which a long poll, or a WebSocket with `resume`, resumes. The same value as `lastEventId`, under
   * its general name.
   */
  readonly cursor: string | undefined
}

/**
 * The URL to connect to: relative or absolute, with an http, https, ws or wss scheme (ws and wss for WebSockets only).
 * With false, null, undefined or '' nothing connects. A function runs before every attempt. If it returns one of these,
 * nothing connects until another function object or `key` is given, `open()` or `reconnect()`.
 */
export type UrlOption =
  | string
  | URL
  | false
  | null
  | undefined
  | ((context: AttemptContext) => MaybePromise<string | URL | false | null | undefined>)
