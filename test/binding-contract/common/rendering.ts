import { expect } from 'vitest'
import type { CommonScenario } from '../scenario.ts'

export const rendering: readonly CommonScenario[] = [
  {
    name: 'a component that does not read attempt does not render when the count is reset, and one that does, does',
    async run(page) {
      const retry = { delay: () => 100 }
      const quiet = await page.mountOpen('/count', { retry })
      const shows = await page.mountOpen('/count', { retry }, { shows: ['status', 'attempt'] })
      page.server.line.cut()
      await page.until(() => expect(shows.shown).toEqual({ status: 'backoff', attempt: 1 }))
      await page.advance(100)
      await page.until(() =>
        expect([shows, quiet].map(({ shown }) => shown.status)).toEqual(['open', 'open']),
      )
      await page.advance(5000)
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', attempt: 0 }))
      await page.settle()
      const shown = quiet.renders.map(({ status }) => status)
      expect(shown).toEqual(['connecting', 'open', 'backoff', 'connecting', 'open'])
    },
  },
  {
    name: 'select: a change outside the selected part renders nothing',
    async run(page) {
      const select = (data: unknown) => String(data).length
      const one = await page.mountOpen('/select', { initialData: 'four', select })
      const before = one.renders.length
      page.server.line.say('same', 'size')
      await page.settle()
      expect(one.renders).toHaveLength(before)
      page.server.line.say('longer')
      await page.until(() => expect(one.shown.data).toBe(6))
    },
  },
]
