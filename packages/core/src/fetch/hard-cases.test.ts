import { expect, test, vi } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { bearer, createFetchCache } from './index.ts'
import { collect } from '../shared/reducers.ts'

const control = (value: string, more = {}) => ({ headers: { 'cache-control': value, ...more } })

test('42: an attempt that was given up names nothing: an answer of one user never comes to another', async () => {
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
  await respond(environment, 'Ada', control('max-age=600'))
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
  expect(environment.request.aborted).toBe(false) // is true
  expect(eve.observer.getSnapshot().data).toBe(undefined) // is 'Ada'
})

test('42: a hook that comes back is not shown what it had before it is known whose that was', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const one = mountFetch(environment, '/me', { headers: () => ({ authorization: user }) })
  await environment.advance(0)
  await respond(environment, 'Ada', control('max-age=600'))
  one.leave() // onDeactivated, <Activity mode="hidden">
  await environment.advance(5000)
  user = 'eve' // (also with a cache of one's own and cache.clear() here)
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2) // 1: nothing is asked
  expect(one.observer.getSnapshot().data).toBe(undefined) // 'Ada'
})

test('42: stale-if-error does not show one user what came for another', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }), retry: false as const }
  const ada = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', control('max-age=1, stale-if-error=600'))
  await environment.advance(2000)
  user = 'eve'
  void ada.observer.refetch()
  await environment.advance(0)
  const eve = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, undefined, { status: 503 })
  expect(eve.observer.getSnapshot().data).toBe(undefined) // is 'Ada', status success
})

test('42: stale-if-error is for outages, and not for what is forbidden or gone', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/me', { retry: false })
  await environment.advance(0)
  await respond(environment, 'Ada', control('max-age=1, stale-if-error=600'))
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 403 })
  expect(observer.getSnapshot().status).toBe('error') // 'success'
})

test('43: an optimistic update that throws on a newer answer is taken back, and reported', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/list')
  await environment.advance(0)
  await respond(environment, { list: [1] })
  observer.mutate((data) => ({ list: [...(data as { list: number[] }).list, 2] }), {
    rollback: new Promise(() => {}),
  })
  const settled = vi.fn()
  observer.refetch().then(settled, settled)
  await environment.advance(0)
  await respond(environment, { list: null }) // [...null] throws
  expect(settled).toHaveBeenCalled() // never
})

test('42: a Vary that cannot be read breaks nothing', async () => {
  const environment = createEnvironment()
  const settled = vi.fn()
  client(environment, '/a', { headers: () => ({ authorization: 'x' }) })
    .execute()
    .then(settled, settled)
  await environment.advance(0)
  await respond(environment, 1, { headers: { vary: 'Accept-Language User-Agent' } })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(settled).toHaveBeenCalled() // never
})

test('6: hooks that move from one user to the next and back leave nothing behind', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }) }
  const hook = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', control('max-age=600'))
  user = 'eve'
  const other = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Eve', control('max-age=600'))
  void hook.observer.refetch() // moves to Eve's
  await environment.advance(0)
  await respond(environment, 'Eve', control('max-age=600'))
  user = 'ada'
  hook.leave()
  other.leave()
  await environment.advance(0)
  const done = client(environment, '/me', options).execute()
  await environment.advance(0)
  await respond(environment, 'Ada', control('max-age=600'))
  await done
  await environment.advance(0)
  expect(environment.listeners).toBe(0) // 1
})

test('42: the cache counts what it holds once', async () => {
  const environment = createEnvironment()
  const cache = createFetchCache({ bytes: 100 })
  for (let round = 0; round < 3; round++) {
    const two = [0, 1].map(() => mountFetch(environment, '/a', { cache, maxAge: 1e6 }))
    await environment.advance(0)
    if (round === 0) await respond(environment, 'x'.repeat(40))
    for (const { leave } of two) leave()
    await environment.advance(0)
  }
  expect(environment.requests).toHaveLength(1) // 2
})

