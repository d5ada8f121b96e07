import { expect } from 'vitest'
import { collected } from './driver.ts'
import type { SocketScenario } from './scenarios.ts'

export const destinations: readonly SocketScenario[] = [
  {
    name: '3: another URL closes the old connection and opens the new one, once each',
    async run(page) {
      const one = await page.mountOpen('/a')
      one.rerender('/b')
      await page.until(() => expect(page.server.peers.map(({ path }) => path)).toEqual(['/a', '/b']))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.peers[0]?.closed).toMatchObject({ code: 1000 })
      await page.advance(60_000)
      expect(page.server.peers).toHaveLength(2)
    },
  },
  {
    name: '3: nothing that the old destination still says changes anything',
    async run(page) {
      const heard: unknown[] = []
      const options = { onMessage: (message: unknown) => heard.push(message), reduce: collected() }
      const one = await page.mountOpen('/a', options)
      const [old] = page.server.peers
      old?.say('from a')
      await page.until(() => expect(one.shown.data).toEqual(['from a']))
      one.rerender('/b', options)
      old?.say('late')
      old?.hangUp(1001)
      await page.until(() => expect(page.server.peers).toHaveLength(2))
      page.server.peer.say('from b')
      await page.until(() => expect(one.shown.data).toEqual(['from b']))
      expect(heard).toEqual(['from a', 'from b'])
      expect(one.shown).toMatchObject({ status: 'open', error: undefined })
    },
  },
  {
    name: '3: a URL that changes five times in a tick opens the last one only',
    async run(page) {
      const one = await page.mountOpen('/a')
      for (const place of ['/b', '/c', '/d', '/e', '/f']) one.rerender(place)
      await page.until(() => expect(page.server.peers.at(-1)?.path).toBe('/f'))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.peers.map(({ path }) => path)).toEqual(['/a', '/f'])
    },
  },
  {
    name: '3: a URL that changes and comes back in a tick leaves one connection',
    async run(page) {
      const one = await page.mountOpen('/a')
      one.rerender('/b')
      one.rerender('/a')
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.settle()
      expect(page.server.peers.filter(({ closed }) => !closed)).toHaveLength(1)
      expect(page.server.peers.map(({ path }) => path)).not.toContain('/b')
    },
  },
  {
    name: '3: other subprotocols are another destination; another spelling of the URL is not',
    async run(page) {
      const one = await page.mountOpen('/p', { protocols: ['v1'] })
      one.rerender('/p', { protocols: ['v2', 'v1'] })
      await page.until(() =>
        expect(page.server.peers.map(({ protocols }) => protocols)).toEqual([['v1'], ['v2', 'v1']]),
      )
      one.rerender('ws://server.test/x/../p', { protocols: ['v2', 'v1'] })
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.settle()
      expect(page.server.peers).toHaveLength(2)
    },
  },
  {
    name: '3: data starts afresh with another destination',
    async run(page) {
      const one = await page.mountOpen('/a', { initialData: 'nothing yet' })
      page.server.peer.say('news')
      await page.until(() => expect(one.shown.data).toBe('news'))
      one.rerender('/b', { initialData: 'nothing yet' })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'nothing yet' }))
    },
  },
]
