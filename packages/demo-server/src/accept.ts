import { type IncomingMessage } from 'node:http'
import { type Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { type Connection, createConnection } from './connection.ts'
import { type Connections } from './connections.ts'
import { type Admitted, type Endpoint } from './endpoint.ts'
import { type CommonFault, type SocketFault } from './faults.ts'
import { type Heartbeat } from './inbox.ts'
import { type Fields, fieldsOf } from './input.ts'
import { MAX_MESSAGE } from './limits.ts'
import { matchPath, urlOf } from './paths.ts'
import { Problem } from './problem.ts'

export interface Handshake {
  readonly request: IncomingMessage
  readonly socket: Socket
  readonly head: Buffer
  /** Path and query of the request. */
  readonly target: string
  /** The subprotocols that the client offers. */
  readonly protocols: readonly string[]
}

export interface AcceptorOptions {
  readonly endpoints: readonly Endpoint[]
  readonly connections: Connections
}

interface Admission {
  readonly endpoint: Endpoint
  readonly heartbeat: Heartbeat
  readonly admitted: Admitted
}

/** Finds the endpoint for the path, and reads the parameters. @throws Problem */
function findEndpoint(
  endpoints: readonly Endpoint[],
  target: string,
): { endpoint: Endpoint; parameters: Fields } | undefined {
  const url = urlOf(target)
  for (const endpoint of endpoints) {
    const params = matchPath(endpoint.path, url.pathname)
    if (params === undefined) continue
    return { endpoint, parameters: fieldsOf({ ...Object.fromEntries(url.searchParams), ...params }) }
  }
  return undefined
}

/** Returns the fault that the endpoint of the path has by itself. @throws Problem */
export function faultOfEndpoint(
  endpoints: readonly Endpoint[],
  target: string,
): CommonFault | SocketFault | undefined {
  const found = findEndpoint(endpoints, target)
  return found?.endpoint.fault?.(found.parameters)
}

/** Lets the endpoint of the path accept the handshake. @throws Problem */
function admit(endpoints: readonly Endpoint[], { request, target, protocols }: Handshake): Admission {
  const found = findEndpoint(endpoints, target)
  if (found === undefined)
    throw new Problem(404, 'not-found', `There is no WebSocket endpoint at ${urlOf(target).pathname}`)
  const { endpoint, parameters } = found
  return {
    endpoint,
    heartbeat: parameters.choice('heartbeat', ['answered', 'swallowed'], 'answered'),
    admitted: endpoint.admit({ parameters, protocols, headers: request.headers }),
  }
}

/** Applies the fault to an accepted connection, if there is one. Otherwise the endpoint takes over. */
function startConnection(
  connection: Connection,
  fault: CommonFault | SocketFault | undefined,
  admitted: Admitted,
): void {
  const afterMessagesDo = (afterMessages: number, act: () => void): void => {
    if (afterMessages === 0) return act()
    connection.afterSent(afterMessages, act)
    admitted.connected(connection)
  }
  switch (fault?.fault) {
    case 'accept-then-drop':
      return afterMessagesDo(fault.afterMessages, () => connection.drop('end'))
    case 'close':
      return afterMessagesDo(fault.afterMessages, () => connection.close(fault.code, fault.reason))
    case 'mute':
      return admitted.muted?.(connection)
    default:
      admitted.connected(connection)
  }
}

/** Completes handshakes. `accepted` is called once the 101 has been sent. @throws Problem when the handshake is refused. */
export function createAcceptor({ endpoints, connections }: AcceptorOptions) {
  const chosenProtocols = new WeakMap<IncomingMessage, string>()
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    // Without compression the bytes on the wire equal the bytes of the messages. The faults count both.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols, request) => chosenProtocols.get(request) ?? [...protocols][0] ?? false,
  })

  return (handshake: Handshake, fault: CommonFault | SocketFault | undefined, accepted: () => void): void => {
    const { request, socket, head, target } = handshake
    const { endpoint, admitted, heartbeat: requestedHeartbeat } = admit(endpoints, handshake)
    if (admitted.protocol !== undefined) chosenProtocols.set(request, admitted.protocol)
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const heartbeat = fault?.fault === 'mute' ? 'swallowed' : requestedHeartbeat
      const id = connections.nextId()
      const connection = createConnection({
        id,
        endpoint: endpoint.name,
        target,
        socket,
        webSocket,
        heartbeat,
      })
      connections.add(connection)
      accepted()
      startConnection(connection, fault, admitted)
    })
  }
}
