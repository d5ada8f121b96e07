import { createHash } from 'node:crypto'
import { type IncomingMessage, request as sendRequest } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Forwarding } from './forward-request.ts'

/** RFC 6455, section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Forwards the handshake of a WebSocket and all that follows, or breaks it. */
export function forwardUpgrade(
  forwarding: Forwarding & { readonly socket: Duplex; readonly head: Buffer },
): void {
  const { request, socket, head, fault, connection } = forwarding
  if (fault === 'cut') return connection.cut()
  if (fault === 'ignore') return void socket.resume()
  if (fault === 'refuse' || fault === 'portal') {
    return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  }
  if (fault === 'strip-upgrade') return forwardWithoutUpgrade(forwarding)
  if (fault === 'silence' || fault === 'close') {
    socket.resume().write(acceptance(request))
    // After the handshake has arrived: without a close frame.
    if (fault === 'close') socket.end()
    return
  }
  const server = connect({ path: forwarding.nextNode() })
  server.write(headOf(request))
  server.write(head)
  const forward = (from: Duplex, to: Duplex): void => {
    from.on('data', (bytes: Buffer) => {
      if (!connection.isFrozen) to.write(bytes)
    })
    from.on('error', () => from.destroy())
    from.once('close', () => {
      if (!connection.isFrozen || from === socket) to.end()
    })
  }
  forward(socket, server)
  forward(server, socket)
}

/** As a proxy does that knows HTTP but no WebSockets: the node receives a plain request. */
function forwardWithoutUpgrade({
  request,
  socket,
  connection,
  nextNode,
}: Forwarding & { readonly socket: Duplex }): void {
  const { url, headers } = request
  const { upgrade: _upgrade, connection: _connection, ...plain } = headers
  const sent = sendRequest({ socketPath: nextNode(), path: url, headers: plain, agent: false })
  sent.once('response', (received) => {
    socket.write(`HTTP/1.1 ${received.statusCode} OK\r\nConnection: close\r\n\r\n`)
    received.pipe(socket)
  })
  sent.on('error', connection.cut)
  connection.onEnd(() => sent.destroy())
  socket.resume()
  sent.end()
}

function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const fields = [`${method} ${url} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    fields.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  return `${fields.join('\r\n')}\r\n\r\n`
}

function acceptance({ headers }: IncomingMessage): string {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64')
  const protocol = headers['sec-websocket-protocol']?.split(',')[0]
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    '\r\n',
  ].join('\r\n')
}
