import { type Endpoint } from '../endpoint.ts'
import { Problem } from '../problem.ts'
import { type Tokens } from '../tokens.ts'

/** The close code that corresponds to HTTP's 401. */
const UNAUTHORIZED = 4401

/**
 * Requires a token, and echoes messages. A page cannot see the status of a refused handshake. So by default the server
 * accepts a bad token and then closes with 4401. With `?reject=http` it responds with 401 instead.
 */
export function createPrivate(tokens: Tokens): Endpoint {
  return {
    name: 'private',
    path: '/private',
    admit({ parameters }) {
      const token = parameters.text('token', { min: 0, max: 200 }, '')
      const reject = parameters.choice('reject', ['close', 'http'], 'close')
      const accepted = tokens.accepts(token)
      const reason = token === '' ? 'token missing' : 'token not accepted'
      if (!accepted && reject === 'http') throw new Problem(401, 'unauthorized', reason, 'token')
      return {
        connected(connection) {
          // Checked again, because the token may have expired while the handshake was delayed.
          if (!tokens.accepts(token)) return connection.close(UNAUTHORIZED, reason)
          connection.sendJson({ type: 'welcome' })
          connection.onMessage((message) => {
            connection.send(message.kind === 'text' ? message.text : message.bytes)
          })
          const stop = tokens.onExpired((expired) => {
            if (expired === token) connection.close(UNAUTHORIZED, 'token expired')
          })
          connection.onClosed(stop)
        },
      }
    },
  }
}
