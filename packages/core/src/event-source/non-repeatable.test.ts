import { silence } from '../connection/heartbeat.ts'
import { describe, expect, test } from 'vitest'
import { list } from '../../test/web-socket/observers.ts'
import { statuses } from '../../test/web-socket/harness.ts'
import {
  NOTHING,
  type StreamOptions,
  respond,
  requesting,
  block,
  leftovers,
  mountStream,
  streaming,
} from '../../test/event-source/harness.ts'
import { createEventSource } from './index.ts'
import { isTautlineError } from '../shared/errors.ts'
import { concat } from '../shared/reducers.ts'
import { createTestEnvironment } from '../testing/index.ts'

const POST = { method: 'POST', body: { prompt: 'hello' } } as const
/** `concat()` for messages of any type. */
const tokens = concat() as NonNullable<StreamOptions['reduce']>
const failing = (status: number, headers: Record<string, string> = {}) => ({ status, headers })

describe('[stream-completion] a POST', () => {
  test('completes at the end of its response, and is not repeated by itself', async () => {
    const { client, environment, emitted, write } = await streaming({ ...POST, reduce: tokens })
    expect([environment.request.method, environment.request.body]).toEqual(['POST', '{"prompt":"hello"}'])
    await write(block('Hel'), block('lo'))
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'complete', error: undefined },
      data: 'Hello',
      error: undefined,
    })
    await environment.advance(600_000)
    expect(emitted).toEqual(['open', 'message Hel', 'message lo', 'close 1000'])
    expect([environment.requests.length, leftovers(environment)]).toEqual([1, NOTHING])
  })

  test.each(['POST', 'post', 'PATCH', 'QUERYISH'])('so does a %s', async (method) => {
    const { client, environment } = await streaming({ method })
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot().closed?.by).toBe('complete')
    expect(environment.request.method).toBe(method.toUpperCase())
  })

  test('[token-stream] a reducer joins its tokens into a text, and aborting it stops the server’s work', async () => {
    const { client, environment, write } = await streaming({ ...POST, reduce: tokens })
    await write(block('Hel'))
    client.close()
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', data: 'Hel' })
    expect([environment.request.aborted, environment.request.cancelled]).toEqual([true, true])
  })

  test('204 completes it too', async () => {
    const { client, environment } = await requesting(POST)
    await respond(environment, failing(204))
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'complete' } })
  })
})