test('40: an empty answer of type text/html is no page', async () => {
  const environment = createEnvironment()
  const done = client(environment, '/a', { method: 'PUT', enabled: false, retry: false }).execute({ json: 1 })
  await environment.advance(0)
  environment.request.respond({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  environment.request.end()
  await expect(done).resolves.toBeDefined() // rejects: content-type
})

test('42: two Authorizations in turn: one function call for an attempt, and no loop', async () => {
  const environment = createEnvironment()
  let calls = 0
  const headers = () => {
    if (calls > 400) throw new Error('enough')
    return { authorization: calls++ % 2 ? 'b' : 'a' }
  }
  for (let number = 0; number < 2; number++) {
    void client(environment, '/u', { headers }).execute()
    await environment.advance(0)
    await respond(environment, number, control('max-age=60'))
  }
  void client(environment, '/u', { headers }).execute()
  await environment.advance(0)
  expect([environment.requests.length, calls]).toEqual([3, 3])
  expect(environment.request.headers.get('authorization')).toBe('a')
})

test('execute takes its overrides where they do not change the name', async () => {
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

test('23: a token provider that hangs once does not wedge the requests', async () => {
  const environment = createEnvironment()
  let calls = 0
  const auth = bearer(() => (++calls === 1 ? new Promise<string>(() => {}) : 'token'))
  mountFetch(environment, '/a', { headers: auth })
  await environment.advance(60_000)
  expect(environment.requests.length).toBeGreaterThan(0)
})

test('45: the shared token does not hang on whoever asked first', async () => {
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

test('45: who is refused while the refresh is under way shares it', async () => {
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

test('6: a hook that left while its refetch was under way asks when it comes back', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment, '/a')
  void one.observer.refetch()
  await environment.advance(0)
  one.leave()
  await environment.advance(0)
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(one.observer.getSnapshot().status).toBe('pending')
  expect(environment.requests).toHaveLength(2)
})

test('42: a write makes stale what a server has rendered', async () => {
  const environment = createEnvironment()
  mountFetch(environment, '/user', { initialData: 'Ada', maxAge: 60_000 })
  await environment.advance(0)
  void client(environment, '/user', { method: 'PUT', enabled: false }).execute({ json: 1 })
  await environment.advance(0)
  await respond(environment, undefined, { status: 204 })
  expect(environment.requests.map(({ method }) => method)).toEqual(['PUT', 'GET'])
})

test('43: a codec that is written in the component loses no change by hand', async () => {
  const environment = createEnvironment()
  const codec = () => ({ decode: (raw: unknown) => JSON.parse(String(raw)) as number[] })
  const { observer, setOptions } = mountFetch(environment, '/list', { codec: codec() })
  await environment.advance(0)
  await respond(environment, [1])
  const add = (number: number) => (list: unknown) => [...(list as number[]), number]
  observer.mutate(add(2))
  setOptions('/list', { codec: codec() })
  observer.mutate(add(3))
  expect(observer.getSnapshot().data).toEqual([1, 2, 3])
  observer.mutate(add(4), { rollback: new Promise(() => {}) })
  setOptions('/list', { codec: codec() })
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, [9])
  expect(observer.getSnapshot().data).toEqual([9, 4])
})

test('21, 43: what is changed by hand does not trample a Retry-After', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(environment, 1)
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 503, headers: { 'retry-after': '60' } })
  observer.mutate(2)
  await environment.advance(30_000)
  expect(environment.requests).toHaveLength(2)
})

test('42: a DELETE with a query asks the list anew, and not what is gone', async () => {
  const environment = createEnvironment()
  for (const url of ['/users?select=all', '/users?id=1']) mountFetch(environment, url, { maxAge: 60_000 })
  await environment.advance(0)
  for (const request of environment.requests) await respond(environment, [], {}, request)
  void client(environment, '/users?id=1', { method: 'DELETE', enabled: false }).execute()
  await environment.advance(0)
  await respond(environment, undefined, { status: 204 })
  expect(environment.requests.slice(3).map(({ url }) => url)).toEqual([
    'https://test.example/users?select=all',
  ])
})

test('42: what was sent before a write is not fresh after it', async () => {
  const environment = createEnvironment()
  const read = mountFetch(environment, '/user', { enabled: false })
  void read.observer.execute()
  await environment.advance(0)
  void client(environment, '/user', { method: 'PUT', enabled: false }).execute({ json: 1 })
  await environment.advance(0)
  await respond(environment, undefined, { status: 204 })
  await respond(environment, 'older', control('max-age=600'), environment.requests[0])
  mountFetch(environment, '/user')
  await environment.advance(0)
  expect(environment.requests).toHaveLength(3)
})

test('39: abort() of an override goes back to the answer of the hook’s own, by function headers too', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a', { headers: () => ({ authorization: 'a' }) })
  await environment.advance(0)
  await respond(environment, 'own', control('no-store'))
  void observer.execute({ query: { deep: 1 } })
  await environment.advance(0)
  observer.abort()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'own' })
  expect(environment.requests).toHaveLength(2)
})

