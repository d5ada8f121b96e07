import { silence } from '../connection/heartbeat.ts'
import { describe, expect, test } from 'vitest'
import { statuses } from '../../test/web-socket/harness.ts'
import {
  NOTHING,
  respond,
  requesting,
  block,
  leftovers,
  mountStream,
  stream,
  streaming,
} from '../../test/event-source/harness.ts'
import { observeEventSource } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { OpenInfo } from '../shared/hook-events.ts'

const typed = (type: string) => ({ headers: { 'content-type': type } })

test('[status] without failures the status goes idle, connecting, open, closed, and nothing else', async () => {
  const { client, environment, emitted, write } = stream()
  const seen = statuses(client)
  expect(client.getSnapshot().status).toBe('idle')
  client.open()
  expect(client.getSnapshot().status).toBe('connecting')
  await environment.advance(0)
  await respond(environment)
  expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, attempt: 0 })
  await write(block('hello'))
  expect(client.getSnapshot().data).toBe('hello')
  await environment.advance(3_600_000)
  client.close()
  await environment.advance(0)
  expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' }, error: undefined })
  expect(seen).toEqual(['connecting', 'open', 'closed'])
  expect(emitted).toEqual(['open', 'message hello', 'close 1000'])
  expect(leftovers(environment)).toEqual(NOTHING)
})

describe('[event-stream-responses] a response that opens the stream', () => {
  test.each([
    'text/event-stream',
    'text/event-stream; charset=utf-8',
    'text/event-stream;charset=UTF-8;x=1',
    'Text/Event-Stream',
    ' text/event-stream ',
    'text/event-stream ; x',
  ])('200 of type "%s"', async (type) => {
    const { client, environment } = await requesting()
    await respond(environment, typed(type))
    expect(client.getSnapshot().status).toBe('open')
  })
})

describe('[event-stream-responses] a response that is retried', () => {
  test.each(['', 'text/html', 'text/plain', 'application/json', 'text/event-streams', 'x text/event-stream'])(
    '200 of type "%s"',
    async (type) => {
      const { client, environment, emitted } = await requesting()
      await respond(environment, type ? typed(type) : { headers: {} })
      expect(client.getSnapshot()).toMatchObject({
        status: 'backoff',
        error: {
          code: 'content-type',
          expected: 'text/event-stream',
          contentType: type,
        },
      })
      expect(emitted).toEqual(['error content-type', 'retry 1'])
      expect(environment.request.cancelled).toBe(true)
      await environment.advance(500)
      expect(environment.requests).toHaveLength(2)
    },
  )
})

test('[event-stream-responses] 204 ends the stream without an error', async () => {
  const { client, environment, emitted } = await requesting()
  await respond(environment, { status: 204, headers: {} })
  expect(client.getSnapshot()).toMatchObject({
    status: 'closed',
    closed: { by: 'complete', error: undefined },
    error: undefined,
  })
  await environment.advance(600_000)
  expect([environment.requests.length, emitted]).toEqual([1, []])
  expect(leftovers(environment)).toEqual(NOTHING)
})

test('[event-stream-responses] after redirects the `open` event has the final URL and the headers', async () => {
  const opened: OpenInfo[] = []
  const { environment } = await requesting({ onOpen: (info) => opened.push(info) })
  const headers = { 'content-type': 'text/event-stream', 'x-region': 'eu' }
  await respond(environment, { url: 'https://eu.example/news', headers })
  expect(opened).toHaveLength(1)
  expect(opened[0]).toMatchObject({ url: 'https://eu.example/news', protocol: '' })
  expect(opened[0]?.headers?.get('x-region')).toBe('eu')
})

test('the `open` event has the requested URL if the platform does not know the final one', async () => {
  const opened: string[] = []
  const { environment } = await requesting({ onOpen: ({ url }) => opened.push(url) })
  await respond(environment, { url: '' })
  expect(opened).toEqual(['https://test.example/news'])
})

