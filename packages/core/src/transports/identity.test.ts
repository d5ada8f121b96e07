import { describe, expect, onTestFinished, test } from 'vitest'
import { createFakeTransport, openConnection } from '../../test/transports/harness.ts'
import { pings } from '../connection/heartbeat.ts'
import { forgetUser } from '../log-out/index.ts'
import { query } from '../long-poll/index.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { jsonFrames } from '../web-socket/frames.ts'
import {
  createConnection,
  eventSource,
  longPoll,
  observeConnection,
  post,
  shortPoll,
  webSocket,
} from './index.ts'
import { withEvents } from '../../test/events.ts'

let lastKey = 0

/** A list as a component creates it in each render, with new functions. */
const createList = () => [
  webSocket('/ws', {
    frames: jsonFrames({ id: 'seq' }),
    query: 'after',
    heartbeat: pings({ isReply: (raw) => raw === 'pong' }),
  }),
  eventSource('/sse', { greets: true, headers: { 'x-room': '1' } }),
  longPoll('/lp', {
    messages: (body) => body.items,
    cursor: query('after', (body) => body.next),
    id: (item) => item.seq,
  }),
]

function observe(transports: Parameters<typeof observeConnection>[0], options: object = {}) {
  const environment = createTestEnvironment()
  const observer = withEvents(observeConnection(transports, { environment, remember: false, ...options }))
  onTestFinished(observer.subscribe(() => {}))
  return { environment, observer }
}

test('[connection-inline] a new list of the same transports in each render does not reconnect', async () => {
  const { environment, observer } = observe(createList())
  await environment.advance(0)
  for (let render = 0; render < 300; render++)
    observer.setOptions(createList(), { environment, remember: false })
  await environment.advance(1000)
  expect(environment.sockets).toHaveLength(1)
  environment.socket.accept()
  environment.socket.receive('pong')
  expect(observer.preview(createList(), { environment })).toBeUndefined()
  for (let render = 0; render < 300; render++)
    observer.setOptions(createList(), { environment, remember: false })
  await environment.advance(1000)
  expect(observer.getSnapshot()).toMatchObject({ status: 'open', transport: 'web-socket' })
  expect([environment.sockets.length, environment.requests.length]).toEqual([1, 0])
})

test.each([
  ['another URL', () => [webSocket('/other'), longPoll('/lp')]],
  ['another second transport', () => [webSocket('/ws'), longPoll('/other')]],
  ['another order', () => [longPoll('/lp'), webSocket('/ws')]],
  ['fewer transports', () => [webSocket('/ws')]],
  ['other headers', () => [webSocket('/ws'), longPoll('/lp', { headers: { a: '1' } })]],
  ['other subprotocols', () => [webSocket('/ws', { protocols: 'v2' }), longPoll('/lp')]],
  ['another way to read IDs', () => [webSocket('/ws', { frames: jsonFrames({ id: 'n' }) }), longPoll('/lp')]],
])('%s is another connection', async (_, createOther) => {
  const { environment, observer } = observe([webSocket('/ws'), longPoll('/lp')])
  await environment.advance(0)
  const [socket] = environment.sockets
  socket?.accept()
  socket?.receive('secret')
  observer.setOptions(createOther(), { environment, remember: false })
  await environment.advance(0)
  expect(socket?.closedWith).toBeDefined()
  expect(observer.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined, cursor: undefined })
})

test.each([{}, { key: 'ann' }])(
  'another URL beside a transport that is not comparable is another connection, with the options %o',
  async (options) => {
    const handshake = { message: new Blob(['token']) }
    const create = (room: string) => [webSocket('/ws', { handshake }), longPoll(`/lp/${room}`)]
    const { environment, observer } = observe(create('a'), options)
    await environment.advance(0)
    const [socket] = environment.sockets
    socket?.refuse()
    await environment.advance(0)
    expect(environment.request.url).toBe('https://test.example/lp/a')
    observer.setOptions(create('a'), { environment, remember: false, ...options })
    await environment.advance(0)
    expect(environment.request.aborted).toBe(false)
    observer.setOptions(create('b'), { environment, remember: false, ...options })
    await environment.advance(0)
    expect(environment.request.aborted).toBe(true)
    environment.socket.refuse()
    await environment.advance(0)
    expect(environment.request.url).toBe('https://test.example/lp/b')
  },
)

test('the newest functions of an inline list apply to the next request', async () => {
  const listOf = (token: string) => [longPoll(() => '/lp', { headers: () => ({ token }) })]
  const { environment, observer } = observe(listOf('old'))
  await environment.advance(0)
  observer.setOptions(listOf('new'), { environment, remember: false })
  environment.request.respond({ status: 204 })
  await environment.advance(2000)
  expect(environment.requests.map(({ headers }) => headers.get('token'))).toEqual(['old', 'new'])
})

