import { act, fireEvent, render } from '@testing-library/react'
import { Component, StrictMode, Suspense, startTransition, useState } from 'react'
import type { ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { createFetch, createFetchCache, isTautlineError, json } from '@tautline/core'
import { expect, test } from 'vitest'
import { type SuspenseFetchOptions, TautlineProvider, useSuspenseFetch } from '@tautline/react'
import { type FetchPage, fetchPages } from '../../../../test/binding-contract/fetch/page.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { fetchDriver } from '../support/driver.tsx'

const { server, open } = fetchPages(fetchDriver)
failOnConsoleOutput()

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  static getDerivedStateFromError = (error: unknown) => ({ error })
  override state: { readonly error?: unknown } = {}
  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    const text = isTautlineError(error, 'bad-option')
      ? error.option
      : error instanceof Error
        ? error.message
        : ''
    return <button onClick={() => this.setState({ error: undefined })}>{`failed ${text}`}</button>
  }
}

type Options = SuspenseFetchOptions<string>

let renders: string[] = []

function Shown({ url, options }: { readonly url: string; readonly options: Options }) {
  const { status, data, error, isFetching } = useSuspenseFetch<string>(url, options)
  const text = `${status} ${data}${error ? ' with error' : ''}${isFetching ? ' …' : ''}`
  renders.push(text)
  return <b>{text}</b>
}

function mountOn({ environment }: FetchPage, url: string, given: Options = {}, wrapper?: typeof StrictMode) {
  renders = []
  const onCaughtError = () => {}
  const app = (nextUrl: string, options: Options) => (
    <Boundary>
      <Suspense fallback="waiting">
        <Shown url={nextUrl} options={{ environment, ...options }} />
      </Suspense>
    </Boundary>
  )
  const settings = wrapper ? { wrapper, onCaughtError } : { onCaughtError }
  const { container, rerender, unmount } = render(app(url, given), settings)
  return {
    container,
    unmount,
    get html() {
      return container.textContent
    },
    rerender: (nextUrl: string, options: Options = given) => rerender(app(nextUrl, options)),
  }
}

test('[suspense] suspends until the response, which is not requested again when the component mounts', async () => {
  const page = open()
  const one = mountOn(page, '/user')
  expect(one.html).toBe('waiting')
  await act(() => page.respond('Ada'))
  await page.until(() => expect(one.html).toBe('success Ada'))
  await act(() => page.advance(60_000))
  expect(page.requested).toEqual(['GET /user'])
  expect(renders.every((text) => text === 'success Ada')).toBe(true)
  one.unmount()
})

test('[suspense] the same in StrictMode, without headers for caches and with no-store', async () => {
  for (const value of ['', 'no-store', 'max-age=60', 'no-cache']) {
    const page = open()
    const one = mountOn(page, '/user', { staleWhileRevalidate: 0 }, StrictMode)
    expect(one.html).toBe('waiting')
    await act(() => page.respond('Ada', value ? { headers: { 'cache-control': value } } : {}))
    await page.until(() => expect(one.html).toBe('success Ada'))
    await act(() => page.advance(1000))
    expect(page.requested, value).toEqual(['GET /user'])
    one.unmount()
    await page.end()
  }
})

test('[suspense] a cached response is shown at once, and its revalidation does not suspend', async () => {
  const page = open()
  const { environment } = page
  const request = createFetch<string>('/user', { environment }).execute()
  await page.respond('Ada')
  await request
  const one = mountOn(page, '/user')
  expect(one.html).toBe('success Ada …')
  await act(() => page.respond('Eve'))
  await page.until(() => expect(one.html).toBe('success Eve'))
  expect(renders).not.toContain('waiting')
  one.unmount()
})

