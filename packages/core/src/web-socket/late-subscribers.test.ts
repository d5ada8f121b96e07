import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ObserverOptions, mountMany, list, mount } from '../../test/web-socket/observers.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createWebSocket, observeWebSocket, pings } from './index.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('[late-subscribers] a late subscriber', () => {
  test('gets the status and the last data at once, and no handler is called for them', async () => {
    const { environment, socket } = await mountMany(1)
    socket.receive('a')
    socket.receive('b')
    const late = mount(environment)
    expect(late.observer.getSnapshot()).toMatchObject({ status: 'open', data: 'b' })
    expect(late.emitted).toEqual([])
  })

  test('decodes the data with its own codec; earlier errors are not reported again', async () => {
    const { environment, socket } = await mountMany(1)
    socket.receive('{"a":1}')
    expect(mount(environment, { codec: json() }).observer.getSnapshot().data).toEqual({ a: 1 })
    socket.receive('{')
    const late = mount(environment, { codec: json() })
    expect([late.observer.getSnapshot().data, late.emitted, environment.errors]).toEqual([undefined, [], []])
  })

  test('with a reducer starts from its own initial data', async () => {
    const { environment, socket } = await mountMany(1)
    socket.receive('a')
    const late = mount(environment, { reduce: list })
    socket.receive('b')
    expect(late.observer.getSnapshot().data).toEqual(['b'])
  })

  test('mounted in a handler gets the message once', async () => {
    const { environment, observers, socket } = await mountMany(1, { notify: 'sync' })
    let late: ReturnType<typeof mount> | undefined
    observers[0]?.observer.on('message', () => (late ??= mount(environment)))
    socket.receive('a')
    expect([late?.emitted, late?.observer.getSnapshot().data]).toEqual([[], 'a'])
    socket.receive('b')
    expect(late?.emitted).toEqual(['open', 'message b'])
  })

  test('after a URL change gets nothing of the old URL', async () => {
    const { environment, observers, socket } = await mountMany(1)
    socket.receive('old')
    observers[0]?.observer.setOptions('/other', { environment })
    expect(mount(environment, {}, '/other').observer.getSnapshot().data).toBeUndefined()
  })

  test('during backoff gets the time of the next attempt', async () => {
    const { environment, socket } = await mountMany(1)
    socket.end(1006)
    expect(mount(environment).observer.getSnapshot()).toMatchObject({
      status: 'backoff',
      attempt: 1,
      waitingFor: 'timer',
    })
  })

  test('of a closed connection gets the reason, and opens it for all', async () => {
    const { environment, observers, socket } = await mountMany(1)
    socket.end(4500)
    const late = mount(environment)
    expect(late.observer.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
    late.observer.reconnect()
    await environment.advance(0)
    environment.socket.accept()
    expect([observers[0]?.observer, late.observer].map((one) => one?.getSnapshot().status)).toEqual([
      'open',
      'open',
    ])
  })
})

describe('[sharing] the options of the oldest observer apply', () => {
  test('and the next one takes over when it leaves', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const environment = createTestEnvironment()
    const oldest = mount(environment, { retry: { delay: () => 111 } })
    const next = mount(environment, { retry: { delay: () => 222 } })
    await environment.advance(0)
    environment.socket.accept()
    const wait = () => (next.observer.getSnapshot().retryAt ?? Number.NaN) - environment.now()
    environment.socket.end(1006)
    expect(wait()).toBe(111)
    await environment.advance(111)
    oldest.leave()
    environment.socket.refuse()
    expect(wait()).toBe(222)
    // An observer that returns counts as the newest.
    oldest.observer.subscribe(() => {})
    await environment.advance(222)
    environment.socket.refuse()
    expect(wait()).toBe(222)
  })

  test('its latest options apply, those of the others do not', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { environment, observers, socket } = await mountMany(2)
    observers[1]?.observer.setOptions('/chat', { environment, retry: { delay: () => 222 } })
    observers[0]?.observer.setOptions('/chat', { environment, retry: { delay: () => 111 } })
    socket.end(1006)
    expect(observers[1]?.observer.getSnapshot().retryAt).toBe(environment.now() + 111)
  })

  test('a conflicting option is reported once in development', async () => {
    vi.resetModules()
    const fresh = await import('./index.ts')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const environment = createTestEnvironment()
    const join = (options: ObserverOptions) =>
      fresh.observeWebSocket('/chat', { environment, ...options }).subscribe(() => {})
    join({ closeDelay: 5 })
    join({ closeDelay: 5, onMessage: () => {}, codec: json(), notify: 'sync' })
    expect(warn).not.toHaveBeenCalled()
    join({ closeDelay: 6 })
    join({ closeDelay: 7 })
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toContain('"closeDelay"')
    join({ closeDelay: 5, heartbeat: pings() })
    expect(warn).toHaveBeenCalledTimes(2)
    expect(warn.mock.calls[1]?.[0]).toContain('"heartbeat"')
  })

  test('and not in production', async () => {
    vi.resetModules()
    vi.stubEnv('NODE_ENV', 'production')
    const fresh = await import('./index.ts')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const environment = createTestEnvironment()
    for (const round of [1, 2])
      fresh.observeWebSocket('/chat', { environment, closeDelay: round }).subscribe(() => {})
    expect(warn).not.toHaveBeenCalled()
    vi.unstubAllEnvs()
  })
})

describe('[sharing] subscribing and leaving during a notification', () => {
  test('an observer that leaves and comes back in a handler receives it once', async () => {
    const environment = createTestEnvironment()
    let count = 0
    const again = () => {
      if (++count > 20) return
      leave()
      leave = observer.subscribe(() => {})
    }
    const messages: unknown[] = []
    const onMessage = (message: unknown) => {
      messages.push(message)
      again()
    }
    const observer = observeWebSocket('/chat', { environment, onOpen: again, onMessage })
    let leave = observer.subscribe(() => {})
    mount(environment)
    await environment.advance(0)
    environment.socket.accept()
    expect(count).toBe(1)
    environment.socket.receive('x')
    expect(messages).toEqual(['x'])
  })

  test('an observer mounted in a handler does not receive earlier events', async () => {
    const environment = createTestEnvironment()
    const late: ReturnType<typeof mount>[] = []
    mount(environment, { onOpen: () => late.push(mount(environment)) })
    await environment.advance(0)
    environment.socket.accept()
    expect(late.map(({ emitted }) => emitted)).toEqual([[]])
  })

  test('an observer unmounted by another one receives nothing more', async () => {
    const { observers, socket } = await mountMany(2)
    observers[0]?.observer.on('message', () => observers[1]?.leave())
    socket.receive('x')
    expect(observers[1]?.emitted).toEqual(['open'])
  })

  test('a client without a framework shares with observers', async () => {
    const { environment } = await mountMany(1)
    const client = createWebSocket('/chat', { environment })
    client.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    expect(client.getSnapshot().status).toBe('open')
  })
})
