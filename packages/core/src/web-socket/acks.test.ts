import { describe, expect, test } from 'vitest'
import {
  type Note,
  confirm,
  createAckHarness,
  droppedKeys,
  noteAcks,
  openAckHarness,
  sentKeys,
} from '../../test/web-socket/acks.ts'
import { isTautlineError } from '../shared/errors.ts'
import { json } from '../shared/codec.ts'
import { forgetUser } from '../log-out/index.ts'
import type { TestEnvironment } from '../testing/index.ts'
import { acknowledged, createWebSocket, jsonFrames, pings, resumable } from './index.ts'

const notes = (...ids: (string | number)[]): Note[] => ids.map((id) => ({ id }))

/** Cuts the connection, and opens the next one. */
async function reopen(environment: TestEnvironment): Promise<void> {
  const { socket } = environment
  socket.end(1006)
  while (environment.socket === socket) await environment.advance(500)
  environment.socket.accept()
}

describe('[acks] with acknowledgements', () => {
  test('a sent message is unconfirmed until the server confirms its key', async () => {
    const { client, environment, confirmed } = await openAckHarness()
    const events: unknown[] = []
    client.on('confirmed', (event) => events.push(event))
    expect(client.getSnapshot().unconfirmed).toBe(0)
    expect(client.send({ id: 7, text: 'hello' })).toBe('sent')
    expect(client.getSnapshot()).toMatchObject({ queued: 0, unconfirmed: 1 })
    confirm(environment.socket, 7)
    expect(client.getSnapshot()).toMatchObject({ queued: 0, unconfirmed: 0 })
    expect(confirmed).toEqual([7])
    expect(events).toEqual([{ key: 7, message: { id: 7, text: 'hello' } }])
  })

  test('without the option, the number of unconfirmed messages is unknown', async () => {
    const { client } = await openAckHarness({ acks: undefined })
    client.send({ id: 1 })
    expect(client.getSnapshot().unconfirmed).toBeUndefined()
  })

  test('sends unconfirmed messages again after a lost connection, in order, before newer ones', async () => {
    const { client, environment } = await openAckHarness()
    for (const note of notes(1, 2, 3)) client.send(note)
    confirm(environment.socket, 2)
    environment.socket.end(1006)
    expect(client.getSnapshot()).toMatchObject({ queued: 0, unconfirmed: 2 })
    expect(client.send({ id: 4 })).toBe('queued')
    expect(client.getSnapshot()).toMatchObject({ queued: 1, unconfirmed: 2 })
    await environment.advance(500)
    environment.socket.accept()
    client.send({ id: 5 })
    expect(sentKeys(environment.socket)).toEqual([1, 3, 4, 5])
    expect(client.getSnapshot()).toMatchObject({ queued: 0, unconfirmed: 4 })
  })

  test('sends them after each lost connection until they are confirmed, and nothing twice on one connection', async () => {
    const { client, environment, confirmed } = await openAckHarness()
    client.send({ id: 'a' })
    for (let cut = 0; cut < 3; cut++) {
      await reopen(environment)
      await environment.advance(1000)
      expect(sentKeys(environment.socket)).toEqual(['a'])
    }
    confirm(environment.socket, 'a')
    await reopen(environment)
    expect(sentKeys(environment.socket)).toEqual([])
    expect(confirmed).toEqual(['a'])
  })

  test('keeps the order while the buffer is above the high-water mark', async () => {
    const { client, environment } = await openAckHarness({ highWaterMark: 10 })
    for (const note of notes(1, 2)) client.send(note)
    environment.socket.end(1006)
    client.send({ id: 3 })
    await environment.advance(500)
    environment.socket.bufferedAmount = 11
    environment.socket.accept()
    expect(client.send({ id: 4 })).toBe('queued')
    expect(client.send({ id: 5 }, { queue: false })).toBe('dropped')
    expect(sentKeys(environment.socket)).toEqual([])
    // A server may confirm by the new connection what the old one has brought.
    confirm(environment.socket, 1)
    environment.socket.bufferedAmount = 0
    await environment.advance(50)
    expect(sentKeys(environment.socket)).toEqual([2, 3, 4])
    expect(client.getSnapshot()).toMatchObject({ queued: 0, unconfirmed: 3 })
    await environment.advance(10_000)
    expect(environment.timers).toBe(0)
  })

  test('sends a copy of binary data again, although the program has changed the buffer', async () => {
    const acks = acknowledged({
      key: (message: BufferSource) => new Uint8Array(message as ArrayBuffer)[0] ?? 0,
      isAck: () => undefined,
    })
    const environment = createAckHarness().environment
    const client = createWebSocket<ArrayBuffer, BufferSource>('/bytes', {
      environment,
      acks,
      codec: { decode: (raw) => raw as ArrayBuffer, encode: (message) => message },
    })
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    const buffer = new Uint8Array([5, 6]).buffer
    client.send(buffer)
    new Uint8Array(buffer).fill(9)
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect([...new Uint8Array(environment.socket.sent[0] as ArrayBuffer)]).toEqual([5, 6])
  })

  test('does not deliver an acknowledgement as a message', async () => {
    const { client, environment, emitted } = await openAckHarness()
    client.send({ id: 1 })
    confirm(environment.socket, 1)
    confirm(environment.socket, 1)
    confirm(environment.socket, 'unknown')
    environment.socket.receive('{"ack":[]}')
    environment.socket.receive('{"id":9}')
    expect(client.getSnapshot().data).toEqual({ id: 9 })
    expect(emitted).toEqual(['open', 'message [object Object]'])
  })

  test('confirms each message once: in any order, by a list, also if 1 comes back as text', async () => {
    const { client, environment, confirmed } = await openAckHarness()
    for (const note of notes(1, 2, 3, 'x')) client.send(note)
    confirm(environment.socket, 3, 3, 'nothing', 1)
    confirm(environment.socket, 'x')
    confirm(environment.socket, '2')
    confirm(environment.socket, 2, 3)
    expect(confirmed).toEqual([3, 1, 'x', 2])
    expect(client.getSnapshot().unconfirmed).toBe(0)
  })

  test('confirms nothing that was never sent', async () => {
    const { client, environment, confirmed } = await openAckHarness({ highWaterMark: 10 })
    environment.socket.bufferedAmount = 11
    client.send({ id: 1 })
    confirm(environment.socket, 1)
    expect(confirmed).toEqual([])
    expect(client.getSnapshot()).toMatchObject({ queued: 1, unconfirmed: 0 })
  })

  test('an acknowledgement that arrives from a closed connection confirms nothing', async () => {
    const { client, environment, confirmed } = await openAckHarness()
    client.send({ id: 1 })
    const { socket } = environment
    socket.end(1006)
    confirm(socket, 1)
    expect(confirmed).toEqual([])
  })

  test('with `queue: false` a message needs no key, is not tracked, and is not sent again', async () => {
    const { client, environment } = await openAckHarness()
    expect(client.send({} as Note, { queue: false })).toBe('sent')
    expect(client.getSnapshot().unconfirmed).toBe(0)
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual([])
  })

  test('may be switched on while the connection is open: nothing is sent twice on it', async () => {
    const { client, environment } = await openAckHarness({ acks: undefined })
    const options = { environment, codec: json<Note>(), highWaterMark: 10 }
    client.setOptions('/chat', { ...options, acks: noteAcks() })
    client.send({ id: 1 })
    environment.socket.bufferedAmount = 11
    client.send({ id: 2 })
    environment.socket.bufferedAmount = 0
    await environment.advance(50)
    expect(sentKeys(environment.socket)).toEqual([1, 2])
    await reopen(environment)
    expect(sentKeys(environment.socket)).toEqual([1, 2])
  })

  test('the heartbeat sees its replies first', async () => {
    const { client, environment, errors } = await openAckHarness({ heartbeat: pings() })
    client.send({ id: 1 })
    await environment.advance(25_000)
    environment.socket.receive('pong')
    confirm(environment.socket, 1)
    expect([...errors, ...environment.errors]).toEqual([])
    expect(client.getSnapshot()).toMatchObject({ latency: 0, unconfirmed: 0 })
  })

  test('a handler of `confirmed` may send and close', async () => {
    const { client, environment, confirmed } = await openAckHarness()
    for (const note of notes(1, 2, 3)) client.send(note)
    client.on('confirmed', ({ key }) => {
      if (key === 1) client.send({ id: 1 })
      else client.close()
    })
    confirm(environment.socket, 1, 2)
    expect(confirmed).toEqual([1, 2])
    expect(sentKeys(environment.socket)).toEqual([1, 2, 3, 1])
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', unconfirmed: 0 })
  })
})

