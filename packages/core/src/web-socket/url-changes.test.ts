import { describe, expect, test } from 'vitest'
import { openHarness } from '../../test/web-socket/harness.ts'
import { text } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { type PlainWebSocketOptions, createWebSocket, observeWebSocket, pings } from './index.ts'

/** Creates a new codec on each call, like a codec written inside a component. */
const inline = () => ({ decode: String, encode: (message: string) => message })

/** Two observers on one connection, which is up. */
async function two(options: PlainWebSocketOptions<string, string, string | undefined, unknown> = {}) {
  const environment = createTestEnvironment()
  const calls: string[] = []
  const createOptions = (name: string) => ({
    environment,
    codec: inline(),
    onMessage: (message: string) => calls.push(`${name} ${message}`),
    ...options,
  })
  const one = observeWebSocket<string, string>('/a', createOptions('one'))
  const other = observeWebSocket<string, string>('/a', createOptions('other'))
  const stops = [one.subscribe(() => {}), other.subscribe(() => {})]
  await environment.advance(0)
  environment.socket.accept()
  return { environment, calls, one, other, stops, createOptions }
}

describe('[url-change] an observer that moves', () => {
  test('receives nothing of the old URL, even if its codec changed in the same render', async () => {
    const { environment, calls, one, stops, createOptions } = await two()
    const [a] = environment.sockets
    one.setOptions('/b', createOptions('one'))
    await environment.advance(0)
    environment.socket.accept()
    a?.receive('from a')
    environment.socket.receive('from b')
    expect(calls).toEqual(['other from a', 'one from b'])
    stops[0]?.()
    a?.receive('later')
    environment.socket.receive('after unmount')
    expect(calls).toEqual(['other from a', 'one from b', 'other later'])
  })

  test('does not take over a connection without subscribers, nor its queued messages', async () => {
    const environment = createTestEnvironment()
    const mounted = observeWebSocket('/bank', { environment, closeDelay: 5000 })
    const stop = mounted.subscribe(() => {})
    await environment.advance(0)
    environment.socket.refuse()
    mounted.send('for the bank only')
    stop()
    mounted.setOptions('/public', { environment, closeDelay: 5000 })
    await environment.advance(4000)
    // Without a subscriber there is no further attempt.
    expect(environment.sockets.map(({ url }) => url)).toEqual(['wss://test.example/bank'])
    await environment.advance(5000)
    expect(environment.errors).toMatchObject([{ code: 'dropped', messages: ['for the bank only'] }])
  })
})

describe('[sharing] the options of the oldest observer apply at once', () => {
  test('the heartbeat of the next one begins when the oldest leaves', async () => {
    const { environment, one, stops } = await two()
    const next = observeWebSocket('/a', { environment, heartbeat: pings({ interval: 1000, timeout: 500 }) })
    next.subscribe(() => {})
    for (const stop of stops) stop()
    await environment.advance(1000)
    expect(environment.socket.sent).toEqual(['ping'])
    await environment.advance(500)
    expect(next.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'timeout' } })
    expect(one.getSnapshot().status).not.toBe('open')
  })

  test('a heartbeat may be turned on, and off again', async () => {
    const { client, environment } = await openHarness()
    client.setOptions('/chat', { environment, heartbeat: pings({ interval: 1000, timeout: 500 }) })
    await environment.advance(1000)
    expect(environment.socket.sent).toEqual(['ping'])
    client.setOptions('/chat', { environment })
    await environment.advance(600_000)
    expect(environment.socket.sent).toEqual(['ping'])
    expect(client.getSnapshot().status).toBe('open')
  })

  test('an attempt starts when pause is turned off', async () => {
    const { client, environment } = await openHarness()
    environment.emitPageEvent('offline')
    environment.socket.end(1006)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
    client.setOptions('/chat', { environment, pause: { offline: false } })
    await environment.advance(2000)
    expect(environment.sockets).toHaveLength(2)
  })

  test('pause.hidden applies to a page that is already hidden', async () => {
    const { client, environment } = await openHarness()
    environment.emitPageEvent('hidden')
    client.setOptions('/chat', { environment, pause: { hidden: true } })
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'visible' })
    expect(environment.socket.closedWith).toBeDefined()
  })
})

test('[hidden-page] pause.hidden applies also while offline', async () => {
  const { client, environment } = await openHarness()
  environment.emitPageEvent('offline')
  environment.emitPageEvent('hidden')
  client.setOptions('/chat', { environment, pause: { hidden: true } })
  expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
  expect(environment.socket.closedWith).toBeDefined()
})

