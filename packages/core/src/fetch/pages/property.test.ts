import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEnvironment, respond } from '../../../test/fetch/harness.ts'
import { json } from '../../shared/codec.ts'
import type { FakeRequest } from '../../testing/index.ts'
import { type FetchPagesOptions, createFetchPages, cursor, observeFetchPages, pageNumber } from './index.ts'

interface Page {
  readonly kind: string
  readonly after: number | null
  readonly items: readonly number[]
  readonly next: number | null
}

const PAGE_SIZE = 2

/** A server with a list of numbers, of which `kind` names another part. */
function createServer() {
  const environment = createEnvironment()
  const items = [10, 20, 30, 40, 50, 60, 70]
  let respondedCount = 0
  const listOf = (kind: string) => (kind === 'all' ? items : items.filter((item) => item % 20 === 0))
  function pageOf({ url }: FakeRequest): Page {
    const { searchParams } = new URL(url)
    const kind = searchParams.get('kind') ?? 'all'
    const list = listOf(kind)
    const number = Number(searchParams.get('page') ?? 1)
    const after = searchParams.has('after') ? Number(searchParams.get('after')) : null
    const rest = after === null ? list.slice((number - 1) * PAGE_SIZE) : list.filter((item) => item > after)
    const shown = rest.slice(0, PAGE_SIZE)
    return { kind, after, items: shown, next: rest.length > PAGE_SIZE ? (shown.at(-1) ?? null) : null }
  }
  async function respondNext(status = 200): Promise<boolean> {
    await environment.advance(0)
    while (environment.requests[respondedCount]?.aborted) respondedCount++
    const request = environment.requests[respondedCount]
    if (!request) return false
    respondedCount++
    await respond(environment, pageOf(request), { status }, request)
    return true
  }
  async function settle(): Promise<void> {
    while (await respondNext()); // until there is no request
  }
  return { environment, items, listOf, respondNext, settle }
}

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.constant('respondNext' as const) },
  { weight: 3, arbitrary: fc.constantFrom('next', 'next', 'settle') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...([
        'refetch',
        'refetchFirst',
        'leave',
        'filter',
        'previous',
        'fail',
        'focus',
        'wait',
        'other',
        'abort',
      ] as const),
    ),
  },
)
const change = fc.record({ change: fc.constantFrom('insert', 'delete'), at: fc.nat(6) })

type Operation = ReturnType<typeof operation.generate>['value'] | { change: string; at: number }

function createRun(links: Pick<FetchPagesOptions<Page>, 'next' | 'maxPages'>, maxAge: number) {
  const server = createServer()
  const { environment, items } = server
  let kind = 'all'
  const options = () => ({
    environment,
    codec: json<Page>(),
    notify: 'sync' as const,
    retry: false as const,
    refetchOnFocus: true,
    maxAge,
    query: { kind },
    ...links,
  })
  const mount = () => {
    const created = observeFetchPages<Page>('/items', options())
    created.track('isFetching')
    check(created.getSnapshot().pages)
    return created
  }
  let check: (pages: readonly Page[]) => void = () => {}
  let observer = mount()
  const listen = () => observer.subscribe(() => check(observer.getSnapshot().pages))
  let leave = listen()
  async function run(step: Operation): Promise<void> {
    if (typeof step === 'object') {
      const at = Math.min(step.at, items.length)
      if (step.change === 'delete') items.splice(at, 1)
      else items.splice(at, 0, ((items[at - 1] ?? 0) + (items[at] ?? 200)) / 2)
    } else if (step === 'respondNext') await server.respondNext()
    else if (step === 'fail') await server.respondNext(500)
    else if (step === 'settle') await server.settle()
    else if (step === 'next') void observer.fetchNext()
    else if (step === 'previous') void observer.fetchPrevious()
    else if (step === 'refetch') void observer.refetch()
    else if (step === 'refetchFirst') void observer.refetch({ pages: 'first' })
    else if (step === 'abort') observer.abort()
    else if (step === 'wait') await environment.advance(2000)
    else if (step === 'other') void createFetchPages<Page>('/items', options()).fetchNext()
    else if (step === 'focus') {
      environment.emitPageEvent('hidden')
      environment.emitPageEvent('visible')
    } else if (step === 'filter') {
      kind = kind === 'all' ? 'some' : 'all'
      observer.setOptions('/items', options())
    } else {
      leave()
      await environment.advance(0)
      observer = mount()
      leave = listen()
    }
    check(observer.getSnapshot().pages)
  }
  return {
    server,
    run,
    get observer() {
      return observer
    },
    get kind() {
      return kind
    },
    setCheck: (next: typeof check) => (check = next),
  }
}

