import { render } from '@testing-library/vue'
import { describe, expect, test, vi } from 'vitest'
import {
  KeepAlive,
  computed,
  defineComponent,
  effectScope,
  h,
  nextTick,
  onErrorCaptured,
  reactive,
  ref,
} from 'vue'
import { isTautlineError } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { useFetches } from '@tautline/vue'

type TestEnvironment = ReturnType<typeof createTestEnvironment>

/** A server that responds to every request with its path. */
function createServer(environment: TestEnvironment) {
  let count = 0
  return async (status = 200) => {
    await environment.advance(0)
    const paths: string[] = []
    for (; count < environment.requests.length; count++) {
      const request = environment.requests[count]
      if (!request || request.aborted) continue
      const { pathname } = new URL(request.url)
      paths.push(pathname)
      request.respond({ status, headers: { 'content-type': 'text/plain' } })
      request.write(pathname)
      request.end()
    }
    await environment.advance(100)
    await nextTick()
    return paths
  }
}

describe('[fetches] in Vue', () => {
  test('a list in KeepAlive aborts its requests, and sends them when it comes back', async () => {
    const environment = createTestEnvironment()
    const respond = createServer(environment)
    const List = defineComponent(() => {
      const results = useFetches([
        { url: '/a', environment },
        { url: '/b', environment },
      ])
      return () => h('p', results.value.map(({ data }) => data).join())
    })
    const isShown = ref(true)
    const { container } = render(() => h(KeepAlive, () => (isShown.value ? h(List) : undefined)))
    await environment.advance(0)
    isShown.value = false
    await nextTick()
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, true])
    isShown.value = true
    await nextTick()
    expect(await respond()).toEqual(['/a', '/b'])
    expect(container.textContent).toBe('/a,/b')
  })

  test('follows a reactive array, and URLs and options that are refs and getters', async () => {
    const environment = createTestEnvironment()
    const respond = createServer(environment)
    const scope = effectScope()
    const id = ref(1)
    const list: { url: string; environment: TestEnvironment }[] = reactive([{ url: '/a', environment }])
    const [changing, fixed] = [
      scope.run(() => useFetches(list)),
      scope.run(() =>
        useFetches([
          { url: () => `/users/${id.value}`, environment, enabled: computed(() => id.value > 0) },
          { url: '/b', environment },
        ]),
      ),
    ]
    expect(await respond()).toEqual(['/a', '/users/1', '/b'])
    list.push({ url: '/c', environment })
    list.splice(0, 1)
    id.value = 2
    expect(changing?.value.map(({ data }) => data)).toEqual([undefined])
    expect(await respond()).toEqual(['/c', '/users/2'])
    expect(changing?.value.map(({ data }) => data)).toEqual(['/c'])
    expect(fixed?.value.map(({ data }) => data)).toEqual(['/users/2', '/b'])
    id.value = 0
    expect(fixed?.value.map(({ status }) => status)).toEqual(['idle', 'success'])
    scope.stop()
    await environment.advance(0)
    expect(environment.timers).toBe(0)
  })

  test('a result is the same object while its request stays in the list, and its fields are values', async () => {
    const environment = createTestEnvironment()
    const respond = createServer(environment)
    const scope = effectScope()
    const urls = ref(['/a', '/b'])
    const results = scope.run(() => useFetches(() => urls.value.map((url) => ({ url, environment }))))
    await respond()
    const first = results?.value[0]
    urls.value = ['/b', '/a']
    expect(results?.value[1]).toBe(first)
    const { data, isFetching, refetch } = { ...first }
    expect({ data, isFetching }).toEqual({ data: '/a', isFetching: false })
    const promise = refetch?.()
    expect(first?.isFetching).toBe(true)
    await respond()
    expect(await promise).toBe('/a')
    scope.stop()
  })

  test('a change of one result updates only what reads it', async () => {
    const environment = createTestEnvironment()
    const respond = createServer(environment)
    const scope = effectScope()
    const results = scope.run(() =>
      useFetches([
        { url: '/a', environment },
        { url: '/b', environment },
      ]),
    )
    await respond()
    const reads = { a: 0, b: 0 }
    const a = computed(() => [reads.a++, results?.value[0]?.data])
    const b = computed(() => [reads.b++, results?.value[1]?.data])
    expect([a.value, b.value]).toEqual([
      [0, '/a'],
      [0, '/b'],
    ])
    results?.value[0]?.mutate('changed')
    expect([a.value[1], b.value[1]]).toEqual(['changed', '/b'])
    expect(reads).toEqual({ a: 2, b: 1 })
    scope.stop()
  })

  test('throwOnError of one request reaches onErrorCaptured', async () => {
    const environment = createTestEnvironment()
    const respond = createServer(environment)
    const errors: unknown[] = []
    const List = defineComponent(() => {
      const results = useFetches([
        { url: '/a', environment, retry: false },
        { url: '/b', environment, retry: false, throwOnError: true },
      ])
      return () => results.value.map(({ status }) => status).join()
    })
    const Parent = defineComponent(() => {
      onErrorCaptured((error) => {
        errors.push(error)
        return false
      })
      return () => h(List)
    })
    const { container } = render(Parent)
    await respond(404)
    await vi.waitFor(() => expect(container.textContent).toBe('error,error'))
    expect(errors).toEqual([expect.toSatisfy((error) => isTautlineError(error) && error.code === 'http')])
  })

  test('execute before mounting shows its response, and sends nothing again', async () => {
    const environment = createTestEnvironment()
    const respond = createServer(environment)
    const List = defineComponent(() => {
      const results = useFetches([{ url: '/a', environment }])
      void results.value[0]?.execute()
      return () => String(results.value[0]?.data)
    })
    const { container } = render(List)
    expect(await respond()).toEqual(['/a'])
    expect(container.textContent).toBe('/a')
    expect(environment.requests).toHaveLength(1)
  })
})