test('42: after a 304 without them the Age and Date of the old answer do not count', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(
    environment,
    1,
    control('max-age=60', { age: '50', etag: '"1"', 'content-type': 'application/json' }),
  )
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 304, headers: { 'content-type': 'text/html' } })
  observer.watch('staleAt')
  expect(observer.getSnapshot().staleAt).toBe(environment.now() + 60_000)
})

test('37: an interval longer than a platform timer is no loop', async () => {
  const environment = createEnvironment()
  const waits: number[] = []
  const set = environment.setTimeout
  const own = Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(environment),
      setTimeout: {
        value: (callback: () => void, ms: number) => (waits.push(ms), set(callback, ms)),
        enumerable: true,
      },
    },
  ) as typeof environment
  mountFetch(own, '/a', { refreshInterval: 30 * 24 * 3600e3 })
  await own.advance(0)
  await respond(own, 1)
  expect(Math.max(...waits)).toBeLessThanOrEqual(2 ** 31 - 1)
})

test('42: a part is not kept as the whole', async () => {
  const environment = createEnvironment()
  const part = mountFetch(environment, '/file', { headers: () => ({ range: 'bytes=0-1' }) })
  await environment.advance(0)
  await respond(environment, 'ab', { status: 206, ...control('max-age=600') })
  part.leave()
  await environment.advance(0)
  mountFetch(environment, '/file', { headers: () => ({}) })
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
})

test('39: abort() does not wait for hooks that want nothing', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  mountFetch(environment, '/a', { enabled: false })
  await environment.advance(0)
  observer.abort()
  expect(environment.request.aborted).toBe(true)
})

test('42: what carries an Authorization passes the browser’s cache by, which does not tell users apart', async () => {
  const environment = createEnvironment()
  const ada = mountFetch(environment, '/me', { headers: { authorization: 'ada' } })
  await environment.advance(0)
  await respond(environment, 'Ada', control('private, max-age=600'))
  ada.leave()
  mountFetch(environment, '/me', { headers: { authorization: 'eve' } })
  await environment.advance(0)
  expect(environment.requests.map(({ init }) => init.cache)).toEqual(['no-store', 'no-store'])
})

test('42: clear() gives nothing that was kept to anybody: neither what is shown, nor what is on its way, nor what the browser has', async () => {
  const environment = createEnvironment()
  const cache = createFetchCache()
  const shown = mountFetch(environment, '/me', { cache })
  const underWay = mountFetch(environment, '/other', { cache })
  await environment.advance(0)
  await respond(environment, 'Ada', control('private, max-age=600'), environment.requests[0])
  cache.clear()
  expect(shown.observer.getSnapshot().data).toBe('Ada')
  const next = mountFetch(environment, '/me', { cache })
  expect(next.observer.getSnapshot().data).toBeUndefined()
  await respond(environment, 'Ada’s', control('private, max-age=600'), environment.requests[1])
  for (const { leave } of [shown, underWay]) leave()
  await environment.advance(0)
  expect(environment.request.init.cache).toBe('reload')
  for (const url of ['/me', '/other'])
    expect(mountFetch(environment, url, { cache }).observer.getSnapshot().data).toBeUndefined()
})

test('39: the signal of one write gives up that one, and not another of the same hook', async () => {
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

test('42: who turns out to be another takes no validator of the old answer along', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }) }
  const hook = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', control('max-age=600', { etag: '"a"' }))
  user = 'eve'
  mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Eve', control('max-age=600', { etag: '"e"' }))
  void hook.observer.refetch()
  await environment.advance(0)
  expect(environment.request.headers.get('if-none-match')).toBe('"e"')
})