const itemsOf = (pages: readonly Page[]) => pages.flatMap((page) => page.items)

const linksOf = {
  cursor: { next: cursor('after', (page: Page) => page.next) },
  number: { next: pageNumber<Page>('page', { hasMore: (page) => page.next !== null }) },
}

test.each(['cursor', 'number'] as const)(
  '[pages-no-doubles] a list by %s shows the first items of the server, each once',
  async (kind) => {
    const links = linksOf[kind]
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 40 }),
        fc.constantFrom(0, 1000),
        async (steps, maxAge) => {
          const state = createRun(links, maxAge)
          state.setCheck((pages) => {
            const list = state.server.listOf(state.kind)
            expect(itemsOf(pages)).toEqual(list.slice(0, itemsOf(pages).length))
          })
          for (const step of steps) await state.run(step)
          await state.server.settle()
          const { isFetching, isFetchingNext } = state.observer.getSnapshot()
          expect([isFetching, isFetchingNext]).toEqual([false, false])
        },
      ),
      { numRuns: 150 },
    )
  },
)

test('[pages-chain] pages that are shown together belong to one chain, whatever changes on the server', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: operation }, change), { maxLength: 40 }),
      fc.constantFrom(0, 1000),
      async (steps, maxAge) => {
        const state = createRun(linksOf.cursor, maxAge)
        state.setCheck((pages) => {
          for (const [index, { kind, after }] of pages.entries()) {
            expect(after).toBe(index === 0 ? null : pages[index - 1]?.next)
            expect(kind).toBe(pages[0]?.kind)
          }
        })
        for (const step of steps) await state.run(step)
        await state.server.settle()
        const { pages } = state.observer.getSnapshot()
        void state.observer.refetch()
        await state.server.settle()
        const items = itemsOf(state.observer.getSnapshot().pages)
        expect(items).toEqual(state.server.listOf(state.kind).slice(0, items.length))
        expect(state.observer.getSnapshot().pages.length).toBeLessThanOrEqual(Math.max(1, pages.length))
      },
    ),
    { numRuns: 150 },
  )
})

test('[pages-bounds] with maxPages, a window of the list is shown, each item once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (steps) => {
      const state = createRun({ ...linksOf.cursor, maxPages: 2 }, 1000)
      state.setCheck((pages) => {
        const list = state.server.listOf(state.kind)
        const items = itemsOf(pages)
        const start = Math.max(0, list.indexOf(items[0] ?? 0))
        expect(items).toEqual(list.slice(start, start + items.length))
        expect(pages.length).toBeLessThanOrEqual(2)
      })
      for (const step of steps) await state.run(step)
    }),
    { numRuns: 150 },
  )
})

test('[pages-refetch] with page numbers, a refetch shows the first items of the server again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: operation }, change), { maxLength: 30 }),
      fc.constantFrom(0, 1000),
      async (steps, maxAge) => {
        const state = createRun(linksOf.number, maxAge)
        for (const step of steps) await state.run(step)
        await state.server.settle()
        void state.observer.refetch()
        await state.server.settle()
        const { pages, isFetching } = state.observer.getSnapshot()
        expect(itemsOf(pages)).toEqual(state.server.listOf(state.kind).slice(0, itemsOf(pages).length))
        expect(isFetching).toBe(false)
      },
    ),
    { numRuns: 150 },
  )
})
