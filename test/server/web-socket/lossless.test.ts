import { pings } from '@tautline/core'
import { describe, expect, test, vi } from 'vitest'
import type { DemoServer } from '@tautline/demo-server'
import { openSocket, parsed } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { countedStream, useDemoServer } from '../support/server.ts'

const server = useDemoServer()

const LAST = 1000
let streams = 0

/** What happens to the connection again and again while the stream runs, and whether it cuts the connection. */
const troubles: readonly {
  name: string
  cuts: boolean
  begin: (server: DemoServer, match: string) => void
}[] = [
  {
    name: 'the connection ends (FIN)',
    cuts: true,
    begin: ({ proxy }, match) => proxy.rules.add({ fault: 'drop', afterFrames: 150, match, count: 4 }),
  },
  {
    name: 'the connection ends (RST)',
    cuts: true,
    begin: ({ proxy }, match) => proxy.rules.add({ fault: 'reset', afterFrames: 150, match, count: 4 }),
  },
  {
    name: 'the connection is cut inside a message',
    cuts: true,
    begin: ({ proxy }, match) =>
      proxy.rules.add({ fault: 'cut', bytes: 3, afterFrames: 150, match, count: 4 }),
  },
  {
    name: 'the connection is cut inside the header of a message',
    cuts: true,
    begin: ({ proxy }, match) =>
      proxy.rules.add({ fault: 'cut', bytes: 1, afterFrames: 150, match, count: 4 }),
  },
  {
    name: 'the connection becomes half-open',
    cuts: true,
    begin: ({ proxy }, match) => proxy.rules.add({ fault: 'half-open', afterFrames: 150, match, count: 2 }),
  },
  {
    name: 'the connection becomes half-open towards the client',
    cuts: true,
    begin: ({ proxy }, match) =>
      proxy.rules.add({ fault: 'half-open', direction: 'to-client', afterFrames: 150, match, count: 2 }),
  },
  {
    name: 'the server restarts (1012)',
    cuts: true,
    begin: ({ faults }, match) =>
      faults.add({ fault: 'close', code: 1012, afterMessages: 150, match, count: 4 }),
  },
  {
    name: 'the server drops the connection',
    cuts: true,
    begin: ({ faults }, match) =>
      faults.add({ fault: 'accept-then-drop', afterMessages: 150, match, count: 4 }),
  },
  {
    name: 'the server accepts and sends nothing',
    cuts: true,
    begin: ({ faults }, match) => faults.add({ fault: 'mute', match }),
  },
  {
    name: 'the connection has a high latency',
    cuts: false,
    begin: ({ proxy }, match) => proxy.rules.add({ fault: 'delay', ms: 30, match, count: 'always' }),
  },
  {
    name: 'the connection has a low bandwidth',
    cuts: false,
    begin: ({ proxy }, match) =>
      proxy.rules.add({
        fault: 'throttle',
        bytesPerSecond: 20_000,
        direction: 'to-client',
        match,
        count: 'always',
      }),
  },
]

describe.each(platforms)('with %s', (_, WebSocket) => {
  test.each(troubles)('every message is delivered once and in order when $name', async ({ cuts, begin }) => {
    const stream = `lossless-${(streams += 1)}.`
    begin(server.now, `/counted?stream=${stream}`)
    const seen: number[] = []
    // This is how a WebSocket resumes: the URL function is called before every attempt, and adds the last number.
    const url = () =>
      `${server.now.proxyUrl}/counted?stream=${stream}&from=${seen.at(-1) ?? 0}&last=${LAST}&rate=5000`
    const connection = openSocket(url, {
      environment: { WebSocket },
      // If the faults cut no connection, the heartbeat must not do so on a busy machine.
      ...(cuts && { heartbeat: pings({ interval: 100, timeout: 400 }) }),
    })
    connection.client.on('message', (raw) => {
      // The server's messages: `{ n }`, or `{ type: 'end', last }`.
      const { n } = parsed(raw) as { n?: number }
      if (n === undefined) return
      seen.push(n)
      connection.client.send(JSON.stringify({ ack: n }))
    })
    await connection.until(({ messages }) => messages.at(-1) === JSON.stringify({ type: 'end', last: LAST }))
    await vi.waitFor(() => expect(countedStream(server.now, stream).acked).toBe(LAST), { timeout: 20_000 })

    expect(seen).toEqual(Array.from({ length: LAST }, (_, index) => index + 1))
    const { highest, handed, connections } = countedStream(server.now, stream)
    expect(highest).toBe(LAST)
    expect(handed).toBeGreaterThanOrEqual(LAST)
    // Each cut is reported: as many closes as reconnects.
    expect(connection.opens).toHaveLength(connection.errors.length + 1)
    expect(connection.closes).toHaveLength(connection.errors.length)
    expect(connection.client.getSnapshot()).toMatchObject({ status: 'open', error: undefined })
    if (cuts) expect(connection.errors.length).toBeGreaterThan(0)
    else
      expect({ connections, handed, errors: connection.errors }).toEqual({
        connections: 1,
        handed: LAST,
        errors: [],
      })
  })

  test('messages before a normal close are all received, and none is sent twice', async () => {
    const stream = `in-order-${(streams += 1)}.`
    server.now.faults.add({
      fault: 'close',
      code: 1012,
      afterMessages: 100,
      match: `/counted?stream=${stream}`,
      count: 5,
    })
    let newest = 0
    const url = () => `${server.now.url}/counted?stream=${stream}&from=${newest}&last=600&rate=20000`
    const connection = openSocket(url, { environment: { WebSocket } })
    connection.client.on('message', (raw) => {
      newest = (parsed(raw) as { n?: number }).n ?? newest
    })
    await connection.until(({ messages }) => messages.length === 601)
    expect(newest).toBe(600)
    expect(countedStream(server.now, stream)).toMatchObject({ handed: 600, connections: 6 })
  })

  test('20,000 messages per second for two seconds: none is lost', async () => {
    const count = 40_000
    const connection = openSocket(`${server.now.url}/ticker?rate=20000&count=${count}`, {
      environment: { WebSocket },
    })
    let expected = 0
    let gaps = 0
    connection.client.on('message', (raw) => {
      const { seq } = parsed(raw) as { seq?: number }
      if (seq === undefined) return
      expected += 1
      if (seq !== expected) gaps += 1
    })
    await connection.until(({ messages }) => messages.length === count + 1)

    expect({ expected, gaps }).toEqual({ expected: count, gaps: 0 })
    expect(connection.messages.at(-1)).toBe(JSON.stringify({ type: 'end', sent: count }))
    expect(connection.client.getSnapshot().data).toBe(connection.messages.at(-1))
    expect(connection.statuses).toEqual(['connecting', 'open'])
  })
})
