import { type Endpoint } from '../endpoint.ts'

/** Sends every message back unchanged: text as text, binary as binary. */
export function createEcho(): Endpoint {
  return {
    name: 'echo',
    path: '/echo',
    admit: () => ({
      connected(connection) {
        connection.onMessage((message) => {
          connection.send(message.kind === 'text' ? message.text : message.bytes)
        })
      },
    }),
  }
}
