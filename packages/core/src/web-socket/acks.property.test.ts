import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Note, createAckHarness, droppedKeys } from '../../test/web-socket/acks.ts'
import type { FakeWebSocket } from '../testing/index.ts'

/** What happens next: the page sends, the server reads or confirms, the connection is cut, time passes. */
type Step =
  | { readonly type: 'send' | 'read' | 'accept' | 'buffer' }
  | { readonly type: 'confirm'; readonly pick: number; readonly isTwice: boolean }
  | { readonly type: 'cut'; readonly isSilent: boolean }
  | { readonly type: 'wait'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ type: 'send' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ type: 'read' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ type: 'accept' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: 'buffer' }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('confirm' as const), pick: fc.nat(20), isTwice: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cut' as const), isSilent: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(3000) }) },
)

/** A server that reads what a socket has sent, message by message, and confirms it in any order. */
function createServer() {
  /** How much of each socket was read. What was not read when a connection is cut has not arrived. */
  const read = new Map<FakeWebSocket, number>()
  const arrivals: number[] = []
  const unconfirmed: number[] = []
  return {
    arrivals,
    unconfirmed,
    read(socket: FakeWebSocket) {
      const index = read.get(socket) ?? 0
      if (index >= socket.sent.length) return false
      read.set(socket, index + 1)
      const { id } = JSON.parse(String(socket.sent[index])) as Note
      arrivals.push(Number(id))
      // It confirms a message again that arrives again, since the page may not have received the first one.
      if (!unconfirmed.includes(Number(id))) unconfirmed.push(Number(id))
      return true
    },
    confirm(socket: FakeWebSocket, pick: number, isTwice: boolean) {
      const [id] = unconfirmed.splice(pick % Math.max(1, unconfirmed.length), 1)
      if (id === undefined) return
      socket.receive(JSON.stringify({ ack: isTwice ? [id, id] : id }))
    },
  }
}

test('[acks] with random cuts, each message is confirmed once, and first arrivals are in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { client, environment, confirmed, errors } = createAckHarness({ highWaterMark: 10 })
      const server = createServer()
      let sent = 0
      client.open()
      await environment.advance(0)
      const isOpen = () => environment.socket.readyState === 1
      for (const one of steps) {
        const { socket } = environment
        if (one.type === 'send') client.send({ id: sent++ })
        else if (one.type === 'accept') socket.accept()
        else if (one.type === 'buffer') socket.bufferedAmount = socket.bufferedAmount > 0 ? 0 : 11
        else if (one.type === 'wait') await environment.advance(one.ms)
        else if (one.type === 'read') server.read(socket)
        else if (one.type === 'confirm' && isOpen()) server.confirm(socket, one.pick, one.isTwice)
        else if (one.type === 'cut' && one.isSilent) client.reconnect()
        else if (one.type === 'cut') socket.end(1006)
        const { queued, unconfirmed = 0 } = client.getSnapshot()
        expect(queued + unconfirmed + confirmed.length).toBe(sent)
      }
      // At the end the network works.
      for (
        let round = 0;
        client.getSnapshot().queued + (client.getSnapshot().unconfirmed ?? 0) > 0;
        round++
      ) {
        expect(round).toBeLessThan(100)
        const { socket } = environment
        socket.bufferedAmount = 0
        socket.accept()
        await environment.advance(1000)
        while (isOpen() && server.read(socket)) continue
        while (isOpen() && server.unconfirmed.length > 0) server.confirm(socket, round, false)
        // Confirmations that a cut has swallowed come again with the message, on the next connection.
        if (isOpen() && client.getSnapshot().unconfirmed) socket.end(1006)
      }
      const all = Array.from({ length: sent }, (_, id) => id)
      expect(confirmed.toSorted((one, other) => Number(one) - Number(other))).toEqual(all)
      expect([...new Set(server.arrivals)]).toEqual(all)
      expect(droppedKeys(errors)).toEqual([])
      client.close()
      await environment.advance(10_000)
      expect(environment.timers).toBe(0)
    }),
    { numRuns: 300 },
  )
})
