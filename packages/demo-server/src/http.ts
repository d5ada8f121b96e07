import { type IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

export type HttpRequest = IncomingMessage | Http2ServerRequest

export type Headers = Readonly<Record<string, string | number>>

/** What the answers of HTTP/1.1 and HTTP/2 have in common; a union of their overloads could not be called. */
export interface HttpResponse {
  readonly headersSent: boolean
  readonly statusCode: number
  readonly socket: Socket | null
  setHeader(name: string, value: string): unknown
  writeHead(status: number, headers?: Headers): unknown
  flushHeaders(): void
  /** RFC 8297: 103, before anything else. */
  writeEarlyHints(hints: Record<string, string>): void
  /** Calls back when the bytes have left the process, or never will. */
  write(bytes: Buffer, written: () => void): boolean
  end(body?: string | Buffer): unknown
  destroy(): unknown
  on(event: 'close' | 'error', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}

/** Statuses that have no body (RFC 9110). */
export const isBodiless = (status: number): boolean => status === 204 || status === 205 || status === 304

/** What the server has broken off itself: without this nobody could tell it from a client that has left. */
const brokenOff = new WeakSet<HttpResponse>()

/** In ms. */
const AFTER_HEAD = 50

/** Breaks an answer off. HTTP/2 shares its connection, so only the stream is reset there. */
export function breakOff(response: HttpResponse, how: 'end' | 'reset'): void {
  brokenOff.add(response)
  // A TLS socket refuses to reset what is below it.
  if (response instanceof Http2ServerResponse) {
    const reset = (): void => response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    // A reset that comes with what was sent before it makes a browser forget that there was a head.
    if (how === 'end') setTimeout(reset, AFTER_HEAD).unref()
    else reset()
    return
  }
  if (how === 'end') response.socket?.destroySoon()
  else if (response.socket instanceof TLSSocket) response.socket.destroy()
  else response.socket?.resetAndDestroy()
}

/** How an answer has ended: all of it was sent, the server broke it off, or the client did not wait for it. */
export type AnswerEnd = 'answered' | 'broken-off' | 'aborted'

function wasSentWhole(response: HttpResponse): boolean {
  if (response instanceof ServerResponse) return response.writableFinished
  // HTTP/2 says "finish" whatever has happened.
  if (!(response instanceof Http2ServerResponse)) return true
  return response.writableEnded && response.stream.rstCode === constants.NGHTTP2_NO_ERROR
}

/** Calls back once, when the answer is over. */
export function whenOver(response: HttpResponse, listener: (end: AnswerEnd) => void): void {
  response.on('close', () => {
    if (brokenOff.has(response)) listener('broken-off')
    else listener(wasSentWhole(response) ? 'answered' : 'aborted')
  })
}

/** Node reads each byte of a header as one character; what a client means is UTF-8. */
export const utf8Of = (value: string): string => Buffer.from(value, 'latin1').toString('utf8')

/** Where an event stream is to go on, as the client says in its header. */
export function lastEventIdOf(request: HttpRequest): string | undefined {
  const value = request.headers['last-event-id']
  return typeof value === 'string' && value !== '' ? utf8Of(value) : undefined
}