describe('[acks-key] the key of a message', () => {
  const providerOf = (send: () => unknown) => {
    try {
      return send()
    } catch (error) {
      return isTautlineError(error, 'provider') ? error.provider : error
    }
  }

  test.each([undefined, null, '', Number.NaN, {}, true])('that is %j is an error of send()', async (id) => {
    const { client, environment } = await openAckHarness()
    expect(providerOf(() => client.send({ id } as unknown as Note))).toBe('acks.key')
    expect(environment.socket.sent).toEqual([])
    expect(client.send({ id: 1 })).toBe('sent')
  })

  test('is an error of send() if its function throws, also before the connection opens', async () => {
    const thrown = new Error('no key')
    const acks = acknowledged<Note>({
      key() {
        throw thrown
      },
      isAck: () => false,
    })
    const { client, environment } = createAckHarness({ acks })
    expect(() => client.send({ id: 1 })).toThrow('acks.key')
    expect(client.getSnapshot().queued).toBe(0)
    await environment.advance(60_000)
    expect(environment.timers).toBe(0)
  })

  test('that an unconfirmed or queued message has is an error of send()', async () => {
    const { client, environment } = await openAckHarness()
    client.send({ id: 1 })
    expect(providerOf(() => client.send({ id: '1' }))).toBe('acks.key')
    environment.socket.end(1006)
    client.send({ id: 2 })
    expect(providerOf(() => client.send({ id: 1 }))).toBe('acks.key')
    expect(providerOf(() => client.send({ id: 2 }))).toBe('acks.key')
    await environment.advance(500)
    environment.socket.accept()
    expect(sentKeys(environment.socket)).toEqual([1, 2])
    confirm(environment.socket, 1, 2)
    expect([client.send({ id: 1 }), client.send({ id: 2 })]).toEqual(['sent', 'sent'])
  })

  test('may be used again after its message was dropped', async () => {
    const { client, environment } = await openAckHarness({ outbox: { messages: 1 } })
    environment.socket.end(1006)
    client.send({ id: 1 })
    client.send({ id: 2 })
    expect(client.send({ id: 1 })).toBe('queued')
    client.close()
    client.open()
    expect(client.send({ id: 1 })).toBe('queued')
  })

  test('is free again if the platform refuses the message', async () => {
    const { client, environment } = await openAckHarness()
    const { socket } = environment
    const { send } = socket
    socket.send = () => {
      throw new TypeError('shared memory')
    }
    expect(() => client.send({ id: 1 })).toThrow('refused the message')
    socket.send = send
    expect(client.send({ id: 1 })).toBe('sent')
    expect(client.getSnapshot().unconfirmed).toBe(1)
  })
})

