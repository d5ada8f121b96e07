import { render } from '@testing-library/vue'
import {
  KeepAlive,
  defineComponent,
  onMounted,
  provide,
  inject,
  effectScope,
  h,
  isReadonly,
  isRef,
  ref,
} from 'vue'
import { expect, test } from 'vitest'
import { type WebSocketResult, useWebSocket } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { socketPages } from '../../../../test/binding-contract/support/pages.ts'
import { socketDriver } from '../support/driver.ts'

const { server, open } = socketPages(socketDriver)
failOnConsoleOutput()

test('[unmount] an effect scope without a component opens a connection at once, and stopping it closes it', async () => {
  const page = open()
  const received: unknown[] = []
  const scope = effectScope()
  const connection = scope.run(() =>
    useWebSocket('/scope', {
      environment: page.environment,
      closeDelay: 0,
      onMessage: (message) => received.push(message),
    }),
  )
  await page.until(() => expect(connection?.status.value).toBe('open'))
  server.peer.send('hello')
  await page.until(() => expect(connection?.data.value).toBe('hello'))
  scope.stop()
  server.peer.send('after the end')
  await page.until(() => expect(server.peer.closed).toMatchObject({ code: 1000 }))
  expect(received).toEqual(['hello'])
  expect(page.timers).toBe(0)
})

test('[unmount] a scope that stops in its first tick opens nothing', async () => {
  const page = open()
  const scope = effectScope()
  scope.run(() => useWebSocket('/scope', { environment: page.environment, closeDelay: 0 }))
  scope.stop()
  await page.settle()
  expect(server.peers).toEqual([])
})

test('[unmount] a detached scope created in a component, such as a store, continues after unmounting and deactivation', async () => {
  const page = open()
  const scope = effectScope(true)
  const made: WebSocketResult<never, unknown>[] = []
  const Maker = defineComponent(() => {
    const store = scope.run(() => useWebSocket('/store', { environment: page.environment }))
    if (store) made.push(store)
    return () => store?.status.value
  })
  const shown = ref(true)
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(Maker) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open'))
  shown.value = false
  await page.advance(60_000)
  expect(made[0]?.status.value).toBe('open')
  expect(server.peer.closed).toBeUndefined()
  unmount()
  await page.advance(60_000)
  expect(made[0]?.status.value).toBe('open')
  expect(server.peer.closed).toBeUndefined()
  scope.stop()
  await page.advance(1000)
  expect(server.peer.closed).toMatchObject({ code: 1000 })
})

test('the result can be destructured and spread: read-only refs and commands', async () => {
  const page = open()
  const scope = effectScope()
  const connection = scope.run(() =>
    useWebSocket('/refs', { environment: page.environment, initialData: 'none' }),
  )
  const { send, open: openCommand, close, reconnect, ...refs } = { ...connection }
  expect(Object.keys(refs).toSorted()).toEqual(
    'attempt closed cursor data error latency queued retryAt status unconfirmed waitingFor'.split(' '),
  )
  for (const field of Object.values(refs)) expect(isRef(field) && isReadonly(field)).toBe(true)
  expect([send, openCommand, close, reconnect].map((command) => typeof command)).toEqual(
    Array(4).fill('function'),
  )
  expect(refs.data?.value).toBe('none')
  expect(connection?.status).toBe(refs.status)
  scope.stop()
  await page.settle()
})

test('a component that reads only the status does not render for data', async () => {
  const page = open()
  const renders: string[] = []
  const Status = defineComponent(() => {
    const { status, data } = useWebSocket('/status', { environment: page.environment })
    return () => {
      renders.push(status.value)
      return [status.value, () => data.value].length
    }
  })
  const { unmount } = render(Status)
  await page.until(() => expect(renders).toEqual(['connecting', 'open']))
  server.peer.send('one', 'two')
  await page.settle()
  expect(renders).toEqual(['connecting', 'open'])
  unmount()
})

test('[unmount] a hook called in onMounted opens, and closes on unmount', async () => {
  const page = open()
  const Late = defineComponent(() => {
    onMounted(() => void useWebSocket('/late', { environment: page.environment, closeDelay: 0 }))
    return () => 'late'
  })
  const { unmount } = render(Late)
  await page.until(() => expect(server.peers).toHaveLength(1))
  unmount()
  await page.until(() => expect(server.peer.closed).toBeDefined())
})

test('a ref works until its hook ends, not only until the child that first read it ends', async () => {
  const page = open()
  const Child = defineComponent(() => {
    const connection = inject<WebSocketResult<never, unknown>>('line')
    return () => connection?.status.value
  })
  const which = ref(1)
  const Parent = defineComponent(() => {
    provide('line', useWebSocket('/given', { environment: page.environment }))
    return () => h(Child, { key: which.value })
  })
  const { container } = render(Parent)
  expect(container.textContent).toBe('connecting')
  which.value = 2
  await page.until(() => expect(container.textContent).toBe('open'))
})
