import { expect } from 'vitest'
import { expectFinal } from '../common/checks.ts'
import type { SocketScenario } from '../support/scenario.ts'

export const closing: readonly SocketScenario[] = [
  {
    name: '[close] close() sends code and reason, and nothing follows',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/end', { onMessage: (message) => received.push(message) })
      one.close(4000, 'enough')
      page.server.peer.send('too late')
      await page.until(() => expect(page.server.peer.closed).toEqual({ code: 4000, reason: 'enough' }))
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      await expectFinal(page, 1)
      expect(received).toEqual([])
    },
  },
]
