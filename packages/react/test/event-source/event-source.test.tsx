import { act, render } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, Suspense, startTransition, useEffect, useState } from 'react'
import { concat, json, text } from '@tautline/core'
import type { EventSourceOptions } from '@tautline/core/event-source'
import { expect, test } from 'vitest'
import { type EventSourceResult, TautlineProvider, useEventSource } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { streamPages } from '../../../../test/binding-contract/support/pages.ts'
import { streamDriver } from '../support/driver.tsx'
import { lazyNever, lazyUntil } from '../support/suspending.tsx'

const { server, open } = streamPages(streamDriver)
failOnConsoleOutput()

type Options = EventSourceOptions<unknown, undefined, unknown, unknown>
type Result = EventSourceResult<unknown>

interface Props {
  readonly options?: Options
  readonly seen?: (result: Result) => void
  readonly children?: ReactNode
}

function Connection({ options = {}, seen, children }: Props) {
  const result = useEventSource<unknown, undefined, unknown, unknown>('/status', options)
  seen?.(result)
  return (
    <>
      {result.status} {children}
    </>
  )
}

test.each([
  ['GET', {}],
  ['POST', { method: 'POST', body: { prompt: 'hello' } }],
])(
  '[unmount] StrictMode makes one request, not two, and delivers each message once: %s',
  async (_, request) => {
    const page = open()
    const received: unknown[] = []
    const { environment } = page
    const options = {
      ...request,
      environment,
      closeDelay: 0,
      onMessage: (message: unknown) => received.push(message),
    }
    const { container, unmount } = render(<Connection options={options} />, { wrapper: StrictMode })
    await page.until(() => expect(container.textContent).toContain('open'))
    server.call.send('once')
    await page.until(() => expect(received).toEqual(['once']))
    await page.advance(60_000)
    expect(server.calls).toHaveLength(1)
    unmount()
    await page.until(() => expect(server.call.aborted).toBe(true))
  },
)

test('[unmount] a component that suspends before its first commit sends no request', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const options = { environment: page.environment, method: 'POST' }
  const app = (
    <Suspense fallback="waiting">
      <Connection options={options}>
        <Later />
      </Connection>
    </Suspense>
  )
  const { container, unmount } = render(app)
  await page.settle()
  expect(container.textContent).toBe('waiting')
  expect(server.calls).toEqual([])
  expect(page.timers).toBe(0)
  arrive()
  await page.until(() => expect(container.textContent).toBe('open here'))
  expect(server.calls).toHaveLength(1)
  unmount()
})

test('[token-stream] a component that suspends again later keeps its stream and then shows the new messages', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const { environment } = page
  let more = (_: boolean) => {}
  function Completion() {
    const [suspends, setSuspends] = useState(false)
    useEffect(() => void (more = setSuspends), [])
    const { data } = useEventSource('/suspense', { environment, reduce: concat() })
    return (
      <>
        {data} {suspends && <Later />}
      </>
    )
  }
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <Completion />
    </Suspense>,
  )
  await page.until(() => expect(server.calls).toHaveLength(1))
  await page.settle()
  act(() => more(true))
  expect(container.textContent).toContain('waiting')
  server.call.send('mean', 'while')
  await page.settle()
  arrive()
  await page.until(() => expect(container.textContent).toBe('meanwhile here'))
  expect(server.calls).toHaveLength(1)
  expect(server.call.aborted).toBe(false)
  unmount()
})

test('[token-stream] the prompt of a discarded render is not sent', async () => {
  const page = open()
  const { environment } = page
  const { Never, requested } = lazyNever()
  let changePrompt = (_: string) => {}
  function Completion({ prompt }: { readonly prompt: string }) {
    const { data = 'nothing' } = useEventSource('/chat', { environment, method: 'POST', body: { prompt } })
    return `${prompt}: ${data}`
  }
  function App() {
    const [prompt, setPrompt] = useState('first')
    useEffect(() => void (changePrompt = setPrompt), [])
    return (
      <Suspense>
        <p>
          <Completion prompt={prompt} />
        </p>
        {prompt === 'never' && <Never />}
      </Suspense>
    )
  }
  const { container, unmount } = render(<App />)
  await page.until(() => expect(server.calls).toHaveLength(1))
  startTransition(() => changePrompt('never'))
  await page.until(() => expect(requested()).toBe(true))
  await page.settle()
  server.call.send('reply')
  await page.until(() => expect(container.textContent).toBe('first: reply'))
  expect(server.calls).toHaveLength(1)
  act(() => changePrompt('second'))
  await page.until(() => expect(server.calls.map(({ body }) => body)).toContain('{"prompt":"second"}'))
  expect(container.textContent).toBe('second: nothing')
  unmount()
})

