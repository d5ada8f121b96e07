import type { Environment } from '@tautline/core'
import { expect } from 'vitest'
import { expectWarning } from '../support/run.ts'
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
    name: '[defaults] a group of options of the hook replaces that of the app as a whole',
    async run(page) {
      const app = { timeout: { connect: 3000 }, fetch: { retry: false as const } }
      const one = page.mount('/slow', { timeout: { request: 5000 } }, { defaults: app })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.advance(3000)
      expect(one.shown).toMatchObject({ status: 'pending' })
      await page.advance(2000)
      await page.until(() => expect(one.shown).toMatchObject({ error: { code: 'timeout', timeout: 5000 } }))
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
  {
    name: '[defaults] headers of providers, hooks and execute() are merged by name, and null takes one out',
    async run(page) {
      for (const token of ['Bearer 1', () => 'Bearer 1', async () => 'Bearer 1']) {
        const authorization = typeof token === 'function' ? token : () => token
        const headers =
          typeof token === 'function'
            ? async () => ({ Authorization: await authorization(), 'x-app': 'a' })
            : { Authorization: token, 'x-app': 'a' }
        const settings = { defaults: { fetch: { headers, query: { tenant: 1 } } } }
        const own = { headers: { 'X-App': null, 'x-own': '1' }, query: { filter: 'a', page: 1 } }
        const one = page.mount('/users', { ...own, enabled: false }, settings)
        void one.execute({ query: { page: 2 }, headers: { 'X-OWN': '2', 'x-more': '3' } })
        await page.respond([])
        const sent = page.server.call.headers
        const names = ['authorization', 'x-app', 'x-own', 'x-more']
        expect(names.map((name) => sent.get(name))).toEqual(['Bearer 1', null, '2', '3'])
        void one.execute({ query: { tenant: null, filter: null } })
        await page.respond([])
        void one.execute(({ query }) => ({ query: { was: JSON.stringify(query) } }))
        await page.respond([])
        one.unmount()
      }
      const was = encodeURIComponent(JSON.stringify({ filter: 'a', page: 1 }))
      expect(page.requested.slice(0, 3)).toEqual([
        'GET /users?tenant=1&filter=a&page=2',
        'GET /users?page=1',
        `GET /users?tenant=1&filter=a&page=1&was=${was}`,
      ])
    },
  },
  {
    name: '[defaults] headers beside `fetch`, which the types forbid, are headers of the provider',
    async run(page) {
      const app: object = { headers: { authorization: 'Bearer 1' }, query: { tenant: 1 } }
      const sent: unknown[] = []
      const fetch: Environment['fetch'] = async (url, { headers }) => {
        sent.push([url.replace(/^.*(?=\/items)/, ''), new Headers(headers).get('authorization')])
        return Response.json([])
      }
      const environment = { ...page.environment, fetch }
      const one = page.mount('/items', { enabled: false, environment }, { defaults: app })
      await one.execute()
      await one.execute({ url: 'https://other.example/items' })
      expect(sent).toEqual([
        ['/items?tenant=1', 'Bearer 1'],
        ['/items?tenant=1', null],
      ])
      expectWarning(/headers of the provider were not sent to https:\/\/other\.example/)
    },
  },
  {
    name: '[defaults] [sharing] merging inline headers ends no sharing, and a changed value is another request',
    async run(page) {
      const headers = async () => ({ authorization: 'Bearer 1' })
      const settings = { defaults: { fetch: { headers } } }
      const inline = (tenant: string) => ({ headers: { 'x-tenant': tenant } })
      const one = await page.mountWithResponse('/me', 'a', inline('a'), settings)
      one.rerender('/me', inline('a'))
      await page.settle()
      expect(page.requested).toHaveLength(1)
      const other = page.mount('/me', { ...inline('a'), maxAge: 60_000 }, settings)
      await page.settle()
      // The other one shows the cached response, which is fresh for it.
      expect(page.requested).toHaveLength(1)
      expect([one.shown.data, other.shown.data]).toEqual(['a', 'a'])
      one.rerender('/me', inline('b'))
      await page.respond('b')
      expect([one.shown.data, other.shown.data]).toEqual(['b', 'a'])
      expect(page.server.call.headers.get('authorization')).toBe('Bearer 1')
    },
  },
]
