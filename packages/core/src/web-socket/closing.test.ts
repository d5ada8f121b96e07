import { describe, expect, test, vi } from 'vitest'
import { openHarness, createHarness, statuses } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { observeWebSocket } from './index.ts'

describe('[close] close() is final', () => {
  const HOUR = 3_600_000

  test('when the connection is open, with the code and reason that were given', async () => {
    const { client, environment, emitted } = await openHarness()
    client.close(4001, 'done')
    expect(environment.socket.closedWith).toEqual({ code: 4001, reason: 'done' })
    environment.socket.receive('late')
    await environment.advance(0)
    environment.socket.end(1006)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
    await environment.advance(HOUR)
    expect(environment.sockets).toHaveLength(1)
    expect(emitted).toEqual(['open', 'close 4001'])
  })

  test('before the socket exists', async () => {
    const { client, environment, emitted } = createHarness()
    client.open()
    client.close()
    await environment.advance(HOUR)
    expect([environment.sockets.length, environment.timers, environment.listeners]).toEqual([0, 0, 0])
    expect(emitted).toEqual([])
  })

  test('during connecting', async () => {
    const { client, environment, emitted } = createHarness()
    client.open()
    await environment.advance(0)
    client.close()
    environment.socket.accept()
    environment.socket.receive('late')
    expect(client.getSnapshot().status).toBe('closed')
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
    await environment.advance(HOUR)
    expect(environment.sockets).toHaveLength(1)
    expect(emitted).toEqual([])
  })

  test('during backoff', async () => {
    const { client, environment } = await openHarness()
    environment.socket.end(1006)
    client.close()
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'user' },
      retryAt: undefined,
      attempt: 0,
    })
    environment.emitPageEvent('online')
    environment.emitPageEvent('visible')
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
    await environment.advance(HOUR)
    expect(environment.sockets).toHaveLength(1)
  })

  test('while the URL function runs', async () => {
    let resolveUrl: (url: string) => void = () => {}
    let signal: AbortSignal | undefined
    const { client, environment } = createHarness({}, (context) => {
      signal = context.signal
      return new Promise<string>((resolve) => (resolveUrl = resolve))
    })
    client.open()
    await environment.advance(0)
    expect(signal?.aborted).toBe(false)
    client.close()
    expect(signal?.aborted).toBe(true)
    resolveUrl('/chat')
    await environment.advance(HOUR)
    expect([environment.sockets.length, environment.timers]).toEqual([0, 0])
  })

  test('inside a message handler: the rest of the same chunk is not delivered', async () => {
    const { client, environment, emitted } = await openHarness()
    const socket = environment.socket
    const { onmessage } = socket
    client.on('message', (message) => message === 'stop' && client.close())
    for (const data of ['a', 'stop', 'b', 'c'])
      onmessage?.call(socket as unknown as WebSocket, { data } as MessageEvent)
    await environment.advance(0)
    expect(emitted).toEqual(['open', 'message a', 'message stop', 'close 1000'])
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', data: 'stop' })
  })

  test.each(['open', 'close', 'error', 'retry', 'transition'] as const)(
    'inside a handler of %s',
    async (type) => {
      const { client, environment } = createHarness()
      client.on(type, () => client.close())
      client.open()
      await environment.advance(0)
      if (type !== 'transition') environment.socket.accept()
      if (type !== 'open' && type !== 'transition') environment.socket.end(1006)
      expect(client.getSnapshot().status).toBe('closed')
      await environment.advance(HOUR)
      expect(environment.sockets.length).toBeLessThanOrEqual(1)
      expect([environment.timers, environment.listeners]).toEqual([0, 0])
    },
  )

  test('before it was ever opened, and until open() is called', async () => {
    const { client, environment } = createHarness()
    client.close()
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' } })
    const stop = client.subscribe(() => {})
    await environment.advance(0)
    expect(environment.sockets).toEqual([])
    client.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    stop()
  })

  test('also for a component that mounts again, until open()', async () => {
    const environment = createTestEnvironment()
    const client = observeWebSocket('/chat', { environment })
    const stop = client.subscribe(() => {})
    await environment.advance(0)
    client.close()
    stop()
    client.subscribe(() => {})
    await environment.advance(HOUR)
    expect(client.getSnapshot().status).toBe('closed')
    expect(environment.sockets).toHaveLength(1)
  })

  test('twice has the effect of once', async () => {
    const { client, environment, emitted } = await openHarness()
    const seen = statuses(client)
    client.close(4001)
    client.close(4002)
    await environment.advance(0)
    expect(environment.socket.closedWith?.code).toBe(4001)
    expect(seen).toEqual(['closed'])
    expect(emitted).toEqual(['open', 'close 4001'])
  })

  test('for all that share the connection', async () => {
    const { client, environment } = await openHarness()
    const other = observeWebSocket('/chat', { environment })
    other.subscribe(() => {})
    client.close()
    expect(other.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' } })
    await environment.advance(HOUR)
    expect(environment.sockets).toHaveLength(1)
    other.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })
})