describe('[stream-completion] is not repeated once the server may have started its work', () => {
  const closedBy = (by: string, code: string) => ({ status: 'closed', closed: { by, error: { code } } })

  test('when the response breaks off', async () => {
    const { client, environment, emitted, write } = await streaming({ ...POST, reduce: tokens })
    await write(block('Hel'))
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ ...closedBy('server', 'closed'), data: 'Hel' })
    expect(emitted).toEqual(['open', 'message Hel', 'close 1006 unclean', 'error closed'])
    await environment.advance(600_000)
    expect([environment.requests.length, leftovers(environment)]).toEqual([1, NOTHING])
  })

  test('when the network fails before the response', async () => {
    const { client, environment, emitted } = await requesting(POST)
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject(closedBy('server', 'connect-failed'))
    expect(client.getSnapshot().error?.message).toMatch(
      /may have processed the POST\..*Idempotency-Key.*atEnd/,
    )
    await environment.advance(600_000)
    expect([emitted, environment.requests.length]).toEqual([['error connect-failed'], 1])
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('[connect-timeout] when no response comes within a minute', async () => {
    const { client, environment } = await requesting(POST)
    await environment.advance(59_999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject(closedBy('server', 'timeout'))
    expect([environment.request.aborted, leftovers(environment)]).toEqual([true, NOTHING])
  })

  test('[connect-timeout] nor within a given timeout.connect', async () => {
    const { client, environment } = await requesting({ ...POST, timeout: { connect: 100 } })
    await environment.advance(100)
    expect(client.getSnapshot()).toMatchObject(closedBy('server', 'timeout'))
  })

  test('[stream-silence] when it goes silent', async () => {
    const { client, environment } = await streaming({ ...POST, heartbeat: silence({ timeout: 5000 }) })
    await environment.advance(5000)
    expect(client.getSnapshot()).toMatchObject(closedBy('server', 'timeout'))
    await environment.advance(600_000)
    expect(environment.requests).toHaveLength(1)
  })

  test.each([0, 1])(
    '[bfcache] when the page goes into the bfcache, with a response (%i) or without',
    async (hasResponse) => {
      const { client, environment, emitted } = await requesting(POST)
      if (hasResponse) await respond(environment)
      environment.emitPageEvent('pagehide')
      expect(client.getSnapshot()).toMatchObject({
        ...closedBy('fatal', 'interrupted'),
        error: { by: 'page' },
      })
      expect(emitted.slice(hasResponse)).toEqual(
        hasResponse ? ['close 1006 unclean', 'error interrupted'] : ['error interrupted'],
      )
      environment.emitPageEvent('pageshow')
      await environment.advance(600_000)
      expect([environment.requests.length, leftovers(environment)]).toEqual([1, NOTHING])
    },
  )

  test('when the response is of another type', async () => {
    const { client, environment } = await requesting(POST)
    await respond(environment, { headers: { 'content-type': 'application/json' } })
    expect(client.getSnapshot()).toMatchObject(closedBy('fatal', 'content-type'))
    expect(environment.request.cancelled).toBe(true)
  })

  test.each([500, 501, 502, 504, 400, 404, 409, 422])('when the response is a bare %i', async (status) => {
    const { client, environment } = await requesting(POST)
    await respond(environment, failing(status))
    expect(client.getSnapshot()).toMatchObject(closedBy('fatal', 'http'))
    await environment.advance(600_000)
    expect(environment.requests).toHaveLength(1)
  })
})

describe('[stream-completion] is repeated automatically', () => {
  test.each<[string, StreamOptions]>([
    ['the header Idempotency-Key', { headers: { 'Idempotency-Key': '7' } }],
    ['that header of a function', { headers: () => ({ 'idempotency-key': '7' }) }],
    ['`atEnd: reconnect`', { atEnd: 'reconnect' }],
    ['`retry.when`', { retry: { when: () => true } }],
  ])('when the network fails before the response, with %s', async (_, options) => {
    const { client, environment } = await requesting({ ...POST, ...options })
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'connect-failed' } })
    await environment.advance(500)
    expect(environment.requests.map(({ body }) => body)).toEqual(['{"prompt":"hello"}', '{"prompt":"hello"}'])
  })

  test('once the network is back, if it was offline before the request', async () => {
    const environment = createTestEnvironment()
    environment.emitPageEvent('offline')
    const client = createEventSource('/news', { ...POST, environment })
    client.open()
    await environment.advance(60_000)
    environment.emitPageEvent('online')
    await environment.advance(2000)
    expect(environment.requests).toHaveLength(1)
    client.close()
  })

  test.each([
    [408, undefined, 500],
    [425, undefined, 500],
    [429, undefined, 500],
    [503, undefined, 500],
    [429, '2', 2500],
    [500, '2', 2500],
    [502, '2', 2500],
    [504, '0', 500],
  ])('when the server responds with %i and Retry-After %s', async (status, wait, ms) => {
    const { client, environment } = await requesting(POST)
    await respond(environment, failing(status, wait === undefined ? {} : { 'retry-after': wait }))
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', retryAt: environment.now() + ms })
    await environment.advance(ms)
    await respond(environment)
    expect([client.getSnapshot().status, environment.requests.length]).toEqual(['open', 2])
  })

  test('when a function before it fails', async () => {
    const { client, environment } = await requesting({
      ...POST,
      headers: () => Promise.reject(new Error('no token')),
    })
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'provider' } })
    expect(environment.requests).toEqual([])
  })

  test('[fatal-errors] once when the token has expired', async () => {
    let token = 0
    const { client, environment } = await requesting({
      ...POST,
      headers: () => ({ authorization: `Bearer ${++token}` }),
    })
    await respond(environment, failing(401))
    expect(environment.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
    await respond(environment, failing(401))
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
  })

  test('when `retry.when` insists', async () => {
    const calls: [string | undefined, boolean][] = []
    const when = (error: Error | undefined, retryable: boolean) => {
      calls.push([isTautlineError(error) ? error.code : undefined, retryable])
      return true
    }
    const { client, environment, write } = await requesting({ ...POST, retry: { when }, reduce: tokens })
    await respond(environment, failing(500))
    await environment.advance(500)
    await respond(environment)
    await write(block('Hel'))
    environment.request.fail()
    await environment.advance(0)
    expect(calls).toEqual([
      ['http', false],
      ['closed', false],
    ])
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', data: 'Hel' })
    await environment.advance(8000)
    await respond(environment)
    await write(block('Hello'))
    expect(client.getSnapshot().data, 'a response that cannot resume starts again').toBe('Hello')
  })

  test('with `retry.when`, if the server can resume', async () => {
    const { client, environment, write } = await streaming({
      ...POST,
      retry: { when: () => true },
      reduce: tokens,
    })
    await write(block('Hel', { id: '1' }))
    environment.request.fail()
    await environment.advance(500)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
    await respond(environment)
    await write(block('lo', { id: '2' }))
    expect(client.getSnapshot()).toMatchObject({ data: 'Hello', lastEventId: '2' })
  })

  test('with `atEnd: reconnect`, for a subscription by POST', async () => {
    const { client, environment, write } = await streaming({ ...POST, atEnd: 'reconnect', reduce: list })
    await write(block('a', { id: '1' }))
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot().status).toBe('backoff')
    await environment.advance(3750)
    await respond(environment)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
    await write(block('b', { id: '2' }))
    expect(client.getSnapshot().data).toEqual(['a', 'b'])
  })
})

