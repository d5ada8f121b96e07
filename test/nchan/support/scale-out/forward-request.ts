import { type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { OpenConnection } from './open-connections.ts'

export interface Forwarding {
  readonly request: IncomingMessage
  readonly fault: Fault | undefined
  readonly connection: OpenConnection
  nextNode(): string
}

const PORTAL = '<!doctype html><title>Log in</title><p>Please log in to the network.</p>'

/** The page of a test has another origin than the proxy, unlike the page of a user. */
export function corsHeaders({ headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-expose-headers': 'Last-Modified, Etag',
  }
}

/** Forwards a request that is no handshake of a WebSocket, or breaks it. */
export function forwardRequest(forwarding: Forwarding & { readonly response: ServerResponse }): void {
  const { request, response, fault } = forwarding
  if (request.method === 'OPTIONS') return void response.writeHead(204, corsHeaders(request)).end()
  if (fault === 'ignore') return void request.resume()
  if (fault === 'refuse') return void response.writeHead(403, corsHeaders(request)).end()
  if (fault === 'portal') {
    return void response.writeHead(200, { ...corsHeaders(request), 'content-type': 'text/html' }).end(PORTAL)
  }
  const { method, url, headers } = request
  const sent = sendRequest({ socketPath: forwarding.nextNode(), method, path: url, headers, agent: false })
  sent.once('response', (received) => {
    response.writeHead(received.statusCode ?? 502, { ...received.headers, ...corsHeaders(request) })
    response.flushHeaders()
    if (fault !== 'hold-body') forwardBody(received, response, forwarding)
  })
  sent.on('error', () => forwarding.connection.cut())
  forwarding.connection.onEnd(() => sent.destroy())
  request.pipe(sent)
}

function forwardBody(
  received: IncomingMessage,
  response: ServerResponse,
  { fault, connection }: Forwarding,
): void {
  let held = Buffer.alloc(0)
  const isCut = fault === 'cut'
  received.on('data', (bytes: Buffer) => {
    if (connection.isFrozen) return
    held = Buffer.concat([held, bytes])
    const length = lengthToForward(held, fault)
    if (length > 0) response.write(held.subarray(0, length))
    held = held.subarray(length)
    // A stream has no last byte: its first event is the one that is cut.
    if (isCut && length > 0) setImmediate(connection.cut)
  })
  received.once('end', () => {
    if (connection.isFrozen) return
    if (isCut) connection.cut()
    else response.end(held)
  })
  received.once('error', connection.cut)
}

/** How many of the bytes may be sent: all, all but the last one, or all but the last event. */
function lengthToForward(bytes: Buffer, fault: Fault | undefined): number {
  if (fault === 'cut') return Math.max(0, bytes.length - 1)
  if (fault !== 'one-late') return bytes.length
  const endOfLast = bytes.lastIndexOf('\n\n')
  const endOfPrevious = endOfLast <= 0 ? -1 : bytes.lastIndexOf('\n\n', endOfLast - 1)
  return endOfPrevious === -1 ? 0 : endOfPrevious + 2
}
