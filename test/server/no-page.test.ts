import { createElement } from 'react'
import { renderToString as renderReact } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { createSSRApp, effectScope, h } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { useWebSocket as useInReact } from '@tautline/react'
import { useWebSocket as useInVue } from '@tautline/vue'
import { is, openLine } from './support/line.ts'
import { connectionsTo, newTarget, outcomesOf, useDemoServer } from './support/server.ts'

const server = useDemoServer()

/** Another line opens and echoes: whatever else was on its way to the server has come by then. */
async function afterARoundTrip(): Promise<void> {
  const line = openLine(`${server.now.url}${newTarget('/echo')}`)
  await line.until(is('open'))
  line.client.send('round')
  await line.until(({ messages }) => messages.length === 1)
}

test('rendering on a server opens nothing, in React and in Vue', async () => {
  const target = newTarget('/echo')
  const Probe = () => createElement('p', null, useInReact(server.now.url + target).status)
  expect(renderReact(createElement(Probe))).toBe('<p>connecting</p>')
  const app = createSSRApp({
    setup() {
      const { status } = useInVue(server.now.url + target)
      return () => h('p', status.value)
    },
  })
  expect(await renderVue(app)).toBe('<p>connecting</p>')
  await afterARoundTrip()
  expect(outcomesOf(server.now, target)).toEqual([])
})

test('the Vue hook in a bare effect scope, without a page: opens, recovers, and closes with the scope', async () => {
  const target = newTarget('/echo')
  const scope = effectScope()
  const socket = scope.run(() =>
    useInVue(server.now.url + target, { retry: { delay: () => 20 }, linger: 0, notify: 'sync' }),
  )
  if (!socket) throw new Error('A new scope is active')
  await vi.waitFor(() => expect(socket.status.value).toBe('open'))
  server.now.faults.add({ fault: 'refuse', match: target })
  await fetch(`${server.now.url}/control/drop`, { method: 'POST', body: JSON.stringify({ match: target }) })
  await vi.waitFor(() => expect(outcomesOf(server.now, target)).toEqual(['accepted', 'refuse', 'accepted']))
  socket.send('recovered')
  await vi.waitFor(() => expect(socket.data.value).toBe('recovered'))

  scope.stop()
  await vi.waitFor(() => expect(connectionsTo(server.now, target)).toEqual([]))
})
