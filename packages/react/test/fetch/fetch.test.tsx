import { act, fireEvent, render } from '@testing-library/react'
import {
  Component,
  type ReactNode,
  StrictMode,
  Suspense,
  createElement,
  startTransition,
  useEffect,
  useLayoutEffect,
  useState,
} from 'react'
import { createFetch } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import { expect, onTestFinished, test } from 'vitest'
import { type FetchResult, TautlineProvider, useFetch } from '@tautline/react'
import { collected } from '../../../../test/binding-contract/support/driver.ts'
import { fetchPages } from '../../../../test/binding-contract/fetch/page.ts'
import { createResponse } from '../../../../test/binding-contract/fetch/server.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { fetchDriver } from '../support/driver.tsx'
import { lazyNever, lazyUntil } from '../support/suspending.tsx'

const { server, open } = fetchPages(fetchDriver)
failOnConsoleOutput()

interface Props {
  readonly url?: string | null
  readonly options?: AnyFetchOptions
  readonly seen?: (result: FetchResult<unknown, unknown>) => void
  readonly children?: ReactNode
}

function Fetcher({ url = '/status', options = {}, seen, children }: Props) {
  const result = useFetch<unknown, unknown, unknown>(url, options)
  seen?.(result)
  return (
    <>
      {result.status} {String(result.data)}
      {children}
    </>
  )
}

test.each<[string, AnyFetchOptions]>([
  ['GET', {}],
  ['QUERY', { method: 'QUERY', json: { q: 1 } }],
  ['a header function', { headers: async () => ({ 'x-own': 'mine' }) }],
  ['share: false', { share: false }],
  ['a POST that is enabled', { method: 'POST', json: { q: 1 } }],
])(
  '[unmount] StrictMode makes one request, not two, and delivers its response once: %s',
  async (_, request) => {
    const page = open()
    const received: unknown[] = []
    const options = {
      ...request,
      environment: page.environment,
      onMessage: (message: unknown) => received.push(message),
    }
    const { container, unmount } = render(<Fetcher options={options} />, { wrapper: StrictMode })
    expect(container.textContent).toBe('pending undefined')
    await page.respond('once')
    await page.until(() => expect(container.textContent).toBe('success once'))
    await page.advance(60_000)
    expect(received).toEqual(['once'])
    expect(page.requested).toHaveLength(1)
    unmount()
  },
)

test('[unmount] StrictMode sends one request for an effect with execute() and a signal that its cleanup aborts', async () => {
  const page = open()
  const { environment } = page
  function User() {
    const { status, data, execute } = useFetch<string>('/user', { environment, enabled: false })
    useEffect(() => {
      const controller = new AbortController()
      void execute({ signal: controller.signal })
      return () => controller.abort()
    }, [execute])
    return `${status} ${data}`
  }
  const { container, unmount } = render(<User />, { wrapper: StrictMode })
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  expect(page.requested).toEqual(['GET /user'])
  unmount()
})

test('[unmount] StrictMode reduces a cached response once', async () => {
  const page = open()
  await page.mountWithResponse('/status', 'cached', { maxAge: 60_000 })
  const options = { environment: page.environment, maxAge: 60_000, reduce: collected() }
  const { container, unmount } = render(<Fetcher options={options} />, { wrapper: StrictMode })
  await page.settle()
  expect(container.textContent).toBe('success cached')
  expect(page.requested).toHaveLength(1)
  unmount()
})

test('[unmount] unmounting in StrictMode aborts the request', async () => {
  const page = open()
  const { unmount } = render(<Fetcher options={{ environment: page.environment }} />, { wrapper: StrictMode })
  await page.until(() => expect(server.calls).toHaveLength(1))
  unmount()
  await page.until(() => expect(server.call.aborted).toBe(true))
})

test('[unmount] a component that suspends before its first commit sends no request', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <Fetcher options={{ environment: page.environment }}>
        {' '}
        <Later />
      </Fetcher>
    </Suspense>,
  )
  await page.settle()
  expect([container.textContent, page.requested, page.timers]).toEqual(['waiting', [], 0])
  arrive()
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada here'))
  expect(page.requested).toHaveLength(1)
  unmount()
})