test('a result has every field of the snapshot, can be spread, and its commands keep their identity', async () => {
  const page = open()
  const results: Result[] = []
  const subject = () => (
    <Connection
      options={{ environment: page.environment, headers: { own: 'x' }, onMessage: () => {} }}
      seen={(result) => results.push({ ...result })}
    />
  )
  const { container, rerender, unmount } = render(subject())
  await page.until(() => expect(container.textContent).toBe('open '))
  rerender(subject())
  const [first, ...others] = results
  expect(
    Object.keys(first ?? {})
      .toSorted()
      .join(' '),
  ).toBe('attempt close closed data error lastEventId open reconnect retryAt status waitingFor')
  expect(others.length).toBeGreaterThan(0)
  for (const { open: openCommand, close, reconnect } of others) {
    expect([openCommand, close, reconnect]).toEqual([first?.open, first?.close, first?.reconnect])
  }
  unmount()
})

test('a provider sets defaults for its subtree; an inner provider overrides it, and a hook overrides both', async () => {
  const page = open()
  server.onCall = () => new Response(null, { status: 503 })
  const { environment } = page
  const gaveUp: string[] = []
  const recordGiveUp = (who: string) => () => gaveUp.push(who)
  const options = { environment, share: false, onGiveUp: recordGiveUp('outer'), retry: { limit: 0 } }
  const { unmount } = render(
    <TautlineProvider options={options}>
      <Connection />
      <TautlineProvider options={{ onGiveUp: recordGiveUp('inner') }}>
        <Connection />
        <Connection options={{ onGiveUp: recordGiveUp('hook') }} />
      </TautlineProvider>
    </TautlineProvider>,
  )
  await page.until(() => expect(gaveUp.toSorted()).toEqual(['hook', 'inner', 'outer']))
  expect(server.calls).toHaveLength(3)
  unmount()
})

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: undefined }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    return this.state.error ? String(this.state.error) : this.props.children
  }
}

test('a wrong option reaches the nearest error boundary, on the first render and on a later one', async () => {
  const page = open()
  const ignore = (event: ErrorEvent) => event.preventDefault()
  addEventListener('error', ignore)
  const right = { environment: page.environment, closeDelay: 0 }
  const wrong = { ...right, body: 'GET has none' }
  const app = (options: Options) => (
    <Boundary>
      <Connection options={options} />
    </Boundary>
  )
  expect(render(app(wrong)).container.textContent).toContain('Option body')
  const later = render(app(right))
  await page.until(() => expect(later.container.textContent).toBe('open '))
  later.rerender(app(wrong))
  expect(later.container.textContent).toContain('Option body')
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(server.calls).toHaveLength(1)
  removeEventListener('error', ignore)
})

test('[named-events] two components with the same named events share a stream, and each renders for its own data', async () => {
  const page = open()
  const { environment } = page
  const events = { price: json<{ n: number }>(), note: text() }
  let renders = 0
  function Price() {
    const { data } = useEventSource('/market', {
      environment,
      events,
      initialData: 0,
      reduce: (price: number, event) => (event.event === 'price' ? event.data.n : price),
    })
    renders++
    return <b>{data}</b>
  }
  function Notes() {
    const { data } = useEventSource('/market', { environment, events: { note: events.note } })
    return <i>{data?.data}</i>
  }
  const { container, unmount } = render(
    <>
      <Price />
      <Notes />
    </>,
  )
  await page.until(() => expect(server.calls).toHaveLength(1))
  await page.settle()
  server.call.write('event: price\ndata: {"n":3}\n\n')
  await page.until(() => expect(container.innerHTML).toBe('<b>3</b><i></i>'))
  const before = renders
  server.call.write('event: note\ndata: calm\n\n')
  await page.until(() => expect(container.innerHTML).toBe('<b>3</b><i>calm</i>'))
  await page.settle()
  expect(renders).toBe(before)
  unmount()
})
