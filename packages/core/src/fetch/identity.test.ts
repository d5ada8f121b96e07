import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { bearer, createFetchCache, observeFetch, type FetchOptions, type UrlOption } from '../index.ts'
type Options = FetchOptions<unknown, unknown, unknown>
type World = ReturnType<typeof createEnvironment>

/** The user of a request, as a server sees it. */
const userOf = (headers: Headers) => headers.get('x-auth-token') ?? headers.get('authorization') ?? 'nobody'

/** Responds to every request with the user that the server sees. */
async function serve(environment: World, headers: Record<string, string> = {}, status = 200) {
  for (const request of environment.requests.filter((one) => !one.aborted && !served.has(one))) {
    served.add(request)
    await respond(environment, userOf(request.headers), { status, headers }, request)
  }
  await environment.advance(0)
}
const served = new WeakSet<object>()

/** A list that grows. */
const list: Options = {
  initialData: [],
  reduce: (before, message) => (Array.isArray(before) ? [...(before as unknown[]), message] : [message]),
}

const shownBy = (...observers: { observer: { getSnapshot(): { data: unknown } } }[]) =>
  observers.map(({ observer }) => observer.getSnapshot().data)

async function mounted(
  environment: World,
  url: UrlOption,
  options: Options,
  headers?: Record<string, string>,
) {
  const harness = mountFetch(environment, url, options)
  await environment.advance(0)
  await serve(environment, headers)
  return harness
}

const token = (user: string) => ({ 'x-auth-token': user })
const ways = {
  'as values': (user: string): Options => ({ headers: token(user) }),
  'by functions': (user: string): Options => ({ headers: () => token(user) }),
  'by async functions': (user: string): Options => ({ headers: () => Promise.resolve(token(user)) }),
}

describe.for(Object.entries(ways))('[identity] headers given %s separate users', ([, as]) => {
  test('a promise of execute never resolves to the data of the next user', async () => {
    const environment = createEnvironment()
    const page = await mounted(environment, '/me', as('ada'))
    const promise = page.observer.execute()
    page.observer.setOptions('/me', as('eve'))
    await environment.advance(0)
    await serve(environment)
    expect(await promise.catch(String)).not.toBe('eve')
  })

  test('one after the other, from a fresh cache', async () => {
    const environment = createEnvironment()
    const ada = await mounted(environment, '/me', as('ada'), { 'cache-control': 'private, max-age=60' })
    ada.leave()
    await environment.advance(0)
    const eve = mountFetch(environment, '/me', as('eve'))
    await environment.advance(0)
    expect(eve.shown.map(({ data }) => data)).not.toContain('ada')
    await serve(environment)
    expect(shownBy(eve)).toEqual(['eve'])
  })

  test('one after the other, while the response is stale', async () => {
    const environment = createEnvironment()
    const ada = await mounted(environment, '/me', as('ada'), { etag: '"1"' })
    ada.leave()
    await environment.advance(0)
    const eve = mountFetch(environment, '/me', as('eve'))
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
    expect(eve.shown.map(({ data }) => data)).not.toContain('ada')
  })

  test.for([{ 'cache-control': 'no-store' }, { vary: 'x-auth-token' }, {}])(
    'both at once: %o',
    async (responseHeaders) => {
      const environment = createEnvironment()
      const observers = ['ada', 'eve', 'ada'].map((user) => mountFetch(environment, '/me', as(user)))
      await environment.advance(0)
      expect(environment.requests).toHaveLength(2)
      await serve(environment, responseHeaders)
      expect(shownBy(...observers)).toEqual(['ada', 'eve', 'ada'])
    },
  )

  test('bypasses the browser’s cache, which does not see the user', async () => {
    const environment = createEnvironment()
    await mounted(environment, '/me', as('ada'))
    expect(environment.request.init.cache).toBe('no-store')
  })
})

test('[identity] a function and a value with the same headers share', async () => {
  const environment = createEnvironment()
  const observers = Object.values(ways).map((as) => mountFetch(environment, '/me', as('ada')))
  await environment.advance(0)
  expect(environment.requests).toHaveLength(1)
  await serve(environment)
  expect(shownBy(...observers)).toEqual(['ada', 'ada', 'ada'])
})