test('two observers of equal lists share one connection, and each receives every message', async () => {
  const environment = createTestEnvironment()
  const options = { environment, remember: false, codec: json<{ seq: number }>() } as const
  const first = createConnection<{ seq: number }>(createList(), options)
  const second = createConnection<{ seq: number }>(createList(), options)
  const received: unknown[] = []
  first.on('message', (message) => received.push(message))
  second.on('message', (message) => received.push(message))
  first.open()
  second.open()
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(1)
  environment.socket.accept()
  environment.socket.receive('pong')
  environment.socket.receive('{"seq":1}')
  expect(received).toEqual([{ seq: 1 }, { seq: 1 }])
  expect(received[0]).toBe(received[1])
  first.close()
  second.close()
})

test.each<[string, () => object]>([
  ['other functions', () => ({ url: () => '/lp' })],
  ['another key', () => ({ key: String(lastKey++) })],
  ['share: false', () => ({ share: false })],
])('with %s, two observers have two connections', async (_, createOptions) => {
  const environment = createTestEnvironment()
  for (let count = 0; count < 2; count++) {
    const { url = '/lp', ...options }: { url?: string } = createOptions()
    const observer = observeConnection([longPoll(url)], { environment, remember: false, ...options })
    onTestFinished(observer.subscribe(() => {}))
  }
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
})

describe('log-out', () => {
  test('forgets the cursor and the data, and connects again from the start', async () => {
    const ws = createFakeTransport('web-socket')
    const lp = createFakeTransport('long-poll')
    const page = openConnection([ws.option, lp.option], { key: 'ann' })
    await page.environment.advance(0)
    ws.last.open()
    ws.last.message(7)
    expect(page.shown()).toMatchObject({ status: 'open', cursor: '7' })
    await forgetUser(undefined, { key: 'ann' })
    expect(page.received()).toEqual([])
    expect(page.shown().cursor).toBeUndefined()
    await page.environment.advance(2000)
    expect(ws.starts[0]?.signal.aborted).toBe(true)
    expect(ws.starts.at(-1)?.cursor).toBeUndefined()
  })
})

test('nothing is opened on a server', async () => {
  const environment = createTestEnvironment({ isServer: true })
  const observer = observeConnection(createList(), { environment })
  expect(observer.getServerSnapshot()).toMatchObject({
    status: 'connecting',
    transport: undefined,
    queued: 0,
  })
  await environment.advance(10_000)
  expect([environment.sockets.length, environment.requests.length, environment.timers]).toEqual([0, 0, 0])
})

test.each([
  ['no list', null],
  ['a transport without a URL', [webSocket('/ws'), longPoll(undefined)]],
])('stays idle with %s, and connects once there is one', async (_, transports) => {
  const { environment, observer } = observe(transports)
  await environment.advance(1000)
  expect(observer.getSnapshot().status).toBe('idle')
  observer.setOptions([webSocket('/ws'), shortPoll('/sp')], { environment, remember: false })
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(1)
})

test('is idle while the URL function of the best transport returns nothing, and calls a newer one', async () => {
  const { environment, observer } = observe([webSocket(() => undefined), longPoll('/lp')])
  await environment.advance(1000)
  expect(observer.getSnapshot().status).toBe('idle')
  observer.setOptions([webSocket(() => '/ws'), longPoll('/lp')], { environment, remember: false })
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(1)
  expect(environment.requests).toEqual([])
})

test('a lower transport without a URL is passed over', async () => {
  const { environment, observer } = observe([webSocket('/ws'), longPoll(() => undefined), shortPoll('/sp')])
  await environment.advance(0)
  environment.socket.refuse()
  await environment.advance(0)
  expect(environment.request.url).toBe('https://test.example/sp')
  environment.request.respond({ status: 204 })
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'open', transport: 'short-poll' })
})

test('mounting twice in one tick connects once', async () => {
  const environment = createTestEnvironment()
  const observer = observeConnection(createList(), { environment, remember: false })
  observer.subscribe(() => {})()
  const unsubscribe = observer.subscribe(() => {})
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(1)
  unsubscribe()
  await environment.advance(2000)
  expect(environment.socket.closedWith).toBeDefined()
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
})

