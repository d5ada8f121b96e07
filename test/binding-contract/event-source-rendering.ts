import { expect } from 'vitest'
import { collected } from './driver.ts'
import type { StreamScenario } from './scenario.ts'

export const rendering: readonly StreamScenario[] = [
  {
    name: 'collect: data is the list of messages, the newest of them where there is a limit',
    async run(page) {
      const everything = await page.mountOpen('/list', { reduce: collected() })
      const two = await page.mountOpen('/list', { reduce: collected({ limit: 2 }) })
      expect([everything.shown.data, two.shown.data]).toEqual([[], []])
      page.server.call.say('a', 'b', 'c')
      await page.until(() => expect(everything.shown.data).toEqual(['a', 'b', 'c']))
      await page.until(() => expect(two.shown.data).toEqual(['b', 'c']))
    },
  },
  {
    name: 'collect: what came before a cut stays, and what comes after it is added',
    async run(page) {
      const one = await page.mountOpen('/list', { reduce: collected(), retry: { delay: () => 100 } })
      page.server.call.say('before')
      page.server.call.end()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', data: ['before'] }))
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
      page.server.call.say('after')
      await page.until(() => expect(one.shown.data).toEqual(['before', 'after']))
    },
  },
  {
    name: 'notify sync: each message of a chunk is announced by itself',
    async run(page) {
      const one = await page.mountOpen('/sync', { notify: 'sync', reduce: collected() })
      page.server.call.say('a', 'b')
      await page.until(() => expect(one.shown.data).toEqual(['a', 'b']))
    },
  },
]