test('[url-change] the URL of a discarded render is not requested', async () => {
  const page = open()
  const { environment } = page
  const { Never, requested } = lazyNever()
  let move = (_: string) => {}
  function App() {
    const [name, setName] = useState('first')
    useEffect(() => void (move = setName), [])
    return (
      <Suspense>
        <p>
          <Fetcher url={`/${name}`} options={{ environment }} />
        </p>
        {name === 'never' && <Never />}
      </Suspense>
    )
  }
  const { container, unmount } = render(<App />)
  await page.until(() => expect(server.calls).toHaveLength(1))
  startTransition(() => move('never'))
  await page.until(() => expect(requested()).toBe(true))
  await page.settle()
  await page.respond('reply')
  await page.until(() => expect(container.textContent).toBe('success reply'))
  expect(page.requested).toEqual(['GET /first'])
  act(() => move('second'))
  await page.respond('other')
  await page.until(() => expect(container.textContent).toBe('success other'))
  unmount()
})

test('[url-change] execute() in a layout effect after a change of the URL requests the new URL', async () => {
  const page = open()
  function Save({ id }: { readonly id: number }) {
    const { status, execute } = useFetch(`/users/${id}`, {
      environment: page.environment,
      method: 'PUT',
      enabled: false,
    })
    useLayoutEffect(() => void execute({ json: id }), [id, execute])
    return status
  }
  const { container, rerender, unmount } = render(<Save id={1} />)
  await page.respond('one')
  rerender(<Save id={2} />)
  await page.respond('two')
  await page.until(() => expect(container.textContent).toBe('success'))
  expect(server.calls.map(({ path, body }) => [path, body])).toEqual([
    ['/users/1', '1'],
    ['/users/2', '2'],
  ])
  unmount()
})

