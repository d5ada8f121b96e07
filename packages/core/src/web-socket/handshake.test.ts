import { describe, expect, test, vi } from 'vitest'
import { createHarness } from '../../test/web-socket/harness.ts'
import { type ObserverOptions, mount } from '../../test/web-socket/observers.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { PlainWebSocketOptions } from './index.ts'
import type { Sendable, WireData } from '../shared/codec.ts'

const isReady = (raw: unknown) => raw === 'ready'

async function connect(
  options: PlainWebSocketOptions<WireData, Sendable, WireData | undefined, unknown>,
  url?: UrlOption,
) {
  const set = createHarness(options, url)
  set.client.open()
  expect(set.client.send('queued')).toBe('queued')
  await set.environment.advance(0)
  return set
}

describe('[handshake] the first message is that of `handshake`', () => {
  test('open only when the server has said so, the queue after it', async () => {
    const onMessage = vi.fn<(message: unknown) => void>()
    const { client, environment, emitted } = await connect({
      handshake: { message: 'token', isReady },
      onOpen: () => void client.send('hello'),
      onMessage,
    })
    environment.socket.accept()
    expect([client.getSnapshot().status, environment.socket.sent]).toEqual(['connecting', ['token']])
    expect(client.send('also queued')).toBe('queued')
    environment.socket.receive('welcome')
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined })
    environment.socket.receive('ready')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: undefined })
    expect(environment.socket.sent).toEqual(['token', 'queued', 'also queued', 'hello'])
    environment.socket.receive('news')
    expect(onMessage.mock.calls.map(([message]) => message)).toEqual(['news'])
    expect(emitted).toEqual(['open', 'message news'])
  })

  test('without `isReady` it is simply first', async () => {
    const { client, environment } = await connect({ handshake: { message: 'token' } })
    environment.socket.accept()
    expect(client.getSnapshot().status).toBe('open')
    expect(environment.socket.sent).toEqual(['token', 'queued'])
  })

  test('a function runs before every attempt, and may be async', async () => {
    const tokens = ['one', 'two']
    const { environment } = await connect({ handshake: { message: async () => tokens.shift() ?? '' } })
    environment.socket.accept()
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.sockets.map(({ sent }) => sent[0])).toEqual(['one', 'two'])
  })

  test('the codec does not change it, and `isReady` gets what was received', async () => {
    const environment = createTestEnvironment()
    const seen: unknown[] = []
    const { client } = createHarness(
      {
        codec: json(),
        handshake: {
          message: '{"type":"auth"}',
          isReady: (raw) => seen.push(raw) > 0,
        },
      },
      '/chat',
      environment,
    )
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('{"type":"ok"}')
    expect([environment.socket.sent, seen]).toEqual([['{"type":"auth"}'], ['{"type":"ok"}']])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: undefined })
  })

  test('`timeout.connect` holds for the connection and the handshake together', async () => {
    const { client, environment, emitted } = await connect({
      handshake: { message: 'token', isReady },
      timeout: { connect: 5000 },
    })
    await environment.advance(4000)
    environment.socket.accept()
    environment.socket.receive('welcome')
    await environment.advance(999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    expect(emitted).toEqual(['error timeout', 'retry 1'])
  })

  test('a close during it is a failed attempt', async () => {
    const { client, environment, emitted } = await connect({ handshake: { message: 'token', isReady } })
    environment.socket.accept()
    environment.socket.end(1011)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1, queued: 1 })
    expect(emitted).toEqual(['error connect-failed', 'retry 1'])
  })

  test.each([4401, 1008])('a close with %i during it renews the credentials once', async (code) => {
    const tokens = ['old', 'new']
    const { client, environment } = await connect({
      handshake: { message: () => tokens.shift() ?? 'none', isReady },
    })
    environment.socket.accept()
    environment.socket.end(code)
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.sockets.map(({ sent }) => sent)).toEqual([['old'], ['new']])
    environment.socket.end(code)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
  })

  test('a constant message that is refused is final at once', async () => {
    const { client, environment } = await connect({ handshake: { message: 'token', isReady } })
    environment.socket.accept()
    environment.socket.end(4401)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
  })

  test('an `isReady` that throws fails the attempt', async () => {
    const failing = () => {
      throw new Error('secret')
    }
    const { client, environment } = await connect({ handshake: { message: 'token', isReady: failing } })
    environment.socket.accept()
    environment.socket.receive('welcome')
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1, error: { code: 'provider' } })
    expect(String(client.getSnapshot().error)).not.toContain('secret')
  })

  test('a message that cannot be sent is named, without its content', async () => {
    const { client } = await connect({ handshake: { message: { token: 'secret' } as never } })
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', error: { code: 'encode' } })
    expect(String(client.getSnapshot().error)).not.toContain('secret')
  })

  test.each([
    ['text', { handshake: 'token' }],
    ['a constant `isReady`', { handshake: { message: 'token', isReady: true } }],
  ])('refuses %s', (_, options) => {
    expect(() => createHarness(options as never)).toThrow('Option handshake')
  })
})

describe('[handshake] `handshake.message` is part of the identity', () => {
  async function socketsOf(...all: ObserverOptions[]) {
    const environment = createTestEnvironment()
    for (const options of all) mount(environment, options)
    await environment.advance(0)
    return environment.sockets.length
  }
  const token = () => 'token'

  test.each<[string, number, ...ObserverOptions[]]>([
    ['the same text shares', 1, { handshake: { message: 'a' } }, { handshake: { message: 'a' } }],
    ['another text does not', 2, { handshake: { message: 'a' } }, { handshake: { message: 'b' } }],
    ['none and one do not', 2, {}, { handshake: { message: '' } }],
    [
      'the same function object shares',
      1,
      { handshake: { message: token } },
      { handshake: { message: token } },
    ],
    [
      'other functions do not',
      2,
      { handshake: { message: token } },
      { handshake: { message: () => 'token' } },
    ],
    [
      'other functions share by a key',
      1,
      { key: 'ada', handshake: { message: token } },
      { key: 'ada', handshake: { message: () => 'token' } },
    ],
    [
      'equal bytes share',
      1,
      { handshake: { message: new Uint8Array([1]) } },
      { handshake: { message: new Uint8Array([1]).buffer } },
    ],
    [
      'other bytes do not',
      2,
      { handshake: { message: new Uint8Array([1]) } },
      { handshake: { message: new Uint8Array([2]) } },
    ],
    [
      'a Blob cannot be compared',
      2,
      { handshake: { message: new Blob(['a']) } },
      { handshake: { message: new Blob(['a']) } },
    ],
  ])('%s', async (_, count, ...all) => {
    expect(await socketsOf(...all)).toBe(count)
  })

  test('another user reconnects, and an inline function or object of the same user does not', async () => {
    const environment = createTestEnvironment()
    const { observer, emitted } = mount(environment, { handshake: { message: 'ada' } })
    await environment.advance(0)
    environment.socket.accept()
    observer.setOptions('/chat', { environment, handshake: { message: 'ada' } })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    observer.setOptions('/chat', { environment, handshake: { message: 'bob' } })
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.sockets.map(({ sent }) => sent)).toEqual([['ada'], ['bob']])
    expect(emitted).toEqual(['open', 'close 1000', 'open'])
  })

  test('a private connection continues with a new inline function, which the next attempt calls', async () => {
    const environment = createTestEnvironment()
    const { observer } = mount(environment, { handshake: { message: () => 'old' } })
    await environment.advance(0)
    environment.socket.accept()
    observer.setOptions('/chat', { environment, handshake: { message: () => 'new' } })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    environment.socket.end(1011)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['new'])
  })
})
