import { setupServer } from 'msw/node'
import { ws } from 'msw/ws'

/** Where a whole page is under test, a mock of the server is enough. */
const chat = ws.link('wss://example.com/chat')

export const server = setupServer(
  chat.addEventListener('connection', ({ client }) => {
    client.addEventListener('message', ({ data }) => client.send(data))
  }),
)
