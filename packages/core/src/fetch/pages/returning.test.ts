import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import {
  type Page,
  byCursor,
  createListServer,
  itemsOf,
  mountPages,
} from '../../../test/fetch/pages-harness.ts'
import { forgetUser } from '../../log-out/index.ts'
import { addProviderDefaults, createFetchCache } from '../index.ts'
import { cursor } from './index.ts'

const cached = { ...byCursor, maxAge: 1e9 }

async function leaveAfter(count: number, options: object = {}) {
  const environment = createEnvironment()
  const server = createListServer(environment)
  const { observer, leave } = mountPages(environment, '/items', { ...cached, ...options })
  await server.settle()
  for (let index = 1; index < count; index++) {
    void observer.fetchNext()
    await server.settle()
  }
  leave()
  await environment.advance(0)
  return { environment, server, observer }
}

describe('[pages-return] a list that was left and comes back', () => {
  test('shows the same pages from the cache at once, each of them once', async () => {
    const { environment, server } = await leaveAfter(3)
    const { observer, first } = mountPages(environment, '/items', cached)
    expect(first).toMatchObject({ status: 'success', isFetching: false, hasNext: false })
    expect(first.pages.flatMap(({ items }) => items)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await server.settle()).toEqual([])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('revalidates stale pages one after the other, and shows changes together', async () => {
    const { environment, server } = await leaveAfter(2, { maxAge: 0 })
    server.items.unshift(0)
    const { observer, first } = mountPages(environment, '/items', { ...byCursor })
    expect(first).toMatchObject({ status: 'success', isFetching: true })
    expect(await server.next()).toBe('/items')
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    expect(await server.settle()).toEqual(['/items?after=1'])
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3])
  })

  test('has one page if the cache has no pages any more', async () => {
    const cache = createFetchCache()
    const { environment, server } = await leaveAfter(3, { cache })
    cache.clear()
    const { observer, first } = mountPages(environment, '/items', { ...cached, cache })
    expect(first).toMatchObject({ status: 'pending', pages: [] })
    expect(await server.settle()).toEqual(['/items'])
    expect(itemsOf(observer)).toEqual([1, 2])
  })

  test('the same observer keeps its pages, as in KeepAlive', async () => {
    const { server, observer } = await leaveAfter(2)
    observer.subscribe(() => {})
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    expect(await server.settle()).toEqual([])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=4'])
  })

  test('fetches as many pages with headers of the same function', async () => {
    const headers = () => ({ authorization: 'Bearer 1' })
    const { environment, server } = await leaveAfter(3, { headers })
    const { observer } = mountPages(environment, '/items', { ...cached, headers })
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('[identity] the same observer shows no pages before its user is known', async () => {
    let token = 'Bearer 1'
    const headers = () => ({ authorization: token })
    const { server, observer } = await leaveAfter(2, { headers })
    token = 'Bearer 2'
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [], isFetching: true })
    observer.subscribe(() => {})
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [], isFetching: true })
    expect(await server.settle()).toEqual(['/items', '/items?after=2'])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    // As StrictMode does.
    observer.subscribe(() => {})()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('[identity] and shows the pages of its user from the cache', async () => {
    const { server, observer } = await leaveAfter(2, { headers: () => ({ authorization: 'Bearer 1' }) })
    observer.subscribe(() => {})
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [] })
    expect(await server.settle()).toEqual([])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('has one page without sharing, since its responses are not cached', async () => {
    const { environment, server } = await leaveAfter(3, { share: false })
    const { observer, first } = mountPages(environment, '/items', { ...cached, share: false })
    expect(first.pages).toEqual([])
    expect(await server.settle()).toEqual(['/items'])
    expect(itemsOf(observer)).toEqual([1, 2])
  })

  test('starts with the first page for another user', async () => {
    const { environment, server } = await leaveAfter(3, { headers: () => ({ authorization: 'Bearer 1' }) })
    const headers = () => ({ authorization: 'Bearer 2' })
    const { observer } = mountPages(environment, '/items', { ...cached, headers })
    expect(await server.settle()).toEqual(['/items'])
    expect(itemsOf(observer)).toEqual([1, 2])
  })
})

