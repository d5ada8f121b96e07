import { render } from '@testing-library/react'
import { StrictMode, useEffect } from 'react'
import { expect, test, vi } from 'vitest'
import { json, jsonFrames, resumable } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import type { SocketOptions } from '../../../../test/binding-contract/support/driver.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketDriver } from '../support/driver.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

interface Props {
  readonly options: SocketOptions
}

function Connection({ options }: Props) {
  return useWebSocket('/strict', options).status
}

function Greeting({ options }: Props) {
  const { send } = useWebSocket('/strict', options)
  useEffect(() => void send('hello'), [send])
  return null
}

test('[unmount] StrictMode opens one connection, not two, and delivers each message once', async () => {
  const page = open()
  const received: unknown[] = []
  const options = { environment: page.environment, onMessage: (message: unknown) => received.push(message) }
  const { container, unmount } = render(<Connection options={options} />, { wrapper: StrictMode })
  await page.until(() => expect(container.textContent).toBe('open'))
  server.peer.send('once')
  await page.advance(60_000)
  expect(received).toEqual(['once'])
  expect(server.peers).toHaveLength(1)
  unmount()
  await page.advance(1000)
  expect(server.peer.closed).toMatchObject({ code: 1000 })
})

test('[resume] in StrictMode with an inline resumable(), one connection resumes at the cursor', async () => {
  const page = open()
  function Live() {
    const { cursor, status } = useWebSocket('/strict', {
      environment: page.environment,
      codec: json(),
      retry: { delay: () => 100 },
      resume: resumable({ frames: jsonFrames({ id: 'n' }), query: 'after', isNext: (id) => id !== '' }),
    })
    return `${status} ${cursor}`
  }
  const { container } = render(<Live />, { wrapper: StrictMode })
  await page.until(() => expect(container.textContent).toBe('open undefined'))
  server.peer.send('{"n":1}', '{"n":2}')
  await page.until(() => expect(container.textContent).toBe('open 2'))
  server.peer.cut()
  await page.until(() => expect(container.textContent).toBe('backoff 2'))
  await page.advance(100)
  await page.until(() => expect(container.textContent).toBe('open 2'))
  expect(server.peers.map(({ path }) => path)).toEqual(['/strict', '/strict?after=2'])
})

test('[own-opening] in StrictMode a component that joins an open connection sees one opening', async () => {
  const page = open()
  const { environment } = page
  const first = render(<Connection options={{ environment }} />)
  await page.until(() => expect(first.container.textContent).toBe('open'))
  const onOpen = vi.fn<() => void>()
  render(<Connection options={{ environment, onOpen }} />, { wrapper: StrictMode })
  await page.advance(1000)
  expect(onOpen).toHaveBeenCalledTimes(1)
  expect(server.peers).toHaveLength(1)
})

test('[unmount] StrictMode opens one connection, also with closeDelay: 0', async () => {
  const page = open()
  const options = { environment: page.environment, closeDelay: 0 }
  const { container, unmount } = render(<Connection options={options} />, { wrapper: StrictMode })
  await page.until(() => expect(container.textContent).toBe('open'))
  await page.advance(60_000)
  expect(server.peers).toHaveLength(1)
  unmount()
  await page.until(() => expect(server.peer.closed).toMatchObject({ code: 1000 }))
})

test('[send] messages sent in effects before the connection is open arrive in order', async () => {
  const page = open()
  const options = { environment: page.environment }
  const { unmount } = render(<Greeting options={options} />, { wrapper: StrictMode })
  await page.until(() => expect(server.peers[0]?.received).toEqual(['hello', 'hello']))
  unmount()
})
