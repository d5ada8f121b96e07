import { expect } from 'vitest'
import type { StreamScenario } from '../support/scenario.ts'

export const messages: readonly StreamScenario[] = [
  {
    name: '[handler-errors] an `until` that throws is reported and does not end the stream',
    async run(page) {
      const one = await page.mountOpen('/until', {
        until({ data }) {
          if (data === 'bad') throw new Error('wrong in until')
          return false
        },
      })
      page.server.call.send('bad', 'good')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'good' }))
      expect(page.reported.splice(0)).toHaveLength(1)
    },
  },
]
