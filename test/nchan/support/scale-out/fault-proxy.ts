import { createServer, type IncomingMessage } from 'node:http'
import { forwardRequest } from './forward-request.ts'
import { forwardUpgrade } from './forward-upgrade.ts'
import { type Fault, type Faults, type Kind, kindOf } from './faults.ts'
import { OpenConnections } from './open-connections.ts'

export interface FaultProxy {
  readonly url: string
  /** How many requests of each kind it has received. */
  readonly requests: Readonly<Record<Kind, number>>
  /** How many requests it has forwarded to each node. */
  readonly perNode: readonly number[]
  /** How many requests and WebSockets of each kind are in progress. */
  readonly open: Readonly<Record<Kind, number>>
  /** Decides what happens to the requests from now on. Those in progress are not changed. */
  setFaults(faults: Faults): void
  /** Cuts the connections of these kinds, by default of all. */
  kill(kinds?: readonly Kind[]): void
  /** Forwards nothing more on the connections of these kinds, and does not close them: they are half-open. */
  freeze(kinds?: readonly Kind[]): void
  close(): Promise<void>
}

/**
 * Starts a proxy that forwards each request to the next node, and breaks what {@link FaultProxy.setFaults} names.
 *
 * @param nodes Unix sockets
 */
export async function startFaultProxy(nodes: readonly string[]): Promise<FaultProxy> {
  const requests: Record<Kind, number> = {
    'web-socket': 0,
    'event-source': 0,
    'long-poll': 0,
    'short-poll': 0,
    publish: 0,
  }
  const perNode = nodes.map(() => 0)
  const connections = new OpenConnections()
  let faults: Faults = {}
  let next = 0
  const nextNode = (): string => {
    const index = next++ % nodes.length
    perNode[index] = (perNode[index] ?? 0) + 1
    return nodes[index] ?? ''
  }
  const countRequest = (request: IncomingMessage): { kind: Kind; fault: Fault | undefined } => {
    const kind = kindOf(request)
    const count = (requests[kind] += 1)
    const fault = faults[kind]
    if (fault !== 'cut-some') return { kind, fault }
    return { kind, fault: count % 3 === 0 ? 'cut' : undefined }
  }
  const server = createServer((request, response) => {
    const { kind, fault } = countRequest(request)
    const connection = connections.add(kind, request.socket, response)
    forwardRequest({ request, response, fault, connection, nextNode })
  })
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))
  server.on('upgrade', (request, socket, head) => {
    const { kind, fault } = countRequest(request)
    forwardUpgrade({
      request,
      socket,
      head,
      fault,
      connection: connections.add(kind, socket, socket),
      nextNode,
    })
  })
  // Requests of several kinds on one connection could not be cut one by one.
  server.keepAliveTimeout = 1
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    perNode,
    get open() {
      return connections.counts()
    },
    setFaults: (changed) => (faults = changed),
    kill: (kinds) => connections.kill(kinds),
    freeze: (kinds) => connections.freeze(kinds),
    close() {
      connections.kill()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
