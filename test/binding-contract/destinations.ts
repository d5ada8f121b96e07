import { expect } from 'vitest'
import type { SocketScenario } from './scenario.ts'

export const destinations: readonly SocketScenario[] = [
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
