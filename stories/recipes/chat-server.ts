import { createServer } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

/** The pages that may connect. Browsers apply no CORS to WebSockets, so the server has to check. */
const ORIGINS: readonly (string | undefined)[] = ['https://example.com', 'http://localhost:5173']

/** The path of each connection, such as `/chat/lobby`. */
const rooms = new WeakMap<WebSocket, string | undefined>()

const server = createServer((_, response) => response.writeHead(426).end())
const sockets = new WebSocketServer({
  server,
  maxPayload: 65_536,
  verifyClient: ({ origin }, done) => done(ORIGINS.includes(origin), 403),
})

sockets.on('connection', (socket, { url }) => {
  rooms.set(socket, url)
  socket.on('message', (data: Buffer) => {
    const message = data.toString()
    // For `heartbeat: pings()`.
    if (message === 'ping') return socket.send('pong')
    // Sends the message to all clients of the room, also to the one that it comes from.
    for (const client of sockets.clients) {
      if (client.readyState === WebSocket.OPEN && rooms.get(client) === url) client.send(message)
    }
  })
})

server.listen(3000)
