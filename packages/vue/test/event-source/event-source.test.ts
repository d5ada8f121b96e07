import { render } from '@testing-library/vue'
import { concat, json, text } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import {
  KeepAlive,
  type EffectScope,
  createSSRApp,
  defineComponent,
  effectScope,
  h,
  isReadonly,
  isRef,
  reactive,
  ref,
  shallowRef,
} from 'vue'
import { renderToString } from 'vue/server-renderer'
import { tautline, useEventSource } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { streamPages } from '../../../../test/binding-contract/support/pages.ts'
import { streamDriver } from '../support/driver.ts'

const { server, open } = streamPages(streamDriver)
failOnConsoleOutput()

const paths = () => server.calls.map(({ path }) => path)
const bodies = () => server.calls.map(({ body }) => body)

function scoped<Made>(make: () => Made): Made {
  const scope: EffectScope = effectScope(true)
  const made = scope.run(make)
  if (made === undefined) throw new Error('The scope is not active')
  onTestFinished(() => scope.stop())
  return made
}

test('[url-change] the URL may be a ref, or a getter over props', async () => {
  const page = open()
  const { environment } = page
  const url = ref<string | null>(null)
  const { status } = scoped(() => useEventSource(url, { environment }))
  expect(status.value).toBe('idle')
  url.value = '/a'
  await page.until(() => expect(status.value).toBe('open'))
  const Topic = defineComponent({
    props: { name: { type: String, required: true } },
    setup(props) {
      const { status } = useEventSource(() => `/news/${props.name}`, { environment })
      return () => status.value
    },
  })
  const { container, rerender, unmount } = render(Topic, { props: { name: 'b' } })
  await page.until(() => expect(container.textContent).toBe('open'))
  await rerender({ name: 'c' })
  await page.until(() => expect(paths()).toEqual(['/a', '/news/b', '/news/c']))
  unmount()
})

test('[token-stream] another prompt in a ref aborts the old request and starts again', async () => {
  const page = open()
  const prompt = ref('')
  const { status, data } = scoped(() =>
    useEventSource(
      () => prompt.value && '/chat',
      () => ({
        environment: page.environment,
        method: 'POST',
        body: { prompt: prompt.value },
        reduce: concat(),
        until: ({ data }) => data === '[DONE]',
      }),
    ),
  )
  expect([status.value, data.value]).toEqual(['idle', ''])
  prompt.value = 'a'
  await page.until(() => expect(status.value).toBe('open'))
  server.call.send('half of')
  await page.until(() => expect(data.value).toBe('half of'))
  prompt.value = 'b'
  expect([status.value, data.value]).toEqual(['connecting', ''])
  await page.until(() => expect(server.calls[0]?.aborted).toBe(true))
  await page.until(() => expect(bodies()).toEqual(['{"prompt":"a"}', '{"prompt":"b"}']))
  await page.until(() => expect(status.value).toBe('open'))
  server.call.send('all', '[DONE]')
  await page.until(() => expect([status.value, data.value]).toEqual(['closed', 'all']))
})

test('[token-stream] sends only the last of five prompts in a tick', async () => {
  const page = open()
  const prompt = ref('a')
  const { environment } = page
  const { status } = scoped(() =>
    useEventSource('/chat', () => ({ environment, method: 'POST', body: { prompt: prompt.value } })),
  )
  for (const next of ['b', 'c', 'd', 'e', 'f']) prompt.value = next
  await page.until(() => expect(status.value).toBe('open'))
  await page.settle()
  expect(bodies()).toEqual(['{"prompt":"f"}'])
})

test('[no-url] options may be a ref that is set later, or a reactive object, whose codecs stay unwrapped', async () => {
  const page = open()
  const { environment } = page
  let decoded = 0
  const codec = {
    decode(raw: string) {
      decoded++
      return json<number>().decode(raw)
    },
  }
  const later = shallowRef({ environment, codec, enabled: false })
  const options = reactive({ environment, codec, enabled: false })
  const [one, other] = scoped(() => [useEventSource('/o', later), useEventSource('/o', options)] as const)
  await page.settle()
  expect([one.status.value, other.status.value]).toEqual(['idle', 'idle'])
  later.value = { ...later.value, enabled: true }
  options.enabled = true
  await page.until(() => expect([one.status.value, other.status.value]).toEqual(['open', 'open']))
  server.call.send('1')
  await page.until(() => expect([one.data.value, other.data.value]).toEqual([1, 1]))
  expect(server.calls).toHaveLength(1)
  expect(decoded).toBe(1)
})

test('[named-events] a reactive object with named events: each name keeps its codec', async () => {
  const page = open()
  const options = reactive({
    environment: page.environment,
    events: { n: json<number>(), s: text() },
    headers: { own: 'x' },
  })
  const { data } = scoped(() => useEventSource('/names', options))
  await page.until(() => expect(server.call.headers.get('own')).toBe('x'))
  await page.settle()
  server.call.write('event: n\ndata: 1\n\n')
  await page.until(() => expect(data.value).toEqual({ event: 'n', data: 1, id: '' }))
  server.call.write('event: s\ndata: 1\n\n')
  await page.until(() => expect(data.value).toEqual({ event: 's', data: '1', id: '' }))
})

