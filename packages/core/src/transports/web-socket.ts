import type { Heartbeat } from '../connection/heartbeat.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { setQueryParameter } from '../http/build-request.ts'
import { validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { WireData } from '../shared/codec.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import type { Frames } from '../web-socket/frames.ts'
import type { HandshakeOptions, ProtocolsOption } from '../web-socket/options.ts'
import { messageKey } from '../web-socket/sendable.ts'
import { createHeartbeatCalls } from '../web-socket/heartbeat-calls.ts'
import { prepareWebSocket } from '../web-socket/prepare.ts'
import { tryReadFrame } from '../web-socket/read-frame.ts'
import { webSocketTransport } from '../web-socket/transport.ts'
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
  warnAboutOptions('webSocket()', options)
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
  /** Of the last attempt: at most one is running. */
  let handle: TransportHandle | undefined
  const heartbeat = createHeartbeatCalls(host, () => handle)
  return {
    ...heartbeat,
    prepareAttempt: (attempt) =>
      prepareWebSocket<TransportMessage>(host, attempt, (request, on) => {
        const { cursor } = attempt
        const { frames, query = 'cursor' } = host.primary.options
        const { url } = request
        const own = frames?.protocols ?? []
        // The platform rejects a subprotocol that is there twice.
        const protocols = [...own, ...request.protocols.filter((protocol) => !own.includes(protocol))]
        if (cursor !== undefined) url.search = setQueryParameter(url.search, query, cursor)
        handle = webSocketTransport(
          { ...request, protocols },
          {
            ...on,
            opened(info) {
              on.opened(info)
              // Its reply proves that the way through is real.
              heartbeat.ping()
            },
            message(raw) {
              if (heartbeat.isReply(raw)) on.message(REPLY)
              else {
                const message = readMessage(host, raw)
                on.message(message, message.id)
              }
            },
          },
        )
        return handle
      }),
  }
}

/** Reads the frame of a message. One that cannot be read has its error, since it may be an acknowledgement. */
function readMessage({ primary }: Host, raw: WireData): TransportMessage {
  const { frames } = primary.options
  if (!frames) return { data: raw }
  const { data, id, error } = tryReadFrame(frames, raw)
  return { data, id, raw, error }
}
