import { type IncomingHttpHeaders } from 'node:http'
import { type Connection } from './connection.ts'
import { type CommonFault, type SocketFault } from './faults.ts'
import { type Fields } from './input.ts'

/** What a client sends in its handshake. */
export interface Admission {
  /** The parameters of the path and of the query. */
  readonly parameters: Fields
  readonly headers: IncomingHttpHeaders
  /** The subprotocols that the client offers, the preferred one first. */
  readonly protocols: readonly string[]
}

export interface Admitted {
  /** The subprotocol to use. @default the first one that the client offers */
  readonly protocol?: string
  /** Called when the handshake is complete. */
  connected(connection: Connection): void
  /** Called instead when the fault `mute` applies. */
  muted?(connection: Connection): void
}

/** One WebSocket address. */
export interface Endpoint {
  readonly name: string
  /** The path pattern, with `:names`, such as `/chat/:room`. */
  readonly path: string
  /** The fault of this address apart from the rules, which take precedence. Called once for each handshake. @throws Problem */
  fault?(parameters: Fields): CommonFault | SocketFault | undefined
  /** Accepts a handshake. @throws Problem to refuse it with an HTTP status. */
  admit(admission: Admission): Admitted
  /** The state of this endpoint, for `GET /control/state`. */
  describe?(): object
}
