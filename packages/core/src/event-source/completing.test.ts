import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { eventsOrJson, observeEventSource } from './index.ts'
import { TautlineError } from '../shared/errors.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import {
  type StreamOptions,
  NOTHING,
  respond,
  requesting,
  block,
  leftovers,
  streaming,
} from '../../test/event-source/harness.ts'

const failing = (status: number) => ({ status, headers: {} })

describe('[stream-completion] idempotent requests', () => {
  test.each(['PUT', 'DELETE', 'OPTIONS', 'QUERY'])('a %s is made again, and completes', async (method) => {
    const { client, environment } = await requesting({ method })
    await respond(environment, failing(500))
    expect(client.getSnapshot().status).toBe('backoff')
    await environment.advance(500)
    await respond(environment)
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot().status).toBe('backoff')
    await environment.advance(8000)
    await respond(environment)
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot().closed?.by).toBe('complete')
  })

  test('[connect-timeout] have no limit for the response', async () => {
    const { client, environment } = await requesting({ method: 'PUT' })
    await environment.advance(3_600_000)
    expect(client.getSnapshot().status).toBe('connecting')
  })
})

describe('[stream-completion] atEnd', () => {
  test('a GET whose response ends is repeated or complete, as the option says', async () => {
    for (const [atEnd, status] of [
      [undefined, 'backoff'],
      ['reconnect', 'backoff'],
      ['complete', 'closed'],
    ] as const) {
      const { client, environment, emitted } = await streaming({ atEnd: atEnd })
      environment.request.end()
      await environment.advance(0)
      expect(client.getSnapshot().status).toBe(status)
      expect(emitted).toEqual(
        status === 'closed' ? ['open', 'close 1000'] : ['open', 'close 1000', 'error closed', 'retry 1'],
      )
    }
  })

  test('a body that breaks off is not an end', async () => {
    const { client, environment } = await streaming({ atEnd: 'complete' })
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot().status).toBe('backoff')
  })
})

describe('[stream-completion] a response that is not repeated', () => {
  const POST = { method: 'POST' }
  const isDone = ({ data }: { data: string }) => data === '[DONE]'

  async function ending(options: StreamOptions, ...pieces: string[]) {
    const set = await streaming(options)
    await set.write(...pieces)
    set.environment.request.end()
    await set.environment.advance(0)
    return set
  }

  // Several model servers omit the last blank line.
  test.each(['data: last\n', 'data: last\r\n', 'data: last\r'])(
    'delivers its last event without the blank line: %j',
    async (text) => {
      const { client, emitted } = await ending(POST, block('first'), text)
      expect(emitted).toEqual(['open', 'message first', 'message last', 'close 1000'])
      expect(client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
    },
  )

  test('is complete with `until` only if that says so', async () => {
    for (const [text, by] of [
      ['data: [DONE]\n', 'complete'],
      ['data: last\n', 'server'],
    ] as const) {
      const { client } = await ending({ ...POST, until: isDone }, block('first'), text)
      expect(client.getSnapshot().closed?.by).toBe(by)
    }
  })

  test.each([{}, { until: isDone }])('is truncated if it ends inside a line: %j', async (options) => {
    const { client, emitted } = await ending({ ...POST, ...options }, block('first'), 'data: la')
    expect(emitted).toEqual(['open', 'message first', 'close 1006 unclean', 'error truncated'])
    expect(client.getSnapshot()).toMatchObject({
      closed: { by: 'server' },
      error: { code: 'truncated' },
    })
  })

  // Their end is complete too, so that no request brings the event again.
  test.each<StreamOptions>([
    { method: 'PUT' },
    { method: 'PUT', until: isDone },
    { method: 'QUERY', body: 'x' },
    { method: 'PUT', format: eventsOrJson() },
    { method: 'PUT', format: eventsOrJson(), until: isDone },
  ])('nor does any other response that is complete at its end need one: %j', async (options) => {
    const end = options.until ? 'data: [DONE]\n' : ''
    const { client, emitted } = await ending(options, block('first'), block('second'), end || 'data: last\n')
    expect(emitted).toEqual([
      'open',
      'message first',
      'message second',
      ...(end ? [] : ['message last']),
      'close 1000',
    ])
    expect(client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
  })

  // HTML standard, section 9.2.6: an incomplete block is discarded.
  test.each<StreamOptions>([{ atEnd: 'complete' }, { format: eventsOrJson() }])(
    'but a GET does: %j',
    async (options) => {
      const { emitted } = await ending(options, block('first'), 'data: last\n')
      expect(emitted).toEqual(['open', 'message first', 'close 1000'])
    },
  )

  test('is truncated if it ends inside a character', async () => {
    const { environment, client } = await streaming(POST)
    environment.request.write(new Uint8Array([0xe2, 0x82]))
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot().error?.code).toBe('truncated')
  })

  test('that may be repeated delivers no incomplete event, and is requested again', async () => {
    for (const text of ['data: last\n', 'data: la']) {
      const { client, emitted } = await ending({}, block('first'), text)
      expect(emitted.filter((event) => event.startsWith('message'))).toEqual(['message first'])
      expect(client.getSnapshot().status).toBe('backoff')
    }
    const { client } = await ending({ atEnd: 'complete' }, block('first'), 'data: la')
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'truncated' } })
  })
})