describe('the request', () => {
  test('by default', async () => {
    const { environment } = await requesting({}, 'news?topic=a#top')
    const { url, method, headers, body, init } = environment.request
    expect([url, method, body]).toEqual(['https://test.example/news?topic=a', 'GET', null])
    expect([...headers]).toEqual([['accept', 'text/event-stream']])
    expect(init).toMatchObject({ cache: 'no-store', credentials: 'same-origin' })
    expect(init.signal).toBeInstanceOf(AbortSignal)
  })

  test.each([
    ['include', 'include'],
    ['omit', 'omit'],
    ['same-origin', 'same-origin'],
    [undefined, 'same-origin'],
  ] as const)('credentials %s: the request has %s', async (credentials, expected) => {
    const { environment } = await requesting({ credentials })
    expect(environment.request.init.credentials).toBe(expected)
  })

  test.each([
    ['an object', { Authorization: 'Bearer 1', accept: 'text/event-stream, */*' }],
    ['Headers', new Headers({ authorization: 'Bearer 1', Accept: 'text/event-stream, */*' })],
    [
      'pairs',
      [
        ['authorization', 'Bearer 1'],
        ['ACCEPT', 'text/event-stream, */*'],
      ] as [string, string][],
    ],
  ])('headers as %s, and `Accept` can be another one', async (_, headers) => {
    const { environment } = await requesting({ headers })
    expect([...environment.request.headers]).toEqual([
      ['accept', 'text/event-stream, */*'],
      ['authorization', 'Bearer 1'],
    ])
  })

  test('the given headers are not changed', async () => {
    const headers = new Headers({ authorization: 'Bearer 1' })
    await requesting({ headers, lastEventId: '7' })
    expect([...headers]).toEqual([['authorization', 'Bearer 1']])
  })
})

describe('[no-url] no request is sent', () => {
  test.each([
    ['without a URL', null, {}],
    ['for undefined', undefined, {}],
    ['for an empty URL', '', {}],
    ['when it is not enabled', '/news', { enabled: false }],
  ])('%s', async (_, url, options) => {
    const environment = createTestEnvironment()
    const observer = observeEventSource(url, { environment, ...options })
    const leave = observer.subscribe(() => {})
    await environment.advance(100)
    expect(observer.getSnapshot().status).toBe('idle')
    expect([environment.requests.length, leftovers(environment)]).toEqual([0, NOTHING])
    observer.setOptions('/later', { environment })
    await environment.advance(0)
    expect(environment.requests.map((request) => request.url)).toEqual(['https://test.example/later'])
    leave()
  })
})

describe('[open-once] in one tick', () => {
  test('open, close and open again is one request', async () => {
    const { client, environment } = stream()
    client.open()
    client.close()
    client.open()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('open and close is none', async () => {
    const { client, environment, emitted } = stream()
    client.open()
    client.close()
    await environment.advance(0)
    expect([environment.requests, emitted]).toEqual([[], []])
  })

  test('[unmount] a mount, an unmount and a mount, as StrictMode does it, is one request', async () => {
    const environment = createTestEnvironment()
    const observer = observeEventSource('/news', { environment, closeDelay: 0 })
    observer.subscribe(() => {})()
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })
})

describe('[url-change] another URL', () => {
  test('replaces the stream once, and late events of the old one have no effect', async () => {
    const { client, environment, emitted, write } = await streaming()
    const old = environment.request
    await write(block('old'))
    old.write(block('late'))
    client.setOptions('/other', { environment })
    expect(old.aborted).toBe(true)
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined })
    await environment.advance(0)
    await respond(environment)
    await write(block('new'))
    expect(environment.requests.map(({ url }) => url.slice(-6))).toEqual(['e/news', '/other'])
    expect(emitted).toEqual(['open', 'message old', 'close 1000', 'open', 'message new'])
  })

  test('five times in a tick requests only the last one', async () => {
    const { client, environment } = stream()
    client.open()
    for (const path of ['/1', '/2', '/3', '/4', '/5']) client.setOptions(path, { environment })
    await environment.advance(0)
    expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/5'])
  })

  test('that is another spelling of the same one changes nothing', async () => {
    const { client, environment } = await streaming()
    for (const url of ['news', './news', '/news#top', new URL('https://test.example/x/../news')]) {
      client.setOptions(url, { environment })
    }
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })
})