/** Makes a render slow, so that React slices it. */
function takeTime(ms: number) {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('two components with the same request never show different data, also in a time-sliced render', async () => {
  const page = open()
  const commits: string[] = []
  let grow = (_: number) => {}
  const committed = (text: string) => {
    commits.push(text)
  }
  const { environment } = page
  const writer = createFetch<string>('/shared', { environment })

  function Data() {
    const { data } = useFetch('/shared', { environment, initialData: 'old', maxAge: 60_000 })
    useLayoutEffect(() => committed(document.body.textContent))
    return <i>{data}</i>
  }
  function Rows({ count }: { readonly count: number }) {
    return Array.from({ length: count }, (_, index) => <Row key={index} index={index} />)
  }
  function Row({ index }: { readonly index: number }) {
    // A change in the middle of a time-sliced render.
    if (index === 250) queueMicrotask(() => writer.mutate('new'))
    takeTime(0.1)
    return <b>{index % 10}</b>
  }
  function App() {
    const [count, setCount] = useState(0)
    useEffect(() => void (grow = setCount), [])
    return (
      <>
        <Data />
        <Rows count={count} />
        <Data />
      </>
    )
  }
  const { container, unmount } = render(<App />)
  await page.settle()
  startTransition(() => grow(500))
  await page.until(() => expect(container.querySelectorAll('b')).toHaveLength(500))
  await page.until(() => expect(container.querySelector('i')?.textContent).toBe('new'))
  const shown = commits.map((text) => text.replaceAll(/\d/g, ''))
  expect(new Set(shown)).toEqual(new Set(['oldold', 'newnew']))
  unmount()
})

/** An environment whose frames run on command. */
function withFrames(environment: NonNullable<AnyFetchOptions['environment']>) {
  const frames: (() => void)[] = []
  return {
    frames,
    environment: { ...environment, requestFrame: (callback: () => void) => void frames.push(callback) },
    draw() {
      for (const frame of frames.splice(0)) frame()
    },
  }
}

test('select: a render of the parent before the frame does not suppress a later change', async () => {
  const page = open()
  const { environment, frames, draw } = withFrames(page.environment)
  const options = { environment, select: (data: unknown) => data, maxAge: 60_000 }
  let rendered = 0
  let again = () => {}
  let result: FetchResult<unknown, unknown> | undefined
  function Parent() {
    const [, setRenders] = useState(0)
    useEffect(() => void (again = () => setRenders((before) => before + 1)), [])
    rendered++
    return <Fetcher options={options} seen={(seen) => (result = seen)} />
  }
  const { container, unmount } = render(<Parent />)
  await page.respond('a')
  act(draw)
  expect(container.textContent).toBe('success a')
  const promise = result?.refetch()
  await page.respond('b')
  await promise
  expect(frames).toHaveLength(1)
  act(() => again())
  expect([container.textContent, rendered]).toEqual(['success b', 2])
  act(() => void result?.mutate('a'))
  act(draw)
  expect(container.textContent).toBe('success a')
  unmount()
})

test('data that only a discarded render has read is still rendered', async () => {
  const page = open()
  const { environment, frames, draw } = withFrames(page.environment)
  const options = { environment, select: (data: unknown) => data }
  const { Never, requested } = lazyNever()
  let leave = (_: boolean) => {}
  let renders = 0
  let refetch = async (): Promise<unknown> => undefined
  function App() {
    const [left, setLeft] = useState(false)
    useEffect(() => void (leave = setLeft), [])
    const seen = (result: FetchResult<unknown, unknown>) => {
      renders++
      refetch = result.refetch
    }
    return (
      <Suspense>
        <p>
          <Fetcher options={options} seen={seen} />
        </p>
        {left && <Never />}
      </Suspense>
    )
  }
  const { container, unmount } = render(<App />)
  await page.respond('a')
  act(draw)
  const promise = refetch()
  await page.respond('b')
  await promise
  expect(frames).toHaveLength(1)
  const before = renders
  startTransition(() => leave(true))
  await page.until(() => expect(requested()).toBe(true))
  await page.settle()
  expect(renders).toBeGreaterThan(before)
  expect(container.textContent).toBe('success a')
  act(draw)
  await page.until(() => expect(container.textContent).toBe('success b'))
  unmount()
})

test('a result has every field of the snapshot and the commands, and can be spread', async () => {
  const page = open()
  const results: object[] = []
  const seen = (result: object) => void results.push({ ...result })
  const { unmount } = render(
    <Fetcher options={{ environment: page.environment, enabled: false }} seen={seen} />,
  )
  expect(
    Object.keys(results[0] ?? {})
      .toSorted()
      .join(' '),
  ).toBe(
    'abort attempt data error execute failure isFetching mutate progress refetch reset response retryAt staleAt status waitingFor',
  )
  expect(results[0]).toMatchObject({ status: 'idle', isFetching: false, attempt: 0 })
  unmount()
})

test('a provider sets defaults for its subtree; `fetch` overrides the common ones, an inner provider and a hook override both', async () => {
  const page = open()
  server.refuse()
  const { environment } = page
  const notified: string[] = []
  const recordError = (who: string) => () => void notified.push(who)
  const common = { environment, retry: { limit: 9 }, onError: recordError('outer') }
  const { unmount } = render(
    <TautlineProvider options={{ ...common, fetch: { retry: false, headers: { 'x-from': 'outer' } } }}>
      <Fetcher url="/outer" />
      <TautlineProvider options={{ onError: recordError('inner') }}>
        <Fetcher url="/inner" />
        <Fetcher url="/hook" options={{ onError: recordError('hook'), headers: { 'x-from': 'hook' } }} />
      </TautlineProvider>
    </TautlineProvider>,
  )
  await page.until(() => expect(notified.toSorted()).toEqual(['hook', 'inner', 'outer']))
  const from = server.calls.map(({ path, headers }) => `${path} ${headers.get('x-from')}`)
  expect(from.toSorted()).toEqual(['/hook hook', '/inner outer', '/outer outer'])
  unmount()
})

test('new provider options in every render send no request', async () => {
  const page = open()
  const app = () => (
    <TautlineProvider options={{ environment: page.environment, fetch: { headers: { 'x-own': 'mine' } } }}>
      <Fetcher />
    </TautlineProvider>
  )
  const { container, rerender, unmount } = render(app())
  await page.respond('Ada')
  rerender(app())
  await page.advance(60_000)
  expect(container.textContent).toBe('success Ada')
  expect(page.requested).toHaveLength(1)
  unmount()
})

interface Caught {
  readonly error: Error | undefined
}

/** Shows the error and a button that resets the boundary. */
class Boundary extends Component<{ readonly children: ReactNode }, Caught> {
  override state: Caught = { error: undefined }
  static getDerivedStateFromError(error: Error): Caught {
    return { error }
  }
  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return <button onClick={() => this.setState({ error: undefined })}>{error.message}</button>
  }
}