test('[suspense] an error without data is thrown, and the error boundary can try again', async () => {
  const page = open()
  server.refuse()
  const one = mountOn(page, '/user', { retry: false })
  await page.until(() => expect(one.html).toMatch(/^failed The /))
  expect(page.requested).toHaveLength(1)
  server.accept()
  await act(() => page.settle())
  fireEvent.click(one.container.firstElementChild as Element)
  expect(one.html).toBe('waiting')
  await act(() => page.respond('Ada'))
  await page.until(() => expect(one.html).toBe('success Ada'))
  expect(page.requested).toHaveLength(2)
  one.unmount()
})

test('[suspense] a response that the codec cannot decode is thrown, and requested again', async () => {
  const page = open()
  const one = mountOn(page, '/user', { codec: json<string>(), retry: false })
  await act(() => page.respond('{', { headers: { 'content-type': 'application/json' } }))
  await page.until(() => expect(one.html).toMatch(/^failed The /))
  await act(() => page.settle())
  fireEvent.click(one.container.firstElementChild as Element)
  await act(() => page.respond('"Ada"', { headers: { 'content-type': 'application/json' } }))
  await page.until(() => expect(one.html).toBe('success Ada'))
  one.unmount()
})

test('[suspense] components with the same request suspend on one request, each in its own boundary', async () => {
  const page = open()
  const { environment } = page
  const app = (
    <>
      {[1, 2, 3].map((id) => (
        <Suspense key={id} fallback="waiting ">
          <Shown url="/user" options={{ environment }} />
        </Suspense>
      ))}
    </>
  )
  const { container, unmount } = render(app)
  expect(container.textContent).toBe('waiting waiting waiting ')
  await act(() => page.respond('Ada'))
  await page.until(() => expect(container.textContent).toBe('success Ada'.repeat(3)))
  expect(page.requested).toHaveLength(1)
  unmount()
})

test('[suspense] two requests in one component, of which the second is slow, are sent once each', async () => {
  const page = open()
  const { environment } = page
  function Both() {
    const a = useSuspenseFetch<string>('/a', { environment })
    const b = useSuspenseFetch<string>('/b', { environment })
    return `${a.data} ${b.data}`
  }
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <Both />
    </Suspense>,
  )
  await act(() => page.respond('A', { headers: { 'cache-control': 'no-store' } }))
  await page.until(() => expect(server.calls).toHaveLength(2))
  await act(() => page.advance(20_000))
  await act(() => page.respond('B', { headers: { 'cache-control': 'no-store' } }))
  await page.until(() => expect(container.textContent).toBe('A B'))
  expect(page.requested).toEqual(['GET /a', 'GET /b'])
  unmount()
})

test('[suspense] another URL suspends again; not with keepPreviousData, and not in a transition', async () => {
  const page = open()
  const one = mountOn(page, '/1')
  await act(() => page.respond('one'))
  await page.until(() => expect(one.html).toBe('success one'))
  one.rerender('/2')
  // React hides what was shown, and leaves it in the document.
  expect(one.html).toContain('waiting')
  await act(() => page.respond('two'))
  await page.until(() => expect(one.html).toBe('success two'))
  one.rerender('/3', { keepPreviousData: true })
  expect(one.html).toBe('pending two …')
  await act(() => page.respond('three'))
  await page.until(() => expect(one.html).toBe('success three'))
  await act(async () => startTransition(() => one.rerender('/4')))
  expect(one.html).toBe('success three')
  await act(() => page.respond('four'))
  await page.until(() => expect(one.html).toBe('success four'))
  await act(() => page.advance(20_000))
  expect(page.requested).toEqual(['GET /1', 'GET /2', 'GET /3', 'GET /4'])
  one.unmount()
})

test('[suspense] a component that unmounts while it suspends leaves nothing running', async () => {
  const page = open()
  const one = mountOn(page, '/user')
  await page.until(() => expect(server.calls).toHaveLength(1))
  one.unmount()
  await page.respond('Ada', { headers: { 'cache-control': 'no-store' } })
  await page.advance(10_000)
  expect(page.timers).toBe(0)
})

