import { render } from '@testing-library/vue'
import { KeepAlive, defineComponent, h, ref } from 'vue'
import { collect, text } from '@tautline/core'
import { expect, test } from 'vitest'
import { useWebSocket } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.ts'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

test('[unmount] <KeepAlive> closes the connection of a deactivated component, and a reactivated one opens it again', async () => {
  const page = open()
  const shown = ref(true)
  const received: unknown[] = []
  const Connection = defineComponent(() => {
    const { status, data } = useWebSocket('/hidden', {
      codec: text(),
      reduce: collect(),
      environment: page.environment,
      closeDelay: 500,
      onMessage: (message) => received.push(message),
    })
    return () => `${status.value} ${data.value.join()}`
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(Connection) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open '))
  server.peer.send('one')
  await page.until(() => expect(container.textContent).toBe('open one'))

  shown.value = false
  await page.settle()
  server.peer.send('while deactivated')
  await page.advance(500)
  expect(server.peer.closed).toMatchObject({ code: 1000 })
  expect(received).toEqual(['one'])

  shown.value = true
  await page.until(() => expect(container.textContent).toBe('open one'))
  expect(server.peers).toHaveLength(2)
  server.peer.send('two')
  await page.until(() => expect(container.textContent).toBe('open one,two'))
  unmount()
})

test('[sharing] a component reactivated within closeDelay keeps its connection', async () => {
  const page = open()
  const shown = ref(true)
  const Connection = defineComponent(() => {
    const { status } = useWebSocket('/hidden', { environment: page.environment, closeDelay: 500 })
    return () => status.value
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(Connection) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open'))
  shown.value = false
  await page.advance(499)
  shown.value = true
  await page.advance(60_000)
  expect(container.textContent).toBe('open')
  expect(server.peers).toHaveLength(1)
  unmount()
})
