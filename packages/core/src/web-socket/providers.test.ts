import { describe, expect, test, vi } from 'vitest'
import { expectNoUnhandledRejection } from '../../test/common/rejections.ts'
import { createHarness } from '../../test/web-socket/harness.ts'
import { TautlineError } from '../shared/errors.ts'
import type { AttemptContext } from '../shared/attempt.ts'
import type { UrlOption, WebSocketOptions } from './index.ts'

/** The recorded arguments of an option function. */
type ProviderCall = Pick<AttemptContext, 'attempt' | 'previous'>

expectNoUnhandledRejection()

/** Creates a client and starts to connect. */
async function connecting(url: UrlOption, options: WebSocketOptions = {}) {
  const set = createHarness(options, url)
  set.client.open()
  await set.environment.advance(0)
  return set
}

const boom = new Error('boom')
const fail = (): never => {
  throw boom
}
const never = () => new Promise<string>(() => {})

describe('[option-functions] a URL or protocol function', () => {
  test('runs before every attempt, with its number and the previous error', async () => {
    const received: ProviderCall[] = []
    let token = 0
    const url = ({ attempt, previous }: AttemptContext) => {
      received.push({ attempt, previous })
      return `/chat?token=${++token}`
    }
    const { client, environment } = await connecting(url)
    environment.socket.refuse()
    const refused = client.getSnapshot().error
    await environment.advance(500)
    environment.socket.accept()
    environment.socket.end(1011)
    const ended = client.getSnapshot().error
    await environment.advance(8000)
    expect(received).toEqual([
      { attempt: 0, previous: undefined },
      { attempt: 1, previous: refused },
      { attempt: 2, previous: ended },
    ])
    expect(environment.sockets.map(({ url }) => url.slice(-7))).toEqual(['token=1', 'token=2', 'token=3'])
  })

  test('may be asynchronous, and may return protocols', async () => {
    const url = async () => {
      await Promise.resolve()
      return new URL('https://other.example/chat')
    }
    const { environment } = await connecting(url, { protocols: async () => ['v2', 'bearer.1'] })
    expect(environment.socket.url).toBe('wss://other.example/chat')
    expect(environment.socket.protocols).toEqual(['v2', 'bearer.1'])
  })

  test('is always the latest one passed, and a new one never reconnects', async () => {
    const { client, environment } = await connecting(() => '/first')
    client.setOptions(() => '/second', { environment })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    environment.socket.refuse()
    await environment.advance(500)
    expect(environment.sockets.map(({ url }) => url)).toEqual([
      'wss://test.example/first',
      'wss://test.example/second',
    ])
  })

  test.each([
    ['throws', { url: fail, protocols: undefined }],
    ['rejects', { url: () => Promise.reject(boom), protocols: undefined }],
    ['throws for the protocols', { url: '/chat', protocols: fail }],
    ['rejects for the protocols', { url: '/chat', protocols: () => Promise.reject(boom) }],
    [
      'rejects for the URL while that for the protocols throws',
      { url: () => Promise.reject(boom), protocols: fail },
    ],
    ['rejects for both', { url: () => Promise.reject(boom), protocols: () => Promise.reject(boom) }],
  ])('that %s is a failed attempt', async (_, { url, protocols }) => {
    const { client, environment, emitted } = await connecting(url, { protocols })
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      attempt: 1,
      error: { code: 'provider', thrown: boom },
    })
    expect(emitted).toEqual(['error provider', 'retry 1'])
    await environment.advance(500)
    expect(client.getSnapshot().attempt).toBe(2)
    expect(environment.sockets).toEqual([])
    client.close()
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test.each([undefined, null, '', false] as const)(
    '[no-url] that returns %o for the URL is idle',
    async (nothing) => {
      for (const result of [nothing, Promise.resolve(nothing)]) {
        const { client, environment } = await connecting(() => result)
        expect(client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined })
        expect([environment.timers, environment.sockets]).toEqual([0, []])
        client.close()
      }
    },
  )

  test('[no-url] that has no URL yet is idle, also if the protocols cannot be computed yet', async () => {
    const protocols = () => {
      throw new Error('no token')
    }
    const { client, environment, emitted } = createHarness({ protocols }, async () => null)
    client.open()
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined })
    expect(emitted).toEqual([])
  })

  test('[no-url] that has no URL any more is idle, and what is queued is reported', async () => {
    let url: string | null = '/chat'
    const { client, environment } = await connecting(() => url)
    const dropped: unknown[] = []
    client.on('error', (error) => error.code === 'dropped' && dropped.push(error.messages, error.why))
    environment.socket.accept()
    url = null
    environment.socket.end(1011)
    client.send('queued')
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined, queued: 0 })
    expect(dropped).toEqual([['queued'], 'closed'])
    url = '/chat'
    client.open()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('that returns no protocols is a failed attempt', async () => {
    const protocols = (() => undefined) as unknown as () => string // what the types would not let through
    const { client } = await connecting('/chat', { protocols })
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'provider' } })
  })

  test('has an error that names the function', async () => {
    const one = await connecting(fail)
    expect(one.client.getSnapshot().error).toMatchObject({ provider: 'url' })
    const other = await connecting('/chat', { protocols: fail })
    expect(other.client.getSnapshot().error).toMatchObject({ provider: 'protocols' })
  })

  test('that throws a TautlineError is a failed attempt too', async () => {
    const cause = new TautlineError('timeout', 'of another line', { phase: 'connect', timeout: 1 })
    const { client } = await connecting(() => Promise.reject(cause))
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'provider', cause } })
  })

  test('that returns an invalid URL is final', async () => {
    const { client } = await connecting(() => 'ftp://test.example/')
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'fatal' },
      error: { code: 'bad-url' },
    })
  })

  test('that never settles is aborted after timeout.connect, and requested again', async () => {
    const url = vi.fn<(context: AttemptContext) => Promise<string>>(never)
    const { client, environment } = await connecting(url)
    await environment.advance(9999)
    const signal = url.mock.calls[0]?.[0].signal
    expect([client.getSnapshot().status, signal?.aborted]).toEqual(['connecting', false])
    await environment.advance(1)
    expect([client.getSnapshot().status, signal?.aborted]).toEqual(['backoff', true])
    await environment.advance(500)
    expect(url).toHaveBeenCalledTimes(2)
    expect(client.getSnapshot().status).toBe('connecting')
  })

  test('that resolves too late opens nothing', async () => {
    const resolvers: ((url: string) => void)[] = []
    const { environment } = await connecting(() => new Promise<string>((resolve) => resolvers.push(resolve)))
    await environment.advance(10_500)
    resolvers[0]?.('/late')
    await environment.advance(0)
    expect(environment.sockets).toEqual([])
    resolvers[1]?.('/in-time')
    await environment.advance(0)
    expect(environment.sockets.map(({ url }) => url)).toEqual(['wss://test.example/in-time'])
  })

  test('that rejects too late changes nothing', async () => {
    const failures: ((error: Error) => void)[] = []
    const url = () => new Promise<string>((_, reject) => failures.push(reject))
    const { client, environment } = await connecting(url)
    await environment.advance(10_500)
    const before = client.getSnapshot()
    failures[0]?.(boom)
    await environment.advance(0)
    expect(client.getSnapshot()).toBe(before)
  })

  test('is not called while no attempt may start', async () => {
    const url = vi.fn<() => string>(() => '/chat')
    const { client, environment } = await connecting(url)
    environment.emitPageEvent('offline')
    environment.socket.refuse()
    await environment.advance(60_000)
    expect(url).toHaveBeenCalledOnce()
    client.close()
    await environment.advance(60_000)
    expect(url).toHaveBeenCalledOnce()
  })

  test('that closes the connection stops the attempt', async () => {
    const { client, environment } = createHarness({}, () => {
      client.close()
      return '/chat'
    })
    client.open()
    await environment.advance(1000)
    expect(environment.sockets).toEqual([])
    expect(client.getSnapshot().status).toBe('closed')
  })
})

