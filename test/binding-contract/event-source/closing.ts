import { expect } from 'vitest'
import { expectFinal } from '../common/checks.ts'
import type { StreamScenario } from '../support/scenario.ts'

export const closing: readonly StreamScenario[] = [
  {
    name: '[close] [token-stream] close() aborts the request before or after the response has begun, and nothing follows',
    async run(page) {
      const received: unknown[] = []
      const closes: unknown[] = []
      const one = await page.mountOpen('/end', {
        onMessage: (message) => received.push(message),
        onClose: ({ error }) => closes.push(error),
      })
      page.server.call.send('too late')
      one.close()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      page.server.onCall = () => new Promise(() => {})
      const slow = page.mount('/slow')
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      slow.close()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await expectFinal(page, 2)
      expect(slow.shown).toMatchObject({ status: 'closed', closed: { by: 'user' } })
      expect(received).toEqual([])
      expect(closes).toEqual([undefined])
    },
  },
]