describe('[acks] isAck', () => {
  test('that throws is reported, and the message is delivered', async () => {
    const { client, environment } = await openAckHarness({
      acks: acknowledged<Note>({
        key: ({ id }) => id,
        isAck() {
          throw new Error('broken')
        },
      }),
    })
    client.send({ id: 1 })
    environment.socket.receive('{"id":2}')
    expect(environment.errors).toMatchObject([{ code: 'provider', provider: 'acks.isAck' }])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: { id: 2 }, unconfirmed: 1 })
  })

  test.each([true, {}, '', Promise.resolve(1)])('that returns %j is reported', async (result) => {
    const acks = acknowledged<Note>({ key: ({ id }) => id, isAck: () => result as never })
    const { client, environment } = await openAckHarness({ acks })
    environment.socket.receive('{"id":2}')
    expect(environment.errors).toMatchObject([{ code: 'provider', provider: 'acks.isAck' }])
    expect(client.getSnapshot().data).toEqual({ id: 2 })
  })

  test('that returns a list with one bad key confirms the others', async () => {
    const acks = acknowledged<Note>({ key: ({ id }) => id, isAck: () => [1, {} as never, 2] })
    const { client, environment, confirmed } = await openAckHarness({ acks })
    for (const note of notes(1, 2)) client.send(note)
    environment.socket.receive('x')
    expect(confirmed).toEqual([1, 2])
    expect(environment.errors).toHaveLength(1)
  })
})

