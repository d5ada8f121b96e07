import { render } from '@testing-library/vue'
import { collect, json, text } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Component,
  KeepAlive,
  Suspense,
  createSSRApp,
  defineComponent,
  effectScope,
  h,
  isReadonly,
  isRef,
  nextTick,
  onErrorCaptured,
  reactive,
  ref,
  shallowRef,
  watch,
} from 'vue'
import { renderToString } from 'vue/server-renderer'
import { type FetchResult, tautline, useFetch } from '@tautline/vue'
import { fetchPages } from '../../../../test/binding-contract/fetch/page.ts'
import { createResponse } from '../../../../test/binding-contract/fetch/server.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { fetchDriver } from '../support/driver.ts'

const { server, open } = fetchPages(fetchDriver)
failOnConsoleOutput()

function scoped<Made>(make: () => Made): Made {
  const scope = effectScope(true)
  const made = scope.run(make)
  if (made === undefined) throw new Error('The scope is not active')
  onTestFinished(() => scope.stop())
  return made
}

/** The rendered text of a request. */
const shown = ({ status, data }: FetchResult<unknown, unknown, unknown>) =>
  `${status.value} ${String(data.value)}`

test('[url-change] the URL may be a ref, or a getter over props', async () => {
  const page = open()
  const { environment } = page
  const url = ref<string | null>(null)
  const { status, data } = scoped(() => useFetch(url, { environment }))
  expect(status.value).toBe('idle')
  url.value = '/a'
  expect(status.value).toBe('pending')
  await page.respond('a')
  await page.until(() => expect([status.value, data.value]).toEqual(['success', 'a']))
  const User = defineComponent({
    props: { id: { type: Number, required: true } },
    setup(props) {
      const user = useFetch(() => `/users/${props.id}`, { environment })
      return () => shown(user)
    },
  })
  const { container, rerender, unmount } = render(User, { props: { id: 1 } })
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  await rerender({ id: 2 })
  expect(container.textContent).toBe('pending undefined')
  await page.respond('Eve')
  await page.until(() => expect(container.textContent).toBe('success Eve'))
  expect(page.requested).toEqual(['GET /a', 'GET /users/1', 'GET /users/2'])
  unmount()
})

test('[url-change] a ref that changes five times in a tick requests the last one only', async () => {
  const page = open()
  const url = ref('/a')
  const { data } = scoped(() => useFetch(url, { environment: page.environment }))
  for (const next of ['/b', '/c', '/d', '/e', '/f']) url.value = next
  await page.respond('last')
  await page.until(() => expect(data.value).toBe('last'))
  expect(page.requested).toEqual(['GET /f'])
})

test('[url-change] a query in a getter: each input is requested, and the response for the last one is shown', async () => {
  const page = open()
  const typed = ref('')
  const { status, data } = scoped(() =>
    useFetch(
      () => typed.value && '/find',
      () => ({ environment: page.environment, query: { q: typed.value }, keepPreviousData: true }),
    ),
  )
  expect(status.value).toBe('idle')
  for (const q of ['t', 'ta', 'tau']) {
    typed.value = q
    await nextTick()
    await page.until(() => expect(server.calls.at(-1)?.path).toBe(`/find?q=${q}`))
  }
  await page.until(() => expect(server.calls.map(({ aborted }) => aborted)).toEqual([true, true, false]))
  await page.respond(['tautline'])
  await page.until(() => expect(data.value).toEqual(['tautline']))
  typed.value = 'taut'
  expect([status.value, data.value]).toEqual(['pending', ['tautline']])
})

test('[no-url] options may be a getter, a ref that is set later, or a reactive object, whose codecs stay unwrapped', async () => {
  const page = open()
  const { environment } = page
  let decoded = 0
  const codec = {
    decode(raw: string | ArrayBuffer | Blob) {
      decoded++
      return json<number>().decode(raw)
    },
  }
  const enabled = ref(false)
  const later = shallowRef({ environment, codec, enabled: false })
  const options = reactive({ environment, codec, enabled: false })
  const all = scoped(() => [
    useFetch('/o', () => ({ environment, codec, enabled: enabled.value })),
    useFetch('/o', later),
    useFetch('/o', options),
  ])
  const statuses = () => all.map(({ status }) => status.value)
  await page.settle()
  expect(statuses()).toEqual(['idle', 'idle', 'idle'])
  enabled.value = true
  later.value = { ...later.value, enabled: true }
  options.enabled = true
  await page.respond(1)
  await page.until(() => expect(all.map(({ data }) => data.value)).toEqual([1, 1, 1]))
  expect(page.requested).toEqual(['GET /o'])
  expect(decoded).toBe(1)
})