/** Stops jsdom from printing errors that a boundary catches. */
function ignoreCaught() {
  const ignore = (event: ErrorEvent) => event.preventDefault()
  addEventListener('error', ignore)
  onTestFinished(() => removeEventListener('error', ignore))
}

test('[fetch-errors] throwOnError passes the error to the nearest boundary, and its reset sends the request again', async () => {
  const page = open()
  ignoreCaught()
  server.onCall = () => createResponse({ title: 'Down' }, { status: 500 })
  const options = { environment: page.environment, throwOnError: true, retry: false } as const
  const { container, unmount } = render(
    <Boundary>
      <Fetcher options={options} />
    </Boundary>,
  )
  await page.until(() => expect(container.textContent).toContain('500'))
  expect(page.requested).toHaveLength(1)
  fireEvent.click(container.querySelector('button') ?? container)
  expect(container.textContent).toBe('pending undefined')
  await page.until(() => expect(container.textContent).toContain('500'))
  server.accept()
  fireEvent.click(container.querySelector('button') ?? container)
  await page.respond('up')
  await page.until(() => expect(container.textContent).toBe('success up'))
  expect(page.requested).toHaveLength(3)
  unmount()
})

test('[fetch-errors] throwOnError passes a failed refetch to the boundary, and its reset shows cached data during the request', async () => {
  const page = open()
  ignoreCaught()
  const options = { environment: page.environment, throwOnError: true, retry: false } as const
  let refetch = async (): Promise<unknown> => undefined
  const { container, unmount } = render(
    <Boundary>
      <Fetcher options={options} seen={(result) => (refetch = result.refetch)} />
    </Boundary>,
  )
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  server.refuse()
  void refetch()
  await page.until(() => expect(container.textContent).toContain('503'))
  server.accept()
  fireEvent.click(container.querySelector('button') ?? container)
  expect(container.textContent).toBe('success Ada')
  await page.respond('Eve')
  await page.until(() => expect(container.textContent).toBe('success Eve'))
  unmount()
})

test('[fetch-errors] throwOnError does not pass an abort to the boundary', async () => {
  const page = open()
  let abort = () => {}
  const options = { environment: page.environment, throwOnError: true }
  const { container, unmount } = render(
    <Boundary>
      <Fetcher options={options} seen={(result) => (abort = result.abort)} />
    </Boundary>,
  )
  await page.until(() => expect(server.calls).toHaveLength(1))
  abort()
  await page.until(() => expect(container.textContent).toBe('idle undefined'))
  unmount()
})

test('a wrong option reaches the nearest error boundary, on the first render and on a later one', async () => {
  const page = open()
  ignoreCaught()
  const right = { environment: page.environment }
  const wrong = { ...right, body: 'GET has none' }
  const app = (options: AnyFetchOptions) => (
    <Boundary>
      <Fetcher options={options} />
    </Boundary>
  )
  expect(render(app(wrong)).container.textContent).toContain('Option body')
  const later = render(app(right))
  await page.until(() => expect(server.calls).toHaveLength(1))
  later.rerender(app(wrong))
  expect(later.container.textContent).toContain('Option body')
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(page.requested).toHaveLength(1)
})

test('a form shows the error of a write that its event handler does not await, without an unhandled rejection', async () => {
  const page = open()
  const { environment } = page
  const unhandled: unknown[] = []
  const record = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', record)
  onTestFinished(() => void process.off('unhandledRejection', record))
  function User() {
    const user = useFetch<{ name: string }>('/user', { environment })
    const save = useFetch<{ name: string }>('/user', {
      environment,
      method: 'PUT',
      enabled: false,
      retry: false,
    })
    const rename = (name: string) => {
      const saved = save.execute({ json: { name } })
      user.mutate({ name }, { rollback: saved })
    }
    return (
      <button onClick={() => rename('Eve')} disabled={save.status === 'pending'}>
        {`${user.data?.name} ${save.error?.message ?? ''}`}
      </button>
    )
  }
  const { container, unmount } = render(<User />)
  await page.respond({ name: 'Ada' })
  const button = container.querySelector('button')
  await page.until(() => expect(button?.textContent).toBe('Ada '))
  fireEvent.click(button ?? container)
  await page.until(() => expect(button?.textContent).toBe('Eve '))
  expect(button?.disabled).toBe(true)
  await page.respond(
    { title: 'Too short' },
    { status: 422, headers: { 'content-type': 'application/problem+json' } },
  )
  await page.until(() => expect(button?.textContent).toBe('Ada The server responded with 422'))
  expect(button?.disabled).toBe(false)
  fireEvent.click(button ?? container)
  await page.respond({ name: 'Eve' })
  await page.respond({ name: 'Eve' })
  await page.until(() => expect(button?.textContent).toBe('Eve '))
  await new Promise((resolve) => setTimeout(resolve))
  expect(unhandled).toEqual([])
  expect(page.requested).toEqual(['GET /user', 'PUT /user', 'PUT /user', 'GET /user'])
  unmount()
})

