import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import {
  type Page,
  byCursor,
  createListServer,
  itemsOf,
  mountPages,
} from '../../../test/fetch/pages-harness.ts'

async function mountLoaded(count: number, options: object = {}) {
  const environment = createEnvironment()
  const server = createListServer(environment)
  const mounted = mountPages(environment, '/items', { ...byCursor, ...options })
  await server.settle()
  for (let index = 1; index < count; index++) {
    void mounted.observer.fetchNext()
    await server.settle()
  }
  return { environment, server, ...mounted }
}

/** Inserts an item at the start. */
const insert =
  (item: number) =>
  (pages: readonly Page[]): readonly Page[] =>
    pages.map((page, index) => (index === 0 ? { ...page, items: [item, ...page.items] } : page))

const without =
  (item: number) =>
  (pages: readonly Page[]): readonly Page[] =>
    pages.map((page) => ({ ...page, items: page.items.filter((other) => other !== item) }))

function deferred() {
  let resolve: () => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

describe('[pages-mutate] mutate', () => {
  test('inserts an item at once in all lists that show the page, and rolls it back', async () => {
    const { environment, server, observer } = await mountLoaded(2)
    const other = mountPages(environment, '/items', byCursor).observer
    await server.settle()
    const pages = observer.getSnapshot().pages
    const undo = observer.mutate(insert(0))
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4])
    expect(itemsOf(other)).toEqual([0, 1, 2])
    expect(observer.getSnapshot().pages[1]).toBe(pages[1])
    undo()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
    expect(itemsOf(other)).toEqual([1, 2])
    expect(server.open).toEqual([])
  })

  test('rolls back when the promise rejects', async () => {
    const { environment, observer } = await mountLoaded(2)
    const saving = deferred()
    observer.mutate(insert(0), { rollback: saving.promise })
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4])
    saving.reject(new Error('refused'))
    await environment.advance(0)
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('applies the change to new responses until the promise settles', async () => {
    const { environment, server, observer } = await mountLoaded(3)
    const saving = deferred()
    observer.mutate(without(3), { rollback: saving.promise })
    void observer.refetch()
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 4, 5, 6])
    server.items.splice(2, 1)
    saving.resolve()
    await environment.advance(0)
    expect(itemsOf(observer)).toEqual([1, 2, 4, 5, 6])
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 4, 5, 6])
  })

  test('during a refetch, is shown at once and stays', async () => {
    const { environment, server, observer } = await mountLoaded(2)
    const saving = deferred()
    void observer.refetch()
    await server.next()
    observer.mutate(insert(0), { rollback: saving.promise })
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4])
    await server.settle()
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4])
    saving.reject(new Error('refused'))
    await environment.advance(0)
    await server.settle()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('during a refetch that fails, the rollback is shown too', async () => {
    const { environment, server, observer } = await mountLoaded(2)
    void observer.refetch()
    await server.next()
    const undo = observer.mutate(insert(0))
    await environment.advance(0)
    while (server.open.length > 0) await server.next({}, 500)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error' })
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3, 4])
    undo()
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('changes no links', async () => {
    const next = (page: Page) => ({ after: page.items.at(-1) ?? null })
    const { server, observer } = await mountLoaded(2, { next })
    observer.mutate(without(2))
    expect(itemsOf(observer)).toEqual([1, 3, 4])
    expect(await server.settle()).toEqual([])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=4'])
    expect(itemsOf(observer)).toEqual([1, 3, 4, 5, 6])
  })

  test('takes the new pages themselves too', async () => {
    const { observer } = await mountLoaded(2)
    const [first, second] = observer.getSnapshot().pages
    if (!first || !second) throw new Error('There are two pages')
    observer.mutate([first, { ...second, items: [9] }])
    expect(itemsOf(observer)).toEqual([1, 2, 9])
    expect(observer.getSnapshot().pages[0]).toBe(first)
  })

  test('does not change the number of pages', async () => {
    const { observer } = await mountLoaded(2)
    expect(() => observer.mutate((pages) => pages.slice(1))).toThrow('as many pages')
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('changes nothing if the function throws', async () => {
    const { observer } = await mountLoaded(2)
    const fail = () => {
      throw new Error('broken')
    }
    expect(() => observer.mutate(fail)).toThrow('broken')
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })
})

describe('[pages-initial] initialData', () => {
  const initialData: Page[] = [
    { items: [1, 2], next: 2 },
    { items: [3, 4], next: 4 },
  ]

  test('are the first pages, and refetched at once', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const { observer, first } = mountPages(environment, '/items', { ...byCursor, initialData })
    expect(first).toMatchObject({ status: 'success', pages: initialData, isFetching: true, hasNext: true })
    expect(observer.getServerSnapshot()).toMatchObject({
      status: 'success',
      pages: initialData,
      hasNext: true,
    })
    server.items.unshift(0)
    expect(await server.settle()).toEqual(['/items', '/items?after=1'])
    expect(itemsOf(observer)).toEqual([0, 1, 2, 3])
  })

  test('are fresh for maxAge', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = { ...byCursor, initialData, maxAge: 1e9 }
    const { observer, first } = mountPages(environment, '/items', options)
    expect(first).toMatchObject({ isFetching: false })
    expect(await server.settle()).toEqual([])
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?after=4'])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('are not shown for another list', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = () => ({ ...byCursor, initialData: structuredClone(initialData), maxAge: 1e9 })
    const { observer, setOptions } = mountPages(environment, '/items', options())
    await server.settle()
    setOptions('/items?kind=a', options())
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', pages: [] })
    expect(await server.settle()).toEqual(['/items?kind=a'])
    expect(itemsOf(observer)).toEqual([1, 2])
  })

  test('on a server, nothing is requested', async () => {
    const environment = createEnvironment()
    const options = { environment, notify: 'sync' as const }
    const { first, observer } = mountPages(environment, '/items', { ...byCursor, ...options })
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'pending', pages: [], isFetching: true })
    expect(first).toEqual(observer.getServerSnapshot())
  })
})
