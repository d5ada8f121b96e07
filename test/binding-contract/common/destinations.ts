import { expect } from 'vitest'
import { collected } from '../driver.ts'
import type { CommonScenario } from '../scenario.ts'

export const destinations: readonly CommonScenario[] = [
  {
    name: '3: another URL leaves the old line and opens the new one, once each',
    async run(page) {
      const one = await page.mountOpen('/a')
      one.rerender('/b')
      await page.until(() => expect(page.server.lines.map(({ path }) => path)).toEqual(['/a', '/b']))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.until(() => expect(page.server.lines[0]?.over).toBe('left'))
      await page.advance(60_000)
      expect(page.server.lines).toHaveLength(2)
    },
  },
  {
    name: '3: nothing that the old destination still says changes anything; data starts afresh',
    async run(page) {
      const heard: unknown[] = []
      const options = { onMessage: (message: unknown) => heard.push(message), reduce: collected() }
      const one = await page.mountOpen('/a', options)
      const [old] = page.server.lines
      old?.say('from a')
      await page.until(() => expect(one.shown.data).toEqual(['from a']))
      old?.say('late')
      one.rerender('/b', options)
      old?.say('later')
      old?.cut()
      await page.until(() => expect(page.server.lines).toHaveLength(2))
      page.server.line.say('from b')
      await page.until(() => expect(one.shown.data).toEqual(['from b']))
      expect(heard).toEqual(['from a', 'from b'])
      expect(one.shown).toMatchObject({ status: 'open', error: undefined })
    },
  },
  {
    name: '3: a URL that changes five times in a tick opens the last one only',
    async run(page) {
      const one = await page.mountOpen('/a')
      for (const place of ['/b', '/c', '/d', '/e', '/f']) one.rerender(place)
      await page.until(() => expect(page.server.lines.at(-1)?.path).toBe('/f'))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.lines.map(({ path }) => path)).toEqual(['/a', '/f'])
    },
  },
]
