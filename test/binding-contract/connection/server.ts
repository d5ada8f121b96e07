import { afterEach } from 'vitest'
import { type SocketServer, mockSocketServer } from '../web-socket/server.ts'
import { connectionKind } from './kind.ts'
import { type LogServer, createLogServer } from './log-server.ts'

/** A server of WebSockets for the common scenarios, and one of three transports. */
export interface ConnectionServer extends SocketServer {
  readonly log: LogServer
}

/** Call it once, at the top of a test file. */
export function mockConnectionServer(): ConnectionServer {
  const log = createLogServer()
  const server = Object.assign(mockSocketServer(connectionKind), { log, origin: 'http://server.test' })
  const { peers } = server
  afterEach(log.reset)
  return Object.defineProperty(server, 'unfinished', {
    get: () => [...peers.filter(({ closed }) => !closed), ...log.unfinished],
  })
}
