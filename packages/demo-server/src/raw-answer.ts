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