test('[identity] a body or key with line ends never equals another key', async () => {
  const environment = createEnvironment()
  for (const options of [
    { method: 'QUERY', body: 'x\n["a"]' },
    { method: 'QUERY', body: 'x', key: '["a"]' },
    { method: 'QUERY', body: 'x', key: '\n["a"]' },
    { method: 'QUERY', body: '', key: '"x' },
    { method: 'QUERY', body: '\n"x"' },
  ])
    mountFetch(environment, '/me', options)
  await environment.advance(0)
  expect(environment.requests).toHaveLength(5)
})

describe('[identity] headers that do not change the key', () => {
  test('those that name a single request: a hundred renders send one request', async () => {
    const environment = createEnvironment()
    let count = 0
    const options = (): Options => ({ headers: { 'X-Request-Id': `${++count}`, 'x-auth-token': 'ada' } })
    const harness = mountFetch(environment, '/me', options())
    const other = mountFetch(environment, '/me', options())
    for (let render = 0; render < 100; render++) {
      harness.setOptions('/me', options())
      await environment.advance(render % 10 ? 0 : 16)
    }
    await serve(environment)
    expect(shownBy(harness, other)).toEqual(['ada', 'ada'])
    expect(environment.requests).toHaveLength(1)
  })

  test.for([
    [
      'a function',
      (): Options => ({ headers: () => ({ 'x-request-id': `${Math.random()}`, ...token('ada') }) }),
    ],
    ['an object', (): Options => ({ headers: { ...token('ada') }, ignoreHeaders: ['X-Trace'] })],
  ] as const)(
    '%s that is written again in each of a hundred renders sends one request',
    async ([, options]) => {
      const environment = createEnvironment()
      const harness = mountFetch(environment, '/me', options())
      for (let render = 0; render < 100; render++) {
        harness.setOptions('/me', options())
        await environment.advance(0)
      }
      await serve(environment)
      for (let render = 0; render < 100; render++) harness.setOptions('/me', options())
      await environment.advance(60_000)
      expect(environment.requests).toHaveLength(1)
    },
  )

  test('those of ignoreHeaders, with a key `authorization` too', async () => {
    const environment = createEnvironment()
    let call = 0
    const headers = () => ({ authorization: `${++call}` })
    const options = { headers, key: 'ada', ignoreHeaders: ['Authorization'] }
    const responseHeaders = { vary: 'Authorization', 'cache-control': 'max-age=60' }
    const one = await mounted(environment, '/me', options, responseHeaders)
    const two = await mounted(environment, '/me', { ...options }, responseHeaders)
    expect(shownBy(one, two)).toEqual(['1', '1'])
    expect(environment.requests).toHaveLength(1)
    const eve = await mounted(environment, '/me', { ...options, key: 'eve' }, responseHeaders)
    expect(shownBy(eve)).toEqual(['3'])
    expect(() => mountFetch(environment, '/me', { headers, ignoreHeaders: ['authorization'] })).toThrow(
      'ignoreHeaders',
    )
  })

  test('observers that ignore different headers do not share', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/me', {})
    mountFetch(environment, '/me', { headers: { 'x-tenant': 'b' }, ignoreHeaders: ['x-tenant'] })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })
})

