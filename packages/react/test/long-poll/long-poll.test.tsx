import { act, render } from '@testing-library/react'
import { StrictMode, Suspense, startTransition, useEffect, useState } from 'react'
import { query } from '@tautline/core'
import { expect, test } from 'vitest'
import { TautlineProvider, useLongPoll } from '@tautline/react'
import { longPollKind } from '../../../../test/binding-contract/long-poll/kind.ts'
import { listed } from '../../../../test/binding-contract/long-poll/server.ts'
import { pollPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { pollDriver } from '../support/driver.tsx'
import { lazyNever, lazyUntil } from '../support/suspending.tsx'

const { server, open } = pollPages(pollDriver)
failOnConsoleOutput()

const sinces = () => server.calls.map(({ since }) => since)

test.each([
  ['GET', {}],
  ['POST', { method: 'POST', body: { room: 'x' } }],
])(
  '[unmount] StrictMode makes one sequence of requests, not two, and delivers each message once: %s',
  async (_, request) => {
    const page = open()
    const received: unknown[] = []
    const { environment } = page
    const options = {
      ...longPollKind.plain,
      ...request,
      environment,
      closeDelay: 0,
      onMessage: (message: unknown) => received.push(message),
    }
    const Connection = () => useLongPoll('/strict', options).status
    const { container, unmount } = render(<Connection />, { wrapper: StrictMode })
    await page.until(() => expect(container.textContent).toBe('open'))
    server.connection.send('once')
    await page.until(() => expect(received).toEqual(['once']))
    await page.advance(60_000)
    expect(sinces()).toEqual([undefined, '0', '1'])
    expect(server.maxParallel).toBe(1)
    unmount()
    await page.until(() => expect(server.connection.outcome).toBe('left'))
  },
)

test('[unmount] a component that suspends before its first commit sends no request', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const Connection = () => {
    const { status } = useLongPoll('/suspends', { ...longPollKind.plain, environment: page.environment })
    return (
      <>
        {status} <Later />
      </>
    )
  }
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <Connection />
    </Suspense>,
  )
  await page.settle()
  expect([container.textContent, server.calls, page.timers]).toEqual(['waiting', [], 0])
  arrive()
  await page.until(() => expect(container.textContent).toBe('open here'))
  expect(server.connections).toHaveLength(1)
  unmount()
})

test('[poll-sequence] the URL of a discarded render is not requested', async () => {
  const page = open()
  const { Never, requested } = lazyNever()
  let move = (_: string) => {}
  function App() {
    const [topic, setTopic] = useState('first')
    useEffect(() => void (move = setTopic), [])
    return (
      <Suspense>
        <p>
          <Topic name={topic} />
        </p>
        {topic === 'never' && <Never />}
      </Suspense>
    )
  }
  function Topic({ name }: { readonly name: string }) {
    const options = { ...longPollKind.plain, environment: page.environment }
    const { data = 'nothing' } = useLongPoll<string>(`/${name}`, options)
    return `${name}: ${data}`
  }
  const { container, unmount } = render(<App />)
  await page.until(() => expect(sinces()).toEqual([undefined, '0']))
  startTransition(() => move('never'))
  await page.until(() => expect(requested()).toBe(true))
  await page.settle()
  server.connection.send('reply')
  await page.until(() => expect(container.textContent).toBe('first: reply'))
  act(() => move('second'))
  await page.until(() => expect(server.connections.map(({ path }) => path)).toEqual(['/first', '/second']))
  expect(container.textContent).toBe('second: nothing')
  unmount()
})

test('a result has the fields of all hooks, cursor and the commands, and can be spread', async () => {
  const page = open()
  const results: object[] = []
  function Fields() {
    results.push({ ...useLongPoll('/fields', { ...longPollKind.plain, environment: page.environment }) })
    return null
  }
  const { unmount } = render(<Fields />)
  expect(
    Object.keys(results[0] ?? {})
      .toSorted()
      .join(' '),
  ).toBe('attempt close closed cursor data error open reconnect retryAt status waitingFor')
  unmount()
  await page.settle()
})

test('the cursor is a field of the result, and starts with initialCursor', async () => {
  const page = open()
  server.shape = listed
  for (const text of ['old', 'new']) server.publish('/saved', text)
  const cursor = query<{ next: string }>('since', ({ next }) => next)
  const received: string[] = []
  function Saved() {
    const result = useLongPoll('/saved', {
      initialCursor: '1',
      cursor,
      messages: (body: { next: string; list: string[] }) => body.list,
      onMessage: (text) => received.push(text),
    })
    return `${result.data} at ${result.cursor}`
  }
  const { container, unmount } = render(
    <TautlineProvider options={{ environment: page.environment }}>
      <Saved />
    </TautlineProvider>,
  )
  expect(container.textContent).toBe('undefined at 1')
  await page.until(() => expect(container.textContent).toBe('new at 2'))
  expect(sinces()[0]).toBe('1')
  expect(received).toEqual(['new'])
  unmount()
})
