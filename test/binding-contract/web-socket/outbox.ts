import { expect } from 'vitest'
import type { SocketScenario } from '../support/scenario.ts'

export const outbox: readonly SocketScenario[] = [
  {
    name: '[send] send() returns sent, queued or dropped; inside onOpen its message follows the queue',
    async run(page) {
      const { environment, sockets } = page.silent
      const results: unknown[] = []
      const handlers = { onOpen: () => results.push(one.send('from onOpen')), onError: () => {} }
      const one = page.mount('/order', { environment, ...handlers })
      results.push(one.send('early 1'), one.send('early 2'))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'connecting', queued: 2 }))
      sockets[0]?.accept()
      expect(sockets[0]?.sent).toEqual(['early 1', 'early 2', 'from onOpen'])
      await page.until(() => expect(one.shown.queued).toBe(0))
      one.close()
      results.push(one.send('after the end'))
      expect(results).toEqual(['queued', 'queued', 'sent', 'dropped'])
    },
  },
  {
    name: '[outbox] messages sent while the connection is down arrive in order after the reconnect',
    async run(page) {
      const one = await page.mountOpen('/back')
      page.server.peer.close(1001)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      for (const message of ['a', 'b', 'c']) expect(one.send(message)).toBe('queued')
      await page.advance(500)
      await page.until(() => expect(page.server.peer.received).toEqual(['a', 'b', 'c']))
      expect(page.server.peers[0]?.received).toEqual([])
    },
  },
  {
    name: '[outbox] the outbox is bounded in messages and bytes, and reports dropped messages',
    async run(page) {
      const errors: unknown[] = []
      const { environment } = page.silent
      const options = { environment, onError: (error: Error) => errors.push(error) }
      const few = page.mount('/few', { ...options, outbox: { messages: 2 } })
      expect(['a', 'b', 'c'].map((message) => few.send(message))).toEqual(['queued', 'queued', 'queued'])
      await page.until(() =>
        expect(errors).toMatchObject([{ code: 'dropped', messages: ['a'], why: 'overflow' }]),
      )
      const small = page.mount('/small', { ...options, outbox: { bytes: 5, overflow: 'drop-newest' } })
      expect(['1234', '12'].map((message) => small.send(message))).toEqual(['queued', 'dropped'])
      await page.until(() =>
        expect(errors[1]).toMatchObject({ code: 'dropped', messages: ['12'], why: 'overflow' }),
      )
      const strict = page.mount('/strict', { ...options, outbox: { messages: 1, overflow: 'reject' } })
      expect(strict.send('first')).toBe('queued')
      expect(() => strict.send('second')).toThrow(expect.objectContaining({ code: 'dropped' }))
      for (const one of [few, small, strict]) one.close()
      await page.until(() => expect(errors).toHaveLength(5))
    },
  },
  {
    name: '[outbox] the outbox is never delivered to another URL, and reports what it dropped',
    async run(page) {
      const errors: unknown[] = []
      const { environment, sockets } = page.silent
      const options = { environment, onError: (error: Error) => errors.push(error) }
      const one = page.mount('/a', options)
      one.send('for a')
      one.rerender('/b', options)
      one.send('for b')
      await page.until(() => expect(sockets.at(-1)?.url).toBe('ws://server.test/b'))
      sockets.at(-1)?.accept()
      expect(sockets.flatMap(({ sent }) => sent)).toEqual(['for b'])
      expect(errors).toMatchObject([{ code: 'dropped', messages: ['for a'], why: 'destination' }])
    },
  },
  {
    name: '[outbox] close() drops queued messages and reports them',
    async run(page) {
      const errors: unknown[] = []
      const one = page.mount('/never', { onError: (error) => errors.push(error) })
      one.send('unsent')
      one.close()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', queued: 0 }))
      expect(errors).toMatchObject([{ code: 'dropped', messages: ['unsent'], why: 'closed' }])
    },
  },
  {
    name: '[outbox] messages queued when the last component unmounts are reported, without calling handlers',
    async run(page) {
      const errors: unknown[] = []
      const { environment } = page.silent
      const one = page.mount('/left', { environment, onError: (error) => errors.push(error) })
      one.send('unsent')
      one.unmount()
      await page.advance(1000)
      expect(errors).toEqual([])
      expect(page.reported.splice(0)).toMatchObject([
        { code: 'dropped', messages: ['unsent'], why: 'closed' },
      ])
    },
  },
  {
    name: '[binary] text and bytes are sent and received unchanged',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/bytes', { onMessage: (message) => received.push(message) })
      const bytes = new Uint8Array([1, 2, 3])
      expect([one.send('text'), one.send(bytes), one.send(bytes.buffer)]).toEqual(['sent', 'sent', 'sent'])
      await page.until(() => expect(page.server.peer.received).toEqual(['text', bytes, bytes.buffer]))
      page.server.peer.send('text', bytes.buffer)
      await page.until(() => expect(received).toEqual(['text', bytes.buffer]))
    },
  },
]
