import { type HeartbeatPolicy, createPingPolicy, createSilencePolicy } from '../machine/liveness.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutUnansweredPings } from '../platform/dev-warnings.ts'
import type { Sendable, WireData } from '../shared/codec.ts'
import type { ErrorReporter } from '../shared/errors.ts'
import { callSafely } from '../shared/safe-call.ts'

/** The options of `pings()`. The pings are ordinary messages, because a page cannot send the pings of RFC 6455. */
export interface PingsOptions {
  /** The time between two pings, in ms. @default 25000 */
  readonly interval?: number | undefined
  /** How long to wait for any message after a ping, in ms. Then the connection is replaced. @default 10000 */
  readonly timeout?: number | undefined
  /** The message that is sent as a ping, or a function that returns it. @default 'ping' */
  readonly message?: Sendable | (() => Sendable) | undefined
  /** Recognizes the reply to a ping. Replies set `latency` and are not delivered. @default (raw) => raw === 'pong' */
  readonly isReply?: ((raw: WireData) => boolean) | undefined
}

/** The options of `silence()`. */
export interface SilenceOptions {
  /** The longest time without a byte, in ms. Then the connection is replaced. @default 45000 */
  readonly timeout?: number | undefined
  /**
   * WebSocket only. Recognizes a ping of the server, which is then not delivered. Returns the message to send back,
   * null to send nothing, or undefined or false for an ordinary message. @default every message is an ordinary one
   */
  readonly reply?: ((raw: WireData) => Sendable | false | null | undefined) | undefined
}

/** A heartbeat: detects a dead connection. Created by `pings()` or `silence()`. Its members are not for applications. */
export interface Heartbeat<Kind extends 'pings' | 'silence' = 'pings' | 'silence'> extends HeartbeatPolicy {
  readonly kind: Kind
  /** Sends a ping. */
  ping?(send: (message: Sendable) => void, reporter: ErrorReporter): void
  /** Handles a message of the heartbeat. Returns false for an ordinary message. */
  receive?(raw: WireData, send: (message: Sendable) => void, reporter: ErrorReporter): boolean
  /** Warns, in development, that the connection was lost and has replied to no ping. */
  unanswered?(): void
}

/**
 * Sends pings over a WebSocket, and replaces a connection that does not reply. For a server that replies to pings. If
 * the server sends pings itself, use `silence()`.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * useWebSocket('/chat', { heartbeat: pings({ message: '2', isReply: (raw) => raw === '3' }) })
 */
export function pings(options: PingsOptions = {}): Heartbeat<'pings'> {
  validate(options)
  const {
    interval: intervalMs = 25_000,
    timeout: timeoutMs = 10_000,
    message = 'ping',
    isReply = (raw) => raw === 'pong',
  } = options
  return {
    ...createPingPolicy({ intervalMs, timeoutMs }),
    kind: 'pings',
    ping(send, reporter) {
      callSafely(
        () => send(typeof message === 'function' ? message() : message),
        reporter,
        'heartbeat.message',
      )
    },
    receive: (raw, _, reporter) => callSafely(() => isReply(raw), reporter, 'heartbeat.isReply') ?? false,
    unanswered: warnAboutUnansweredPings,
  }
}

/**
 * Replaces a connection that receives nothing for a time. It sends nothing by itself. For event streams with comments,
 * and for a WebSocket whose server sends pings.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * useWebSocket('/socket.io', { heartbeat: silence({ reply: (raw) => (raw === '2' ? '3' : undefined) }) })
 */
export function silence(options: SilenceOptions = {}): Heartbeat<'silence'> {
  validate(options, 'positive')
  const { timeout = 45_000, reply } = options
  return {
    ...createSilencePolicy(timeout),
    kind: 'silence',
    receive: (raw, send, reporter) =>
      callSafely(
        () => {
          const message = reply?.(raw)
          if (message === undefined || message === false) return false
          if (message !== null) send(message)
          return true
        },
        reporter,
        'heartbeat.reply',
      ) ?? false,
  }
}

function validate(options: object, timeout = 'number'): void {
  validateOptions(
    { heartbeat: options },
    {
      heartbeat: 'object',
      'heartbeat.interval': 'positive',
      'heartbeat.timeout': timeout,
      'heartbeat.isReply': 'function',
      'heartbeat.reply': 'function',
    },
  )
}
