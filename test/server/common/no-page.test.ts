import { createElement } from 'react'
import { renderToString as renderReact } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createSSRApp, effectScope, h } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import {
  useEventSource as useStreamInReact,
  useLongPoll as usePollInReact,
  useWebSocket as useInReact,
} from '@tautline/react'
import {
  useEventSource as useStreamInVue,
  useLongPoll as usePollInVue,
  useWebSocket as useInVue,
} from '@tautline/vue'
import { matrix } from '../support/long-poll/dialects.ts'
import { is, openSocket } from '../support/web-socket/raw-socket.ts'
import { textsBetween } from '../support/long-poll/polls.ts'
import { connectionsTo, newTarget, outcomesOf, useDemoServer } from '../support/server.ts'
import { items, until, upTo } from '../support/event-source/stream.ts'
import { createEnvironmentHarness, newsOf } from '../support/environment-harness.ts'

const server = useDemoServer()

/** Opens another connection and waits for its echo: earlier connections would have reached the server by then. */
async function afterARoundTrip(): Promise<void> {
  const connection = openSocket(`${server.now.url}${newTarget('/echo')}`)
  await connection.until(is('open'))
  connection.client.send('round')
  await connection.until(({ messages }) => messages.length === 1)
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

test('the Vue hook in a bare effect scope, without a page: opens, reconnects, and closes with the scope', async () => {
  const target = newTarget('/echo')
  const scope = effectScope()
  const socket = scope.run(() =>
    useInVue(server.now.url + target, { retry: { delay: () => 20 }, closeDelay: 0, notify: 'sync' }),
  )
  if (!socket) throw new Error('A new scope is active')
  await until(() => expect(socket.status.value).toBe('open'))
  server.now.faults.add({ fault: 'refuse', match: target })
  await fetch(`${server.now.url}/control/drop`, { method: 'POST', body: JSON.stringify({ match: target }) })
  await until(() => expect(outcomesOf(server.now, target)).toEqual(['accepted', 'refuse', 'accepted']))
  socket.send('recovered')
  await until(() => expect(socket.data.value).toBe('recovered'))

  scope.stop()
  await until(() => expect(connectionsTo(server.now, target)).toEqual([]))
})

test('[server-rendering] rendering on a server requests no stream, in React and in Vue', async () => {
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

test('the Vue hook for streams in a bare effect scope: opens, resumes without a gap, and closes with the scope', async () => {
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
      closeDelay: 0,
      notify: 'sync',
    }),
  )
  if (!stream) throw new Error('A new scope is active')
  await until(() => expect(stream.data.value?.seq).toBeGreaterThan(6))
  expect(seen).toEqual(upTo(seen.length))
  expect(outcomesOf(server.now, target)).toEqual(['cut', 'refuse', 'accepted'])

  scope.stop()
  const harness = createEnvironmentHarness(() => server.now)
  await until(async () => expect((await newsOf(harness, 'no-page')).live).toBe(0))
})

test('[server-rendering] rendering on a server polls nothing, in React and in Vue', async () => {
  const target = newTarget('/poll/matrix/sync')
  const Probe = () => createElement('p', null, usePollInReact(server.now.url + target).status)
  expect(renderReact(createElement(Probe))).toBe('<p>connecting</p>')
  const app = createSSRApp({
    setup() {
      const { status } = usePollInVue(server.now.url + target)
      return () => h('p', status.value)
    },
  })
  expect(await renderVue(app)).toBe('<p>connecting</p>')
  await afterARoundTrip()
  expect(outcomesOf(server.now, target)).toEqual([])
})

test('[poll-sequence] [cursor] two Vue hooks with one key in a bare effect scope share one sequence of requests, resume without a gap, and close with the scope', async () => {
  const target = matrix.target('no-page')
  server.now.polls.publish('no-page', textsBetween(1, 2))
  const scope = effectScope()
  const seen: string[][] = [[], []]
  const polls = scope.run(() =>
    seen.map((list) => {
      const { status, cursor } = usePollInVue(server.now.url + target, {
        ...matrix.options,
        key: 'no-page',
        onMessage: (message) => void list.push(matrix.textOf(message)),
        retry: { delay: () => 20 },
        closeDelay: 0,
        notify: 'sync',
      })
      return { status, cursor }
    }),
  )
  if (!polls) throw new Error('A new scope is active')
  const counts = () => server.now.polls.counts('no-page')
  await until(() => expect(counts()).toMatchObject({ requests: 2, inFlight: 1 }))
  for (const fault of ['lose', 'refuse', 'cut'] as const) server.now.faults.add({ fault, match: target })
  server.now.polls.publish('no-page', textsBetween(3, 4))
  await until(() => expect(counts()).toMatchObject({ requests: 3, inFlight: 1 }))
  server.now.polls.publish('no-page', textsBetween(5, 6))
  await until(() => expect(seen).toEqual([textsBetween(1, 6), textsBetween(1, 6)]))
  expect(polls.map(({ status, cursor }) => [status.value, cursor.value])).toEqual([
    ['open', 's6_demo'],
    ['open', 's6_demo'],
  ])
  expect(outcomesOf(server.now, target)).toEqual([
    'accepted',
    'accepted',
    'lose',
    'refuse',
    'cut',
    'accepted',
  ])
  expect(counts().mostInFlight).toBe(1)

  scope.stop()
  await until(() => expect(counts().inFlight).toBe(0))
})
