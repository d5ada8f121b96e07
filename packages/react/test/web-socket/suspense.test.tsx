import { act, render } from '@testing-library/react'
import { type ReactNode, Suspense, useEffect, useState } from 'react'
import { expect, test } from 'vitest'
import { text } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import type { SocketOptions } from '../../../../test/binding-contract/support/driver.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.tsx'
import { lazyUntil } from '../support/suspending.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

interface Props {
  readonly options: SocketOptions
  readonly children?: ReactNode
}

function Connection({ options, children }: Props) {
  const { status } = useWebSocket('/suspense', options)
  return (
    <>
      {status} {children}
    </>
  )
}

test('[unmount] a component that suspends before its first commit opens nothing', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <Connection options={{ environment: page.environment }}>
        <Later />
      </Connection>
    </Suspense>,
  )
  await page.settle()
  expect(container.textContent).toBe('waiting')
  expect(server.peers).toEqual([])
  expect(page.timers).toBe(0)
  arrive()
  await page.until(() => expect(container.textContent).toBe('open here'))
  expect(server.peers).toHaveLength(1)
  unmount()
})

test('[unmount] a component that unmounts while it suspends has opened nothing', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const { unmount } = render(
    <Suspense fallback="waiting">
      <Connection options={{ environment: page.environment }}>
        <Later />
      </Connection>
    </Suspense>,
  )
  unmount()
  arrive()
  await page.settle()
  expect(server.peers).toEqual([])
  expect(page.timers).toBe(0)
})

test('a component that suspends again later keeps its connection and then shows the new messages', async () => {
  const page = open()
  const { Later, arrive } = lazyUntil()
  const requests = new EventTarget()
  function App() {
    const [shown, setShown] = useState(false)
    useEffect(() => requests.addEventListener('more', () => setShown(true)), [])
    const { data } = useWebSocket('/suspense', { codec: text(), environment: page.environment })
    return (
      <>
        {data} {shown && <Later />}
      </>
    )
  }
  const { container, unmount } = render(
    <Suspense fallback="waiting">
      <App />
    </Suspense>,
  )
  await page.until(() => expect(server.peers).toHaveLength(1))
  await page.settle()
  act(() => void requests.dispatchEvent(new Event('more')))
  expect(container.textContent).toContain('waiting')
  server.peer.send('meanwhile')
  await page.settle()
  arrive()
  await page.until(() => expect(container.textContent).toBe('meanwhile here'))
  expect(server.peers).toHaveLength(1)
  expect(server.peer.closed).toBeUndefined()
  unmount()
})

test('[unmount] unmounting during connecting, inside a boundary, aborts the socket', async () => {
  const page = open()
  const { environment, sockets } = page.silent
  const { container, unmount } = render(
    <Suspense>
      <Connection options={{ environment, closeDelay: 0 }} />
    </Suspense>,
  )
  await page.until(() => expect(sockets).toHaveLength(1))
  expect(container.textContent).toContain('connecting')
  unmount()
  expect(sockets[0]?.closedWith).toBeDefined()
})