describe('[stream-completion] until', () => {
  test.each([{}, { method: 'POST' }])(
    'ends the stream, and the event that ends it is not delivered: %j',
    async (options) => {
      const calls: unknown[] = []
      const { client, environment, emitted, write } = await streaming({
        ...options,
        until(event) {
          calls.push(event)
          return event.data === '[DONE]'
        },
      })
      await write(block('a', { id: '1' }), block('[DONE]', { id: '2' }) + block('b', { id: '3' }))
      expect(client.getSnapshot()).toMatchObject({
        status: 'closed',
        closed: { by: 'complete' },
        data: 'a',
        lastEventId: '1',
      })
      expect(emitted).toEqual(['open', 'message a', 'close 1000'])
      expect(calls).toEqual([
        { event: 'message', data: 'a', id: '1' },
        { event: 'message', data: '[DONE]', id: '2' },
      ])
      expect(environment.request.aborted).toBe(true)
      await environment.advance(600_000)
      expect([environment.requests.length, leftovers(environment)]).toEqual([1, NOTHING])
    },
  )

  test('sees a block that has a name but no data', async () => {
    const { client, emitted, write } = await streaming({ until: ({ event }) => event === 'done' })
    await write(
      block(undefined, { event: 'other' }),
      block('a'),
      block(undefined, { event: 'done', id: '7' }),
    )
    expect(client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, data: 'a' })
    expect(emitted).toEqual(['open', 'message a', 'close 1000'])
  })

  test('may end the stream as failed, with an error object that the server sent', async () => {
    const overloaded = new Error('overloaded')
    const { client, environment, emitted, write } = await streaming({
      method: 'POST',
      until: ({ data }) => (data.includes('"error"') ? overloaded : data === '[DONE]'),
    })
    await write(block('a'), block('{"error":"overloaded"}'), block('b'))
    expect(client.getSnapshot()).toMatchObject({
      closed: { by: 'fatal' },
      error: { code: 'provider', provider: 'until', thrown: overloaded },
    })
    expect(emitted).toEqual(['open', 'message a', 'close 1006 unclean', 'error provider'])
    await environment.advance(60_000)
    expect([environment.requests.length, environment.errors]).toEqual([1, []])
  })

  test('[realms] may return an error of another realm, or of the platform', async () => {
    for (const own of [runInNewContext('new Error("overloaded")'), new DOMException('x', 'AbortError')]) {
      const { client, write } = await streaming({ until: () => own as Error })
      await write(block('a'))
      expect(client.getSnapshot().error).toMatchObject({ code: 'provider', provider: 'until', thrown: own })
    }
  })

  test('[handler-errors] a promise is reported and does not end the stream', async () => {
    const { client, environment, write } = await streaming({ until: (() => Promise.reject(1)) as never })
    await write(block('a'))
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'a' })
    expect(environment.errors).toMatchObject([{ code: 'provider', provider: 'until' }])
  })

  test('may return a TautlineError, which is then the error', async () => {
    const own = new TautlineError('timeout', 'too slow', { phase: 'reply', timeout: 1 })
    const { client, write } = await streaming({ until: () => own })
    await write(block('a'))
    expect(client.getSnapshot().error).toBe(own)
  })

  test('sees events that have no listener', async () => {
    const { client, write } = await streaming({ until: ({ event }) => event === 'end' })
    await write(block('x', { event: 'other' }), block('x', { event: 'end' }))
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', data: undefined })
  })

  test('[handler-errors] an error thrown by it is reported and does not end the stream', async () => {
    const boom = new Error('boom')
    const { client, environment, emitted, write } = await streaming({
      until() {
        throw boom
      },
    })
    await write(block('a'))
    expect([emitted, client.getSnapshot().status]).toEqual([['open', 'message a'], 'open'])
    expect(environment.errors).toMatchObject([{ code: 'provider', provider: 'until', thrown: boom }])
  })

  test('[latest-handlers] is always the latest one passed', async () => {
    const { client, environment, write } = await streaming({ until: () => true })
    client.setOptions('/news', { environment, until: () => false })
    await write(block('a'))
    expect(client.getSnapshot().status).toBe('open')
  })
})

