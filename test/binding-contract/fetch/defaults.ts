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
  {
    name: '[request-bodies] a form is sent with its own Content-Type, whatever the default of the app is',
    async run(page) {
      const app = { fetch: { headers: { 'Content-Type': 'application/json' } } }
      const form = new FormData()
      form.append('name', 'Ada')
      for (const [body, type] of [
        [form, /^multipart\/form-data; ?boundary=/],
        [new URLSearchParams({ name: 'Ada' }), /^application\/x-www-form-urlencoded/],
        [{ name: 'Ada' }, /^application\/json$/],
      ] as const) {
        const one = page.mount('/forms', { method: 'POST', body, enabled: false }, { defaults: app })
        void one.execute()
        await page.respond('ok')
        expect(page.server.calls.at(-1)?.headers.get('content-type')).toMatch(type)
      }
    },
  },
]
