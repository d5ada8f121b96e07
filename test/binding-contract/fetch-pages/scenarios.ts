import { pageNumber } from '@tautline/core'
import { expect } from 'vitest'
import { createResponse } from '../fetch/server.ts'
import type { Page } from './driver.ts'
import { type PagesScenario, byCursor, itemsOf } from './run.ts'

const cached = { maxAge: 60_000 }

const insert =
  (item: number) =>
  (pages: readonly Page[]): readonly Page[] =>
    pages.map((page, index) => (index === 0 ? { ...page, items: [item, ...page.items] } : page))

export const pagesScenarios: readonly PagesScenario[] = [
  {
    name: '[pages-next] shows page after page, and hasNext at the end',
    async run(page) {
      const one = page.mount('/items')
      expect(one.shown).toMatchObject({ status: 'pending', pages: [], hasNext: false })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'success', hasNext: true }))
      const release = page.hold()
      void one.fetchNext()
      await page.until(() => expect(one.shown.isFetchingNext).toBe(true))
      release()
      await page.until(() => expect(itemsOf(one.shown)).toEqual([1, 2, 3, 4]))
      await one.fetchNext()
      await page.until(() => expect(one.shown).toMatchObject({ isFetchingNext: false, hasNext: false }))
      expect(itemsOf(one.shown)).toEqual([1, 2, 3, 4, 5, 6])
      expect(page.requested).toEqual(['GET /items', 'GET /items?after=2', 'GET /items?after=4'])
    },
  },
  {
    name: '[pages-return] a list that was left and comes back shows its pages at once, each of them once',
    async run(page) {
      const one = await page.mountLoaded(3, cached)
      one.unmount()
      await page.settle()
      const back = page.mount('/items', cached)
      expect(back.renders[0]).toMatchObject({ status: 'success' })
      expect(itemsOf(back.renders[0] ?? {})).toEqual([1, 2, 3, 4, 5, 6])
      await page.settle()
      expect(itemsOf(back.shown)).toEqual([1, 2, 3, 4, 5, 6])
      expect(page.requested).toHaveLength(3)
    },
  },
  {
    name: '[pages-return] stale pages are revalidated after coming back, without doubles',
    async run(page) {
      const one = await page.mountLoaded(2)
      one.unmount()
      await page.settle()
      page.items.unshift(0.5)
      const back = page.mount('/items')
      await page.until(() => expect(itemsOf(back.shown)).toEqual([0.5, 1, 2, 3]))
      const shown = new Set(back.renders.map((render) => itemsOf(render).join()))
      expect(shown).toEqual(new Set(['1,2,3,4', '0.5,1,2,3']))
    },
  },
  {
    name: '[pages-refetch] refetch shows all new pages together, and renders nothing in between',
    async run(page) {
      const one = await page.mountLoaded(2)
      page.items.unshift(0.5)
      const count = one.renders.length
      const pages = await one.refetch()
      await page.until(() => expect(itemsOf(one.shown)).toEqual([0.5, 1, 2, 3]))
      expect(one.shown.pages).toBe(pages)
      expect(new Set(one.renders.slice(count).map((render) => itemsOf(render).join())).size).toBe(1)
    },
  },
  {
    name: '[pages-refetch] equal pages keep their identity and render nothing',
    async run(page) {
      const one = await page.mountLoaded(2)
      const { pages } = one.shown
      const count = one.renders.length
      await one.refetch()
      await page.settle()
      expect(one.shown.pages).toBe(pages)
      expect(one.renders).toHaveLength(count)
    },
  },
  {
    name: '[pages-refetch] a page that fails keeps those from before and sets the error',
    async run(page) {
      const one = await page.mountLoaded(2)
      const { onCall } = page.server
      page.server.onCall = (call) =>
        call.path.includes('after') ? createResponse('no', { status: 500 }) : onCall(call)
      page.items.unshift(0.5)
      await expect(one.refetch()).rejects.toMatchObject({ code: 'http', status: 500 })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', error: { status: 500 } }))
      expect(itemsOf(one.shown)).toEqual([1, 2, 3, 4])
      page.server.onCall = onCall
      await one.refetch()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'success', error: undefined }))
      expect(itemsOf(one.shown)).toEqual([0.5, 1, 2, 3])
    },
  },
  {
    name: '[pages-list] another filter starts with the first page, and shows no page of the old one',
    async run(page) {
      const one = await page.mountLoaded(2)
      const release = page.hold()
      one.rerender('/items', { query: { kind: 'a' } })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'pending', pages: [] }))
      release()
      await page.until(() => expect(itemsOf(one.shown)).toEqual([1, 2]))
      await one.fetchNext()
      expect(page.requested.slice(2)).toEqual(['GET /items?kind=a', 'GET /items?kind=a&after=2'])
    },
  },
  {
    name: '[pages-list] keepPreviousData shows the old list until the new one arrives',
    async run(page) {
      const one = await page.mountLoaded(2, { keepPreviousData: true })
      const count = one.renders.length
      page.items.splice(0, 4)
      one.rerender('/items', { query: { kind: 'a' }, keepPreviousData: true })
      await page.until(() => expect(itemsOf(one.shown)).toEqual([5, 6]))
      const shown = one.renders.slice(count).map((render) => itemsOf(render).join())
      expect(new Set(shown)).toEqual(new Set(['1,2,3,4', '5,6']))
    },
  },
  {
    name: '[pages-sharing] two components share the requests, and have as many pages as each fetched',
    async run(page) {
      const [one, other] = [page.mount('/items'), page.mount('/items')]
      await page.until(() =>
        expect([itemsOf(one.shown), itemsOf(other.shown)]).toEqual([
          [1, 2],
          [1, 2],
        ]),
      )
      await Promise.all([one.fetchNext(), other.fetchNext()])
      await one.fetchNext()
      await page.until(() => expect(itemsOf(one.shown)).toHaveLength(6))
      expect(itemsOf(other.shown)).toEqual([1, 2, 3, 4])
      expect(page.requested).toEqual(['GET /items', 'GET /items?after=2', 'GET /items?after=4'])
    },
  },
  {
    name: '[pages-bounds] maxPages drops the first page, and fetchPrevious brings it back',
    async run(page) {
      const one = page.mount('/items', { maxPages: 2 })
      await page.until(() => expect(one.shown.status).toBe('success'))
      await one.fetchNext()
      await one.fetchNext()
      await page.until(() => expect(one.shown).toMatchObject({ hasPrevious: true, hasNext: false }))
      expect(itemsOf(one.shown)).toEqual([3, 4, 5, 6])
      await one.fetchPrevious()
      await page.until(() => expect(one.shown).toMatchObject({ hasPrevious: false, hasNext: true }))
      expect(itemsOf(one.shown)).toEqual([1, 2, 3, 4])
    },
  },
  {
    name: '[pages-mutate] an optimistic item is shown at once, and removed if the write fails',
    async run(page) {
      const one = await page.mountLoaded(2)
      const other = page.mount('/items', cached)
      let refuse: (error: Error) => void = () => {}
      const rollback = new Promise((_, reject) => (refuse = reject))
      one.mutate(insert(0), { rollback })
      await page.until(() =>
        expect([itemsOf(one.shown), itemsOf(other.shown)]).toEqual([
          [0, 1, 2, 3, 4],
          [0, 1, 2],
        ]),
      )
      await one.refetch()
      expect(itemsOf(one.shown)).toEqual([0, 1, 2, 3, 4])
      refuse(new Error('refused'))
      await page.until(() => expect(itemsOf(one.shown)).toEqual([1, 2, 3, 4]))
    },
  },
  {
    name: '[pages-next] inline options change nothing, and commands keep their identity',
    async run(page) {
      const inline = () => ({ next: pageNumber<Page>('page', { hasMore: ({ next }) => next !== null }) })
      const one = page.mount('/items', inline())
      await page.until(() => expect(one.shown.status).toBe('success'))
      const { fetchNext, refetch, mutate } = one.commands
      const { pages } = one.shown
      one.rerender('/items', inline())
      await page.settle()
      expect(one.shown.pages).toBe(pages)
      expect(one.commands).toMatchObject({ fetchNext, refetch, mutate })
      expect(page.requested).toEqual(['GET /items'])
    },
  },
  {
    name: '[pages-next] without a URL or with enabled: false it stays idle until it may fetch',
    async run(page) {
      const one = page.mount(null)
      const other = page.mount('/items', { enabled: false })
      expect([one.shown.status, other.shown.status]).toEqual(['idle', 'idle'])
      one.rerender('/items')
      await page.until(() => expect(itemsOf(one.shown)).toEqual([1, 2]))
      await other.fetchNext()
      await page.until(() => expect(itemsOf(other.shown)).toEqual([1, 2]))
    },
  },
  {
    name: '[pages-tracked] only components that read isFetching render when it changes',
    async run(page) {
      const one = page.mount('/items', cached, ['status', 'pages'])
      const other = page.mount('/items', cached, ['status', 'pages', 'isFetching'])
      await page.until(() => expect(other.shown).toMatchObject({ status: 'success', isFetching: false }))
      const counts = [one.renders.length]
      const release = page.hold()
      const refetched = one.refetch()
      await page.until(() => expect(other.shown.isFetching).toBe(true))
      release()
      await refetched
      await page.until(() => expect(other.shown.isFetching).toBe(false))
      expect(one.renders).toHaveLength(counts[0] ?? 0)
    },
  },
  {
    name: '[failure] what failed is shown while a page is retried, to components that read it',
    async run(page) {
      const options = { ...cached, retry: { limit: 1, delay: () => 1000 } }
      const one = page.mount('/items', options, ['status', 'pages'])
      const other = page.mount('/items', options, ['pages', 'failure', 'attempt'])
      await page.until(() =>
        expect([one, other].map(({ shown }) => itemsOf(shown))).toEqual([
          [1, 2],
          [1, 2],
        ]),
      )
      const count = one.renders.length
      const { onCall } = page.server
      page.server.onCall = () => {
        page.server.onCall = onCall
        return createResponse('no', { status: 500 })
      }
      void other.fetchNext()
      await page.until(() => expect(other.shown).toMatchObject({ failure: { status: 500 }, attempt: 1 }))
      await page.advance(1000)
      await page.until(() => expect(itemsOf(other.shown)).toEqual([1, 2, 3, 4]))
      expect(other.shown).toMatchObject({ failure: undefined, attempt: 0 })
      expect(one.renders).toHaveLength(count)
    },
  },
  {
    name: '[pages-initial] pages of a server are in its HTML, are hydrated and continued',
    async run(page) {
      const initialData = [{ items: [1, 2], next: 2 }]
      const options = { ...byCursor, initialData, ...cached }
      const html = await page.renderOnServer('/items', options)
      expect(html).toContain('success')
      expect(page.requested).toEqual([])
      const one = page.hydrate(html, '/items', options)
      expect(one.isReused).toBe(true)
      expect(one.renders[0]).toMatchObject({ status: 'success', pages: initialData, hasNext: true })
      await page.settle()
      expect(page.requested).toEqual([])
    },
  },
  {
    name: '[pages-initial] without pages a server renders pending, and the page requests the first one',
    async run(page) {
      const html = await page.renderOnServer('/items')
      expect(html).toContain('pending')
      const one = page.hydrate(html, '/items')
      expect(one.isReused).toBe(true)
      await page.until(() => expect(one.text).toContain('success'))
      expect(page.requested).toEqual(['GET /items'])
    },
  },
]
