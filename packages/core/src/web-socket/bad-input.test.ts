import { describe, expect, test } from 'vitest'
import { openHarness, createHarness, extendEnvironment } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'

describe('[status] an impossible connection fails for good and says why', () => {
  test.each([
    ['a scheme that is none of ours', 'ftp://test.example/?token=s3cret', {}, 'bad-url'],
    ['a URL that does not parse', 'wss://user:s3cret@test.example:99999/', {}, 'bad-url'],
    ['a fragment', '/chat?token=s3cret#top', {}, 'bad-url'],
    [
      'a subprotocol that is offered twice',
      '/chat?token=s3cret',
      { protocols: ['v1', 'v1'] },
      'bad-protocols',
    ],
  ])('%s', async (_, url, options, code) => {
    const { client, environment, emitted } = createHarness(options, url)
    client.open()
    await environment.advance(0)
    const { error } = client.getSnapshot()
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal', error: { code } } })
    expect(emitted).toEqual([`error ${code}`])
    expect(`${error?.message} ${JSON.stringify(error)}`).not.toContain('s3cret')
    await environment.advance(3_600_000)
    expect([environment.sockets.length, environment.timers, environment.listeners]).toEqual([0, 0, 0])
  })

  test('a relative URL without a base', async () => {
    const { client, environment } = createHarness({}, '/chat', createTestEnvironment({ baseUrl: undefined }))
    client.open()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      error: { code: 'bad-url', url: '/chat' },
    })
  })

  test('a platform without WebSocket', async () => {
    const own = extendEnvironment(createTestEnvironment(), { WebSocket: undefined })
    const { client, environment } = createHarness({}, '/chat', own)
    client.open()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'fatal' },
      error: { code: 'unsupported', feature: 'WebSocket' },
    })
  })

  test('a valid URL afterwards opens', async () => {
    const { client, environment } = createHarness({}, 'ftp://test.example/')
    client.open()
    await environment.advance(0)
    client.setOptions('/chat', { environment })
    await environment.advance(0)
    environment.socket.accept()
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined })
  })
})

describe('[close] close() with a code that a page may not send', () => {
  test.each([
    [1001, ''],
    [2999, ''],
    [5000, ''],
    [Number.NaN, ''],
    [1000, 'x'.repeat(124)],
    [undefined, '€'.repeat(42)],
  ])('%s with %s is refused at once, and the connection stays', async (code, reason) => {
    const { client, environment } = await openHarness()
    expect(() => client.close(code, reason)).toThrow(expect.objectContaining({ code: 'bad-close' }))
    expect(client.getSnapshot().status).toBe('open')
    expect(environment.socket.closedWith).toBeUndefined()
    client.close(4999, '€'.repeat(41))
    expect(environment.socket.closedWith).toEqual({ code: 4999, reason: '€'.repeat(41) })
  })

  test('a reason alone is sent with 1000', async () => {
    const { client, environment } = await openHarness()
    client.close(undefined, 'done')
    expect(environment.socket.closedWith).toEqual({ code: 1000, reason: 'done' })
  })
})

test('errors of a custom WebSocket class are final and do not crash', async () => {
  const environment = createTestEnvironment()
  function Broken(): never {
    throw new TypeError('not today')
  }
  const own = extendEnvironment(environment, { WebSocket: Broken as unknown as typeof WebSocket })
  const { client } = createHarness({}, '/chat', own)
  client.open()
  await environment.advance(0)
  expect(client.getSnapshot()).toMatchObject({
    status: 'closed',
    error: { thrown: { message: 'not today' } },
  })
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
})
