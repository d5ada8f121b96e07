import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'
import { bearer, createFetchCache } from './index.ts'

/** A server that accepts one token, and users with the right or a wrong one. */
function tokens() {
  const environment = createEnvironment()
  let good = 'a'
  let callCount = 0
  const auth = bearer(({ previous }) => {
    callCount++
    return Promise.resolve(previous ? good : 'a')
  })
  const serve = async () => {
    for (const request of environment.requests.filter((one) => !responded.has(one))) {
      responded.add(request)
      const isGood = request.headers.get('authorization') === `Bearer ${good}`
      await respond(
        environment,
        isGood ? { token: good } : undefined,
        { status: isGood ? 200 : 401 },
        request,
      )
    }
  }
  const responded = new Set<unknown>()
  return {
    environment,
    auth,
    serve,
    expire: (next: string) => void (good = next),
    get callCount() {
      return callCount
    },
  }
}

describe('[token-renewal] one 401 renews the token once for all', () => {
  test('ten requests rejected together', async () => {
    const set = tokens()
    set.expire('b')
    const all = Array.from({ length: 10 }, (_, number) =>
      mountFetch(set.environment, `/api/${number}`, { headers: set.auth }),
    )
    await set.environment.advance(0)
    await set.serve()
    await set.serve()
    expect(set.callCount).toBe(2)
    expect(set.environment.requests).toHaveLength(20)
    expect(all.map(({ observer }) => observer.getSnapshot().status)).toEqual(Array(10).fill('success'))
  })

  test('and a request rejected late, after the others have succeeded', async () => {
    const set = tokens()
    set.expire('b')
    const one = mountFetch(set.environment, '/one', { headers: set.auth })
    const two = mountFetch(set.environment, '/two', { headers: set.auth })
    await set.environment.advance(0)
    const late = set.environment.requests[1]
    if (!late) throw new Error('Expected two requests')
    await respond(set.environment, undefined, { status: 401 }, set.environment.requests[0])
    await respond(set.environment, 1)
    await respond(set.environment, undefined, { status: 401 }, late)
    await respond(set.environment, 2)
    expect(set.callCount).toBe(2)
    expect([one, two].map(({ observer }) => observer.getSnapshot().data)).toEqual([1, 2])
  })

  test('calls a plain function once for the requests that share it', async () => {
    const environment = createEnvironment()
    const previousErrors: (string | undefined)[] = []
    const headers = ({ previous }: { previous: Error | undefined }) => {
      previousErrors.push(previous?.name)
      return { authorization: previous ? 'b' : 'a' }
    }
    for (const url of ['/one', '/two', '/three']) mountFetch(environment, url, { headers })
    await environment.advance(0)
    for (const request of environment.requests.slice(0, 3))
      await respond(environment, undefined, { status: 401 }, request)
    expect(previousErrors).toEqual([undefined, undefined, undefined, 'TautlineError'])
    expect(environment.requests.slice(3).map((request) => request.headers.get('authorization'))).toEqual([
      'b',
      'b',
      'b',
    ])
  })

  test('also without retries', async () => {
    const set = tokens()
    set.expire('b')
    const { observer } = mountFetch(set.environment, '/api', { headers: set.auth, retry: false })
    await set.environment.advance(0)
    await set.serve()
    await set.serve()
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { token: 'b' }, attempt: 0 })
  })

  test('a second 401 is final', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/api', { headers: () => ({ authorization: 'bad' }) })
    await environment.advance(0)
    await respond(environment, undefined, { status: 401 })
    await respond(environment, undefined, { status: 401 })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(2)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { status: 401 } })
  })

  test('repeats a write too, because the server rejected it before doing it', async () => {
    const set = tokens()
    set.expire('b')
    const save = client(set.environment, '/api', { method: 'POST', enabled: false, headers: set.auth })
    const done = save.execute({ json: 1 })
    await set.environment.advance(0)
    await set.serve()
    await set.serve()
    await expect(done).resolves.toEqual({ token: 'b' })
    expect(set.environment.requests.map(({ body }) => body)).toEqual(['1', '1'])
  })

  test('the next request tries a failed renewal again', async () => {
    const environment = createEnvironment()
    let refreshes = 0
    const auth = bearer(({ previous }) => {
      if (!previous) return 'a'
      refreshes++
      if (refreshes === 1) throw new Error('down')
      return 'b'
    })
    const { observer } = mountFetch(environment, '/api', { headers: auth, retry: { delay: () => 1000 } })
    await environment.advance(0)
    await respond(environment, undefined, { status: 401 })
    await environment.advance(1000)
    expect(observer.getSnapshot().status).toBe('pending')
    await respond(environment, 'in')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'in' })
  })

  test('forget() requests a new token from the provider', async () => {
    const set = tokens()
    const request = client(set.environment, '/api', { headers: set.auth })
    for (const forget of [false, false, true]) {
      if (forget) set.auth.forget()
      void request.execute()
      await set.environment.advance(0)
      await set.serve()
    }
    expect(set.callCount).toBe(2)
  })
})

