import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { WebSocketServer } from 'ws'

interface Item {
  readonly seq: number
  readonly text: string
}

declare function itemsAfter(seq: number): readonly Item[]
declare function onItem(listener: (item: Item) => void): () => void

/** The number after which a client continues; from the first item without one. */
function cursorOf({ url, headers }: IncomingMessage): number {
  const after = new URL(url ?? '/', 'http://localhost').searchParams.get('after')
  return Number(headers['last-event-id'] ?? after ?? 0)
}

/** Sends what a client missed, and then each new item. Returns what to call when the client leaves. */
function follow(request: IncomingMessage, send: (item: Item) => void): () => void {
  itemsAfter(cursorOf(request)).forEach(send)
  return onItem(send)
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
    response.setHeader('Content-Type', 'application/json')
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

export const server = createServer((request, response) =>
  request.headers.accept?.includes('text/event-stream') ? stream(request, response) : poll(request, response),
)

new WebSocketServer({ server }).on('connection', (socket, request) => {
  // Browsers apply no CORS to WebSockets. So a server has to check the header `Origin` itself.
  if (request.headers.origin !== 'https://example.com') return socket.close(1008)
  socket.on('message', (data: Buffer) => data.toString() === 'ping' && socket.send('pong'))
  const stop = follow(request, (item) => socket.send(JSON.stringify(item)))
  return socket.on('close', stop)
})
