import { render } from '@testing-library/vue'
import { expect, test, vi } from 'vitest'
import { KeepAlive, defineComponent, h, ref } from 'vue'
import { cursor, json } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { useFetchPages } from '@tautline/vue'

interface Page {
  readonly items: readonly number[]
  readonly next: number | null
}

test('[pages-return] a list in KeepAlive comes back with its pages, without a request while they are fresh', async () => {
  const environment = createTestEnvironment()
  const respond = async (page: Page) => {
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    await environment.advance(0)
    environment.request.write(JSON.stringify(page))
    environment.request.end()
    await environment.advance(100)
  }
  let more: (() => Promise<unknown>) | undefined
  const List = defineComponent(() => {
    const { pages, fetchNext } = useFetchPages('/items', {
      environment,
      codec: json<Page>(),
      next: cursor('after', (page) => page.next),
      maxAge: 1e9,
    })
    more = fetchNext
    return () => h('p', pages.value.flatMap(({ items }) => items).join())
  })
  const isShown = ref(true)
  const { container } = render(() => h(KeepAlive, () => (isShown.value ? h(List) : undefined)))
  await respond({ items: [1], next: 1 })
  void more?.()
  await respond({ items: [2], next: null })
  await vi.waitFor(() => expect(container.textContent).toBe('1,2'))
  isShown.value = false
  await vi.waitFor(() => expect(container.textContent).toBe(''))
  isShown.value = true
  await vi.waitFor(() => expect(container.textContent).toBe('1,2'))
  await environment.advance(1000)
  expect(environment.requests).toHaveLength(2)
})