describe('[cache-vary] a response that varies by an ignored header is for one observer alone', () => {
  const of = (tenant: string, more: Options = {}): Options => ({
    headers: { 'x-tenant': tenant },
    ignoreHeaders: ['x-tenant'],
    ...more,
  })
  async function respondToAll(environment: World, status = 200) {
    for (const request of environment.requests.filter((one) => !one.aborted && !served.has(one))) {
      served.add(request)
      const headers = { vary: 'Accept, X-Tenant', 'cache-control': 'max-age=60', etag: '"1"' }
      await respond(environment, request.headers.get('x-tenant'), { status, headers }, request)
    }
    await environment.advance(0)
  }

  test('in flight: each of the others sends one request for itself', async () => {
    const environment = createEnvironment()
    const observers = ['a', 'b', 'c'].map((tenant) => mountFetch(environment, '/me', of(tenant)))
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    for (let round = 0; round < 5; round++) await respondToAll(environment)
    await environment.advance(60_000)
    expect(shownBy(...observers)).toEqual(['a', 'b', 'c'])
    expect(environment.requests).toHaveLength(3)
    for (const { shown } of observers) expect(new Set(shown.map(({ data }) => data)).size).toBe(2)
  })

  test('by functions, and awaited', async () => {
    const environment = createEnvironment()
    const executeAs = (tenant: string) =>
      client(environment, '/me', {
        headers: () => ({ 'x-tenant': tenant }),
        ignoreHeaders: ['x-tenant'],
      }).execute()
    const all = Promise.all(['a', 'b', 'c'].map(executeAs))
    await environment.advance(0)
    for (let round = 0; round < 5; round++) await respondToAll(environment)
    await expect(all).resolves.toEqual(['a', 'b', 'c'])
  })

  test('an error is for one observer too', async () => {
    const environment = createEnvironment()
    const observers = ['a', 'b'].map((tenant) => mountFetch(environment, '/me', of(tenant)))
    await environment.advance(0)
    for (let round = 0; round < 3; round++) await respondToAll(environment, 403)
    expect(observers.map(({ observer }) => observer.getSnapshot().error)).toMatchObject([
      { body: 'a' },
      { body: 'b' },
    ])
  })

  test('cached: a new subscriber sends a request and shows no data', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment, '/me', of('a'))
    await environment.advance(0)
    await respondToAll(environment)
    const two = mountFetch(environment, '/me', of('b'))
    await environment.advance(0)
    await respondToAll(environment)
    expect(two.shown.map(({ data }) => data)).toEqual([undefined, 'b'])
    one.leave()
    two.leave()
    await environment.advance(0)
    const three = mountFetch(environment, '/me', of('a'))
    expect(shownBy(three)).toEqual([undefined])
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
  })

  test('an observer that was unsubscribed when it arrived does not get it', async () => {
    const environment = createEnvironment()
    const observers = ['a', 'b'].map((tenant) => mountFetch(environment, '/me', of(tenant)))
    await environment.advance(0)
    observers[1]?.leave()
    await respondToAll(environment)
    expect(shownBy(...observers)).toEqual(['a', undefined])
    observers[1]?.observer.subscribe(() => {})
    await environment.advance(0)
    await respondToAll(environment)
    expect(shownBy(...observers)).toEqual(['a', 'b'])
  })

  test('nor does an observer that executed another request in the meantime and aborts it', async () => {
    const environment = createEnvironment()
    const observers = ['a', 'b'].map((tenant) => mountFetch(environment, '/me', of(tenant)))
    await environment.advance(0)
    const [firstRequest] = environment.requests
    void observers[1]?.observer.execute({ url: '/other' })
    await environment.advance(0)
    await respond(environment, 'a', { headers: { vary: 'X-Tenant' } }, firstRequest)
    observers[1]?.observer.abort()
    expect(shownBy(...observers)).toEqual(['a', undefined])
    for (const { leave } of observers) leave()
    await environment.advance(0)
    expect(environment.listeners).toBe(0)
  })

  test('another value of the same observer is requested whole', async () => {
    const environment = createEnvironment()
    const harness = mountFetch(environment, '/me', of('a'))
    await environment.advance(0)
    await respondToAll(environment)
    harness.setOptions('/me', of('b'))
    void harness.observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
  })
})