test('lastEventId is a ref: it updates only watchers and renders that read it', async () => {
  const page = open()
  const { environment } = page
  const renders: string[] = []
  const Subject = defineComponent(() => {
    const { status } = useEventSource('/ids', { environment })
    return () => {
      renders.push(status.value)
      return status.value
    }
  })
  const { unmount } = render(Subject)
  const { lastEventId } = scoped(() => useEventSource('/ids', { environment }))
  expect(isRef(lastEventId) && isReadonly(lastEventId)).toBe(true)
  await page.until(() => expect(renders).toEqual(['connecting', 'open']))
  server.call.write('id: 1\n\n')
  await page.until(() => expect(lastEventId.value).toBe('1'))
  server.call.write('id: 2\ndata: x\n\n')
  await page.until(() => expect(lastEventId.value).toBe('2'))
  await page.settle()
  expect(renders).toEqual(['connecting', 'open'])
  unmount()
})

test('the result can be destructured and spread: read-only refs and commands', async () => {
  const page = open()
  const stream = scoped(() => useEventSource('/refs', { environment: page.environment, initialData: 'none' }))
  const { open: openCommand, close, reconnect, ...refs } = { ...stream }
  expect(Object.keys(refs).toSorted().join(' ')).toBe(
    'attempt closed data error lastEventId retryAt status waitingFor',
  )
  for (const field of Object.values(refs)) expect(isRef(field) && isReadonly(field)).toBe(true)
  expect([openCommand, close, reconnect].map((command) => typeof command)).toEqual(Array(3).fill('function'))
  expect(refs.data.value).toBe('none')
  await page.settle()
})

test('[unmount] an effect scope without a component sends a request at once, and stopping it aborts the request', async () => {
  const page = open()
  const received: unknown[] = []
  const scope = effectScope()
  const stream = scope.run(() =>
    useEventSource('/scope', {
      environment: page.environment,
      closeDelay: 0,
      onMessage: (message) => received.push(message),
    }),
  )
  await page.until(() => expect(stream?.status.value).toBe('open'))
  server.call.send('hello')
  await page.until(() => expect(stream?.data.value).toBe('hello'))
  scope.stop()
  server.call.send('after the end')
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(received).toEqual(['hello'])
  expect(page.timers).toBe(0)
})

test('[unmount] <KeepAlive> closes the stream of a deactivated component, and a reactivated one resumes it', async () => {
  const page = open()
  const shown = ref(true)
  const received: unknown[] = []
  const Connection = defineComponent(() => {
    const { status, data } = useEventSource('/hidden', {
      reduce: concat(),
      environment: page.environment,
      closeDelay: 500,
      onMessage: (message) => received.push(message),
    })
    return () => `${status.value} ${data.value}`
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(Connection) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open '))
  server.call.write('id: 1\ndata: one\n\n')
  await page.until(() => expect(container.textContent).toBe('open one'))

  shown.value = false
  await page.settle()
  server.call.send('while deactivated')
  await page.advance(500)
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(received).toEqual(['one'])

  shown.value = true
  await page.until(() => expect(container.textContent).toBe('open one'))
  expect(server.calls.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '1'])
  server.call.send(', two')
  await page.until(() => expect(container.textContent).toBe('open one, two'))
  unmount()
})

test('[server-rendering] on a server a store sends no request', async () => {
  const page = open()
  const scope = effectScope(true)
  const Connection = defineComponent(() => {
    const store = scope.run(() => useEventSource('/store', { environment: page.environment }))
    return () => h('p', store?.status.value)
  })
  expect(await renderToString(createSSRApp(Connection))).toBe('<p>connecting</p>')
  await page.settle()
  expect(server.calls).toEqual([])
  expect(page.timers).toBe(0)
  scope.stop()
})

test('the plugin sets defaults for an app, and a hook overrides them', async () => {
  const page = open()
  server.onCall = () => new Response(null, { status: 503 })
  const { environment } = page
  const gaveUp: string[] = []
  const hook = (options: object) =>
    defineComponent(() => {
      const { status } = useEventSource('/defaults', options)
      return () => status.value
    })
  const Both = () => [h(hook({})), h(hook({ onGiveUp: () => gaveUp.push('hook') }))]
  const defaults = { environment, share: false, retry: { limit: 0 }, onGiveUp: () => gaveUp.push('app') }
  const { unmount } = render(Both, { global: { plugins: [[tautline, defaults]] } })
  await page.until(() => expect(gaveUp.toSorted()).toEqual(['app', 'hook']))
  expect(server.calls).toHaveLength(2)
  unmount()
})

test('a later wrong option reaches the error handler of the app, and the stream stays', async () => {
  const page = open()
  const errors: unknown[] = []
  const { environment } = page
  const Connection = defineComponent({
    props: { body: { type: String, default: undefined } },
    setup(props) {
      const { status } = useEventSource('/wrong', () => ({ environment, body: props.body }))
      return () => status.value
    },
  })
  const global = { config: { errorHandler: (error: unknown) => void errors.push(error) } }
  const { container, rerender, unmount } = render(Connection, { props: {}, global })
  await page.until(() => expect(container.textContent).toBe('open'))
  await rerender({ body: 'GET has none' })
  expect(errors).toMatchObject([{ code: 'bad-option', option: 'body' }])
  expect(container.textContent).toBe('open')
  expect(server.calls).toHaveLength(1)
  unmount()
})
