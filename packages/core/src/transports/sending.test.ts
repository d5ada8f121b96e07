import { describe, expect, test } from 'vitest'
import { createFakeTransport, createThree, openConnection } from '../../test/transports/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { pings } from '../connection/heartbeat.ts'
import { json } from '../shared/codec.ts'
import { type Frames, cloudEvents, jsonFrames, nchanFrames } from '../web-socket/frames.ts'
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

test('a subprotocol of frames that is also in `protocols` is offered once', async () => {
  const environment = createTestEnvironment()
  const protocols = ['v2', 'cloudevents.json']
  const connection = createConnection([webSocket('/ws', { frames: cloudEvents(), protocols })], {
    environment,
  })
  connection.open()
  await environment.advance(0)
  expect(environment.socket.protocols).toEqual(['cloudevents.json', 'v2'])
  connection.close()
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

  test('a queued message without a valid key is reported as dropped, also without handlers', async () => {
    const page = await openStream({
      upstream: post<{ seq: number }>('/send', { key: ({ seq }) => seq || '' }),
    })
    const silent = createConnection([page.ws.option, page.sse.option], {
      environment: page.environment,
      remember: false,
      codec: json<{ seq: number }>(),
      upstream: post<{ seq: number }>('/other', { key: () => '' }),
    })
    silent.open()
    page.connection.send({ seq: 0 })
    silent.send({ seq: 5 })
    await page.environment.advance(0)
    for (const { end, signal } of page.ws.starts) if (!signal.aborted) end()
    await page.environment.advance(0)
    for (const { open } of page.sse.starts) open()
    const why = { code: 'dropped', why: 'failed', thrown: { provider: 'upstream.key' } }
    expect(page.errors).toMatchObject([{ ...why, messages: ['{"seq":0}'] }])
    expect(page.environment.errors).toMatchObject([{ ...why, messages: ['{"seq":5}'] }])
    silent.close()
  })

  test('the limits of the outbox apply to all messages, also while the connection is lost', async () => {
    const page = await openStream({ outbox: { messages: 2 } })
    page.ws.last.end()
    await page.environment.advance(0)
    page.sse.last.open()
    page.connection.send({ seq: 1 })
    page.connection.send({ seq: 2 })
    await page.environment.advance(6000)
    page.sse.last.end()
    expect(page.shown()).toMatchObject({ status: 'backoff', queued: 2 })
    page.connection.send({ seq: 3 })
    expect(page.shown()).toMatchObject({ status: 'backoff', queued: 2 })
    expect(page.errors.filter(({ code }) => code === 'dropped')).toMatchObject([
      { why: 'overflow', messages: ['{"seq":2}'] },
    ])
  })

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

describe('[acks] with upstream and acks', () => {
  async function openAcknowledged(options: Parameters<typeof openConnection>[1] = {}) {
    const ws = createFakeTransport('web-socket', { isDuplex: true })
    const sse = createFakeTransport('event-source')
    const all: Parameters<typeof openConnection>[1] = {
      upstream: post<{ seq: number }>('/send', { key: ({ seq }) => `key-${seq}` }),
      acks: acknowledged<{ seq: number }>({
        key: ({ seq }) => seq,
        isAck: (raw) => (typeof raw === 'string' ? /^ack (\d+)$/.exec(raw)?.[1] : undefined),
      }),
      ...options,
    }
    const page = openConnection([ws.option, sse.option], all)
    const confirmed: unknown[] = []
    page.connection.on('confirmed', ({ key }) => confirmed.push(key))
    await page.environment.advance(0)
    const useStream = async () => {
      ws.last.end()
      await page.environment.advance(0)
      sse.last.open()
      await page.environment.advance(0)
    }
    const respond = async (status = 204) => {
      page.environment.request.respond({ status })
      page.environment.request.end()
      await page.environment.advance(0)
    }
    const counts = () => {
      const { queued, unconfirmed } = page.connection.getSnapshot()
      return { queued, unconfirmed }
    }
    const posted = () => page.environment.requests.map(({ headers }) => headers.get('idempotency-key'))
    return { ...page, all, ws, sse, confirmed, useStream, respond, counts, posted }
  }

  test('posts unconfirmed messages first, with their keys, and a response confirms them', async () => {
    const page = await openAcknowledged()
    page.ws.last.open()
    for (const seq of [1, 2]) page.connection.send({ seq })
    page.ws.last.on.message({ data: 'ack 1' })
    expect(page.counts()).toEqual({ queued: 0, unconfirmed: 1 })
    await page.useStream()
    expect(page.connection.send({ seq: 3 })).toBe('queued')
    expect(page.posted()).toEqual(['key-2'])
    expect(page.counts()).toEqual({ queued: 2, unconfirmed: 0 })
    await page.respond()
    expect([page.posted(), page.confirmed]).toEqual([
      ['key-2', 'key-3'],
      [1, 2],
    ])
    await page.respond()
    expect([page.counts(), page.confirmed]).toEqual([{ queued: 0, unconfirmed: 0 }, [1, 2, 3]])
    expect(page.errors).toEqual([])
  })

  test('[acks-key] refuses the key of a message that is being posted, also without a key of post()', async () => {
    const page = await openAcknowledged({ upstream: post('/send') })
    page.ws.last.open()
    page.connection.send({ seq: 1 })
    await page.useStream()
    page.connection.send({ seq: 2 })
    const refused = expect.objectContaining({ code: 'provider', provider: 'acks.key' })
    for (const seq of [1, 2]) expect(() => page.connection.send({ seq })).toThrow(refused)
    expect(page.counts()).toEqual({ queued: 2, unconfirmed: 0 })
    await page.respond()
    await page.respond(400)
    expect([page.counts(), page.confirmed]).toEqual([{ queued: 0, unconfirmed: 0 }, [1]])
    for (const seq of [1, 2]) page.connection.send({ seq })
    expect(page.counts()).toEqual({ queued: 2, unconfirmed: 0 })
    page.connection.close()
    expect(page.errors.map(({ code }) => code)).toEqual(['dropped', 'dropped'])
  })

  test('a WebSocket that comes back during a slow request overtakes no unconfirmed message', async () => {
    const page = await openAcknowledged()
    page.ws.last.open()
    page.connection.send({ seq: 1 })
    await page.useStream()
    page.connection.send({ seq: 2 })
    await page.environment.advance(34_000)
    page.ws.last.open()
    expect(page.shown().transport).toBe('web-socket')
    page.connection.send({ seq: 3 })
    for (let count = 0; count < 3; count++) await page.respond()
    expect([page.posted(), page.ws.last.sent]).toEqual([['key-1', 'key-2', 'key-3'], []])
    page.connection.send({ seq: 4 })
    expect([page.ws.last.sent, page.confirmed]).toEqual([['{"seq":4}'], [1, 2, 3]])
    expect(page.counts()).toEqual({ queued: 0, unconfirmed: 1 })
  })

  test('with `always`, what a WebSocket has sent before is posted once that WebSocket is lost', async () => {
    const page = await openAcknowledged()
    page.ws.last.open()
    page.connection.send({ seq: 1 })
    page.connection.setOptions([page.ws.option, page.sse.option], {
      ...page.all,
      codec: json(),
      environment: page.environment,
      remember: false,
      upstream: post<{ seq: number }>('/send', { key: ({ seq }) => `key-${seq}`, always: true }),
    })
    page.connection.send({ seq: 2 })
    await page.environment.advance(0)
    expect([page.posted(), page.counts()]).toEqual([['key-2'], { queued: 1, unconfirmed: 1 }])
    page.ws.last.end()
    await page.environment.advance(60_000)
    await page.respond()
    expect(page.posted()).toEqual(['key-2', 'key-1'])
  })

  test('what an error handler sends meanwhile is posted once, after all others', async () => {
    const key = ({ seq }: { seq: number }) => (seq === 1 ? '' : seq)
    const page = await openAcknowledged({ upstream: post('/send', { key }) })
    page.connection.on('error', () => page.connection.send({ seq: 3 }))
    page.ws.last.open()
    for (const seq of [1, 2]) page.connection.send({ seq })
    await page.useStream()
    for (let count = 0; count < 2; count++) await page.respond()
    const thrown = { code: 'provider', provider: 'upstream.key' }
    expect(page.errors).toMatchObject([
      { code: 'dropped', why: 'failed', messages: ['{"seq":1}'], unconfirmed: [1], thrown },
    ])
    expect([page.posted(), page.confirmed]).toEqual([
      ['2', '3'],
      [2, 3],
    ])
    expect(page.counts()).toEqual({ queued: 0, unconfirmed: 0 })
  })

  test('a posted message that the server has refused may be sent again with its key', async () => {
    const page = await openAcknowledged()
    page.connection.send({ seq: 1 })
    await page.useStream()
    await page.respond(422)
    expect(page.errors).toMatchObject([{ code: 'dropped', why: 'failed', unconfirmed: [] }])
    expect(page.connection.send({ seq: 1 })).toBe('queued')
    await page.environment.advance(34_000)
    await page.respond()
    page.ws.last.open()
    expect(page.connection.send({ seq: 1 })).toBe('sent')
    expect(page.errors).toHaveLength(1)
  })

  test('[acks-dropped] a dropped message that a WebSocket has sent is reported as unconfirmed', async () => {
    const page = await openAcknowledged({ upstream: post('/send') })
    page.ws.last.open()
    for (const seq of [1, 2]) page.connection.send({ seq })
    await page.useStream()
    page.connection.send({ seq: 3 })
    await page.respond(422)
    expect(page.errors).toMatchObject([{ messages: ['{"seq":1}'], unconfirmed: [1] }])
    await page.environment.advance(20)
    page.connection.close()
    expect(page.errors.slice(1)).toMatchObject([{ messages: ['{"seq":2}', '{"seq":3}'], unconfirmed: [2] }])
  })

  test('[acks-key] a message without a key is not posted', async () => {
    const acks = acknowledged<{ seq: number }>({ key: ({ seq }) => seq || '', isAck: () => undefined })
    const page = await openAcknowledged({ acks })
    await page.useStream()
    const wrong = expect.objectContaining({ code: 'provider', provider: 'acks.key' })
    expect(() => page.connection.send({ seq: 0 })).toThrow(wrong)
    expect(page.counts()).toEqual({ queued: 0, unconfirmed: 0 })
  })
})

const failing: Frames = {
  read() {
    throw new Error('unknown frame')
  },
}

test.each([
  ['jsonFrames', jsonFrames({ id: 'seq', data: 'item' })],
  ['nchanFrames', nchanFrames()],
  ['cloudEvents', cloudEvents()],
  ['frames that cannot be read', failing],
  ['frames that return nothing', { read: () => undefined as never }],
])('[acks] an acknowledgement is read before its frame: %s', async (_, frames) => {
  const environment = createTestEnvironment()
  const errors: unknown[] = []
  const connection = createConnection([webSocket('/ws', { frames })], {
    environment,
    remember: false,
    codec: json<{ readonly id: string }>(),
    acks: acknowledged<{ id: string }>({
      key: ({ id }) => id,
      isAck: (raw) => (typeof raw === 'string' ? /^\{"ack":"(\w+)"\}$/.exec(raw)?.[1] : undefined),
    }),
  })
  connection.on('error', (error) => errors.push(error))
  connection.open()
  await environment.advance(0)
  environment.socket.accept()
  connection.send({ id: 'k1' })
  environment.socket.receive('{"ack":"k1"}')
  await environment.advance(20)
  expect(connection.getSnapshot()).toMatchObject({ unconfirmed: 0, data: undefined })
  expect(errors).toEqual([])
  environment.socket.receive('{')
  expect(errors).toMatchObject([{ code: 'decode', raw: '{' }])
  connection.close()
})

test('[acks] an acknowledgement with the ID of the last message is read', async () => {
  const environment = createTestEnvironment()
  const connection = createConnection([webSocket('/ws', { frames: jsonFrames({ id: 'seq' }) })], {
    environment,
    remember: false,
    codec: json<{ readonly id: string }>(),
    acks: acknowledged<{ id: string }>({
      key: ({ id }) => id,
      isAck: (raw) => (JSON.parse(raw as string) as { ack?: string }).ack,
    }),
  })
  const events: string[] = []
  connection.on('message', ({ id }) => events.push(`message ${id}`))
  connection.on('confirmed', ({ key }) => events.push(`confirmed ${key}`))
  connection.open()
  await environment.advance(0)
  environment.socket.accept()
  connection.send({ id: 'k1' })
  environment.socket.receive('{"seq":5,"id":"m5"}')
  environment.socket.receive('{"seq":5,"ack":"k1"}')
  expect(events).toEqual(['message m5', 'confirmed k1'])
  expect(connection.getSnapshot()).toMatchObject({ unconfirmed: 0, cursor: '5' })
  connection.close()
})

test('a message that is sent for a dropped one of the upstream, and dropped too, is only logged', async () => {
  const reported: unknown[] = []
  const environment = createTestEnvironment()
  environment.reportError = (error) => reported.push(error)
  const sse = createFakeTransport('event-source')
  let drops = 0
  const page = openConnection([sse.option], {
    environment,
    upstream: post('/messages'),
    outbox: { messages: 1, overflow: 'drop-newest' },
    onError() {
      drops += 1
      if (drops < 10) page.connection.send({ seq: 0 })
    },
  })
  await page.environment.advance(0)
  sse.last.open()
  page.connection.send({ seq: 1 })
  page.connection.send({ seq: 2 })
  await page.environment.advance(1000)
  expect(drops).toBe(1)
  expect(reported).toMatchObject([{ code: 'dropped', why: 'overflow' }])
})
