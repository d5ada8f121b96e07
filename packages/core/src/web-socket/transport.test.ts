import { describe, expect, test } from 'vitest'
import { createFakeWebSocket } from '../testing/index.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { WireData } from '../shared/codec.ts'
import { type WebSocketRequest, webSocketTransport } from './transport.ts'

/** One attempt, and all that the transport says of it. */
function attempt(own: Partial<WebSocketRequest> = {}) {
  const { WebSocket, sockets } = createFakeWebSocket()
  const said: unknown[] = []
  const on: TransportEvents<WireData> = {
    opened: ({ protocol }) => said.push(`opened ${protocol}`),
    message: (raw) => said.push(raw),
    provedUseful: () => 0,
    cursor: (id) => said.push(['cursor', id]),
    activity: () => said.push('activity'),
    serverDelay: (ms) => said.push(ms),
    ended: ({ kind, error }) => said.push([kind, error && 'code' in error && error.code]),
  }
  const handle = webSocketTransport(
    {
      url: new URL('wss://a.example/'),
      protocols: [],
      binaryType: 'arraybuffer',
      signal: new AbortController().signal,
      WebSocket,
      ...own,
    },
    on,
  )
  const [socket] = sockets
  if (!socket) throw new Error('No socket was made')
  return { handle, socket, said }
}

describe('one attempt', () => {
  test('that opens, talks and ends', () => {
    const { handle, socket, said } = attempt({ protocols: ['v1'], binaryType: 'blob' })
    expect([socket.url, socket.protocols, socket.binaryType]).toEqual(['wss://a.example/', ['v1'], 'blob'])
    socket.accept('v1')
    socket.receive('hello')
    expect(handle.send?.('answer')).toBe(true)
    socket.bufferedAmount = 5
    expect(handle.bufferedAmount).toBe(5)
    socket.end(1012)
    expect(said).toEqual(['opened v1', 'hello', ['retryable', 'closed']])
    expect(socket.sent).toEqual(['answer'])
  })

  test('that is refused ends once', () => {
    const { socket, said } = attempt()
    socket.refuse()
    expect(said).toEqual([['retryable', 'connect-failed']])
  })

  test('that is refused where no `close` follows ends all the same', () => {
    const { socket, said } = attempt()
    socket.onerror?.call(socket as unknown as WebSocket, new Event('error'))
    expect(said).toEqual([['retryable', 'connect-failed']])
  })

  test('an error of an open line says nothing: `close` follows with the code', () => {
    const { socket, said } = attempt()
    socket.accept()
    socket.onerror?.call(socket as unknown as WebSocket, new Event('error'))
    expect(said).toEqual(['opened '])
  })

  test('takes no message when it cannot send', () => {
    const { handle, socket } = attempt()
    expect(handle.send?.('early')).toBe(false)
    socket.accept()
    socket.close()
    expect(handle.send?.('late')).toBe(false)
    expect(socket.sent).toEqual([])
  })
})

test('a line that is given up is closed, and deaf from then on', () => {
  const { handle, socket, said } = attempt()
  socket.accept()
  handle.close(4000, 'enough')
  expect(socket.closedWith).toEqual({ code: 4000, reason: 'enough' })
  socket.receive('late')
  socket.end(4500)
  expect([socket.onopen, socket.onmessage, socket.onclose]).toEqual([null, null, null])
  expect(said).toEqual(['opened '])
})

test('an attempt that is given up takes its error, which would end a Node process with ws', () => {
  const { handle, socket, said } = attempt()
  handle.close()
  expect(socket.onerror).toBeTypeOf('function')
  socket.refuse()
  expect(said).toEqual([])
})
