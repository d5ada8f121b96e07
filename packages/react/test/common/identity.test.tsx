import { silence } from '@tautline/core'
import { act, render } from '@testing-library/react'
import { StrictMode, useCallback, useState } from 'react'
import { expect, test } from 'vitest'
import { TautlineProvider, useEventSource } from '@tautline/react'
import type { StreamOptions } from '../../../../test/binding-contract/support/driver.ts'
import { streamPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput, expectWarning } from '../../../../test/binding-contract/support/run.ts'
import { streamDriver } from '../support/driver.tsx'

const { server, open } = streamPages(streamDriver)
failOnConsoleOutput()

const collect = (texts: string, text: unknown) => `${texts}${String(text)} `
const tokens = () => server.calls.map(({ token }) => token)

/** A component that shows its data, with a function that renders it again. */
function mountFeed(optionsOf: (count: number) => StreamOptions) {
  const again: (() => void)[] = []
  function Feed() {
    const [count, setCount] = useState(0)
    again[0] = () => setCount(count + 1)
    const { status, data } = useEventSource<string, undefined, string>('/feed', {
      ...optionsOf(count),
      codec: { decode: String },
      events: undefined,
      reduce: collect,
      initialData: '',
      select: (texts) => texts,
    })
    return `${status} ${data}`
  }
  const { container, unmount } = render(<Feed />, { wrapper: StrictMode })
  return { container, unmount, again: () => act(() => again[0]?.()) }
}

test('[close] [unmount] StrictMode with inline options opens one connection in a hundred renders', async () => {
  const page = open()
  const { container, again } = mountFeed(() => ({
    environment: page.environment,
    method: 'PUT',
    headers: () => ({ authorization: 'Bearer user-ada', 'x-request-id': `${Math.random()}` }),
    body: () => ({ random: Math.random() }),
    retry: { limit: 9, delay: () => 100 },
    pause: { hidden: false },
    heartbeat: silence({ timeout: 600_000 }),
    until: () => false,
    onMessage: () => {},
  }))
  await page.until(() => expect(container.textContent).toBe('open '))
  for (let count = 0; count < 100; count++) again()
  server.call.send('still')
  await page.until(() => expect(container.textContent).toBe('open still '))
  await page.advance(60_000)
  expect(server.calls).toHaveLength(1)
})

test('[close] [unmount] StrictMode with headers by value and a random request ID opens one connection in a hundred renders', async () => {
  const page = open()
  const { container, again } = mountFeed((count) => ({
    environment: page.environment,
    headers: { authorization: 'Bearer user-ada', traceparent: `00-${count}`, 'X-Request-ID': `${count}` },
  }))
  await page.until(() => expect(container.textContent).toBe('open '))
  for (let count = 0; count < 100; count++) again()
  await page.advance(60_000)
  expect(server.calls).toHaveLength(1)
})

test('[latest-handlers] [identity] StrictMode reconnects once per new token that is given as a value', async () => {
  const page = open()
  const { container, again } = mountFeed((count) => ({
    environment: page.environment,
    headers: { authorization: `Bearer user-ada.${Math.floor(count / 10)}` },
  }))
  for (const _ of [1, 2]) {
    await page.until(() => expect(container.textContent).toBe('open '))
    for (let count = 0; count < 10; count++) again()
    await page.settle()
  }
  await page.until(() => expect(container.textContent).toBe('open '))
  expect(tokens()).toEqual(['user-ada.0', 'user-ada.1', 'user-ada.2'])
  expectWarning(/value of the Authorization header changed/)
})

test('[option-functions] [sharing] two components with one useCallback keep their connection when the token in it is renewed', async () => {
  const page = open()
  const renew: ((token: string) => void)[] = []
  const statuses: string[] = []
  function Feed({ headers }: { readonly headers: StreamOptions['headers'] }) {
    const { status } = useEventSource('/feed', {
      headers,
      environment: page.environment,
      retry: { delay: () => 100 },
    })
    statuses.push(status)
    return `${status} `
  }
  function App() {
    const [token, setToken] = useState('user-ada.1')
    renew[0] = setToken
    const headers = useCallback(() => ({ authorization: `Bearer ${token}` }), [token])
    return (
      <>
        <Feed headers={headers} />
        <Feed headers={headers} />
      </>
    )
  }
  const { container } = render(<App />)
  await page.until(() => expect(container.textContent).toBe('open open '))
  act(() => renew[0]?.('user-ada.2'))
  await page.advance(60_000)
  expect([...new Set(statuses)]).toEqual(['connecting', 'open'])
  expect(server.calls).toHaveLength(1)
  server.call.cut()
  await page.until(() => expect(container.textContent).toBe('backoff backoff '))
  await page.advance(100)
  await page.until(() => expect(container.textContent).toBe('open open '))
  expect(tokens()).toEqual(['user-ada.1', 'user-ada.2'])
})

test('[sharing] [identity] the key of a provider separates users, and different functions do not share', async () => {
  const page = open()
  function Feed({ url, own }: { readonly url: string; readonly own?: string }) {
    const { data } = useEventSource(() => url, { environment: page.environment, key: own })
    return <p>{data}</p>
  }
  const pageOf = (user: string) => (
    <TautlineProvider options={{ key: user }}>
      <Feed url="/orders" />
      <Feed url="/news" />
      <Feed url="/chat" own="chat" />
      <Feed url="/chat" own="chat" />
    </TautlineProvider>
  )
  const { rerender } = render(pageOf('ada'))
  await page.until(() => expect(server.calls).toHaveLength(3))
  const paths = () => server.calls.map(({ path }) => path).toSorted((one, other) => one.localeCompare(other))
  expect(paths()).toEqual(['/chat', '/news', '/orders'])
  rerender(pageOf('bob'))
  await page.until(() => expect(server.calls).toHaveLength(6))
  expect(paths()).toEqual(['/chat', '/chat', '/news', '/news', '/orders', '/orders'])
  expectWarning(/do not share a connection/)
})
