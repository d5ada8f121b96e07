import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { dropped, openHarness, record, sending, createHarness } from '../../test/web-socket/harness.ts'
import { json, text } from '../shared/codec.ts'
import { observeWebSocket } from './index.ts'
import { withEvents } from '../../test/events.ts'

describe('[send] send()', () => {
  test('returns `sent` when the connection is open, and the message is sent', async () => {
    const { client, environment } = await openHarness()
    expect(client.send('hello')).toBe('sent')
    expect(environment.socket.sent).toEqual(['hello'])
  })

  test('[realms] sends an ArrayBuffer and a Blob of another realm', async () => {
    const { client, environment } = await openHarness()
    const buffer: unknown = runInNewContext('new ArrayBuffer(3)')
    const view: unknown = runInNewContext('new Uint8Array(2)')
    // The realms of Node have no Blob of their own.
    const blob = { size: 5, [Symbol.toStringTag]: 'Blob' }
    for (const message of [buffer, view, blob]) expect(client.send(message as Blob)).toBe('sent')
    expect(environment.socket.sent).toEqual([buffer, view, blob])
    expect(buffer).not.toBeInstanceOf(ArrayBuffer)
  })

  test('[realms] queues a copy of an ArrayBuffer of another realm', async () => {
    const { client, environment } = createHarness()
    const buffer: unknown = runInNewContext('new Uint8Array([1, 2, 3]).buffer')
    expect(client.send(buffer as ArrayBuffer)).toBe('queued')
    new Uint8Array(buffer as ArrayBuffer).fill(9)
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    expect([...new Uint8Array(environment.socket.sent[0] as ArrayBuffer)]).toEqual([1, 2, 3])
  })

  test('returns `queued` before that, and sends the messages in order when it opens', async () => {
    const { client, environment } = createHarness()
    client.open()
    expect([client.send('a'), client.send('b')]).toEqual(['queued', 'queued'])
    expect(client.getSnapshot().queued).toBe(2)
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['a', 'b'])
    expect(client.getSnapshot().queued).toBe(0)
  })

  test('returns `queued` before the first open() too', async () => {
    const { client, environment } = createHarness()
    expect(client.send('early')).toBe('queued')
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['early'])
  })

  test('[send-now] with `queue: false` a message that cannot be sent now is dropped without an error', async () => {
    const { client, environment, errors } = await sending()
    const cursor = () => client.send('cursor', { queue: false })
    expect(cursor()).toBe('sent')
    environment.socket.end(1006)
    expect([cursor(), client.send('text'), cursor()]).toEqual(['dropped', 'queued', 'dropped'])
    await environment.advance(500)
    environment.sockets[1]?.accept()
    expect(environment.sockets[1]?.sent).toEqual(['text'])
    client.close()
    expect(cursor()).toBe('dropped')
    expect(dropped([...errors, ...environment.errors])).toEqual([])
  })

  test('[send-now] with `queue: false` a message overtakes no queued one, and creates no connection', async () => {
    const { client, environment } = await openHarness({ highWaterMark: 10 })
    environment.socket.bufferedAmount = 11
    expect([client.send('a'), client.send('cursor', { queue: false })]).toEqual(['queued', 'dropped'])
    const idle = createHarness()
    expect(idle.client.send('cursor', { queue: false })).toBe('dropped')
    expect(idle.environment.timers).toBe(0)
  })

  test('a message that is sent early and never opened is reported, and no timer is left', async () => {
    const { client, environment } = createHarness()
    client.send('early')
    await environment.advance(10_000)
    expect(dropped(environment.errors)).toEqual([['closed', 'early']])
    expect([environment.timers, environment.listeners, environment.sockets.length]).toEqual([0, 0, 0])
  })

  test('returns `queued` in backoff, and the next connection sends it first', async () => {
    const { client, environment } = await openHarness()
    environment.socket.end(1006)
    expect(client.send('a')).toBe('queued')
    await environment.advance(500)
    client.send('b')
    environment.socket.accept()
    expect(client.send('c')).toBe('sent')
    expect(environment.socket.sent).toEqual(['a', 'b', 'c'])
  })

  test('returns `dropped` when the connection is closed, and reports it', async () => {
    const { client, errors } = await sending()
    client.close()
    expect(client.send('late')).toBe('dropped')
    expect(dropped(errors)).toEqual([['closed', 'late']])
  })

  test('returns `dropped` without a URL', () => {
    const errors: Error[] = []
    const { client } = createHarness({ onError: (error) => errors.push(error) }, null)
    expect(client.send('nowhere')).toBe('dropped')
    expect(dropped(errors)).toEqual([['closed', 'nowhere']])
  })

  test('inside onOpen works, and sends after queued messages', async () => {
    const { client, environment } = createHarness()
    client.on('open', () => expect(client.send('greeting')).toBe('sent'))
    client.open()
    client.send('queued')
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['queued', 'greeting'])
  })

  test('inside a message handler goes out at once', async () => {
    const { client, environment } = await openHarness({ codec: text() })
    client.on('message', (message) => client.send(`echo ${message}`))
    environment.socket.receive('a')
    environment.socket.receive('b')
    expect(environment.socket.sent).toEqual(['echo a', 'echo b'])
  })

  test('queues messages while the socket is closing', async () => {
    const { client, environment } = await openHarness()
    const [socket] = environment.sockets
    socket?.close()
    expect(client.send('kept')).toBe('queued')
    socket?.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['kept'])
  })
})