test('[safe-retries] a reactive body is sent with its content at the call of execute()', async () => {
  const page = open()
  const form = reactive({ name: 'Ada', tags: ['x'] })
  const { execute } = scoped(() =>
    useFetch('/users', { environment: page.environment, method: 'POST', enabled: false }),
  )
  for (const name of ['Ada', 'Eve']) {
    form.name = name
    const promise = execute({ json: form })
    await page.respond(name)
    await expect(promise).resolves.toBe(name)
  }
  expect(server.calls.map(({ body }) => body)).toEqual([
    '{"name":"Ada","tags":["x"]}',
    '{"name":"Eve","tags":["x"]}',
  ])
})

test('[option-functions] URL functions with a parameter and async ones run before every attempt and are no getters', async () => {
  const page = open()
  const { environment } = page
  let calls = 0
  const [one, other] = scoped(() => [
    useFetch(({ attempt }) => `/context?attempt=${attempt}&call=${++calls}`, { environment }),
    useFetch(async () => '/async', { environment }),
  ])
  expect(calls).toBe(0)
  await page.respond(1)
  await page.respond(2)
  await page.until(() => expect([one.status.value, other.status.value]).toEqual(['success', 'success']))
  void one.refetch()
  await page.respond(3)
  expect(page.requested.toSorted()).toEqual([
    'GET /async',
    'GET /context?attempt=0&call=1',
    'GET /context?attempt=0&call=2',
  ])
})

test('[latest-handlers] the newest handler of a getter is called', async () => {
  const page = open()
  const name = ref('first')
  const received: string[] = []
  const { refetch } = scoped(() =>
    useFetch('/newest', () => {
      const who = name.value
      return { environment: page.environment, onMessage: () => received.push(who) }
    }),
  )
  await page.respond(1)
  name.value = 'second'
  void refetch()
  await page.respond(2)
  expect(received).toEqual(['first', 'second'])
})

test('a new select shows its part at once, also of a response that was not rendered', async () => {
  const page = open()
  const field = ref<'a' | 'b'>('a')
  const { data, refetch } = scoped(() =>
    useFetch<Record<'a' | 'b', number>, Record<'a' | 'b', number>, number>('/select', () => {
      const key = field.value
      return { environment: page.environment, select: (all) => all[key] }
    }),
  )
  await page.respond({ a: 1, b: 2 })
  await page.until(() => expect(data.value).toBe(1))
  field.value = 'b'
  expect(data.value).toBe(2)
  void refetch()
  await page.respond({ a: 3, b: 2 })
  await page.settle()
  field.value = 'a'
  expect(data.value).toBe(3)
})

test('the result can be destructured and spread: read-only refs and commands', async () => {
  const page = open()
  const request = scoped(() => useFetch('/refs', { environment: page.environment, initialData: 'none' }))
  const { execute, refetch, abort, reset, mutate, ...refs } = { ...request }
  expect(Object.keys(refs).toSorted().join(' ')).toBe(
    'attempt data error failure isFetching progress response retryAt staleAt status waitingFor',
  )
  for (const field of Object.values(refs)) expect(isRef(field) && isReadonly(field)).toBe(true)
  expect([execute, refetch, abort, reset, mutate].map((command) => typeof command)).toEqual(
    Array(5).fill('function'),
  )
  expect(refs.data.value).toBe('none')
  expect(request.status).toBe(refs.status)
  expect(request.execute).toBe(execute)
  await page.respond('x')
})

test('a component that reads only the status does not render for data or tracked fields', async () => {
  const page = open()
  const renders: string[] = []
  const { environment } = page
  const Status = defineComponent(() => {
    const { status, data } = useFetch('/status', { environment })
    return () => {
      renders.push(status.value)
      return [status.value, () => data.value].length
    }
  })
  const { unmount } = render(Status)
  const { refetch, isFetching } = scoped(() => useFetch('/status', { environment }))
  await page.respond(1)
  await page.until(() => expect(renders).toEqual(['pending', 'success']))
  void refetch()
  expect(isFetching.value).toBe(true)
  await page.respond(2)
  await page.until(() => expect(isFetching.value).toBe(false))
  expect(renders).toEqual(['pending', 'success'])
  unmount()
})

