import { classifyCloseCode } from '../shared/close-codes.ts'
import type { Sendable, WireData } from '../shared/codec.ts'
import { TautlineError, providerError, toTautlineError, unsupportedError } from '../shared/errors.ts'
import type { Transport, TransportEvents } from '../connection/transport.ts'
import type { ConnectRequest } from '../shared/attempt.ts'
import type { Environment, WebSocketConstructor } from '../platform/environment.ts'
import type { HandshakeOptions } from './options.ts'
import type { Outcome } from '../shared/outcome.ts'
import { describeServer } from '../shared/urls.ts'

/** The parameters of one WebSocket connection. */
export interface WebSocketRequest extends ConnectRequest {
  readonly protocols: readonly string[]
  readonly binaryType: BinaryType
  /** Sent first. The connection is open when a received message is `isReady`, or at once without `isReady`. */
  readonly handshake?: (Pick<HandshakeOptions, 'isReady'> & { readonly message: Sendable }) | undefined
  readonly WebSocket: WebSocketConstructor | undefined
  readonly environment: Pick<Environment, 'setTimeout' | 'clearTimeout'>
}

/** Opens one WebSocket and reports its events until it is closed (WHATWG WebSockets; RFC 6455). */
export const webSocketTransport: Transport<WireData, WebSocketRequest> = (request, on) => {
  let socket: WebSocket
  try {
    socket = createSocket(request)
  } catch (error) {
    on.ended({ kind: 'fatal', error: toTautlineError(error) })
    return { close() {} }
  }
  socket.binaryType = request.binaryType
  const hasOpened = receive(socket, request, on)
  let closeTimer: unknown
  const stopWaiting = () => request.environment.clearTimeout(closeTimer)
  const end = (event: Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>) => {
    stopWaiting()
    on.ended(classifyClose(event, request.url, hasOpened()))
  }
  socket.onclose = end
  socket.onerror = () => {
    // After a failed handshake, Node before 24 fires no `close` and stays CONNECTING. Chromium fires none if the page's
    // Content-Security-Policy forbids the connection, and is CLOSED. Otherwise `close` follows in the same task.
    const endWithoutClose = () => end({ code: 1006, reason: '', wasClean: false })
    if (socket.readyState === 0) endWithoutClose()
    else if (socket.readyState === 3) closeTimer = request.environment.setTimeout(endWithoutClose, 0)
  }
  return {
    send(raw) {
      // A closing socket discards messages without an error.
      const isOpen = socket.readyState === 1
      if (isOpen) socket.send(raw)
      return isOpen
    },
    close(code, reason) {
      stopWaiting()
      // The handlers are removed first, because a half-open connection may fire `close` minutes later.
      socket.onopen = socket.onmessage = socket.onclose = null
      // A `ws` socket closed while connecting fires `error`, which without a handler would end the Node process.
      socket.onerror = () => {}
      socket.close(code, reason)
    },
    whenClosed(callback) {
      socket.onclose = ({ code: closeCode, reason, wasClean }) => callback({ closeCode, reason, wasClean })
    },
    get bufferedAmount() {
      return socket.bufferedAmount
    },
  }
}

/** Reports what a socket receives, after the handshake. Returns a function that tells whether it has opened. */
function receive(
  socket: WebSocket,
  { url, handshake }: WebSocketRequest,
  on: TransportEvents<WireData>,
): () => boolean {
  let hasOpened = false
  const open = () => {
    hasOpened = true
    on.opened({ protocol: socket.protocol || '', url: url.href, headers: undefined })
  }
  /** Runs a function that may throw, such as one of the application. */
  const run = (task: () => boolean | undefined) => {
    try {
      if (task()) open()
    } catch (cause) {
      on.ended({ kind: 'retryable', error: providerError('handshake', cause) })
    }
  }
  socket.onopen = () => {
    if (!handshake) return open()
    run(() => {
      socket.send(handshake.message)
      return !handshake.isReady
    })
  }
  socket.onmessage = ({ data }: MessageEvent<WireData>) => {
    if (hasOpened) on.message(data)
    else run(() => handshake?.isReady?.(data))
  }
  return () => hasOpened
}

function createSocket({ WebSocket, url, protocols }: WebSocketRequest): WebSocket {
  if (!WebSocket) {
    throw unsupportedError('WebSocket', 'pass one as environment.WebSocket, such as that of ws')
  }
  try {
    return new WebSocket(url.href, [...protocols])
  } catch (cause) {
    // Firefox throws if the page's Content-Security-Policy forbids the connection, and browsers do for ws: on https:.
    if (Object(cause).name === 'SecurityError')
      throw new TautlineError(
        'connect-failed',
        `The page may not connect to ${describeServer(url)}: allow it in connect-src of the Content-Security-Policy, and use wss: on an https: page`,
        { closeCode: 1006, reason: '', wasClean: false },
        cause,
      )
    throw new TautlineError(
      'bad-protocols',
      'The platform rejected the URL or the subprotocols: use each subprotocol once, without spaces',
      { count: protocols.length },
      cause,
    )
  }
}

function classifyClose(
  event: Partial<Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>>,
  url: URL,
  hasOpened: boolean,
): Outcome {
  // In React Native, `wasClean` and some reasons are missing.
  const code = event.code ?? 1006
  const { wasClean = code !== 1006 } = event
  const message = hasOpened
    ? `The connection to ${describeServer(url)} was closed (close code ${code})`
    : `Could not connect to ${describeServer(url)}: the handshake failed (close code ${code}). Check that the server is running and accepts WebSockets at this path.`
  const error = new TautlineError(hasOpened ? 'closed' : 'connect-failed', message, {
    closeCode: code,
    reason: event.reason ?? '',
    wasClean,
  })
  return { kind: classifyCloseCode(code), error }
}
