import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { WebSocketServer } from 'ws'

/** How the network treats the WebSockets and the event streams. */
export interface LogFaults {
  /** `refuse`: 403. `silent`: 101, and then nothing. `close`: 101, then closed. */
  webSocket: 'ok' | 'refuse' | 'silent' | 'close'
  /** `hold`: the body is held back by a proxy. `portal`: an HTML page. */
  eventSource: 'ok' | 'refuse' | 'hold' | 'portal'
  /** `refuse`: 503. */
  longPoll: 'ok' | 'refuse'
}

/** A server with one log, whose messages are sent over a WebSocket, as server-sent events and to long polls. */
export interface LogServer {
  readonly http: Server
  readonly faults: LogFaults
  /** The number of messages in the log, and the ID of the last one. */
  readonly size: number
  /** Appends messages to the log. */
  publish(count: number): void
  /** Cuts the open WebSockets. */
  cutSockets(): void
  /** Cuts the open event streams and polls. */
  cutResponses(): void
  /** What the server has received over WebSockets. */
  readonly received: string[]
  close(): void
}

export function createLogServer(): LogServer {
  const faults: LogFaults = { webSocket: 'ok', eventSource: 'ok', longPoll: 'ok' }
  const waiting = new Set<() => void>()
  const responses = new Set<ServerResponse>()
  const received: string[] = []
  let last = 0
  const http = createServer((request, response) => {
    responses.add(response)
    response.on('close', () => responses.delete(response))
    const after = Number(request.headers['last-event-id'] ?? cursorOf(request))
    if (request.url?.startsWith('/sse')) stream(response, after)
    else poll(response, after)
  })
  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (faults.webSocket === 'refuse') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const mode = faults.webSocket
      if (mode === 'close') webSocket.close(1011)
      if (mode !== 'ok') return
      let next = cursorOf(request) + 1
      const write = () => {
        for (; next <= last; next++) webSocket.send(JSON.stringify({ seq: next }))
      }
      webSocket.on('message', (data: Buffer) => {
        const text = data.toString()
        if (text === 'ping') webSocket.send('pong')
        else received.push(text)
      })
      webSocket.on('close', () => waiting.delete(write))
      // Later, so that another transport brings the same messages meanwhile.
      setTimeout(() => {
        waiting.add(write)
        write()
      }, 20)
    })
  })

  function stream(response: ServerResponse, after: number): void {
    if (faults.eventSource === 'refuse') return void response.writeHead(503).end()
    if (faults.eventSource === 'portal')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (faults.eventSource === 'hold') return
    response.write(': hi\n\n')
    let next = after + 1
    const write = () => {
      for (; next <= last; next++) response.write(`id: ${next}\ndata: ${JSON.stringify({ seq: next })}\n\n`)
    }
    waiting.add(write)
    response.on('close', () => waiting.delete(write))
    write()
  }

  function poll(response: ServerResponse, after: number): void {
    if (faults.longPoll === 'refuse') return void response.writeHead(503).end()
    const write = () => {
      if (last <= after) return
      waiting.delete(write)
      const items = Array.from({ length: Math.min(50, last - after) }, (_, index) => ({
        seq: after + index + 1,
      }))
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ items, next: after + items.length }))
    }
    waiting.add(write)
    response.on('close', () => waiting.delete(write))
    write()
  }

  return {
    http,
    faults,
    received,
    get size() {
      return last
    },
    publish(count) {
      last += count
      for (const write of waiting) write()
    },
    cutSockets() {
      for (const socket of sockets.clients) socket.terminate()
    },
    cutResponses() {
      for (const response of responses) response.destroy()
    },
    close: () => sockets.close(),
  }
}

const cursorOf = ({ url = '' }: IncomingMessage): number =>
  Number(new URL(url, 'http://log').searchParams.get('after') ?? 0)
