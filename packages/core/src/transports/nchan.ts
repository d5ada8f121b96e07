import { type Heartbeat, pings } from '../connection/heartbeat.ts'
import { setQueryParameter } from '../http/build-request.ts'
import { parseHttpDate } from '../http/http-date.ts'
import type { HeadersOption, HttpOptions } from '../http/types.ts'
import type { Cursor } from '../long-poll/index.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { text } from '../shared/codec.ts'
import { nchanFrames } from '../web-socket/index.ts'
import { eventSource } from './event-source.ts'
import { longPoll, shortPoll } from './long-poll.ts'
import type { TransportOption } from './transport-option.ts'
import { webSocket } from './web-socket.ts'

/** The options of `nchan()`. */
export interface NchanOptions extends Pick<HttpOptions, 'credentials'> {
  /**
   * The URL of a location with `nchan_subscriber interval-poll`, for short polling.
   * @default no short polling
   */
  readonly poll?: UrlOption | undefined
  /** The time from one request of short polling to the next, in ms, varied at random by up to 10 %. @default 5000 */
  readonly interval?: number | undefined
  /** The headers of event streams and polls. A page cannot set those of a WebSocket. @default none */
  readonly headers?: HeadersOption | undefined
  /**
   * The pings of the WebSocket. The location needs `nchan_websocket_client_heartbeat ping pong`: without it, nchan
   * publishes each ping as a message if it may publish. False: no pings.
   * @default pings()
   */
  readonly heartbeat?: false | Heartbeat<'pings'> | undefined
  /**
   * Replaces an event stream in which nothing is received for a time: `silence()`. The location needs
   * `nchan_eventsource_ping_interval`, with a shorter time. @default false
   */
  readonly silence?: false | Heartbeat<'silence'> | undefined
}

/** The name of the query parameter from which every subscriber of nchan resumes. */
const query = 'last_event_id'

/**
 * The transports of a channel of nchan: a WebSocket, server-sent events, long polling, and short polling if `poll` is
 * given. nchan gives a message the same ID over all of them, and on every node with the same Redis. So a change of
 * transport or node loses and repeats no message that nchan still has. `examples/scale-out` has the configuration.
 *
 * @param url the URL of a location with `nchan_pubsub` or `nchan_subscriber`, with an http or https scheme or relative;
 * a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option
 * @see https://nchan.io
 *
 * @example
 * createConnection(nchan('/ch/news', { poll: '/poll/news' }), { codec: json(News) })
 */
export function nchan(url: UrlOption, options: NchanOptions = {}): readonly TransportOption[] {
  warnAboutOptions('nchan()', options)
  validateOptions(options, { heartbeat: 'pings()|false', silence: 'silence()|false', interval: 'positive' })
  const { poll, interval, headers, credentials, heartbeat = pings(), silence } = options
  const http = { headers, credentials }
  const polls = { ...http, codec: text(), cursor: nchanCursor }
  return [
    webSocket(url, { frames: nchanFrames(), query, heartbeat }),
    // nchan begins each stream with the comment ": hi".
    eventSource(url, { ...http, greets: true, resume: { query }, heartbeat: silence }),
    longPoll(url, polls),
    ...(poll === undefined ? [] : [shortPoll(poll, { ...polls, interval })]),
  ]
}

/** The ID of a message: its time in seconds and its tag. In a response they are `Last-Modified` and `ETag`. */
const nchanCursor: Cursor<unknown> = {
  write: ({ url }, cursor) => void (url.search = setQueryParameter(url.search, query, cursor)),
  read(_, { headers }) {
    const tag = headers.get('etag')
    // With `nchan_subscriber_compound_etag_message_id` the tag is the ID.
    if (!tag || tag.includes(':')) return tag
    // nchan writes years with four digits, so the date does not depend on the clock.
    const at = parseHttpDate(headers.get('last-modified'), 0)
    return at === undefined ? undefined : `${at / 1000}:${tag}`
  },
}