describe('[identity] a function whose user changes', () => {
  const session = (user: string) => {
    const state = { user, headers: () => token(state.user) }
    return state
  }

  test('the shown data stay until there is a response, and no other observer sees them', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const harness = await mounted(environment, '/me', { headers: me.headers }, { etag: '"1"' })
    me.user = 'eve'
    void harness.observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'ada' })
    const eve = mountFetch(environment, '/me', { headers: token('eve') })
    harness.observer.mutate('by hand')
    await environment.advance(0)
    expect(shownBy(harness, eve)).toEqual(['by hand', undefined])
    await serve(environment)
    expect(shownBy(harness, eve)).toEqual(['eve', 'eve'])
    expect(harness.observer.getSnapshot().response?.status).toBe(200)
  })

  test('an observer with the old headers keeps its own response, and gets none of the new user', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const fixed = [{ headers: token('ada') }, { headers: () => token('ada') }]
    const moving = await mounted(environment, '/me', { headers: me.headers })
    const others = fixed.map((options) => mountFetch(environment, '/me', options))
    await environment.advance(0)
    await serve(environment)
    me.user = 'eve'
    void moving.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    expect(shownBy(moving, ...others)).toEqual(['eve', 'ada', 'ada'])
    for (const { emitted, shown } of others) {
      expect(emitted).not.toContain('message "eve"')
      expect(shown.map(({ data }) => data)).not.toContain('eve')
    }
  })

  test('the promise of an observer that stays gets its own response', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const moving = await mounted(environment, '/me', { headers: me.headers })
    const staying = mountFetch(environment, '/me', { headers: token('ada') })
    await environment.advance(0)
    await serve(environment)
    const mine = staying.observer.refetch()
    await environment.advance(0)
    me.user = 'eve'
    const other = moving.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    await serve(environment)
    await expect(Promise.all([mine, other])).resolves.toEqual(['ada', 'eve'])
  })

  test('in the middle of one request, by a retry', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const retry = { delay: () => 1000 }
    const moving = mountFetch(environment, '/me', { headers: me.headers, retry })
    await environment.advance(0)
    const staying = mountFetch(environment, '/me', { headers: token('ada'), retry })
    await environment.advance(0)
    me.user = 'eve'
    await serve(environment, {}, 503)
    await environment.advance(1000)
    await serve(environment)
    await environment.advance(1000)
    await serve(environment)
    expect(shownBy(moving, staying)).toEqual(['eve', 'ada'])
  })

  test('a pending optimistic update is not applied to the response of another user', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const harness = await mounted(environment, '/me', { headers: me.headers })
    const eve = mountFetch(environment, '/me', { headers: token('eve') })
    await environment.advance(0)
    await serve(environment)
    harness.observer.mutate((data) => `${String(data)}, changed`, { rollback: new Promise(() => {}) })
    me.user = 'eve'
    void harness.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    expect(shownBy(harness, eve)).toEqual(['eve', 'eve'])
  })

  test('a confirmed optimistic update refetches the entry of the observer at that time', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const harness = await mounted(environment, '/me', { headers: me.headers })
    let taken = () => {}
    harness.observer.mutate('changed', { rollback: new Promise<void>((resolve) => (taken = resolve)) })
    me.user = 'ada, with a new token'
    void harness.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    taken()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
  })

  test('an observer that returns shows its own user, not that of another observer', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const ada = mountFetch(environment, '/me', { headers: token('ada') })
    const moving = mountFetch(environment, '/me', { headers: me.headers })
    await environment.advance(0)
    void ada.observer.execute({ url: '/other' })
    me.user = 'eve'
    void moving.observer.refetch()
    await environment.advance(0)
    ada.observer.abort()
    await environment.advance(0)
    await serve(environment)
    expect(shownBy(moving)).toEqual(['eve'])
    expect(shownBy(ada)).not.toContain('eve')
  })

  test('the error of one user is not shown to the next', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const harness = mountFetch(environment, '/me', { headers: me.headers })
    await environment.advance(0)
    await serve(environment, {}, 403)
    me.user = 'eve'
    void harness.observer.refetch()
    await environment.advance(0)
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'pending', error: undefined })
  })

  test('a reduced list starts again', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const harness = await mounted(environment, '/me', { headers: me.headers, ...list })
    me.user = 'eve'
    void harness.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    expect(shownBy(harness)).toEqual([['eve']])
  })

  test('an undecodable response leaves no data of the former user in the cache', async () => {
    const environment = createEnvironment()
    const me = session('ada')
    const harness = await mounted(environment, '/me', { headers: me.headers })
    const eve = mountFetch(environment, '/me', { headers: token('eve') })
    me.user = 'eve'
    void harness.observer.refetch()
    await environment.advance(0)
    await respond(environment, '{]', { headers: { 'content-type': 'application/json' } })
    expect(eve.observer.getSnapshot()).toMatchObject({ status: 'error', data: undefined })
  })

  test('initial data of one observer are not shown by others', async () => {
    const environment = createEnvironment()
    const harness = mountFetch(environment, '/me', {
      headers: () => token('eve'),
      initialData: 'ada, from the server',
    })
    const eve = mountFetch(environment, '/me', { headers: token('eve') })
    await environment.advance(0)
    expect(shownBy(harness, eve)).toEqual(['ada, from the server', undefined])
    await serve(environment)
    expect(shownBy(harness, eve)).toEqual(['eve', 'eve'])
    for (const { data } of eve.shown) expect(data).not.toBe('ada, from the server')
  })

  test('a refetch does not wait for a token that was requested earlier', async () => {
    const environment = createEnvironment()
    const tokens: ((user: string) => void)[] = []
    const headers = async () => token(await new Promise<string>((resolve) => tokens.push(resolve)))
    const harness = mountFetch(environment, '/me', { headers })
    await environment.advance(0)
    const promise = harness.observer.refetch()
    await environment.advance(0)
    tokens[0]?.('ada')
    tokens[1]?.('eve')
    await environment.advance(0)
    await serve(environment)
    await expect(promise).resolves.toBe('eve')
    expect(harness.shown.map(({ data }) => data)).not.toContain('ada')
  })

  test('an observer that returns after the cache was cleared does not show its old data', async () => {
    const environment = createEnvironment()
    const cache = createFetchCache()
    const harness = await mounted(environment, '/me', { headers: token('ada'), cache })
    void harness.observer.execute({ url: '/other' })
    await environment.advance(0)
    cache.clear()
    harness.observer.abort()
    expect(shownBy(harness)).toEqual([undefined])
  })
})

