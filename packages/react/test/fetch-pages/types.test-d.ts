import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { type TautlineError, cursor, json, linkHeader, pageNumber } from '@tautline/core'
import { type ResponseHead, createFetchPages } from '@tautline/core/fetch'
import { useFetchPages } from '@tautline/react'

// Checked by the compiler, never run.

const Users = z.object({ items: z.array(z.string()), next: z.string().nullable() })
interface Page {
  readonly items: readonly string[]
  readonly nextCursor: number | null
}

describe('useFetchPages: the codec types the pages', () => {
  test('in the result, the commands and the functions of options', () => {
    const list = useFetchPages('/users', {
      codec: json(Users),
      next: (page, { response, pages, index }) => {
        expectTypeOf(page).toEqualTypeOf<z.output<typeof Users>>()
        expectTypeOf(pages).toEqualTypeOf<readonly z.output<typeof Users>[]>()
        expectTypeOf(response).toEqualTypeOf<ResponseHead | undefined>()
        expectTypeOf(index).toEqualTypeOf<number>()
        return page.next && { after: page.next }
      },
      onMessage: (page) => expectTypeOf(page).toEqualTypeOf<z.output<typeof Users>>(),
    })
    expectTypeOf(list.pages).toEqualTypeOf<readonly z.output<typeof Users>[]>()
    expectTypeOf(list.fetchNext()).toEqualTypeOf<Promise<readonly z.output<typeof Users>[]>>()
    expectTypeOf(list.hasNext).toEqualTypeOf<boolean>()
    list.mutate((pages) => {
      expectTypeOf(pages).toEqualTypeOf<readonly z.output<typeof Users>[]>()
      return pages
    })
  })

  test('with cursor, pageNumber and linkHeader', () => {
    const list = useFetchPages('/users', {
      codec: json<Page>(),
      next: cursor('after', (page) => page.nextCursor),
    })
    expectTypeOf(list.pages).toEqualTypeOf<readonly Page[]>()
    const numbered = useFetchPages('/users', {
      codec: json<Page>(),
      next: pageNumber('page', { hasMore: (page) => page.items.length > 0 }),
      previous: pageNumber('page'),
    })
    expectTypeOf(numbered.pages).toEqualTypeOf<readonly Page[]>()
    const linked = useFetchPages('/users', { codec: json<Page>(), next: linkHeader('next') })
    expectTypeOf(linked.pages).toEqualTypeOf<readonly Page[]>()
    const headless = createFetchPages('/users', {
      codec: json<Page>(),
      next: cursor('after', (page) => page.nextCursor),
    })
    expectTypeOf(headless.getSnapshot().pages).toEqualTypeOf<readonly Page[]>()
  })

  test('without a codec pages are unknown, unless a type argument is given', () => {
    expectTypeOf(useFetchPages('/users').pages).toEqualTypeOf<readonly unknown[]>()
    expectTypeOf(useFetchPages('/users', { next: linkHeader('next') }).pages).toEqualTypeOf<
      readonly unknown[]
    >()
    expectTypeOf(useFetchPages<Page>('/users').pages).toEqualTypeOf<readonly Page[]>()
  })

  test('initialData have the type of the pages', () => {
    useFetchPages('/users', { codec: json<Page>(), initialData: [{ items: [], nextCursor: null }] })
    // @ts-expect-error -- not a page
    useFetchPages('/users', { codec: json<Page>(), initialData: [{ items: [1], nextCursor: null }] })
  })

  test('the status narrows the error', () => {
    const list = useFetchPages('/users')
    if (list.status === 'error') expectTypeOf(list.error).toEqualTypeOf<TautlineError>()
    if (list.status === 'pending') expectTypeOf(list.error).toEqualTypeOf<undefined>()
  })

  test('options that a list has not are refused', () => {
    // @ts-expect-error -- a list is not reduced
    useFetchPages('/users', { reduce: (all: string) => all })
    // @ts-expect-error -- a link is a URL or query parameters
    useFetchPages('/users', { next: () => true })
  })
})
