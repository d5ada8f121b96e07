import { once } from 'node:events'
import { type WebSocket, WebSocketServer } from 'ws'
import { onTestFinished } from 'vitest'

/** A WebSocket server with a log of numbered messages, `{ n, text }`. */
export interface LogServer {
  readonly url: string
  /** The query of each connection, oldest first. */
  readonly queries: readonly string[]
  /** Adds this many messages, some at a time, and sends them to all clients. */
  publish(count: number): Promise<void>
}

export interface LogServerOptions {
  /** Terminates a connection after this many messages, so often. */
  readonly cut?: { readonly after: number; count: number }
  /** How many times a message is not sent, by its number. */
  readonly swallowed?: ReadonlyMap<number, number>
  /** Sends the message of the cursor again. */
  readonly isInclusive?: boolean
  /** Ignores the cursor after this many connections. */
  readonly forgetsAfter?: number
}

/** Starts a server that sends each client all messages after `after` of its query. It runs until the test ends. */
export async function startLogServer(options: LogServerOptions = {}): Promise<LogServer> {
  const { cut, isInclusive, forgetsAfter = Number.POSITIVE_INFINITY } = options
  const swallowed = new Map(options.swallowed)
  const queries: string[] = []
  const clients = new Map<WebSocket, { next: number; sent: number }>()
  let last = 0
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('A TCP server has a port')

  function flush(socket: WebSocket): void {
    const position = clients.get(socket)
    while (position && position.next <= last && clients.has(socket)) {
      const n = position.next++
      const times = swallowed.get(n) ?? 0
      swallowed.set(n, times - 1)
      if (times > 0) continue
      socket.send(JSON.stringify({ n, text: `m${n}` }))
      position.sent++
      if (!cut || cut.count === 0 || position.sent < cut.after) continue
      cut.count--
      clients.delete(socket)
      socket.terminate()
    }
  }

  server.on('connection', (socket, { url = '/' }) => {
    const { search, searchParams } = new URL(url, 'ws://localhost')
    const after = queries.length < forgetsAfter ? Number(searchParams.get('after') ?? 0) : 0
    queries.push(search)
    clients.set(socket, { next: Math.max(1, isInclusive ? after : after + 1), sent: 0 })
    socket.on('close', () => clients.delete(socket))
    flush(socket)
  })
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return {
    url: `ws://127.0.0.1:${address.port}`,
    queries,
    async publish(count) {
      for (let n = 0; n < count; n++) {
        last++
        for (const socket of clients.keys()) flush(socket)
        if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
  }
}
