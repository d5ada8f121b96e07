import type { AddressInfo } from 'node:net'
import {
  type SendResult,
  type WebSocketConstructor,
  acknowledged,
  createWebSocket,
  json,
  pings,
} from '@tautline/core'
import { startFaultProxy } from '@tautline/demo-server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { brisk } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'

interface Note {
  readonly id: number
}

const MESSAGES = 500
const CUTS = 5
/** How many messages are sent after a connection has become half-open, and before anything can notice it. */
const UNNOTICED = 20

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
})

/** A server that records the keys of all messages in order of arrival and confirms each, behind a proxy. */
async function startServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // a TCP server has no other kind of address
  const arrivals: number[] = []
  server.on('connection', (socket) =>
    socket.on('message', (raw: Buffer) => {
      const text = raw.toString()
      if (text === 'ping') return socket.send('pong')
      const { id } = JSON.parse(text) as Note
      arrivals.push(id)
      socket.send(JSON.stringify({ ack: id }))
    }),
  )
  const proxy = await startFaultProxy({ target: { host: '127.0.0.1', port } })
  cleanups.push(
    () => proxy.close(),
    async () => {
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  )
  return { arrivals, proxy, url: `ws://127.0.0.1:${proxy.port}/` }
}

/** Sends the messages, while the connection becomes half-open five times. */
async function sendOverCuts(WebSocket: WebSocketConstructor, hasAcks: boolean) {
  const { arrivals, proxy, url } = await startServer()
  const confirmed: number[] = []
  const results: SendResult[] = []
  let opens = 0
  const client = createWebSocket(url, {
    ...brisk,
    codec: json<Note>(),
    environment: { WebSocket },
    heartbeat: pings({ interval: 100, timeout: 400 }),
    onOpen: () => (opens += 1),
    onConfirmed: ({ key }) => confirmed.push(Number(key)),
    ...(hasAcks && {
      acks: acknowledged({
        key: ({ id }: Note) => id,
        isAck: (raw) => (JSON.parse(raw as string) as { ack?: number }).ack,
      }),
    }),
  })
  cleanups.unshift(async () => client.close())
  client.open()
  const send = (count: number) => {
    for (let sent = 0; sent < count; sent++) results.push(client.send({ id: results.length }))
  }
  const perCut = MESSAGES / CUTS
  for (let cut = 0; cut < CUTS; cut++) {
    await vi.waitFor(() => expect(opens).toBe(cut + 1), { timeout: 20_000 })
    // One by one, so that confirmations arrive meanwhile.
    for (let sent = 0; sent < perCut - UNNOTICED; sent++) {
      send(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(proxy.strike({ fault: 'half-open', after: 'now' })).not.toEqual([])
    send(UNNOTICED)
  }
  await vi.waitFor(() => expect(opens).toBe(CUTS + 1), { timeout: 20_000 })
  return { arrivals, confirmed, results, client }
}

describe.each(platforms)('with %s, over a connection that becomes half-open five times', (_, WebSocket) => {
  test('[acks] every message arrives, in order if the server ignores the keys that it knows', async () => {
    const { arrivals, confirmed, results, client } = await sendOverCuts(WebSocket, true)
    await vi.waitFor(() => expect(client.getSnapshot()).toMatchObject({ queued: 0, unconfirmed: 0 }), {
      timeout: 20_000,
    })
    const all = Array.from({ length: MESSAGES }, (__, id) => id)
    expect(results).toHaveLength(MESSAGES)
    expect([...new Set(arrivals)]).toEqual(all)
    expect(confirmed.toSorted((one, other) => one - other)).toEqual(all)
  })

  test('without acknowledgements messages are lost although they were `sent`', async () => {
    const { arrivals, results } = await sendOverCuts(WebSocket, false)
    expect(new Set(results)).toEqual(new Set(['sent']))
    const lost = MESSAGES - new Set(arrivals).size
    expect(lost).toBeGreaterThanOrEqual(CUTS * UNNOTICED)
    expect(arrivals).toHaveLength(MESSAGES - lost)
  })
})
