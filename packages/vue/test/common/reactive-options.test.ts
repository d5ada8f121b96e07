import { createTestEnvironment } from '@tautline/core/testing'
import { json, query } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import { computed, createApp, effectScope, reactive, readonly, ref, shallowRef } from 'vue'
import { tautline, useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/vue'

function scoped<Made>(make: () => Made): Made {
  const scope = effectScope(true)
  const made = scope.run(make)
  if (made === undefined) throw new Error('The scope is not active')
  onTestFinished(() => scope.stop())
  return made
}

const sent = async (environment: ReturnType<typeof createTestEnvironment>) => {
  await environment.advance(1)
  const { method, url, body, headers } = environment.request
  return { request: `${method} ${url.replace('https://test.example', '')}`, body, headers }
}

test('[vue-refs] useFetch: a ref or reactive object as `json`', async () => {
  const environment = createTestEnvironment()
  const form = ref({ name: 'Ada', tags: ['a'] })
  const options = { environment, method: 'POST', enabled: false } as const
  const { execute } = scoped(() => useFetch('/users', { ...options, json: form }))
  void execute()
  expect((await sent(environment)).body).toBe('{"name":"Ada","tags":["a"]}')
  form.value.name = 'Eve'
  form.value.tags.push('b')
  void execute()
  expect((await sent(environment)).body).toBe('{"name":"Eve","tags":["a","b"]}')
  const name = ref('Bo')
  const nested = scoped(() =>
    useFetch('/nested', { ...options, json: { name, at: [{ city: computed(() => 'Ulm') }], age: () => 7 } }),
  )
  void nested.execute()
  expect((await sent(environment)).body).toBe('{"name":"Bo","at":[{"city":"Ulm"}],"age":7}')
  void nested.execute({ json: form })
  expect((await sent(environment)).body).toBe('{"name":"Eve","tags":["a","b"]}')
  void nested.execute({
    query: { q: name },
    body: { name: readonly(form.value) },
    headers: { 'x-name': name },
  })
  const last = await sent(environment)
  expect([last.request, last.body, last.headers.get('x-name')]).toEqual([
    'POST /nested?q=Bo',
    '{"name":{"name":"Eve","tags":["a","b"]}}',
    'Bo',
  ])
})

test('[vue-refs] useFetch: methods of a reactive form, dates, files and circular data stay what they are', async () => {
  const environment = createTestEnvironment()
  const called: string[] = []
  const form = reactive({ at: new Date(0), save: () => called.push('save') })
  const options = { environment, method: 'PUT', enabled: false } as const
  const first = scoped(() => useFetch('/users', { ...options, json: form }))
  void first.execute()
  expect((await sent(environment)).body).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
  expect(called).toEqual([])
  const data = new FormData()
  const second = scoped(() => useFetch('/files', { ...options, body: ref(data) }))
  void second.execute()
  expect((await sent(environment)).body).toBe(data)
  const circular: Record<string, unknown> = reactive({})
  circular['self'] = circular
  const third = scoped(() => useFetch('/circular', { ...options, json: circular }))
  await expect(third.execute()).rejects.toMatchObject({ code: 'bad-option', option: 'json' })
})

test('[vue-refs] useFetch: refs and getters in `query`, `headers` and other options', async () => {
  const environment = createTestEnvironment()
  const q = ref('a b')
  const token = ref('one')
  const enabled = ref(false)
  const { status } = scoped(() =>
    useFetch('/search', {
      environment,
      enabled,
      query: { q, page: () => 2, tag: [q, 'x'] },
      headers: { authorization: () => `Bearer ${token.value}` },
      timeout: { request: ref(5000) },
      codec: ref(json<string>()),
      key: computed(() => 'user'),
    }),
  )
  await environment.advance(1)
  expect([status.value, environment.requests.length]).toEqual(['idle', 0])
  enabled.value = true
  const first = await sent(environment)
  expect(first.request).toBe('GET /search?q=a%20b&page=2&tag=a%20b&tag=x')
  expect(first.headers.get('authorization')).toBe('Bearer one')
  q.value = 'c'
  expect((await sent(environment)).request).toBe('GET /search?q=c&page=2&tag=c&tag=x')
  token.value = 'two'
  expect((await sent(environment)).headers.get('authorization')).toBe('Bearer two')
  expect(environment.requests).toHaveLength(3)
  await environment.advance(5000)
  expect(environment.request.aborted).toBe(true)
})

test('[vue-refs] useFetch: refs inside a getter, a ref and a reactive object of options', async () => {
  const environment = createTestEnvironment()
  const q = ref('a')
  const params = reactive({ q: 'a' })
  for (const options of [
    () => ({ environment, share: false, query: { q } }),
    shallowRef({ environment, share: false, query: { q } }),
    reactive({ environment, share: false, query: { q: () => q.value } }),
    { environment, share: false, query: params },
    { environment, share: false, query: readonly(params) },
    { environment, share: false, query: ref(params) },
    { environment, share: false, query: () => params },
  ]) {
    params.q = q.value = 'a'
    const scope = effectScope(true)
    scope.run(() => useFetch('/search', options))
    expect((await sent(environment)).request).toBe('GET /search?q=a')
    params.q = q.value = 'b'
    expect((await sent(environment)).request).toBe('GET /search?q=b')
    scope.stop()
  }
  expect(environment.requests).toHaveLength(14)
})

test('[vue-refs] useEventSource: refs in `headers`, `body`, `events` and `enabled`', async () => {
  const environment = createTestEnvironment()
  const enabled = ref(false)
  const token = ref('one')
  const prompt = ref('hi')
  const { status, data } = scoped(() =>
    useEventSource('/chat', {
      environment,
      enabled: () => enabled.value,
      method: ref('POST'),
      headers: { 'x-token': token },
      body: { messages: [{ content: prompt }] },
      events: { token: json<string>() },
      retry: { limit: ref(0) },
      atEnd: ref('reconnect' as const),
    }),
  )
  expect(status.value).toBe('idle')
  enabled.value = true
  const first = await sent(environment)
  expect([first.body, first.headers.get('x-token')]).toEqual(['{"messages":[{"content":"hi"}]}', 'one'])
  environment.request.respond()
  environment.request.write('event: token\ndata: "t"\n\n')
  await environment.advance(20)
  expect(data.value).toEqual({ event: 'token', data: 't', id: '' })
  prompt.value = 'ho'
  expect((await sent(environment)).body).toBe('{"messages":[{"content":"ho"}]}')
  token.value = 'two'
  expect((await sent(environment)).headers.get('x-token')).toBe('two')
  environment.request.fail()
  await environment.advance(1)
  expect([status.value, environment.requests.length]).toEqual(['closed', 3])
})

test('[vue-refs] useLongPoll: refs in `headers`, `interval`, `cursor` and `initialCursor`', async () => {
  const environment = createTestEnvironment()
  const interval = ref(5000)
  const token = ref('one')
  scoped(() =>
    useLongPoll('/news', {
      environment,
      interval,
      headers: [['x-token', token]],
      cursor: shallowRef(query('since', () => undefined)),
      initialCursor: ref('7'),
      timeout: { connect: () => 9000 },
    }),
  )
  const first = await sent(environment)
  expect([first.request, first.headers.get('x-token')]).toEqual(['GET /news?since=7', 'one'])
  const respond = async () => {
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write('1')
    environment.request.end()
    await environment.advance(100)
  }
  await respond()
  interval.value = 60_000
  await environment.advance(20_000)
  expect(environment.requests).toHaveLength(1)
  token.value = 'two'
  expect((await sent(environment)).headers.get('x-token')).toBe('two')
})

test('[vue-refs] useWebSocket: refs in `protocols`, `codec`, `key` and groups, and in a message', async () => {
  const environment = createTestEnvironment()
  const key = ref('a')
  const connect = ref(1000)
  const { status, send } = scoped(() =>
    useWebSocket('/chat', {
      environment,
      key,
      codec: ref(json()),
      protocols: ref(['chat.v1']),
      timeout: { connect },
      outbox: reactive({ messages: 1 }),
      retry: reactive({ limit: 3 }),
      pause: { hidden: () => true },
    }),
  )
  const draft = ref('hello')
  send({ text: draft })
  await environment.advance(1)
  environment.socket.accept()
  await environment.advance(1)
  expect(environment.socket.sent).toEqual(['{"text":"hello"}'])
  expect(environment.socket.protocols).toEqual(['chat.v1'])
  environment.emitPageEvent('hidden')
  expect(status.value).toBe('backoff')
  environment.emitPageEvent('visible')
  connect.value = 3000
  key.value = 'b'
  await environment.advance(2500)
  expect(status.value).toBe('connecting')
  await environment.advance(600)
  expect(status.value).toBe('backoff')
})

test('[vue-refs] a URL getter may return a ref', async () => {
  const environment = createTestEnvironment()
  const url = ref('/a')
  scoped(() => useWebSocket(() => url as unknown as string, { environment }))
  await environment.advance(1)
  url.value = '/b'
  await environment.advance(1)
  expect(environment.sockets.map((socket) => socket.url)).toEqual([
    'wss://test.example/a',
    'wss://test.example/b',
  ])
})

test('[vue-refs] defaults of the app: refs and getters, in `fetch` too, and a ref of all', async () => {
  const environment = createTestEnvironment()
  const key = ref('ada')
  const token = ref('one')
  for (const defaults of [
    { environment, key, fetch: { headers: { 'x-token': token } } },
    { environment, key: () => key.value, fetch: () => ({ headers: { 'x-token': () => token.value } }) },
    computed(() => ({ environment, key: key.value, fetch: { headers: { 'x-token': token.value } } })),
    () => ({ environment, key: key.value, fetch: { headers: { 'x-token': token } } }),
    reactive({ environment, key, fetch: { headers: { 'x-token': token } } }),
  ]) {
    key.value = 'ada'
    token.value = 'one'
    const before = environment.requests.length
    const app = createApp({}).use(tautline, defaults)
    const scope = effectScope(true)
    app.runWithContext(() => scope.run(() => useFetch('/user')))
    expect((await sent(environment)).headers.get('x-token')).toBe('one')
    token.value = 'two'
    expect((await sent(environment)).headers.get('x-token')).toBe('two')
    key.value = 'eve'
    await environment.advance(1)
    expect(environment.requests.length - before).toBe(3)
    scope.stop()
  }
})

test('[vue-refs] a wrong value in a ref is a bad option', () => {
  const environment = createTestEnvironment()
  const bad = (use: () => unknown) => expect(() => scoped(use)).toThrow(/Option/)
  const enabled = ref('yes') as unknown as boolean
  bad(() => useWebSocket('/a', { environment, enabled }))
  bad(() => useEventSource('/a', { environment, enabled }))
  bad(() => useLongPoll('/a', { environment, enabled }))
  bad(() => useFetch('/a', { environment, enabled }))
})

test('[vue-refs] a ref that a function returns is refused, and not sent as an object', async () => {
  const environment = createTestEnvironment()
  const token = ref('secret')
  const untyped = (value: unknown) => value as never
  const options = { environment, method: 'POST', retry: false as const, share: false }
  for (const [option, wrong] of [
    ['headers', { headers: () => ({ authorization: untyped(token) }) }],
    ['headers', { headers: async () => untyped([['authorization', token]]) }],
    ['body', { body: () => token }],
  ] as const) {
    const request = scoped(() => useFetch('/a', { ...options, ...wrong }))
    const stream = scoped(() => useEventSource('/a', { ...options, ...wrong }))
    const poll = scoped(() => useLongPoll('/a', { ...options, ...wrong }))
    await environment.advance(1)
    for (const { error } of [request, stream, poll]) {
      expect(error.value).toMatchObject({ code: 'bad-option', option })
      expect(String(error.value)).not.toContain('secret')
    }
  }
  expect(environment.requests).toEqual([])
})
