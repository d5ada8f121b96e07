import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test, vi } from 'vitest'
import { createTestEnvironment } from '../testing/index.ts'
import { json } from '../shared/codec.ts'
import { collect } from '../shared/reducers.ts'
import { pings, silence } from '../connection/heartbeat.ts'
import { query } from '../long-poll/index.ts'
import { jsonFrames } from '../web-socket/frames.ts'
import { createConnection, eventSource, longPoll, webSocket } from './index.ts'

interface Item {
  readonly seq: number
}

function open(options: object = {}) {
  const environment = createTestEnvironment()
  const connection = createConnection(
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

test('[connection-upgrade] falls back from a silent WebSocket over a buffering proxy to the long poll, and back', async () => {
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

test('a slow loop holds the body back, and a silent server is then not replaced', async () => {
  const environment = createTestEnvironment()
  const connection = createConnection([eventSource('/sse', { heartbeat: silence({ timeout: 1000 }) })], {
    environment,
    remember: false,
  })
  const received: unknown[] = []
  let release = () => {}
  const read = async () => {
    for await (const message of connection) {
      received.push(message)
      await new Promise<void>((resolve) => (release = resolve))
    }
  }
  void read()
  await environment.advance(0)
  environment.request.respond()
  await environment.advance(0)
  environment.request.write('id: 1\ndata: a\n\nid: 2\ndata: b\n\n')
  await environment.advance(0)
  environment.request.write('id: 3\ndata: c\n\n')
  await environment.advance(10_000)
  expect(received).toEqual(['a'])
  expect(environment.requests).toHaveLength(1)
  for (let count = 0; count < 3; count++) {
    release()
    await environment.advance(10)
  }
  expect(received).toEqual(['a', 'b', 'c'])
  connection.close()
})

test('without a codec a message is text, whichever transport has brought it', async () => {
  const environment = createTestEnvironment()
  const connection = createConnection(
    [
      webSocket('/ws'),
      longPoll('/lp', { messages: (body) => body, cursor: query('after', () => undefined) }),
    ],
    { environment, remember: false },
  )
  const received: unknown[] = []
  connection.on('message', (message) => received.push(message))
  connection.open()
  await environment.advance(0)
  environment.socket.refuse()
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'application/json' } })
  environment.request.write('[{"a":1},"b"]')
  environment.request.end()
  await environment.advance(0)
  expect(received).toEqual(['{"a":1}', 'b'])
  connection.close()
})

test('a schema validates what each transport brings, and values are not written as JSON again', async () => {
  const stringify = vi.spyOn(JSON, 'stringify')
  const environment = createTestEnvironment()
  const validate = vi.fn((value: unknown) =>
    typeof Object(value).seq === 'number' ? { value: value as Item } : { issues: [{ message: 'no number' }] },
  )
  const schema: StandardSchemaV1<Item, Item> = { '~standard': { version: 1, vendor: 'test', validate } }
  const connection = createConnection(
    [longPoll('/lp', { messages: (body) => body.items, cursor: query('after', (body) => body.next) })],
    { environment, remember: false, codec: json(schema), reduce: collect({ limit: 10 }) },
  )
  const errors: unknown[] = []
  connection.on('error', (error) => errors.push(error))
  connection.open()
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'application/json' } })
  environment.request.write('{"items":[{"seq":1},{"seq":"x"},{"seq":2}],"next":7}')
  environment.request.end()
  const before = stringify.mock.calls.length
  await environment.advance(0)
  expect(connection.getSnapshot()).toMatchObject({ data: [{ seq: 1 }, { seq: 2 }], cursor: '7' })
  expect(validate).toHaveBeenCalledTimes(3)
  expect(errors).toMatchObject([{ code: 'decode', raw: '{"seq":"x"}' }])
  const written = stringify.mock.calls
    .slice(before)
    .filter(([value]) => typeof Object(value).seq === 'number')
  expect(written).toEqual([])
  stringify.mockRestore()
  connection.close()
})

test('if every transport is silent, the attempt ends after the time limit, and the next one begins with another', async () => {
  const environment = createTestEnvironment()
  const connection = createConnection(
    [webSocket('/a', { heartbeat: pings() }), webSocket('/b', { heartbeat: pings() })],
    {
      environment,
      remember: false,
      retry: { delay: () => 1000 },
    },
  )
  const retries: unknown[] = []
  connection.on('retry', ({ error }) => retries.push(error))
  connection.open()
  await environment.advance(60_000)
  expect(retries.length).toBeGreaterThan(1)
  expect(retries[0]).toMatchObject({ code: 'timeout', phase: 'connect', timeout: 14_000 })
  expect(environment.sockets.length).toBeLessThan(9)
  expect(environment.sockets.filter(({ closedWith }) => !closedWith).length).toBeLessThanOrEqual(2)
  // A frame may be due, in which the page is notified.
  await environment.advance(20)
  connection.close()
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
})
