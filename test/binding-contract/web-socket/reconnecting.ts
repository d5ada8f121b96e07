import { expect } from 'vitest'
import { expectWaits } from '../common/checks.ts'
import type { SocketScenario } from '../support/scenario.ts'

export const reconnecting: readonly SocketScenario[] = [
  {
    name: '[fatal-errors] a fatal close code is not retried',
    async run(page) {
      const closes: unknown[] = []
      const one = await page.mountOpen('/fatal', { onClose: (event) => closes.push(event) })
      page.server.peer.close(4500, 'go away')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(one.shown.error).toMatchObject({
        code: 'closed',
        closeCode: 4500,
        reason: 'go away',
      })
      expect(closes).toMatchObject([{ closeCode: 4500, reason: 'go away' }])
      await page.advance(3_600_000)
      expect(page.server.peers).toHaveLength(1)
    },
  },
  {
    name: '[fatal-errors] retry.when decides whether to retry',
    async run(page) {
      const one = await page.mountOpen('/when', { retry: { when: () => true, delay: () => 100 } })
      page.server.peer.close(4500)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await expectWaits(page, one, [100])
    },
  },
  {
    name: '[fatal-errors] 4401 calls the credentials function once more; a second 4401 is fatal',
    async run(page) {
      let tokens = 0
      const provider = (_: unknown) => `/private?token=${++tokens}`
      page.server.onOpen = (peer) => peer.close(4401)
      const one = page.mount(provider)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(page.server.peers.map(({ path }) => path)).toEqual(['/private?token=1', '/private?token=2'])
    },
  },
  {
    name: '[option-functions] a URL function runs before every attempt, with the reason of the last failure',
    async run(page) {
      const contexts: unknown[] = []
      const one = page.mount(
        async ({ attempt, previous }) => {
          contexts.push([attempt, previous && 'code' in previous && previous.code])
          return `/try-${attempt}`
        },
        { retry: { delay: () => 100 } },
      )
      await page.until(() => expect(one.shown.status).toBe('open'))
      page.server.peer.close(1001)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(page.server.peers.map(({ path }) => path)).toEqual(['/try-0', '/try-1']))
      expect(contexts).toEqual([
        [0, undefined],
        [1, 'closed'],
      ])
    },
  },
]