describe('the identity of what sends messages', () => {
  const list = () => [longPoll('/lp', { messages: (body) => body.items })]
  const chat = (token: string, url = '/messages') => post(url, { headers: { authorization: token } })

  test('[identity] components whose messages have other credentials or another URL share no connection', () => {
    const environment = createTestEnvironment()
    const open = (upstream: ReturnType<typeof chat>) => {
      const observer = observeConnection(list(), { environment, upstream })
      onTestFinished(observer.subscribe(() => {}))
      return observer
    }
    const ada = open(chat('ada'))
    const sameUser = open(chat('ada'))
    const bob = open(chat('bob'))
    const elsewhere = open(chat('ada', '/other'))
    expect([ada, bob, elsewhere].map((each) => each.send('hello'))).toEqual(['queued', 'queued', 'queued'])
    expect(sameUser.getSnapshot()).toMatchObject({ queued: 1 })
    expect(bob.getSnapshot()).toMatchObject({ queued: 1 })
    expect(elsewhere.getSnapshot()).toMatchObject({ queued: 1 })
  })

  test('[identity] queued messages are not posted with the credentials of the next user', async () => {
    const environment = createTestEnvironment()
    const options = { environment, remember: false as const }
    const observer = withEvents(observeConnection(list(), { ...options, upstream: chat('ada') }))
    const errors: unknown[] = []
    observer.on('error', (error) => errors.push(error))
    onTestFinished(observer.subscribe(() => {}))
    await environment.advance(2000)
    observer.send('from Ada')
    await environment.advance(0)
    const posts = () => environment.requests.filter(({ method }) => method === 'POST')
    expect(posts()).toHaveLength(1)
    observer.send('from Ada too')
    observer.setOptions(list(), { ...options, upstream: chat('bob') })
    await environment.advance(2000)
    expect(errors).toMatchObject([{ code: 'dropped', why: 'destination' }])
    expect(posts().map(({ headers }) => headers.get('authorization'))).toEqual(['ada'])
    observer.send('from Bob')
    await environment.advance(2000)
    expect(posts().map(({ headers }) => headers.get('authorization'))).toEqual(['ada', 'bob'])
  })

  test.each([204, 503])(
    '[identity] messages are not posted with a header that was mutated after a response with the status %i',
    async (status) => {
      const headers = new Headers({ authorization: 'ada' })
      const upstream = post('/messages', { headers, key: (message: string) => message })
      const { environment, observer } = observe(list(), { upstream })
      const errors: unknown[] = []
      observer.on('error', (error) => errors.push(error))
      await environment.advance(2000)
      observer.send('from Ada')
      observer.send('from Ada too')
      await environment.advance(0)
      const posts = () => environment.requests.filter(({ method }) => method === 'POST')
      headers.set('authorization', 'bob')
      posts()[0]?.respond({ status })
      posts()[0]?.end()
      await environment.advance(60_000)
      expect(posts().map(({ headers: sent }) => sent.get('authorization'))).toEqual(['ada'])
      const messages = status === 204 ? ['from Ada too'] : ['from Ada', 'from Ada too']
      expect(errors).toMatchObject([{ code: 'dropped', why: 'destination', messages }])
      observer.send('from Bob')
      await environment.advance(2000)
      expect(posts().map(({ headers: sent }) => sent.get('authorization'))).toEqual(['ada', 'bob'])
    },
  )

  test('[connection-inline] a new post() with the same URL and headers in each render does not reconnect', async () => {
    const { environment, observer } = observe(list(), { upstream: chat('ada') })
    await environment.advance(0)
    for (let render = 0; render < 100; render++)
      observer.setOptions(list(), { environment, remember: false, upstream: chat('ada') })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(1)
  })
})

test('[identity] invalid headers of one transport do not hide the user in those of another', async () => {
  const environment = createTestEnvironment()
  const create = (user: string) => [
    eventSource('/sse', { headers: { 'x-name': 'two\nlines' } }),
    longPoll('/lp', { headers: { authorization: user } }),
  ]
  const options = { environment, remember: false } as const
  const observer = observeConnection(create('ada'), options)
  onTestFinished(observer.subscribe(() => {}))
  await environment.advance(0)
  const other = observeConnection(create('bob'), options)
  onTestFinished(other.subscribe(() => {}))
  await environment.advance(0)
  const users = () => environment.requests.map(({ headers }) => headers.get('authorization'))
  expect(users()).toEqual(['ada', 'bob'])
  observer.setOptions(create('eve'), options)
  await environment.advance(0)
  expect(users()).toEqual(['ada', 'bob', 'eve'])
})

test('[identity] a mutated header is noticed before another transport starts', async () => {
  const headers = new Headers({ authorization: 'ada' })
  const create = () => [webSocket('/ws'), eventSource('/sse', { headers })]
  const { environment, observer } = observe(create(), { fallbackAfter: 500 })
  const other = observeConnection(create(), { environment, remember: false })
  onTestFinished(other.subscribe(() => {}))
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(1)
  headers.set('authorization', 'bob')
  await environment.advance(1000)
  // Both have moved to the connection of the new user, which begins with its own WebSocket.
  expect(environment.sockets).toHaveLength(2)
  expect(environment.sockets[0]?.closedWith).toBeDefined()
  expect(observer.getSnapshot()).toMatchObject({ status: 'connecting', cursor: undefined })
})
