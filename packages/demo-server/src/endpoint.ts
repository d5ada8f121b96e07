import { type IncomingHttpHeaders } from 'node:http'
import { type Connection } from './connection.ts'
import { type Fields } from './input.ts'

/** What a client asks for in its handshake. */
export interface Admission {
  /** The parameters of the path and of the query. */
  readonly parameters: Fields
  readonly headers: IncomingHttpHeaders
  /** The subprotocols that the client offers, its favourite first. */
  readonly protocols: readonly string[]
}

export interface Admitted {
  /** The subprotocol to speak. The client's favourite, unless told. */
  readonly protocol?: string
  /** Takes over when the handshake is done. */
  connected(connection: Connection): void
}

/** One WebSocket address. */
export interface Endpoint {
  readonly name: string
  /** With `:names`, such as `/chat/:room`. */
  readonly path: string
  /** Decides on a handshake. @throws Problem to refuse it with an HTTP status. */
  admit(admission: Admission): Admitted
  /** What this endpoint knows beside its connections, for the control state. */
  describe?(): object
}
