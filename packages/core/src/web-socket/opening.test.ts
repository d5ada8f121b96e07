import { describe, expect, test } from 'vitest'
import { openHarness, record, createHarness, statuses } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createWebSocket, observeWebSocket } from './index.ts'

test('[status] without failures the status goes idle, connecting, open, closed, and nothing else', async () => {
  const { client, environment, emitted } = createHarness()
  const seen = statuses(client)
  expect(client.getSnapshot().status).toBe('idle')
  client.open()
  expect(client.getSnapshot().status).toBe('connecting')
  await environment.advance(0)
  environment.socket.accept('v2')
  expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, attempt: 0, queued: 0 })
  await environment.advance(3_600_000)
  client.close()
  expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' }, error: undefined })
  expect(seen).toEqual(['connecting', 'open', 'closed'])
  await environment.advance(0)
  expect(emitted).toEqual(['open v2', 'close 1000'])
})

test('[status] while it waits to reconnect it is in backoff, never closed', async () => {
  const { client, environment } = await openHarness()
  const seen = statuses(client)
  environment.socket.end(1006)
  expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'timer', closed: undefined })
  await environment.advance(500)
  environment.socket.accept()
  expect(seen).toEqual(['backoff', 'connecting', 'open'])
})

describe('[no-url] nothing is opened', () => {
  test.each([
    ['without a URL', null, {}],
    ['for undefined', undefined, {}],
    ['for an empty URL', '', {}],
    ['when it is not enabled', '/chat', { enabled: false }],
  ])('%s', async (_, url, options) => {
    const environment = createTestEnvironment()
    const client = observeWebSocket(url, { environment, ...options })
    const stop = client.subscribe(() => {})
    await environment.advance(100)
    expect(client.getSnapshot().status).toBe('idle')
    expect([environment.sockets.length, environment.timers, environment.listeners]).toEqual([0, 0, 0])
    client.setOptions('/later', { environment })
    await environment.advance(0)
    expect(environment.socket.url).toBe('wss://test.example/later')
    stop()
  })

  test('before the first subscription', async () => {
    const { environment } = createHarness()
    await environment.advance(100)
    expect(environment.sockets).toEqual([])
  })

  test('after the URL is removed', async () => {
    const { client, environment, emitted } = await openHarness()
    client.setOptions(null, { environment })
    expect(client.getSnapshot().status).toBe('idle')
    expect(environment.socket.closedWith?.code).toBe(1000)
    await environment.advance(0)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
    expect(emitted).toEqual(['open', 'close 1000'])
  })

  test('after it was disabled, even if it was reconnected explicitly before', async () => {
    const { client, environment } = await openHarness()
    client.reconnect()
    await environment.advance(0)
    environment.socket.accept()
    client.setOptions('/chat', { environment, enabled: false })
    expect(client.getSnapshot().status).toBe('idle')
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(2)
    expect(environment.socket.closedWith).toBeDefined()
  })

  test('until open() is called, when it is disabled', async () => {
    const { client, environment } = createHarness({ enabled: false })
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    client.setOptions('/chat', { environment, enabled: false, onMessage: () => {} })
    expect(client.getSnapshot().status).toBe('open')
    client.close()
    expect(environment.sockets).toHaveLength(1)
  })
})

describe('[url-change] another URL', () => {
  test('replaces the connection once, and late events of the old one have no effect', async () => {
    const { client, environment, emitted } = await openHarness()
    const [old] = environment.sockets
    const { onmessage, onclose } = old ?? {}
    old?.receive('old')
    client.setOptions('/other', { environment })
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
    expect(old?.closedWith?.code).toBe(1000)
    environment.socket.accept()
    // A platform may still fire events that it has already queued.
    onmessage?.call(old as unknown as WebSocket, { data: 'late' } as MessageEvent)
    onclose?.call(old as unknown as WebSocket, { code: 4500, reason: '', wasClean: true } as CloseEvent)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: undefined })
    expect(emitted).toEqual(['open', 'message old', 'close 1000', 'open'])
  })

  test('five times in a tick opens the last one only', async () => {
    const { client, environment } = createHarness()
    client.open()
    for (const path of ['/1', '/2', '/3', '/4', '/5']) client.setOptions(path, { environment })
    await environment.advance(0)
    expect(environment.sockets.map(({ url }) => url)).toEqual(['wss://test.example/5'])
  })

  test('and back in a tick opens the first one only', async () => {
    const { client, environment } = createHarness()
    client.open()
    client.setOptions('/other', { environment })
    client.setOptions('/chat', { environment })
    await environment.advance(0)
    expect(environment.sockets.map(({ url }) => url)).toEqual(['wss://test.example/chat'])
  })

  test('that is equal after normalization changes nothing', async () => {
    const { client, environment } = await openHarness()
    for (const url of [
      'chat',
      './chat',
      'https://test.example/chat',
      new URL('wss://test.example/x/../chat'),
    ]) {
      client.setOptions(url, { environment })
    }
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    expect(client.getSnapshot().status).toBe('open')
  })

  test('other protocols replace the connection', async () => {
    const { client, environment } = await openHarness({ protocols: ['v1'] })
    client.setOptions('/chat', { environment, protocols: ['v1'] })
    expect(client.getSnapshot().status).toBe('open')
    client.setOptions('/chat', { environment, protocols: ['v2', 'v1'] })
    await environment.advance(0)
    expect(environment.sockets.map(({ protocols }) => protocols)).toEqual([['v1'], ['v2', 'v1']])
  })

  test('revives a connection that was closed', async () => {
    const { client, environment } = createHarness()
    const stop = client.subscribe(() => {})
    await environment.advance(0)
    environment.socket.end(4500)
    expect(client.getSnapshot().status).toBe('closed')
    client.setOptions('/other', { environment })
    await environment.advance(0)
    expect(environment.socket.url).toBe('wss://test.example/other')
    stop()
  })

  test('revives a connection that was closed explicitly, whether it was shared or not', async () => {
    for (const others of [0, 1]) {
      const environment = createTestEnvironment()
      const mine = observeWebSocket('/chat', { environment })
      mine.subscribe(() => {})
      if (others > 0) observeWebSocket('/chat', { environment }).subscribe(() => {})
      await environment.advance(0)
      mine.close()
      expect(mine.getSnapshot().status).toBe('closed')
      mine.setOptions('/other', { environment })
      expect(mine.getSnapshot().status, `${others} others`).toBe('connecting')
    }
  })
})

