import { pings } from './index.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { mountMany, list, mount } from '../../test/web-socket/observers.ts'
import { json, text } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('[sharing] all with the same destination share one connection', () => {
  test('one connection, one heartbeat, and each handler once for each message', async () => {
    const { environment, observers, socket } = await mountMany(5, { heartbeat: pings() })
    expect(environment.sockets).toHaveLength(1)
    await environment.advance(25_000)
    expect(socket.sent).toEqual(['ping'])
    socket.receive('x')
    for (const { emitted, observer } of observers) {
      expect(emitted).toEqual(['open', 'message x'])
      expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'x' })
    }
    expect(environment.listeners).toBe(1)
  })

  test('it closes a short time after the last one unsubscribes', async () => {
    const { environment, observers, socket } = await mountMany(3)
    for (const { leave } of observers) {
      await environment.advance(10_000)
      expect(socket.closedWith).toBeUndefined()
      leave()
    }
    await environment.advance(999)
    expect(socket.closedWith).toBeUndefined()
    await environment.advance(1)
    expect(socket.closedWith?.code).toBe(1000)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('a subscriber within closeDelay finds it open, and it stays open', async () => {
    const { environment, observers } = await mountMany(1)
    observers[0]?.leave()
    await environment.advance(500)
    const late = mount(environment)
    await environment.advance(10_000)
    expect(late.observer.getSnapshot().status).toBe('open')
    expect(environment.sockets).toHaveLength(1)
  })

  test('a subscriber after the close gets a new one', async () => {
    const { environment, observers } = await mountMany(1)
    observers[0]?.leave()
    await environment.advance(1000)
    mount(environment)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('[unused] a connection in backoff without subscribers makes no attempt, and reports its queue as dropped', async () => {
    const { environment, observers, socket } = await mountMany(1, { retry: { delay: () => 400 } })
    socket.end(1006)
    observers[0]?.observer.send('precious' as never)
    observers[0]?.leave()
    environment.emitPageEvent('offline')
    environment.emitPageEvent('online')
    await environment.advance(999)
    expect([environment.sockets.length, environment.errors]).toEqual([1, []])
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    expect(environment.errors).toMatchObject([{ code: 'dropped', messages: ['precious'], why: 'closed' }])
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('[unused] a subscriber that returns within closeDelay gets the overdue attempt, its count and its queue', async () => {
    const { environment, observers, socket } = await mountMany(1, { retry: { delay: () => 400 } })
    socket.end(1006)
    observers[0]?.observer.send('precious' as never)
    observers[0]?.leave()
    await environment.advance(900)
    const back = mount(environment, { retry: { delay: () => 400 } })
    expect(back.observer.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1, queued: 1 })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
    environment.sockets[1]?.accept()
    expect(environment.sockets[1]?.sent).toEqual(['precious'])
  })

  test('[unused] credentials are not renewed for a connection without subscribers', async () => {
    const calls: number[] = []
    const url = () => `/chat?token=${calls.push(1)}`
    const environment = createTestEnvironment()
    const first = mount(environment, {}, url)
    await environment.advance(0)
    environment.socket.accept()
    first.leave()
    environment.socket.end(4401)
    await environment.advance(500)
    expect([environment.sockets.length, calls.length]).toEqual([1, 1])
    first.observer.subscribe(() => {})
    await environment.advance(0)
    expect([environment.sockets.length, calls.length]).toEqual([2, 2])
  })

  test('a connection in backoff without subscribers is not retried after closeDelay', async () => {
    const { environment, observers, socket } = await mountMany(1, { retry: { delay: () => 5000 } })
    observers[0]?.leave()
    socket.end(1006)
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test.each([
    ['another URL', {}, '/other'],
    ['other protocols', { protocols: 'v2' }, '/chat'],
    ['another key', { key: 'mine' }, '/chat'],
    ['`share: false`', { share: false }, '/chat'],
    ['a URL by a function, without a key', {}, () => '/chat'],
    ['protocols by a function, without a key', { protocols: () => [] }, '/chat'],
  ] as const)('not with %s', async (_, options, url) => {
    const { environment } = await mountMany(1)
    mount(environment, options, url)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('one protocol shares with a list of one, and a list not with its joined text', async () => {
    const { environment } = await mountMany(1, { protocols: ['v2', 'v3'] })
    for (const protocols of ['v2,v3', 'v2', ['v2']]) mount(environment, { protocols })
    await environment.advance(0)
    expect(environment.sockets.map(({ protocols }) => protocols)).toEqual([['v2', 'v3'], ['v2,v3'], ['v2']])
  })

  test('`share: false` twice is two', async () => {
    const { environment } = await mountMany(2, { share: false })
    expect(environment.sockets).toHaveLength(2)
  })

  test('not with another environment', async () => {
    const [one, other] = [await mountMany(1), await mountMany(1)]
    expect([one.environment.sockets.length, other.environment.sockets.length]).toEqual([1, 1])
  })

  test('functions share by a key, and the first one is called', async () => {
    const environment = createTestEnvironment()
    const [first, second] = [vi.fn<() => string>(() => '/first'), vi.fn<() => string>(() => '/second')]
    mount(environment, { key: 'room' }, first)
    mount(environment, { key: 'room' }, second)
    await environment.advance(0)
    expect(environment.sockets.map(({ url }) => url)).toEqual(['wss://test.example/first'])
    expect(second).not.toHaveBeenCalled()
  })

  test('one that changes its URL does not affect the others', async () => {
    const { environment, observers, socket } = await mountMany(2)
    observers[0]?.observer.setOptions('/other', { environment })
    await environment.advance(0)
    environment.socket.accept()
    socket.receive('old')
    environment.socket.receive('new')
    expect(observers.map(({ emitted }) => emitted)).toEqual([
      ['open', 'close 1000', 'open', 'message new'],
      ['open', 'message old'],
    ])
    expect(socket.closedWith).toBeUndefined()
  })

  test('one that changes to the URL of others joins them', async () => {
    const { environment, observers } = await mountMany(1)
    const other = mount(environment, {}, '/other')
    await environment.advance(0)
    environment.socket.accept()
    other.observer.setOptions('/chat', { environment })
    await environment.advance(2000)
    expect(environment.sockets).toHaveLength(2)
    expect(environment.socket.closedWith).toBeDefined()
    environment.sockets[0]?.receive('x')
    expect([observers[0]?.emitted.at(-1), other.emitted.at(-1)]).toEqual(['message x', 'message x'])
  })
})

describe('[sharing] a codec and a reducer are each observer’s own', () => {
  test('each decodes with its codec', async () => {
    const environment = createTestEnvironment()
    const observers = [
      mount(environment, { codec: text() }),
      mount(environment, { codec: json() }),
      mount(environment),
    ]
    const listing = mount(environment, { codec: json(), reduce: list })
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('[1]')
    environment.socket.receive('[2]')
    expect(observers.map(({ observer }) => observer.getSnapshot().data)).toEqual(['[2]', [2], '[2]'])
    expect(listing.observer.getSnapshot().data).toEqual([[1], [2]])
  })

  test('a message that one cannot decode is an error only for those with its codec', async () => {
    const environment = createTestEnvironment()
    const [plain, parsed] = [mount(environment, { codec: text() }), mount(environment, { codec: json() })]
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('{')
    expect([plain.emitted.at(-1), parsed.emitted.at(-1)]).toEqual(['message {', 'error decode'])
  })
})
