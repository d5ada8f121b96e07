import { describe, expect, test } from 'vitest'
import { isTautlineError } from '@tautline/core'
import { is, openSocket, openedTimes, parsed } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { watched } from '../support/web-socket/real-sockets.ts'
import { connectionsTo, newTarget, outcomesOf, useDemoServer } from '../support/server.ts'
import { until } from '../support/event-source/stream.ts'

const server = useDemoServer()

const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
const read = async (message: unknown): Promise<Uint8Array> => {
  if (message instanceof Blob) return new Uint8Array(await message.arrayBuffer())
  if (message instanceof ArrayBuffer) return new Uint8Array(message)
  throw new Error(`Neither a Blob nor an ArrayBuffer: ${String(message)}`)
}

describe.each(platforms)('with %s', (_, WebSocket) => {
  const environment = { WebSocket }

  describe('the outbox', () => {
    test('messages sent while disconnected arrive once, in order, after the reconnect', async () => {
      const target = newTarget('/echo')
      const connection = openSocket(server.now.proxyUrl + target, { environment })
      expect(connection.client.send('before the first opening')).toBe('queued')
      await connection.until(({ messages }) => messages.length === 1)

      const { id } = server.now.proxy.rules.add({ fault: 'refuse', match: target, count: 'always' })
      server.now.proxy.strike({ fault: 'reset' }, { match: target })
      await connection.until(is('backoff'))
      const sent = Array.from({ length: 500 }, (_, index) => `while down ${index}`)
      expect(new Set(sent.map((message) => connection.client.send(message)))).toEqual(new Set(['queued']))
      expect(connection.client.getSnapshot().queued).toBe(500)

      server.now.proxy.rules.remove(id)
      await connection.until(({ messages }) => messages.length === 501)
      expect(connection.messages).toEqual(['before the first opening', ...sent])
      expect(connection.client.getSnapshot().queued).toBe(0)
      expect(connection.client.send('after')).toBe('sent')
      await connection.until(({ messages }) => messages.length === 502)
      // The server may not have noticed yet that the first connection is closed.
      await until(() => expect(connectionsTo(server.now, target)).toMatchObject([{ received: 501 }]))
    })

    test('messages sent in onOpen follow those queued before', async () => {
      const target = newTarget('/echo')
      const results: string[] = []
      const connection = openSocket(server.now.url + target, {
        environment,
        onOpen: () => void results.push(connection.client.send('from onOpen')),
      })
      connection.client.send('queued 1')
      connection.client.send('queued 2')
      await connection.until(({ messages }) => messages.length === 3)
      expect(connection.messages).toEqual(['queued 1', 'queued 2', 'from onOpen'])
      expect(results).toEqual(['sent'])
    })

    test('queued messages are never sent to another URL, and are reported as dropped', async () => {
      const here = newTarget('/echo')
      const there = newTarget('/echo')
      server.now.faults.add({ fault: 'refuse', match: here, count: 'always' })
      const connection = openSocket(server.now.url + here, { environment })
      connection.client.send('for here only')
      await connection.until(is('backoff'))
      connection.client.setOptions(server.now.url + there, { environment, closeDelay: 0 })
      await connection.until(is('open'))
      connection.client.send('for there')
      await connection.until(({ messages }) => messages.length === 1)

      expect(connection.messages).toEqual(['for there'])
      expect(connectionsTo(server.now, there)).toMatchObject([{ received: 1 }])
      const dropped = connection.errors.flatMap((error) =>
        isTautlineError(error, 'dropped') ? [{ messages: error.messages, why: error.why }] : [],
      )
      expect(dropped).toEqual([{ messages: ['for here only'], why: 'destination' }])
    })

    test('above the high-water mark messages are queued, and none is lost or reordered', async () => {
      const target = newTarget('/echo')
      const size = 256 * 1024
      const highWaterMark = 512 * 1024
      server.now.proxy.rules.add({
        fault: 'throttle',
        bytesPerSecond: 2 ** 24,
        direction: 'to-server',
        match: target,
      })
      let socket: WebSocket | undefined
      const connection = openSocket(server.now.proxyUrl + target, {
        environment: { WebSocket: watched(WebSocket, (made) => (socket = made)) },
        highWaterMark,
        outbox: { bytes: 2 ** 30 },
      })
      await connection.until(is('open'))
      // More than the system's buffers hold, so that the platform buffers some, and the outbox holds the rest.
      const sent = Array.from({ length: 60 }, (_, number) => JSON.stringify([number, 'x'.repeat(size)]))
      const results = sent.map((message) => connection.client.send(message))
      expect(results.indexOf('queued')).toBeGreaterThan(0)
      expect(results.lastIndexOf('sent')).toBe(results.indexOf('queued') - 1)
      expect(socket?.bufferedAmount).toBeGreaterThan(highWaterMark)

      const seen: number[] = []
      const buffered: number[] = []
      connection.client.on('message', (message) => {
        seen.push((parsed(message) as [number])[0])
        buffered.push(socket?.bufferedAmount ?? 0)
      })
      await connection.until(({ messages }) => messages.length === sent.length)
      // At most one message above the mark, plus the few bytes that frame each message.
      expect(Math.max(...buffered)).toBeLessThan(highWaterMark + size + 1024)
      expect(seen).toEqual(sent.map((_, number) => number))
      expect(connection.client.getSnapshot().queued).toBe(0)
      expect(connection.opens).toHaveLength(1)
    })

    test('a message above the server’s limit closes with 1009, and is not retried', async () => {
      const target = newTarget('/echo')
      const connection = openSocket(server.now.url + target, { environment })
      await connection.until(is('open'))
      connection.client.send('x'.repeat(2 ** 20))
      await connection.until(({ messages }) => messages.length === 1)
      connection.client.send('x'.repeat(2 ** 20 + 1))
      await connection.until(is('closed'))
      expect(connection.client.getSnapshot().closed).toMatchObject({
        by: 'fatal',
        error: { closeCode: 1009 },
      })
      expect(outcomesOf(server.now, target)).toHaveLength(1)
      expect(connection.client.send('too late')).toBe('dropped')
    })
  })

  describe('messages', () => {
    const texts = ['', 'plain', 'grüße 你好 🪢', '\u0000', '"{}"', 'x'.repeat(100_000)]

    test('text arrives unchanged, and equal messages arrive separately', async () => {
      const connection = openSocket(`${server.now.url}${newTarget('/echo')}`, { environment })
      for (const text of [...texts, ...texts]) connection.client.send(text)
      await connection.until(({ messages }) => messages.length === texts.length * 2)
      expect(connection.messages).toEqual([...texts, ...texts])
    })

    const kinds: readonly (readonly [string, () => ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob])[] = [
      ['ArrayBuffer', () => bytes.slice().buffer],
      ['Uint8Array', () => bytes.slice()],
      [
        'a view into a larger buffer',
        () => new Uint8Array(Uint8Array.of(9, 9, ...bytes, 9, 9).buffer, 2, 256),
      ],
      ['DataView', () => new DataView(bytes.slice().buffer)],
      ['Float64Array', () => new Float64Array(bytes.slice().buffer)],
      ['Blob', () => new Blob([bytes])],
    ]

    test.each(kinds)('%s arrives with the same bytes, before and after a reconnect', async (_, make) => {
      for (const binaryType of ['arraybuffer', 'blob'] as const) {
        const target = newTarget('/echo')
        const connection = openSocket(server.now.proxyUrl + target, { environment, binaryType })
        connection.client.send(make())
        await connection.until(({ messages }) => messages.length === 1)
        server.now.proxy.strike({ fault: 'drop' }, { match: target })
        await connection.until(openedTimes(2))
        connection.client.send(make())
        await connection.until(({ messages }) => messages.length === 2)

        const kind = binaryType === 'blob' ? Blob : ArrayBuffer
        expect(connection.messages.map((message) => message instanceof kind)).toEqual([true, true])
        for (const message of connection.messages) expect(await read(message)).toEqual(bytes)
      }
    })
  })

  describe('subprotocols', () => {
    test('onOpen has the subprotocol that the server chose, at each opening', async () => {
      const connection = openSocket(`${server.now.url}${newTarget('/protocols')}`, {
        environment,
        protocols: ['v1.tautline', 'v2.tautline'],
      })
      await connection.until(is('open'))
      connection.client.reconnect()
      await connection.until(openedTimes(2))
      expect(connection.opens).toMatchObject([{ protocol: 'v2.tautline' }, { protocol: 'v2.tautline' }])
    })

    test('without offered subprotocols none is chosen', async () => {
      const connection = openSocket(`${server.now.url}${newTarget('/echo')}`, { environment })
      await connection.until(is('open'))
      expect(connection.opens).toMatchObject([{ protocol: '' }])
    })

    test('a protocols function is called before every attempt, and gets the last error', async () => {
      const target = newTarget('/protocols')
      const previous: unknown[] = []
      const connection = openSocket(server.now.url + target, {
        environment,
        async protocols(context) {
          previous.push(context.previous)
          return context.attempt === 0 ? 'v9.tautline' : ['v1.tautline']
        },
      })
      await connection.until(is('open'))
      expect(outcomesOf(server.now, target)).toEqual(['refused', 'accepted'])
      expect(previous).toMatchObject([undefined, { code: 'connect-failed' }])
      expect(connection.opens).toMatchObject([{ protocol: 'v1.tautline' }])
    })

    test('a subprotocol that the platform rejects is final, and no request reaches the server', async () => {
      const target = newTarget('/protocols')
      const connection = openSocket(server.now.url + target, {
        environment,
        protocols: ['v1.tautline', 'v1.tautline'],
      })
      await connection.until(is('closed'))
      expect(connection.client.getSnapshot().closed).toMatchObject({
        by: 'fatal',
        error: { code: 'bad-protocols' },
      })
      expect(outcomesOf(server.now, target)).toEqual([])
    })
  })

  describe('sharing', () => {
    test('two clients with one key share one connection, and each receives every message', async () => {
      const target = newTarget('/ticker').concat('&rate=500&count=50')
      const both = { environment, key: target }
      const first = openSocket(server.now.url + target, both)
      const second = openSocket(server.now.url + target, both)
      const ended = ({ messages }: typeof first) => messages.length === 51
      await Promise.all([first.until(ended), second.until(ended)])
      expect(second.messages).toEqual(first.messages)
      expect(outcomesOf(server.now, target)).toEqual(['accepted'])
    })

    test('on a server nothing is shared without a key, and each client receives every message', async () => {
      const target = newTarget('/ticker').concat('&rate=500&count=50')
      const connections = [1, 2].map(() => openSocket(server.now.url + target, { environment }))
      await Promise.all(
        connections.map((connection) => connection.until(({ messages }) => messages.length === 51)),
      )
      expect(outcomesOf(server.now, target)).toEqual(['accepted', 'accepted'])
    })

    test('share: false opens its own connection, which close() closes', async () => {
      const target = newTarget('/echo')
      const connections = [1, 2].map(() => openSocket(server.now.url + target, { environment, share: false }))
      await Promise.all(connections.map((connection) => connection.until(is('open'))))
      expect(connectionsTo(server.now, target)).toHaveLength(2)
      connections[0]?.client.close()
      await until(() => expect(connectionsTo(server.now, target)).toHaveLength(1))
      expect(connections[1]?.client.getSnapshot().status).toBe('open')
    })
  })
})
