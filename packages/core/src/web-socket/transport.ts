import { classifyCloseCode } from '../shared/close-codes.ts'
import type { WireData } from '../shared/codec.ts'
import { TautlineError, toTautlineError } from '../shared/errors.ts'
import type { Transport } from '../connection/transport.ts'
import type { ConnectRequest } from '../shared/attempt.ts'
import type { WebSocketConstructor } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'
import { describeServer } from '../shared/urls.ts'

export interface WebSocketRequest extends ConnectRequest {
  readonly protocols: readonly string[]
  readonly binaryType: BinaryType
  readonly WebSocket: WebSocketConstructor | undefined
}

/** One WebSocket, from the handshake to its end (WHATWG WebSockets; RFC 6455). */
export const webSocketTransport: Transport<WireData, WebSocketRequest> = (request, on) => {
  let socket: WebSocket
  try {
    socket = createSocket(request)
  } catch (error) {
    on.ended({ kind: 'fatal', error: toTautlineError(error) })
    return { close() {} }
  }
  let hasOpened = false
  socket.binaryType = request.binaryType
  socket.onopen = () => {
    hasOpened = true
    on.opened({ protocol: socket.protocol, url: request.url.href, headers: undefined })
  }
  socket.onmessage = (event: MessageEvent<WireData>) => on.message(event.data)
  socket.onclose = (event) => on.ended(classifyClose(event, request.url, hasOpened))
  socket.onerror = () => {
    // Node before 24 says no `close` after a refused handshake and stays CONNECTING; everywhere else `close` follows, with the code.
    if (socket.readyState === 0)
      on.ended(classifyClose({ code: 1006, reason: '', wasClean: false }, request.url, false))
  }
  return {
    send(raw) {
      // While it closes, a socket takes messages and loses them without a word.
      const isOpen = socket.readyState === 1
      if (isOpen) socket.send(raw)
      return isOpen
    },
    close(code, reason) {
      // Deaf first: a half-open line may say `close` minutes later.
      socket.onopen = socket.onmessage = socket.onclose = null
      // `ws` fails an attempt that is given up, and an error that nobody takes ends a Node process.
      socket.onerror = () => {}
      socket.close(code, reason)
    },
    get bufferedAmount() {
      return socket.bufferedAmount
    },
  }
}

function createSocket({ WebSocket, url, protocols }: WebSocketRequest): WebSocket {
  if (!WebSocket) {
    throw new TautlineError(
      'unsupported',
      'No WebSocket here: pass one as environment.WebSocket (before Node 22, that of ws)',
      {
        feature: 'WebSocket',
      },
    )
  }
  try {
    return new WebSocket(url.href, [...protocols])
  } catch (cause) {
    throw new TautlineError(
      'bad-protocols',
      'The platform refused the URL or the subprotocols: each a token, none twice',
      { count: protocols.length },
      cause,
    )
  }
}

function classifyClose(
  { code, reason, wasClean }: Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>,
  url: URL,
  hasOpened: boolean,
): Outcome {
  const message = hasOpened
    ? `The connection to ${describeServer(url)} was closed (close code ${code})`
    : `Could not connect to ${describeServer(url)}: the handshake failed (close code ${code}). Check that the server is running and accepts WebSockets at this path`
  const error = new TautlineError(hasOpened ? 'closed' : 'connect-failed', message, {
    closeCode: code,
    reason,
    wasClean,
  })
  return { kind: classifyCloseCode(code), error }
}
