import { json } from '@tautline/core'
import { expect } from 'vitest'
import { collected } from './driver.ts'
import type { SocketScenario } from './scenarios.ts'

const components = [0, 1, 2]

export const sharing: readonly SocketScenario[] = [
  {
    name: '46: components with the same destination share one connection, and each handler hears each message once',
    async run(page) {
      const heard: string[] = []
      const all = components.map((index) =>
        page.mount('/shared', { onMessage: (message) => heard.push(`${index} ${String(message)}`) }),
      )
      await page.until(() => expect(all.map(({ shown }) => shown.status)).toEqual(['open', 'open', 'open']))
      expect(page.server.peers).toHaveLength(1)
      page.server.peer.say('a', 'b')
      await page.until(() => expect(all.map(({ shown }) => shown.data)).toEqual(['b', 'b', 'b']))
      expect(heard).toEqual(['0 a', '1 a', '2 a', '0 b', '1 b', '2 b'])
    },
  },
  {
    name: '46: they share one decode and one heartbeat',
    async run(page) {
      let decoded = 0
      const plain = json()
      const codec = {
        ...plain,
        decode(raw: string | ArrayBuffer | Blob) {
          decoded++
          return plain.decode(raw)
        },
      }
      const options = { codec, reduce: collected(), heartbeat: { interval: 1000, timeout: 1000 } }
      const all = components.map(() => page.mount('/shared', options))
      await page.until(() => expect(all.map(({ shown }) => shown.status)).toEqual(['open', 'open', 'open']))
      page.server.peer.say('1', '2')
      await page.until(() =>
        expect(all.map(({ shown }) => shown.data)).toEqual([
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
      )
      expect(decoded).toBe(2)
      await page.advance(1000)
      expect(page.server.peer.received).toEqual(['ping'])
    },
  },
  {
    name: '46: the connection closes a linger after the last one has gone',
    async run(page) {
      const all = components.map(() => page.mount('/shared', { linger: 500 }))
      await page.until(() => expect(all[0]?.shown.status).toBe('open'))
      for (const one of all.slice(1)) one.unmount()
      await page.advance(60_000)
      expect(page.server.peer.closed).toBeUndefined()
      all[0]?.unmount()
      await page.advance(499)
      expect(page.server.peer.closed).toBeUndefined()
      await page.advance(1)
      expect(page.server.peer.closed).toMatchObject({ code: 1000 })
    },
  },
  {
    name: '46: one that comes within the linger takes the line over: navigation does not flap',
    async run(page) {
      const before = await page.mountOpen('/shared', { linger: 500 })
      before.unmount()
      await page.advance(499)
      const after = page.mount('/shared', { linger: 500 })
      await page.advance(60_000)
      expect(after.shown.status).toBe('open')
      expect(page.server.peers).toHaveLength(1)
      expect(page.server.peer.closed).toBeUndefined()
    },
  },
  {
    name: '46: one that moves to another URL leaves the others where they are',
    async run(page) {
      const stays = await page.mountOpen('/shared')
      const moves = await page.mountOpen('/shared')
      moves.rerender('/elsewhere')
      await page.until(() =>
        expect(page.server.peers.map(({ path }) => path)).toEqual(['/shared', '/elsewhere']),
      )
      await page.until(() => expect(moves.shown.status).toBe('open'))
      expect(stays.shown.status).toBe('open')
      expect(page.server.peers[0]?.closed).toBeUndefined()
    },
  },
  {
    name: '46: close() closes for everybody who shares the line',
    async run(page) {
      const [one, other] = [await page.mountOpen('/shared'), await page.mountOpen('/shared')]
      one.close()
      await page.until(() => expect(other.shown.closed).toEqual({ by: 'user' }))
      await page.until(() => expect(page.server.peer.closed).toBeDefined())
    },
  },
  {
    name: '47: share false, and different share keys, do not share',
    async run(page) {
      for (const options of [
        {},
        { share: false },
        { share: false },
        { shareKey: 'mine' },
        { shareKey: 'mine' },
      ]) {
        await page.mountOpen('/private', options)
      }
      expect(page.server.peers).toHaveLength(4)
    },
  },
  {
    name: '48: a late joiner gets the current status and the last data at once, and no handler is called for it',
    async run(page) {
      const heard: unknown[] = []
      const early = await page.mountOpen('/late')
      page.server.peer.say('old', 'news')
      await page.until(() => expect(early.shown.data).toBe('news'))
      const late = page.mount('/late', { onMessage: (message) => heard.push(message) })
      await page.until(() => expect(late.shown).toMatchObject({ status: 'open', data: 'news' }))
      page.server.peer.say('more')
      await page.until(() => expect(late.shown.data).toBe('more'))
      expect(heard).toEqual(['more'])
      expect(page.server.peers).toHaveLength(1)
    },
  },
]
