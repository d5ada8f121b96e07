import { STATUS_CODES } from 'node:http'
import { type Socket } from 'node:net'
import { type Problem, problemFields } from './problem.ts'

export interface RawResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends an HTTP response to a handshake that does not become a WebSocket, and ends the connection. */
export function sendRawResponse(socket: Socket, { status, headers = {}, body = '' }: RawResponse): void {
  const all = { ...headers, Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) }
  const headerFields = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...headerFields, '', body].join('\r\n'))
  drain(socket)
}

/** Sends a problem (RFC 9457), and ends the connection. */
export function sendRawProblem(socket: Socket, problem: Problem): void {
  const body = { title: problem.code, status: problem.status, ...problemFields(problem) }
  sendRawResponse(socket, {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: `${JSON.stringify(body)}\n`,
  })
}

/** Reads and ignores all data of a socket. Without reading, the server would not see its end. */
export function drain(socket: Socket): void {
  socket.once('end', () => socket.destroySoon())
  socket.resume()
}

/**
 * Destroys a socket whose client disconnects during the handshake. Data that the client has sent stays unread, for the
 * WebSocket that follows. Returns a function that stops watching.
 */
export function watchForDisconnect(socket: Socket): () => void {
  // Node emits `end` only after a read, even when there is nothing to read.
  const onReadable = (): void => {
    if (socket.readableLength === 0) socket.read()
  }
  const onEnd = (): void => void socket.destroy()
  socket.on('readable', onReadable)
  socket.once('end', onEnd)
  return () => {
    socket.off('readable', onReadable)
    socket.off('end', onEnd)
  }
}
