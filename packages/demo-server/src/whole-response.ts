import { type StreamFault, shapeOf } from './faults.ts'
import { type Headers, type HttpResponse } from './http.ts'
import { createEventBody } from './streams/event-body.ts'

/** A response with a complete body, in contrast to a stream. */
export interface WholeResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string | Buffer
}

export const jsonResponse = (
  body: object,
  headers: Headers = {},
  status = 200,
): WholeResponse & { readonly body: string } => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: `${JSON.stringify(body)}\n`,
})

export function sendWhole(response: HttpResponse, { status, headers, body }: WholeResponse): void {
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) }
  // A heartbeat may have sent the head already.
  if (!response.headersSent) response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

/** Sends a response with a fault. It uses chunked encoding, because the fault may change the length. */
export function sendWithFault(
  response: HttpResponse,
  { status, headers, body }: WholeResponse,
  fault: StreamFault,
): void {
  const encoding = shapeOf(fault) === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}
  if (!response.headersSent) response.writeHead(status, { ...headers, ...encoding })
  response.flushHeaders()
  const stream = createEventBody(response, fault)
  if (body.length > 0) stream.event(body)
  stream.end()
}
