import { describe, expect, test } from 'vitest'
import {
  type StreamOptions,
  respond,
  requesting,
  block,
  mountStream,
  stream,
  streaming,
} from '../../test/event-source/harness.ts'
import { createTestEnvironment, type TestEnvironment } from '../testing/index.ts'
import type { AttemptContext } from '../shared/attempt.ts'

/** The last event ID of each request. */
const sentIds = ({ requests }: TestEnvironment) =>
  requests.map(({ url, headers }) => headers.get('last-event-id') ?? new URL(url).search)

/** Cuts the newest stream and responds to the next request. */
async function cut(environment: TestEnvironment) {
  const { length } = environment.requests
  environment.request.fail()
  while (environment.requests.length === length) await environment.advance(100)
  await respond(environment)
}

describe('[event-stream-responses] Last-Event-ID', () => {
  test('is not sent before the first ID', async () => {
    const { environment, write } = await streaming()
    await write(block('a'))
    await cut(environment)
    expect(sentIds(environment)).toEqual(['', ''])
  })

  test('is that of the last event with an ID, also after interruptions', async () => {
    const { client, environment, write } = await streaming()
    await write(block('a', { id: '1' }), block('b'))
    expect(client.getSnapshot().lastEventId).toBe('1')
    await cut(environment)
    await write(block('c'))
    expect(client.getSnapshot().lastEventId).toBe('1')
    await cut(environment)
    await write(block('d', { id: '2' }))
    await cut(environment)
    await cut(environment)
    expect(sentIds(environment)).toEqual(['', '1', '1', '2', '2'])
  })

  test('is reset by an empty one', async () => {
    const { client, environment, write } = await streaming({ lastEventId: '7' })
    await write('id: 8\ndata: a\n\nid\ndata: b\n\n')
    expect(client.getSnapshot().lastEventId).toBe('')
    await cut(environment)
    expect(environment.request.headers.has('last-event-id')).toBe(false)
  })

  test('starts with the option’s value', async () => {
    const { client, environment, write } = await requesting({ lastEventId: '41' })
    expect(client.getSnapshot().lastEventId).toBe('41')
    await respond(environment)
    await write(block('a'))
    expect(client.getSnapshot().lastEventId).toBe('41')
    await write(block('b', { id: '42' }))
    await cut(environment)
    expect(sentIds(environment)).toEqual(['41', '42'])
  })

  test('is not sent if the option is empty', async () => {
    const { environment } = await requesting({ lastEventId: '' })
    expect(environment.request.headers.has('last-event-id')).toBe(false)
  })

  test('moves with a block that has only an ID, and notifies', async () => {
    const environment = createTestEnvironment()
    const { client, write } = await streaming({}, '/news', environment)
    let notifications = 0
    client.subscribe(() => notifications++)
    await write(block(undefined, { id: '5' }))
    await environment.advance(16)
    expect([client.getSnapshot().lastEventId, client.getSnapshot().data, notifications]).toEqual([
      '5',
      undefined,
      1,
    ])
    await cut(environment)
    expect(sentIds(environment)).toEqual(['', '5'])
  })

  test('is sent as UTF-8', async () => {
    const { environment } = await requesting({ lastEventId: '…é' })
    const sent = environment.request.headers.get('last-event-id') ?? ''
    const bytes = sent.split('').map((char) => char.charCodeAt(0))
    expect(bytes).toEqual([0xe2, 0x80, 0xa6, 0xc3, 0xa9])
  })

  test('may be longer than a list of arguments can be', async () => {
    const lastEventId = 'x'.repeat(300_000)
    const { environment } = await requesting({ lastEventId })
    expect(environment.request.headers.get('last-event-id')).toBe(lastEventId)
  })

  test('has precedence over a header of that name', async () => {
    const { environment } = await requesting({ lastEventId: '2', headers: { 'Last-Event-ID': '1' } })
    expect(sentIds(environment)).toEqual(['2'])
  })

  test.each(['\u007f', '\u001b[31m'])('is left out if a header cannot have it: %j', async (control) => {
    const { client, environment, write, errors } = await streaming()
    await write(block('a', { id: `1${control}` }))
    await cut(environment)
    await cut(environment)
    expect(sentIds(environment)).toEqual(['', '', ''])
    expect(errors.map((error) => 'code' in error && error.code)).toEqual(['closed', 'gap', 'closed'])
    expect(client.getSnapshot().status).toBe('open')
    await write(block('b', { id: '2' }))
    await cut(environment)
    expect(sentIds(environment).at(-1)).toBe('2')
  })

  test('functions get it', async () => {
    const calls: unknown[] = []
    const url = ({ lastEventId }: AttemptContext) => `/news?from=${String(calls.push(lastEventId))}`
    const { environment, write } = await streaming({}, url)
    await write(block('a', { id: '9' }))
    await cut(environment)
    expect(calls).toEqual([undefined, '9'])
  })
})

