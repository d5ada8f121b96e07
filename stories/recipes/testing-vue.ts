import { collect, text } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { tautline, useWebSocket } from '@tautline/vue'
import { render, screen } from '@testing-library/vue'
import { expect, test } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'

const News = defineComponent(() => {
  const { data, status } = useWebSocket('/news', { codec: text(), reduce: collect() })
  return () => h('p', `${status.value}: ${data.value.join(', ')}`)
})

test('shows news after a reconnect', async () => {
  // The test controls time, random numbers and the server, so it never waits.
  const environment = createTestEnvironment()
  render(News, { global: { plugins: [[tautline, { environment }]] } })
  await environment.advance(0)
  environment.socket.accept()
  environment.socket.receive('first')
  environment.socket.end(1006, '', false)
  await environment.advance(1_000)
  environment.socket.accept()
  environment.socket.receive('second')
  await environment.advance(16)
  await nextTick()
  expect(screen.getByText('open: first, second')).toBeDefined()
})