test('a watcher runs for each response', async () => {
  const page = open()
  const seen: unknown[] = []
  const { data, refetch } = scoped(() => {
    const request = useFetch('/watched', { environment: page.environment })
    watch(request.data, (value) => seen.push(value))
    return request
  })
  await page.respond('a')
  await page.until(() => expect(data.value).toBe('a'))
  void refetch()
  await page.respond('b')
  await page.until(() => expect(seen).toEqual(['a', 'b']))
})

test('[unmount] an effect scope without a component sends a request at once, and stopping it aborts the request', async () => {
  const page = open()
  const received: unknown[] = []
  const scope = effectScope()
  const { environment } = page
  const request = scope.run(() =>
    useFetch('/scope', { environment, onMessage: (message) => received.push(message) }),
  )
  await page.respond('hello')
  await page.until(() => expect(request?.data.value).toBe('hello'))
  void request?.refetch()
  await page.until(() => expect(server.calls).toHaveLength(2))
  scope.stop()
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(received).toEqual(['hello'])
  expect(page.timers).toBe(0)
})

test('[unmount] a scope that stops in its first tick sends no request', async () => {
  const page = open()
  const scope = effectScope()
  scope.run(() => useFetch('/scope', { environment: page.environment }))
  scope.stop()
  await page.settle()
  expect(page.requested).toEqual([])
})

test('[unmount] <KeepAlive> aborts the request of a deactivated component; a reactivated one shows its data and sends it again', async () => {
  const page = open()
  const isShown = ref(true)
  const received: unknown[] = []
  const Fetcher = defineComponent(() => {
    const request = useFetch('/hidden', {
      environment: page.environment,
      onMessage: (message) => received.push(message),
    })
    return () => shown(request)
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (isShown.value ? h(Fetcher) : undefined)))
  await page.until(() => expect(server.calls).toHaveLength(1))
  isShown.value = false
  await page.until(() => expect(server.call.aborted).toBe(true))
  expect(page.timers).toBe(0)
  isShown.value = true
  await page.respond('one')
  await page.until(() => expect(container.textContent).toBe('success one'))
  isShown.value = false
  await page.advance(60_000)
  expect(page.requested).toHaveLength(2)
  isShown.value = true
  await page.until(() => expect(container.textContent).toBe('success one'))
  await page.respond('two')
  await page.until(() => expect(container.textContent).toBe('success two'))
  expect(received).toEqual(['one', 'two'])
  unmount()
})

test('[unmount] a component reactivated by <KeepAlive> reduces a response once', async () => {
  const page = open()
  const isShown = ref(true)
  const Log = defineComponent(() => {
    const log = useFetch('/log', { environment: page.environment, maxAge: 60_000, reduce: collect() })
    return () => shown(log)
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (isShown.value ? h(Log) : undefined)))
  await page.respond('a')
  await page.until(() => expect(container.textContent).toBe('success a'))
  for (const next of [false, true]) {
    isShown.value = next
    await page.settle()
  }
  expect(container.textContent).toBe('success a')
  expect(page.requested).toHaveLength(1)
  unmount()
})

test('[unmount] a component reactivated by <KeepAlive> calls its header function before it shows data, for a change of user', async () => {
  const page = open()
  const isShown = ref(true)
  let user = 'ada'
  const headers = async () => ({ authorization: `Bearer ${user}` })
  const Me = defineComponent(() => {
    const me = useFetch('/me', { environment: page.environment, maxAge: 60_000, headers })
    return () => shown(me)
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (isShown.value ? h(Me) : undefined)))
  await page.respond('Ada')
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  const away = async () => {
    isShown.value = false
    await page.settle()
    isShown.value = true
  }
  await away()
  await page.until(() => expect(container.textContent).toBe('success Ada'))
  await page.settle()
  expect(page.requested).toHaveLength(1)
  await away()
  user = 'eve'
  await page.until(() => expect(server.calls).toHaveLength(2))
  expect(container.textContent).not.toContain('Ada')
  await page.respond('Eve')
  await page.until(() => expect(container.textContent).toBe('success Eve'))
  unmount()
})

