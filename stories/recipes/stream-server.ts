import { createServer } from 'node:http'

interface Item {
  readonly id: number
  readonly text: string
}

declare function itemsAfter(id: number): readonly Item[]
declare function onItem(listener: (item: Item) => void): () => void

/** An event-stream server that resumes after the last event, and sends keep-alive comments. */
export const server = createServer((request, response) => {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    // no-transform: a proxy that compresses the stream would hold events back until its buffer is
    // full.
    'Cache-Control': 'no-store, no-transform',
    // Turns off the response buffer of nginx.
    'X-Accel-Buffering': 'no',
  })
  response.flushHeaders()
  const send = ({ id, text }: Item): void =>
    void response.write(`id: ${id}\ndata: ${JSON.stringify({ id, text })}\n\n`)

  // Sends the missed items first. The header is newer than the query, so it has priority.
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const last = request.headers['last-event-id'] ?? searchParams.get('lastEventId')
  if (last !== null) itemsAfter(Number(last)).forEach(send)

  const stop = onItem(send)
  // A comment keeps proxies from closing the connection, and restarts the client's heartbeat timeout.
  const timer = setInterval(() => void response.write(': keep-alive\n\n'), 15_000)
  response.on('close', () => {
    clearInterval(timer)
    stop()
  })
})
