import { silence } from '../connection/heartbeat.ts'
import { describe, expect, test, vi } from 'vitest'
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
import { record } from '../../test/web-socket/harness.ts'
import { json, text } from '../shared/codec.ts'
import { type AnyEventSourceOptions, observeEventSource } from './index.ts'
import { collect } from '../shared/reducers.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { withEvents } from '../../test/events.ts'

const POST = { method: 'POST' }

/** So many observers on one stream that is up. */
async function crowd(count: number, options: StreamOptions = {}) {
  const environment = createTestEnvironment()
  const observers = Array.from({ length: count }, () => mountStream(environment, options))
  await environment.advance(0)
  await respond(environment)
  const write = async (piece: string) => {
    environment.request.write(piece)
    await environment.advance(0)
  }
  return { environment, observers, write }
}

/** An observer that has read one event, and has left its stream. */
async function departed<Data>(options: AnyEventSourceOptions<string, Data> = {}) {
  const environment = createTestEnvironment()
  const mounted = observeEventSource('/news', { environment, ...options })
  const leave = mounted.subscribe(() => {})
  await environment.advance(0)
  await respond(environment)
  environment.request.write(block('a', { id: '1' }))
  await environment.advance(0)
  leave()
  return { environment, mounted }
}

/** How many requests two observers make. */
async function requestsOf(one: StreamOptions, other: StreamOptions, urls: UrlOption[] = ['/news', '/news']) {
  const environment = createTestEnvironment()
  mountStream(environment, one, urls[0])
  mountStream(environment, other, urls[1])
  await environment.advance(0)
  return environment.requests.length
}

