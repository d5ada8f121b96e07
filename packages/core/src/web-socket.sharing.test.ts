import { afterEach, describe, expect, test, vi } from 'vitest'
import { record } from '../test/stage.ts'
import { json, text } from './codec.ts'
import { collect } from './fold.ts'
import { type TestEnvironment, createTestEnvironment } from './testing.ts'
import { type UrlOption, type WebSocketOptions, createWebSocket, observeWebSocket } from './web-socket.ts'

/** `collect()`, for hooks whose data may be anything. */
const list = (sofar: unknown, message: unknown) => collect()(Array.isArray(sofar) ? sofar : [], message)

type Options = WebSocketOptions<unknown, never, unknown>

/** A hook that is mounted. */
function mount(environment: TestEnvironment, options: Options = {}, url: UrlOption = '/chat') {
  const observer = observeWebSocket<unknown, never, unknown>(url, { environment, ...options })
  const said = record(observer)
  return { observer, said, leave: observer.subscribe(() => {}) }
}

/** So many hooks on one line that is up. */
async function crowd(count: number, options: Options = {}) {
  const environment = createTestEnvironment()
  const hooks = Array.from({ length: count }, () => mount(environment, options))
  await environment.advance(0)
  environment.socket.accept()
  return { environment, hooks, socket: environment.socket }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('46: all with the same destination share one line', () => {
  test('one connection, one heartbeat, and each handler once for each message', async () => {
    const { environment, hooks, socket } = await crowd(5, { heartbeat: {} })
    expect(environment.sockets).toHaveLength(1)
    await environment.advance(25_000)
    expect(socket.sent).toEqual(['ping'])
    socket.receive('x')
    for (const { said, observer } of hooks) {
      expect(said).toEqual(['open', 'message x'])
      expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'x' })
    }
    expect(environment.listeners).toBe(1)
  })

  test('it closes when the last one has gone, after a short linger', async () => {
    const { environment, hooks, socket } = await crowd(3)
    for (const { leave } of hooks) {
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

  test('who comes within the linger finds it up, and the linger is over', async () => {
    const { environment, hooks } = await crowd(1)
    hooks[0]?.leave()
    await environment.advance(500)
    const late = mount(environment)
    await environment.advance(10_000)
    expect(late.observer.getSnapshot().status).toBe('open')
    expect(environment.sockets).toHaveLength(1)
  })

  test('who comes after it has closed has a new one', async () => {
    const { environment, hooks } = await crowd(1)
    hooks[0]?.leave()
    await environment.advance(1000)
    mount(environment)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('a line that lingers while it is lost is not dialled again after the linger', async () => {
    const { environment, hooks, socket } = await crowd(1, { retry: { delay: () => 5000 } })
    hooks[0]?.leave()
    socket.end(1006)
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test.each([
    ['another URL', {}, '/other'],
    ['other protocols', { protocols: 'v2' }, '/chat'],
    ['another key', { shareKey: 'mine' }, '/chat'],
    ['`share: false`', { share: false }, '/chat'],
    ['a URL by a function, without a key', {}, () => '/chat'],
    ['protocols by a function, without a key', { protocols: () => [] }, '/chat'],
  ] as const)('not with %s', async (_, options, url) => {
    const { environment } = await crowd(1)
    mount(environment, options, url)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('`share: false` twice is two', async () => {
    const { environment } = await crowd(2, { share: false })
    expect(environment.sockets).toHaveLength(2)
  })

  test('nor with another environment', async () => {
    const [one, other] = [await crowd(1), await crowd(1)]
    expect([one.environment.sockets.length, other.environment.sockets.length]).toEqual([1, 1])
  })

  test('functions share by a key, and the first one is asked', async () => {
    const environment = createTestEnvironment()
    const [first, second] = [vi.fn<() => string>(() => '/first'), vi.fn<() => string>(() => '/second')]
    mount(environment, { shareKey: 'room' }, first)
    mount(environment, { shareKey: 'room' }, second)
    await environment.advance(0)
    expect(environment.sockets.map(({ url }) => url)).toEqual(['wss://test.example/first'])
    expect(second).not.toHaveBeenCalled()
  })

  test('one that goes elsewhere leaves the others alone', async () => {
    const { environment, hooks, socket } = await crowd(2)
    hooks[0]?.observer.setOptions('/other', { environment })
    await environment.advance(0)
    environment.socket.accept()
    socket.receive('old')
    environment.socket.receive('new')
    expect(hooks.map(({ said }) => said)).toEqual([
      ['open', 'open', 'message new'],
      ['open', 'message old'],
    ])
    expect(socket.closedWith).toBeUndefined()
  })

  test('one that goes where others are joins them', async () => {
    const { environment, hooks } = await crowd(1)
    const other = mount(environment, {}, '/other')
    await environment.advance(0)
    environment.socket.accept()
    other.observer.setOptions('/chat', { environment })
    await environment.advance(2000)
    expect(environment.sockets).toHaveLength(2)
    expect(environment.socket.closedWith).toBeDefined()
    environment.sockets[0]?.receive('x')
    expect([hooks[0]?.said.at(-1), other.said.at(-1)]).toEqual(['message x', 'message x'])
  })
})

describe('46: a codec and a fold are each hook’s own', () => {
  test('each decodes as it wants', async () => {
    const environment = createTestEnvironment()
    const hooks = [
      mount(environment, { codec: text() }),
      mount(environment, { codec: json() }),
      mount(environment),
    ]
    const listing = mount(environment, { codec: json(), reduce: list })
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('[1]')
    environment.socket.receive('[2]')
    expect(hooks.map(({ observer }) => observer.getSnapshot().data)).toEqual(['[2]', [2], '[2]'])
    expect(listing.observer.getSnapshot().data).toEqual([[1], [2]])
  })

  test('what one cannot decode is an error for those with its codec alone', async () => {
    const environment = createTestEnvironment()
    const [plain, parsed] = [mount(environment, { codec: text() }), mount(environment, { codec: json() })]
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('{')
    expect([plain.said.at(-1), parsed.said.at(-1)]).toEqual(['message {', 'error decode'])
  })
})

describe('48: a late joiner', () => {
  test('gets the status and the last data at once, and no handler is called for them', async () => {
    const { environment, socket } = await crowd(1)
    socket.receive('a')
    socket.receive('b')
    const late = mount(environment)
    expect(late.observer.getSnapshot()).toMatchObject({ status: 'open', data: 'b' })
    expect(late.said).toEqual([])
  })

  test('decodes them with its own codec; what fails was reported when it came', async () => {
    const { environment, socket } = await crowd(1)
    socket.receive('{"a":1}')
    expect(mount(environment, { codec: json() }).observer.getSnapshot().data).toEqual({ a: 1 })
    socket.receive('{')
    const late = mount(environment, { codec: json() })
    expect([late.observer.getSnapshot().data, late.said, environment.errors]).toEqual([undefined, [], []])
  })

  test('whose fold counts starts from its own beginning', async () => {
    const { environment, socket } = await crowd(1)
    socket.receive('a')
    const late = mount(environment, { reduce: list })
    socket.receive('b')
    expect(late.observer.getSnapshot().data).toEqual(['b'])
  })

  test('that a handler mounts has the message once', async () => {
    const { environment, hooks, socket } = await crowd(1, { notify: 'sync' })
    let late: ReturnType<typeof mount> | undefined
    hooks[0]?.observer.on('message', () => (late ??= mount(environment)))
    socket.receive('a')
    expect([late?.said, late?.observer.getSnapshot().data]).toEqual([[], 'a'])
    socket.receive('b')
    expect(late?.said).toEqual(['message b'])
  })

  test('of a line that was moved has nothing of the old place', async () => {
    const { environment, hooks, socket } = await crowd(1)
    socket.receive('old')
    hooks[0]?.observer.setOptions('/other', { environment })
    expect(mount(environment, {}, '/other').observer.getSnapshot().data).toBeUndefined()
  })

  test('during backoff sees when the next attempt is due', async () => {
    const { environment, socket } = await crowd(1)
    socket.end(1006)
    expect(mount(environment).observer.getSnapshot()).toMatchObject({
      status: 'backoff',
      attempt: 1,
      waitingFor: 'timer',
    })
  })

  test('of a line that is closed sees why, and opens it for all', async () => {
    const { environment, hooks, socket } = await crowd(1)
    socket.end(4500)
    const late = mount(environment)
    expect(late.observer.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
    late.observer.reconnect()
    await environment.advance(0)
    environment.socket.accept()
    expect([hooks[0]?.observer, late.observer].map((one) => one?.getSnapshot().status)).toEqual([
      'open',
      'open',
    ])
  })
})

describe('46: the oldest decides for the connection', () => {
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
    // Who comes back is the youngest.
    oldest.observer.subscribe(() => {})
    await environment.advance(222)
    environment.socket.refuse()
    expect(wait()).toBe(222)
  })

  test('its newest options count, those of the others do not', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { environment, hooks, socket } = await crowd(2)
    hooks[1]?.observer.setOptions('/chat', { environment, retry: { delay: () => 222 } })
    hooks[0]?.observer.setOptions('/chat', { environment, retry: { delay: () => 111 } })
    socket.end(1006)
    expect(hooks[1]?.observer.getSnapshot().retryAt).toBe(environment.now() + 111)
  })

  test('a different wish is named once in development, for each option', async () => {
    vi.resetModules()
    const fresh = await import('./web-socket.ts')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const environment = createTestEnvironment()
    const join = (options: Options) =>
      fresh.observeWebSocket('/chat', { environment, ...options }).subscribe(() => {})
    join({ linger: 5 })
    join({ linger: 5, onMessage: () => {}, codec: json(), notify: 'sync' })
    expect(warn).not.toHaveBeenCalled()
    join({ linger: 6 })
    join({ linger: 7 })
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toContain('"linger"')
    join({ linger: 5, heartbeat: {} })
    expect(warn).toHaveBeenCalledTimes(2)
    expect(warn.mock.calls[1]?.[0]).toContain('"heartbeat"')
  })

  test('and nobody is warned in production', async () => {
    vi.resetModules()
    vi.stubEnv('NODE_ENV', 'production')
    const fresh = await import('./web-socket.ts')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const environment = createTestEnvironment()
    for (const linger of [1, 2]) fresh.observeWebSocket('/chat', { environment, linger }).subscribe(() => {})
    expect(warn).not.toHaveBeenCalled()
    vi.unstubAllEnvs()
  })
})

describe('46: coming and going while something is told', () => {
  test('a hook that leaves and comes back in a handler hears it once', async () => {
    const environment = createTestEnvironment()
    let heard = 0
    const again = () => {
      if (++heard > 20) return
      leave()
      leave = observer.subscribe(() => {})
    }
    const observer = observeWebSocket('/chat', { environment, onOpen: again, onMessage: again })
    let leave = observer.subscribe(() => {})
    mount(environment)
    await environment.advance(0)
    environment.socket.accept()
    expect(heard).toBe(1)
    environment.socket.receive('x')
    expect(heard).toBe(2)
  })

  test('a hook that comes in a handler does not hear of what was before it', async () => {
    const environment = createTestEnvironment()
    const late: ReturnType<typeof mount>[] = []
    mount(environment, { onOpen: () => late.push(mount(environment)) })
    await environment.advance(0)
    environment.socket.accept()
    expect(late.map(({ said }) => said)).toEqual([[]])
  })

  test('a hook that another one unmounts hears no more', async () => {
    const { hooks, socket } = await crowd(2)
    hooks[0]?.observer.on('message', () => hooks[1]?.leave())
    socket.receive('x')
    expect(hooks[1]?.said).toEqual(['open'])
  })

  test('a client without a framework shares with hooks', async () => {
    const { environment } = await crowd(1)
    const client = createWebSocket('/chat', { environment })
    client.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    expect(client.getSnapshot().status).toBe('open')
  })
})
