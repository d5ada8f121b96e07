import { describe, expect, test } from 'vitest'
import { openHarness, createHarness } from '../../test/web-socket/harness.ts'
import { json } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import type { WebSocketClient } from './index.ts'

/** Reads all messages and returns how the loop ended. */
async function readAll(client: Pick<WebSocketClient<unknown, never, unknown>, typeof Symbol.asyncIterator>) {
  const messages: unknown[] = []
  try {
    for await (const message of client) messages.push(message)
    return { messages, error: undefined }
  } catch (error) {
    return { messages, error }
  }
}

/** A client that is being read, with its connection up. */
async function reading(...[options, url, environment]: Parameters<typeof createHarness>) {
  const set = createHarness(options, url, environment)
  const end = readAll(set.client)
  await set.environment.advance(0)
  set.environment.socket.accept()
  return { ...set, end }
}

describe('for await', () => {
  test('opens the connection, and yields every message once and in order', async () => {
    const { client, environment, end } = await reading()
    expect(client.getSnapshot().status).toBe('open')
    const all = Array.from({ length: 500 }, (_, index) => String(index))
    for (const message of all.slice(0, 300)) environment.socket.receive(message)
    await environment.advance(0)
    for (const message of all.slice(300)) environment.socket.receive(message)
    client.close()
    expect(await end).toEqual({ messages: all, error: undefined })
  })

  test('yields decoded messages', async () => {
    const set = await openHarness({ codec: json<{ id: number }>() })
    const end = readAll(set.client)
    await set.environment.advance(0)
    set.environment.socket.receive('{"id":1}')
    set.environment.socket.receive('nonsense')
    set.environment.socket.receive('{"id":2}')
    set.client.close()
    expect((await end).messages).toEqual([{ id: 1 }, { id: 2 }])
  })

  test('continues across reconnects', async () => {
    const { client, environment, end } = await reading()
    environment.socket.receive('a')
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    environment.socket.receive('b')
    client.close()
    expect((await end).messages).toEqual(['a', 'b'])
  })

  test('ends after close(), with all earlier messages', async () => {
    const { client, environment, end } = await reading()
    environment.socket.receive('a')
    client.close()
    environment.socket.receive('late')
    expect(await end).toEqual({ messages: ['a'], error: undefined })
    await environment.advance(16)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test.each([
    ['a fatal end', {}, 4500, 'closed'],
    ['having no attempt left', { retry: false as const }, 1006, 'closed'],
  ])('throws after %s, with all earlier messages', async (_, options, code, name) => {
    const { client, environment, end } = await reading(options)
    environment.socket.receive('a')
    environment.socket.end(code)
    const { messages, error } = await end
    expect(messages).toEqual(['a'])
    expect(isTautlineError(error) && error.code).toBe(name)
    expect(error).toBe(client.getSnapshot().closed?.error)
    await environment.advance(1000)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('of a connection that is closed already ends at once', async () => {
    const { client, environment } = await openHarness()
    client.close()
    await environment.advance(0)
    expect(await readAll(client)).toEqual({ messages: [], error: undefined })
    await environment.advance(1000)
    expect(environment.sockets).toHaveLength(1)
  })

  test('a loop that is too slow gets an error after the buffered messages', async () => {
    const { environment, end } = await reading()
    for (let count = 0; count <= 200_000; count++) environment.socket.receive(count)
    for (let count = 0; count < 100; count++) environment.socket.receive('lost')
    const { messages, error } = await end
    expect(messages).toHaveLength(200_000)
    expect(messages.at(-1)).toBe(199_999)
    expect(isTautlineError(error, 'overflow') && error.limit).toBe(200_000)
    expect(environment.socket.closedWith).toBeUndefined()
    await environment.advance(1000)
    expect(environment.socket.closedWith).toBeDefined()
  })

  test('two hundred thousand messages read in time are not too many', async () => {
    const { environment, end, client } = await reading()
    for (let count = 0; count < 200_000; count++) environment.socket.receive(count)
    client.close()
    const { messages, error } = await end
    expect([messages.length, error]).toEqual([200_000, undefined])
  })

  test('leaving the loop unsubscribes', async () => {
    const { client, environment } = createHarness()
    const read = async () => {
      for await (const message of client) if (message === 'stop') return message
      return undefined
    }
    const end = read()
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('go')
    environment.socket.receive('stop')
    environment.socket.receive('unread')
    expect(await end).toBe('stop')
    await environment.advance(999)
    expect(environment.socket.closedWith).toBeUndefined()
    await environment.advance(1)
    expect(environment.socket.closedWith?.code).toBe(1000)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('a loop that throws releases it too', async () => {
    const { client, environment } = createHarness({ closeDelay: 0 })
    const read = async () => {
      for await (const message of client) throw new Error(`read ${typeof message}`)
    }
    const end = expect(read()).rejects.toThrow('read string')
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('x')
    await end
    expect(environment.socket.closedWith).toBeDefined()
  })

  test('two loops each have every message', async () => {
    const { client, environment, end } = await reading()
    const second = readAll(client)
    await environment.advance(0)
    environment.socket.receive('a')
    environment.socket.receive('b')
    client.close()
    expect([(await end).messages, (await second).messages]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(environment.sockets).toHaveLength(1)
  })

  test('one loop after another starts again', async () => {
    const { client, environment, end } = await reading()
    client.close()
    await end
    client.open()
    const second = readAll(client)
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('a')
    client.close()
    expect((await second).messages).toEqual(['a'])
  })
})
