import { describe, expect, test } from 'vitest'
import { type FakeWebSocket, createFakeWebSocket, createVirtualClock } from '../testing/index.ts'
import type { TransportEvents } from '../connection/transport.ts'
import type { WireData } from '../shared/codec.ts'
import { type WebSocketRequest, webSocketTransport } from './transport.ts'

/** Starts one attempt and records all events of the transport. */
function attempt(own: Partial<WebSocketRequest> = {}, emitted: unknown[] = []) {
  const { WebSocket, sockets } = createFakeWebSocket()
  const clock = createVirtualClock()
  const on: TransportEvents<WireData> = {
    opened: ({ protocol }) => emitted.push(`opened ${protocol}`),
    message: (raw) => emitted.push(raw),
    provedUseful: () => 0,
    cursor: (id) => emitted.push(['cursor', id]),
    activity: () => emitted.push('activity'),
    serverDelay: (ms) => emitted.push(ms),
    ended: ({ kind, error }) => emitted.push([kind, error && 'code' in error && error.code]),
  }
  const handle = webSocketTransport(
    {
      url: new URL('wss://a.example/'),
      protocols: [],
      binaryType: 'arraybuffer',
      signal: new AbortController().signal,
      WebSocket,
      environment: clock,
      ...own,
    },
    on,
  )
  const [socket] = sockets
  if (!socket) throw new Error('No socket was made')
  return { handle, socket, emitted, clock }
}

/** What Chromium does if the Content-Security-Policy forbids the connection. */
function forbid(socket: FakeWebSocket): void {
  Object.defineProperty(socket, 'readyState', { value: 3 })
  socket.onerror?.call(socket as unknown as WebSocket, new Event('error'))
}

describe('one attempt', () => {
  test('that opens, exchanges messages and ends', () => {
    const { handle, socket, emitted } = attempt({ protocols: ['v1'], binaryType: 'blob' })
    expect([socket.url, socket.protocols, socket.binaryType]).toEqual(['wss://a.example/', ['v1'], 'blob'])
    socket.accept('v1')
    socket.receive('hello')
    expect(handle.send?.('answer')).toBe(true)
    socket.bufferedAmount = 5
    expect(handle.bufferedAmount).toBe(5)
    socket.end(1012)
    expect(emitted).toEqual(['opened v1', 'hello', ['retryable', 'closed']])
    expect(socket.sent).toEqual(['answer'])
  })

  test('that is refused ends once', () => {
    const { socket, emitted } = attempt()
    socket.refuse()
    expect(emitted).toEqual([['retryable', 'connect-failed']])
  })

  test('that is refused where no `close` follows ends all the same', () => {
    const { socket, emitted } = attempt()
    socket.onerror?.call(socket as unknown as WebSocket, new Event('error'))
    expect(emitted).toEqual([['retryable', 'connect-failed']])
  })

  test('[forbidden] that the policy of the page forbids ends in the next task, since Chromium fires no `close`', async () => {
    const { socket, emitted, clock } = attempt()
    forbid(socket)
    expect(emitted).toEqual([])
    await clock.advance(0)
    expect(emitted).toEqual([['retryable', 'connect-failed']])
  })

  test('[forbidden] an attempt that is closed meanwhile emits nothing', async () => {
    const { handle, socket, emitted, clock } = attempt()
    forbid(socket)
    handle.close()
    await clock.advance(0)
    expect([emitted, clock.timers]).toEqual([[], 0])
  })

  test('[forbidden] that Firefox refuses to create is no error of the subprotocols', () => {
    const emitted: unknown[] = []
    function refuse() {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    const WebSocket = refuse as unknown as WebSocketRequest['WebSocket']
    expect(() => attempt({ WebSocket }, emitted)).toThrow('No socket was made')
    expect(emitted).toEqual([['fatal', 'connect-failed']])
  })

  test('an error of an open connection is ignored, because `close` follows with the code', () => {
    const { socket, emitted } = attempt()
    socket.accept()
    socket.onerror?.call(socket as unknown as WebSocket, new Event('error'))
    expect(emitted).toEqual(['opened '])
  })

  test('accepts no message when it cannot send', () => {
    const { handle, socket } = attempt()
    expect(handle.send?.('early')).toBe(false)
    socket.accept()
    socket.close()
    expect(handle.send?.('late')).toBe(false)
    expect(socket.sent).toEqual([])
  })
})

test('an aborted connection is closed and emits nothing more', () => {
  const { handle, socket, emitted } = attempt()
  socket.accept()
  handle.close(4000, 'enough')
  expect(socket.closedWith).toEqual({ code: 4000, reason: 'enough' })
  socket.receive('late')
  socket.end(4500)
  expect([socket.onopen, socket.onmessage, socket.onclose]).toEqual([null, null, null])
  expect(emitted).toEqual(['opened '])
})

test('the error of an aborted attempt is handled, since with ws it would end the Node process', () => {
  const { handle, socket, emitted } = attempt()
  handle.close()
  expect(socket.onerror).toBeTypeOf('function')
  socket.refuse()
  expect(emitted).toEqual([])
})
