import { describe, expect, test } from 'vitest'
import { openStage, record, stage } from '../test/stage.ts'
import { type Sendable, json, text } from './codec.ts'
import { isTautlineError } from './errors.ts'
import { createTestEnvironment } from './testing.ts'
import { type WebSocketOptions, createWebSocket, observeWebSocket } from './web-socket.ts'

/** What was reported as dropped, oldest first, and why. */
function dropped(errors: readonly unknown[]): [why: string, ...messages: unknown[]][] {
  return errors
    .filter((error) => isTautlineError(error, 'dropped'))
    .map(({ detail }) => [detail.why, ...detail.messages])
}

/** A line that is up, and the errors that its client has heard of. */
async function sending(options: WebSocketOptions<never, Sendable, undefined> = {}) {
  const errors: Error[] = []
  const set = await openStage({ ...options, onError: (error) => errors.push(error) })
  return { ...set, errors }
}

describe('13: send()', () => {
  test('says `sent` when the line is open, and the message is on its way', async () => {
    const { client, environment } = await openStage()
    expect(client.send('hello')).toBe('sent')
    expect(environment.socket.sent).toEqual(['hello'])
  })

  test('says `queued` before that, and the messages go out in order when it opens', async () => {
    const { client, environment } = stage()
    client.open()
    expect([client.send('a'), client.send('b')]).toEqual(['queued', 'queued'])
    expect(client.getSnapshot().queued).toBe(2)
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['a', 'b'])
    expect(client.getSnapshot().queued).toBe(0)
  })

  test('says `queued` before the first open() too', async () => {
    const { client, environment } = stage()
    expect(client.send('early')).toBe('queued')
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['early'])
  })

  test('what is sent too early and never opened is reported, and nothing runs on', async () => {
    const { client, environment } = stage()
    client.send('early')
    await environment.advance(10_000)
    expect(dropped(environment.errors)).toEqual([['closed', 'early']])
    expect([environment.timers, environment.listeners, environment.sockets.length]).toEqual([0, 0, 0])
  })

  test('says `queued` in backoff, and the next line has it first', async () => {
    const { client, environment } = await openStage()
    environment.socket.end(1006)
    expect(client.send('a')).toBe('queued')
    await environment.advance(500)
    client.send('b')
    environment.socket.accept()
    expect(client.send('c')).toBe('sent')
    expect(environment.socket.sent).toEqual(['a', 'b', 'c'])
  })

  test('says `dropped` when the line is closed, and reports it', async () => {
    const { client, errors } = await sending()
    client.close()
    expect(client.send('late')).toBe('dropped')
    expect(dropped(errors)).toEqual([['closed', 'late']])
  })

  test('says `dropped` where there is no destination', () => {
    const errors: Error[] = []
    const { client } = stage({ onError: (error) => errors.push(error) }, null)
    expect(client.send('nowhere')).toBe('dropped')
    expect(dropped(errors)).toEqual([['closed', 'nowhere']])
  })

  test('inside onOpen works, and comes after what was queued before', async () => {
    const { client, environment } = stage()
    client.on('open', () => expect(client.send('greeting')).toBe('sent'))
    client.open()
    client.send('queued')
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['queued', 'greeting'])
  })

  test('inside a message handler goes out at once', async () => {
    const { client, environment } = await openStage({ codec: text() })
    client.on('message', (message) => client.send(`echo ${message}`))
    environment.socket.receive('a')
    environment.socket.receive('b')
    expect(environment.socket.sent).toEqual(['echo a', 'echo b'])
  })

  test('queues what a socket that is closing would lose', async () => {
    const { client, environment } = await openStage()
    const [socket] = environment.sockets
    socket?.close()
    expect(client.send('kept')).toBe('queued')
    socket?.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['kept'])
  })
})

