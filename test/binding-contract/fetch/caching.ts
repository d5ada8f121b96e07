import { bearer, createFetchCache } from '@tautline/core'
import { expect } from 'vitest'
import type { FetchPage, FetchScenario } from './page.ts'
import { createResponse } from './server.ts'

const cached = (cacheControl: string, more: Readonly<Record<string, string>> = {}) => ({
  head: { headers: { 'cache-control': cacheControl, ...more } },
})
const success = (data: unknown) => ({ status: 'success', data, error: undefined })
const pending = { status: 'pending', data: undefined, error: undefined }

/** Mounts a component with this response, and unmounts it. */
async function seen(
  page: FetchPage,
  url: string,
  body: unknown,
  options: Parameters<FetchPage['mountWithResponse']>[2],
) {
  const one = await page.mountWithResponse(url, body, options)
  expect(one.shown).toMatchObject({ status: 'success' })
  one.unmount()
  await page.settle()
}

export const caching: readonly FetchScenario[] = [
  {
    name: '[cache-fresh] a response fresh by max-age is in the first render of a later component, without a request',
    async run(page) {
      await page.mountWithResponse('/user', { name: 'Ada' }, cached('max-age=60'))
      await page.advance(59_999)
      const late = page.mount('/user')
      await page.settle()
      expect(late.renders).toEqual([success({ name: 'Ada' })])
      expect(late.read('isFetching')).toBe(false)
      expect(page.requested).toEqual(['GET /user'])
    },
  },
  {
    name: '[cache-fresh] a fresh response stays cached after unmounting, and is requested again when stale',
    async run(page) {
      await seen(page, '/user', 'Ada', cached('max-age=60'))
      await page.advance(59_000)
      const within = page.mount('/user')
      await page.settle()
      expect(within.renders).toEqual([success('Ada')])
      within.unmount()
      await page.advance(1000)
      const after = page.mount('/user')
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.respond('Eve')
      expect(after.shown).toEqual(success('Eve'))
    },
  },
  {
    name: '[cache-fresh] refetch() sends a request also for a fresh response',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada', cached('max-age=60'))
      const promise = one.refetch()
      await page.respond('Eve')
      await expect(promise).resolves.toBe('Eve')
      expect(one.shown).toEqual(success('Eve'))
    },
  },
  {
    name: '[cache-fresh] maxAge overrides the server’s freshness',
    async run(page) {
      for (const [url, cacheOptions] of Object.entries({ '/silent': {}, '/no-cache': cached('no-cache') })) {
        await seen(page, url, 'cached', { ...cacheOptions, maxAge: 10_000 })
        const before = page.requested.length
        const late = page.mount(url, { maxAge: 10_000 })
        await page.advance(9999)
        expect(late.shown).toEqual(success('cached'))
        expect(page.requested).toHaveLength(before)
        late.unmount()
        await page.advance(1)
        const last = page.mount(url, { maxAge: 10_000 })
        await page.respond('new')
        expect(last.shown).toEqual(success('new'))
        last.unmount()
      }
    },
  },
  {
    name: '[stale-while-revalidate] shows a stale value at once and revalidates it in the background',
    async run(page) {
      await seen(page, '/user', 'old', {})
      const late = page.mount('/user')
      expect(late.renders).toEqual([success('old')])
      expect(late.read('isFetching')).toBe(true)
      await page.respond('new')
      expect(late.renders.filter(({ data }, index) => data !== late.renders[index - 1]?.data)).toEqual([
        success('old'),
        success('new'),
      ])
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[history] [stale-while-revalidate] no-cache and must-revalidate: what was shown is shown while it is validated',
    async run(page) {
      for (const control of [
        'max-age=0, private, must-revalidate',
        'no-cache, private',
        'max-age=60, no-cache',
      ]) {
        const url = `/user?${control}`
        await seen(page, url, 'old', cached(control))
        await page.advance(1000)
        const late = page.mount(url)
        expect(late.renders).toEqual([success('old')])
        await page.respond('new', cached(control).head)
        expect(late.shown).toEqual(success('new'))
        late.unmount()
        const strict = page.mount(url, { staleWhileRevalidate: 0 })
        expect(strict.renders).toEqual([pending])
        strict.unmount()
        await page.settle()
      }
    },
  },
  {
    name: '[stale-while-revalidate] staleWhileRevalidate limits how long the old value is shown, for each component',
    async run(page) {
      await seen(page, '/user', 'old', cached('max-age=10, stale-while-revalidate=5'))
      await page.advance(39_999)
      const staleWhileRevalidate = 30_000
      const within = page.mount('/user', { staleWhileRevalidate })
      expect(within.renders).toEqual([success('old')])
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      within.unmount()
      await page.advance(1)
      const after = page.mount('/user', { staleWhileRevalidate })
      expect(after.renders).toEqual([pending])
      expect(page.mount('/user').renders).toEqual([success('old')])
      await page.respond('new')
      expect(after.shown).toEqual(success('new'))
    },
  },
  {
    name: '[cache-validation] If-None-Match sends the ETag, and a 304 keeps the same object and does not render',
    async run(page) {
      const one = await page.mountWithResponse(
        '/user',
        { name: 'Ada' },
        cached('max-age=0', { etag: '"v1"' }),
      )
      const { data } = one.shown
      const renders = one.renders.length
      const promise = one.refetch()
      await page.respond(undefined, { status: 304 })
      await expect(promise).resolves.toBe(data)
      await page.advance(60_000)
      expect(page.server.call.headers.get('if-none-match')).toBe('"v1"')
      expect(one.shown.data).toBe(data)
      expect(one.renders).toHaveLength(renders)
      void one.refetch()
      await page.respond({ name: 'Eve' })
      expect(page.server.call.headers.get('if-none-match')).toBe('"v1"')
      expect(one.shown).toEqual(success({ name: 'Eve' }))
    },
  },
  {
    name: '[cache-validation] without an ETag If-Modified-Since sends Last-Modified',
    async run(page) {
      const modified = 'Fri, 20 Nov 2026 10:00:00 GMT'
      const head = { headers: { 'last-modified': modified } }
      const one = await page.mountWithResponse('/user', 'Ada', { head })
      expect(page.server.call.headers.get('if-modified-since')).toBeNull()
      void one.refetch()
      await page.respond(undefined, { status: 304 })
      expect(page.server.call.headers.get('if-modified-since')).toBe(modified)
      expect(one.shown).toEqual(success('Ada'))
    },
  },
  {
    name: '[cache-validation] a 304 makes the response fresh again for its max-age',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada', cached('max-age=10', { etag: '"v1"' }))
      await page.advance(20_000)
      void one.refetch()
      await page.respond(undefined, { status: 304, headers: { 'cache-control': 'max-age=100' } })
      await page.advance(99_000)
      page.mount('/user')
      await page.settle()
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[equal-responses] an equal response keeps the same object and does not render; a different one keeps its equal parts',
    async run(page) {
      const list = [{ id: 1 }, { id: 2, tags: ['x'] }]
      const one = await page.mountWithResponse('/list', list)
      const before = one.shown.data as readonly unknown[]
      const renders = one.renders.length
      void one.refetch()
      await page.respond(list)
      await page.settle()
      expect(one.shown.data).toBe(before)
      expect(one.renders).toHaveLength(renders)
      void one.refetch()
      await page.respond([...list, { id: 3 }])
      const after = one.shown.data as readonly unknown[]
      expect(after).toEqual([...list, { id: 3 }])
      expect(after[1]).toBe(before[1])
    },
  },
  {
    name: '[stale-if-error] stale-if-error: the old value stays, and the error is shown too',
    async run(page) {
      const options = { ...cached('max-age=1, stale-if-error=60'), retry: false } as const
      const one = await page.mountWithResponse('/user', 'Ada', options)
      await page.advance(60_000)
      page.server.refuse()
      await expect(one.refetch()).rejects.toMatchObject(page.server.kind.refused)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'success', data: 'Ada', error: page.server.kind.refused }),
      )
      await page.advance(1000)
      await expect(one.refetch()).rejects.toMatchObject(page.server.kind.refused)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', data: 'Ada' }))
    },
  },
  {
    name: '[cache-users] the cached data of one user is not shown to another: Authorization separates them, by value or function',
    async run(page) {
      const as = (name: string) => ({ authorization: `Bearer ${name}` })
      await seen(page, '/me', 'Ada', { ...cached('max-age=60'), headers: as('ada') })
      const eve = page.mount('/me', { headers: as('eve') })
      expect(eve.shown).toEqual(pending)
      await page.respond('Eve', cached('max-age=60').head)
      expect(eve.shown).toEqual(success('Eve'))
      let user = 'ada'
      const headers = () => as(user)
      const one = page.mount('/me', { headers })
      await page.until(() => expect(one.shown.status).not.toBe('pending'))
      expect(one.shown).toEqual(success('Ada'))
      one.unmount()
      user = 'bob'
      const bob = page.mount('/me', { headers })
      await page.respond('Bob')
      expect(bob.renders).not.toContainEqual(success('Ada'))
      expect(bob.shown).toEqual(success('Bob'))
    },
  },
  {
    name: '[stale-while-revalidate] responses are cached with function headers too: fresh ones are not requested, stale ones revalidated',
    async run(page) {
      const headers = async () => ({ authorization: 'Bearer ada' })
      const fresh = cached('max-age=60, stale-while-revalidate=60', { etag: '"v1"' })
      await seen(page, '/me', 'Ada', { ...fresh, headers })
      const within = page.mount('/me', { headers })
      await page.until(() => expect(within.shown).toEqual(success('Ada')))
      await page.settle()
      expect(page.requested).toHaveLength(1)
      within.unmount()
      await page.advance(60_000)
      const after = page.mount('/me', { headers })
      await page.until(() => expect(after.shown).toEqual(success('Ada')))
      await page.respond(undefined, { status: 304 })
      expect(page.server.call.headers.get('if-none-match')).toBe('"v1"')
      expect(after.shown).toEqual(success('Ada'))
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[cache-users] [token-renewal] a renewed token keeps the shown data; its response is requested without validators, and a new subscriber does not see the old one',
    async run(page) {
      let token = 'one'
      const headers = () => ({ authorization: `Bearer ${token}` })
      const options = { headers, staleWhileRevalidate: 60_000 }
      const one = await page.mountWithResponse('/me', 'Ada', {
        ...options,
        head: { headers: { etag: '"v1"' } },
      })
      token = 'two'
      void one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      const { headers: sent } = page.server.call
      expect([sent.get('authorization'), sent.get('if-none-match')]).toEqual(['Bearer two', null])
      const late = page.mount('/me', options)
      await page.settle()
      expect([one.shown, late.shown]).toEqual([success('Ada'), pending])
      await page.respond('Eve')
      expect([one.shown, late.shown]).toEqual([success('Eve'), success('Eve')])
      expect(one.renders.map(({ status }) => status)).toEqual(['pending', 'success', 'success'])
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[cache-fresh] a component keeps showing a response that has expired for new subscribers',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'old', cached('max-age=1, must-revalidate'))
      await page.advance(60_000)
      expect(one.shown).toEqual(success('old'))
      const late = page.mount('/user', { staleWhileRevalidate: 0 })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      expect([one.shown, late.shown]).toEqual([success('old'), pending])
      await page.respond('new')
      expect([one.shown, late.shown]).toEqual([success('new'), success('new')])
    },
  },
  {
    name: '[cache-vary] Vary caches a response for each value of the headers that it names',
    async run(page) {
      let language = 'de'
      const headers = () => ({ 'accept-language': language })
      const head = { headers: { 'cache-control': 'max-age=60', vary: 'Accept-Language' } }
      await seen(page, '/word', 'Wort', { headers, head })
      language = 'en'
      const english = page.mount('/word', { headers })
      await page.respond('word', head)
      expect(english.shown).toEqual(success('word'))
      english.unmount()
      language = 'de'
      const german = page.mount('/word', { headers })
      await page.until(() => expect(german.shown).toEqual(success('Wort')))
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[cache-validation] an unexpected 304 is an error',
    async run(page) {
      const one = await page.mountWithResponse('/odd', undefined, { head: { status: 304 } })
      expect(one.shown).toMatchObject({ status: 'error', error: { code: 'http', status: 304 } })
    },
  },
  {
    name: '[cache-fresh] [share-frameworks] with share: false nothing is cached for other components',
    async run(page) {
      await seen(page, '/user', 'mine', { ...cached('max-age=60'), share: false })
      for (const options of [{ share: false }, {}]) {
        const one = page.mount('/user', options)
        expect(one.renders).toEqual([pending])
        await page.respond('fetched')
        expect(one.shown).toEqual(success('fetched'))
      }
    },
  },
  {
    name: '[no-store] a no-store response stays shown, and is not cached for later components',
    async run(page) {
      const one = await page.mountWithResponse('/secret', 'once', cached('no-store'))
      await page.advance(60_000)
      expect(one.shown).toEqual(success('once'))
      one.unmount()
      await page.settle()
      const late = page.mount('/secret')
      expect(late.renders).toEqual([pending])
      await page.respond('twice', cached('no-store').head)
      expect(late.shown).toEqual(success('twice'))
    },
  },
  {
    name: '[no-store] a no-store response is not cached, also with maxAge',
    async run(page) {
      await seen(page, '/secret', 'once', { ...cached('no-store'), maxAge: 60_000 })
      const late = page.mount('/secret', { maxAge: 60_000 })
      expect(late.shown).toEqual(pending)
      await page.respond('twice')
      expect(late.shown).toEqual(success('twice'))
    },
  },
  {
    name: '[cache-invalidation] a write invalidates its URL with any query and the option invalidates: components that show them refetch',
    async run(page) {
      const fresh = cached('max-age=3600')
      const user = await page.mountWithResponse('/users/1?full=1', 'Ada', fresh)
      const list = await page.mountWithResponse('/users?page=2', ['Ada'], fresh)
      const other = await page.mountWithResponse('/users/2', 'Bob', fresh)
      await seen(page, '/users', ['Ada', 'Bob'], fresh)
      const save = page.mount('/users/1', { method: 'PUT', enabled: false, invalidates: ['/users'] })
      const promise = save.execute({ json: 'Eve' })
      await page.respond('saved')
      await expect(promise).resolves.toBe('saved')
      await page.until(() => expect(page.server.calls).toHaveLength(7))
      expect(page.requested.slice(5).toSorted()).toEqual(['GET /users/1?full=1', 'GET /users?page=2'])
      for (const call of page.server.calls.slice(5))
        call.respond(call.path === '/users?page=2' ? ['Eve'] : 'Eve')
      await page.until(() => expect([user.shown, list.shown]).toEqual([success('Eve'), success(['Eve'])]))
      expect(other.shown).toEqual(success('Bob'))
      page.mount('/users')
      await page.until(() => expect(page.requested.at(-1)).toBe('GET /users'))
    },
  },
  {
    name: '[cache-invalidation] a write invalidates its Location and Content-Location; a failed write invalidates nothing',
    async run(page) {
      const list = await page.mountWithResponse('/orders', [], cached('max-age=3600'))
      const item = await page.mountWithResponse('/orders/7', 'none', cached('max-age=3600'))
      const order = page.mount('/checkout', { method: 'POST', enabled: false, retry: false })
      page.server.refuse()
      await expect(order.execute({ json: 1 })).rejects.toMatchObject({ code: 'http' })
      await page.settle()
      page.server.accept()
      expect(page.requested).toHaveLength(3)
      const promise = order.execute({ json: 1 })
      await page.respond('ok', {
        status: 201,
        headers: { location: '/orders/7', 'content-location': '/orders' },
      })
      await promise
      await page.until(() => expect(page.server.calls).toHaveLength(6))
      for (const call of page.server.calls.slice(4)) call.respond('new')
      await page.until(() => expect([list.shown, item.shown]).toEqual([success('new'), success('new')]))
    },
  },
  {
    name: '[cache-invalidation] DELETE refetches the lists it names but not the deleted URL',
    async run(page) {
      const item = await page.mountWithResponse('/orders/7', 'seven', cached('max-age=3600'))
      const list = await page.mountWithResponse('/orders', ['seven'], cached('max-age=3600'))
      const remove = page.mount('/orders/7', { method: 'DELETE', enabled: false, invalidates: ['/orders'] })
      const promise = remove.execute()
      await page.respond(undefined, { status: 204 })
      await expect(promise).resolves.toBeUndefined()
      await page.respond([])
      expect(page.requested.slice(2)).toEqual(['DELETE /orders/7', 'GET /orders'])
      expect([item.shown, list.shown]).toEqual([success('seven'), success([])])
    },
  },
  {
    name: '[cache-users] a given cache is separate, can be cleared and can invalidate',
    async run(page) {
      const cache = createFetchCache()
      const fresh = cached('max-age=3600')
      await seen(page, '/user', 'own', { ...fresh, cache })
      await seen(page, '/user', 'common', fresh)
      const [own, common] = [page.mount('/user', { cache }), page.mount('/user')]
      expect([own.shown, common.shown]).toEqual([success('own'), success('common')])
      await page.settle()
      expect(page.requested).toHaveLength(2)
      cache.invalidate('/user')
      await page.respond('newer', fresh.head)
      expect([own.shown, common.shown]).toEqual([success('newer'), success('common')])
      own.unmount()
      await page.settle()
      cache.clear()
      expect(page.mount('/user', { cache }).shown).toEqual(pending)
    },
  },
]

export const mutating: readonly FetchScenario[] = [
  {
    name: '[mutate] mutate() changes the data at once for all components, sends no request, and returns a rollback',
    async run(page) {
      const one = await page.mountWithResponse('/user', { name: 'Ada' }, cached('max-age=60'))
      const other = page.mount('/user')
      const undo = one.mutate((user) => ({ ...(user as object), name: 'Eve' }))
      await page.until(() =>
        expect([one.shown, other.shown]).toEqual([success({ name: 'Eve' }), success({ name: 'Eve' })]),
      )
      undo()
      await page.until(() =>
        expect([one.shown, other.shown]).toEqual([success({ name: 'Ada' }), success({ name: 'Ada' })]),
      )
      await page.settle()
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[mutate-reach] mutate() reaches a component with the same headers function',
    async run(page) {
      const headers = bearer(() => 'token')
      const one = await page.mountWithResponse('/user', 'Ada', { headers, ...cached('max-age=60') })
      const other = page.mount('/user', { headers, enabled: false })
      const undo = other.mutate((name) => String(name) + '!')
      await page.until(() => expect(one.shown).toEqual(success('Ada!')))
      expect(undo.reached).toBe(1)
    },
  },
  {
    name: '[invalidate-by] cache.invalidate and invalidates take patterns and tags',
    async run(page) {
      const cache = createFetchCache()
      page.server.onCall = () => createResponse('a', cached('max-age=60').head)
      page.mount('/users/1', { cache, tags: ['users'] })
      page.mount('/teams', { cache })
      const save = page.mount('/save', {
        cache,
        method: 'PUT',
        enabled: false,
        invalidates: [{ tags: ['users'] }],
      })
      await page.until(() => expect(page.requested).toHaveLength(2))
      await page.settle()
      cache.invalidate('/users/*')
      await page.until(() => expect(page.requested.slice(2)).toEqual(['GET /users/1']))
      await page.settle()
      await save.execute({ json: 1 })
      await page.until(() => expect(page.requested.slice(3)).toEqual(['PUT /save', 'GET /users/1']))
    },
  },
  {
    name: '[mutate] with a rollback promise the change is shown at once, and rolled back when it rejects',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      const save = page.mount('/user', { method: 'PUT', enabled: false, retry: false })
      one.mutate('Eve', { rollback: save.execute({ json: 'Eve' }) })
      await page.until(() => expect(one.shown).toEqual(success('Eve')))
      await page.respond({ title: 'No' }, { status: 422 })
      await page.until(() => expect(one.shown).toEqual(success('Ada')))
      expect(save.shown).toMatchObject({ status: 'error', error: { code: 'http', status: 422 } })
    },
  },
  {
    name: '[mutate] the change stays when its rollback promise resolves',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      let resolve = (_: unknown) => {}
      one.mutate('Eve', { rollback: new Promise((settle) => (resolve = settle)) })
      resolve(undefined)
      await page.settle()
      expect(one.shown).toEqual(success('Eve'))
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[mutate] a response during the write stays hidden, and is shown after a rollback',
    async run(page) {
      const one = await page.mountWithResponse('/user', { name: 'Ada', visits: 1 })
      let reject = (_: Error) => {}
      const rollback = new Promise((_, fail) => (reject = fail))
      one.mutate((user) => ({ ...(user as object), name: 'Eve' }), { rollback })
      void one.refetch()
      await page.respond({ name: 'Ada', visits: 2 })
      expect(one.shown).toEqual(success({ name: 'Eve', visits: 1 }))
      reject(new Error('no'))
      await page.until(() => expect(one.shown).toEqual(success({ name: 'Ada', visits: 2 })))
    },
  },
  {
    name: '[mutate] of two changes the failed one is rolled back and the other stays',
    async run(page) {
      const one = await page.mountWithResponse('/list', ['a'])
      let reject = (_: Error) => {}
      const add = (what: string) => (list: unknown) => [...(list as string[]), what]
      one.mutate(add('bad'), { rollback: new Promise((_, fail) => (reject = fail)) })
      one.mutate(add('good'))
      await page.until(() => expect(one.shown).toEqual(success(['a', 'bad', 'good'])))
      reject(new Error('no'))
      await page.until(() => expect(one.shown).toEqual(success(['a', 'good'])))
    },
  },
  {
    name: '[mutate] a request in flight during a change is repeated, because its response may be older',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      const promise = one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.mutate('Eve')
      await page.until(() => expect(page.server.calls).toHaveLength(3))
      expect(page.server.calls[1]?.aborted).toBe(true)
      expect(one.shown).toEqual(success('Eve'))
      await page.respond('Eve, as the server has it')
      await expect(promise).resolves.toBe('Eve, as the server has it')
      expect(one.shown).toEqual(success('Eve, as the server has it'))
    },
  },
  {
    name: '[mutate] mutate() works before the first response, and an updater that throws changes nothing',
    async run(page) {
      const one = page.mount('/draft', { enabled: false })
      one.mutate('mine')
      await page.until(() => expect(one.shown).toEqual(success('mine')))
      const wrong = new Error('wrong in an update')
      const fails = () => {
        throw wrong
      }
      expect(() => one.mutate(fails)).toThrow(wrong)
      await page.settle()
      expect(one.shown).toEqual(success('mine'))
    },
  },
  {
    name: '[mutate] mutate() of reduced data changes only this hook',
    async run(page) {
      const reduce = (all: unknown, body: unknown) => [...(all as unknown[]), body]
      const options = { reduce, initialData: [] }
      const one = await page.mountWithResponse('/log', 'a', { ...options, ...cached('max-age=60') })
      const other = page.mount('/log', options)
      await page.until(() => expect(other.shown.data).toEqual(['a']))
      const undo = one.mutate([])
      await page.until(() => expect([one.shown.data, other.shown.data]).toEqual([[], ['a']]))
      undo()
      await page.until(() => expect(one.shown.data).toEqual(['a']))
    },
  },
  {
    name: '[mutate] the response of a write can replace the data',
    async run(page) {
      page.server.onCall = ({ method }) =>
        createResponse(method === 'PUT' ? { v: 2 } : { v: 1 }, cached('max-age=60').head)
      const one = page.mount('/doc')
      await page.until(() => expect(one.shown).toEqual(success({ v: 1 })))
      const save = page.mount('/elsewhere', { method: 'PUT', enabled: false })
      one.mutate(await save.execute({ json: {} }))
      await page.until(() => expect(one.shown).toEqual(success({ v: 2 })))
    },
  },
  {
    name: '[cache-validation] [mutate] a 304 does not confirm changed data: the next request has no validators',
    async run(page) {
      const etag = { headers: { etag: '"v1"' } }
      const one = await page.mountWithResponse('/user', { name: 'Ada' }, { head: etag })
      one.mutate({ name: 'Eve' })
      await page.until(() => expect(one.shown).toEqual(success({ name: 'Eve' })))
      page.server.onCall = ({ headers }) =>
        headers.has('if-none-match')
          ? createResponse(undefined, { status: 304 })
          : createResponse({ name: 'Ada' }, etag)
      await one.refetch()
      await page.until(() => expect(one.shown).toEqual(success({ name: 'Ada' })))
    },
  },
  {
    name: '[mutate] a change is rolled back for all also after its component unmounted',
    async run(page) {
      const [one, other] = [page.mount('/user'), page.mount('/user')]
      await page.respond('Ada')
      let reject = (_: Error) => {}
      one.mutate('Eve', { rollback: new Promise((_, fail) => (reject = fail)) })
      await page.until(() => expect(other.shown).toEqual(success('Eve')))
      one.unmount()
      await page.settle()
      expect(other.shown).toEqual(success('Eve'))
      reject(new Error('no'))
      await page.until(() => expect(other.shown).toEqual(success('Ada')))
    },
  },
  {
    name: '[mutate] a later codec decodes the server’s response, not the changed data',
    async run(page) {
      const one = await page.mountWithResponse('/user', { name: 'Ada' }, cached('max-age=60'))
      one.mutate({ name: 'Eve' })
      const raw = page.mount('/user', { codec: { decode: String } })
      await page.until(() => expect(raw.shown).toEqual(success('{"name":"Ada"}')))
      expect(one.shown).toEqual(success({ name: 'Eve' }))
    },
  },
]
