import { type IncomingMessage } from 'node:http'
import { type Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { type Connection, createConnection } from './connection.ts'
import { type Connections } from './connections.ts'
import { type Admitted, type Endpoint } from './endpoint.ts'
import { type CommonFault, type SocketFault } from './faults.ts'
import { type Heartbeat } from './inbox.ts'
import { fieldsOf } from './input.ts'
import { MAX_MESSAGE } from './limits.ts'
import { matchPath, urlOf } from './paths.ts'
import { Problem } from './problem.ts'

export interface Handshake {
  readonly request: IncomingMessage
  readonly socket: Socket
  readonly head: Buffer
  /** Path and query, as they were asked for. */
  readonly target: string
  /** The subprotocols that were offered. */
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

/** Asks the endpoint that the path names. @throws Problem */
function admit(endpoints: readonly Endpoint[], { request, target, protocols }: Handshake): Admission {
  const url = urlOf(target)
  for (const endpoint of endpoints) {
    const params = matchPath(endpoint.path, url.pathname)
    if (params === undefined) continue
    const parameters = fieldsOf({ ...Object.fromEntries(url.searchParams), ...params })
    const heartbeat = parameters.choice('heartbeat', ['answered', 'swallowed'], 'answered')
    return {
      endpoint,
      heartbeat,
      admitted: endpoint.admit({ parameters, protocols, headers: request.headers }),
    }
  }
  throw new Problem(404, 'not-found', `There is no WebSocket endpoint at ${url.pathname}`)
}

/** What an accepted connection suffers, if anything; otherwise its endpoint takes over. */
function begin(
  connection: Connection,
  fault: CommonFault | SocketFault | undefined,
  admitted: Admitted,
): void {
  const strike = (afterMessages: number, act: () => void): void => {
    if (afterMessages === 0) return act()
    connection.afterSent(afterMessages, act)
    admitted.connected(connection)
  }
  switch (fault?.fault) {
    case 'accept-then-drop':
      return strike(fault.afterMessages, () => connection.drop('end'))
    case 'close':
      return strike(fault.afterMessages, () => connection.close(fault.code, fault.reason))
    case 'mute':
      return
    default:
      admitted.connected(connection)
  }
}

/** Completes handshakes; calls back when the 101 is on its way, and throws a Problem when it is not. */
export function createAcceptor({ endpoints, connections }: AcceptorOptions) {
  const chosen = new WeakMap<IncomingMessage, string>()
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    // Off, so that the bytes on the wire are the bytes of the messages: the faults count both.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols, request) => chosen.get(request) ?? [...protocols][0] ?? false,
  })

  return (handshake: Handshake, fault: CommonFault | SocketFault | undefined, accepted: () => void): void => {
    const { request, socket, head, target } = handshake
    const { endpoint, admitted, heartbeat: asked } = admit(endpoints, handshake)
    if (admitted.protocol !== undefined) chosen.set(request, admitted.protocol)
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const heartbeat = fault?.fault === 'mute' ? 'swallowed' : asked
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
      begin(connection, fault, admitted)
    })
  }
}