test('[identity] an observer that returns calls its function first, even if others show its old data', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const fresh = { 'cache-control': 'max-age=60' }
  const harness = await mounted(environment, '/me', { headers: () => token(user) }, fresh)
  const ada = await mounted(environment, '/me', { headers: token('ada') })
  harness.leave()
  await environment.advance(0)
  user = 'eve'
  ada.observer.mutate('changed by ada')
  harness.observer.subscribe(() => {})
  expect(shownBy(harness)).toEqual([undefined])
  await environment.advance(0)
  await serve(environment)
  expect(shownBy(harness, ada)).toEqual(['eve', 'changed by ada'])
})

test('[identity] execute with another headers function is another user', async () => {
  const environment = createEnvironment()
  const harness = await mounted(environment, '/me', { headers: () => token('ada') })
  const ada = await mounted(environment, '/me', { headers: token('ada') })
  const promise = harness.observer.execute({ headers: () => token('eve') })
  await environment.advance(0)
  await serve(environment)
  await expect(promise).resolves.toBe('eve')
  expect(shownBy(harness, ada)).toEqual(['eve', 'ada'])
  void harness.observer.refetch()
  await environment.advance(0)
  await serve(environment)
  expect(shownBy(harness, ada)).toEqual(['ada', 'ada'])
})

