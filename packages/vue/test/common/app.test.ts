import { render } from '@testing-library/vue'
import { createSSRApp, defineComponent, effectScope, h, nextTick } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { expect, test } from 'vitest'
import { tautline, useWebSocket } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.ts'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

test('[server-rendering] on a server a store opens nothing', async () => {
  const page = open()
  const scope = effectScope(true)
  const Connection = defineComponent(() => {
    const store = scope.run(() => useWebSocket('/store', { environment: page.environment }))
    return () => h('p', store?.status.value)
  })
  expect(await renderToString(createSSRApp(Connection))).toBe('<p>connecting</p>')
  await page.settle()
  expect(server.peers).toEqual([])
  expect(page.timers).toBe(0)
  scope.stop()
})

test('the plugin sets defaults for an app, and a hook overrides them', async () => {
  const page = open()
  const { environment, sockets } = page.silent
  const gaveUp: string[] = []
  const hook = (options: object) =>
    defineComponent(() => {
      const { status } = useWebSocket('/defaults', options)
      return () => status.value
    })
  const Both = () => [h(hook({})), h(hook({ onGiveUp: () => gaveUp.push('hook') }))]
  const defaults = { environment, share: false, retry: { limit: 0 }, onGiveUp: () => gaveUp.push('app') }
  const { unmount } = render(Both, { global: { plugins: [[tautline, defaults]] } })
  await page.until(() => expect(sockets).toHaveLength(2))
  for (const socket of sockets) socket.refuse()
  await nextTick()
  expect(gaveUp).toEqual(['app', 'hook'])
  unmount()
})

test('a later wrong option reaches the error handler of the app, and the connection stays', async () => {
  const page = open()
  const errors: unknown[] = []
  const { environment } = page
  const Connection = defineComponent({
    props: { limit: { type: null, required: true } },
    setup(props) {
      const { status } = useWebSocket('/wrong', () => ({ environment, retry: { limit: props.limit } }))
      return () => status.value
    },
  })
  const global = { config: { errorHandler: (error: unknown) => void errors.push(error) } }
  const { container, rerender, unmount } = render(Connection, { props: { limit: 3 }, global })
  await page.until(() => expect(container.textContent).toBe('open'))
  await rerender({ limit: '3' })
  expect(errors).toMatchObject([{ code: 'bad-option', option: 'retry.limit' }])
  expect(container.textContent).toBe('open')
  unmount()
})