test('45: a server that is slow costs no new token', async () => {
  const environment = createEnvironment()
  let asked = 0
  const auth = bearer(() => `token ${++asked}`)
  for (let number = 0; number < 5; number++) mountFetch(environment, `/${number}`, { headers: auth })
  await environment.advance(12_000)
  expect(environment.requests.length).toBeGreaterThan(5)
  expect(asked).toBe(1)
})

test('refetch() and execute() ask now, also while a retry is waited for', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(environment, undefined, { status: 503, headers: { 'retry-after': '60' } })
  const again = observer.refetch()
  await environment.advance(0)
  await respond(environment, 'now')
  await expect(again).resolves.toBe('now')
})

test('41: what execute says holds for the retries of its request, wherever it turns out to be asked', async () => {
  const environment = createEnvironment()
  const first = mountFetch(environment, '/a', {
    headers: () => ({ authorization: 'a' }),
    retry: { limit: 3, delay: () => 100 },
  })
  await environment.advance(0)
  await respond(environment, 1)
  first.leave()
  const second = client(environment, '/a', {
    enabled: false,
    headers: () => ({ authorization: 'a', 'x-second': 'yes' }),
    retry: { limit: 1, delay: () => 100 },
  })
  const done = second.execute().catch(() => 'failed')
  for (let tries = 0; tries < 2; tries++) {
    await environment.advance(100)
    expect(environment.request.headers.get('x-second')).toBe('yes')
    await respond(environment, undefined, { status: 503 })
  }
  expect([await done, environment.requests.length]).toEqual(['failed', 3])
})

test('a fold shows what is kept from the first snapshot on', async () => {
  const environment = createEnvironment()
  await answerFor(environment, '/list', 'a')
  const { shown } = mountFetch(environment, '/list', { reduce: collect() as never })
  expect(shown[0]).toMatchObject({ status: 'success', data: ['a'] })
})

test('42: a 304 to a validator of the user’s own, with nothing kept, is an error', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a', { headers: { 'if-none-match': '"1"' } })
  await environment.advance(0)
  await respond(environment, undefined, { status: 304 })
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { detail: { status: 304 } } })
})

test('6: what nobody shares is still there when its component comes back', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment, '/a', { share: false, maxAge: 60_000 })
  await environment.advance(0)
  await respond(environment, 'mine')
  one.leave()
  await environment.advance(0)
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(one.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'mine' })
  expect(environment.requests).toHaveLength(1)
})

async function answerFor(environment: ReturnType<typeof createEnvironment>, url: string, body: unknown) {
  const { leave } = mountFetch(environment, url)
  await environment.advance(0)
  await respond(environment, body, control('max-age=600'))
  leave()
  await environment.advance(0)
}

test('42: of another origin, which shows no Vary, an answer is for the headers that it was asked with', async () => {
  const environment = createEnvironment()
  let language = 'de'
  const options = { headers: () => ({ 'accept-language': language }), maxAge: 60_000 }
  const url = 'https://other.example/hello'
  const german = mountFetch(environment, url, options)
  await environment.advance(0)
  await respond(environment, 'Hallo')
  german.leave()
  await environment.advance(0)
  const again = mountFetch(environment, url, options)
  await environment.advance(0)
  expect([again.observer.getSnapshot().data, environment.requests.length]).toEqual(['Hallo', 1])
  language = 'fr'
  const french = mountFetch(environment, url, options)
  await environment.advance(0)
  expect(french.shown.map(({ data }) => data)).toEqual([undefined])
  expect(environment.requests).toHaveLength(2)
})

test('40: what could not be read is not taken from the browser’s cache again', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(environment, '{', { headers: { 'content-type': 'application/json', etag: '"1"' } })
  void observer.refetch()
  await environment.advance(0)
  expect(environment.request.init.cache).toBe('reload')
})

test('44: a length that is too short is none', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  observer.watch('progress')
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'text/plain', 'content-length': '3' } })
  environment.request.write('packed')
  await environment.advance(16)
  expect(observer.getSnapshot().progress).toEqual({ sent: 0, received: 6, total: undefined })
})