describe('[sharing] all with the same destination share one stream', () => {
  test('one request, and each handler once for each event, which is decoded once', async () => {
    const decode = vi.fn<(raw: unknown) => string>(String)
    const { environment, observers, write } = await crowd(5, { codec: { decode }, heartbeat: silence() })
    await write(block('x', { id: '1' }))
    for (const { emitted, observer } of observers) {
      expect(emitted).toEqual(['open', 'message x'])
      expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'x', lastEventId: '1' })
    }
    expect([environment.requests.length, environment.listeners]).toEqual([1, 1])
    expect(decode).toHaveBeenCalledTimes(1)
  })

  test('it closes after the last one has unsubscribed, with closeDelay', async () => {
    const { environment, observers } = await crowd(3)
    for (const { leave } of observers) {
      await environment.advance(10_000)
      expect(environment.request.aborted).toBe(false)
      leave()
    }
    await environment.advance(999)
    expect(environment.request.aborted).toBe(false)
    await environment.advance(1)
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('a component that mounts within closeDelay finds it open', async () => {
    const { environment, observers } = await crowd(1)
    observers[0]?.leave()
    await environment.advance(500)
    const late = mountStream(environment)
    await environment.advance(10_000)
    expect([late.observer.getSnapshot().status, environment.requests.length]).toEqual(['open', 1])
  })

  test.each<[string, StreamOptions, StreamOptions]>([
    ['methods in any case', { method: 'post' }, { method: 'POST' }],
    ['GET, said and unsaid', { method: 'get' }, {}],
    ['the default credentials, said and unsaid', { credentials: 'same-origin' }, {}],
    ['equal texts', { ...POST, body: 'x' }, { ...POST, body: 'x' }],
    ['equal objects', { ...POST, body: { a: [1] } }, { ...POST, body: { a: [1] } }],
    ['equal lists', { ...POST, body: [1, { a: 2 }] }, { ...POST, body: [1, { a: 2 }] }],
    ['an object and its JSON', { ...POST, body: { a: 1 } }, { ...POST, body: '{"a":1}' }],
    [
      'equal forms',
      { ...POST, body: new URLSearchParams('a=1') },
      { ...POST, body: new URLSearchParams('a=1') },
    ],
    ['no body, said and unsaid', { ...POST, body: null }, POST],
    ['headers in another case and order', { headers: { A: '1', b: '2' } }, { headers: { B: '2', a: '1' } }],
    ['no headers, said and unsaid', { headers: {} }, {}],
    [
      'headers that only name one request',
      { headers: { traceparent: '1', 'X-Request-Id': '1' } },
      { headers: { baggage: '2' } },
    ],
    [
      'headers that are said to make no difference',
      { headers: { 'x-view': '1' }, ignoreHeaders: ['X-View'] },
      { headers: { 'x-view': '2' }, ignoreHeaders: ['x-view'] },
    ],
    ['other codecs, folds and events', { codec: json() }, { events: { a: text() } }],
    ['other places to start from', { lastEventId: '1' }, { lastEventId: '2' }],
    [
      'bodies by functions, with a key',
      { ...POST, body: () => 'a', key: 'k' },
      { ...POST, body: () => 'a', key: 'k' },
    ],
    ['Blobs, with a key', { ...POST, body: new Blob(), key: 'k' }, { ...POST, body: new Blob(), key: 'k' }],
  ])('with %s', async (_, one, other) => {
    expect(await requestsOf(one, other)).toBe(1)
    // Nor is anything requested again when one becomes the other.
    const { client, environment } = await streaming(one)
    client.setOptions('/news', { environment, ...other })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test.each<[string, StreamOptions, StreamOptions]>([
    ['another method', {}, POST],
    ['another text', { ...POST, body: 'x' }, { ...POST, body: 'y' }],
    ['another object', { ...POST, body: { a: 1 } }, { ...POST, body: { a: 2 } }],
    ['a body', POST, { ...POST, body: 'null' }],
    ['an empty body', POST, { ...POST, body: '' }],
    ['a form instead of its text', { ...POST, body: new URLSearchParams('a=1') }, { ...POST, body: 'a=1' }],
    ['credentials for every origin', {}, { credentials: 'include' }],
    ['no credentials', {}, { credentials: 'omit' }],
    ['other headers', { headers: { a: '1' } }, { headers: { a: '2' } }],
    ['headers instead of a function', { headers: () => ({}) }, { headers: {} }],
    ['another key', { key: 'a' }, { key: 'b' }],
    ['another method and a Blob', { ...POST, body: new Blob() }, { method: 'PUT', body: new Blob() }],
    [
      'credentials and a Blob',
      { ...POST, body: new Blob() },
      { ...POST, body: new Blob(), credentials: 'include' },
    ],
    [
      'another method, a Blob and a key',
      { ...POST, body: new Blob(), key: 'k' },
      { method: 'PUT', body: new Blob(), key: 'k' },
    ],
  ])('not with %s, which sends another request', async (_, one, other) => {
    expect(await requestsOf(one, other)).toBe(2)
    const { client, environment } = await streaming(one)
    client.setOptions('/news', { environment, ...other })
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test.each<[string, StreamOptions, StreamOptions]>([
    ['`share: false`', { share: false }, { share: false }],
    ['one who does not share', { share: false }, {}],
    ['bodies by functions', { ...POST, body: () => 'a' }, { ...POST, body: () => 'a' }],
    ['Blobs, which cannot be compared', { ...POST, body: new Blob() }, { ...POST, body: new Blob() }],
    ['objects that cannot be compared', { ...POST, body: new FormData() }, { ...POST, body: new FormData() }],
  ])('not with %s', async (_, one, other) => {
    expect(await requestsOf(one, other)).toBe(2)
  })

  test('different spellings of a URL share; URL functions do not', async () => {
    expect(await requestsOf({}, {}, ['/news', 'https://test.example/news#top'])).toBe(1)
    expect(await requestsOf({}, {}, ['/news', '/news?a'])).toBe(2)
    expect(await requestsOf({}, {}, [() => '/news', () => '/news'])).toBe(2)
    expect(await requestsOf({ key: 'k' }, { key: 'k' }, [() => '/news', () => '/news'])).toBe(1)
  })

  test('a new FormData in each render does not request again', async () => {
    const { client, environment } = await streaming({ ...POST, body: new FormData() })
    for (let render = 0; render < 5; render++) {
      client.setOptions('/news', { environment, ...POST, body: new FormData() })
    }
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('is not shared with another kind of connection', async () => {
    const { createWebSocket } = await import('../web-socket/index.ts')
    const { environment } = await streaming()
    createWebSocket('/news', { environment }).open()
    await environment.advance(0)
    expect([environment.sockets.length, environment.requests.length]).toEqual([1, 1])
  })
})

describe('[late-subscribers] a late subscriber', () => {
  test('gets the status, the last event and its ID at once, and no handler is called', async () => {
    const { environment, write } = await crowd(1)
    await write(block('a', { id: '1' }) + block('b', { id: '2' }))
    const { observer, emitted } = mountStream(environment)
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'b', lastEventId: '2' })
    expect(emitted).toEqual([])
  })

  test('gets nothing of events that are not for it', async () => {
    const { environment, write } = await crowd(1, { events: { price: json(), message: text() } })
    await write(block('1', { event: 'price' }))
    expect(mountStream(environment).observer.getSnapshot().data).toBeUndefined()
    const { observer } = mountStream(environment, { events: { price: text() } })
    expect(observer.getSnapshot().data).toEqual({ event: 'price', data: '1', id: '' })
  })
})

describe('[sharing] each has its own', () => {
  test('events, codecs and data', async () => {
    const environment = createTestEnvironment()
    const priced = mountStream(environment, { events: { price: json() } })
    const parsed = mountStream(environment, { codec: json() })
    const plain = mountStream(environment)
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('[1]') + block('2', { event: 'price' }))
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    expect([priced, parsed, plain].map(({ observer }) => observer.getSnapshot().data)).toEqual([
      { event: 'price', data: 2, id: '' },
      [1],
      '[1]',
    ])
  })

  test('[decoding] a decoding error reaches only the observers with that codec', async () => {
    const environment = createTestEnvironment()
    const observers = [mountStream(environment, { codec: json() }), mountStream(environment)]
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('{'))
    await environment.advance(0)
    expect(observers.map(({ emitted }) => emitted.at(-1))).toEqual(['error decode', 'message {'])
  })
})

describe('[latest-handlers] what changes from render to render', () => {
  test('never requests again', async () => {
    const options = () => ({
      method: 'POST',
      body: { prompt: 'hello', more: [1, 2] },
      headers: { authorization: 'Bearer 1' },
      events: { price: json(), halt: json() },
      heartbeat: silence({ timeout: 10_000 }),
      retry: { limit: 3 },
      until: () => false,
      onMessage: () => {},
    })
    const { client, environment } = await streaming(options())
    for (let render = 0; render < 50; render++) client.setOptions('/news', { environment, ...options() })
    await environment.advance(100)
    expect([environment.requests.length, client.getSnapshot().status]).toEqual([1, 'open'])
  })

  test('another body sends one request and removes the old data', async () => {
    const { client, environment, write } = await streaming({ ...POST, body: { prompt: 'a' } })
    await write(block('x', { id: '1' }))
    for (const prompt of ['b', 'c', 'd'])
      client.setOptions('/news', { environment, ...POST, body: { prompt } })
    expect(client.getSnapshot()).toMatchObject({
      status: 'connecting',
      data: undefined,
      lastEventId: undefined,
    })
    await environment.advance(0)
    expect(environment.requests.map(({ body }) => body)).toEqual(['{"prompt":"a"}', '{"prompt":"d"}'])
    expect(environment.request.headers.has('last-event-id')).toBe(false)
  })
})

describe('what is sent', () => {
  const form = new FormData()
  const blob = new Blob(['x'], { type: 'image/png' })
  const bytes = new Uint8Array([1])
  test.each<[string, StreamOptions['body'], string | undefined, unknown]>([
    ['an object', { a: 1 }, 'application/json', '{"a":1}'],
    ['a list', [1, 2], 'application/json', '[1,2]'],
    [
      'an object of no class',
      Object.assign(Object.create(null) as object, { a: 1 }) as never,
      'application/json',
      '{"a":1}',
    ],
    ['a text that is JSON', ' {"a":1}', 'application/json', ' {"a":1}'],
    ['a text that is not', 'a=1', undefined, 'a=1'],
    ['a form', new URLSearchParams('a=1'), undefined, new URLSearchParams('a=1')],
    ['FormData', form, undefined, form],
    ['a Blob', blob, undefined, blob],
    ['bytes', bytes, undefined, bytes],
    ['what a function says', () => ({ a: 1 }), 'application/json', '{"a":1}'],
    ['what it promises', async () => form, undefined, form],
    ['nothing', null, undefined, null],
  ])('%s', async (_, body, type, sent) => {
    const { environment } = await requesting({ ...POST, body })
    expect(environment.request.headers.get('content-type') ?? undefined).toBe(type)
    expect(environment.request.body).toEqual(sent)
    if (typeof body === 'object' && sent === body) expect(environment.request.body).toBe(body)
    const own = await requesting({ ...POST, body, headers: { 'Content-Type': 'application/x-own' } })
    expect(own.environment.request.headers.get('content-type')).toBe('application/x-own')
  })

  test('a stream, by a function, again for each attempt', async () => {
    const { environment } = await requesting({ ...POST, body: () => new ReadableStream() })
    environment.request.fail()
    await environment.advance(500)
    const [first, second] = environment.requests.map(({ body }) => body)
    expect(first).toBeInstanceOf(ReadableStream)
    expect(second).not.toBe(first)
    expect(environment.request.init).toMatchObject({ duplex: 'half' })
  })
})

describe('an observer that returns within closeDelay', () => {
  test('[event-stream-responses] [sharing] requests the events again that arrived without a subscriber', async () => {
    const { environment, mounted } = await departed({ reduce: collect() })
    environment.request.write(block('b', { id: '2' }))
    await environment.advance(0)
    mounted.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
    await respond(environment)
    environment.request.write(block('b', { id: '2' }))
    await environment.advance(0)
    expect(mounted.getSnapshot().data).toEqual(['a', 'b'])
  })

  test('[sharing] keeps the stream if nothing arrived', async () => {
    const { environment, mounted } = await departed()
    mounted.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    expect(mounted.getSnapshot().status).toBe('open')
  })

  test('[sharing] without IDs it has the last message at once, and a reducer continues', async () => {
    const environment = createTestEnvironment()
    const observers = [undefined, collect()].map((reduce) =>
      observeEventSource('/news', { environment, reduce }),
    )
    const leaves = observers.map((mounted) => mounted.subscribe(() => {}))
    await environment.advance(0)
    await respond(environment)
    for (const leave of leaves) leave()
    environment.request.write(block('a'))
    await environment.advance(0)
    for (const mounted of observers) mounted.subscribe(() => {})
    expect(observers.map((mounted) => mounted.getSnapshot().data)).toEqual(['a', []])
  })

  test('[retry-after] waits as long as the server requested', async () => {
    const { environment, mounted } = await departed({ closeDelay: 60_000 })
    environment.request.write(block('b', { id: '2' }))
    environment.request.end()
    await environment.advance(3750)
    environment.request.respond({ status: 503, headers: { 'retry-after': '30' } })
    await environment.advance(0)
    mounted.subscribe(() => {})
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    await environment.advance(60_000)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
  })
})

describe('an observer that returns together with others', () => {
  test('[event-stream-responses] resumes, even if a new observer subscribes first', async () => {
    const options = { reduce: collect(), closeDelay: 0 }
    const { environment, mounted } = await departed(options)
    observeEventSource('/news', { environment, ...options }).subscribe(() => {})
    mounted.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
  })
})

describe('[own-opening] a component that joins inside a handler, while events of the same chunk follow', () => {
  /** Mounts a component in the first `onMessage` of another. */
  const join = async (shouldClose: boolean) => {
    const environment = createTestEnvironment()
    const onOpen = () => void (shouldClose && late.close())
    const late = observeEventSource('/news', { environment, onOpen })
    let leave: (() => void) | undefined
    mountStream(environment, { onMessage: () => void (leave ??= late.subscribe(() => {})) })
    const emitted = record(withEvents(late))
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a') + block('b') + block('c'))
    await environment.advance(0)
    return emitted
  }

  test('receives `open` before the first of them', async () => {
    expect(await join(false)).toEqual(['open', 'message b', 'message c'])
  })

  test('receives none of them if it closes the connection in `onOpen`', async () => {
    expect(await join(true)).toEqual(['open', 'close 1000'])
  })
})