describe('[reconnect] reconnect()', () => {
  test.each([
    ['idle', async () => createHarness()],
    ['connecting', async () => connecting()],
    ['open', async () => openHarness()],
    ['backoff', async () => lost()],
    ['closed by the user', async () => closed()],
    ['closed by the server', async () => lost(4500)],
    ['exhausted', async () => lost(1006, { retry: false })],
  ] as const)('works when it is %s, and connects once', async (_, begin) => {
    const { client, environment } = await begin()
    const before = environment.sockets.length
    client.reconnect()
    expect(client.getSnapshot()).toMatchObject({
      status: 'connecting',
      attempt: 0,
      error: undefined,
      closed: undefined,
    })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(before + 1)
    for (const old of environment.sockets.slice(0, -1)) expect(old.closedWith).toBeDefined()
    environment.socket.accept()
    expect(client.getSnapshot().status).toBe('open')
  })

  test('resets the attempts and so the delays', async () => {
    const { client, environment } = await openHarness({ retry: { delay: ({ attempt }) => attempt * 100 } })
    for (const attempt of [1, 2, 3]) {
      environment.socket.end(1006)
      expect(client.getSnapshot().attempt).toBe(attempt)
      await environment.advance(attempt * 100)
    }
    client.reconnect()
    await environment.advance(0)
    environment.socket.refuse()
    expect(client.getSnapshot().attempt).toBe(1)
  })

  const connecting = async () => {
    const set = createHarness()
    set.client.open()
    await set.environment.advance(0)
    return set
  }
  const lost = async (code = 1006, options = {}) => {
    const set = await openHarness(options)
    set.environment.socket.end(code)
    return set
  }
  const closed = async () => {
    const set = await openHarness()
    set.client.close()
    return set
  }
})

describe('[unmount] unsubscribing', () => {
  test('closes after closeDelay, and calls no handler any more', async () => {
    const onMessage = vi.fn<() => void>()
    const onClose = vi.fn<() => void>()
    const { client, environment } = createHarness({ onMessage, onClose, closeDelay: 1000 })
    const stop = client.subscribe(() => {})
    await environment.advance(0)
    environment.socket.accept()
    stop()
    environment.socket.receive('late')
    await environment.advance(999)
    expect(environment.socket.closedWith).toBeUndefined()
    await environment.advance(1)
    expect(environment.socket.closedWith?.code).toBe(1000)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
    expect(onMessage).not.toHaveBeenCalled()
    expect(onClose).not.toHaveBeenCalled()
    expect(client.getSnapshot().status).toBe('idle')
  })

  test('closes at once without closeDelay', async () => {
    const { client, environment } = createHarness({ closeDelay: 0 })
    const stop = client.subscribe(() => {})
    await environment.advance(0)
    stop()
    expect(environment.socket.closedWith).toBeDefined()
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('returning within closeDelay finds the connection open', async () => {
    const { client, environment } = createHarness()
    const stop = client.subscribe(() => {})
    await environment.advance(0)
    environment.socket.accept()
    stop()
    await environment.advance(999)
    client.subscribe(() => {})
    await environment.advance(HOUR_AND_MORE)
    expect(client.getSnapshot().status).toBe('open')
    expect(environment.sockets).toHaveLength(1)
  })

  test('a listener that subscribes twice has to leave twice', async () => {
    const { client, environment } = createHarness({ closeDelay: 0 })
    const listener = () => {}
    const stops = [client.subscribe(listener), client.subscribe(listener)]
    await environment.advance(0)
    stops[0]?.()
    stops[0]?.()
    expect(environment.socket.closedWith).toBeUndefined()
    stops[1]?.()
    expect(environment.socket.closedWith).toBeDefined()
  })

  const HOUR_AND_MORE = 4_000_000
})