describe('[identity] keepPreviousData', () => {
  const cases: [name: string, before: Options, after: Options][] = [
    ['key', { key: 'ada' }, { key: 'eve' }],
    ['a header that is a value', { headers: token('ada') }, { headers: token('eve') }],
    [
      'Authorization that is a value',
      { headers: { authorization: 'ada' } },
      { headers: { authorization: 'eve' } },
    ],
    ['a function for a value', { headers: token('ada') }, { key: 'eve', headers: () => token('eve') }],
    ['credentials', { credentials: 'include' }, { credentials: 'omit' }],
  ]

  test.for(cases)('shows nothing across another %s', async ([, before, after]) => {
    const environment = createEnvironment()
    const harness = await mounted(environment, '/me', { ...before, keepPreviousData: true })
    expect(harness.observer.getSnapshot().data).toBeDefined()
    for (const url of ['/me', '/other']) {
      const next = { environment, ...after, keepPreviousData: true }
      expect(harness.observer.preview(url, next)?.data).toBeUndefined()
    }
    harness.setOptions('/other', { ...after, keepPreviousData: true })
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  })

  test.for([{ headers: token('ada') }, { headers: () => token('ada') }, { key: 'ada' }] satisfies Options[])(
    'shows the last page for another URL: %o',
    async (options) => {
      const environment = createEnvironment()
      const harness = await mounted(environment, '/1', { ...options, keepPreviousData: true })
      harness.setOptions('/2', { ...options, keepPreviousData: true })
      await environment.advance(0)
      expect(harness.observer.getSnapshot()).toMatchObject({ status: 'pending' })
      expect(harness.observer.getSnapshot().data).toBeDefined()
    },
  )

  test('removes the previous data once a function returns another user', async () => {
    const environment = createEnvironment()
    let user = 'ada'
    const options = { headers: () => token(user), keepPreviousData: true }
    const harness = await mounted(environment, '/1', options)
    user = 'eve'
    harness.setOptions('/2', options)
    await environment.advance(0)
    expect(shownBy(harness)).toEqual([undefined])
  })

  test('shows nothing without a URL', async () => {
    const environment = createEnvironment()
    const harness = await mounted(environment, '/me', { key: 'ada', keepPreviousData: true })
    harness.setOptions(null, { key: 'anonymous', keepPreviousData: true })
    expect(shownBy(harness)).toEqual([undefined])
  })
})

describe('[final-401] a final 401 clears the screen', () => {
  test('also of an observer that was not subscribed when the response to its write arrived', async () => {
    const environment = createEnvironment()
    const options = { headers: token('ada'), keepPreviousData: true }
    const { observer, leave } = await mounted(environment, '/me', options, { 'cache-control': 'max-age=60' })
    void observer.execute({ method: 'PUT', json: 1 }).catch(() => {})
    await environment.advance(0)
    leave()
    await serve(environment, {}, 401)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: undefined, error: { status: 401 } })
  })

  const refuse = async (environment: World) => {
    await environment.advance(0)
    await serve(environment, {}, 401)
    await serve(environment, {}, 401)
  }

  test.for(Object.entries(ways))('of every observer with these credentials: %s', async ([, as]) => {
    const environment = createEnvironment()
    const observers = [await mounted(environment, '/me', as('ada'), { 'cache-control': 'max-age=60' })]
    observers.push(await mounted(environment, '/me', as('ada')))
    const eve = await mounted(environment, '/me', as('eve'))
    observers[0]?.observer.mutate('changed', { rollback: new Promise(() => {}) })
    void observers[1]?.observer.refetch()
    await refuse(environment)
    for (const { observer } of observers)
      expect(observer.getSnapshot()).toMatchObject({
        status: 'error',
        data: undefined,
        response: undefined,
        error: { status: 401 },
      })
    expect(shownBy(eve)).toEqual(['eve'])
    for (const { leave } of observers) leave()
    await environment.advance(0)
    const next = mountFetch(environment, '/me', as('ada'))
    expect(next.observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  })

  test('including previous, initial and reduced data', async () => {
    const environment = createEnvironment()
    const previous = await mounted(environment, '/1', { keepPreviousData: true })
    previous.setOptions('/2', { keepPreviousData: true })
    await refuse(environment)
    const initial = mountFetch(environment, '/3', { initialData: 'rendered for ada' })
    await refuse(environment)
    const folded = await mounted(environment, '/4', { ...list })
    void folded.observer.refetch()
    await refuse(environment)
    expect(shownBy(previous, initial, folded)).toEqual([undefined, undefined, []])
  })

  test('after a failed renewal', async () => {
    const environment = createEnvironment()
    const auth = bearer(({ previous }) => {
      if (previous) throw new Error('The refresh token is refused')
      return 'ada'
    })
    const harness = await mounted(environment, '/me', { headers: auth, retry: false })
    void harness.observer.refetch()
    await refuse(environment)
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'error', data: undefined })
  })

  test('but not if a renewal succeeds or is followed by another failure', async () => {
    const environment = createEnvironment()
    let user = 'ada'
    const headers = ({ previous }: { previous: Error | undefined }) =>
      token(previous ? (user = 'ada 2') : user)
    const harness = await mounted(environment, '/me', { headers, retry: false })
    void harness.observer.refetch()
    await environment.advance(0)
    await serve(environment, {}, 401)
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'ada' })
    await serve(environment, {}, 500)
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'error', data: 'ada' })
  })

  test('the next response is shown, and a new token in every call does not loop', async () => {
    const environment = createEnvironment()
    let call = 0
    const harness = mountFetch(environment, '/me', { headers: () => token(`${++call}`) })
    await mounted(environment, '/me', { headers: token('2') })
    for (let round = 0; round < 9; round++) await refuse(environment)
    await environment.advance(60_000)
    expect(environment.requests.length).toBeLessThan(6)
    void harness.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'success', data: `${call}` })
  })
})

