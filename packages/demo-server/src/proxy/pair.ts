import { connect, type Socket } from 'node:net'

export type Side = 'client' | 'server'

/** The two sockets of one connection through the proxy. The end of one is passed on to the other. */
export interface Pair {
  readonly server: Socket | undefined
  /** Connects to the server once. */
  connectToServer(): void
  /** From now on the end of one side is not passed on to the other. This makes a connection half-open. */
  mute(): void
  /** Ends both sides with FIN. Written data still arrives. */
  drop(): void
  /** Ends both sides with RST. */
  reset(): void
  /** Ends both sides, and discards data that waits to be written. */
  destroy(): void
}

export interface PairOptions {
  readonly client: Socket
  readonly target: { readonly host: string; readonly port: number }
  readonly onData: (side: Side, chunk: Buffer) => void
  /** Called when one side has ended. Call `then` when its data has been forwarded. */
  readonly onLast: (side: Side, then: () => void) => void
  readonly onError: (side: Side, error: Error) => void
  /** Called when both sides are closed. */
  readonly onClosed: () => void
}

const hasEnded = (socket: Socket | undefined): boolean =>
  socket === undefined || socket.destroyed || socket.readableEnded

const isClosed = (socket: Socket | undefined): boolean => socket === undefined || socket.closed

export function createPair(options: PairOptions): Pair {
  const { client, target, onLast, onError, onClosed } = options
  let server: Socket | undefined
  let muted = false
  let closed = false

  const both = (act: (socket: Socket) => void): void => {
    for (const socket of [client, server]) if (socket !== undefined) act(socket)
  }
  const destroy = (): void => both((socket) => socket.destroy())

  function attach(side: Side, socket: Socket): void {
    const other = (): Socket | undefined => (side === 'client' ? server : client)
    const pass = (act: (socket: Socket) => void): void => {
      const peer = other()
      if (peer !== undefined) act(peer)
    }
    const passEnd = (end: (socket: Socket) => void): void => {
      if (!muted) return onLast(side, () => pass(end))
      // A half-open connection ends when both sides have ended.
      if (hasEnded(client) && hasEnded(server)) destroy()
    }
    socket.on('data', (chunk) => options.onData(side, chunk))
    socket.on('end', () => passEnd((peer) => peer.end()))
    socket.on('error', (error) => {
      onError(side, error)
      // The other side receives an RST too, also when the server is not reachable.
      if (!muted) pass((peer) => peer.resetAndDestroy())
    })
    socket.on('close', () => {
      passEnd((peer) => peer.destroySoon())
      // Both sockets may be closed before the first `close` event. The listener must be called once.
      if (closed || !isClosed(client) || !isClosed(server)) return
      closed = true
      onClosed()
    })
  }

  attach('client', client)
  return {
    get server() {
      return server
    },
    connectToServer() {
      if (server !== undefined) return
      server = connect({ ...target, allowHalfOpen: true, noDelay: true })
      attach('server', server)
    },
    mute: () => void (muted = true),
    drop: () => both((socket) => socket.destroySoon()),
    reset: () => both((socket) => socket.resetAndDestroy()),
    destroy,
  }
}
