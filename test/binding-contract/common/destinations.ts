import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import type { CommonScenario } from '../support/scenario.ts'

export const destinations: readonly CommonScenario[] = [
  {
    name: '[url-change] another URL closes the old connection and opens one new one',
    async run(page) {
      const one = await page.mountOpen('/a')
      one.rerender('/b')
      await page.until(() => expect(page.server.connections.map(({ path }) => path)).toEqual(['/a', '/b']))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.until(() => expect(page.server.connections[0]?.outcome).toBe('left'))
      await page.advance(60_000)
      expect(page.server.connections).toHaveLength(2)
    },
  },
  {
    name: '[url-change] messages of the old URL have no effect, and data starts again',
    async run(page) {
      const received: unknown[] = []
      const options = { onMessage: (message: unknown) => received.push(message), reduce: collected() }
      const one = await page.mountOpen('/a', options)
      const [old] = page.server.connections
      old?.send('from a')
      await page.until(() => expect(one.shown.data).toEqual(['from a']))
      old?.send('late')
      one.rerender('/b', options)
      old?.send('later')
      old?.cut()
      await page.until(() => expect(page.server.connections).toHaveLength(2))
      page.server.connection.send('from b')
      await page.until(() => expect(one.shown.data).toEqual(['from b']))
      expect(received).toEqual(['from a', 'from b'])
      expect(one.shown).toMatchObject({ status: 'open', error: undefined })
    },
  },
  {
    name: '[url-change] opens only the last of five URLs in a tick',
    async run(page) {
      const one = await page.mountOpen('/a')
      for (const url of ['/b', '/c', '/d', '/e', '/f']) one.rerender(url)
      await page.until(() => expect(page.server.connections.at(-1)?.path).toBe('/f'))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.connections.map(({ path }) => path)).toEqual(['/a', '/f'])
    },
  },
  {
    name: '[url-change] a URL that changes and changes back in a tick keeps the connection',
    async run(page) {
      const one = await page.mountOpen('/a')
      one.rerender('/b')
      one.rerender('/a')
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.settle()
      await page.until(() => expect(page.server.unfinished).toHaveLength(1))
      expect(page.server.connections.map(({ path }) => path)).not.toContain('/b')
    },
  },
  {
    name: '[url-change] data starts again with another destination',
    async run(page) {
      const one = await page.mountOpen('/a', { initialData: 'nothing yet' })
      page.server.connection.send('news')
      await page.until(() => expect(one.shown.data).toBe('news'))
      one.rerender('/b', { initialData: 'nothing yet' })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'nothing yet' }))
    },
  },
  {
    name: '[url-change] after a message handler changes the URL, the rest of the old chunk is not delivered',
    async run(page) {
      const received: unknown[] = []
      const options = {
        reduce: collected(),
        onMessage(message: unknown) {
          received.push(message)
          if (message === 'move') one.rerender('/b', options)
        },
      }
      const one = await page.mountOpen('/a', options)
      page.server.connection.send('stay', 'move', 'never')
      await page.until(() => expect(page.server.connections).toHaveLength(2))
      page.server.connection.send('there')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: ['there'] }))
      expect(received).toEqual(['stay', 'move', 'there'])
    },
  },
  {
    name: '[url-change] another spelling of the URL is the same destination',
    async run(page) {
      const one = await page.mountOpen('/p?q=1')
      one.rerender(`${page.server.origin}/x/../p?q=1`)
      await page.advance(60_000)
      expect(one.shown.status).toBe('open')
      expect(page.server.connections).toHaveLength(1)
    },
  },
]
