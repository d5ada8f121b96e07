import type { WebSocketConstructor } from '@tautline/core'
import { type FakeWebSocket, createFakeWebSocket } from '@tautline/core/testing'

/** A WebSocket server in the page, with a log of numbered messages. */
export interface LogServer {
  readonly WebSocket: WebSocketConstructor
  /** Publishes the next message. Returns its number. */
  publish(): number
  /** Cuts all connections, as a failure of the network does. */
  cut(): void
  /** Does not send the next message, although the connections stay open. */
  swallow(): void
}

/** How long a handshake takes, in ms. */
const HANDSHAKE_MS = 50

export function createLogServer(): LogServer {
  const { WebSocket, sockets } = createFakeWebSocket()
  /** The number of the next message of each client. */
  const clients = new Map<FakeWebSocket, number>()
  let last = 0
  let isSwallowing = false

  function flush(): void {
    for (const [socket, next] of clients) {
      clients.set(socket, last + 1)
      for (let n = next; n <= last && socket.readyState === 1; n++)
        socket.receive(JSON.stringify({ n, text: `Message ${n}` }))
      if (socket.readyState !== 1) clients.delete(socket)
    }
  }

  function accept(socket: FakeWebSocket | undefined): void {
    if (socket?.readyState !== 0) return
    clients.set(socket, Number(new URL(socket.url).searchParams.get('after') ?? last) + 1)
    socket.accept()
    flush()
  }

  return {
    WebSocket: new Proxy(WebSocket, {
      construct(target, [url, protocols]) {
        const socket = new target(String(url), protocols)
        const fake = sockets.at(-1)
        setTimeout(() => accept(fake), HANDSHAKE_MS)
        return socket
      },
    }),
    publish() {
      last += 1
      if (isSwallowing) for (const socket of clients.keys()) clients.set(socket, last + 1)
      isSwallowing = false
      flush()
      return last
    },
    cut() {
      const cutOff = [...clients.keys()]
      clients.clear()
      for (const socket of cutOff) socket.end(1006)
    },
    swallow: () => void (isSwallowing = true),
  }
}