describe('[server-rendering] on a server', () => {
  test('no request is sent, nothing throws, and the first snapshot is the one that a page begins with', async () => {
    const environment = createTestEnvironment({ baseUrl: undefined })
    const observer = observeEventSource('/news', { environment, lastEventId: '7' })
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'connecting', lastEventId: '7' })
    expect(observer.getSnapshot()).toBe(observer.getServerSnapshot())
    await environment.advance(1000)
    expect(environment.requests).toEqual([])
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('hydration shows the server’s state, whatever has arrived since', async () => {
    const environment = createTestEnvironment()
    const { observer } = mountStream(environment)
    const first = observer.getServerSnapshot()
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('x'))
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'x' })
    expect(observer.getServerSnapshot()).toMatchObject({ status: first.status, data: undefined })
  })
})

test('[latest-handlers] new handlers, functions and options outside the key never request again', async () => {
  const { client, environment, write } = await streaming({ headers: () => ({}) })
  const seen = statuses(client)
  const messages: string[] = []
  for (const name of ['a', 'b', 'c']) {
    client.setOptions('/news', {
      environment,
      headers: () => ({ 'x-name': name }),
      retry: { limit: 5 },
      until: () => false,
      onMessage: (message) => messages.push(`${name} ${String(message)}`),
    })
    await write(block('x'))
  }
  expect(messages).toEqual(['a x', 'b x', 'c x'])
  expect([seen, environment.requests.length]).toEqual([[], 1])
})

describe('[connect-timeout] a request without a response', () => {
  test('is aborted after timeout.connect, and made again', async () => {
    const { client, environment, emitted } = await requesting({ timeout: { connect: 2000 } })
    await environment.advance(1999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'timeout', phase: 'connect', timeout: 2000 },
    })
    expect(environment.request.aborted).toBe(true)
    expect(emitted).toEqual(['error timeout', 'retry 1'])
    await environment.advance(500)
    expect(environment.requests).toHaveLength(2)
  })

  // Go, Flask, Spring, Kestrel and Node without `flushHeaders` do this.
  test('waits for a server that sends the response headers with the first event, after 30 s', async () => {
    const { client, environment, emitted, write } = await requesting()
    await environment.advance(30_000)
    expect(client.getSnapshot().status).toBe('connecting')
    environment.request.respond()
    await write(block('a'))
    expect([emitted, environment.requests.length]).toEqual([['open', 'message a'], 1])
  })

  test('waits without end by default', async () => {
    const { client, environment } = await requesting()
    await environment.advance(24 * 3_600_000)
    expect([client.getSnapshot().status, environment.requests.length]).toEqual(['connecting', 1])
    client.close()
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('is limited by the timeout of silence(), from when it was sent', async () => {
    let returnHeaders = (_: Record<string, string>) => {}
    const { client, environment } = await requesting({
      heartbeat: silence({ timeout: 30_000 }),
      headers: () => new Promise<Record<string, string>>((resolve) => (returnHeaders = resolve)),
    })
    await environment.advance(9000)
    returnHeaders({})
    await environment.advance(29_999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'timeout', phase: 'connect', timeout: 30_000 },
    })
  })

  test.each(['online', 'visible', 'wake', 'slept'] as const)(
    'is replaced by the page event %s once it has waited 10 s',
    async (pageEvent) => {
      const { client, environment, emitted } = await requesting()
      await environment.advance(9999)
      environment.emitPageEvent(pageEvent)
      await environment.advance(0)
      expect(environment.requests).toHaveLength(1)
      await environment.advance(1)
      environment.emitPageEvent('hidden')
      await environment.advance(0)
      expect(environment.requests).toHaveLength(1)
      environment.emitPageEvent(pageEvent)
      await environment.advance(0)
      expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
      expect([client.getSnapshot().status, client.getSnapshot().attempt, emitted]).toEqual([
        'connecting',
        0,
        [],
      ])
    },
  )

  test('is not replaced while the page is offline', async () => {
    const { environment } = await requesting()
    await environment.advance(20_000)
    for (const pageEvent of ['offline', 'visible'] as const) environment.emitPageEvent(pageEvent)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('online')
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('is not replaced by a page event if it must not be repeated', async () => {
    const { client, environment } = await requesting({ method: 'POST' })
    await environment.advance(20_000)
    environment.emitPageEvent('online')
    await environment.advance(1000)
    expect([client.getSnapshot().status, environment.requests.length]).toEqual(['connecting', 1])
  })
})
