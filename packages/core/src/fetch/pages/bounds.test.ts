import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import {
  type Page,
  byCursor,
  codec,
  createListServer,
  itemsOf,
  mountPages,
} from '../../../test/fetch/pages-harness.ts'
import { cursor, pageNumber } from './index.ts'

const numbered = { codec, next: pageNumber<Page>('page') }

async function mountLoaded(count: number, options: object, url = '/items') {
  const environment = createEnvironment()
  const server = createListServer(environment, [1, 2, 3, 4, 5, 6, 7, 8])
  const mounted = mountPages(environment, url, options)
  await server.settle()
  for (let index = 1; index < count; index++) {
    void mounted.observer.fetchNext()
    await server.settle()
  }
  return { environment, server, ...mounted }
}

describe('[pages-bounds] maxPages', () => {
  test('drops the first page beyond it, which fetchPrevious brings back', async () => {
    const { server, observer } = await mountLoaded(4, { ...byCursor, maxPages: 2 })
    expect(itemsOf(observer)).toEqual([5, 6, 7, 8])
    expect(observer.getSnapshot()).toMatchObject({ hasPrevious: true, hasNext: false })
    const pages = observer.fetchPrevious()
    expect(observer.getSnapshot()).toMatchObject({ isFetchingPrevious: true, isFetchingNext: false })
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(await pages).toHaveLength(2)
    expect(itemsOf(observer)).toEqual([3, 4, 5, 6])
    void observer.fetchPrevious()
    expect(await server.settle()).toEqual(['/items'])
    expect(observer.getSnapshot()).toMatchObject({ hasPrevious: false, hasNext: true })
    void observer.fetchNext()
    await server.settle()
    expect(itemsOf(observer)).toEqual([3, 4, 5, 6])
  })

  test('refetch starts with the first page that is shown', async () => {
    const { server, observer } = await mountLoaded(4, { ...byCursor, maxPages: 2 })
    void observer.refetch()
    expect(await server.settle()).toEqual(['/items?after=4', '/items?after=6'])
    expect(observer.getSnapshot()).toMatchObject({ hasPrevious: true })
  })

  test('a list that comes back shows the same pages, and has the same previous ones', async () => {
    const options = { ...byCursor, maxPages: 2, maxAge: 1e9 }
    const { environment, server, leave } = await mountLoaded(4, options)
    leave()
    await environment.advance(0)
    const { observer, first } = mountPages(environment, '/items', options)
    expect(first.pages.flatMap(({ items }) => items)).toEqual([5, 6, 7, 8])
    void observer.fetchPrevious()
    await server.settle()
    expect(itemsOf(observer)).toEqual([3, 4, 5, 6])
  })

  test('shows one chain if a page has changed since it was dropped', async () => {
    const { server, observer } = await mountLoaded(3, { ...byCursor, maxPages: 2 })
    server.items.splice(0, 1)
    void observer.fetchPrevious()
    await server.settle()
    expect(itemsOf(observer)).toEqual([2, 3, 4, 5])
  })

  test('works with page numbers', async () => {
    const { server, observer } = await mountLoaded(4, { ...numbered, maxPages: 2 })
    expect(itemsOf(observer)).toEqual([5, 6, 7, 8])
    void observer.fetchPrevious()
    expect(await server.settle()).toEqual(['/items?page=2'])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?page=4'])
    expect(itemsOf(observer)).toEqual([5, 6, 7, 8])
  })

  test('is checked', () => {
    expect(() => mountPages(createEnvironment(), '/items', { maxPages: 0 })).toThrow('Option maxPages')
  })
})

describe('[pages-previous] previous', () => {
  const previous = pageNumber<Page>('page', { start: 3 })
  const middle = { codec, next: pageNumber<Page>('page', { start: 3 }), previous }

  test('fetches the pages before the first request, up to the first page', async () => {
    const { server, observer } = await mountLoaded(1, middle, '/items?page=3')
    expect(itemsOf(observer)).toEqual([5, 6])
    for (const path of ['/items?page=2', '/items?page=1']) {
      expect(observer.getSnapshot()).toMatchObject({ hasPrevious: true })
      void observer.fetchPrevious()
      expect(await server.settle()).toEqual([path])
    }
    expect(observer.getSnapshot()).toMatchObject({ hasPrevious: false, hasNext: true })
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?page=4'])
    void observer.refetch()
    expect(await server.settle()).toEqual([1, 2, 3, 4].map((page) => `/items?page=${page}`))
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('resolves without a request if there is none', async () => {
    const { server, observer } = await mountLoaded(1, byCursor)
    expect(await observer.fetchPrevious()).toHaveLength(1)
    expect(server.open).toEqual([])
  })

  test('keeps pages that were fetched by another link, and finds them after coming back', async () => {
    const options = {
      codec,
      maxAge: 1e9,
      next: byCursor.next,
      previous: cursor<Page>('before', (page) => page.items[0]),
    }
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, leave } = mountPages(environment, '/items?around=4', options)
    await server.next({ items: [3, 4], next: 4 })
    void observer.fetchPrevious()
    expect(server.open).toEqual([])
    expect(await server.next({ items: [1, 2], next: 2 })).toBe('/items?around=4&before=3')
    void observer.fetchNext()
    expect(await server.next({ items: [5, 6], next: null })).toBe('/items?around=4&after=4')
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
    leave()
    await environment.advance(0)
    const back = mountPages(environment, '/items?around=4', options)
    expect(back.first.pages.flatMap(({ items }) => items)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await server.settle()).toEqual([])
  })

  test('during a refetch, the page before the new first one is fetched', async () => {
    const { server, observer } = await mountLoaded(3, { ...byCursor, maxPages: 2 })
    void observer.refetch()
    await server.next()
    const previousPages = observer.fetchPrevious()
    expect(observer.getSnapshot()).toMatchObject({ isFetchingPrevious: true })
    expect(await server.settle()).toEqual(['/items?after=4', '/items'])
    expect(await previousPages).toHaveLength(2)
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('keeps the pages if it fails', async () => {
    const { server, observer } = await mountLoaded(3, { ...byCursor, maxPages: 2 })
    const failing = observer.fetchPrevious()
    await server.next({}, 500)
    await expect(failing).rejects.toMatchObject({ status: 500 })
    expect(itemsOf(observer)).toEqual([3, 4, 5, 6])
    expect(observer.getSnapshot()).toMatchObject({
      status: 'error',
      isFetchingPrevious: false,
      hasPrevious: true,
    })
    void observer.fetchPrevious()
    await server.settle()
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })
})