describe('[outbox] a queued message', () => {
  test('is a copy: the buffer may be used again', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment })
    client.open()
    const scratch = new Uint8Array(1)
    for (const value of [1, 2, 3]) {
      scratch[0] = value
      client.send(scratch)
    }
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual([1, 2, 3].map((value) => new Uint8Array([value])))
  })

  test('is sent even if the platform refuses one before it', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment })
    const emitted: string[] = []
    client.on('open', () => emitted.push('open'))
    client.on('error', (error) => emitted.push(error.code))
    client.open()
    client.send('bad')
    client.send('good')
    await environment.advance(0)
    const { socket } = environment
    const send = socket.send.bind(socket)
    socket.send = (data) => {
      if (data === 'bad') throw new TypeError('not this')
      send(data)
    }
    socket.accept()
    expect(emitted.toSorted()).toEqual(['encode', 'open'])
    expect(socket.sent).toEqual(['good'])
    expect(() => client.send('bad')).toThrow(expect.objectContaining({ code: 'encode' }))
  })

  test('[backpressure] a fast sender on an open connection loses nothing by default', async () => {
    const { client, environment } = await openHarness()
    const { socket } = environment
    const chunk = 'x'.repeat(65_536)
    for (let n = 0; n < 160; n++) {
      client.send(`${n} ${chunk}`)
      socket.bufferedAmount = socket.sent.reduce<number>((sum, sent) => sum + String(sent).length, 0)
    }
    socket.bufferedAmount = 0
    await environment.advance(60_000)
    expect(socket.sent.map((sent) => Number.parseInt(String(sent), 10))).toEqual(
      Array.from({ length: 160 }, (_, n) => n),
    )
  })

  test('is dropped above the high-water mark if the outbox has limits', async () => {
    const { client, environment } = await openHarness({ outbox: { messages: 2 } })
    environment.socket.bufferedAmount = 2_000_000
    expect(['a', 'b', 'c'].map((message) => client.send(message))).toEqual(['queued', 'queued', 'queued'])
    environment.socket.bufferedAmount = 0
    await environment.advance(1000)
    expect(environment.socket.sent).toEqual(['b', 'c'])
  })

  test('is not queued for an observer that will not open', () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment, enabled: false })
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error))
    expect(client.send('x')).toBe('dropped')
    expect(errors).toMatchObject([{ code: 'dropped', messages: ['x'] }])
    expect(environment.timers).toBe(0)
  })
})

describe('[wake-up] a clock that is set back', () => {
  test('stops neither the heartbeat nor the attempts', async () => {
    const { client, environment } = await openHarness({ heartbeat: pings({ interval: 1000, timeout: 500 }) })
    environment.jump(-3_600_000)
    environment.emitPageEvent('wake')
    await environment.advance(3000)
    expect(client.getSnapshot().error).toMatchObject({ code: 'timeout' })
    environment.jump(-3_600_000)
    environment.emitPageEvent('online')
    await environment.advance(2000)
    expect(environment.sockets.length).toBeGreaterThan(1)
  })
})

test('[heartbeat] with a timeout that is longer than the interval, a connection that fell silent is noticed in time', async () => {
  const { client, environment } = await openHarness({
    heartbeat: pings({ interval: 5000, timeout: 15_000, isReply: () => false }),
  })
  await environment.advance(6000)
  environment.socket.receive('alive')
  await environment.advance(19_200)
  expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'timeout' } })
})

test('an observer that a message unmounts receives no later message', async () => {
  const environment = createTestEnvironment()
  const calls: string[] = []
  const mounted = observeWebSocket('/chat', {
    environment,
    notify: 'sync',
    codec: text(),
    onMessage: (message) => calls.push(message),
  })
  const stop = mounted.subscribe(() => {
    if (mounted.getSnapshot().data === 'bye') stop()
  })
  await environment.advance(0)
  environment.socket.accept()
  environment.socket.receive('hello')
  environment.socket.receive('bye')
  environment.socket.receive('late')
  expect(calls).toEqual(['hello', 'bye'])
})

test('return() of a waiting iterator unsubscribes', async () => {
  const environment = createTestEnvironment()
  const client = createWebSocket('/chat', { environment, closeDelay: 0 })
  const iterator = client[Symbol.asyncIterator]()
  const next = iterator.next()
  await environment.advance(0)
  await iterator.return?.()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(client.getSnapshot().status).toBe('idle')
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
})
