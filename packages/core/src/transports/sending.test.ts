import { describe, expect, test } from 'vitest'
import { createFakeTransport, createThree, openConnection } from '../../test/transports/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { pings } from '../connection/heartbeat.ts'
import { acknowledged, createConnection, eventSource, post, webSocket } from './index.ts'

async function openThree() {
  const three = createThree()
  const page = openConnection([three.ws.option, three.sse.option, three.lp.option])
  await page.environment.advance(0)
  return { ...page, ...three }
}

test('sends over the active transport', async () => {
  const page = await openThree()
  expect(page.connection.send({ seq: 1 })).toBe('queued')
  page.ws.last.open()
  page.ws.last.byte()
  expect(page.ws.last.sent).toEqual(['{"seq":1}'])
  expect(page.connection.send({ seq: 2 })).toBe('sent')
  expect(page.shown().queued).toBe(0)
})

test('[connection-send] while the active transport is one-way, messages wait for a duplex one, in order', async () => {
  const page = await openThree()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.byte()
  expect([1, 2, 3].map((seq) => page.connection.send({ seq }))).toEqual(['queued', 'queued', 'queued'])
  expect(page.shown()).toMatchObject({ status: 'open', queued: 3 })
  await page.environment.advance(34_000)
  const before = page.environment.timers
  await page.environment.advance(1000)
  // It does not try again and again.
  expect(page.environment.timers).toBe(before)
  page.ws.last.open()
  page.ws.last.byte()
  expect(page.ws.last.sent).toEqual(['{"seq":1}', '{"seq":2}', '{"seq":3}'])
  expect(page.shown().queued).toBe(0)
})

test('what is queued is sent when the same transport was started again because of a gap', async () => {
  const ws = createFakeTransport('web-socket', { isDuplex: true })
  const page = openConnection([ws.option], { isNext: (id, before) => Number(id) === Number(before) + 1 })
  await page.environment.advance(0)
  ws.last.open()
  ws.last.message(1)
  ws.last.message(3)
  expect(page.connection.send({ seq: 9 })).toBe('queued')
  await page.environment.advance(0)
  expect(page.shown().status).toBe('open')
  ws.last.open()
  expect(ws.last.sent).toEqual(['{"seq":9}'])
})

test('close() drops and reports what is queued', async () => {
  const page = await openThree()
  page.connection.send({ seq: 1 })
  page.connection.close()
  expect(page.errors).toMatchObject([{ code: 'dropped', messages: ['{"seq":1}'], why: 'closed' }])
  expect(page.connection.send({ seq: 2 })).toBe('dropped')
})

test('pings only the active WebSocket, measures the latency, and replaces one that does not reply', async () => {
  const environment = createTestEnvironment()
  const heartbeat = pings({ interval: 1000, timeout: 500 })
  const connection = createConnection([webSocket('/ws', { heartbeat }), eventSource('/sse')], {
    environment,
    remember: false,
    retry: { delay: () => 10 },
  })
  connection.open()
  await environment.advance(0)
  const [socket] = environment.sockets
  socket?.accept()
  socket?.receive('pong')
  await environment.advance(1000)
  expect(socket?.sent).toEqual(['ping', 'ping'])
  await environment.advance(30)
  socket?.receive('pong')
  expect(connection.getSnapshot()).toMatchObject({ status: 'open', latency: 30, data: undefined })
  await environment.advance(1600)
  expect(environment.sockets).toHaveLength(2)
  expect(socket?.closedWith).toBeDefined()
  environment.socket.refuse()
  await environment.advance(0)
  environment.request.respond()
  await environment.advance(0)
  expect(connection.getSnapshot()).toMatchObject({ status: 'open', transport: 'event-source' })
  // The stream has no heartbeat, so that its silence means nothing.
  await environment.advance(20_000)
  expect(environment.requests).toHaveLength(1)
  connection.close()
})

