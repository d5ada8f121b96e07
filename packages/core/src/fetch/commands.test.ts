import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'
import { collect } from '../shared/reducers.ts'
import { observeFetch } from './index.ts'

type World = ReturnType<typeof createEnvironment>

async function shownUser(environment: World, data: unknown = { name: 'Ada', tags: ['x'] }, options = {}) {
  const mounted = mountFetch(environment, '/user', options)
  await environment.advance(0)
  await respond(environment, data)
  return mounted
}

describe('execute', () => {
  test('each write is a request of its own, and the newest is shown', async () => {
    const environment = createEnvironment()
    const save = mountFetch(environment, '/user', { method: 'PUT', enabled: false })
    expect(save.observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    const one = save.observer.execute({ json: 1 })
    const two = save.observer.execute({ json: 2 })
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, false])
    await respond(environment, 'two')
    await respond(environment, 'one', {}, environment.requests[0])
    expect(await Promise.all([one, two])).toEqual(['one', 'two'])
    expect(save.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'two' })
  })

  test('[abort] a write continues after its component unmounts, without calling handlers', async () => {
    const environment = createEnvironment()
    const save = mountFetch(environment, '/user', { method: 'PUT', enabled: false })
    const done = save.observer.execute({ json: 1 })
    await environment.advance(0)
    save.leave()
    await environment.advance(0)
    expect(environment.request.aborted).toBe(false)
    await respond(environment, 'saved')
    await expect(done).resolves.toBe('saved')
    expect(save.emitted).toEqual([])
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('abort() aborts a write', async () => {
    const environment = createEnvironment()
    const save = mountFetch(environment, '/user', { method: 'PUT', enabled: false })
    const done = save.observer.execute({ json: 1 })
    await environment.advance(0)
    save.observer.abort()
    await expect(done).rejects.toMatchObject({ code: 'aborted', by: 'user' })
    expect(environment.request.aborted).toBe(true)
    expect(save.observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
  })

  test('[request-dedupe] shows the newest read, whatever the order of the responses', async () => {
    const environment = createEnvironment()
    const search = mountFetch(environment, '/search', { enabled: false })
    for (const q of ['a', 'ab', 'abc']) void search.observer.execute({ query: { q } })
    await environment.advance(0)
    // A request that was not sent yet is never sent.
    expect(environment.requests.map(({ url }) => new URL(url).search)).toEqual(['?q=abc'])
    void search.observer.execute({ query: { q: 'abcd' } })
    await environment.advance(0)
    expect(environment.requests[0]?.aborted).toBe(true)
    await respond(environment, 'abcd')
    expect(search.observer.getSnapshot().data).toBe('abcd')
  })

  test('refetch() returns to the observer’s own request', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    void observer.execute({ query: { deep: true } })
    await environment.advance(0)
    await respond(environment, 'deep')
    expect(observer.getSnapshot().data).toBe('deep')
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.url).toBe('https://test.example/user')
    await respond(environment, 'Eve')
    expect(observer.getSnapshot().data).toBe('Eve')
  })

  test('refetch() twice in a tick sends one request; later it sends another', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    const both = [observer.refetch(), observer.refetch()]
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    both.push(observer.refetch())
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, true, false])
    await respond(environment, 'Eve')
    expect(await Promise.all(both)).toEqual(['Eve', 'Eve', 'Eve'])
  })

  test('executes another URL once', async () => {
    const environment = createEnvironment()
    const request = client(environment, null)
    const done = request.execute({ url: '/once' })
    await environment.advance(0)
    await respond(environment, 1)
    await expect(done).resolves.toBe(1)
  })

  test('a disabled observer shows the data others have requested', async () => {
    const environment = createEnvironment()
    const idle = mountFetch(environment, '/user', { enabled: false })
    await shownUser(environment, 'Ada')
    expect(idle.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('a component that mounts later shows the response of a client at once', async () => {
    const environment = createEnvironment()
    const loaded = client(environment, '/team').execute()
    await environment.advance(0)
    await respond(environment, { name: 'Core' })
    await expect(loaded).resolves.toEqual({ name: 'Core' })
    const { shown } = mountFetch(environment, '/team')
    expect(shown[0]).toMatchObject({ status: 'success', data: { name: 'Core' } })
  })

  test('a reducer builds an infinite list', async () => {
    const environment = createEnvironment()
    const list = mountFetch(environment, '/users', { enabled: false, reduce: collect() as never })
    for (const after of [undefined, 'b']) {
      void list.observer.execute({ query: { after } })
      await environment.advance(0)
      await respond(environment, { after: after ?? 'start' })
    }
    expect(list.observer.getSnapshot().data).toEqual([{ after: 'start' }, { after: 'b' }])
    expect(list.observer.getSnapshot().status).toBe('success')
  })
})

describe('abort', () => {
  test('shows the previous data, and no response arrives any more', async () => {
    const environment = createEnvironment()
    const { observer, emitted } = await shownUser(environment, 'Ada')
    void observer.refetch()
    await environment.advance(0)
    observer.abort()
    await respond(environment, 'late')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', isFetching: false })
    expect(emitted).toEqual(['message "Ada"'])
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })

  test('keeps the request for others who wait for it', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment)
    const two = mountFetch(environment)
    await environment.advance(0)
    one.observer.abort()
    expect(environment.request.aborted).toBe(false)
    expect(one.observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    await respond(environment, 'Ada')
    for (const { observer } of [one, two])
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
    one.observer.abort()
  })

  test('ends the request when the last one aborts', async () => {
    const environment = createEnvironment()
    const both = [mountFetch(environment), mountFetch(environment)]
    await environment.advance(0)
    for (const { observer } of both) observer.abort()
    expect(environment.request.aborted).toBe(true)
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })

  test('ends the wait for a retry', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    observer.abort()
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
  })

  test('inside a handler', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { onRetry: () => observer.abort() })
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    expect(observer.getSnapshot().status).toBe('idle')
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })
})

