import type { TransportEvents } from '../connection/transport.ts'
import { httpIdentityParts } from '../http/request-options.ts'
import type { Json } from '../long-poll/cursor.ts'
import {
  type AnyLongPollOptions,
  type PlainLongPollOptions,
  validatePollOptions,
} from '../long-poll/options.ts'
import type { PollBatch } from '../long-poll/poll-batch.ts'
import { createLongPollSession } from '../long-poll/session.ts'
import type { PollHost } from '../long-poll/types.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { callSafely } from '../shared/safe-call.ts'
import { toHttpUrl } from '../shared/urls.ts'
import {
  type TransportHost,
  type TransportMessage,
  type TransportOption,
  type TransportSession,
  toTransportOption,
} from './transport-option.ts'

/** The options of `longPoll()`. */
export interface LongPollTransportOptions<Body = Json, Message = unknown> extends Pick<
  PlainLongPollOptions<Body, Message, unknown, unknown>,
  | 'method'
  | 'headers'
  | 'ignoreHeaders'
  | 'body'
  | 'credentials'
  | 'cursor'
  | 'codec'
  | 'messages'
  | 'minGap'
  | 'maxBodyBytes'
> {
  /**
   * `request`: the time limit of one request while nothing is received, in ms; longer than the server holds a request
   * without sending a byte. 0 and false: no limit. `timeout` of the connection limits the time until it is open.
   * @default \{ request: 90000 \}; of `shortPoll()` 10000
   */
  readonly timeout?: { readonly request?: number | false | undefined } | undefined
  /**
   * Returns the ID of a message. IDs have to be the same over all transports of the connection.
   * @default only the last message of a response has one: the cursor behind the response
   */
  readonly id?: ((message: Message) => string | number | null | undefined) | undefined
}

/** The options of `shortPoll()`. */
export interface ShortPollTransportOptions<Body = Json, Message = unknown> extends Omit<
  LongPollTransportOptions<Body, Message>,
  'minGap'
> {
  /** The time from one request to the next, in ms, varied at random by up to 10 %. @default 5000 */
  readonly interval?: number | undefined
}

type PollOptions = AnyLongPollOptions &
  Pick<LongPollTransportOptions, 'id'> & { readonly heartbeat?: false; readonly isTransport?: boolean }

/**
 * Long polling as a transport of a connection: it works with its first response. As the last transport of the list it
 * also counts as open once the server has held its first request for a second, since there is no other one to try.
 *
 * `codec` decodes the body of a response, for `messages` and `cursor`. What `messages` returns, and without it the body,
 * is decoded by the codec of the connection.
 *
 * @param url absolute or relative, http or https; a function runs before every request
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * longPoll('/live', {
 *   messages: (body) => body.items,
 *   cursor: query('after', (body) => body.next),
 *   id: (item) => item.seq,
 * })
 */
export function longPoll<Body = Json, Message = Json>(
  url: UrlOption,
  options: LongPollTransportOptions<Body, Message> = {},
): TransportOption {
  warnAboutOptions('longPoll()', options)
  return createPoll('long-poll', 'reply', url, options as PollOptions) // the core does not know the message types
}

/**
 * Short polling as a transport of a connection: a request at an interval, which gets through every proxy.
 *
 * @param url absolute or relative, http or https; a function runs before every request
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * shortPoll('/poll', { interval: 10_000, cursor: query('after', (body) => body.next) })
 */
export function shortPoll<Body = Json, Message = Json>(
  url: UrlOption,
  options: ShortPollTransportOptions<Body, Message> = {},
): TransportOption {
  warnAboutOptions('shortPoll()', options)
  const { interval = 5000 } = options
  const own = { ...options, interval }
  return createPoll('short-poll', 'open', url, own as PollOptions) // as in longPoll()
}

function createPoll(
  name: string,
  proof: TransportOption['proof'],
  url: UrlOption,
  options: PollOptions,
): TransportOption {
  validatePollOptions(options)
  validateOptions(options, { id: 'function' })
  return toTransportOption<PollOptions>({
    name,
    isDuplex: false,
    proof,
    url,
    options: { ...options, isTransport: true },
    source: { name, ...httpIdentityParts, toUrl: toHttpUrl },
    // Only a response proves that the server works, not the age of an open request.
    policy: { stableAfterMs: Number.POSITIVE_INFINITY, isProbed: true },
    createSession,
  })
}

function createSession(host: TransportHost<PollOptions>): TransportSession {
  const session = createLongPollSession(host as typeof host & PollHost) // its session will be this one
  return {
    ...session,
    prepareAttempt(attempt) {
      const open = session.prepareAttempt(attempt)
      return (on) => open(splitBatches(host, on))
    },
  }
}

/** Returns the events of a poll loop, which reports each message of a response. */
function splitBatches(
  host: TransportHost<PollOptions>,
  on: TransportEvents<TransportMessage>,
): TransportEvents<PollBatch> {
  /** The last message of a response, whose ID may be the cursor behind the response. */
  let last: TransportMessage | undefined
  /** The cursor of the request, while a part of its response is delivered. */
  let requestCursor: string | undefined
  const flush = (id?: string) => {
    const message = last
    last = undefined
    if (message) on.message({ ...message, id }, id)
  }
  return {
    ...on,
    message(batch) {
      flush()
      if (batch.start > 0) host.interpreter.cursor = requestCursor
      else requestCursor = host.interpreter.cursor
      const { options } = host.primary
      const messages = unpack(host, batch, options)
      const isValue = options.messages !== undefined
      for (let index = batch.start; index < messages.length; index++) {
        flush()
        const message = { data: isValue ? messages[index] : batch.raw, isValue, headers: batch.headers }
        const id = options.id && callSafely(() => options.id?.(messages[index]), host.environment, 'id')
        if (options.id) on.message({ ...message, id: toId(id) }, toId(id))
        else last = message
        if (index + 1 < messages.length && batch.isTimeUp?.()) {
          // If no subscriber is left for the rest, the next request is for the messages after this one.
          host.interpreter.cursor = toId(id) || requestCursor
          batch.end = index + 1
          batch.hasMore = true
          return
        }
      }
      batch.isDelivered = true
    },
    // A response that is behind another transport must not move the cursor of the connection back.
    cursor(next) {
      host.interpreter.cursor = next
      if (last) flush(next)
      // Without `id`, the cursor of the poll is that of the connection, also behind an empty response.
      else if (!host.primary.options.id) on.cursor(next)
    },
    provedUseful() {
      flush()
      on.provedUseful()
    },
  }
}

const toId = (id: string | number | null | undefined): string | undefined =>
  id === undefined || id === null ? undefined : String(id)

function unpack(
  host: TransportHost<PollOptions>,
  batch: PollBatch,
  options: PollOptions,
): readonly unknown[] {
  try {
    return batch.messagesFor(options)
  } catch (cause) {
    const text = 'The codec of the poll failed: see `thrown`'
    host.reportError(
      isTautlineError(cause, 'decode') ? cause : new TautlineError('decode', text, { raw: batch.raw }, cause),
    )
    return []
  }
}
