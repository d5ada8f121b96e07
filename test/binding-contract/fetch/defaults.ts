import { expect } from 'vitest'
import type { FetchScenario } from './page.ts'

export const defaults: readonly FetchScenario[] = [
  {
    name: '[defaults] an option that is undefined counts as not given: the default of the app stays',
    async run(page) {
      const app = { timeout: { connect: 3000 }, fetch: { retry: false as const, credentials: undefined } }
      const one = page.mount('/slow', { timeout: undefined, retry: undefined }, { defaults: app })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.advance(3000)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'error', error: { code: 'timeout', timeout: 3000 } }),
      )
      expect(page.requested).toEqual(['GET /slow'])
    },
  },
  {
    name: '[defaults] an undefined option of execute counts as not given',
    async run(page) {
      const own = { method: 'POST', enabled: false, query: { filter: 'a' }, headers: { 'x-own': '1' } }
      const one = page.mount('/items', own)
      const saved = one.execute({ method: undefined, query: undefined, headers: undefined, json: undefined })
      await page.respond('done')
      await expect(saved).resolves.toBe('done')
      expect(page.requested).toEqual(['POST /items?filter=a'])
      expect(page.server.calls[0]?.headers.get('x-own')).toBe('1')
    },
  },
]
