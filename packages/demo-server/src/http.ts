import { type IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

export type HttpRequest = IncomingMessage | Http2ServerRequest

export type Headers = Readonly<Record<string, string | number>>

/** The common part of HTTP/1.1 and HTTP/2 responses. The overloads of a union of both could not be called. */
export interface HttpResponse {
  readonly headersSent: boolean
  readonly statusCode: number
  readonly socket: Socket | null
  setHeader(name: string, value: string): unknown
  writeHead(status: number, headers?: Headers): unknown
  flushHeaders(): void
  /** Sends a 103 (RFC 8297). Call it before anything else. */
  writeEarlyHints(hints: Record<string, string>): void
  /** `written` is called when the bytes have left the process, or cannot be sent any more. */
  write(bytes: Buffer, written: () => void): boolean
  end(body?: string | Buffer): unknown
  destroy(): unknown
  on(event: 'close' | 'error', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}

/** Statuses that have no body (RFC 9110). */
export const hasNoBody = (status: number): boolean => status === 204 || status === 205 || status === 304

/** The responses that the server itself has aborted, to distinguish them from those that a client has aborted. */
const abortedByServer = new WeakSet<HttpResponse>()

const RESET_DELAY_MS = 50

/** Aborts a response by ending its connection. Over HTTP/2 it resets the stream only, because requests share the connection. */
export function abortResponse(response: HttpResponse, how: 'end' | 'reset'): void {
  abortedByServer.add(response)
  if (response instanceof Http2ServerResponse) {
    const reset = (): void => response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    // When the reset arrives together with the head, a browser ignores the head.
    if (how === 'end') setTimeout(reset, RESET_DELAY_MS).unref()
    else reset()
    return
  }
  if (how === 'end') response.socket?.destroySoon()
  // A TLS socket cannot send an RST.
  else if (response.socket instanceof TLSSocket) response.socket.destroy()
  else response.socket?.resetAndDestroy()
}

/** How a response has ended: completely sent, aborted by the server (`broken-off`), or aborted by the client. */
export type ResponseEnd = 'answered' | 'broken-off' | 'aborted'

function wasFullySent(response: HttpResponse): boolean {
  if (response instanceof ServerResponse) return response.writableFinished
  // HTTP/2 emits "finish" in any case.
  if (!(response instanceof Http2ServerResponse)) return true
  return response.writableEnded && response.stream.rstCode === constants.NGHTTP2_NO_ERROR
}

/** Calls the listener once, when the response has ended. */
export function onResponseEnd(response: HttpResponse, listener: (end: ResponseEnd) => void): void {
  response.on('close', () => {
    if (abortedByServer.has(response)) listener('broken-off')
    else listener(wasFullySent(response) ? 'answered' : 'aborted')
  })
}

/** Decodes a header as UTF-8. Node reads each of its bytes as one character. */
export const utf8Of = (value: string): string => Buffer.from(value, 'latin1').toString('utf8')

/** The header `Last-Event-ID`: the position from which the client wants to resume an event stream. */
export function lastEventIdOf(request: HttpRequest): string | undefined {
  const value = request.headers['last-event-id']
  return typeof value === 'string' && value !== '' ? utf8Of(value) : undefined
}