describe('14: the outbox', () => {
  const waiting = async (outbox: WebSocketOptions['outbox']) => {
    const set = await sending({ outbox })
    set.environment.socket.end(1006)
    set.errors.length = 0
    return set
  }
  const delivered = async ({ environment }: Awaited<ReturnType<typeof waiting>>) => {
    await environment.advance(500)
    environment.socket.accept()
    return environment.socket.sent
  }

  test('holds a thousand messages by default, and drops the oldest', async () => {
    const set = await waiting(undefined)
    const all = Array.from({ length: 1002 }, (_, index) => String(index))
    for (const message of all) expect(set.client.send(message)).toBe('queued')
    expect(set.client.getSnapshot().queued).toBe(1000)
    expect(dropped(set.errors)).toEqual([
      ['overflow', '0'],
      ['overflow', '1'],
    ])
    expect(await delivered(set)).toEqual(all.slice(2))
  })

  test('drops the newest where that is wanted', async () => {
    const set = await waiting({ messages: 2, overflow: 'drop-newest' })
    expect(['a', 'b', 'c'].map((message) => set.client.send(message))).toEqual([
      'queued',
      'queued',
      'dropped',
    ])
    expect(dropped(set.errors)).toEqual([['overflow', 'c']])
    expect(await delivered(set)).toEqual(['a', 'b'])
  })

  test('throws where that is wanted', async () => {
    const set = await waiting({ messages: 1, overflow: 'reject' })
    set.client.send('a')
    expect(() => set.client.send('b')).toThrow('outbox is full')
    expect(dropped(set.errors)).toEqual([])
    expect(await delivered(set)).toEqual(['a'])
  })

  test('counts bytes as they would be sent', async () => {
    const set = await waiting({ bytes: 8 })
    set.client.send('€€')
    set.client.send(new Uint8Array(2))
    expect(set.client.getSnapshot().queued).toBe(2)
    set.client.send(new Blob(['€']))
    expect(dropped(set.errors)).toEqual([['overflow', '€€']])
    expect(set.client.getSnapshot().queued).toBe(2)
    expect(set.client.send('far too long')).toBe('dropped')
    expect(set.client.getSnapshot().queued).toBe(2)
  })

  test('is never delivered to another destination: what waits is reported', async () => {
    const set = await waiting(undefined)
    set.client.send('a')
    set.client.send('b')
    set.client.setOptions('/other', {
      environment: set.environment,
      onError: (error) => set.errors.push(error),
    })
    expect(set.client.getSnapshot().queued).toBe(0)
    expect(dropped(set.errors)).toEqual([['destination', 'a', 'b']])
    expect(await delivered(set)).toEqual([])
    expect(set.environment.socket.url).toBe('wss://test.example/other')
  })

  test('nor what was sent before anybody had opened it', async () => {
    const { client, environment } = stage()
    client.send('for chat')
    client.setOptions('/other', { environment })
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    await environment.advance(10_000)
    expect(environment.socket.sent).toEqual([])
    expect(dropped(environment.errors)).toEqual([['closed', 'for chat']])
    client.close()
    expect(environment.sockets).toHaveLength(1)
  })

  test('is reported after close()', async () => {
    const set = await waiting(undefined)
    set.client.send('a')
    set.client.close()
    expect(dropped(set.errors)).toEqual([['closed', 'a']])
    expect(set.client.getSnapshot().queued).toBe(0)
  })

  test('is reported after a fatal end', async () => {
    const { client, environment, errors } = await sending({ highWaterMark: 0 })
    environment.socket.bufferedAmount = 1
    client.send('a')
    environment.socket.end(4500)
    expect(dropped(errors)).toEqual([['closed', 'a']])
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', queued: 0 })
  })

  test('is kept by reconnect(), which is for the same destination', async () => {
    const set = await waiting(undefined)
    set.client.send('a')
    set.client.reconnect()
    expect(await delivered(set)).toEqual(['a'])
  })

  test('what nobody hears being dropped is reported', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment })
    client.open()
    client.send('a')
    client.close()
    expect(dropped(environment.errors)).toEqual([['closed', 'a']])
  })

  test('each change of how many wait is told', async () => {
    const set = await waiting(undefined)
    const seen: number[] = []
    set.client.subscribe(() => seen.push(set.client.getSnapshot().queued))
    set.client.send('a')
    await set.environment.advance(16)
    set.client.send('b')
    await set.environment.advance(16)
    await delivered(set)
    await set.environment.advance(16)
    expect([...new Set(seen)]).toEqual([1, 2, 0])
  })
})

describe('15: what is sent is unchanged', () => {
  test.each([
    ['text', 'grüße'],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
    ['a typed array', new Float32Array([1, 2])],
    ['a DataView', new DataView(new ArrayBuffer(4))],
    ['a Blob', new Blob(['x'])],
  ])('%s, sent and queued', async (_, message) => {
    const { client, environment } = stage()
    client.open()
    client.send(message)
    await environment.advance(0)
    environment.socket.accept()
    client.send(message)
    for (const sent of environment.socket.sent) expect(sent).toBe(message)
    expect(environment.socket.sent).toHaveLength(2)
  })

  test('a codec encodes it', async () => {
    const { client, environment } = await openStage({ codec: json<{ id: number }>() })
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
    const set = await openStage<unknown, never, unknown>(codec ? { codec: codec } : {})
    expect(() => set.client.send(message as never)).toThrow(expect.objectContaining({ code: 'encode' }))
    expect(set.environment.socket.sent).toEqual([])
    expect(set.client.getSnapshot()).toMatchObject({ status: 'open', queued: 0 })
  })
})

describe('16: above the high-water mark of the platform’s buffer', () => {
  test('messages queue, and follow in order once it has drained', async () => {
    const { client, environment } = await openStage({ highWaterMark: 100 })
    const { socket } = environment
    socket.bufferedAmount = 100
    expect(client.send('a')).toBe('sent')
    socket.bufferedAmount = 101
    expect([client.send('b'), client.send('c')]).toEqual(['queued', 'queued'])
    await environment.advance(1000)
    expect(socket.sent).toEqual(['a'])
    socket.bufferedAmount = 0
    expect(client.send('d')).toBe('queued')
    await environment.advance(50)
    expect(socket.sent).toEqual(['a', 'b', 'c', 'd'])
    expect(client.send('e')).toBe('sent')
    expect(client.getSnapshot().queued).toBe(0)
  })

  test('what waits for it goes to the next line when this one is lost', async () => {
    const { client, environment } = await openStage({ highWaterMark: 100 })
    environment.socket.bufferedAmount = 101
    client.send('a')
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['a'])
  })

  test('nothing looks at the buffer when nothing waits', async () => {
    const { client, environment } = await openStage({ highWaterMark: 100 })
    await environment.advance(5000)
    environment.socket.bufferedAmount = 101
    client.send('a')
    expect(environment.timers).toBe(2)
    environment.socket.bufferedAmount = 0
    await environment.advance(100)
    expect(environment.timers).toBe(0)
  })
})

test('who sends without having subscribed sends on the line of those who have', async () => {
  const { environment } = await openStage()
  const other = observeWebSocket('/chat', { environment })
  expect(other.send('x')).toBe('sent')
  expect(environment.socket.sent).toEqual(['x'])
  expect(record(other)).toEqual([])
})

test('a message that is sent after leaving does not keep the line longer than it lingers', async () => {
  const { client, environment } = stage({ linger: 1000 })
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
