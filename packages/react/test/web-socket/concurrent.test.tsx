import { render } from '@testing-library/react'
import { Suspense, startTransition, useDeferredValue, useLayoutEffect, useState } from 'react'
import { expect, test } from 'vitest'
import { useWebSocket } from '@tautline/react'
import type { SocketOptions } from '../../../../test/binding-contract/support/driver.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.tsx'
import { lazyNever } from '../support/suspending.tsx'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

interface Props {
  readonly options: SocketOptions
}

test('two components with the same connection never show different data, also in a time-sliced render', async () => {
  const page = open()
  const commits: string[] = []
  let grow = (_: number) => {}

  const committed = (text: string) => {
    commits.push(text)
  }
  function Data({ options }: Props) {
    const { data } = useWebSocket('/shared', options)
    useLayoutEffect(() => committed(document.body.textContent))
    return <i>{String(data)}</i>
  }
  function Rows({ count }: { readonly count: number }) {
    return Array.from({ length: count }, (_, index) => <Row key={index} index={index} />)
  }
  function Row({ index }: { readonly index: number }) {
    // A message in the middle of a time-sliced render.
    if (index === 250) server.peer.send('new')
    const until = performance.now() + 0.1
    while (performance.now() < until);
    return <b>{index % 10}</b>
  }
  function App({ options }: Props) {
    const [count, setCount] = useState(0)
    grow = setCount
    return (
      <>
        <Data options={options} />
        <Rows count={count} />
        <Data options={options} />
      </>
    )
  }

  const options = { environment: page.environment, initialData: 'old' }
  const { container, unmount } = render(<App options={options} />)
  await page.until(() => expect(server.peers).toHaveLength(1))
  await page.settle()
  startTransition(() => grow(500))
  await page.until(() => expect(container.querySelectorAll('b')).toHaveLength(500))
  await page.until(() => expect(container.querySelector('i')?.textContent).toBe('new'))
  const shown = commits.map((text) => text.replaceAll(/\d/g, ''))
  expect(new Set(shown)).toEqual(new Set(['oldold', 'newnew']))
  unmount()
})

test('a deferred value is updated later, up to the newest message', async () => {
  const page = open()
  const seen: unknown[] = []
  function Deferred({ options }: Props) {
    const { data } = useWebSocket('/deferred', options)
    const deferred = useDeferredValue(data)
    seen.push(deferred)
    return `${String(data)} ${String(deferred)}`
  }
  const { container, unmount } = render(
    <Deferred options={{ environment: page.environment, initialData: '0' }} />,
  )
  await page.until(() => expect(server.peers).toHaveLength(1))
  await page.settle()
  for (const message of ['1', '2', '3']) {
    server.peer.send(message)
    await page.until(() => expect(container.textContent).toBe(`${message} ${message}`))
  }
  expect(seen.filter((value, index) => value !== seen[index - 1])).toEqual(['0', '1', '2', '3'])
  unmount()
})

test('data that only a discarded render has read is still rendered', async () => {
  const page = open()
  const frames: (() => void)[] = []
  const environment = {
    ...page.environment,
    requestFrame: (callback: () => void) => void frames.push(callback),
  }
  const select = (data: unknown) => data
  const { Never, requested } = lazyNever()
  let leave = (_: boolean) => {}
  let renders = 0

  function Connection() {
    const { data } = useWebSocket('/discarded', { environment, select, initialData: 'a' })
    renders++
    return String(data)
  }
  function App() {
    const [left, setLeft] = useState(false)
    leave = setLeft
    return (
      <Suspense>
        <p>
          <Connection />
        </p>
        {left && <Never />}
      </Suspense>
    )
  }

  const { container, unmount } = render(<App />)
  await page.until(() => expect(server.peers).toHaveLength(1))
  await page.settle()
  server.peer.send('b')
  await page.until(() => expect(frames).toHaveLength(1))
  const before = renders
  startTransition(() => leave(true))
  await page.until(() => expect(requested()).toBe(true))
  await page.settle()
  expect(renders).toBeGreaterThan(before)
  expect(container.textContent).toBe('a')
  for (const frame of frames.splice(0)) frame()
  await page.until(() => expect(container.textContent).toBe('b'))
  unmount()
})

test('[url-change] send() in a layout effect after a change of the URL sends to the new URL', async () => {
  const page = open()
  function Room({ name }: { readonly name: string }) {
    const { send, status } = useWebSocket(`/${name}`, { environment: page.environment })
    useLayoutEffect(() => void send(`join ${name}`), [name, send])
    return status
  }
  const { container, rerender, unmount } = render(<Room name="a" />)
  await page.until(() => expect(server.peers[0]?.received).toEqual(['join a']))
  rerender(<Room name="b" />)
  await page.until(() => expect(server.peers[1]?.received).toEqual(['join b']))
  await page.until(() => expect(container.textContent).toBe('open'))
  expect(server.peers[0]?.received).toEqual(['join a'])
  unmount()
})