/** Hydrates the HTML of the server. */
async function hydrated(app: Component) {
  const container = document.createElement('div')
  container.innerHTML = await renderToString(createSSRApp(app))
  const sent = container.textContent
  const element = container.firstElementChild
  const client = createSSRApp(app)
  client.mount(container)
  onTestFinished(() => client.unmount())
  return { container, sent, element }
}

test('[server-rendering] on a server a store sends no request', async () => {
  const page = open()
  const scope = effectScope(true)
  const Fetcher = defineComponent(() => {
    const store = scope.run(() => useFetch('/store', { environment: page.environment }))
    return () => h('p', store?.status.value)
  })
  expect(await renderToString(createSSRApp(Fetcher))).toBe('<p>pending</p>')
  await page.settle()
  expect(page.requested).toEqual([])
  expect(page.timers).toBe(0)
  scope.stop()
})

/** A component whose async setup awaits its data. */
const awaiting = (options: Parameters<typeof useFetch>[1], seen: string[] = []) =>
  defineComponent({
    async setup() {
      const { status, data, execute } = useFetch<{ name: string }>('/user', options as object)
      // Read before the response: the render must show the later value.
      seen.push(`${status.value} ${data.value?.name}`)
      await execute()
      return () => h('p', `${status.value} ${data.value?.name ?? 'none'}`)
    },
  })

test('[server-rendering] `await execute()` in an async setup: a server renders the data', async () => {
  const page = open()
  const User = awaiting({ environment: page.environment })
  const html = renderToString(createSSRApp(() => h(Suspense, null, { default: () => h(User) })))
  await page.respond({ name: 'Ada' })
  expect(await html).toContain('<p>success Ada</p>')
  await page.advance(60_000)
  expect(page.requested).toEqual(['GET /user'])
  expect(page.timers).toBe(0)
})

test.each([
  ['without Cache-Control', {}],
  ['with no-store', { 'cache-control': 'no-store' }],
  ['with max-age', { 'cache-control': 'max-age=60' }],
])(
  '[server-rendering] `await execute()` in an async setup under <Suspense>: the first render has the data of one request, %s',
  async (_, headers) => {
    const page = open()
    const seen: string[] = []
    const User = awaiting({ environment: page.environment }, seen)
    // The testing library does not find a <Suspense> at the root.
    const { container, unmount } = render(() =>
      h('div', h(Suspense, null, { default: () => h(User), fallback: () => 'waiting' })),
    )
    expect(container.textContent).toBe('waiting')
    await page.respond({ name: 'Ada' }, { headers })
    await page.until(() => expect(container.textContent).not.toBe('waiting'))
    expect(container.textContent).toBe('success Ada')
    await page.settle()
    expect(seen).toEqual(['pending undefined'])
    expect(container.textContent).toBe('success Ada')
    expect(page.requested).toEqual(['GET /user'])
    unmount()
  },
)

test('[server-rendering] an error that an async setup catches is rendered, also on a server', async () => {
  const page = open()
  server.onCall = () => createResponse('no', { status: 404 })
  const User = defineComponent({
    async setup() {
      const { status, error, execute } = useFetch('/user', {
        environment: page.environment,
        retry: false,
        enabled: false,
      })
      await execute().catch(() => {})
      return () => h('p', `${status.value} ${error.value?.message}`)
    },
  })
  const tree = () => h('div', h(Suspense, null, { default: () => h(User) }))
  expect(await renderToString(createSSRApp(tree))).toContain('error The server responded with 404')
  const { container, unmount } = render(tree)
  await page.until(() => expect(container.textContent).toContain('error The server responded with 404'))
  unmount()
})

test('[server-rendering] an async setup hydrates with the data that the server rendered', async () => {
  const page = open()
  server.onCall = () => createResponse({ name: 'Ada' }, { headers: { 'cache-control': 'max-age=60' } })
  const User = awaiting({ environment: page.environment })
  const app = { render: () => h(Suspense, null, { default: () => h(User) }) }
  const { container, sent } = await hydrated(app)
  expect(sent).toBe('success Ada')
  await page.until(() => expect(page.server.unfinished).toEqual([]))
  await page.settle()
  expect(container.textContent).toBe('success Ada')
})

