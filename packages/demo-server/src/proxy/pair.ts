import { connect, type Socket } from 'node:net'

export type Side = 'client' | 'server'

/** The two sockets of one connection through the proxy, and what the end of one means for the other. */
export interface Pair {
  readonly server: Socket | undefined
  /** Connects to the server, unless that has been done. */
  dial(): void
  /** From here on neither side learns what becomes of the other: that is what makes a line half-open. */
  mute(): void
  /** Ends both sides in order: what has been written still arrives. */
  drop(): void
  /** Ends both sides with RST. */
  reset(): void
  /** Ends both sides, whatever waits to be written. */
  destroy(): void
}

export interface PairOptions {
  readonly client: Socket
  readonly target: { readonly host: string; readonly port: number }
  readonly onData: (side: Side, chunk: Buffer) => void
  /** One side has said its last; `then` is for when that has been passed on. */
  readonly onLast: (side: Side, then: () => void) => void
  readonly onError: (side: Side, error: Error) => void
  /** Both sides are closed. */
  readonly onClosed: () => void
}

const isGone = (socket: Socket | undefined): boolean =>
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

  function join(side: Side, socket: Socket): void {
    const other = (): Socket | undefined => (side === 'client' ? server : client)
    const pass = (act: (socket: Socket) => void): void => {
      const told = other()
      if (told !== undefined) act(told)
    }
    const last = (end: (socket: Socket) => void): void => {
      if (!muted) return onLast(side, () => pass(end))
      // A half-open line outlives either side, but not both.
      if (isGone(client) && isGone(server)) destroy()
    }
    socket.on('data', (chunk) => options.onData(side, chunk))
    socket.on('end', () => last((told) => told.end()))
    socket.on('error', (error) => {
      onError(side, error)
      // An RST, or a server that is not there, is passed on as what it is.
      if (!muted) pass((told) => told.resetAndDestroy())
    })
    socket.on('close', () => {
      last((told) => told.destroySoon())
      // Both can be closed before either says so, and the end is to be told once.
      if (closed || !isClosed(client) || !isClosed(server)) return
      closed = true
      onClosed()
    })
  }

  join('client', client)
  return {
    get server() {
      return server
    },
    dial() {
      if (server !== undefined) return
      server = connect({ ...target, allowHalfOpen: true, noDelay: true })
      join('server', server)
    },
    mute: () => void (muted = true),
    drop: () => both((socket) => socket.destroySoon()),
    reset: () => both((socket) => socket.resetAndDestroy()),
    destroy,
  }
}
