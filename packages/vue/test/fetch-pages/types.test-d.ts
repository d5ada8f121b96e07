import { type ComputedRef, computed, ref } from 'vue'
import { describe, expectTypeOf, test } from 'vitest'
import { cursor, json, linkHeader, pageNumber } from '@tautline/core'
import { useFetchPages } from '@tautline/vue'

// Checked by the compiler, never run.

interface Page {
  readonly items: readonly string[]
  readonly nextCursor: number | null
}

describe('useFetchPages: the codec types the pages', () => {
  test('in the refs, the commands and the functions of options', () => {
    const list = useFetchPages('/users', {
      codec: json<Page>(),
      next: (page, { pages }) => {
        expectTypeOf(page).toEqualTypeOf<Page>()
        expectTypeOf(pages).toEqualTypeOf<readonly Page[]>()
        return page.nextCursor === null ? null : { after: page.nextCursor }
      },
    })
    expectTypeOf(list.pages).toEqualTypeOf<ComputedRef<readonly Page[]>>()
    expectTypeOf(list.hasNext).toEqualTypeOf<ComputedRef<boolean>>()
    expectTypeOf(list.fetchNext()).toEqualTypeOf<Promise<readonly Page[]>>()
  })

  test('with cursor, pageNumber and linkHeader', () => {
    const byCursor = useFetchPages('/users', {
      codec: json<Page>(),
      next: cursor('after', (page) => page.nextCursor),
    })
    expectTypeOf(byCursor.pages.value).toEqualTypeOf<readonly Page[]>()
    const numbered = useFetchPages('/users', {
      codec: json<Page>(),
      next: pageNumber('page', { hasMore: (page) => page.items.length > 0 }),
    })
    expectTypeOf(numbered.pages.value).toEqualTypeOf<readonly Page[]>()
    const linked = useFetchPages('/users', { codec: json<Page>(), next: linkHeader('next') })
    expectTypeOf(linked.pages.value).toEqualTypeOf<readonly Page[]>()
  })

  test('URL and options may be refs and getters', () => {
    const kind = ref('all')
    const list = useFetchPages(() => `/users/${kind.value}`, {
      codec: json<Page>(),
      query: { kind, sort: () => kind.value },
      maxPages: computed(() => 3),
      enabled: () => kind.value !== '',
    })
    expectTypeOf(list.pages.value).toEqualTypeOf<readonly Page[]>()
    const other = useFetchPages('/users', () => ({ codec: json<Page>(), query: { kind: kind.value } }))
    expectTypeOf(other.pages.value).toEqualTypeOf<readonly Page[]>()
  })
})
