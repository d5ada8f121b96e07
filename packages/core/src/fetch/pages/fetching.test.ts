import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import { byCursor, createListServer, itemsOf, mountPages } from '../../../test/fetch/pages-harness.ts'
import { createFetchPages } from './index.ts'

describe('[pages-next] fetchNext', () => {
  test('fetches page after page by the cursor of the last one, up to the end', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, first } = mountPages(environment, '/items', byCursor)
    expect(first).toMatchObject({ status: 'pending', pages: [], isFetching: true, hasNext: false })
    expect(await server.settle()).toEqual(['/items'])
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', hasNext: true, hasPrevious: false })
    const pages = observer.fetchNext()
    expect(observer.getSnapshot()).toMatchObject({ isFetchingNext: true, pages: [{ items: [1, 2] }] })
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(await pages).toHaveLength(2)
    void observer.fetchNext()
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
    expect(observer.getSnapshot()).toMatchObject({ hasNext: false, isFetchingNext: false, isFetching: false })
  })

  test('resolves without a request at the end of the list', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment, [1])
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    expect(await observer.fetchNext()).toEqual([{ items: [1], next: null }])
    expect(server.open).toEqual([])
  })

  test('is one request for calls while it is in flight', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    const both = [observer.fetchNext(), observer.fetchNext()]
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(await Promise.all(both)).toEqual([observer.getSnapshot().pages, observer.getSnapshot().pages])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('fetches the first page if there is none', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', { ...byCursor, enabled: false })
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    const pages = observer.fetchNext()
    await server.settle()
    expect(await pages).toHaveLength(1)
    const more = observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(await more).toHaveLength(2)
  })

  test('keeps the pages if the next one fails, and fetches it when called again', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    const failing = observer.fetchNext()
    await server.next({}, 500)
    await expect(failing).rejects.toMatchObject({ code: 'http', status: 500 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'http' }, hasNext: true })
    expect(itemsOf(observer)).toEqual([1, 2])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('ends at a page whose cursor leads to a page that is shown', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    void observer.fetchNext()
    await server.next({ items: [3, 4], next: 2 })
    expect(observer.getSnapshot()).toMatchObject({ hasNext: false })
    void observer.refetch()
    await server.next()
    await server.next({ items: [3, 4], next: 2 })
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    expect(server.open).toEqual([])
  })

  test('rejects if the URL function returns nothing', async () => {
    const environment = createEnvironment()
    const { observer } = mountPages(environment, async () => null, byCursor)
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    const pages = observer.fetchNext()
    await environment.advance(0)
    await expect(pages).rejects.toMatchObject({ code: 'bad-url' })
  })

  test('a list that is disabled in between continues when it is enabled', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, '/items', byCursor)
    await environment.advance(0)
    setOptions('/items', { ...byCursor, enabled: false })
    await environment.advance(0)
    expect(server.open).toEqual([])
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    setOptions('/items', byCursor)
    expect(await server.settle()).toEqual(['/items'])
    expect(itemsOf(observer)).toEqual([1, 2])
  })

  test('a response without a body ends the list', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    const pages = observer.fetchNext()
    await server.next(undefined, 204)
    expect(await pages).toHaveLength(1)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success' })
  })
})

describe('[pages-sharing] requests', () => {
  test('two lists share the requests of pages, and each has its own number of pages', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const one = mountPages(environment, '/items', byCursor).observer
    const other = mountPages(environment, '/items', byCursor).observer
    expect(await server.settle()).toEqual(['/items'])
    void one.fetchNext()
    void other.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=2'])
    void one.fetchNext()
    await server.settle()
    expect([itemsOf(one).length, itemsOf(other).length]).toEqual([6, 4])
    void one.refetch()
    expect(await server.settle()).toEqual(['/items', '/items?after=2', '/items?after=4'])
  })

  test('a remount in one tick sends one request', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, leave } = mountPages(environment, '/items', byCursor)
    leave()
    observer.subscribe(() => {})
    expect(await server.settle()).toEqual(['/items'])
    expect(itemsOf(observer)).toEqual([1, 2])
  })

  test('leaving aborts the requests and rejects the promises', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, leave } = mountPages(environment, '/items', byCursor)
    await server.settle()
    const pages = observer.fetchNext()
    await environment.advance(0)
    leave()
    await expect(pages).rejects.toMatchObject({ code: 'aborted', by: 'component' })
    await environment.advance(0)
    expect([server.open, environment.timers, environment.listeners]).toEqual([[], 0, 0])
  })

  test('abort keeps the pages, and fetchNext works afterwards', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    const pages = observer.fetchNext()
    await environment.advance(0)
    observer.abort()
    await expect(pages).rejects.toMatchObject({ code: 'aborted', by: 'user' })
    expect(observer.getSnapshot()).toMatchObject({
      status: 'success',
      isFetching: false,
      isFetchingNext: false,
    })
    void observer.fetchNext()
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('without a framework, commands work without a subscription', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const list = createFetchPages('/items', { environment, ...byCursor })
    expect(list.getSnapshot()).toMatchObject({ status: 'idle' })
    const first = list.fetchNext()
    await server.settle()
    expect(await first).toHaveLength(1)
    const both = list.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(await both).toHaveLength(2)
    expect(environment.listeners).toBe(0)
  })
})

