import { type Server, type Socket } from 'node:net'

/** What to do when the port is in use. */
export type WhenTaken = 'fail' | 'pick-free'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly whenTaken: WhenTaken
}

const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost']

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

function listenOnce(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Starts to listen. @throws RangeError when other machines could reach the host. */
export async function listen(server: Server, { host, port, whenTaken }: ListenOptions): Promise<void> {
  if (!loopback.includes(host)) throw new RangeError(`The host must be one of ${loopback.join(', ')}`)
  try {
    await listenOnce(server, host, port)
  } catch (error) {
    if (whenTaken === 'fail' || !isTaken(error)) throw error
    await listenOnce(server, host, 0)
  }
}

/** @throws Error when the server does not listen on a TCP port. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The server does not listen on a TCP port')
  return address.port
}

/** Stops listening, and waits until the last connection is closed. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Tracks the connections of a server. Returns a function that ends the open ones. */
export function followSockets(server: Server): () => void {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}