test('[suspense] a refetch shows the data meanwhile; if it fails, `error` has the reason unless throwOnError is set', async () => {
  const page = open()
  const { environment } = page
  const refetches: (() => Promise<string>)[] = []
  function User({ throwOnError }: { readonly throwOnError: boolean }) {
    const user = useSuspenseFetch<string>('/user', { environment, retry: false, throwOnError })
    refetches.push(user.refetch)
    return `${user.status} ${user.data} ${user.error?.code}`
  }
  const app = (throwOnError: boolean) => (
    <Boundary>
      <Suspense fallback="waiting">
        <User throwOnError={throwOnError} />
      </Suspense>
    </Boundary>
  )
  const { container, rerender, unmount } = render(app(false), { onCaughtError: () => {} })
  await act(() => page.respond('Ada'))
  await page.until(() => expect(container.textContent).toBe('success Ada undefined'))
  await act(async () => void refetches.at(-1)?.())
  expect(container.textContent).toBe('success Ada undefined')
  await act(() => page.respond('no', { status: 404 }))
  await page.until(() => expect(container.textContent).toBe('error Ada http'))
  rerender(app(true))
  await page.until(() => expect(container.textContent).toMatch(/^failed/))
  expect(page.requested).toHaveLength(2)
  unmount()
})

test('[suspense] options with which a later render could not find the request are an error', async () => {
  const page = open()
  const cases: readonly (readonly [string, Options])[] = [
    ['key', { headers: () => ({ 'x-one': '1' }) }],
    ['method', { method: 'POST' }],
    ['share', { share: false } as Options],
    ['body', { method: 'QUERY', body: new FormData() }],
  ]
  for (const [option, options] of cases) {
    const one = mountOn(page, '/user', options)
    await page.until(() => expect(one.html).toBe(`failed ${option}`))
    one.unmount()
  }
  const none = mountOn(page, '')
  await page.until(() => expect(none.html).toContain('has no URL'))
  none.unmount()
  expect(page.requested).toEqual([])
})

test('[suspense] a response with `Vary: *` is shown by the components that wait for it', async () => {
  const page = open()
  const { environment } = page
  const headers = { vary: '*' }
  const app = (
    <StrictMode>
      <Suspense fallback="waiting">
        <Shown url="/user" options={{ environment }} />
        <Shown url="/user" options={{ environment }} />
      </Suspense>
    </StrictMode>
  )
  const { container, rerender, unmount } = render(app)
  await act(() => page.respond('Ada', { headers }))
  await page.until(() => expect(container.textContent).toBe('success Adasuccess Ada'))
  await act(() => page.advance(20_000))
  rerender(<StrictMode />)
  rerender(app)
  await act(() => page.respond('Eve', { headers }))
  await page.until(() => expect(container.textContent).toBe('success Evesuccess Eve'))
  await act(() => page.advance(20_000))
  expect(page.requested).toHaveLength(2)
  unmount()
})

test('[suspense] after clear() of the cache, no other component gets a response from before', async () => {
  const page = open()
  const cache = createFetchCache()
  for (const value of ['max-age=60', 'no-store']) {
    const one = mountOn(page, `/user?${value}`, { cache })
    await act(() => page.respond('Ada', { headers: { 'cache-control': value } }))
    await page.until(() => expect(one.html).toBe('success Ada'))
    cache.clear()
    const other = mountOn(page, `/user?${value}`, { cache })
    expect(other.html).toBe('waiting')
    cache.clear()
    await act(() => page.respond('Ada', { headers: { 'cache-control': value } }))
    await act(() => page.settle())
    expect(other.html).toBe('waiting')
    await act(() => page.respond('Eve', { headers: { 'cache-control': value } }))
    await page.until(() => expect(other.html).toBe('success Eve'))
    expect(one.html).toBe('success Ada')
    one.unmount()
    other.unmount()
    await page.advance(20_000)
  }
  expect(page.requested).toHaveLength(6)
})

