import { describe, expect, test } from 'vitest'
import { json } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import { EventSource } from '../event-source-class/index.ts'
import { createEventSource } from '../event-source/index.ts'
import { collect } from '../shared/reducers.ts'
import { forgetUser } from './index.ts'
import { createLongPoll, query } from '../long-poll/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { createWebSocket, observeWebSocket } from '../web-socket/index.ts'
import { respond as poll, mountPoll } from '../../test/long-poll/harness.ts'
import { record } from '../../test/web-socket/harness.ts'
import {
  NOTHING,
  respond,
  block,
  leftovers,
  mountStream,
  streaming,
} from '../../test/event-source/harness.ts'
import { withEvents } from '../../test/events.ts'

/** The log-out request of an application. The test decides when it ends. */
function logOut() {
  let end = () => {}
  let fail = (_: Error) => {}
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  return { promise, end, fail }
}

async function openSocket(environment: TestEnvironment, options: object = {}) {
  const client = createWebSocket('/chat', { environment, reduce: collect(), ...options })
  const emitted = record(client)
  client.open()
  await environment.advance(0)
  environment.socket.accept()
  await environment.advance(0)
  return { client, emitted }
}

describe('[log-out] a WebSocket', () => {
  test('is closed, its data and its queue are forgotten, and it starts afresh', async () => {
    const environment = createTestEnvironment()
    const { client, emitted } = await openSocket(environment)
    environment.socket.receive('for Ada')
    await environment.advance(20)
    expect(client.getSnapshot().data).toEqual(['for Ada'])
    const { promise, end } = logOut()
    const done = forgetUser(promise, { environment })
    expect(environment.socket.closedWith).toMatchObject({ code: 1000 })
    expect(client.getSnapshot()).toMatchObject({ status: 'idle', data: [] })
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    end()
    await done
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
    environment.socket.accept()
    environment.socket.receive('for Bob')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: ['for Bob'] })
    expect(emitted).toEqual(['open', 'message for Ada', 'close 1000', 'open', 'message for Bob'])
  })

  test('unsent messages are dropped and reported', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment })
    const emitted = record(client)
    client.open()
    expect(client.send('from Ada')).toBe('queued')
    await forgetUser(undefined, { environment })
    await environment.advance(0)
    environment.socket.accept()
    await environment.advance(0)
    expect(environment.socket.sent).toEqual([])
    expect(emitted).toEqual(['error dropped', 'open'])
  })

  test('an observer that reads its snapshot at each notification is notified of the close and of dropped messages', async () => {
    const environment = createTestEnvironment()
    const mounted = observeWebSocket('/chat', { environment })
    const emitted = record(withEvents(mounted))
    mounted.subscribe(() => void mounted.getSnapshot())
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.bufferedAmount = 1e9
    mounted.send('from Ada')
    await forgetUser(undefined, { environment })
    expect([emitted, environment.errors]).toEqual([['open', 'error dropped', 'close 1000'], []])
  })

  test('messages sent during the log-out are dropped, and send() returns `dropped`', async () => {
    const environment = createTestEnvironment()
    const { client, emitted } = await openSocket(environment)
    const { promise, end } = logOut()
    const done = forgetUser(promise, { environment })
    expect(client.send('from whom?')).toBe('dropped')
    end()
    await done
    expect(emitted).toContain('error dropped')
  })

  test('a connection without subscribers is closed too', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment, closeDelay: 5000 })
    const leave = client.subscribe(() => {})
    await environment.advance(0)
    environment.socket.accept()
    leave()
    await forgetUser(undefined, { environment })
    expect(environment.socket.closedWith).toMatchObject({ code: 1000 })
    await environment.advance(10_000)
    expect([environment.sockets.length, environment.timers]).toEqual([1, 0])
  })

  test('handlers that open or reconnect on close do not restore the old user', async () => {
    const environment = createTestEnvironment()
    const { client } = await openSocket(environment)
    client.on('close', () => client.reconnect())
    client.on('transition', () => client.open())
    const { promise, end } = logOut()
    const done = forgetUser(promise, { environment })
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
    end()
    await done
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('a failed log-out request lets connections open again', async () => {
    const environment = createTestEnvironment()
    await openSocket(environment)
    const { promise, fail } = logOut()
    const done = forgetUser(promise, { environment })
    fail(new Error('the server is down'))
    await expect(done).resolves.toBeUndefined()
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('of two log-outs at once, the later end counts', async () => {
    const environment = createTestEnvironment()
    await openSocket(environment)
    const [first, second] = [logOut(), logOut()]
    const both = [forgetUser(first.promise, { environment }), forgetUser(second.promise, { environment })]
    first.end()
    await both[0]
    await environment.advance(10_000)
    expect(environment.sockets).toHaveLength(1)
    second.end()
    await both[1]
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(2)
  })

  test('a closed or disabled observer stays so', async () => {
    const environment = createTestEnvironment()
    const { client } = await openSocket(environment)
    client.close()
    const disabled = createWebSocket('/other', { environment, enabled: false })
    const leave = disabled.subscribe(() => {})
    await forgetUser(undefined, { environment })
    await environment.advance(10_000)
    expect(environment.sockets).toHaveLength(1)
    leave()
  })
})

describe('[log-out] a stream', () => {
  test('forgets its last event ID', async () => {
    const { client, environment, write } = await streaming()
    await write(block('for Ada', { id: '7' }))
    await forgetUser(undefined, { environment })
    await environment.advance(0)
    expect(environment.request.headers.get('last-event-id')).toBe(null)
    expect(client.getSnapshot()).toMatchObject({
      status: 'connecting',
      data: undefined,
      lastEventId: undefined,
    })
  })

  test('an observer that is hidden meanwhile shows no data of the old user when it returns', async () => {
    const environment = createTestEnvironment()
    const { observer, leave } = mountStream(environment, { closeDelay: 0 })
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('for Ada', { id: '7' }))
    await environment.advance(20)
    leave()
    expect(observer.getSnapshot().data).toBe('for Ada')
    await forgetUser(undefined, { environment })
    expect(observer.getSnapshot()).toMatchObject({ data: undefined, lastEventId: undefined })
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.request.headers.get('last-event-id')).toBe(null)
  })

  test('over POST is closed and stays idle until open()', async () => {
    const { client, environment, write } = await streaming({ method: 'POST', body: 'a prompt' })
    await write(block('for Ada'))
    await forgetUser(undefined, { environment })
    await environment.advance(60_000)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true])
    expect(client.getSnapshot()).toMatchObject({ status: 'idle', data: undefined })
    client.open()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('over POST sends a request for a new prompt', async () => {
    const options = { method: 'POST', body: 'a prompt' }
    const { client, environment } = await streaming(options)
    await forgetUser(undefined, { environment })
    client.setOptions('/news', { environment, ...options, headers: { authorization: 'Bob' } })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    client.setOptions('/news', { environment, ...options, body: 'another prompt' })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('a for await loop ends without the events that wait for it', async () => {
    const environment = createTestEnvironment()
    const stream = createEventSource('/news', { environment, codec: json<number>() })
    const got: number[] = []
    const loop = (async () => {
      for await (const event of stream) {
        got.push(event)
        if (event === 1) await forgetUser(undefined, { environment })
      }
      return 'ended'
    })()
    await environment.advance(0)
    await respond(environment)
    environment.request.write([1, 2, 3].map((number) => block(String(number))).join(''))
    await environment.advance(0)
    expect(await loop).toBe('ended')
    expect(got).toEqual([1])
    await environment.advance(10_000)
    expect(leftovers(environment)).toEqual(NOTHING)
  })
})

describe('[log-out] a poll', () => {
  test('forgets its cursor and the IDs of its messages', async () => {
    const environment = createTestEnvironment()
    const { emitted } = mountPoll(environment, {
      cursor: query('since', ({ next }) => next),
      messages: ({ list }) => list,
      dedupeBy: (message) => message,
    })
    const reply = async () => {
      await environment.advance(0)
      await poll(environment, { next: 5, list: ['a'] })
    }
    await reply()
    await forgetUser(undefined, { environment })
    await environment.advance(0)
    expect(new URL(environment.request.url).searchParams.get('since')).toBe(null)
    await reply()
    expect(emitted.filter((entry) => entry === 'message a')).toHaveLength(2)
  })
})

test('[log-out] the drop-in EventSource is closed, and receives an error', async () => {
  const environment = createTestEnvironment()
  const source = new EventSource('/news', { environment })
  await environment.advance(0)
  const calls: string[] = []
  source.addEventListener('error', () => calls.push('error'))
  await forgetUser(undefined, { environment })
  expect([source.readyState, calls]).toEqual([2, ['error']])
  await environment.advance(60_000)
  expect([environment.requests.length, environment.timers]).toEqual([1, 0])
})

describe('[log-out] of several users', () => {
  test('only the one whose key is given is forgotten', async () => {
    const environment = createTestEnvironment()
    const [ada, bob] = ['ada', 'bob'].map((key) => createLongPoll('/news', { environment, key }))
    ada?.open()
    bob?.open()
    await environment.advance(0)
    await forgetUser(undefined, { environment, key: 'ada' })
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false, false])
  })

  test('only the given environment is affected', async () => {
    const [one, other] = [createTestEnvironment(), createTestEnvironment()]
    for (const environment of [one, other]) await openSocket(environment)
    await forgetUser(undefined, { environment: one })
    await one.advance(0)
    await other.advance(0)
    expect([one.sockets.length, other.sockets.length]).toEqual([2, 1])
  })

  test('a server must name the user, because it has others', async () => {
    const environment = createTestEnvironment({ isServer: true })
    expect(() => forgetUser(undefined, { environment })).toThrow(
      expect.toSatisfy((error) => isTautlineError(error, 'bad-option')),
    )
    const ada = await openSocket(environment, { key: 'ada' })
    const bob = await openSocket(environment, { key: 'bob' })
    await forgetUser(undefined, { environment, key: 'ada' })
    expect([ada, bob].map(({ client }) => client.getSnapshot().status)).toEqual(['connecting', 'open'])
  })
})

test('[close-event] at log-out `close` is emitted at once, not what the server of the old user reports', async () => {
  const environment = createTestEnvironment()
  const observer = observeWebSocket('/chat', { environment })
  const emitted = record(withEvents(observer))
  observer.subscribe(() => {})
  await environment.advance(0)
  environment.socket.accept()
  const { socket } = environment
  socket.confirmsClose = false
  await forgetUser(undefined, { environment })
  expect(emitted).toEqual(['open', 'close 1000'])
  await environment.advance(0)
  environment.socket.accept()
  socket.end(4000, 'of the old user')
  await environment.advance(5000)
  expect(emitted).toEqual(['open', 'close 1000', 'open'])
})
