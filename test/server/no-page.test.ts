import { createElement } from 'react'
import { renderToString as renderReact } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { createSSRApp, effectScope, h } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { useEventSource as useStreamInReact, useWebSocket as useInReact } from '@tautline/react'
import { useEventSource as useStreamInVue, useWebSocket as useInVue } from '@tautline/vue'
import { is, openLine } from './support/line.ts'
import { connectionsTo, newTarget, outcomesOf, useDemoServer } from './support/server.ts'
import { items, upTo } from './support/stream.ts'
import { createWorld, newsOf } from './support/world.ts'

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

test('8: rendering on a server asks for no stream, in React and in Vue', async () => {
  const target = newTarget('/news')
  const Probe = () => createElement('p', null, useStreamInReact(server.now.url + target).status)
  expect(renderReact(createElement(Probe))).toBe('<p>connecting</p>')
  const app = createSSRApp({
    setup() {
      const { status } = useStreamInVue(server.now.url + target)
      return () => h('p', status.value)
    },
  })
  expect(await renderVue(app)).toBe('<p>connecting</p>')
  await afterARoundTrip()
  expect(outcomesOf(server.now, target)).toEqual([])
})

test('the Vue hook for streams in a bare effect scope: opens, recovers without a gap, and goes with the scope', async () => {
  const target = `${newTarget('/news')}&stream=no-page&rate=500`
  server.now.faults.add({ fault: 'cut', afterEvents: 3, bytes: 9, match: target })
  server.now.faults.add({ fault: 'refuse', match: target })
  const scope = effectScope()
  const seen: number[] = []
  const stream = scope.run(() =>
    useStreamInVue(server.now.url + target, {
      codec: items,
      lastEventId: '0',
      onMessage: ({ seq }) => void seen.push(seq),
      retry: { delay: () => 20 },
      linger: 0,
      notify: 'sync',
    }),
  )
  if (!stream) throw new Error('A new scope is active')
  await vi.waitFor(() => expect(stream.data.value?.seq).toBeGreaterThan(6))
  expect(seen).toEqual(upTo(seen.length))
  expect(outcomesOf(server.now, target)).toEqual(['cut', 'refuse', 'accepted'])

  scope.stop()
  const world = createWorld(() => server.now)
  await vi.waitFor(async () => expect((await newsOf(world, 'no-page')).live).toBe(0))
})
