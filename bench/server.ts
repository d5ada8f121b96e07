import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { extname, join } from 'node:path'
import type { Duplex } from 'node:stream'
import { serveEvents } from './sse/streams.ts'

/** The size of every message, in bytes. */
export const MESSAGE_SIZE = 100

/** Builds a message: its number, padded to the size. */
const messageOf = (number: number): string => `${number}`.padEnd(MESSAGE_SIZE, '.')

/** Builds an unmasked text frame of up to 125 bytes (RFC 6455, section 5.2). */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload])
}

const prepared = new Map<number, Buffer>()

/** Returns frames in one buffer. It is built once, so that the bench does not measure the server. */
function framesOf(count: number): Buffer {
  const known =
    prepared.get(count) ??
    Buffer.concat(Array.from({ length: count }, (_, number) => frameOf(messageOf(number))))
  prepared.set(count, known)
  return known
}

export interface BenchServer {
  readonly origin: string
  /** The number of connected sockets. */
  readonly sockets: number
  /** Sends messages to every socket as fast as possible. */
  burst(count: number): void
  /** Sends messages at a rate per second to every socket, each in its own write. */
  stream(rate: number, seconds: number): Promise<void>
  close(): Promise<void>
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' }

const pageFor = (name: string, scripts: readonly string[]): string =>
  `<!doctype html><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:," /><div id="root"></div>` +
  scripts.map((script) => `<script type="module" src="/${script}.js"></script>`).join('')

/** Serves a built page or script. `before` are the scripts that the page runs first. */
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

/** Starts a server for the built pages, event streams and WebSockets. */
export async function startServer(folder: string): Promise<BenchServer> {
  const sockets = new Set<Duplex>()
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (!serveEvents(url, response)) servePage(folder, url.replace(/\?.*/, ''), response)
  })
  server.on('upgrade', (request, socket) => {
    const key = request.headers['sec-websocket-key'] ?? ''
    // RFC 6455, section 4.2.2
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    sockets.add(socket)
    // The pages send nothing except a close frame.
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
  return (server.address() as AddressInfo).port // null only before the server listens
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
