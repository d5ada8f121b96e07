import { type StreamFault, shapeOf } from './faults.ts'
import { type Headers, type HttpResponse } from './http.ts'
import { createEventBody } from './streams/event-body.ts'

/** An answer that is known to its end before it begins. */
export interface WholeAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string | Buffer
}

export const jsonAnswer = (
  body: object,
  headers: Headers = {},
  status = 200,
): WholeAnswer & { readonly body: string } => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: `${JSON.stringify(body)}\n`,
})

export function sendWhole(response: HttpResponse, { status, headers, body }: WholeAnswer): void {
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) }
  // A heartbeat has sent the head already.
  if (!response.headersSent) response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

/** Chunked, because what a fault makes of a body has another length. */
export function sendBent(
  response: HttpResponse,
  { status, headers, body }: WholeAnswer,
  fault: StreamFault,
): void {
  const encoding = shapeOf(fault) === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}
  if (!response.headersSent) response.writeHead(status, { ...headers, ...encoding })
  response.flushHeaders()
  const stream = createEventBody(response, fault)
  if (body.length > 0) stream.event(body)
  stream.end()
}
