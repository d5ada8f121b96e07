import { act, render } from '@testing-library/react'
import * as React from 'react'
import { expect, test, vi } from 'vitest'
import { createTestEnvironment } from '@tautline/core/testing'
import { useFetches } from '@tautline/react'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'

failOnConsoleOutput()

/** Responds to every open request with its path. */
async function respondAll(environment: ReturnType<typeof createTestEnvironment>) {
  await environment.advance(0)
  for (const request of environment.requests.filter(({ aborted }) => !aborted)) {
    request.respond({ headers: { 'content-type': 'text/plain' } })
    request.write(new URL(request.url).pathname)
    request.end()
  }
  await environment.advance(100)
}

// React 18 has no Activity, so its project excludes this file.
test('[fetches] <Activity> aborts the requests of a hidden list, which may change before it is visible again', async () => {
  const environment = createTestEnvironment()
  const List = ({ urls }: { readonly urls: readonly string[] }) =>
    useFetches(urls.map((url) => ({ url, environment, codec: undefined, maxAge: 1e9 })))
      .map(({ data }) => data)
      .join()
  const app = (mode: 'visible' | 'hidden', urls: readonly string[]) => (
    <React.StrictMode>
      <React.Activity mode={mode}>
        <List urls={urls} />
      </React.Activity>
    </React.StrictMode>
  )
  const { container, rerender, unmount } = render(app('visible', ['/a', '/b']))
  await act(() => environment.advance(0))
  expect(environment.requests).toHaveLength(2)
  rerender(app('hidden', ['/a', '/b']))
  await act(() => environment.advance(0))
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, true])
  await act(async () => rerender(app('hidden', ['/b', '/c'])))
  await act(async () => rerender(app('visible', ['/b', '/c'])))
  await act(() => respondAll(environment))
  await vi.waitFor(() => expect(container.textContent).toBe('/b,/c'))
  expect(environment.requests.slice(2).map(({ url }) => new URL(url).pathname)).toEqual(['/b', '/c'])
  unmount()
  expect(environment.timers).toBe(0)
})
