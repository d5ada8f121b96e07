import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen, portOf, servePage } from '../server.ts'
import type { Log } from './log.ts'

/** The counts of a server. */
export interface Counts {
  /** Requests for messages, without those for the page. */
  readonly requests: number
  /** Responses to polls. */
  readonly responses: number
  /** Comments and pings that keep a connection alive. */
  readonly heartbeats: number
  /** Sent messages. */
  readonly delivered: number
}

export interface Feed {
  readonly port: number
  counts(): Counts
  close(): Promise<void>
}

type Tally = { -readonly [Name in keyof Counts]: Counts[Name] }
type Serve = (url: URL, request: IncomingMessage, response: ServerResponse) => void

/**
 * Serves a log at `/poll`, `/events` and `/socket`, and the page that reads it. Nothing is compressed, and the response headers are those of
 * Node.
 */
export async function startFeed(folder: string, log: Log): Promise<Feed> {
  const tally: Tally = { requests: 0, responses: 0, heartbeats: 0, delivered: 0 }
  const routes: Record<string, Serve> = { '/poll': pollOf(log, tally), '/events': eventsOf(log, tally) }
  const server = createServer((request, response) => {
    const url = urlOf(request)
    const serve = routes[url.pathname]
    if (!serve) return servePage(folder, url.pathname, response)
    tally.requests++
    response.setHeader('cache-control', 'no-store')
    serve(url, request, response)
  })
  const sockets = new WebSocketServer({ server, path: '/socket' })
  sockets.on('connection', (socket, request) => {
    tally.requests++
    serveSocket(log, tally, socket, heartbeatFrom(urlOf(request)))
  })
  await listen(server)
  return {
    port: portOf(server),
    counts: () => ({ ...tally }),
    close() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const urlOf = ({ url = '/' }: IncomingMessage): URL => new URL(url, 'http://feed')
const heartbeatFrom = ({ searchParams }: URL): number => Number(searchParams.get('beat') ?? 25_000)

/** Responds with the messages after `since`, or with 204 after `hold` ms without a message. */
function pollOf(log: Log, tally: Tally): Serve {
  return ({ searchParams }, _, response) => {
    const since = Number(searchParams.get('since') ?? 0)
    let stopWaiting = (): void => {}
    const respond = (): void => {
      stopWaiting()
      tally.responses++
      const messages = log.after(since)
      if (messages.length === 0) return void response.writeHead(204).end()
      tally.delivered += messages.length
      const body = `{"next":${log.size},"messages":[${messages.join()}]}`
      response
        .setHeader('content-type', 'application/json')
        .setHeader('content-length', body.length)
        .end(body)
    }
    const hold = Number(searchParams.get('hold') ?? 0)
    if (hold === 0 || log.size > since) return respond()
    const stop = log.listen(respond)
    const timer = setTimeout(respond, hold)
    stopWaiting = () => {
      stop()
      clearTimeout(timer)
    }
    response.on('close', stopWaiting)
  }
}

/** Sends new messages, and a heartbeat at each interval. Returns a function that stops both. */
function follow(
  log: Log,
  tally: Tally,
  heartbeatMs: number,
  send: (n: number, text: string) => void,
  keepAlive: () => void,
) {
  let at = log.size
  const stop = log.listen(() => {
    for (const message of log.after(at)) {
      tally.delivered++
      send(++at, message)
    }
  })
  const timer = setInterval(() => {
    tally.heartbeats++
    keepAlive()
  }, heartbeatMs)
  return () => {
    stop()
    clearInterval(timer)
  }
}

function eventsOf(log: Log, tally: Tally): Serve {
  return (url, _, response) => {
    response.setHeader('content-type', 'text/event-stream').flushHeaders()
    const send = (n: number, text: string) => response.write(`id: ${n}\ndata: ${text}\n\n`)
    response.on(
      'close',
      follow(log, tally, heartbeatFrom(url), send, () => response.write(':\n\n')),
    )
  }
}

function serveSocket(log: Log, tally: Tally, socket: WebSocket, heartbeatMs: number): void {
  const send = (_: number, text: string) => socket.send(text)
  socket.on(
    'close',
    follow(log, tally, heartbeatMs, send, () => socket.ping()),
  )
}