describe('[open-once] in one tick', () => {
  test('open, close and open again is one connection attempt', async () => {
    const { client, environment } = createHarness()
    client.open()
    client.close()
    client.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    expect(client.getSnapshot().status).toBe('connecting')
  })

  test('open ten times is one connection attempt', async () => {
    const { client, environment } = createHarness()
    for (let time = 0; time < 10; time++) client.open()
    await environment.advance(0)
    client.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
  })

  test('subscribe, leave and subscribe again is one connection attempt', async () => {
    const { client, environment } = createHarness({ closeDelay: 0 })
    client.subscribe(() => {})()
    client.subscribe(() => {})
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
  })

  test('open and close do not connect', async () => {
    const { client, environment } = createHarness()
    client.open()
    client.close()
    await environment.advance(0)
    expect(environment.sockets).toEqual([])
  })
})

describe('[server-rendering] on a server', () => {
  test('nothing connects, nothing throws, and the first snapshot is that of a page', async () => {
    const environment = createTestEnvironment({ baseUrl: undefined })
    const client = observeWebSocket('/chat', { environment })
    expect(client.getServerSnapshot()).toMatchObject({ status: 'connecting', data: undefined, attempt: 0 })
    expect(client.getSnapshot()).toBe(client.getServerSnapshot())
    await environment.advance(1000)
    expect([environment.sockets.length, environment.timers, environment.listeners]).toEqual([0, 0, 0])
  })

  test('hydration shows the server’s state, whatever has arrived since', async () => {
    const environment = createTestEnvironment()
    const client = observeWebSocket('/chat', { environment })
    const first = client.getServerSnapshot()
    client.subscribe(() => {})
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('x')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'x' })
    expect(client.getServerSnapshot()).toBe(first)
  })

  test('a disabled one is idle from the start', () => {
    const environment = createTestEnvironment()
    expect(observeWebSocket(null, { environment }).getServerSnapshot().status).toBe('idle')
    expect(observeWebSocket('/chat', { environment, enabled: false }).getServerSnapshot().status).toBe('idle')
    expect(createWebSocket('/chat', { environment }).getServerSnapshot().status).toBe('idle')
  })
})

test('[connect-timeout] an attempt that neither opens nor fails ends after timeout.connect', async () => {
  const { client, environment, emitted } = createHarness({ timeout: { connect: 2000 } })
  client.open()
  await environment.advance(1999)
  expect(client.getSnapshot().status).toBe('connecting')
  await environment.advance(1)
  expect(client.getSnapshot()).toMatchObject({
    status: 'backoff',
    error: { code: 'timeout', phase: 'connect', timeout: 2000 },
  })
  const [slow] = environment.sockets
  expect(slow?.closedWith).toBeDefined()
  expect(emitted).toEqual(['error timeout', 'retry 1'])
  await environment.advance(500)
  expect(environment.sockets).toHaveLength(2)
})

test('[connect-timeout] by default an attempt may take ten seconds', async () => {
  const { client, environment } = createHarness()
  client.open()
  await environment.advance(9999)
  expect(client.getSnapshot().status).toBe('connecting')
  await environment.advance(1)
  expect(client.getSnapshot().status).toBe('backoff')
})

test('[latest-handlers] handlers and options outside the key never reconnect', async () => {
  const { client, environment } = await openHarness()
  const seen = statuses(client)
  const calls: string[] = []
  for (const name of ['a', 'b', 'c']) {
    client.setOptions('/chat', {
      environment,
      retry: { limit: 5 },
      onMessage: (raw) => calls.push(`${name} ${typeof raw}`),
    })
    environment.socket.receive('x')
  }
  await environment.advance(100)
  expect(calls).toEqual(['a string', 'b string', 'c string'])
  expect(seen).toEqual([])
  expect(record(client)).toEqual([])
})