test('execute() applies its overrides also if they do not change the cache key', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a', {
    enabled: false,
    headers: () => ({ authorization: 'own' }),
  })
  void observer.execute({ headers: () => ({ authorization: 'override' }) })
  await environment.advance(0)
  expect(environment.request.headers.get('authorization')).toBe('override')
  const keyed = client(environment, '/a', { enabled: false, key: 'k' })
  void keyed.execute({ query: { q: 1 } })
  await environment.advance(0)
  expect(environment.request.url).toContain('q=1')
})

test('[abort] abort() of an override restores the observer’s own response, also with function headers', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a', { headers: () => ({ authorization: 'a' }) })
  await environment.advance(0)
  await respond(environment, 'own', cacheControl('no-store'))
  void observer.execute({ query: { deep: 1 } })
  await environment.advance(0)
  observer.abort()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'own' })
  expect(environment.requests).toHaveLength(2)
})

test('[abort] abort() does not wait for disabled observers', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  mountFetch(environment, '/a', { enabled: false })
  await environment.advance(0)
  observer.abort()
  expect(environment.request.aborted).toBe(true)
})

test('[abort] the signal of one write does not abort another write of the same observer', async () => {
  const environment = createEnvironment()
  const save = mountFetch(environment, '/a', { method: 'POST', enabled: false })
  const stop = new AbortController()
  void save.observer.execute({ json: 1, signal: stop.signal })
  void save.observer.execute({ json: 2 })
  await environment.advance(0)
  stop.abort()
  await environment.advance(0)
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('refetch() and execute() send at once, also while a retry is pending', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(environment, undefined, { status: 503, headers: { 'retry-after': '60' } })
  const again = observer.refetch()
  await environment.advance(0)
  await respond(environment, 'now')
  await expect(again).resolves.toBe('now')
})

test('[abort] an already aborted signal sends no request and rejects as aborted', async () => {
  const environment = createEnvironment()
  const user = client(environment)
  await expect(user.execute({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
    by: 'user',
  })
  await environment.advance(0)
  expect(environment.requests).toEqual([])
})

test('a repeated write goes from error to pending', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment, '/users', {
    method: 'POST',
    enabled: false,
    retry: false,
  })
  void observer.execute({ json: 1 })
  await environment.advance(0)
  await respond(environment, {}, { status: 409 })
  void observer.execute({ json: 2 })
  await environment.advance(0)
  await respond(environment, {})
  const statuses = shown.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1])
  expect(statuses).toEqual(['idle', 'pending', 'error', 'pending', 'success'])
})

