import { expect } from 'vitest'
import { collected } from './driver.ts'
import { refusal } from './event-source-server.ts'
import type { StreamScenario } from './scenarios.ts'

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
    name: 'select: a change outside the selected part renders nothing',
    async run(page) {
      const select = (data: unknown) => String(data).length
      const one = await page.mountOpen('/select', { initialData: 'four', select })
      const before = one.renders.length
      page.server.call.say('same', 'size')
      await page.settle()
      expect(one.renders).toHaveLength(before)
      page.server.call.say('longer')
      await page.until(() => expect(one.shown.data).toBe(6))
    },
  },
  {
    name: 'a component that does not read attempt does not render when the count is reset, and one that does, does',
    async run(page) {
      const retry = { delay: () => 100 }
      page.server.onCall = () => refusal(503)
      const quiet = page.mount('/count', { retry })
      const shows = page.mount('/count', { retry }, { shows: ['status', 'attempt'] })
      await page.until(() => expect(shows.shown).toEqual({ status: 'backoff', attempt: 1 }))
      page.server.onCall = () => {}
      await page.advance(100)
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', attempt: 1 }))
      await page.until(() => expect(quiet.shown.status).toBe('open'))
      const before = quiet.renders.length
      await page.advance(5000)
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', attempt: 0 }))
      await page.settle()
      expect(quiet.renders).toHaveLength(before)
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
