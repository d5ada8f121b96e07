import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen, portOf, servePage } from '../server.ts'
import type { Log } from './log.ts'

/** What has happened at a server so far. */
export interface Counts {
  /** For messages; those for the page are not counted. */
  readonly requests: number
  /** Answers to polls. */
  readonly answers: number
  /** Comments and pings that keep a line alive. */
  readonly beats: number
  /** Messages that were handed over. */
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
 * One log to be polled at `/poll`, streamed at `/events` and `/socket`; and the page that reads it. Nothing is compressed, and the heads of
 * the answers are those of Node.
 */
export async function startFeed(folder: string, log: Log): Promise<Feed> {
  const tally: Tally = { requests: 0, answers: 0, beats: 0, delivered: 0 }
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
    serveSocket(log, tally, socket, beatIn(urlOf(request)))
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
const beatIn = ({ searchParams }: URL): number => Number(searchParams.get('beat') ?? 25_000)

/** Answers with what is behind `since`, or with 204 after `hold` ms in which there was nothing. */
function pollOf(log: Log, tally: Tally): Serve {
  return ({ searchParams }, _, response) => {
    const since = Number(searchParams.get('since') ?? 0)
    let forget = (): void => {}
    const answer = (): void => {
      forget()
      tally.answers++
      const messages = log.behind(since)
      if (messages.length === 0) return void response.writeHead(204).end()
      tally.delivered += messages.length
      const body = `{"next":${log.size},"messages":[${messages.join()}]}`
      response
        .setHeader('content-type', 'application/json')
        .setHeader('content-length', body.length)
        .end(body)
    }
    const hold = Number(searchParams.get('hold') ?? 0)
    if (hold === 0 || log.size > since) return answer()
    const stop = log.listen(answer)
    const timer = setTimeout(answer, hold)
    forget = () => {
      stop()
      clearTimeout(timer)
    }
    response.on('close', forget)
  }
}

/** Hands over what comes, and gives a sign of life every so many ms; what comes back ends both. */
function follow(
  log: Log,
  tally: Tally,
  beat: number,
  send: (n: number, text: string) => void,
  live: () => void,
) {
  let at = log.size
  const stop = log.listen(() => {
    for (const message of log.behind(at)) {
      tally.delivered++
      send(++at, message)
    }
  })
  const timer = setInterval(() => {
    tally.beats++
    live()
  }, beat)
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
      follow(log, tally, beatIn(url), send, () => response.write(':\n\n')),
    )
  }
}

function serveSocket(log: Log, tally: Tally, socket: WebSocket, beat: number): void {
  const send = (_: number, text: string) => socket.send(text)
  socket.on(
    'close',
    follow(log, tally, beat, send, () => socket.ping()),
  )
}
