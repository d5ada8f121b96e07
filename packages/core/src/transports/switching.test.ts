import { expect, test } from 'vitest'
import { createTestEnvironment } from '../testing/index.ts'
import { json } from '../shared/codec.ts'
import { collect } from '../shared/reducers.ts'
import { pings } from '../connection/heartbeat.ts'
import { query } from '../long-poll/index.ts'
import { jsonFrames } from '../web-socket/frames.ts'
import { createConnection, eventSource, longPoll, webSocket } from './index.ts'

interface Item {
  readonly seq: number
}

function open(options: object = {}) {
  const environment = createTestEnvironment()
  const connection = createConnection<Item, Item, readonly Item[]>(
    [
      webSocket('/ws', { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
      eventSource('/sse', { greets: true }),
      longPoll('/lp', {
        messages: (body) => body.items,
        cursor: query('after', (body) => body.next),
        id: (item) => item.seq,
      }),
    ],
    { codec: json<Item>(), reduce: collect({ limit: 100 }), environment, ...options },
  )
  const events: unknown[] = []
  connection.on('transport', (event) => events.push(event))
  connection.open()
  const received = () => connection.getSnapshot().data.map(({ seq }) => seq)
  return { environment, connection, events, received }
}

test('opens over the WebSocket once it has replied to a ping', async () => {
  const { environment, connection, received } = open()
  await environment.advance(0)
  environment.socket.accept()
  expect(connection.getSnapshot().status).toBe('connecting')
  expect(environment.socket.sent).toEqual(['ping'])
  environment.socket.receive('pong')
  expect(connection.getSnapshot()).toMatchObject({ status: 'open', transport: 'web-socket' })
  environment.socket.receive('{"seq":1}')
  expect(received()).toEqual([1])
  expect(connection.getSnapshot().cursor).toBe('1')
})

test('tries the next transport at once if the WebSocket is refused', async () => {
  const { environment, connection, received } = open()
  await environment.advance(0)
  environment.socket.refuse()
  await environment.advance(0)
  expect(environment.request.url).toBe('https://test.example/sse')
  environment.request.respond()
  await environment.advance(0)
  expect(connection.getSnapshot().status).toBe('connecting')
  environment.request.write(': hi\n\n')
  await environment.advance(0)
  expect(connection.getSnapshot()).toMatchObject({ status: 'open', transport: 'event-source' })
  environment.request.write('id: 1\ndata: {"seq":1}\n\n')
  await environment.advance(0)
  expect(received()).toEqual([1])
})

test('falls back from a silent WebSocket over a buffering proxy to the long poll, and back', async () => {
  const { environment, connection, received, events } = open()
  await environment.advance(0)
  const [socket] = environment.sockets
  socket?.accept()
  await environment.advance(2000)
  const [sse] = environment.requests
  expect(sse?.url).toBe('https://test.example/sse')
  sse?.respond()
  await environment.advance(2000)
  expect(environment.requests.map(({ url }) => new URL(url).pathname)).toEqual(['/sse', '/lp'])
  environment.request.respond({ headers: { 'content-type': 'application/json' } })
  environment.request.write('{"items":[{"seq":1},{"seq":2}],"next":2}')
  environment.request.end()
  await environment.advance(0)
  expect(connection.getSnapshot()).toMatchObject({ status: 'open', transport: 'long-poll', cursor: '2' })
  expect(received()).toEqual([1, 2])
  await environment.advance(34_000)
  const { socket: probe } = environment
  expect(probe.url).toBe('wss://test.example/ws?after=2')
  probe.accept()
  probe.receive('pong')
  expect(connection.getSnapshot()).toMatchObject({ status: 'open', transport: 'web-socket' })
  probe.receive('{"seq":3}')
  expect(received()).toEqual([1, 2, 3])
  expect(events).toEqual([
    { from: 'web-socket', to: 'event-source', why: 'deaf' },
    { from: 'event-source', to: 'long-poll', why: 'deaf' },
    { from: 'long-poll', to: 'web-socket', why: 'better' },
  ])
})
