import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { extname, join } from 'node:path'
import type { Duplex } from 'node:stream'
import { serveEvents } from './sse/streams.ts'

/** The size of every message, in bytes. */
export const MESSAGE_SIZE = 100

/** What one message is: its number, filled up to the size. */
const messageOf = (number: number): string => `${number}`.padEnd(MESSAGE_SIZE, '.')

/** An unmasked text frame of up to 125 bytes (RFC 6455, 5.2). */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload])
}

const prepared = new Map<number, Buffer>()

/** So many frames in one piece, made once: the server must not be what is measured. */
function framesOf(count: number): Buffer {
  const known =
    prepared.get(count) ??
    Buffer.concat(Array.from({ length: count }, (_, number) => frameOf(messageOf(number))))
  prepared.set(count, known)
  return known
}

export interface BenchServer {
  readonly origin: string
  /** How many sockets are connected. */
  readonly sockets: number
  /** Sends so many messages to every socket, as fast as they go. */
  burst(count: number): void
  /** Sends that many messages a second to every socket, each on its own, for so many seconds. */
  stream(rate: number, seconds: number): Promise<void>
  close(): Promise<void>
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' }

const pageFor = (name: string, scripts: readonly string[]): string =>
  `<!doctype html><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:," /><div id="root"></div>` +
  scripts.map((script) => `<script type="module" src="/${script}.js"></script>`).join('')

/** A built page, or the script of one; `before`: what the page runs first. */
export function servePage(
  folder: string,
  path: string,
  response: ServerResponse,
  before: readonly string[] = [],
): void {
  const file = join(folder, path)
  if (path.endsWith('.js') && existsSync(file)) {
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    createReadStream(file).pipe(response)
  } else {
    const name = path.slice(1)
    response.setHeader('content-type', 'text/html').end(pageFor(name, [...before, name]))
  }
}

/** Serves the built pages, streams of events, and any WebSocket that asks. */
export async function startServer(folder: string): Promise<BenchServer> {
  const sockets = new Set<Duplex>()
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (!serveEvents(url, response)) servePage(folder, url.replace(/\?.*/, ''), response)
  })
  server.on('upgrade', (request, socket) => {
    const key = request.headers['sec-websocket-key'] ?? ''
    // RFC 6455, 4.2.2
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    sockets.add(socket)
    // The pages send nothing but a close: whatever arrives is the end.
    socket.on('data', () => socket.end())
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  await listen(server)
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    get sockets() {
      return sockets.size
    },
    burst(count) {
      for (const socket of sockets) socket.write(framesOf(count))
    },
    stream: (rate, seconds) => stream(sockets, rate, seconds),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port // null only for a server that does not listen
}

function stream(sockets: ReadonlySet<Duplex>, rate: number, seconds: number): Promise<void> {
  const since = performance.now()
  let sent = 0
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(rate * seconds, Math.floor(((performance.now() - since) / 1000) * rate))
      for (; sent < due; sent++) for (const socket of sockets) socket.write(frameOf(messageOf(sent)))
      if (sent < rate * seconds) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
}
