import { describe, expect, test } from 'vitest'
import { dropped, openHarness, sending, createHarness } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { type WebSocketOptions, createWebSocket } from './index.ts'

describe('[outbox] the outbox', () => {
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
    await Promise.resolve()
    expect(dropped(set.errors)).toEqual([['overflow', '0', '1']])
    expect(await delivered(set)).toEqual(all.slice(2))
  })

  test('drops the newest if the option says so', async () => {
    const set = await waiting({ messages: 2, overflow: 'drop-newest' })
    expect(['a', 'b', 'c'].map((message) => set.client.send(message))).toEqual([
      'queued',
      'queued',
      'dropped',
    ])
    await Promise.resolve()
    expect(dropped(set.errors)).toEqual([['overflow', 'c']])
    expect(await delivered(set)).toEqual(['a', 'b'])
  })

  test('reports 99,000 of 100,000 messages once a tick, with their number', async () => {
    const set = await waiting(undefined)
    const all = Array.from({ length: 100_000 }, (_, index) => String(index))
    for (const message of all) set.client.send(message)
    await Promise.resolve()
    expect(dropped(set.errors)).toEqual([['overflow', ...all.slice(0, 99_000)]])
    expect(set.errors[0]?.message).toContain('99000')
    set.client.send('next')
    await Promise.resolve()
    expect(dropped(set.errors)).toHaveLength(2)
    expect(await delivered(set)).toEqual([...all.slice(99_001), 'next'])
  })

  test('reports what did not fit before what close() drops', async () => {
    const set = await waiting({ messages: 1 })
    for (const message of ['a', 'b']) set.client.send(message)
    set.client.close()
    await Promise.resolve()
    expect(dropped(set.errors)).toEqual([
      ['overflow', 'a'],
      ['closed', 'b'],
    ])
  })

  test('throws if the option says so', async () => {
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
    await Promise.resolve()
    expect(dropped(set.errors)).toEqual([['overflow', '€€']])
    expect(set.client.getSnapshot().queued).toBe(2)
    expect(set.client.send('far too long')).toBe('dropped')
    expect(set.client.getSnapshot().queued).toBe(2)
  })

  test('is never delivered to another URL, but reported as dropped', async () => {
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

  test('nor is what was sent before the first opening', async () => {
    const { client, environment } = createHarness()
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

  test('survives reconnect(), which is for the same URL', async () => {
    const set = await waiting(undefined)
    set.client.send('a')
    set.client.reconnect()
    expect(await delivered(set)).toEqual(['a'])
  })

  test('reports dropped messages without a listener too', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment })
    client.open()
    client.send('a')
    client.close()
    expect(dropped(environment.errors)).toEqual([['closed', 'a']])
  })

  test('notifies of each change of the queue’s length', async () => {
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

describe('[backpressure] above the high-water mark of the platform’s buffer', () => {
  test('messages queue, and follow in order once it has drained', async () => {
    const { client, environment } = await openHarness({ highWaterMark: 100 })
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

  test('queued messages go to the next connection when this one is lost', async () => {
    const { client, environment } = await openHarness({ highWaterMark: 100 })
    environment.socket.bufferedAmount = 101
    client.send('a')
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['a'])
  })

  test('does not check the buffer while the queue is empty', async () => {
    const { client, environment } = await openHarness({ highWaterMark: 100 })
    await environment.advance(5000)
    environment.socket.bufferedAmount = 101
    client.send('a')
    expect(environment.timers).toBe(2)
    environment.socket.bufferedAmount = 0
    await environment.advance(100)
    expect(environment.timers).toBe(0)
  })
})