describe('[final-401] an observer that was not subscribed at a final 401', () => {
  const collect = { reduce: (all: unknown, one: unknown) => [...((all ?? []) as unknown[]), one] }
  /** Two observers of one entry. The first one shows data and unsubscribes before the second one gets the statuses. */
  async function afterStatuses(options: Options, statuses: readonly number[]) {
    const environment = createEnvironment()
    const left = mountFetch(environment, '/me', { retry: false, ...options })
    const stays = mountFetch(environment, '/me', { retry: false })
    await environment.advance(0)
    await respond(environment, 'ada')
    left.leave()
    await environment.advance(0)
    for (const status of statuses) {
      void stays.observer.refetch()
      await environment.advance(0)
      await respond(environment, 'eve', { status })
    }
    return { environment, left }
  }

  test.each([
    [[401], undefined],
    [[401, 200], 'eve'],
    [[401, 500], undefined],
    [[500], 'ada'],
  ])('shows none of the data from before: %j', async (statuses, data) => {
    const { left } = await afterStatuses({}, statuses)
    left.observer.subscribe(() => {})
    expect(left.observer.getSnapshot().data).toBe(data)
  })

  test.each([
    [[401, 200], ['eve']],
    [[401, 500], undefined],
  ])('reduces none of the data from before: %j', async (statuses, data) => {
    const { environment, left } = await afterStatuses(collect, statuses)
    left.observer.subscribe(() => {})
    await environment.advance(0)
    expect(left.observer.getSnapshot().data).toEqual(data)
  })

  test('but one that mounts later shows its initial data, and what another one has set since', async () => {
    const { environment } = await afterStatuses({}, [401])
    const { observer } = mountFetch(environment, '/me', { retry: false, initialData: 'initial' })
    expect(observer.getSnapshot().data).toBe('initial')
  })
})

