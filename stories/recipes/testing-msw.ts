import { setupServer } from 'msw/node'
import { ws } from 'msw/ws'

/** A mock of the server, for a test of a whole page. */
const chat = ws.link('wss://example.com/chat')

export const server = setupServer(
  chat.addEventListener('connection', ({ client }) => {
    client.addEventListener('message', ({ data }) => client.send(data))
  }),
)
