import { act, render } from '@testing-library/react'
import * as React from 'react'
import { createFetch } from '@tautline/core'
import { expect, test } from 'vitest'
import { useFetch } from '@tautline/react'
import { fetchPages } from '../../../../test/binding-contract/fetch/page.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { fetchDriver } from '../support/driver.tsx'

const { server, open } = fetchPages(fetchDriver)
failOnConsoleOutput()

// React 18 has neither of them, so its project excludes this file.
test('[unmount] <Activity> aborts the request of a hidden component, and a visible one sends it again', async () => {
  const page = open()
  const options = { environment: page.environment }
  const Fetcher = () => {
    const { status, data } = useFetch<string>('/hidden', options)
    return `${status} ${data}`
  }
  const app = (mode: 'visible' | 'hidden') => (
    <React.Activity mode={mode}>
      <Fetcher />
    </React.Activity>
  )
  const { container, rerender, unmount } = render(app('visible'))
  await page.until(() => expect(server.calls).toHaveLength(1))
  rerender(app('hidden'))
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(page.timers).toBe(0)
  rerender(app('visible'))
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  rerender(app('hidden'))
  await page.advance(60_000)
  expect(page.requested).toHaveLength(2)
  rerender(app('visible'))
  await page.until(() => expect(server.calls).toHaveLength(3))
  expect(container.textContent).toBe('success Ada')
  await page.respond('Eve')
  await page.until(() => expect(container.textContent).toBe('success Eve'))
  unmount()
})

test('use(promise) suspends until the response of createFetch(…).execute(), called outside the component', async () => {
  const page = open()
  const promise = createFetch<{ name: string }>('/user', { environment: page.environment }).execute()
  const User = () => <b>{React.use(promise).name}</b>
  const { container, unmount } = await act(async () =>
    render(
      <React.Suspense fallback="waiting">
        <User />
      </React.Suspense>,
    ),
  )
  expect(container.innerHTML).toBe('waiting')
  await act(() => page.respond({ name: 'Ada' }))
  await page.until(() => expect(container.innerHTML).toBe('<b>Ada</b>'))
  expect(page.requested).toEqual(['GET /user'])
  unmount()
})

test('use(promise): another component with the same request shows its response at once', async () => {
  const page = open()
  const { environment } = page
  const promise = createFetch<string>('/user', { environment, maxAge: 60_000 }).execute()
  const statuses: string[] = []
  function User() {
    React.use(promise)
    const { status, data } = useFetch<string>('/user', { environment, maxAge: 60_000 })
    statuses.push(status)
    return <b>{data}</b>
  }
  const { container, unmount } = await act(async () =>
    render(
      <React.Suspense fallback="waiting">
        <User />
      </React.Suspense>,
    ),
  )
  await act(() => page.respond('Ada'))
  await page.until(() => expect(container.innerHTML).toBe('<b>Ada</b>'))
  expect(new Set(statuses)).toEqual(new Set(['success']))
  expect(page.requested).toHaveLength(1)
  unmount()
})
