import { collect, text } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { TautlineProvider, useWebSocket } from '@tautline/react'
import { act, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

function News() {
  const { data, status } = useWebSocket('/news', { codec: text(), reduce: collect() })
  return (
    <p>
      {status}: {data.join(', ')}
    </p>
  )
}

test('shows news after a reconnect', async () => {
  // The test controls time, random numbers and the server, so it never waits.
  const environment = createTestEnvironment()
  const advance = (ms: number) => act(() => environment.advance(ms))
  render(
    <TautlineProvider options={{ environment }}>
      <News />
    </TautlineProvider>,
  )
  await advance(0)
  act(() => environment.socket.accept())
  act(() => environment.socket.receive('first'))
  act(() => environment.socket.end(1006, '', false))
  await advance(1_000)
  act(() => environment.socket.accept())
  act(() => environment.socket.receive('second'))
  await advance(16)
  expect(screen.getByText('open: first, second')).toBeDefined()
})