describe('[stream-completion] starts afresh when repeated explicitly', () => {
  const finished = async (options: StreamOptions = {}) => {
    const set = await streaming({ ...POST, reduce: tokens, ...options })
    await set.write(block('one', { id: '1' }))
    set.environment.request.end()
    await set.environment.advance(0)
    return set
  }

  test.each(['open', 'reconnect'] as const)('%s()', async (by) => {
    const { client, environment, write } = await finished()
    client[by]()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    expect(environment.request.headers.has('last-event-id'), 'another answer').toBe(false)
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', data: '', lastEventId: undefined })
    await respond(environment)
    await write(block('two'))
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'two' })
  })

  test('with `initialData`, and without a reducer', async () => {
    const { client, environment } = await finished({ initialData: '> ' })
    client.open()
    await environment.advance(0)
    expect(client.getSnapshot().data).toBe('> ')
    const plain = await finished({ reduce: undefined })
    expect(plain.client.getSnapshot().data).toBe('one')
    plain.client.open()
    await plain.environment.advance(0)
    expect(plain.client.getSnapshot().data).toBeUndefined()
  })

  test('reconnect() in the middle of a response', async () => {
    const { client, environment, write } = await streaming({ ...POST, reduce: tokens })
    await write(block('one'))
    client.reconnect()
    expect(environment.request.aborted).toBe(true)
    await environment.advance(0)
    await respond(environment)
    await write(block('two'))
    expect(client.getSnapshot().data).toBe('two')
  })

  test('for all that share it; late subscribers get nothing of the old response', async () => {
    const environment = createTestEnvironment()
    const observers = [mountStream(environment, { ...POST, reduce: tokens }), mountStream(environment, POST)]
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('one'))
    environment.request.end()
    await environment.advance(0)
    expect(observers.map(({ observer }) => observer.getSnapshot().data)).toEqual(['one', 'one'])
    observers[1]?.observer.reconnect()
    await environment.advance(0)
    observers.push(mountStream(environment, POST))
    expect(observers.map(({ observer }) => observer.getSnapshot().data)).toEqual(['', undefined, undefined])
    expect(environment.requests).toHaveLength(2)
  })

  test('[event-stream-responses] the initial ID is sent with each attempt, also after a rejected one', async () => {
    const { client, environment } = await requesting({ ...POST, lastEventId: '7' })
    await respond(environment, failing(503))
    await environment.advance(500)
    await respond(environment)
    environment.request.write(block('a', { id: '8' }))
    environment.request.end()
    await environment.advance(0)
    client.open()
    await environment.advance(0)
    expect(environment.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual(['7', '7', '7'])
  })
})

test('[hidden-page] pause.hidden does not stop it', async () => {
  const { client, environment } = await streaming({ ...POST, pause: { hidden: true } })
  const seen = statuses(client)
  environment.emitPageEvent('hidden')
  await environment.advance(1000)
  client.reconnect()
  await environment.advance(0)
  expect([seen, environment.requests.length]).toEqual([['connecting'], 2])
})