test('the plugin sets defaults for an app; `fetch` overrides the common ones, and a hook overrides both', async () => {
  const page = open()
  server.refuse()
  const { environment } = page
  const notified: string[] = []
  const hook = (url: string, options: object) =>
    defineComponent(() => {
      const { status } = useFetch(url, options)
      return () => status.value
    })
  const own = { onError: () => void notified.push('hook'), headers: { 'x-from': 'hook' } }
  const Both = () => [h(hook('/app', {})), h(hook('/hook', own))]
  const defaults = {
    environment,
    retry: { limit: 9 },
    onError: () => void notified.push('app'),
    fetch: { retry: false, headers: { 'x-from': 'app' } },
  }
  const { unmount } = render(Both, { global: { plugins: [[tautline, defaults]] } })
  await page.until(() => expect(notified.toSorted()).toEqual(['app', 'hook']))
  const from = server.calls.map(({ path, headers }) => `${path} ${headers.get('x-from')}`)
  expect(from.toSorted()).toEqual(['/app app', '/hook hook'])
  unmount()
})

test('a later wrong option reaches the error handler of the app, and the request continues', async () => {
  const page = open()
  const errors: unknown[] = []
  const { environment } = page
  const Fetcher = defineComponent({
    props: { body: { type: String, default: undefined } },
    setup(props) {
      const request = useFetch('/wrong', () => ({ environment, body: props.body }))
      return () => shown(request)
    },
  })
  const global = { config: { errorHandler: (error: unknown) => void errors.push(error) } }
  const { container, rerender, unmount } = render(Fetcher, { props: {}, global })
  await page.until(() => expect(server.calls).toHaveLength(1))
  await rerender({ body: 'GET has none' })
  expect(errors).toMatchObject([{ code: 'bad-option', option: 'body' }])
  await page.respond('right')
  await page.until(() => expect(container.textContent).toBe('success right'))
  expect(page.requested).toHaveLength(1)
  unmount()
})

/** Shows the error of its child; `again` renders the child again. */
function boundary(child: Component) {
  const error = shallowRef<Error>()
  const tries = ref(0)
  const Boundary = defineComponent(() => {
    onErrorCaptured((caught) => {
      error.value = caught
      return false
    })
    return () => (error.value ? `caught ${error.value.message}` : h(child, { key: tries.value }))
  })
  const again = () => {
    error.value = undefined
    tries.value++
  }
  return { Boundary, again }
}

test('[fetch-errors] throwOnError passes the error to onErrorCaptured, and a retry sends the request again', async () => {
  const page = open()
  server.onCall = () => createResponse('down', { status: 500 })
  const { environment } = page
  const { Boundary, again } = boundary(
    defineComponent(() => {
      const request = useFetch('/status', { environment, throwOnError: true, retry: false })
      return () => shown(request)
    }),
  )
  const { container, unmount } = render(Boundary)
  await page.until(() => expect(container.textContent).toBe('caught The server responded with 500'))
  again()
  await nextTick()
  expect(container.textContent).toBe('pending undefined')
  await page.until(() => expect(container.textContent).toBe('caught The server responded with 500'))
  server.accept()
  again()
  await page.respond('up')
  await page.until(() => expect(container.textContent).toBe('success up'))
  expect(page.requested).toHaveLength(3)
  unmount()
})

test('[fetch-errors] throwOnError passes each failed refetch but no abort, and may change with the options', async () => {
  const page = open()
  const { environment } = page
  const throwOnError = ref(false)
  const caught: unknown[] = []
  let request: FetchResult<unknown, unknown> | undefined
  const Fetcher = defineComponent(() => {
    const made = useFetch('/status', () => ({ environment, retry: false, throwOnError: throwOnError.value }))
    request = made
    return () => shown(made)
  })
  const Boundary = defineComponent(() => {
    onErrorCaptured((error) => {
      caught.push(error)
      return false
    })
    return () => h(Fetcher)
  })
  const { container, unmount } = render(Boundary)
  await page.respond('Ada')
  const fail = async () => {
    server.refuse()
    await request?.refetch().catch(() => {})
    await page.settle()
    server.accept()
  }
  await fail()
  expect(caught).toEqual([])
  expect(container.textContent).toBe('error Ada')
  throwOnError.value = true
  expect(caught).toMatchObject([{ code: 'http' }])
  await fail()
  expect(caught).toHaveLength(2)
  void request?.refetch()
  await page.until(() => expect(server.unfinished).toHaveLength(1))
  request?.abort()
  await page.settle()
  throwOnError.value = false
  await fail()
  expect(caught).toHaveLength(2)
  unmount()
})

