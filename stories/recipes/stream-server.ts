import { createServer } from 'node:http'

interface Item {
  readonly id: number
  readonly text: string
}

declare function itemsAfter(id: number): readonly Item[]
declare function onItem(listener: (item: Item) => void): () => void

/** All that a server has to do, so that nothing is lost and nothing hangs unnoticed. */
export const server = createServer((request, response) => {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    // no-transform: nobody on the way may compress it, and hold events back until a block is full.
    'Cache-Control': 'no-store, no-transform',
    // nginx would otherwise collect the answer before it passes it on.
    'X-Accel-Buffering': 'no',
  })
  response.flushHeaders()
  const send = ({ id, text }: Item): void =>
    void response.write(`id: ${id}\ndata: ${JSON.stringify({ id, text })}\n\n`)

  // What was missed comes first. The header is newer than the query.
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const last = request.headers['last-event-id'] ?? searchParams.get('lastEventId')
  if (last !== null) itemsAfter(Number(last)).forEach(send)

  const stop = onItem(send)
  // A comment: proxies see traffic, and the page's heartbeat hears a sign of life.
  const timer = setInterval(() => void response.write(': keep-alive\n\n'), 15_000)
  response.on('close', () => {
    clearInterval(timer)
    stop()
  })
})