describe('[acks-dropped] an unconfirmed message that is not sent again', () => {
  test.each([
    ['close()', 'closed', (client: { close(): void }) => client.close()],
    [
      'a final close code',
      'closed',
      (_: unknown, environment: { socket: { end(code: number): void } }) => environment.socket.end(4900),
    ],
  ])('is reported after %s', async (_, why, end) => {
    const { client, environment, errors } = await openAckHarness()
    for (const note of notes(1, 2, 3)) client.send(note)
    confirm(environment.socket, 2)
    end(client, environment)
    expect(droppedKeys(errors)).toEqual([{ why, keys: [1, 3], unconfirmed: [1, 3] }])
    expect(client.getSnapshot().unconfirmed).toBe(0)
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual([])
  })

  test('is reported before queued ones, and never sent to another URL', async () => {
    const { client, environment, errors } = await openAckHarness()
    client.send({ id: 1 })
    environment.socket.end(1006)
    client.send({ id: 2 })
    client.setOptions('/other', {
      environment,
      codec: json<Note>(),
      acks: noteAcks(),
      onError: (error) => errors.push(error),
    })
    expect(droppedKeys(errors)).toEqual([{ why: 'destination', keys: [1, 2], unconfirmed: [1] }])
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual([])
  })

  test('is never sent for the next user', async () => {
    const { client, environment, errors } = await openAckHarness()
    client.send({ id: 1 })
    await forgetUser(undefined, { environment })
    await environment.advance(10_000)
    expect(droppedKeys([...errors, ...environment.errors])).toEqual([
      { why: 'closed', keys: [1], unconfirmed: [1] },
    ])
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual([])
  })

  test('is reported if newer messages need its room', async () => {
    const { client, environment, errors, confirmed } = await openAckHarness({ outbox: { messages: 3 } })
    for (const note of notes(1, 2, 3, 4)) expect(client.send(note)).toBe('sent')
    expect(client.getSnapshot().unconfirmed).toBe(3)
    environment.socket.end(1006)
    for (const note of notes(5, 6)) expect(client.send(note)).toBe('queued')
    await Promise.resolve()
    expect(client.getSnapshot()).toMatchObject({ queued: 2, unconfirmed: 1 })
    expect(droppedKeys(errors)).toEqual([{ why: 'overflow', keys: [1, 2, 3], unconfirmed: [1, 2, 3] }])
    await environment.advance(500)
    environment.socket.accept()
    expect(sentKeys(environment.socket)).toEqual([4, 5, 6])
    confirm(environment.socket, 1, 4)
    expect(confirmed).toEqual([4])
  })

  test('stays if the newest is dropped instead', async () => {
    const { client, environment, errors } = await openAckHarness({
      outbox: { messages: 2, overflow: 'drop-newest' },
    })
    expect(notes(1, 2, 3).map((note) => client.send(note))).toEqual(['sent', 'sent', 'dropped'])
    await Promise.resolve()
    expect(droppedKeys(errors)).toEqual([{ why: 'overflow', keys: [3], unconfirmed: [] }])
    confirm(environment.socket, 1)
    expect(client.send({ id: 3 })).toBe('sent')
    expect(sentKeys(environment.socket)).toEqual([1, 2, 3])
  })

  test('stays if send() throws instead', async () => {
    const { client, environment, errors } = await openAckHarness({
      outbox: { messages: 1, overflow: 'reject' },
    })
    client.send({ id: 1 })
    expect(() => client.send({ id: 2 })).toThrow('outbox is full')
    confirm(environment.socket, 1)
    expect(client.send({ id: 2 })).toBe('sent')
    expect(droppedKeys(errors)).toEqual([])
  })

  test('counts by its bytes, and a message above the limit drops nothing else', async () => {
    const { client, errors } = await openAckHarness({ outbox: { bytes: 20 } })
    expect(client.send({ id: 1 })).toBe('sent')
    expect(client.send({ id: 2, text: 'far too long' })).toBe('dropped')
    await Promise.resolve()
    expect(client.send({ id: 3 })).toBe('sent')
    expect(client.send({ id: 4 })).toBe('sent')
    await Promise.resolve()
    expect(client.getSnapshot().unconfirmed).toBe(2)
    expect(droppedKeys(errors).map(({ keys }) => keys)).toEqual([[2], [1]])
  })

  test('counts once, however often it was sent', async () => {
    const { client, environment, errors } = await openAckHarness({ outbox: { bytes: 20 } })
    client.send({ id: 1 })
    for (let cut = 0; cut < 3; cut++) await reopen(environment)
    expect(client.send({ id: 2 })).toBe('sent')
    confirm(environment.socket, 1)
    expect(client.send({ id: 3 })).toBe('sent')
    await Promise.resolve()
    expect(client.getSnapshot().unconfirmed).toBe(2)
    expect(droppedKeys(errors)).toEqual([])
  })

  test('is bounded without limits of the application too, above the high-water mark as well', async () => {
    const { client, environment, errors } = await openAckHarness({ highWaterMark: 10 })
    environment.socket.bufferedAmount = 11
    for (let id = 0; id < 2500; id++) client.send({ id })
    await Promise.resolve()
    const { queued, unconfirmed = 0 } = client.getSnapshot()
    expect(queued + unconfirmed).toBeLessThanOrEqual(1000)
    // None was lost before it was sent.
    expect(sentKeys(environment.socket)).toEqual(Array.from({ length: 2500 - queued }, (_, id) => id))
    const reported = droppedKeys(errors).flatMap((one) => one.keys)
    expect(reported).toHaveLength(2500 - queued - unconfirmed)
    expect(droppedKeys(errors).flatMap((one) => one.unconfirmed)).toEqual(reported)
  })
})