describe('[binary] sent messages are unchanged', () => {
  test.each([
    ['text', 'grüße'],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
    ['a typed array', new Float32Array([1, 2])],
    ['a DataView', new DataView(new ArrayBuffer(4))],
    ['a Blob', new Blob(['x'])],
  ])('%s, sent and queued', async (_, message) => {
    const { client, environment } = createHarness()
    client.open()
    client.send(message)
    await environment.advance(0)
    environment.socket.accept()
    client.send(message)
    const bytes = (sent: unknown) =>
      ArrayBuffer.isView(sent)
        ? new Uint8Array(sent.buffer)
        : sent instanceof ArrayBuffer
          ? new Uint8Array(sent)
          : sent
    for (const sent of environment.socket.sent) expect(bytes(sent)).toEqual(bytes(message))
    expect(environment.socket.sent).toHaveLength(2)
  })

  test('a codec encodes it', async () => {
    const { client, environment } = await openHarness({ codec: json<{ id: number }>() })
    client.send({ id: 1 })
    expect(environment.socket.sent).toEqual(['{"id":1}'])
  })

  test.each([
    ['an object without a codec', undefined, { id: 1 }],
    ['a number', undefined, 5],
    ['nothing', undefined, undefined],
    ['what has no JSON form', json(), () => {}],
    ['what a codec makes of it', { decode: String, encode: () => 5 as unknown as string }, 'x'],
    ['what a codec throws at', { ...text(), encode: () => JSON.parse('{') as string }, 'x'],
  ] as const)('%s is refused at once', async (_, codec, message) => {
    const set = await openHarness<unknown, never, unknown>(codec ? { codec: codec } : {})
    expect(() => set.client.send(message as never)).toThrow(expect.objectContaining({ code: 'encode' }))
    expect(set.environment.socket.sent).toEqual([])
    expect(set.client.getSnapshot()).toMatchObject({ status: 'open', queued: 0 })
  })
})

test('a client without a subscription sends over the connection of those that have one', async () => {
  const { environment } = await openHarness()
  const other = observeWebSocket('/chat', { environment })
  expect(other.send('x')).toBe('sent')
  expect(environment.socket.sent).toEqual(['x'])
  expect(record(withEvents(other))).toEqual([])
})

test('a message that is sent after unsubscribing does not keep the connection open longer than closeDelay', async () => {
  const { client, environment } = createHarness({ closeDelay: 1000 })
  const stop = client.subscribe(() => {})
  await environment.advance(0)
  environment.socket.accept()
  stop()
  await environment.advance(500)
  expect(client.send('bye')).toBe('sent')
  await environment.advance(500)
  expect(environment.socket.closedWith?.code).toBe(1000)
  expect(environment.timers).toBe(0)
})

describe('[send] a handler that sends each error to the server is not called again for its own message', () => {
  test.each(['closed by the application', 'closed for good', 'without a URL', 'with a full outbox'])(
    '%s',
    async (situation) => {
      let calls = 0
      const { client, environment } = createHarness(
        {
          retry: false,
          outbox: { messages: situation === 'with a full outbox' ? 1 : 1000 },
          onError({ code }) {
            if (code === 'dropped' && ++calls < 100) client.send('report')
          },
        },
        situation === 'without a URL' ? '' : '/chat',
      )
      client.open()
      await environment.advance(0)
      if (situation === 'closed by the application') client.close()
      if (situation === 'closed for good') environment.socket.refuse()
      client.send('a')
      client.send('b')
      await environment.advance(0)
      expect(calls).toBe(situation === 'with a full outbox' ? 1 : 2)
      expect(dropped(environment.errors).flat()).toContain(
        situation === 'with a full outbox' ? 'b' : 'report',
      )
    },
  )
})