describe('[token-renewal] a renewal', () => {
  test('is not shared by users that differ in another header than Authorization', async () => {
    const environment = createEnvironment()
    let user = 'ada'
    const headers = ({ previous }: { previous: Error | undefined }) => token(previous ? `${user} 2` : user)
    const ada = mountFetch(environment, '/1', { headers })
    await environment.advance(0)
    user = 'eve'
    const eve = mountFetch(environment, '/2', { headers })
    await environment.advance(0)
    user = 'ada'
    await respond(environment, undefined, { status: 401 }, environment.requests[0])
    user = 'eve'
    await respond(environment, undefined, { status: 401 }, environment.requests[1])
    await serve(environment)
    expect(shownBy(ada, eve)).toEqual(['ada 2', 'eve 2'])
  })

  test('with a function around bearer() calls the provider once', async () => {
    const environment = createEnvironment()
    const hadPrevious: boolean[] = []
    const auth = bearer(async ({ previous }) => {
      hadPrevious.push(previous !== undefined)
      return previous ? 'good' : 'old'
    })
    const tenant = (name: string): Options => ({
      headers: async (context) => ({ ...(await auth(context)), 'x-tenant': name }),
    })
    for (const name of ['a', 'b', 'c']) mountFetch(environment, '/me', tenant(name))
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
    await serve(environment, {}, 401)
    expect(hadPrevious).toEqual([false, true])
    expect(environment.requests.slice(3).map(({ headers }) => headers.get('authorization'))).toEqual(
      Array(3).fill('Bearer good'),
    )
  })

  test('and the token belongs to a cache, and goes with it', async () => {
    const environment = createEnvironment()
    let callCount = 0
    const auth = bearer(() => `token ${++callCount}`)
    const [one, two] = [createFetchCache(), createFetchCache()]
    const sent = async (cache: typeof one) => {
      await mounted(environment, `/${Math.random()}`, { headers: auth, cache })
      return environment.request.headers.get('authorization')
    }
    expect([await sent(one), await sent(one), await sent(two)]).toEqual([
      'Bearer token 1',
      'Bearer token 1',
      'Bearer token 2',
    ])
    one.clear()
    expect([await sent(two), await sent(one)]).toEqual(['Bearer token 2', 'Bearer token 3'])
    auth.forget()
    expect([await sent(two), await sent(one)]).toEqual(['Bearer token 4', 'Bearer token 5'])
  })
})

test.for([
  [{ 'x-auth-token': 'ada' }, undefined, 'no-store'],
  [{ authorization: 'ada' }, undefined, 'no-store'],
  [{}, 'ada', 'no-store'],
  [{ accept: 'text/csv', 'x-request-id': '1' }, undefined, 'default'],
] as const)('[browser-cache] with headers %o and key %s its mode is %s', async ([headers, key, mode]) => {
  const environment = createEnvironment()
  observeFetch('/me', { environment, headers, key }).subscribe(() => {})
  await environment.advance(0)
  expect(environment.request.init.cache).toBe(mode)
})

test.for([
  ['without headers', {}, '/me', 'no-cache', null],
  ['with credentials', { headers: { authorization: 'ada' } }, '/me', 'no-store', 'max-age=0'],
  [
    'of another origin, with credentials',
    { headers: { authorization: 'ada' } },
    'https://other.example/me',
    'no-store',
    null,
  ],
] as const)(
  '[cache-validation] a conditional request %s lets the server respond with 304',
  async ([, options, url, mode, control]) => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, url, options)
    await environment.advance(0)
    await respond(environment, 'Ada', { headers: { etag: '"1"' } })
    void observer.refetch()
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
    expect(environment.request.init.cache).toBe(mode)
    expect(environment.request.headers.get('cache-control')).toBe(control)
  },
)

test('[cache-validation] a validator in the headers lets the server respond with 304', async () => {
  const environment = createEnvironment()
  const headers = { 'if-none-match': '"1"' }
  mountFetch(environment, '/me', { headers })
  mountFetch(environment, '/them', { headers, ignoreHeaders: ['if-none-match'] })
  await environment.advance(0)
  const sent = environment.requests.map(({ init, headers: all }) => [init.cache, all.get('cache-control')])
  expect(sent).toEqual([
    ['no-store', 'max-age=0'],
    ['no-cache', null],
  ])
})

test('[identity] two users share no object, not even an equal part that an observer has shown before', async () => {
  const environment = createEnvironment()
  let token = 'ada'
  const { observer } = mountFetch(environment, '/user', { headers: () => ({ 'x-auth-token': token }) })
  await environment.advance(0)
  await respond(environment, { roles: [{ name: 'admin' }] })
  const before = observer.getSnapshot().data as { roles: object }
  token = 'eve'
  void observer.refetch()
  await environment.advance(0)
  expect(observer.getSnapshot().data).toBe(before)
  await respond(environment, { roles: [{ name: 'admin' }] })
  const after = observer.getSnapshot().data as { roles: object }
  expect(after).toEqual(before)
  expect(after.roles).not.toBe(before.roles)
})
