import type { AttemptHost } from '../connection/attempt-host.ts'
import type { Heartbeat } from '../connection/heartbeat.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { setQueryParameter } from '../http/build-request.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { Attempt, AttemptContext, MaybePromise, UrlOption } from '../shared/attempt.ts'
import { type Sendable, type WireData, isSendable } from '../shared/codec.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import type { Frames } from '../web-socket/frames.ts'
import type { AnyWebSocketOptions } from '../web-socket/any-options.ts'
import type { HandshakeOptions, ProtocolsOption } from '../web-socket/options.ts'
import { messageKey } from '../web-socket/sendable.ts'
import { prepareWebSocket } from '../web-socket/prepare.ts'
import {
  REPLY,
  type TransportHost,
  type TransportMessage,
  type TransportOption,
  type TransportSession,
  toTransportOption,
} from './transport-option.ts'

/** The options of `webSocket()`. */
export interface WebSocketTransportOptions {
  /**
   * How messages carry their IDs: `jsonFrames()`, `nchanFrames()`, `cloudEvents()`, or your own.
   * @default messages have no IDs, so that a switch may lose or repeat some
   */
  readonly frames?: Frames | undefined
  /** The name of the query parameter that gets the cursor, since a page can set no header. @default 'cursor' */
  readonly query?: string | undefined
  /** The subprotocols to offer, after those of `frames` (RFC 6455, section 1.9). @default none */
  readonly protocols?: ProtocolsOption | undefined
  /** Sends a first message, such as credentials, and waits until the server is ready. @default none */
  readonly handshake?: HandshakeOptions | undefined
  /** The type of received binary messages. @default 'arraybuffer' */
  readonly binaryType?: BinaryType | undefined
  /**
   * Replaces a connection that is dead. With `pings()` the WebSocket has to reply to a ping before it is used: it then
   * does not count as open if a proxy accepts the handshake and lets nothing through. @default false
   */
  readonly heartbeat?: false | Heartbeat | undefined
}

type Host = TransportHost<WebSocketTransportOptions>
type OpenTransport = Awaited<ReturnType<TransportSession['prepareAttempt']>>

/**
 * A WebSocket as a transport of a connection.
 *
 * @param url absolute or relative, with an http, https, ws or wss scheme; a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * createConnection([webSocket('/live', { frames: jsonFrames({ id: 'seq' }), heartbeat: pings() }), longPoll('/live')])
 */
export function webSocket(url: UrlOption, options: WebSocketTransportOptions = {}): TransportOption {
  validateOptions(options, {
    frames: 'object',
    'frames.read': 'function',
    query: 'string',
    handshake: 'object',
    'handshake.isReady': 'function',
    binaryType: 'arraybuffer|blob',
    heartbeat: 'pings()|silence()|false',
  })
  const { heartbeat } = options
  return toTransportOption<WebSocketTransportOptions>({
    name: 'web-socket',
    isDuplex: true,
    proof: heartbeat && heartbeat.kind === 'pings' ? 'reply' : 'open',
    url,
    options,
    source: {
      name: 'web-socket',
      toUrl: toWebSocketUrl,
      extraKey({ protocols = [], handshake, frames, query }) {
        const protocolsKey = typeof protocols === 'function' ? 'ƒ' : [protocols].flat()
        const key = handshake ? messageKey(handshake.message) : ''
        return key === undefined ? key : JSON.stringify([protocolsKey, key, frames?.key, query])
      },
      functionOptions: ({ protocols, handshake, frames }) => [
        protocols,
        handshake?.message,
        frames && frames.key === undefined && frames.read,
      ],
    },
    createSession,
  })
}

function createSession(host: Host): TransportSession {
  const { environment } = host
  const heartbeat = () => host.primary.options.heartbeat || undefined
  const senderOf = (handle: () => TransportHandle) => (message: Sendable) => {
    if (!isSendable(message))
      throw new TypeError('The heartbeat message cannot be sent: return text or binary')
    handle().send?.(message)
  }
  const wrap =
    (open: (on: TransportEvents<WireData>) => TransportHandle): OpenTransport =>
    (on) => {
      const send = senderOf(() => handle)
      const handle = open({
        ...on,
        opened(info) {
          on.opened(info)
          // Its reply proves that the way through is real.
          heartbeat()?.ping?.(send, environment)
        },
        message(raw) {
          if (heartbeat()?.receive?.(raw, send, environment)) on.message(REPLY)
          else deliver(host, raw, on)
        },
      })
      return handle
    }
  return {
    prepareAttempt(attempt) {
      const prepared = prepareWebSocket({ environment, primary: resumedAt(host, attempt) }, attempt)
      return prepared instanceof Promise ? prepared.then(wrap) : wrap(prepared)
    },
    ping: (handle) =>
      heartbeat()?.ping?.(
        senderOf(() => handle),
        environment,
      ),
    unanswered: () => heartbeat()?.unanswered?.(),
  }
}

function deliver(host: Host, raw: WireData, on: Pick<TransportEvents<TransportMessage>, 'message'>): void {
  const { frames } = host.primary.options
  let message: TransportMessage
  try {
    message = frames ? frames.read(raw) : { data: raw }
  } catch (cause) {
    const text = 'The option frames could not read the message: see `thrown`'
    return host.reportError(
      isTautlineError(cause, 'decode') ? cause : new TautlineError('decode', text, { raw }, cause),
    )
  }
  on.message(message, message.id)
}

/** Returns the URL and options of an attempt that resumes at its cursor. */
function resumedAt(
  { primary: { url, options }, environment }: Host,
  { cursor }: Attempt,
): AttemptHost<AnyWebSocketOptions>['primary'] {
  const { frames, protocols = [], query = 'cursor', handshake, binaryType } = options
  return {
    url: mapOption(url, (value) => {
      if (!value || cursor === undefined) return value
      const resumed = toWebSocketUrl(value, environment.baseUrl)
      resumed.search = setQueryParameter(resumed.search, query, cursor)
      return resumed
    }),
    options: {
      handshake,
      binaryType,
      protocols: mapOption(protocols, (value) => [...(frames?.protocols ?? []), ...[value].flat()]),
    },
  }
}

/** Applies a function to an option, or to the result of a function option. */
function mapOption<Value, Mapped>(
  option: Value | ((context: AttemptContext) => MaybePromise<Value>),
  map: (value: Value) => Mapped,
): Mapped | ((context: AttemptContext) => Promise<Mapped>) {
  return isFunction(option) ? async (context) => map(await option(context)) : map(option)
}

const isFunction = <Value>(
  option: Value | ((context: AttemptContext) => MaybePromise<Value>),
): option is (context: AttemptContext) => MaybePromise<Value> => typeof option === 'function'