describe('[event-stream-responses] in the query', () => {
  const cases: [StreamOptions['resume'], string, string][] = [
    ['query', '/news', '?lastEventId=a%20b%26c'],
    ['query', '/news?topic=1', '?topic=1&lastEventId=a%20b%26c'],
    ['query', '/news?lastEventId=old&topic=1', '?topic=1&lastEventId=a%20b%26c'],
    ['query', '/news?last%45ventId=old&lastEventId', '?lastEventId=a%20b%26c'],
    ['query', '/news?sig=a+b%2Fc==&&x', '?sig=a+b%2Fc==&&x&lastEventId=a%20b%26c'],
    [{ query: 'since' }, '/news?since=0&lastEventId=1', '?lastEventId=1&since=a%20b%26c'],
    [{ query: 'a b' }, '/news?a+b=1&a%20b=2', '?a%20b=a%20b%26c'],
  ]
  test.each(cases)('%j of %s', async (resume, url, search) => {
    const { environment } = await requesting({ resume, lastEventId: 'a b&c' }, url)
    expect(new URL(environment.request.url).search).toBe(search)
    expect(environment.request.headers.has('last-event-id')).toBe(false)
  })

  test('is absent before the first ID', async () => {
    const { environment, write } = await streaming({ resume: 'query' }, '/news?sig=a+b')
    await write(block('a', { id: '1' }))
    await cut(environment)
    await write(block('b', { id: '2' }))
    await cut(environment)
    expect(sentIds(environment)).toEqual(['?sig=a+b', '?sig=a+b&lastEventId=1', '?sig=a+b&lastEventId=2'])
  })

  test('replaces the parameter of a URL function instead of doubling it', async () => {
    const url = ({ lastEventId }: AttemptContext) => `/news?lastEventId=${lastEventId ?? 'none'}`
    const { environment } = await requesting({ resume: 'query', lastEventId: '3' }, url)
    expect(sentIds(environment)).toEqual(['?lastEventId=3'])
  })
})

describe('[event-stream-responses] another destination', () => {
  const calls = async (environment: TestEnvironment) => {
    await environment.advance(0)
    return [new URL(environment.request.url).pathname, environment.request.headers.get('last-event-id')]
  }
  const mountObserver = async (environment: TestEnvironment, options: StreamOptions = {}) => {
    const mounted = mountStream(environment, options)
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a', { id: '1' }))
    await environment.advance(0)
    return mounted
  }

  test('does not send the old ID', async () => {
    const environment = createTestEnvironment()
    const { observer } = await mountObserver(environment)
    observer.setOptions('/other', { environment })
    expect(observer.getSnapshot().lastEventId).toBeUndefined()
    expect(await calls(environment)).toEqual(['/other', null])
  })

  test('does not send the old ID if the old connection is shared', async () => {
    const environment = createTestEnvironment()
    const { observer } = await mountObserver(environment)
    mountStream(environment)
    observer.setOptions('/other', { environment })
    expect(observer.getSnapshot().lastEventId).toBeUndefined()
    expect(await calls(environment)).toEqual(['/other', null])
  })

  test('does not send the old ID after a time without a URL', async () => {
    const environment = createTestEnvironment()
    const { observer } = await mountObserver(environment)
    observer.setOptions(null, { environment })
    expect(observer.getSnapshot().lastEventId).toBeUndefined()
    observer.setOptions('/other', { environment })
    expect(await calls(environment)).toEqual(['/other', null])
  })

  test.each(['alone', 'shared'])('starts with the ID of its option: %s', async (how) => {
    const environment = createTestEnvironment()
    const { observer } = await mountObserver(environment)
    if (how === 'shared') mountStream(environment)
    observer.setOptions('/other', { environment, lastEventId: '50' })
    expect(await calls(environment)).toEqual(['/other', '50'])
  })

  test('that others already use has their ID', async () => {
    const environment = createTestEnvironment()
    const { observer } = await mountObserver(environment)
    mountStream(environment, {}, '/other')
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('b', { id: '60' }))
    await environment.advance(0)
    observer.setOptions('/other', { environment })
    expect(observer.getSnapshot()).toMatchObject({ lastEventId: '60', data: 'b', status: 'open' })
  })
})