test('commands can be event handlers, and ignore the event', async () => {
  const page = open()
  const { environment } = page
  function Buttons() {
    const { status, execute, abort } = useFetch('/user', { environment, enabled: false })
    return (
      <>
        {createElement('button', { onClick: execute, onKeyDown: execute }, status)}
        <i onClick={abort} />
      </>
    )
  }
  const { container, unmount } = render(<Buttons />)
  const button = container.querySelector('button') ?? container
  for (const fire of [() => fireEvent.click(button), () => fireEvent.keyDown(button, { key: 'Enter' })]) {
    fire()
    await page.until(() => expect(server.unfinished).toEqual(['GET /user']))
    fireEvent.click(container.querySelector('i') ?? container)
    await page.until(() => expect(server.unfinished).toEqual([]))
  }
  fireEvent.keyDown(button, { key: 'Enter' })
  await page.respond('Ada', { headers: { 'cache-control': 'max-age=60' } })
  await page.until(() => expect(button.textContent).toBe('success'))
  expect(page.mount('/user').shown.data).toBe('Ada')
  unmount()
})

test('[unmount] a component with a new React key starts again and uses the request of the unmounted one', async () => {
  const page = open()
  const options = { environment: page.environment }
  const { container, rerender, unmount } = render(<Fetcher key="1" options={options} />)
  await page.until(() => expect(server.calls).toHaveLength(1))
  rerender(<Fetcher key="2" options={options} />)
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  expect(page.requested).toHaveLength(1)
  unmount()
})

test('[selected-data] an inline select that creates an object, and an effect on data: one effect for a response', async () => {
  const page = open()
  const { environment } = page
  let effectCount = 0
  function Effects() {
    const [count, setCount] = useState(0)
    const { data } = useFetch<{ name: string }, { name: string }>('/user', {
      environment,
      select: ({ name }) => ({ name }),
    })
    useEffect(() => {
      if (++effectCount < 20) queueMicrotask(() => setCount((before) => before + 1))
    }, [data])
    return `${data?.name} ${count}`
  }
  const { container, unmount } = render(<Effects />)
  await page.respond({ name: 'Ada' })
  await page.until(() => expect(container.textContent).toBe('Ada 2'))
  await page.settle()
  expect(effectCount).toBe(2)
  unmount()
})

test('[initial-data] a null URL with an inline initialData, and an effect on data: no loop', async () => {
  const page = open()
  const { environment } = page
  let renderCount = 0
  function List() {
    const [, setCount] = useState(0)
    const { data } = useFetch<number[]>(null, { environment, initialData: [] })
    useEffect(() => queueMicrotask(() => renderCount < 20 && setCount((before) => before + 1)), [data])
    return `${++renderCount && data.length}`
  }
  const { unmount } = render(<List />)
  await page.settle()
  expect(renderCount).toBeLessThan(5)
  unmount()
})

test.each(['in the handler', 'after an await'])(
  '[execute-then-render] setQuery(x) and execute() %s send a request for x, and its promise resolves',
  async (when) => {
    const page = open()
    const { environment } = page
    let found: unknown
    function Search() {
      const [q, setQuery] = useState('')
      const { execute } = useFetch<string>('/users', { environment, enabled: false, query: { q } })
      const search = async () => {
        if (when === 'after an await') await Promise.resolve()
        setQuery('x')
        found = await execute()
      }
      return <button onClick={() => void search()} />
    }
    const { container, unmount } = render(<Search />)
    const button = container.querySelector('button')
    if (button) fireEvent.click(button)
    await page.until(() => expect(page.requested.at(-1)).toBe('GET /users?q=x'))
    await page.respond('found')
    await page.until(() => expect(found).toBe('found'))
    unmount()
  },
)