describe('with upstream', () => {
  async function openStream(options: Parameters<typeof openConnection>[1] = {}) {
    const ws = createFakeTransport('web-socket', { isDuplex: true })
    const sse = createFakeTransport('event-source')
    const page = openConnection([ws.option, sse.option], {
      upstream: post<{ seq: number }>('/send', { key: ({ seq }) => `key-${seq}` }),
      ...options,
    })
    await page.environment.advance(0)
    return { ...page, ws, sse }
  }
  const bodies = (page: { environment: { requests: readonly { body: unknown }[] } }) =>
    page.environment.requests.map(({ body }) => body)

  test('messages are sent by POST, in order, while the active transport only receives', async () => {
    const page = await openStream()
    expect(page.connection.send({ seq: 1 })).toBe('queued')
    page.ws.last.end()
    await page.environment.advance(0)
    page.sse.last.open()
    expect(page.connection.send({ seq: 2 })).toBe('queued')
    await page.environment.advance(0)
    expect(bodies(page)).toEqual(['{"seq":1}'])
    expect(page.shown().queued).toBe(2)
    page.environment.request.respond({ status: 204 })
    await page.environment.advance(0)
    expect(bodies(page)).toEqual(['{"seq":1}', '{"seq":2}'])
    expect(page.environment.request.headers.get('idempotency-key')).toBe('key-2')
    page.environment.request.respond({ status: 204 })
    await page.environment.advance(0)
    expect(page.shown()).toMatchObject({ status: 'open', queued: 0 })
  })

  test('a duplex transport that becomes active sends only once the POST requests are done', async () => {
    const page = await openStream()
    page.ws.last.end()
    await page.environment.advance(0)
    page.sse.last.open()
    page.connection.send({ seq: 1 })
    await page.environment.advance(34_000)
    page.ws.last.open()
    expect(page.shown().transport).toBe('web-socket')
    expect(page.connection.send({ seq: 2 })).toBe('queued')
    expect(page.ws.last.sent).toEqual([])
    for (let count = 0; count < 2; count++) {
      page.environment.request.respond({ status: 204 })
      await page.environment.advance(0)
    }
    expect(bodies(page)).toEqual(['{"seq":1}', '{"seq":2}'])
    expect(page.connection.send({ seq: 3 })).toBe('sent')
    expect(page.ws.last.sent).toEqual(['{"seq":3}'])
  })

  test('`always` sends by POST also beside a WebSocket', async () => {
    const page = await openStream({ upstream: post('/send', { always: true }) })
    page.ws.last.open()
    page.connection.send({ seq: 1 })
    await page.environment.advance(0)
    expect([bodies(page), page.ws.last.sent]).toEqual([['{"seq":1}'], []])
  })

  test('a message that the server refuses is reported, and close() reports the others', async () => {
    const page = await openStream()
    page.ws.last.end()
    await page.environment.advance(0)
    page.sse.last.open()
    for (const seq of [1, 2, 3]) page.connection.send({ seq })
    await page.environment.advance(0)
    page.environment.request.respond({ status: 400 })
    page.environment.request.end()
    await page.environment.advance(0)
    expect(page.errors).toMatchObject([{ code: 'dropped', why: 'failed', messages: ['{"seq":1}'] }])
    // A frame may be due, in which the page is notified.
    await page.environment.advance(20)
    page.connection.close()
    expect(page.errors.slice(1)).toMatchObject([
      { code: 'dropped', why: 'closed', messages: ['{"seq":2}', '{"seq":3}'] },
    ])
    expect(page.environment.request.aborted).toBe(true)
    await page.environment.advance(20)
    expect(page.environment.timers).toBe(0)
  })
})

test('what the server has not acknowledged is sent again over the next WebSocket, with the same content', async () => {
  const ws = createFakeTransport('web-socket', { isDuplex: true })
  const sse = createFakeTransport('event-source')
  const page = openConnection([ws.option, sse.option], {
    acks: acknowledged<{ seq: number }>({
      key: ({ seq }) => seq,
      isAck: (raw) => (typeof raw === 'string' ? /^ack (\d+)$/.exec(raw)?.[1] : undefined),
    }),
  })
  await page.environment.advance(0)
  ws.last.open()
  for (const seq of [1, 2]) page.connection.send({ seq })
  ws.last.on.message({ data: 'ack 1' })
  expect(page.connection.getSnapshot().unconfirmed).toBe(1)
  ws.last.end()
  await page.environment.advance(0)
  sse.last.open()
  await page.environment.advance(34_000)
  ws.last.open()
  expect(ws.last.sent).toEqual(['{"seq":2}'])
  ws.last.on.message({ data: 'ack 2' })
  expect(page.connection.getSnapshot()).toMatchObject({ unconfirmed: 0, data: [] })
  expect(page.errors).toEqual([])
})
