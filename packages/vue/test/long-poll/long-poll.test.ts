import { render } from '@testing-library/vue'
import { collect, json, query } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import {
  KeepAlive,
  type EffectScope,
  defineComponent,
  effectScope,
  h,
  isReadonly,
  isRef,
  reactive,
  ref,
} from 'vue'
import { tautline, useLongPoll } from '@tautline/vue'
import { longPollKind } from '../../../../test/binding-contract/long-poll/kind.ts'
import { listed } from '../../../../test/binding-contract/long-poll/server.ts'
import { pollPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { pollDriver } from '../support/driver.ts'

const { server, open } = pollPages(pollDriver)
failOnConsoleOutput()

const { plain } = longPollKind
const sinces = () => server.calls.map(({ since }) => since)

function scoped<Made>(make: () => Made): Made {
  const scope: EffectScope = effectScope(true)
  const made = scope.run(make)
  if (made === undefined) throw new Error('The scope is not active')
  onTestFinished(() => scope.stop())
  return made
}

test('[url-change] URL and options may be refs and getters; another URL starts new requests and resets data', async () => {
  const page = open()
  const { environment } = page
  const room = ref('a')
  const { status, data } = scoped(() =>
    useLongPoll(
      () => `/rooms/${room.value}`,
      () => ({ ...plain, environment, method: 'POST', body: { room: room.value }, reduce: collect() }),
    ),
  )
  await page.until(() => expect(status.value).toBe('open'))
  server.connection.send('in a')
  await page.until(() => expect(data.value).toEqual(['in a']))
  room.value = 'b'
  expect([status.value, data.value]).toEqual(['connecting', []])
  await page.until(() => expect(status.value).toBe('open'))
  server.connection.send('in b')
  await page.until(() => expect(data.value).toEqual(['in b']))
  expect(server.connections.map(({ path }) => path)).toEqual(['/rooms/a', '/rooms/b'])
  await page.until(() => expect(server.calls.at(-1)?.body).toContain('"room":"b"'))
  expect(server.unfinished).toHaveLength(1)
})

test('[no-url] options may be a reactive object: cursor and codec stay unwrapped, and changes apply', async () => {
  const page = open()
  server.shape = listed
  let decoded = 0
  const codec = {
    decode(raw: string | ArrayBuffer | Blob) {
      decoded++
      return json<{ next: string; list: string[] }>().decode(raw)
    },
  }
  const options = reactive({
    environment: page.environment,
    codec,
    cursor: query('since', (body: { next: string }) => body.next),
    messages: (body: { list: string[] }) => body.list,
    minGap: 0,
    enabled: false,
  })
  const [one, other] = scoped(() => [useLongPoll('/o', options), useLongPoll('/o', options)] as const)
  await page.settle()
  expect([one.status.value, other.status.value]).toEqual(['idle', 'idle'])
  options.enabled = true
  await page.until(() => expect([one.status.value, other.status.value]).toEqual(['open', 'open']))
  await page.until(() => expect(server.calls).toHaveLength(2))
  const before = decoded
  server.connection.send('a', 'b')
  await page.until(() => expect([one.data.value, other.data.value]).toEqual(['b', 'b']))
  expect(decoded).toBe(before + 1)
  expect(server.maxParallel).toBe(1)
})

test('the result has the fields of all hooks, cursor and the commands', async () => {
  const page = open()
  const poll = scoped(() => useLongPoll('/fields', { ...plain, environment: page.environment }))
  expect(
    Object.keys({ ...poll })
      .toSorted()
      .join(' '),
  ).toBe('attempt close closed cursor data error open reconnect retryAt status waitingFor')
  await page.settle()
})

test('cursor is a ref: it updates only watchers and renders that read it', async () => {
  const page = open()
  const options = { ...plain, environment: page.environment }
  const renders: string[] = []
  const Subject = defineComponent(() => {
    const { status } = useLongPoll('/cursor', options)
    return () => {
      renders.push(status.value)
      return status.value
    }
  })
  const { unmount } = render(Subject)
  const { cursor } = scoped(() => useLongPoll('/cursor', options))
  expect(isRef(cursor) && isReadonly(cursor)).toBe(true)
  await page.until(() => expect(cursor.value).toBe('0'))
  server.connection.send()
  await page.until(() => expect(cursor.value).toBe('1'))
  server.connection.send()
  await page.until(() => expect(cursor.value).toBe('2'))
  await page.settle()
  expect(renders).toEqual(['connecting', 'open'])
  unmount()
})

test('the result can be destructured and spread: read-only refs and commands', async () => {
  const page = open()
  const poll = scoped(() =>
    useLongPoll('/refs', { ...plain, environment: page.environment, initialCursor: '4' }),
  )
  const { open: openCommand, close, reconnect, ...refs } = { ...poll }
  for (const field of Object.values(refs)) expect(isRef(field) && isReadonly(field)).toBe(true)
  expect([openCommand, close, reconnect].map((command) => typeof command)).toEqual(Array(3).fill('function'))
  expect(refs.cursor.value).toBe('4')
  await page.until(() => expect(sinces()[0]).toBe('4'))
})

test('[unmount] an effect scope without a component sends a request at once, and stopping it aborts the request', async () => {
  const page = open()
  const received: unknown[] = []
  const scope = effectScope()
  const onMessage = (message: unknown) => received.push(message)
  const options = { ...plain, environment: page.environment, closeDelay: 0, onMessage }
  const poll = scope.run(() => useLongPoll('/scope', options))
  await page.until(() => expect(poll?.status.value).toBe('open'))
  server.connection.send('hello')
  await page.until(() => expect(poll?.data.value).toBe('hello'))
  await page.until(() => expect(server.call.since).toBe('1'))
  scope.stop()
  server.publish('/scope', 'after the end')
  await page.until(() => expect(server.unfinished).toEqual([]))
  expect(received).toEqual(['hello'])
  expect(page.timers).toBe(0)
})

test('[unmount] <KeepAlive> aborts the poll of a deactivated component, and a reactivated one continues from its cursor', async () => {
  const page = open()
  const shown = ref(true)
  const options = { ...plain, environment: page.environment, closeDelay: 500, reduce: collect() }
  const News = defineComponent(() => {
    const { status, data } = useLongPoll('/hidden', options)
    return () => `${status.value} ${data.value.join()}`
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(News) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open '))
  server.connection.send('one')
  await page.until(() => expect(container.textContent).toBe('open one'))
  await page.until(() => expect(server.call.since).toBe('1'))
  shown.value = false
  await page.advance(500)
  await page.until(() => expect(server.connection.outcome).toBe('left'))
  server.publish('/hidden', 'while deactivated')
  shown.value = true
  await page.until(() => expect(container.textContent).toBe('open one,while deactivated'))
  expect(sinces().slice(0, 4)).toEqual([undefined, '0', '1', '1'])
  unmount()
})

test('[unmount] messages within closeDelay are delivered once to the reactivated component', async () => {
  const page = open()
  const shown = ref(true)
  const received: unknown[] = []
  const onMessage = (message: unknown) => received.push(message)
  const options = { ...plain, environment: page.environment, closeDelay: 500, onMessage }
  const News = defineComponent(() => {
    const { status } = useLongPoll('/hidden', options)
    return () => status.value
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(News) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open'))
  server.connection.send('one')
  await page.until(() => expect(received).toEqual(['one']))
  shown.value = false
  await page.settle()
  server.publish('/hidden', 'before closeDelay')
  await page.until(() => expect(server.unfinished).toEqual([]))
  shown.value = true
  await page.until(() => expect(received).toEqual(['one', 'before closeDelay']))
  await page.advance(2000)
  expect(received).toHaveLength(2)
  expect(container.textContent).toBe('open')
  unmount()
})

test('the plugin sets defaults for an app, and a hook overrides them', async () => {
  const page = open()
  server.refuse()
  const { environment } = page
  const gaveUp: string[] = []
  const hook = (options: object) =>
    defineComponent(() => {
      const { status } = useLongPoll('/defaults', options)
      return () => status.value
    })
  const Both = () => [h(hook({})), h(hook({ onGiveUp: () => gaveUp.push('hook') }))]
  const defaults = { environment, share: false, retry: { limit: 0 }, onGiveUp: () => gaveUp.push('app') }
  const { unmount } = render(Both, { global: { plugins: [[tautline, defaults]] } })
  await page.until(() => expect(gaveUp.toSorted()).toEqual(['app', 'hook']))
  expect(server.calls).toHaveLength(2)
  unmount()
})