test.each([{}, { 'cache-control': 'no-store' }, { 'cache-control': 'max-age=60' }])(
  '[server-rendering] shows what was executed before the first subscription, without another request %j',
  async (headers) => {
    const environment = createEnvironment()
    const observer = observeFetch<unknown, unknown>('/user', { environment })
    const promise = observer.execute()
    await environment.advance(0)
    await respond(environment, { name: 'Ada' }, { headers })
    await promise
    await environment.advance(100)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
    observer.subscribe(() => {})
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(1)
  },
)

test('[server-rendering] shows the error of a request executed before the first subscription', async () => {
  const environment = createEnvironment()
  const observer = observeFetch<unknown, unknown>('/user', { environment, enabled: false })
  const promise = observer.execute()
  await environment.advance(0)
  await respond(environment, 'no', { status: 404 })
  await promise.catch(() => {})
  observer.subscribe(() => {})
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'http' } })
})

test('[abort] abort() of an override restores what the observer showed before', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'own')
  void observer.execute({ url: '/other' })
  await environment.advance(0)
  observer.abort()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'own' })
})

test('initialData belongs to the observer’s own URL, not to the URL of an override', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment, '/a', { initialData: 'of a', maxAge: 60_000 })
  void one.observer.execute({ url: '/b' })
  const other = mountFetch(environment, '/b')
  expect(other.observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  await environment.advance(0)
  await respond(environment, 'b')
  expect(other.observer.getSnapshot().data).toBe('b')
})

test('execute() ignores arguments that are not overrides', async () => {
  const environment = createEnvironment()
  const user = client(environment, '/user', { enabled: false })
  void user.execute({ key: 'Enter', enabled: 'x', retry: 5, isTrusted: true } as never)
  await environment.advance(0)
  await respond(environment, 'Ada', { headers: { 'cache-control': 'max-age=60' } })
  const { observer } = mountFetch(environment, '/user')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
})

test('[abort] the signal of one execute() does not abort a request that another one waits for', async () => {
  const environment = createEnvironment()
  const user = client(environment)
  const controller = new AbortController()
  const [mine, other] = [user.execute({ signal: controller.signal }), user.execute()]
  await environment.advance(0)
  controller.abort()
  await expect(mine).rejects.toMatchObject({ code: 'aborted' })
  await environment.advance(0)
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
  await respond(environment, 'Ada')
  await expect(other).resolves.toBe('Ada')
})

describe('[execute-then-render] a read, and a render with another query after it', () => {
  test.each([
    [0, 'for the new query'],
    [200, 'for the new query'],
    [201, undefined],
  ])('after %i ms: the promise gets the response %s', async (ms, response) => {
    const environment = createEnvironment()
    const search = (q: string) => ({ enabled: false, query: { q } })
    const { observer, setOptions } = mountFetch(environment, '/search', search('a'))
    const found = observer.execute()
    await environment.advance(ms)
    setOptions('/search', search('b'))
    await environment.advance(0)
    if (response) await respond(environment, response)
    expect(environment.request.url).toMatch(response ? /q=b$/ : /q=a$/)
    if (response) expect(await found).toBe(response)
    else await expect(found).rejects.toMatchObject({ code: 'aborted', by: 'component' })
  })
})
