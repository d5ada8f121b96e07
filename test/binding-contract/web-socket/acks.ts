import { acknowledged } from '@tautline/core'
import { expect } from 'vitest'
import type { SocketScenario } from '../support/scenario.ts'

/** A new value in every render, as in a component: the message is its own key, and `ack <key>` confirms it. */
const options = () => ({
  acks: acknowledged({
    key: (message: unknown) => String(message),
    isAck: (raw) => typeof raw === 'string' && raw.startsWith('ack ') && raw.slice(4),
  }),
})

export const acks: readonly SocketScenario[] = [
  {
    name: '[acks] unconfirmed messages arrive again after a reconnect, in order, and onConfirmed is called once for each',
    async run(page) {
      const confirmed: unknown[] = []
      const data: unknown[] = []
      const handlers = {
        onConfirmed: ({ key }: { key: unknown }) => confirmed.push(key),
        onMessage: (message: unknown) => data.push(message),
      }
      const shows = { shows: ['status', 'unconfirmed'] } as const
      const one = await page.mountOpen('/acks', { ...options(), ...handlers }, shows)
      expect(one.shown.unconfirmed).toBe(0)
      expect(['a', 'b', 'c'].map((message) => one.send(message))).toEqual(['sent', 'sent', 'sent'])
      await page.until(() => expect(page.server.peer.received).toEqual(['a', 'b', 'c']))
      await page.until(() => expect(one.shown.unconfirmed).toBe(3))
      page.server.peer.send('ack b', 'news')
      await page.until(() => expect(one.shown.unconfirmed).toBe(2))
      one.rerender('/acks', { ...options(), ...handlers })
      page.server.peer.close(1001)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      expect(one.send('d')).toBe('queued')
      await page.advance(500)
      await page.until(() => expect(page.server.peer.received).toEqual(['a', 'c', 'd']))
      page.server.peer.send('ack d', 'ack a', 'ack a', 'ack c')
      await page.until(() => expect(one.shown.unconfirmed).toBe(0))
      expect(confirmed).toEqual(['b', 'd', 'a', 'c'])
      expect(data).toEqual(['news'])
      expect(page.server.peers).toHaveLength(2)
    },
  },
  {
    name: '[acks] an acknowledgement renders only components that read `unconfirmed`',
    async run(page) {
      const confirmed: unknown[] = []
      const handlers = { onConfirmed: ({ key }: { key: unknown }) => confirmed.push(key) }
      const untracked = await page.mountOpen(
        '/acks',
        { ...options(), ...handlers },
        { shows: ['status', 'data'] },
      )
      const before = untracked.renders.length
      untracked.send('a')
      await page.until(() => expect(page.server.peer.received).toEqual(['a']))
      page.server.peer.send('ack a')
      await page.until(() => expect(confirmed).toEqual(['a']))
      await page.settle()
      expect(untracked.renders).toHaveLength(before)
    },
  },
  {
    name: '[acks-dropped] after unmounting, unconfirmed messages are reported as dropped',
    async run(page) {
      const one = await page.mountOpen('/acks', options())
      one.send('a')
      await page.until(() => expect(page.server.peer.received).toEqual(['a']))
      one.unmount()
      await page.advance(1000)
      expect(page.reported.splice(0)).toMatchObject([
        { code: 'dropped', messages: ['a'], why: 'closed', unconfirmed: ['a'] },
      ])
    },
  },
]
