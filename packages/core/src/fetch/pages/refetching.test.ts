import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import { byCursor, codec, createListServer, itemsOf, mountPages } from '../../../test/fetch/pages-harness.ts'
import { createFetchCache } from '../index.ts'
import { pageNumber } from './index.ts'

/** Mounts a list and fetches some of its pages. */
async function mountLoaded(count: number, options: object = {}, items?: number[]) {
  const environment = createEnvironment()
  const server = createListServer(environment, items)
  const mounted = mountPages(environment, '/items', { ...byCursor, ...options })
  await server.settle()
  for (let index = 1; index < count; index++) {
    void mounted.observer.fetchNext()
    await server.settle()
  }
  return { environment, server, ...mounted }
}

describe('[pages-refetch] refetch', () => {
  test('requests page after page and shows the new ones together', async () => {
    const { server, observer } = await mountLoaded(3)
    server.items.unshift(-1, 0)
    const pages = observer.refetch()
    expect(await server.next()).toBe('/items')
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
    expect(observer.getSnapshot()).toMatchObject({ isFetching: true, isFetchingNext: false })
    expect(await server.next()).toBe('/items?after=0')
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(itemsOf(observer)).toEqual([-1, 0, 1, 2, 3, 4])
    expect(await pages).toEqual(observer.getSnapshot().pages)
    expect(observer.getSnapshot()).toMatchObject({ hasNext: true, isFetching: false })
  })

  test('appends nothing, however often it is called', async () => {
    const { server, observer } = await mountLoaded(2)
    for (let times = 0; times < 3; times++) {
      void observer.refetch()
      expect(await server.settle()).toEqual(['/items', '/items?after=2'])
      expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    }
  })

  test('has fewer pages after the server has deleted items', async () => {
    const { server, observer } = await mountLoaded(3)
    server.items.splice(1, 4)
    void observer.refetch()
    await server.settle()
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', hasNext: false })
    expect(itemsOf(observer)).toEqual([1, 6])
  })

  test('keeps all pages if one in the middle fails, and shows new ones after a retry', async () => {
    const { server, observer } = await mountLoaded(3)
    server.items.unshift(0)
    const failing = observer.refetch()
    await server.next()
    await server.next()
    await server.next({}, 500)
    await expect(failing).rejects.toMatchObject({ status: 500 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', isFetching: false })
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
    void observer.refetch()
    await server.settle()
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4, 5])
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
  })

  test('fetchNext after a failed refetch shows pages of one chain', async () => {
    const { server, observer } = await mountLoaded(2)
    server.items.unshift(0)
    void observer.refetch()
    await server.next()
    await server.next({}, 500)
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    void observer.fetchNext()
    await server.settle()
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('fetchNext during a refetch adds a page to the new chain', async () => {
    const { server, observer } = await mountLoaded(2)
    server.items.unshift(0)
    void observer.refetch()
    await server.next()
    const pages = observer.fetchNext()
    expect(observer.getSnapshot()).toMatchObject({ isFetchingNext: true })
    expect(await server.settle()).toEqual(['/items?after=1', '/items?after=3'])
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4, 5])
    expect(await pages).toHaveLength(3)
  })

  test('during fetchNext, it also fetches the next page', async () => {
    const { server, observer } = await mountLoaded(1)
    const next = observer.fetchNext()
    void observer.refetch()
    await server.settle()
    expect(await next).toHaveLength(2)
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('does not use the response of a page that was requested before it', async () => {
    const { environment, server, observer } = await mountLoaded(1)
    void observer.fetchNext()
    await environment.advance(0)
    expect(server.open).toEqual(['/items?after=2'])
    server.items.splice(2, 1)
    void observer.refetch()
    await environment.advance(0)
    await server.next({ items: [3, 4], next: 4 })
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 4, 5])
  })

  test('of the first page requests the following ones only if its link has changed', async () => {
    const { server, observer } = await mountLoaded(3)
    void observer.refetch({ pages: 'first' })
    expect(await server.settle()).toEqual(['/items'])
    server.items.unshift(0)
    void observer.refetch({ pages: 'first' })
    expect(await server.settle()).toEqual(['/items', '/items?after=1', '/items?after=3'])
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('keeps the identity of pages that are equal', async () => {
    const { server, observer, shown } = await mountLoaded(2)
    const before = observer.getSnapshot().pages
    const count = shown.length
    void observer.refetch()
    await server.settle()
    expect(observer.getSnapshot().pages).toBe(before)
    expect(shown.slice(count).every(({ pages }) => pages === before)).toBe(true)
  })
})

describe('[pages-refetch] automatic refetches', () => {
  test('refetchInterval requests all pages', async () => {
    const { environment, server, observer } = await mountLoaded(2, { refetchInterval: 1000 })
    server.items.unshift(0)
    await environment.advance(1100)
    expect(await server.settle()).toEqual(['/items', '/items?after=1'])
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3])
    await environment.advance(1100)
    expect(await server.settle()).toEqual(['/items', '/items?after=1'])
  })

  test('refetchOnFocus requests all pages, one after the other, also during fetchNext', async () => {
    const { environment, server, observer } = await mountLoaded(2, { refetchOnFocus: true })
    environment.emitPageEvent('hidden')
    await environment.advance(5000)
    const next = observer.fetchNext()
    await environment.advance(0)
    server.items.unshift(0)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    await server.settle()
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4, 5])
    expect(await next).toHaveLength(3)
  })

  test('refetchOnReconnect fetches the first page again after it has failed', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', { ...byCursor, refetchOnReconnect: true })
    await server.next({}, 503)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', pages: [] })
    await environment.advance(5000)
    environment.emitPageEvent('offline')
    environment.emitPageEvent('online')
    // The pages of a network do not refetch all at once.
    await environment.advance(250)
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2])
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
  })

  test('invalidation requests all pages and shows them together', async () => {
    const cache = createFetchCache()
    const { environment, server, observer, shown } = await mountLoaded(3, { cache, maxAge: 1e9 })
    server.items.unshift(0)
    const count = shown.length
    cache.invalidate('https://test.example/items')
    await environment.advance(0)
    await server.settle()
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4, 5])
    const lists = shown.slice(count).map(({ pages }) => pages.flatMap(({ items }) => items).join())
    expect(new Set(lists)).toEqual(new Set(['1,2,3,4,5,6', '0,1,2,3,4,5']))
  })

  test('with page numbers, a change in one page requests the following ones', async () => {
    const { environment, server, observer } = await mountLoaded(3, { codec, next: pageNumber('page') })
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
    server.items.shift()
    const other = mountPages(environment, '/items', { codec })
    expect(await server.settle()).toEqual(['/items', '/items?page=2', '/items?page=3'])
    expect(itemsOf(observer)).toEqual([2, 3, 4, 5, 6])
    expect(itemsOf(other.observer)).toEqual([2, 3])
  })
})

test.each([0, false, undefined, () => false] as const)(
  '[pages-refetch] with refetchInterval %s, refetchOnFocus requests all pages',
  async (refetchInterval) => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = { ...byCursor, refetchInterval, refetchOnFocus: true }
    const { observer } = mountPages(environment, '/items', options)
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    await environment.advance(60_000)
    expect(server.open).toEqual([])
    environment.emitPageEvent('hidden')
    environment.emitPageEvent('visible')
    expect(await server.settle()).toEqual(['/items', '/items?after=2'])
  },
)
