import { type Endpoint } from '../endpoint.ts'
import { Problem } from '../problem.ts'

/** The server's preferred one first. */
const supportedProtocols = ['v2.tautline', 'v1.tautline'] as const

/** Chooses one of the subprotocols that the client offers, and names it in the first message. */
export function createProtocols(): Endpoint {
  return {
    name: 'protocols',
    path: '/protocols',
    admit({ protocols }) {
      const protocol = supportedProtocols.find((name) => protocols.includes(name))
      if (protocol === undefined) {
        throw new Problem(
          400,
          'no-protocol',
          `Offer one of the subprotocols ${supportedProtocols.join(', ')}`,
        )
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