describe('[fatal-errors] rejected credentials', () => {
  test.each([4401, 1008])('%d calls the function once more at once, then closes for good', async (code) => {
    const received: ProviderCall[] = []
    const url = ({ attempt, previous }: AttemptContext) => {
      received.push({ attempt, previous })
      return '/chat'
    }
    const { client, environment, emitted } = await connecting(url)
    environment.socket.accept()
    environment.socket.end(code)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(0)
    expect(received).toHaveLength(2)
    expect(received[1]).toMatchObject({ attempt: 0, previous: { closeCode: code } })
    environment.socket.accept()
    environment.socket.end(code)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
    await environment.advance(3_600_000)
    expect(environment.sockets).toHaveLength(2)
    expect(emitted).toEqual([
      'open',
      `close ${code}`,
      'error closed',
      'open',
      `close ${code}`,
      'error closed',
    ])
  })

  test('a protocol function is called too', async () => {
    const { environment } = await connecting('/chat', { protocols: () => 'bearer.1' })
    environment.socket.accept()
    environment.socket.end(4401)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('may be refused again after a connection that has proved useful', async () => {
    const { client, environment } = await connecting(() => '/chat')
    for (let time = 0; time < 3; time++) {
      environment.socket.accept()
      await environment.advance(5000)
      environment.socket.end(4401)
      await environment.advance(0)
      expect(client.getSnapshot().status).toBe('connecting')
    }
    expect(environment.sockets).toHaveLength(4)
  })

  test('`retry.when` can retry them with a delay, and can refuse', async () => {
    const eager = await connecting('/chat', { retry: { when: () => true } })
    eager.environment.socket.accept()
    eager.environment.socket.end(4401)
    expect(eager.client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    const strict = await connecting(() => '/chat', { retry: { when: () => false } })
    strict.environment.socket.accept()
    strict.environment.socket.end(4401)
    expect(strict.client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
  })
})