describe('[cache-users] no data reaches another user', () => {
  test('another Authorization has its own response', async () => {
    const environment = createEnvironment()
    const ada = mountFetch(environment, '/me', { headers: { authorization: 'ada' }, maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    ada.leave()
    const eve = mountFetch(environment, '/me', { headers: { authorization: 'eve' }, maxAge: 60_000 })
    expect(eve.observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 'Eve')
    const back = mountFetch(environment, '/me', { headers: { authorization: 'ada' }, maxAge: 60_000 })
    expect(back.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('never shows the cached data of one user to the next, also with function headers', async () => {
    const environment = createEnvironment()
    let user = 'ada'
    const headers = () => ({ authorization: user })
    const ada = mountFetch(environment, '/me', { headers, maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'Ada', { headers: { etag: '"1"' } })
    ada.leave()
    await environment.advance(0)
    user = 'eve'
    const eve = mountFetch(environment, '/me', { headers, maxAge: 60_000 })
    await environment.advance(0)
    expect(eve.shown.map(({ data }) => data)).not.toContain('Ada')
    expect(environment.request.headers.get('if-none-match')).toBeNull()
    await respond(environment, 'Eve')
    expect(eve.observer.getSnapshot().data).toBe('Eve')
    user = 'ada'
    const back = mountFetch(environment, '/me', { headers, maxAge: 60_000 })
    await environment.advance(0)
    expect(back.observer.getSnapshot().data).toBe('Ada')
    expect(environment.requests).toHaveLength(2)
  })

  test('a renewed token keeps the shown data, but sends no validator of the old response', async () => {
    const environment = createEnvironment()
    let token = 'a'
    const { observer, shown } = mountFetch(environment, '/me', { headers: () => ({ authorization: token }) })
    await environment.advance(0)
    await respond(environment, 'Ada', { headers: { etag: '"1"' } })
    token = 'b'
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
    const late = mountFetch(environment, '/me', { headers: () => ({ authorization: token }) })
    await environment.advance(0)
    expect(late.observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 'Ada, again')
    expect([observer, late.observer].map((one) => one.getSnapshot().data)).toEqual([
      'Ada, again',
      'Ada, again',
    ])
    expect(shown.map(({ status }) => status)).not.toContain('error')
  })

  test('clears a given cache', async () => {
    const environment = createEnvironment()
    const cache = createFetchCache()
    const ada = mountFetch(environment, '/me', { cache, maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    ada.leave()
    await environment.advance(0)
    cache.clear()
    const next = mountFetch(environment, '/me', { cache, maxAge: 60_000 })
    expect(next.observer.getSnapshot().data).toBeUndefined()
    expect(
      mountFetch(environment, '/me', { cache: createFetchCache() }).observer.getSnapshot().data,
    ).toBeUndefined()
  })

  test('a server caches nothing between requests unless a cache is given', async () => {
    const environment = createEnvironment({ isServer: true })
    const one = client(environment, '/me', { maxAge: 60_000 })
    void one.execute()
    await environment.advance(0)
    await respond(environment, 'Ada')
    const two = client(environment, '/me', { maxAge: 60_000 })
    expect(two.getSnapshot().data).toBeUndefined()
    const cache = createFetchCache()
    void client(environment, '/me', { cache, maxAge: 60_000 }).execute()
    await environment.advance(0)
    await respond(environment, 'Ada')
    const stop = client(environment, '/me', { cache, maxAge: 60_000 }).subscribe(() => {})
    await environment.advance(0)
    stop()
    expect(environment.requests).toHaveLength(2)
  })
})

test('[cache-users] does not store the response of an aborted attempt under the key of another user', async () => {
  const environment = createEnvironment()
  let user = 'ada',
    hang = false
  let slow: ((token: string) => void) | undefined
  const headers = async () => {
    if (!hang) return { authorization: user }
    hang = false
    return { authorization: await new Promise<string>((resolve) => (slow = resolve)) }
  }
  const options = { headers, retry: { delay: () => 0 } }
  const first = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=600'))
  first.leave()
  await environment.advance(0)
  hang = true
  const eve = mountFetch(environment, '/me', options)
  await environment.advance(0)
  user = 'eve'
  await environment.advance(10_001)
  expect(environment.request.headers.get('authorization')).toBe('eve')
  slow?.('ada')
  await environment.advance(0)
  expect(environment.request.aborted).toBe(false)
  expect(eve.observer.getSnapshot().data).toBe(undefined)
})

test('[cache-users] a returning observer shows its old data only once its headers are known', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const one = mountFetch(environment, '/me', { headers: () => ({ authorization: user }) })
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=600'))
  one.leave() // onDeactivated, <Activity mode="hidden">
  await environment.advance(5000)
  user = 'eve' // the same with a given cache and cache.clear() here
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
  expect(one.observer.getSnapshot().data).toBe(undefined)
})

test('[cache-users] calls alternating header functions once per attempt, without a loop', async () => {
  const environment = createEnvironment()
  let calls = 0
  const headers = () => {
    if (calls > 400) throw new Error('enough')
    return { authorization: calls++ % 2 ? 'b' : 'a' }
  }
  for (let number = 0; number < 2; number++) {
    void client(environment, '/u', { headers }).execute()
    await environment.advance(0)
    await respond(environment, number, cacheControl('max-age=60'))
  }
  void client(environment, '/u', { headers }).execute()
  await environment.advance(0)
  expect([environment.requests.length, calls]).toEqual([3, 3])
  expect(environment.request.headers.get('authorization')).toBe('a')
})

test('[option-functions] a token provider that hangs once does not block later requests', async () => {
  const environment = createEnvironment()
  let calls = 0
  const auth = bearer(() => (++calls === 1 ? new Promise<string>(() => {}) : 'token'))
  mountFetch(environment, '/a', { headers: auth })
  await environment.advance(60_000)
  expect(environment.requests.length).toBeGreaterThan(0)
})

test('[token-renewal] the shared token does not depend on the request that started its renewal', async () => {
  const environment = createEnvironment()
  let give: (token: string) => void = () => {}
  const auth = bearer(
    ({ signal }) =>
      new Promise<string>((resolve, reject) => {
        give = resolve
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  )
  const one = mountFetch(environment, '/one', { headers: auth })
  const two = mountFetch(environment, '/two', { headers: auth, retry: false })
  await environment.advance(0)
  one.leave()
  await environment.advance(0)
  give('token')
  await environment.advance(0)
  expect(two.observer.getSnapshot().status).toBe('pending')
  expect(environment.request.headers.get('authorization')).toBe('Bearer token')
})

test('[token-renewal] a request rejected during a renewal shares it', async () => {
  const environment = createEnvironment()
  let refreshes = 0
  let token = 'old'
  const headers = async ({ previous }: { readonly previous: Error | undefined }) => {
    if (previous) {
      refreshes++
      await new Promise<void>((resolve) => environment.setTimeout(resolve, 1000))
      token = 'new'
    }
    return { authorization: token }
  }
  mountFetch(environment, '/one', { headers })
  await environment.advance(0)
  await respond(environment, undefined, { status: 401 })
  await environment.advance(500)
  mountFetch(environment, '/two', { headers })
  await environment.advance(0)
  await respond(environment, undefined, { status: 401 })
  await environment.advance(1000)
  expect(refreshes).toBe(1)
  expect(environment.requests.slice(2).map((request) => request.headers.get('authorization'))).toEqual([
    'new',
    'new',
  ])
})

test('[cache-users] a request with Authorization bypasses the browser’s cache, which does not separate users', async () => {
  const environment = createEnvironment()
  const ada = mountFetch(environment, '/me', { headers: { authorization: 'ada' } })
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('private, max-age=600'))
  ada.leave()
  mountFetch(environment, '/me', { headers: { authorization: 'eve' } })
  await environment.advance(0)
  expect(environment.requests.map(({ init }) => init.cache)).toEqual(['no-store', 'no-store'])
})

test('[token-renewal] a slow server does not cause a new token', async () => {
  const environment = createEnvironment()
  let callCount = 0
  const auth = bearer(() => `token ${++callCount}`)
  for (let number = 0; number < 5; number++) mountFetch(environment, `/${number}`, { headers: auth })
  await environment.advance(62_000)
  expect(environment.requests.length).toBeGreaterThan(5)
  expect(callCount).toBe(1)
})

test('[renewal-limit] a token that each refetch finds rejected is renewed at most every ten seconds', async () => {
  const environment = createEnvironment()
  let callCount = 0
  const headers = () => ({ authorization: `token ${++callCount}` })
  mountFetch(environment, '/me', {
    headers,
    key: 'ada',
    ignoreHeaders: ['authorization'],
    refetchInterval: 1000,
    timeout: { connect: 10_000 },
  })
  await environment.advance(0)
  let renewals = 0
  for (const end = environment.now() + 60_000; environment.now() < end;) {
    await respond(environment, undefined, { status: 401 })
    const { length } = environment.requests
    for (let waited = 0; environment.requests.length === length && waited < 20_000; waited += 100)
      await environment.advance(100)
    renewals++
    await respond(environment, 'Ada')
    await environment.advance(1000)
  }
  expect(renewals).toBeGreaterThan(5)
  expect(renewals).toBeLessThan(9)
})

test.each([
  ['in the same millisecond', 0],
  ['after the clock was set back', -3_600_000],
])('[token-renewal] a request that was sent after a renewal, %s, renews by itself', async (_, jump) => {
  const environment = createEnvironment()
  let user = 'ada'
  const headers = () => ({ authorization: user })
  const { observer } = mountFetch(environment, '/me', { headers, retry: false })
  await environment.advance(0)
  user = 'eve'
  await respond(environment, undefined, { status: 401 })
  await respond(environment, 'Eve')
  environment.jump(jump)
  user = 'ada'
  const refetched = observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 401 })
  await respond(environment, 'Ada')
  await expect(refetched).resolves.toBe('Ada')
  expect(environment.requests.map((request) => request.headers.get('authorization'))).toEqual([
    'ada',
    'eve',
    'ada',
    'ada',
  ])
})
