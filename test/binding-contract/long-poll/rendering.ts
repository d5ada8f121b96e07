import { expect } from 'vitest'
import type { PollScenario } from '../support/scenario.ts'

export const rendering: readonly PollScenario[] = [
  {
    name: 'a new cursor alone renders only components that read it',
    async run(page) {
      const untracked = await page.mountOpen('/cursor')
      const shows = page.mount('/cursor', {}, { shows: ['status', 'cursor'] })
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', cursor: '0' }))
      const before = untracked.renders.length
      page.server.connection.send()
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', cursor: '1' }))
      page.server.connection.send()
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', cursor: '2' }))
      await page.settle()
      expect(untracked.renders).toHaveLength(before)
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: 'data and cursor are always of the same response',
    async run(page) {
      const one = await page.mountOpen('/both', {}, { shows: ['status', 'data', 'cursor'] })
      for (const text of ['1', '2', '3']) page.server.connection.send(text)
      await page.until(() => expect(one.shown).toMatchObject({ data: '3', cursor: '3' }))
      for (const { data = '0', cursor = '0' } of one.renders) expect(cursor).toBe(data)
    },
  },
]
