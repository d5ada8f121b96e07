import { type Socket, connect, createServer } from 'node:net'
import { listen, portOf } from '../server.ts'

/** Bytes in TCP to the server (`up`) and back (`down`), HTTP heads and WebSocket frames included. */
export interface Passed {
  readonly up: number
  readonly down: number
}

export interface Relay {
  readonly origin: string
  passed(): Passed
  close(): Promise<void>
}

/** Starts a relay to a local server. It counts all bytes, and delays them in each direction. */
export async function startRelay(port: number, delay: number): Promise<Relay> {
  const passed = { up: 0, down: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    pass(client, upstream, delay, (bytes) => (passed.up += bytes))
    pass(upstream, client, delay, (bytes) => (passed.down += bytes))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => sockets.delete(socket))
    }
  })
  await listen(server)
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    passed: () => ({ ...passed }),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Forwards one direction. Timers with the same delay fire in order, so the bytes stay in order. */
function pass(from: Socket, to: Socket, delay: number, count: (bytes: number) => void): void {
  from.on('data', (chunk) => {
    count(chunk.length)
    setTimeout(() => to.writable && to.write(chunk), delay)
  })
  from.on('end', () => setTimeout(() => to.end(), delay))
  from.on('error', () => to.destroy())
}
