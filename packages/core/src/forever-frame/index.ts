import { type Heartbeat, silence } from '../connection/heartbeat.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { setQueryParameter } from '../http/build-request.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { Attempt, UrlOption } from '../shared/attempt.ts'
import { TautlineError } from '../shared/errors.ts'
import { resolveOption, toAttemptContext } from '../shared/resolve-option.ts'
import { toHttpUrl } from '../shared/urls.ts'
import {
  type TransportHost,
  type TransportMessage,
  type TransportOption,
  type TransportSession,
  toTransportOption,
} from '../transports/transport-option.ts'
import { foreverFrameTransport } from './transport.ts'

export type { Heartbeat } from '../connection/heartbeat.ts'
export type { UrlOption } from '../shared/attempt.ts'
export type { TransportOption } from '../transports/transport-option.ts'

/** The options of `foreverFrame()`. */
export interface ForeverFrameOptions {
  /** The name of the query parameter that gets the cursor, since an iframe sends no header. @default 'cursor' */
  readonly query?: string | undefined
  /** The name of the query parameter that gets the name of the function to call. @default 'callback' */
  readonly callback?: string | undefined
  /**
   * Replaces an iframe in which nothing is called for a time: `silence()`. Browsers report nothing when a document is
   * cut, so with `false` such an iframe stays for ever. @default silence(), with 45 s
   */
  readonly heartbeat?: false | Heartbeat<'silence'> | undefined
}

type SettledOptions = Required<ForeverFrameOptions> & { readonly query: string; readonly callback: string }
type OpenTransport = Awaited<ReturnType<TransportSession['prepareAttempt']>>

/**
 * A hidden iframe as a transport of a connection, for pages that must not use WebSockets or streams of `fetch`: the
 * server sends an HTML document without end, and each of its scripts calls a function of the page. Receives only.
 *
 * The query parameter `callback` has the name of the function. `parent[callback](data, id)` is a message: `data` is the
 * text that the codec decodes, or a JSON value, and `id` its ID. `parent[callback]()` is a sign of life: send it at once,
 * so that the connection opens, and then more often than the timeout of `heartbeat`.
 *
 * The document has to be of the page's own origin (otherwise the connection ends with `bad-url`). Its
 * Content-Security-Policy has to allow inline scripts, and that of the page the document in `frame-src`. An iframe sends
 * no headers and shows no status: every failure is retried, a 401 too. While it is open, some browsers show the page as
 * loading.
 *
 * @param url absolute or relative, http or https; a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option
 * @see https://html.spec.whatwg.org/multipage/iframe-embed-object.html
 *
 * @example
 * // The server sends <script>parent.tautline1k9x("{\"text\":\"hello\"}", "17")</script>
 * createConnection([webSocket('/live'), foreverFrame('/live/frame', { query: 'after' })], { codec: json() })
 */
export function foreverFrame(url: UrlOption, options: ForeverFrameOptions = {}): TransportOption {
  warnAboutOptions('foreverFrame()', options)
  validateOptions(options, { query: 'string', callback: 'string', heartbeat: 'silence()|false' })
  const { query = 'cursor', callback = 'callback', heartbeat = silence() } = options
  if (!query || !callback || query === callback) {
    const text =
      "foreverFrame() needs two names of query parameters: write { query: 'after', callback: 'callback' }"
    throw new TautlineError('bad-option', text, { option: 'callback' })
  }
  return toTransportOption<SettledOptions>({
    name: 'forever-frame',
    isDuplex: false,
    // It opens with the first call.
    proof: 'open',
    url,
    options: { query, callback, heartbeat },
    source: {
      name: 'forever-frame',
      toUrl: toHttpUrl,
      extraKey: ({ query, callback }) => JSON.stringify([query, callback]),
      functionOptions: () => [],
    },
    createSession: (host) => ({ prepareAttempt: (attempt) => prepareFrame(host, attempt) }),
  })
}

function prepareFrame(
  { primary: { url, options }, environment }: TransportHost<SettledOptions>,
  attempt: Attempt,
): OpenTransport | Promise<OpenTransport> {
  const { cursor, signal } = attempt
  const { query, callback: callbackParameter } = options
  const prepare = (value: unknown): OpenTransport => {
    const target = toHttpUrl(value, environment.baseUrl)
    if (cursor !== undefined) target.search = setQueryParameter(target.search, query, cursor)
    return (on) => openFrame({ url: target, signal, callbackParameter }, on)
  }
  return typeof url === 'function'
    ? resolveOption('url', url, toAttemptContext(attempt)).then(prepare)
    : prepare(url)
}

const openFrame = (
  request: Parameters<typeof foreverFrameTransport>[0],
  on: TransportEvents<TransportMessage>,
): TransportHandle =>
  foreverFrameTransport(request, { ...on, message: (data, id) => on.message({ data, id }, id) })
