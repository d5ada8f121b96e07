import { createFetchCache, localStorageStore } from '@tautline/core'
import { expect } from 'vitest'
import type { FetchPage, FetchScenario } from './page.ts'

/** A storage that outlives the cache, as that of a page outlives a reload. */
function createStorage() {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  }
}

export const opening: readonly FetchScenario[] = [
  {
    name: '[no-url] without failures the status is pending, success, and a component renders only for these',
    async run(page) {
      const one = page.mount('/user')
      expect(one.shown).toEqual({ status: 'pending', data: undefined, error: undefined })
      await page.respond({ name: 'Ada' })
      await page.advance(60_000)
      expect(one.renders).toEqual([
        { status: 'pending', data: undefined, error: undefined },
        { status: 'success', data: { name: 'Ada' }, error: undefined },
      ])
      expect(page.requested).toEqual(['GET /user'])
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[no-url] sends no request without a URL (null, undefined, false or empty), and one when a URL is set',
    async run(page) {
      for (const url of [null, undefined, '', false] as const) {
        const one = page.mount(url)
        await page.advance(60_000)
        expect(one.shown).toMatchObject({ status: 'idle', data: undefined })
        expect(page.requested).toEqual([])
      }
      const one = page.mount(null)
      one.rerender('/later')
      await page.until(() => expect(one.shown.status).toBe('pending'))
      await page.respond('here')
      expect(one.shown).toMatchObject({ status: 'success', data: 'here' })
      expect(page.requested).toEqual(['GET /later'])
    },
  },
  {
    name: '[no-url] without a URL execute() rejects and sends no request',
    async run(page) {
      const one = page.mount(null)
      await expect(one.execute()).rejects.toMatchObject({ code: 'bad-url' })
      await expect(one.refetch()).rejects.toMatchObject({ code: 'bad-url' })
      one.abort()
      one.mutate('x')
      await page.settle()
      expect(page.requested).toEqual([])
      expect(one.shown).toMatchObject({ status: 'idle', data: undefined })
    },
  },
  {
    name: '[no-url] enabled: false sends no request, true sends it, and false again aborts it',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      await page.advance(60_000)
      expect(one.shown.status).toBe('idle')
      expect(page.requested).toEqual([])
      one.rerender('/user', { enabled: true })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.until(() => expect(one.shown.status).toBe('pending'))
      one.rerender('/user', { enabled: false })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'idle', error: undefined }))
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[no-url] execute() and refetch() work on a disabled hook',
    async run(page) {
      const one = page.mount('/user', { enabled: false })
      for (const [sendRequest, name] of [
        [one.execute, 'Ada'],
        [one.refetch, 'Eve'],
      ] as const) {
        const promise = sendRequest()
        await page.respond({ name })
        await expect(promise).resolves.toEqual({ name })
        expect(one.shown).toMatchObject({ status: 'success', data: { name } })
      }
      expect(page.requested).toEqual(['GET /user', 'GET /user'])
    },
  },
  {
    name: '[no-url] enabled that changes and changes back in a tick sends one request',
    async run(page) {
      const one = page.mount('/user', { enabled: true })
      for (const enabled of [false, true, false, true]) one.rerender('/user', { enabled })
      await page.respond('Ada')
      expect(one.shown).toMatchObject({ status: 'success', data: 'Ada' })
      for (const enabled of [false, true]) one.rerender('/user', { enabled, maxAge: 0 })
      await page.respond('Eve')
      expect(page.requested).toEqual(['GET /user', 'GET /user'])
    },
  },
  {
    name: '[no-url] an enabled request other than GET is sent once in any number of renders',
    async run(page) {
      const options = () => ({ method: 'POST', json: { q: 1 } })
      const one = page.mount('/search', options())
      one.rerender('/search', options())
      await page.respond(['found'])
      one.rerender('/search', options())
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'success', data: ['found'] })
      expect(page.requested).toEqual(['POST /search'])
    },
  },
  {
    name: '[no-url] a removed URL aborts the request, and its data is not shown',
    async run(page) {
      const one = page.mount('/user')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.rerender(null)
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'idle', data: undefined }))
    },
  },
  {
    name: '[url-change] [abort] another URL aborts the old request without an error and sends one new request',
    async run(page) {
      const errors: unknown[] = []
      const options = { onError: (error: unknown) => errors.push(error) }
      const one = page.mount('/a', options)
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.rerender('/b', options)
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
      await page.respond('b')
      expect(one.shown).toMatchObject({ status: 'success', data: 'b', error: undefined })
      expect(page.requested).toEqual(['GET /a', 'GET /b'])
      expect(errors).toEqual([])
    },
  },
  {
    name: '[url-change] data starts again with another URL',
    async run(page) {
      const one = await page.mountWithResponse('/a', 'a')
      expect(one.shown.data).toBe('a')
      one.rerender('/b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'pending', data: undefined }))
      await page.respond('b')
      expect(one.shown).toMatchObject({ status: 'success', data: 'b' })
    },
  },
  {
    name: '[url-change] a response of the old URL has no effect, also if the network ignores aborts',
    async run(page) {
      const responders = new Map<string, (body: string) => void>()
      const received: unknown[] = []
      const environment = { ...page.environment, fetch: fetchIgnoringAborts(responders) }
      const options = { environment, onMessage: (message: unknown) => received.push(message) }
      const one = page.mount('/old', options)
      await page.until(() => expect(responders.has('/old')).toBe(true))
      one.rerender('/new', options)
      await page.until(() => expect(responders.has('/new')).toBe(true))
      responders.get('/old')?.('late')
      await page.settle()
      expect(one.shown).toMatchObject({ status: 'pending', data: undefined })
      responders.get('/new')?.('now')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'success', data: 'now' }))
      expect(received).toEqual(['now'])
    },
  },
  {
    name: '[url-change] requests only the last of five URLs in a tick',
    async run(page) {
      const one = await page.mountWithResponse('/first', 'first')
      for (const path of ['/a', '/b', '/c', '/d', '/e']) one.rerender(path)
      await page.respond('last')
      expect(one.shown).toMatchObject({ status: 'success', data: 'last' })
      expect(page.requested).toEqual(['GET /first', 'GET /e'])
    },
  },
  {
    name: '[url-change] requests only the last of five URLs in the tick of the mount',
    async run(page) {
      const one = page.mount('/first')
      for (const path of ['/a', '/b', '/c', '/d', '/e']) one.rerender(path)
      await page.respond('last')
      expect(one.shown).toMatchObject({ status: 'success', data: 'last' })
      expect(page.requested).toEqual(['GET /e'])
    },
  },
  {
    name: '[url-change] a URL that changes and changes back in a tick keeps the request',
    async run(page) {
      const one = page.mount('/stays')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.rerender('/elsewhere')
      one.rerender('/stays')
      await page.respond('still here')
      expect(one.shown).toMatchObject({ status: 'success', data: 'still here' })
      expect(page.requested).toEqual(['GET /stays'])
    },
  },
  {
    name: '[url-change] another spelling of the same URL sends no request',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      for (const url of [
        '/x/../user',
        'http://server.test/user',
        '/user#top',
        new URL('http://server.test/user'),
      ])
        one.rerender(url)
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'success', data: 'Ada' })
      expect(page.requested).toEqual(['GET /user'])
    },
  },
  {
    name: '[url-change] query is part of the URL: null and undefined are omitted, and lists repeat the name',
    async run(page) {
      const query = { q: 'a b', page: 2, none: null, missing: undefined, tag: ['x', 'y'], big: 1n, yes: true }
      const one = await page.mountWithResponse('/find?fix=1', 'found', { query })
      expect(page.requested).toEqual(['GET /find?fix=1&q=a%20b&page=2&tag=x&tag=y&big=1&yes=true'])
      one.rerender('/find?fix=1', { query: { ...query } })
      await page.settle()
      expect(page.requested).toHaveLength(1)
      one.rerender('/find', { query: new URLSearchParams({ q: 'other' }) })
      await page.respond('others')
      expect(page.requested.at(-1)).toBe('GET /find?q=other')
      expect(one.shown.data).toBe('others')
    },
  },
  {
    name: '[url-change] options that are created again in every render send no request',
    async run(page) {
      const written = () => ({
        method: 'QUERY',
        json: { where: { age: [1, 2] } },
        headers: { 'x-own': 'mine' },
        query: { a: 1 },
        codec: { decode: (raw: unknown): unknown => JSON.parse(String(raw)) },
        retry: { limit: 1 },
        timeout: { connect: 5000 },
        select: (data: unknown) => data,
        onMessage: () => {},
      })
      const one = await page.mountWithResponse('/find', ['Ada'], written())
      for (let render = 0; render < 3; render++) one.rerender('/find', written())
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'success', data: ['Ada'] })
      expect(page.requested).toEqual(['QUERY /find?a=1'])
      const { data } = one.shown
      void one.refetch()
      await page.respond(['Ada'])
      expect(one.shown.data).toBe(data)
    },
  },
  {
    name: '[url-change] other headers, another body or another method is another request',
    async run(page) {
      const request = { method: 'QUERY', json: { q: 1 }, headers: { 'accept-language': 'de' } }
      const one = await page.mountWithResponse('/find', 1, request)
      const others = [
        { ...request, json: { q: 2 } },
        { ...request, headers: { 'accept-language': 'en' } },
        { ...request, method: 'REPORT', retry: false } as const,
        { ...request, credentials: 'include' } as const,
      ]
      for (const [index, other] of others.entries()) {
        one.rerender('/find', other)
        await page.until(() => expect(one.shown).toMatchObject({ status: 'pending', data: undefined }))
        await page.respond(index + 2)
        expect(one.shown).toMatchObject({ status: 'success', data: index + 2 })
      }
      expect(page.requested).toHaveLength(5)
    },
  },
  {
    name: '[server-rendering] on a server no request is sent and nothing throws; initialData is rendered there',
    async run(page) {
      expect(await page.renderOnServer('/user')).toContain('pending')
      expect(await page.renderOnServer(null)).toContain('idle')
      expect(await page.renderOnServer('/user', { enabled: false })).toContain('idle')
      const initial = await page.renderOnServer('/user', { initialData: ['Ada'] })
      expect(initial.replaceAll('&quot;', '"')).toContain('success ["Ada"]')
      await page.advance(60_000)
      expect(page.requested).toEqual([])
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[server-rendering] hydration matches the HTML of the server, and then one request is sent',
    async run(page) {
      const html = await page.renderOnServer('/hydrated')
      expect(html).toBe('pending undefined')
      const one = page.hydrate(html, '/hydrated')
      await page.respond('Ada')
      await page.until(() => expect(one.text).toBe('success "Ada"'))
      expect(one.renders[0]).toMatchObject({ status: 'pending', data: undefined, isFetching: true })
      expect(one.renders.at(-1)).toMatchObject({ status: 'success', data: 'Ada', isFetching: false })
      expect(new Set(one.renders.map(({ status }) => status))).toEqual(new Set(['pending', 'success']))
      expect(one.isReused).toBe(true)
      expect(page.requested).toEqual(['GET /hydrated'])
    },
  },
  {
    name: '[server-rendering] initialData is in the HTML and hydrates without a mismatch; with maxAge no request is sent',
    async run(page) {
      const options = { initialData: 5, maxAge: 60_000 }
      const html = await page.renderOnServer('/given', options)
      expect(html).toBe('success 5')
      const one = page.hydrate(html, '/given', options)
      await page.settle()
      expect(one.text).toBe('success 5')
      expect(one.isReused).toBe(true)
      expect(page.requested).toEqual([])
    },
  },
  {
    name: '[cache-store] a stored response does not mismatch in hydration, is shown afterwards, and at once without hydration',
    async run(page) {
      const storage = createStorage()
      const options = () => ({
        cache: createFetchCache({ store: localStorageStore({ storage }) }),
        key: 'ada',
      })
      const head = { headers: { 'cache-control': 'max-age=60' } }
      const first = await page.mountWithResponse('/kept', 'stored', { ...options(), head })
      first.unmount()
      await page.settle()
      // A server has no store.
      const html = await page.renderOnServer('/kept', { key: 'ada' })
      expect(html).toBe('pending undefined')
      const one = page.hydrate(html, '/kept', options())
      await page.until(() => expect(one.text).toBe('success "stored"'))
      expect(one.renders[0]).toMatchObject({ status: 'pending', data: undefined })
      expect(one.isReused).toBe(true)
      const other = page.mount('/kept', options())
      await page.until(() => expect(other.shown).toMatchObject({ status: 'success', data: 'stored' }))
      expect(page.requested).toEqual(['GET /kept'])
    },
  },
  {
    name: '[server-rendering] data cached before hydration does not mismatch, and is shown afterwards',
    async run(page) {
      const options = { maxAge: 60_000 }
      const html = await page.renderOnServer('/late', options)
      expect(html).toBe('pending undefined')
      await page.mountWithResponse('/late', 'cached', options)
      const one = page.hydrate(html, '/late', options)
      await page.until(() => expect(one.text).toBe('success "cached"'))
      expect(one.renders[0]).toMatchObject({ status: 'pending', isFetching: true, response: undefined })
      expect(one.renders.at(-1)).toMatchObject({ isFetching: false, response: { status: 200 } })
      expect(one.isReused).toBe(true)
      expect(page.requested).toEqual(['GET /late'])
    },
  },
]

/** A `fetch` that ignores its signal. */
export function fetchIgnoringAborts(
  responders: Map<string, (body: string) => void>,
): NonNullable<FetchPage['environment']['fetch']> {
  return (url) =>
    new Promise((resolve) => {
      const headers = { 'content-type': 'text/plain' }
      responders.set(new URL(url).pathname, (body) => resolve(new Response(body, { headers })))
    })
}
