import { render } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { expect, test } from 'vitest'
import { TautlineProvider, type WebSocketResult, useWebSocket } from '@tautline/react'
import type { SocketOptions } from '../../../../test/binding-contract/support/driver.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

type Result = WebSocketResult<unknown, unknown>

function Subject({
  options = {},
  seen,
}: {
  readonly options?: SocketOptions
  readonly seen: (result: Result) => void
}) {
  const result = useWebSocket<unknown, unknown, unknown, unknown>('/result', options)
  seen(result)
  return result.status
}

test('commands keep their identity while the component is mounted', async () => {
  const page = open()
  const results: Result[] = []
  const options = () => ({ environment: page.environment, onMessage: () => {} })
  const subject = () => <Subject options={options()} seen={(result) => results.push(result)} />
  const { container, rerender, unmount } = render(subject())
  await page.until(() => expect(container.textContent).toBe('open'))
  rerender(subject())
  const [first, ...others] = results.map(({ send, open, close, reconnect }) => ({
    send,
    open,
    close,
    reconnect,
  }))
  expect(others.length).toBeGreaterThan(0)
  for (const other of others) {
    expect(other.send).toBe(first?.send)
    expect(other.open).toBe(first?.open)
    expect(other.close).toBe(first?.close)
    expect(other.reconnect).toBe(first?.reconnect)
  }
  unmount()
})

test('a result has every field of the snapshot, and can be spread', async () => {
  const page = open()
  const results: object[] = []
  const { unmount } = render(
    <Subject options={{ environment: page.environment }} seen={(result) => results.push({ ...result })} />,
  )
  expect(Object.keys(results[0] ?? {}).toSorted()).toEqual(
    'attempt close closed cursor data error latency open queued reconnect retryAt send status unconfirmed waitingFor'.split(
      ' ',
    ),
  )
  unmount()
  await page.settle()
})

test('a provider sets defaults for its subtree; an inner provider overrides it, and a hook overrides both', async () => {
  const page = open()
  const { environment, sockets } = page.silent
  const gaveUp: string[] = []
  const recordGiveUp = (who: string) => () => gaveUp.push(who)
  const once = { retry: { limit: 0 } }
  const { unmount } = render(
    <TautlineProvider options={{ environment, share: false, onGiveUp: recordGiveUp('outer'), ...once }}>
      <Subject seen={() => {}} />
      <TautlineProvider options={{ onGiveUp: recordGiveUp('inner') }}>
        <Subject seen={() => {}} />
        <Subject options={{ onGiveUp: recordGiveUp('hook') }} seen={() => {}} />
      </TautlineProvider>
    </TautlineProvider>,
  )
  await page.until(() => expect(sockets).toHaveLength(3))
  for (const socket of sockets) socket.refuse()
  expect(gaveUp).toEqual(['outer', 'inner', 'hook'])
  unmount()
})

test('a provider that renders again with the same options renders no component with a hook', async () => {
  const page = open()
  let renders = 0
  const options = { environment: page.environment }
  const child = <Subject seen={() => renders++} />
  const app = () => <TautlineProvider options={options}>{child}</TautlineProvider>
  const { container, rerender, unmount } = render(app())
  await page.until(() => expect(container.textContent).toBe('open'))
  const before = renders
  rerender(app())
  expect(renders).toBe(before)
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
  const wrong = { environment: page.environment, retry: { limit: '3' } } as unknown as SocketOptions
  const right = { environment: page.environment, closeDelay: 0 }
  const app = (options: SocketOptions) => (
    <Boundary>
      <Subject options={options} seen={() => {}} />
    </Boundary>
  )
  const first = render(app(wrong))
  expect(first.container.textContent).toContain('retry.limit')
  const later = render(app(right))
  await page.until(() => expect(later.container.textContent).toBe('open'))
  later.rerender(app(wrong))
  expect(later.container.textContent).toContain('retry.limit')
  await page.until(() => expect(server.peer.closed).toBeDefined())
  removeEventListener('error', ignore)
})