describe('[pages-list] another list', () => {
  test('starts with its first page', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, '/items', byCursor)
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    setOptions('/items', { ...byCursor, query: { kind: 'a' } })
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [], isFetching: true })
    expect(await server.settle()).toEqual(['/items?kind=a'])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?kind=a&after=2'])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('during fetchNext, rejects its promise and shows nothing of the old list', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, '/items', byCursor)
    await server.settle()
    const next = observer.fetchNext()
    await environment.advance(0)
    setOptions('/others', byCursor)
    await expect(next).rejects.toMatchObject({ code: 'aborted' })
    expect(await server.settle()).toEqual(['/others'])
    expect(itemsOf(observer)).toEqual([1, 2])
    expect(observer.getSnapshot()).toMatchObject({ isFetchingNext: false })
  })

  test('keepPreviousData shows the pages of the old one until the first page arrives', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = { ...byCursor, keepPreviousData: true }
    const { observer, setOptions } = mountPages(environment, '/items', options)
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    const next = { ...options, query: { kind: 'a' }, environment, notify: 'sync' as const }
    expect(observer.preview('/items', next)).toMatchObject({ status: 'pending', pages: [{}, {}] })
    setOptions('/items', next)
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', hasNext: false })
    await server.next({ items: [9], next: null })
    expect(itemsOf(observer)).toEqual([9])
  })

  test.each([null, undefined, ''])('keepPreviousData shows no pages without a URL (%j)', async (nothing) => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = { ...byCursor, keepPreviousData: true }
    const { observer } = mountPages(environment, '/items', options)
    await server.settle()
    expect(observer.preview(nothing, { environment, ...options })).toMatchObject({
      status: 'idle',
      pages: [],
    })
    observer.setOptions(nothing, { environment, ...options })
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', pages: [], hasNext: false })
  })

  test('keepPreviousData shows no pages of another user', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = { ...byCursor, keepPreviousData: true }
    const { observer, setOptions } = mountPages(environment, '/items', { ...options, key: 'ada' })
    await server.settle()
    setOptions('/items', { ...options, key: 'bob' })
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [] })
  })

  test('keepPreviousData shows no pages of another headers function of a provider', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const of = (authorization: string) => {
      const providerDefaults = addProviderDefaults(undefined, { headers: async () => ({ authorization }) })
      return { ...byCursor, providerDefaults, keepPreviousData: true }
    }
    const ada = of('ada')
    const { observer, setOptions } = mountPages(environment, '/items', ada)
    await server.settle()
    setOptions('/others', ada)
    expect(itemsOf(observer)).toEqual([1, 2])
    setOptions('/items', of('bob'))
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [] })
  })

  test('coming back to it shows its pages again', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, '/items', cached)
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    setOptions('/items', { ...cached, query: { kind: 'a' } })
    await server.settle()
    setOptions('/items', cached)
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    expect(await server.settle()).toEqual([])
  })

  test('an inline `next` that changes at every render changes nothing', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const inline = () => ({ codec: byCursor.codec, next: cursor('after', (page: Page) => page.next) })
    const { observer, setOptions, shown } = mountPages(environment, '/items', inline())
    await server.settle()
    const count = shown.length
    setOptions('/items', inline())
    expect(shown).toHaveLength(count)
    void observer.fetchNext()
    setOptions('/items', inline())
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('without a URL it stays idle, and its commands reject', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, null, byCursor)
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', pages: [], hasNext: false })
    await expect(observer.fetchNext()).rejects.toMatchObject({ code: 'bad-url' })
    setOptions('/items', byCursor)
    expect(await server.settle()).toEqual(['/items'])
  })
})

describe('[pages-users] the users of a list', () => {
  test('forgetUser removes all pages, and the next user starts with the first one', async () => {
    const { environment, server } = await leaveAfter(3)
    const mounted = mountPages(environment, '/items', cached)
    await forgetUser(undefined, { environment })
    expect(mounted.observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [] })
    expect(await server.settle()).toEqual(['/items'])
    mounted.leave()
    await forgetUser(undefined, { environment })
    const { first } = mountPages(environment, '/items', cached)
    expect(first.pages).toEqual([])
  })

  test('a final 401 removes all pages', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', { ...byCursor, initialData: [] })
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    void observer.fetchNext()
    await server.next({}, 401)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', pages: [], hasNext: false })
  })

  test('pages of two users are never shown together', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    let user = 'ada'
    const headers = () => ({ authorization: `Bearer ${user}` })
    const { observer, shown } = mountPages(environment, '/items', { ...byCursor, headers })
    await server.settle()
    user = 'bob'
    void observer.fetchNext()
    await server.next({ items: [93, 94], next: 94 })
    await server.next({ items: [91, 92], next: 92 })
    await server.next({ items: [93, 94], next: 94 })
    expect(itemsOf(observer)).toEqual([91, 92, 93, 94])
    for (const { pages } of shown) {
      const isBobs = pages.flatMap(({ items }) => items).map((item) => item > 90)
      expect(new Set(isBobs).size).toBeLessThan(2)
    }
  })

  test('headers that differ in every request, such as signatures, do not loop', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    let count = 0
    const headers = () => ({ 'x-signature': String(count++) })
    const { observer } = mountPages(environment, '/items', { ...byCursor, headers })
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=4'])
  })
})
