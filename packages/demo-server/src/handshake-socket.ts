import { STATUS_CODES } from 'node:http'
import { type Socket } from 'node:net'
import { type Problem, problemFields } from './problem.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Answers a handshake that does not become a WebSocket, and ends the connection. */
export function answerRaw(socket: Socket, { status, headers = {}, body = '' }: RawAnswer): void {
  const all = { ...headers, Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'))
  discard(socket)
}

/** RFC 9457. */
export function answerRawProblem(socket: Socket, problem: Problem): void {
  const body = { title: problem.code, status: problem.status, ...problemFields(problem) }
  answerRaw(socket, {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: `${JSON.stringify(body)}\n`,
  })
}

/** Nobody reads this socket any more; without reading, its end would never be seen. */
export function discard(socket: Socket): void {
  socket.once('end', () => socket.destroySoon())
  socket.resume()
}

/**
 * Ends a socket whose client leaves before the handshake is decided. What the client has sent meanwhile stays unread for
 * the WebSocket to come. Returns the way to stop watching.
 */
export function watchForLeaving(socket: Socket): () => void {
  // The end is announced only to those who read, and reading nothing counts as reading.
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
