import { describe, expect, test } from 'vitest'
import { openHarness, createHarness, statuses, extendEnvironment } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { WebSocketOptions } from './index.ts'

describe('[page-events] the page and the network', () => {
  const lost = async (options: WebSocketOptions = {}) => {
    const set = await openHarness(options)
    await set.environment.advance(60_000)
    return { ...set, seen: statuses(set.client) }
  }

  test('offline: no attempts; online: one, at once', async () => {
    const { client, environment } = await lost()
    environment.emitPageEvent('offline')
    expect(client.getSnapshot().status).toBe('open')
    environment.socket.end(1006)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      waitingFor: 'online',
      retryAt: undefined,
    })
    expect(environment.timers).toBe(0)
    await environment.advance(3_600_000)
    expect(environment.sockets).toHaveLength(1)
    environment.emitPageEvent('online')
    environment.emitPageEvent('online')
    await environment.advance(250)
    expect(environment.sockets).toHaveLength(2)
    await environment.advance(1000)
    expect(environment.sockets).toHaveLength(2)
  })

  test('going offline during backoff suspends the retry', async () => {
    const { client, environment } = await lost()
    environment.socket.end(1006)
    environment.emitPageEvent('offline')
    expect(client.getSnapshot()).toMatchObject({ waitingFor: 'online', retryAt: undefined })
    expect(environment.timers).toBe(0)
  })

  test('going online during backoff retries sooner, but at least a second after the last attempt', async () => {
    const { client, environment } = createHarness({ retry: { delay: () => 60_000 } })
    client.open()
    await environment.advance(0)
    environment.socket.refuse()
    await environment.advance(100)
    environment.emitPageEvent('online')
    expect(client.getSnapshot().retryAt).toBe(environment.now() + 900 + 125)
    await environment.advance(1024)
    expect(environment.sockets).toHaveLength(1)
    await environment.advance(1)
    expect(environment.sockets).toHaveLength(2)
  })

  test('a network that changes a hundred times causes one attempt', async () => {
    const { environment } = await lost()
    environment.socket.end(1006)
    for (let time = 0; time < 100; time++) {
      environment.emitPageEvent('offline')
      environment.emitPageEvent('online')
    }
    expect(environment.timers).toBe(1)
    await environment.advance(1000)
    expect(environment.sockets).toHaveLength(2)
  })

  test.each([
    'ws://localhost:8080/',
    'ws://127.0.0.1/',
    'ws://[::1]:9/',
    'http://app.localhost/',
    'ws://localhost./',
    'ws://0.0.0.0/',
    'ws://[::]/',
    'ws://[::ffff:127.0.0.1]/',
  ])('%s is on this machine, so it does not wait for the network', async (url) => {
    const { client, environment } = await openHarness({ retry: { delay: () => 1000 } }, url)
    environment.emitPageEvent('offline')
    expect(client.getSnapshot().status).toBe('open')
    environment.socket.end(1006)
    await environment.advance(1000)
    expect(environment.sockets).toHaveLength(2)
  })

  test('the URL of a function is on this machine once it has opened', async () => {
    const page = createTestEnvironment({ baseUrl: 'https://a.example/' })
    const options = { retry: { delay: () => 1000 } }
    const { client, environment } = await openHarness(options, () => 'ws://localhost/', page)
    environment.emitPageEvent('offline')
    environment.socket.end(1006)
    await environment.advance(1000)
    expect([environment.sockets.length, client.getSnapshot().status]).toEqual([2, 'connecting'])
  })

  test.each(['ws://localhost.example/', 'ws://128.0.0.1/', 'ws://127.evil.example/'])(
    '%s is not on this machine',
    async (url) => {
      const { client, environment } = await openHarness({ retry: { delay: () => 1000 } }, url)
      environment.emitPageEvent('offline')
      environment.socket.end(1006)
      expect(client.getSnapshot().waitingFor).toBe('online')
    },
  )

  test('with `pause.offline: false` network events have no effect', async () => {
    const { environment } = await lost({ pause: { offline: false } })
    environment.emitPageEvent('offline')
    environment.socket.end(1006)
    await environment.advance(500)
    expect(environment.sockets).toHaveLength(2)
  })

  test('hidden: timers do not pile up, and the connection stays', async () => {
    const { client, environment, seen } = await lost()
    environment.emitPageEvent('hidden')
    expect([client.getSnapshot().status, environment.timers]).toEqual(['open', 0])
    environment.emitPageEvent('visible')
    expect(seen).toEqual([])
  })

  test('hidden with `pause.hidden`: the connection closes; visible: one attempt', async () => {
    const { client, environment } = await lost({ pause: { hidden: true } })
    environment.emitPageEvent('hidden')
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      waitingFor: 'visible',
      error: undefined,
      attempt: 0,
    })
    await environment.advance(0)
    expect([environment.socket.closedWith?.code, environment.timers]).toEqual([1000, 0])
    environment.emitPageEvent('visible')
    await environment.advance(250)
    expect(environment.sockets).toHaveLength(2)
  })

  test('a page that goes into the back/forward cache closes, and one that comes out of it reopens', async () => {
    const { client, environment, emitted } = await lost()
    environment.emitPageEvent('pagehide')
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'page' })
    await environment.advance(0)
    expect([environment.socket.closedWith?.code, environment.timers]).toEqual([1000, 0])
    environment.emitPageEvent('online')
    environment.jump(3_600_000)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    environment.emitPageEvent('pageshow')
    await environment.advance(250)
    environment.socket.accept()
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0 })
    expect(emitted).toEqual(['open', 'close 1000', 'open'])
  })

  test('a page that freezes while connecting aborts the attempt', async () => {
    const { client, environment } = createHarness()
    client.open()
    await environment.advance(0)
    environment.emitPageEvent('pagehide')
    expect(environment.socket.closedWith).toBeDefined()
    expect([client.getSnapshot().status, environment.timers]).toEqual(['backoff', 0])
  })

  test('connects only when both gates are open', async () => {
    const { client, environment } = await lost({ pause: { hidden: true } })
    environment.emitPageEvent('offline')
    environment.emitPageEvent('hidden')
    environment.emitPageEvent('online')
    expect(client.getSnapshot().waitingFor).toBe('visible')
    await environment.advance(5000)
    expect(environment.sockets).toHaveLength(1)
    environment.emitPageEvent('visible')
    await environment.advance(250)
    expect(environment.sockets).toHaveLength(2)
  })

  test('reconnect() while offline waits for the network', async () => {
    const { client, environment } = await lost()
    environment.emitPageEvent('offline')
    client.reconnect()
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
    await environment.advance(5000)
    expect(environment.sockets).toHaveLength(1)
  })

  test('a page that is hidden from the start connects only without pause.hidden', async () => {
    const environment = createTestEnvironment()
    const hidden = extendEnvironment(environment, {
      onPageEvent(listener) {
        listener('hidden')
        return () => {}
      },
    })
    const { client } = createHarness({ pause: { hidden: true } }, '/chat', hidden)
    client.open()
    await environment.advance(1000)
    expect(environment.sockets).toEqual([])
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'visible' })
  })
})
