import { expect } from 'vitest'
import type { SocketScenario } from '../support/scenario.ts'

export const destinations: readonly SocketScenario[] = [
  {
    name: '[url-change] other subprotocols are another connection; another spelling of the URL is not',
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
]
