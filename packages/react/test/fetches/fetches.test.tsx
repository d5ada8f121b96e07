import { act, render } from '@testing-library/react'
import { Component, type ReactNode, startTransition, StrictMode, useEffect } from 'react'
import { expect, test, vi } from 'vitest'
import { isTautlineError } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { useFetches } from '@tautline/react'

type TestEnvironment = ReturnType<typeof createTestEnvironment>

async function respondAll(environment: TestEnvironment, status = 200) {
  await act(() => environment.advance(0))
  await act(async () => {
    for (const request of environment.requests) {
      if (request.aborted) continue
      request.respond({ status, headers: { 'content-type': 'text/plain' } })
      request.write(new URL(request.url).pathname)
      request.end()
    }
    await environment.advance(100)
  })
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {}
  static getDerivedStateFromError = (error: unknown) => ({ error })
  override render() {
    const { error } = this.state
    return isTautlineError(error) ? error.code : this.props.children
  }
}

test('[fetches] throwOnError of one request throws its error, and that of another one does not', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const environment = createTestEnvironment()
  const List = ({ throwOnError }: { readonly throwOnError: boolean }) => {
    const [one, other] = useFetches([
      { url: '/a', environment, retry: false },
      { url: '/b', environment, retry: false, throwOnError },
    ])
    return `${one.status} ${other.status}`
  }
  const { container, rerender, unmount } = render(
    <Boundary>
      <List throwOnError={false} />
    </Boundary>,
  )
  await respondAll(environment, 404)
  expect(container.textContent).toBe('error error')
  rerender(
    <Boundary>
      <List throwOnError />
    </Boundary>,
  )
  expect(container.textContent).toBe('http')
  unmount()
})

test('[fetches] an effect of the component can execute a request that the same render has added', async () => {
  const environment = createTestEnvironment()
  const List = ({ urls }: { readonly urls: readonly string[] }) => {
    const results = useFetches(urls.map((url) => ({ url, environment, enabled: false })))
    const last = results.at(-1)
    const { execute } = last ?? {}
    useEffect(() => void execute?.(), [execute])
    return results.map(({ data }) => String(data)).join()
  }
  const app = (urls: readonly string[]) => (
    <StrictMode>
      <List urls={urls} />
    </StrictMode>
  )
  const { container, rerender, unmount } = render(app(['/a']))
  await respondAll(environment)
  expect(container.textContent).toBe('/a')
  rerender(app(['/a', '/b']))
  await act(() => environment.advance(0))
  environment.request.respond({ headers: { 'content-type': 'text/plain' } })
  environment.request.write('/b')
  environment.request.end()
  await act(() => environment.advance(100))
  expect(container.textContent).toBe('/a,/b')
  unmount()
})

test('[fetches] a list of a transition is shown with its data, and renders no loop', async () => {
  const environment = createTestEnvironment()
  let count = 0
  const List = ({ urls }: { readonly urls: readonly string[] }) => {
    count++
    return useFetches(urls.map((url) => ({ url, environment, headers: { 'x-own': url } })))
      .map(({ data }) => String(data))
      .join()
  }
  const { container, rerender, unmount } = render(<List urls={['/a']} />)
  await respondAll(environment)
  await act(async () => startTransition(() => rerender(<List urls={['/a', '/a']} />)))
  expect(container.textContent).toBe('/a,/a')
  expect(count).toBeLessThan(8)
  unmount()
})