describe('[unmount] [stream-completion] a completed stream stays complete for a returning component', () => {
  const completed = async () => {
    const environment = createTestEnvironment()
    const options = { method: 'POST', environment, closeDelay: 0 }
    const observer = observeEventSource('/answer', options)
    const leave = observer.subscribe(() => {})
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a'))
    environment.request.end()
    await environment.advance(0)
    leave()
    await environment.advance(0)
    return { observer, environment, options }
  }

  test('sends no request and shows the data it had', async () => {
    const { observer, environment } = await completed()
    observer.subscribe(() => {})
    await environment.advance(100)
    expect(environment.requests).toHaveLength(1)
    expect(observer.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'complete' }, data: 'a' })
  })

  test.each(['open', 'reconnect'] as const)('%s() requests again', async (command) => {
    const { observer, environment } = await completed()
    observer.subscribe(() => {})
    observer[command]()
    await environment.advance(100)
    expect(environment.requests).toHaveLength(2)
    expect(observer.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined })
  })

  test('enabling it again and another URL request again', async () => {
    const { observer, environment, options } = await completed()
    observer.subscribe(() => {})
    observer.setOptions('/answer', { ...options, enabled: false })
    observer.setOptions('/answer', options)
    await environment.advance(100)
    expect(environment.requests).toHaveLength(2)
    observer.setOptions('/other', options)
    await environment.advance(100)
    expect(environment.requests).toHaveLength(3)
  })

  test('retries a stream that had failed for good', async () => {
    const environment = createTestEnvironment()
    const observer = observeEventSource('/answer', { environment, closeDelay: 0 })
    const leave = observer.subscribe(() => {})
    await environment.advance(0)
    await respond(environment, failing(404))
    leave()
    observer.subscribe(() => {})
    await environment.advance(100)
    expect(environment.requests).toHaveLength(2)
  })
})

describe('[stream-completion] a response that is requested again', () => {
  const ids = { id: '1' }
  test.each([
    ['without IDs starts again', {}, 'b'],
    ['with IDs resumes', ids, 'ab'],
  ])('%s', async (_, fields, text) => {
    const { client, environment, write } = await streaming({
      reduce: (text, message) => `${String(text)}${String(message)}`,
      initialData: '',
      until: ({ data }) => data === 'end',
    })
    await write(block('a', fields), block('end', fields))
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', data: 'a' })
    client.reconnect()
    await environment.advance(0)
    await respond(environment)
    await write(block('b', fields))
    expect(client.getSnapshot().data).toBe(text)
  })

  test('starts afresh for all observers, also for a returning one', async () => {
    const environment = createTestEnvironment()
    const options = { environment, closeDelay: 0, atEnd: 'complete' } as const
    const one = observeEventSource('/answer', options)
    const other = observeEventSource('/answer', options)
    const stops = [one, other].map((observer) => observer.subscribe(() => {}))
    await respondWith(environment, 'a')
    one.reconnect()
    await environment.advance(0)
    expect([one, other].map((observer) => observer.getSnapshot().data)).toEqual([undefined, undefined])
    await respondWith(environment, 'b')
    for (const stop of stops) stop()
    one.subscribe(() => {})
    expect(one.getSnapshot()).toMatchObject({ status: 'closed', data: 'b' })
    one.open()
    expect(one.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined })
  })

  async function respondWith(environment: TestEnvironment, text: string): Promise<void> {
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block(text))
    environment.request.end()
    await environment.advance(0)
  }
})
