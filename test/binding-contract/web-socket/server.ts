import { setupServer } from 'msw/node'
import { ws } from 'msw/ws'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Kind, ServerConnection, Server } from '../support/mock-server.ts'
import { webSocketKind } from './kind.ts'

/** The origin of the mocked server. */
const ORIGIN = 'ws://server.test'

/** One socket, as the server sees it. */
export interface Peer extends ServerConnection {
  /** The subprotocols that the page offered. */
  readonly protocols: readonly string[]
  readonly received: readonly unknown[]
  /** Close code and reason; undefined while it is open. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined
  send(...messages: (string | ArrayBuffer)[]): void
  /** Closes the socket; before `open` it rejects the handshake. */
  close(code?: number, reason?: string): void
}

export interface SocketServer extends Server {
  /** All sockets of this test, oldest first. */
  readonly peers: readonly Peer[]
  /** The newest one. Throws if there is none. */
  readonly peer: Peer
  /** Runs before `open`; `close` rejects the handshake. */
  onCall: (peer: Peer) => void
  /** Runs right after `open`. */
  onOpen: (peer: Peer) => void
}

const nothing = () => {}

/** A WebSocket server in the test process; call it once, at the top of a test file. */
export function mockSocketServer(kind: Kind = webSocketKind): SocketServer {
  const peers: Peer[] = []
  const server: SocketServer = {
    kind,
    origin: ORIGIN,
    peers,
    connections: peers,
    get unfinished() {
      return peers.filter((peer) => !peer.closed)
    },
    get peer() {
      const newest = peers.at(-1)
      if (!newest) throw new Error('Nobody has called the server')
      return newest
    },
    get connection() {
      return server.peer
    },
    onCall: nothing,
    onOpen: nothing,
    accept: () => void (server.onCall = server.onOpen = nothing),
    refuse: () => void (server.onCall = (peer) => peer.close(1011)),
    drop: () => void (server.onOpen = (peer) => peer.cut()),
    reset() {
      peers.length = 0
      server.accept()
    },
  }
  const link = ws.link(`${ORIGIN}/*`)
  const msw = setupServer(
    link.addEventListener('connection', ({ client, info }) => {
      const received: unknown[] = []
      let closed: Peer['closed']
      const peer: Peer = {
        path: client.url.pathname + client.url.search,
        protocols: [info.protocols ?? []].flat(),
        token: [info.protocols ?? []].flat()[0],
        received,
        get closed() {
          return closed
        },
        get outcome() {
          return closed && (closed.code === 1000 ? 'left' : 'lost')
        },
        send(...messages) {
          for (const message of messages) client.send(message)
        },
        cut: () => client.close(1001),
        close: (code, reason) => client.close(code, reason),
      }
      client.addEventListener('message', ({ data }) => void received.push(data))
      client.addEventListener('close', ({ code, reason }) => void (closed = { code, reason }))
      client.addEventListener('open', () => server.onOpen(peer))
      peers.push(peer)
      server.onCall(peer)
    }),
  )
  beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => server.reset())
  afterAll(() => msw.close())
  return server
}
