import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { openHarness } from '../../test/web-socket/harness.ts'
import { mount } from '../../test/web-socket/observers.ts'
import { json } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { TestEnvironment } from '../testing/index.ts'
import { type WebSocketClient, jsonFrames, resumable, silence } from './index.ts'

const isNext = (id: string, before: string) => Number(id) === Number(before) + 1
const resume = resumable({ frames: jsonFrames({ id: 'n', data: 'n' }), query: 'after', isNext })
const options = { resume, codec: json<number>() }

const frame = (n: number | undefined) => JSON.stringify({ n })
const send = ({ socket }: TestEnvironment, ...ids: readonly number[]) => {
  for (const n of ids) socket.receive(frame(n))
}

/** Opens the next connection, which was made at once. */
async function next(environment: TestEnvironment, count: number) {
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(count)
  environment.socket.accept()
}

const queries = ({ sockets }: TestEnvironment) => sockets.map(({ url }) => new URL(url).search)
const gapsIn = (errors: readonly unknown[]) =>
  errors.filter((error) => isTautlineError(error, 'gap')).map(({ after, before }) => [after, before])

async function opened(more: object = {}) {
  const errors: unknown[] = []
  const set = await openHarness({ ...options, onError: (error: unknown) => errors.push(error), ...more })
  return { ...set, errors, messages: messagesOf(set.client) }
}

/** Records the delivered messages. */
function messagesOf(client: Pick<WebSocketClient<number, number, unknown>, 'on'>): unknown[] {
  const messages: unknown[] = []
  client.on('message', (message) => messages.push(message))
  return messages
}

