import { type Endpoint } from '../endpoint.ts'
import { Problem } from '../problem.ts'

/** The server's favourite first. */
const spoken = ['v2.tautline', 'v1.tautline'] as const

/** Chooses among the subprotocols that the client offers, and says which in its first message. */
export function createProtocols(): Endpoint {
  return {
    name: 'protocols',
    path: '/protocols',
    admit({ protocols }) {
      const protocol = spoken.find((name) => protocols.includes(name))
      if (protocol === undefined) {
        throw new Problem(400, 'no-protocol', `Offer one of the subprotocols ${spoken.join(', ')}`)
      }
      return {
        protocol,
        connected(connection) {
          connection.sendJson({ type: 'protocol', protocol, offered: protocols })
        },
      }
    },
  }
}