describe('[failure] while a page is retried', () => {
  const retry = { limit: 2, delay: () => 1000 }

  test('what failed is seen at once: for the first page, the next and the previous one, and in a refetch', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', { ...byCursor, retry, maxPages: 2 })
    const none = { failure: undefined, attempt: 0, retryAt: undefined, waitingFor: undefined }
    const expectRetries = async (commands: object) => {
      for (const attempt of [1, 2]) {
        await server.next({}, 500)
        expect(observer.getSnapshot()).toMatchObject({
          error: undefined,
          isFetching: true,
          failure: { code: 'http', status: 500 },
          attempt,
          retryAt: environment.now() + 1000,
          waitingFor: 'timer',
          ...commands,
        })
        await environment.advance(1000)
        expect(observer.getSnapshot()).toMatchObject({ attempt, waitingFor: undefined })
      }
      await server.settle()
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', isFetching: false, ...none })
    }
    expect(observer.getSnapshot()).toMatchObject(none)
    expect(observer.getServerSnapshot()).toMatchObject(none)
    await expectRetries({ status: 'pending', pages: [] })
    void observer.fetchNext()
    await expectRetries({ status: 'success', isFetchingNext: true })
    void observer.fetchNext()
    await server.settle()
    void observer.fetchPrevious()
    await expectRetries({ status: 'success', isFetchingPrevious: true })
    void observer.refetch()
    await expectRetries({ status: 'success' })
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('the last failure is the error', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', {
      ...byCursor,
      retry: { limit: 1, delay: () => 0 },
    })
    await server.next({}, 500)
    await server.next({}, 503)
    expect(observer.getSnapshot()).toMatchObject({
      status: 'error',
      error: { status: 503 },
      failure: undefined,
      attempt: 0,
    })
  })

  test('an offline list waits for the network', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer } = mountPages(environment, '/items', byCursor)
    await server.settle()
    environment.emitPageEvent('offline')
    void observer.fetchNext()
    expect(observer.getSnapshot()).toMatchObject({ isFetchingNext: true, waitingFor: 'online', attempt: 0 })
    environment.emitPageEvent('online')
    await environment.advance(1000)
    expect(await server.settle()).toEqual(['/items?after=2'])
    expect(observer.getSnapshot()).toMatchObject({ isFetchingNext: false, waitingFor: undefined })
  })
})

describe('[execute-then-render] a command in the handler that changes the list', () => {
  const search = (q: string, more: object = {}) => ({ ...byCursor, query: { q }, ...more })

  test.each([
    ['fetchNext', false],
    ['refetch', true],
    ['refetch', false],
  ] as const)(
    '%s, enabled: %s: one request, for the new list, whose pages it resolves to',
    async (name, enabled) => {
      const environment = createEnvironment()
      const server = createListServer(environment)
      const { observer, setOptions } = mountPages(environment, '/items', search('a', { enabled }))
      if (name === 'refetch') void observer.refetch()
      await server.settle()
      const pages = observer[name]()
      setOptions('/items', search('b', { enabled }))
      expect(await server.settle()).toEqual(['/items?q=b'])
      expect(await pages).toBe(observer.getSnapshot().pages)
      expect(itemsOf(observer)).toEqual([1, 2])
    },
  )

  test('refetch requests the pages of a list that comes back, whatever is cached', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, '/items', search('a', { maxAge: 1e9 }))
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    setOptions('/items', search('b', { maxAge: 1e9 }))
    await server.settle()
    const pages = observer.refetch()
    setOptions('/items', search('a', { maxAge: 1e9 }))
    expect(await server.settle()).toEqual(['/items?q=a', '/items?q=a&after=2'])
    expect(await pages).toHaveLength(2)
  })

  test.each([
    ['another user', { key: 'bob' }, 0],
    ['later', {}, 201],
  ])('%s: it rejects', async (_, options, ms) => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, setOptions } = mountPages(environment, '/items', search('a'))
    await server.settle()
    const pages = observer.refetch()
    await environment.advance(ms)
    setOptions('/items', search('b', options))
    await expect(pages).rejects.toMatchObject({ code: 'aborted', by: 'component' })
    expect(itemsOf(observer)).toEqual([])
  })
})
