import { expect } from 'vitest'
import type { StreamScenario } from '../support/scenario.ts'

const fatal = { status: 'closed', closed: { by: 'fatal' } }

export const badInput: readonly StreamScenario[] = [
  {
    name: 'an event longer than maxEventLength closes the stream as fatal',
    async run(page) {
      const one = await page.mountOpen('/endless', { maxEventLength: 100 })
      page.server.call.write(`data: fits\n\ndata: ${'x'.repeat(200)}`)
      await page.until(() => expect(one.shown).toMatchObject({ ...fatal, data: 'fits' }))
      expect(one.shown.error).toMatchObject({ code: 'too-large', limit: 100 })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
]
