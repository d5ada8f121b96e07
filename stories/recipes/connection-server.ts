import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { WebSocketServer } from 'ws'
import { type Item, itemsAfter, onItem, store } from './connection-log.ts'

/** The pages that may connect: that of the site, and that of Vite on this machine. */
const ORIGINS: readonly (string | undefined)[] = ['https://example.com', 'http://localhost:5173']

/** The number after which a client continues. A client without one gets all items. */
function cursorOf({ url, headers }: IncomingMessage): number {
  const after = new URL(url ?? '/', 'http://localhost').searchParams.get('after')
  return Number(headers['last-event-id'] ?? after) || 0
}

/** Sends what a client missed, and then each new item. Returns what to call when the client leaves. */
function follow(request: IncomingMessage, send: (item: Item) => void): () => void {
  itemsAfter(cursorOf(request)).forEach(send)
  return onItem(send)
}

/** Stores a message such as {"key": "6f1c", "text": "Hello"}. Returns its key. */
function receive(message: string, idempotencyKey?: string): string | undefined {
  const { key = idempotencyKey, text: content } = JSON.parse(message) as { key?: string; text: string }
  store(content, key)
  return key
}

/** What `upstream: post(url)` sends. The client sends it again with the same key if it gets no response. */
async function takePost(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!ORIGINS.includes(request.headers.origin)) return void response.writeHead(403).end()
  const message = await text(request)
  const key = request.headers['idempotency-key']?.toString()
  try {
    receive(message, key)
    response.writeHead(204).end()
  } catch {
    response.writeHead(400).end()
  }
}

function stream(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
  })
  // The greeting: it shows that the body gets through.
  response.write(': hi\n\n')
  const stop = follow(request, (item) => response.write(`id: ${item.seq}\ndata: ${JSON.stringify(item)}\n\n`))
  const timer = setInterval(() => response.write(': keep-alive\n\n'), 15_000)
  response.on('close', () => {
    clearInterval(timer)
    stop()
  })
}

function poll(request: IncomingMessage, response: ServerResponse): void {
  const after = cursorOf(request)
  const respond = (): void => {
    stop()
    clearTimeout(timer)
    const items = itemsAfter(after)
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    response.end(JSON.stringify({ items, next: items.at(-1)?.seq ?? after }))
  }
  // Holds the request until there is an item, or for 25 s.
  const stop = onItem(respond)
  const timer = setTimeout(respond, itemsAfter(after).length > 0 ? 0 : 25_000)
  response.on('close', () => {
    clearTimeout(timer)
    stop()
  })
}

/** One URL for all: a POST sends, and the header `Accept` of a GET chooses between events and a poll. */
const server = createServer((request, response) => {
  // A body that is cut off needs no response.
  if (request.method === 'POST') return void takePost(request, response).catch(() => response.destroy())
  const isStream = request.headers.accept?.includes('text/event-stream')
  return isStream ? stream(request, response) : poll(request, response)
})

new WebSocketServer({
  server,
  maxPayload: 65_536,
  // Browsers apply no CORS to WebSockets, so a server has to check the header `Origin` itself. It rejects the handshake:
  // a close code such as 1008 would count as refused credentials, and end the connection over all transports.
  verifyClient: ({ origin }, done) => done(ORIGINS.includes(origin), 403),
}).on('connection', (socket, request) => {
  socket.on('message', (data: Buffer) => {
    const message = data.toString()
    if (message === 'ping') return socket.send('pong')
    try {
      const key = receive(message)
      // Confirms the message, for `acks`.
      return key && socket.send(JSON.stringify({ ack: key }))
    } catch {
      return socket.close(1007)
    }
  })
  const stop = follow(request, (item) => socket.send(JSON.stringify(item)))
  socket.on('close', stop)
})

// A proxy in front of it limits the size of bodies, and must not buffer the responses.
server.listen(3000)