test('[suspense] a response that varies by one of `ignoreHeaders` is an error', async () => {
  const page = open()
  const one = mountOn(page, '/user', { headers: { 'x-tenant': '1' }, ignoreHeaders: ['X-Tenant'] })
  await act(() => page.respond('Ada', { headers: { vary: 'x-tenant' } }))
  await page.until(() => expect(one.html).toBe('failed ignoreHeaders'))
  one.unmount()
})

test('[suspense] with a key, and with a headers function of the provider, functions may be used', async () => {
  const page = open()
  const { environment } = page
  const keyed = mountOn(page, '/user', { key: 'ada', headers: () => ({ authorization: 'Bearer a' }) })
  await act(() => page.respond('Ada'))
  await page.until(() => expect(keyed.html).toBe('success Ada'))
  keyed.unmount()
  const fetch = { headers: async () => ({ authorization: 'Bearer b' }) }
  const { container, unmount } = render(
    <TautlineProvider options={{ environment, enabled: false, fetch }}>
      <Suspense fallback="waiting">
        <Shown url="/user" options={{}} />
      </Suspense>
    </TautlineProvider>,
  )
  expect(container.textContent).toBe('waiting')
  await act(() => page.respond('Eve'))
  await page.until(() => expect(container.textContent).toBe('success Eve'))
  expect(page.requested).toHaveLength(2)
  unmount()
})

test('[suspense] hydrates with initialData or a cached response, and sends nothing', async () => {
  const page = open()
  const { environment } = page
  const cache = createFetchCache()
  const request = createFetch<string>('/cached', { environment, cache, maxAge: 60_000 }).execute()
  await page.respond('Ada')
  await request
  const cases: readonly (readonly [string, Options])[] = [
    ['/given', { initialData: 'Ada', maxAge: 60_000, environment }],
    ['/cached', { cache, maxAge: 60_000, environment }],
  ]
  for (const [url, options] of cases) {
    const container = document.createElement('div')
    container.innerHTML = '<!--$--><b>success Ada</b><!--/$-->'
    const node = container.querySelector('b')
    const mismatches: unknown[] = []
    const app = (
      <Suspense fallback="waiting">
        <Shown url={url} options={options} />
      </Suspense>
    )
    const root = await act(async () =>
      hydrateRoot(container, app, { onRecoverableError: (error) => mismatches.push(error) }),
    )
    await act(() => page.settle())
    expect(container.textContent, url).toBe('success Ada')
    expect(container.querySelector('b')).toBe(node)
    expect(mismatches).toEqual([])
    act(() => root.unmount())
  }
  expect(page.requested).toHaveLength(1)
})

test('[suspense] a write that makes the awaited response stale requests it again without suspending', async () => {
  const page = open()
  const { environment } = page
  const one = mountOn(page, '/users')
  await act(() => page.respond('two users'))
  await page.until(() => expect(one.html).toBe('success two users'))
  const write = createFetch('/users', { environment, method: 'POST' }).execute()
  await act(() => page.respond('done'))
  await write
  await act(() => page.respond('three users'))
  await page.until(() => expect(one.html).toBe('success three users'))
  expect(page.requested).toEqual(['GET /users', 'POST /users', 'GET /users'])
  one.unmount()
})

test('[suspense] state above the boundary can change while it suspends', async () => {
  const page = open()
  const { environment } = page
  function App() {
    const [count, setCount] = useState(0)
    return (
      <>
        <button onClick={() => setCount(count + 1)}>{count}</button>
        <Suspense fallback="waiting">
          <Shown url="/user" options={{ environment }} />
        </Suspense>
      </>
    )
  }
  const { container, unmount } = render(<App />)
  fireEvent.click(container.querySelector('button') as Element)
  fireEvent.click(container.querySelector('button') as Element)
  await act(() => page.respond('Ada'))
  await page.until(() => expect(container.textContent).toBe('2success Ada'))
  expect(page.requested).toHaveLength(1)
  unmount()
})