describe('[gap] a message that does not follow the last one', () => {
  test('is not delivered: the hook connects again from the cursor, at once and without a failed attempt', async () => {
    const { client, environment, emitted, messages } = await opened()
    send(environment, 1, 2, 4)
    expect(client.getSnapshot()).toMatchObject({
      status: 'connecting',
      attempt: 0,
      error: undefined,
      cursor: '2',
    })
    await next(environment, 2)
    send(environment, 3, 4, 5)
    expect(messages).toEqual([1, 2, 3, 4, 5])
    expect(queries(environment)).toEqual(['', '?after=2'])
    expect(emitted.filter((event) => /retry|error/.test(event))).toEqual([])
    expect(environment.sockets[0]?.closedWith).toMatchObject({ code: 1000 })
  })

  test('is delivered after an error with both IDs if the messages are still missing', async () => {
    const { client, environment, emitted, errors, messages } = await opened()
    send(environment, 1, 2, 4)
    await next(environment, 2)
    emitted.length = 0
    send(environment, 4, 5)
    expect(emitted).toEqual(['error gap', 'message 4', 'message 5'])
    expect(messages).toEqual([1, 2, 4, 5])
    expect(gapsIn(errors)).toEqual([['2', '4']])
    expect(String(errors[0])).toContain('wss://test.example')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, cursor: '5' })
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(2)
  })

  test('at another position is handled in the same way', async () => {
    const { environment, errors, messages } = await opened()
    send(environment, 1, 3)
    await next(environment, 2)
    send(environment, 3, 5)
    await next(environment, 3)
    send(environment, 4)
    await environment.advance(5000)
    send(environment, 5, 7)
    await next(environment, 4)
    send(environment, 7)
    expect(messages).toEqual([1, 3, 4, 5, 7])
    expect(gapsIn(errors)).toEqual([
      ['1', '3'],
      ['5', '7'],
    ])
    expect(queries(environment)).toEqual(['', '?after=1', '?after=3', '?after=5'])
  })

  test('is noticed after initialCursor and after a cut, too', async () => {
    const { environment, messages } = await opened({ initialCursor: '5' })
    send(environment, 7)
    await next(environment, 2)
    send(environment, 6)
    await environment.advance(5000)
    send(environment, 7)
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    send(environment, 9)
    await next(environment, 4)
    expect(messages).toEqual([6, 7])
    expect(queries(environment)).toEqual(['?after=5', '?after=5', '?after=7', '?after=7'])
  })

  test('while handlers are busy, what they have not received is requested again', async () => {
    const { client, environment } = await opened()
    const messages: unknown[] = []
    client.on('message', (message) => {
      messages.push(message)
      if (messages.length === 1) send(environment, 2, 3, 5)
    })
    send(environment, 1)
    expect(messages).toEqual([1])
    await next(environment, 2)
    expect(queries(environment)).toEqual(['', '?after=1'])
    send(environment, 2, 3, 4, 5)
    expect(messages).toEqual([1, 2, 3, 4, 5])
  })

  test('that follows another one which was filled is a failure: the hook connects after a growing delay', async () => {
    const { client, environment, emitted, errors, messages } = await opened()
    send(environment, 1, 3)
    await next(environment, 2)
    send(environment, 2, 3)
    emitted.length = 0
    send(environment, 5)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1, cursor: '3' })
    expect(emitted).toEqual(['close 1000', 'error closed', 'retry 1'])
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
    await environment.advance(500)
    environment.socket.accept()
    send(environment, 4, 5, 7)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 2 })
    await environment.advance(500)
    expect(environment.sockets).toHaveLength(3)
    while (environment.sockets.length === 3) await environment.advance(500)
    environment.socket.accept()
    send(environment, 6, 7)
    await environment.advance(5000)
    send(environment, 8, 10)
    await next(environment, 5)
    send(environment, 9, 10)
    expect(messages).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(gapsIn(errors)).toEqual([])
  })

  test('after `retry.limit` of such gaps the connection is closed', async () => {
    const { client, environment, messages } = await opened({ retry: { limit: 1 } })
    send(environment, 1, 3)
    await next(environment, 2)
    send(environment, 2, 3, 5)
    await environment.advance(1000)
    environment.socket.accept()
    send(environment, 4, 5, 7)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'exhausted' }, cursor: '5' })
    expect(messages).toEqual([1, 2, 3, 4, 5])
  })

  test('long after another one is no failure, also if the connection was lost in between', async () => {
    const retry = { limit: 1, delay: () => 500 }
    const { client, environment, messages } = await opened({ retry })
    send(environment, 1, 3)
    await next(environment, 2)
    send(environment, 2, 3)
    await environment.advance(3_600_000)
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    send(environment, 4, 6)
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', error: undefined })
    await next(environment, 4)
    send(environment, 5, 6)
    expect(messages).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('is not filled by what arrives without a subscriber: the next gap is no failure', async () => {
    const environment = createTestEnvironment()
    const { observer, emitted, leave } = mount(environment, options)
    await next(environment, 1)
    send(environment, 1, 2, 4)
    await next(environment, 2)
    leave()
    send(environment, 4)
    observer.subscribe(() => {})
    await next(environment, 3)
    send(environment, 4)
    expect(observer.getSnapshot()).toMatchObject({ status: 'connecting', attempt: 0 })
    await next(environment, 4)
    send(environment, 3, 4)
    expect(emitted.filter((event) => /^(message|retry|error)/.test(event))).toEqual(
      [1, 2, 3, 4].map((id) => `message ${id}`),
    )
  })

  test('every 100 ms replaces the connection only a few times in ten seconds, and loses nothing', async () => {
    const { environment, errors, messages } = await opened({ initialCursor: '0' })
    let written = 0
    const known = new Set([environment.socket])
    for (let turn = 0; turn < 100; turn++) {
      written += 2
      const { socket } = environment
      if (!known.has(socket) && socket.readyState === 0) {
        known.add(socket)
        socket.accept()
        for (let id = Number(new URL(socket.url).searchParams.get('after')); id < written;)
          send(environment, ++id)
      } else if (socket.readyState === 1) send(environment, written)
      await environment.advance(100)
    }
    expect(environment.sockets.length).toBeLessThan(10)
    while (environment.socket.readyState !== 0) await environment.advance(500)
    environment.socket.accept()
    for (let id = messages.length; id < written;) send(environment, ++id)
    expect(messages).toEqual(Array.from({ length: written }, (_, index) => index + 1))
    expect(gapsIn(errors)).toEqual([])
  })

  test('if the new connection fails, the next attempts wait as usual, from the same cursor', async () => {
    const { client, environment, messages } = await opened()
    send(environment, 1, 3)
    await environment.advance(0)
    environment.socket.refuse()
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    await environment.advance(500)
    environment.socket.accept()
    send(environment, 2, 3)
    expect(messages).toEqual([1, 2, 3])
    expect(queries(environment)).toEqual(['', '?after=1', '?after=1'])
  })

  test('sends what waits in the outbox over the new connection', async () => {
    const { client, environment } = await opened()
    send(environment, 1, 3)
    expect(client.send('x' as never)).toBe('queued')
    await next(environment, 2)
    expect(environment.socket.sent).toEqual(['"x"'])
  })

  test('every hook on the connection receives the error', async () => {
    const environment = createTestEnvironment()
    const both = [mount(environment, options), mount(environment, options)]
    await environment.advance(0)
    environment.socket.accept()
    send(environment, 1, 3)
    await next(environment, 2)
    send(environment, 3)
    for (const { emitted } of both) expect(emitted.slice(-2)).toEqual(['error gap', 'message 3'])
  })

  test('without a component is not noticed, and leaves no timer', async () => {
    const environment = createTestEnvironment()
    const { leave } = mount(environment, options)
    await environment.advance(0)
    environment.socket.accept()
    send(environment, 1)
    leave()
    send(environment, 3)
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('another URL begins without the positions of the old one', async () => {
    const { client, environment, messages } = await opened()
    send(environment, 1, 3)
    await next(environment, 2)
    client.setOptions('/other', { environment, ...options, initialCursor: '1' })
    await next(environment, 3)
    send(environment, 3)
    await next(environment, 4)
    send(environment, 2, 3)
    expect(messages).toEqual([1, 2, 3])
  })
})

describe('[gap] odd IDs never become a loop of connections', () => {
  test('an ID that repeats is dropped with isNext', async () => {
    const { environment, messages } = await opened()
    send(environment, 1, 1, 2, 2, 3)
    expect(messages).toEqual([1, 2, 3])
    expect(environment.sockets).toHaveLength(1)
  })

  test('a connection that only repeats its last message is alive', async () => {
    const { client, environment } = await opened({ heartbeat: silence({ timeout: 1000 }) })
    for (let n = 0; n < 5; n++) {
      send(environment, 1)
      await environment.advance(600)
    }
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1000)
    expect(client.getSnapshot()).toMatchObject({ error: { code: 'timeout' } })
  })

  test('the function of the newest render is called', async () => {
    const never = vi.fn(() => false)
    const { client, environment } = await opened({
      resume: resumable({ frames: jsonFrames({ id: 'n', data: 'n' }), query: 'after', isNext: never }),
    })
    client.setOptions('/chat', { environment, ...options })
    send(environment, 1, 2)
    expect(never).not.toHaveBeenCalled()
    send(environment, 4)
    await next(environment, 2)
  })

  test('messages without an ID are delivered, and are no gap', async () => {
    const { environment, emitted, client } = await opened({ codec: undefined })
    for (const n of [1, undefined, 2]) environment.socket.receive(JSON.stringify({ n, other: true }))
    expect(emitted).toHaveLength(4)
    expect(client.getSnapshot().cursor).toBe('2')
    expect(environment.sockets).toHaveLength(1)
  })

  test('a server that starts its log again is followed after one new connection', async () => {
    const { environment, errors, messages } = await opened()
    send(environment, 8, 9)
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    send(environment, 1)
    await next(environment, 3)
    send(environment, 1, 2, 3)
    expect(messages).toEqual([8, 9, 1, 2, 3])
    expect(gapsIn(errors)).toEqual([['9', '1']])
    expect(environment.sockets).toHaveLength(3)
  })

  test('a frame that cannot be read is an error twice, then a gap', async () => {
    const { environment, emitted } = await opened()
    send(environment, 1)
    environment.socket.receive('{')
    send(environment, 3)
    await next(environment, 2)
    environment.socket.receive('{')
    send(environment, 3)
    expect(emitted.filter((event) => /error|message/.test(event))).toEqual([
      'message 1',
      'error decode',
      'error decode',
      'error gap',
      'message 3',
    ])
  })

  test('if nothing ever follows, three new connections bring nothing, and the next ones are rare', async () => {
    const { environment, errors, messages } = await opened({
      resume: resumable({ frames: jsonFrames({ id: 'n', data: 'n' }), query: 'after', isNext: () => false }),
    })
    for (let n = 1; n <= 1000; n++) {
      send(environment, n)
      await environment.advance(0)
      if (environment.socket.readyState === 1) continue
      environment.socket.accept()
      send(environment, n)
    }
    expect(messages).toHaveLength(1000)
    expect(gapsIn(errors)).toHaveLength(999)
    expect(environment.sockets).toHaveLength(4)
    for (let n = 1001; n <= 1600; n++) {
      send(environment, n)
      await environment.advance(0)
      environment.socket.accept()
      send(environment, n)
      await environment.advance(1000)
    }
    expect(environment.sockets.length).toBeLessThan(20)
    expect(environment.sockets.length).toBeGreaterThan(10)
  })

  test('an error of isNext is reported, and the message delivered', async () => {
    const broken = vi.fn<() => boolean>().mockImplementation(() => {
      throw new RangeError('mine')
    })
    const { environment, messages } = await opened({
      resume: resumable({ frames: jsonFrames({ id: 'n', data: 'n' }), query: 'after', isNext: broken }),
    })
    send(environment, 1, 2)
    expect(messages).toEqual([1, 2])
    expect(environment.errors).toMatchObject([{ code: 'provider', provider: 'resume.isNext' }])
  })
})

test('[resume] cuts, swallowed messages and repeats lose nothing, double nothing and keep the order', async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('send'), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ type: fc.constant('swallow'), count: fc.integer({ min: 1, max: 3 }) }),
    fc.constant({ type: 'cut', count: 0 }),
    fc.constant({ type: 'refuse', count: 0 }),
  )
  const run = async (steps: readonly { type: string; count: number }[], isInclusive: boolean) => {
    const retry = { delay: () => 100 }
    const { client, environment } = await openHarness({ ...options, retry, initialCursor: '0' })
    const messages = messagesOf(client)
    let written = 0
    /** The number of the last message that the newest socket has sent, or has not sent for ever. */
    let at = 0
    let known = environment.socket
    /** Accepts a new connection and sends what follows its cursor. */
    const serve = () => {
      if (environment.socket === known) return
      known = environment.socket
      known.accept()
      const after = Number(new URL(known.url).searchParams.get('after') ?? 0)
      at = isInclusive && after > 0 ? after - 1 : after
      while (at < written && known.readyState === 1) send(environment, ++at)
    }
    const settle = async () => {
      await environment.advance(100)
      serve()
      await environment.advance(100)
      serve()
    }
    for (const { type, count } of steps) {
      if (type === 'cut') environment.socket.end(1006)
      if (type === 'refuse') {
        environment.socket.end(1006)
        await environment.advance(100)
        environment.socket.refuse()
        await environment.advance(100)
      }
      if (type === 'cut') await environment.advance(100)
      if (type === 'send' || type === 'swallow') {
        const socket = known
        for (let n = 0; n < count; n++) {
          written++
          if (known !== socket || socket.readyState !== 1) continue
          at = written
          if (type === 'send') send(environment, written)
        }
      }
      await settle()
    }
    written++
    if (known.readyState === 1) send(environment, written)
    await settle()
    expect(messages).toEqual(Array.from({ length: written }, (_, index) => index + 1))
    client.close()
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.boolean(), (steps, isInclusive) =>
      run(steps, isInclusive),
    ),
    { numRuns: 150 },
  )
})