test('a form shows the error of a write that its event handler does not await, without an unhandled rejection', async () => {
  const page = open()
  const { environment } = page
  const unhandled: unknown[] = []
  const record = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', record)
  onTestFinished(() => void process.off('unhandledRejection', record))
  const User = defineComponent(() => {
    const user = useFetch<{ name: string }>('/user', { environment })
    const save = useFetch('/user', { environment, method: 'PUT', enabled: false, retry: false })
    const rename = (name: string) => {
      const saved = save.execute({ json: { name } })
      user.mutate({ name }, { rollback: saved })
    }
    return () =>
      h(
        'button',
        { onClick: () => rename('Eve'), disabled: save.status.value === 'pending' },
        `${user.data.value?.name} ${save.error.value?.message ?? ''}`,
      )
  })
  const { container, unmount } = render(User)
  await page.respond({ name: 'Ada' })
  const button = container.querySelector('button')
  await page.until(() => expect(button?.textContent).toBe('Ada '))
  button?.click()
  await page.until(() => expect(button?.textContent).toBe('Eve '))
  expect(button?.disabled).toBe(true)
  await page.respond(
    { title: 'Too short' },
    { status: 422, headers: { 'content-type': 'application/problem+json' } },
  )
  await page.until(() => expect(button?.textContent).toBe('Ada The server responded with 422'))
  await new Promise((resolve) => setTimeout(resolve))
  expect(unhandled).toEqual([])
  unmount()
})

test('commands can be event handlers, and ignore the event', async () => {
  const page = open()
  const { environment } = page
  const Buttons = defineComponent(() => {
    const { status, execute, abort } = useFetch('/user', { environment, enabled: false })
    return () => [
      h('button', { onClick: execute, onKeydown: execute }, status.value),
      h('i', { onClick: abort }),
    ]
  })
  const { container, unmount } = render(Buttons)
  const button = container.querySelector('button')
  button?.click()
  await page.respond('Ada', { headers: { 'cache-control': 'max-age=60' } })
  await page.until(() => expect(button?.textContent).toBe('success'))
  button?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
  await page.until(() => expect(server.unfinished).toEqual(['GET /user']))
  await page.respond('Eve', { headers: { 'cache-control': 'max-age=60' } })
  expect(page.mount('/user').shown.data).toBe('Eve')
  unmount()
})

test('[unmount] a detached scope created in a component, such as a store, continues after unmounting', async () => {
  const page = open()
  const scope = effectScope(true)
  const { environment } = page
  let store: FetchResult<string, string, string | undefined> | undefined
  const Maker = defineComponent(() => {
    store = scope.run(() => useFetch('/store', { environment, codec: text() }))
    return () => store?.status.value
  })
  const { unmount } = render(Maker)
  await page.until(() => expect(server.calls).toHaveLength(1))
  unmount()
  await page.settle()
  expect(server.call.aborted).toBe(false)
  await page.respond('cached')
  await page.until(() => expect(store?.data.value).toBe('cached'))
  void store?.refetch()
  await page.until(() => expect(server.calls).toHaveLength(2))
  scope.stop()
  await page.until(() => expect(server.call.aborted).toBe(true))
})

test('a ref works until its hook ends, not only until the child that first read it ends', async () => {
  const page = open()
  const which = ref(1)
  const Child = defineComponent({
    props: { request: { type: Object, required: true } },
    setup:
      ({ request }) =>
      () =>
        (request as FetchResult<unknown, unknown>).status.value,
  })
  const Parent = defineComponent(() => {
    const request = useFetch('/given', { environment: page.environment })
    return () => h(Child, { key: which.value, request })
  })
  const { container, unmount } = render(Parent)
  expect(container.textContent).toBe('pending')
  which.value = 2
  await page.respond(1)
  await page.until(() => expect(container.textContent).toBe('success'))
  unmount()
})

test('[selected-data] a select that creates an object: a watcher of data runs only when the part changes', async () => {
  const page = open()
  const { environment } = page
  const { data, isFetching, refetch } = scoped(() =>
    useFetch('/user', { environment, select: (user: { name: string }) => ({ name: user.name }) }),
  )
  const seen: unknown[] = []
  scoped(() => watch([data, isFetching], ([part]) => seen.push(part), { flush: 'sync' }))
  await page.respond({ name: 'Ada', visits: 1 })
  void refetch()
  await page.respond({ name: 'Ada', visits: 2 })
  await page.settle()
  expect(new Set(seen.filter(Boolean)).size).toBe(1)
})