describe('[acks] hooks that share a connection', () => {
  test('use the newest functions of the oldest one, and a new inline `acks` does not reconnect', async () => {
    const first = await openAckHarness()
    const { environment } = first
    const second = createAckHarness({ acks: undefined }, environment)
    second.client.open()
    await environment.advance(0)
    expect(second.client.send({ id: 1 })).toBe('sent')
    first.client.setOptions('/chat', {
      environment,
      codec: json<Note>(),
      acks: acknowledged<Note>({ key: ({ id }) => `n${id}`, isAck: (raw) => (raw as string).slice(4) }),
    })
    second.client.send({ id: 1 })
    environment.socket.receive('ack 1')
    environment.socket.receive('ack n1')
    await environment.advance(1000)
    expect(environment.sockets).toHaveLength(1)
    expect(second.confirmed).toEqual([1, 'n1'])
    expect(first.client.getSnapshot().unconfirmed).toBe(0)
  })

  test('keep tracking what was sent after the one with `acks` has left', async () => {
    const first = await openAckHarness()
    const { environment } = first
    const second = createAckHarness({ acks: undefined }, environment)
    const stop = second.client.subscribe(() => {})
    first.client.send({ id: 1 })
    first.client.setOptions(null, { environment })
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    confirm(environment.socket, 1)
    expect(sentKeys(environment.socket)).toEqual([1])
    expect(second.confirmed).toEqual([1])
    stop()
  })
})

test.each([undefined, null, {}, { key: (note: Note) => note.id }, { key: 1, isAck: () => 1 }])(
  'acknowledged(%j) is a `bad-option` error',
  (options) => {
    expect(() => acknowledged(options as never)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  },
)

test('acks that acknowledged() has not created are a `bad-option` error', () => {
  const acks = { key: (note: Note) => note.id, isAck: () => 1 }
  expect(() => createWebSocket('/chat', { acks: acks as never })).toThrow('acknowledged()')
})

test('[acks] an acknowledgement with the ID of the last message is read, also with isNext', async () => {
  const isNext = (id: string, before: string) => Number(id) === Number(before) + 1
  const resume = resumable({ frames: jsonFrames({ id: 'seq' }), query: 'after', isNext })
  const { client, environment, confirmed, emitted } = await openAckHarness({ resume })
  client.send({ id: 'k1' })
  environment.socket.receive('{"seq":5,"id":"m5"}')
  environment.socket.receive('{"seq":5,"ack":"k1"}')
  expect(confirmed).toEqual(['k1'])
  expect(emitted).toHaveLength(2)
  expect(client.getSnapshot()).toMatchObject({ unconfirmed: 0, cursor: '5' })
})