describe('[event-stream-responses] it survives', () => {
  test('close() and open(), and reconnect()', async () => {
    const { client, environment, write } = await streaming()
    await write(block('a', { id: '1' }))
    client.close()
    await environment.advance(10_000)
    expect(client.getSnapshot().lastEventId).toBe('1')
    client.open()
    await environment.advance(0)
    await respond(environment)
    await write(block('b', { id: '2' }))
    client.reconnect()
    await environment.advance(0)
    expect(sentIds(environment)).toEqual(['', '1', '2'])
  })

  test('unsubscribing, also if the connection has closed before the observer returns', async () => {
    const environment = createTestEnvironment()
    const { observer, leave } = mountStream(environment, { lastEventId: '3' })
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a', { id: '4' }))
    await environment.advance(0)
    leave()
    await environment.advance(10_000)
    expect([observer.getSnapshot().status, observer.getSnapshot().lastEventId]).toEqual(['connecting', '4'])
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(sentIds(environment)).toEqual(['3', '4'])
  })

  test('disabling and enabling', async () => {
    const environment = createTestEnvironment()
    const { observer } = mountStream(environment)
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a', { id: '4' }))
    await environment.advance(0)
    observer.setOptions('/news', { environment, enabled: false })
    observer.setOptions('/news', { environment })
    await environment.advance(0)
    expect(sentIds(environment)).toEqual(['', '4'])
  })

  test('also after a reset', async () => {
    const { client, environment, write } = await streaming({ lastEventId: '3' })
    await write('id\ndata: a\n\n')
    client.close()
    await environment.advance(0)
    client.open()
    await environment.advance(0)
    expect(sentIds(environment)).toEqual(['3', ''])
  })
})

describe('[close] close() inside a handler', () => {
  test('the rest of the chunk is not delivered or skipped: the next open() requests it', async () => {
    const { client, environment, emitted, write } = await streaming({
      onMessage: (message) => message === 'b' && client.close(),
    })
    await write(
      [1, 2, 3].map((id) => block('abc'[id - 1], { id: String(id) })).join(''),
      block('d', { id: '4' }),
    )
    expect(emitted).toEqual(['open', 'message a', 'message b', 'close 1000'])
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', data: 'b', lastEventId: '2' })
    client.open()
    await environment.advance(0)
    expect(sentIds(environment)).toEqual(['', '2'])
  })

  test('the same with reconnect() and with another URL', async () => {
    const { client, environment, emitted, write } = await streaming({
      onMessage: (message) => message === 'a' && client.reconnect(),
    })
    await write(block('a', { id: '1' }) + block('b', { id: '2' }) + block(undefined, { id: '3' }))
    expect([emitted, sentIds(environment)]).toEqual([
      ['open', 'message a', 'close 1000'],
      ['', '1'],
    ])
    await respond(environment)
    client.setOptions('/news', {
      environment,
      onMessage: (message) => message === 'b' && client.setOptions('/other', { environment }),
    })
    await write(block('b', { id: '2' }) + block('c', { id: '3' }))
    expect(emitted.slice(-3)).toEqual(['open', 'message b', 'close 1000'])
    expect(environment.request.headers.has('last-event-id')).toBe(false)
  })
})

test('a stream that was never opened shows its initial ID', () => {
  expect(stream({ lastEventId: '7' }).client.getSnapshot().lastEventId).toBe('7')
  expect(stream().client.getSnapshot().lastEventId).toBeUndefined()
})

test('[unmount] [event-stream-responses] an observer that returns within closeDelay requests missed events, and its new stream stays open', async () => {
  const environment = createTestEnvironment()
  const { observer, leave } = mountStream(environment, { lastEventId: '0', closeDelay: 1000 })
  await environment.advance(0)
  await respond(environment)
  leave()
  environment.request.write(block('a', { id: '1' }))
  await environment.advance(0)
  observer.subscribe(() => {})
  await environment.advance(0)
  await respond(environment)
  // The old timer of closeDelay must not close the new stream.
  await environment.advance(5000)
  expect(observer.getSnapshot()).toMatchObject({ status: 'open', lastEventId: '0' })
  expect(sentIds(environment)).toEqual(['0', '0'])
})
