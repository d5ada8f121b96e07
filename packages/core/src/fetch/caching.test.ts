import { describe, expect, test } from 'vitest'
import { respond, mountFetch, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'
import { createFetchCache } from './index.ts'

type World = ReturnType<typeof createEnvironment>

/** Caches a response that no observer shows. */
async function cacheResponse(
  environment: World,
  body: unknown,
  given: Parameters<typeof respond>[2] = {},
  options = {},
) {
  const { leave } = mountFetch(environment, '/user', options)
  await environment.advance(0)
  await respond(environment, body, given)
  leave()
  await environment.advance(0)
}

describe('[cache-fresh] cached responses', () => {
  test('shows a fresh response at once and sends no request', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=60'))
    await environment.advance(59_000)
    const { observer, shown, emitted } = mountFetch(environment)
    await environment.advance(0)
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada', isFetching: false }])
    expect([environment.requests.length, emitted]).toEqual([1, []])
    expect(observer.getSnapshot().staleAt).toBe(1_000_000 + 60_000)
  })

  test('shows a stale response at once and then the new one', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=60, stale-while-revalidate=60'))
    await environment.advance(61_000)
    const { observer, shown } = mountFetch(environment)
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada', isFetching: true }])
    await environment.advance(0)
    expect(environment.request.init.cache).toBe('no-cache')
    await respond(environment, 'Eve')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Eve', isFetching: false })
  })

  test.for([
    ['too stale for stale-while-revalidate', 'max-age=60, stale-while-revalidate=5'],
    ['Rails', 'max-age=0, private, must-revalidate'],
    ['Laravel', 'no-cache, private'],
    ['no-cache with max-age', 'max-age=60, no-cache'],
    ['must-revalidate', 'max-age=1, must-revalidate'],
  ] as const)('[history] %s: what was shown is shown while it is validated', async ([, control]) => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', { headers: { 'cache-control': control, etag: '"1"' } })
    await environment.advance(120_000)
    const { observer, shown } = mountFetch(environment)
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada', isFetching: true }])
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
    await respond(environment, undefined, { status: 304 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('[history] [no-store] except no-store, which only components at the same time share', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Ada', cacheControl('no-cache, no-store, max-age=0, must-revalidate'))
    const other = mountFetch(environment)
    expect(other.shown).toMatchObject([{ status: 'success', data: 'Ada', isFetching: true }])
    for (const { leave } of [one, other]) leave()
    await environment.advance(0)
    one.observer.subscribe(() => {})
    for (const { observer } of [one, mountFetch(environment)])
      expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  })

  test('[stale-while-revalidate] staleWhileRevalidate limits it for each observer; 0 shows nothing stale', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=10, stale-while-revalidate=60'))
    await environment.advance(14_000)
    const dataWith = (staleWhileRevalidate?: number) => {
      const { observer, leave } = mountFetch(environment, '/user', { staleWhileRevalidate })
      leave()
      return observer.getSnapshot().data
    }
    expect([0, 4000, 4001, undefined].map(dataWith)).toEqual([undefined, undefined, 'Ada', 'Ada'])
  })

  test('[cache-fresh] maxAge applies to the observer that has it, also if another one sent the request', async () => {
    const environment = createEnvironment()
    const list = mountFetch(environment, '/user', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    list.observer.track('staleAt')
    await environment.advance(5000)
    const isFetching = (options: object) => {
      const { observer, leave } = mountFetch(environment, '/user', options)
      const snapshot = observer.getSnapshot()
      leave()
      return snapshot.isFetching
    }
    expect(isFetching({ maxAge: 5001 })).toBe(false)
    expect([isFetching({ maxAge: 5000 }), isFetching({})]).toEqual([true, true])
    mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Eve')
    await environment.advance(59_000)
    expect([isFetching({ maxAge: 60_000 }), isFetching({})]).toEqual([false, true])
    expect(list.observer.getSnapshot().staleAt).toBe(environment.now() + 1000)
  })

  test('[refetch] maxAge of each observer decides whether it refetches on focus', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { maxAge: 60_000, refetchOnFocus: true })
    const { leave } = mountFetch(environment, '/user', { maxAge: 1000, refetchOnFocus: true })
    await environment.advance(0)
    await respond(environment, 'Ada')
    await environment.advance(5000)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 'Ada')
    leave()
    await environment.advance(5000)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test.for(['"cache"', '"*"', '"cookies", "storage"'])(
    '[history] Clear-Site-Data: %s removes all responses that no component shows',
    async (value) => {
      const environment = createEnvironment()
      await cacheResponse(environment, 'Ada', cacheControl('max-age=60'))
      const { observer } = mountFetch(environment, '/logout', { method: 'POST', enabled: false })
      void observer.execute()
      await environment.advance(0)
      await respond(environment, undefined, { status: 204, headers: { 'clear-site-data': value } })
      expect(mountFetch(environment).shown).toMatchObject([{ status: 'pending', data: undefined }])
    },
  )

  test('[history] Clear-Site-Data of one origin removes no responses of another', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=60'))
    const urls = ['https://api.example/a', 'https://api.example.test/b']
    for (const url of urls) {
      const { leave } = mountFetch(environment, url)
      await environment.advance(0)
      await respond(environment, url, cacheControl('max-age=60'))
      leave()
      await environment.advance(0)
    }
    mountFetch(environment, 'https://api.example/log-out')
    await environment.advance(0)
    await respond(environment, '', { status: 401, headers: { 'clear-site-data': '"*"' } })
    const dataOf = (url: string) => mountFetch(environment, url).observer.getSnapshot().data
    expect(['/user', ...urls].map(dataOf)).toEqual(['Ada', undefined, urls[1]])
  })

  test('an observer keeps showing its data during a refetch', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Ada', cacheControl('no-cache'))
    observer.track('isFetching')
    void observer.refetch()
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', isFetching: true })
  })

  test('a 304 updates the stored headers, so that the response is fresh again', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', { headers: { 'cache-control': 'max-age=10', etag: '"1"' } })
    await environment.advance(20_000)
    const { observer } = mountFetch(environment)
    observer.track('staleAt')
    await environment.advance(0)
    await respond(environment, undefined, { status: 304, ...cacheControl('max-age=30') })
    expect(observer.getSnapshot().staleAt).toBe(environment.now() + 30_000)
    mountFetch(environment)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('revalidates with Last-Modified if there is no ETag', async () => {
    const environment = createEnvironment()
    const modified = 'Sat, 21 Nov 2026 12:00:00 GMT'
    await cacheResponse(environment, 'Ada', { headers: { 'last-modified': modified } })
    mountFetch(environment)
    await environment.advance(0)
    expect(environment.request.headers.get('if-modified-since')).toBe(modified)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
  })

  test('revalidates another origin only with an ETag it exposes, and retries without it', async () => {
    const environment = createEnvironment()
    const url = 'https://other.example/user'
    const { observer } = mountFetch(environment, url, { retry: { delay: () => 1000 } })
    await environment.advance(0)
    await respond(environment, 'Ada', { headers: { 'last-modified': 'Sat, 21 Nov 2026 12:00:00 GMT' } })
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('if-modified-since')).toBeNull()
    expect(environment.request.init.cache).toBe('no-cache')
    await respond(environment, 'Ada', { headers: { etag: '"1"' } })
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
    environment.request.fail()
    await environment.advance(1000)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
  })

  test('an unexpected 304 is an error', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, undefined, { status: 304 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { status: 304 } })
  })

  test('maxAge caches responses without cache headers', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', {}, { maxAge: 5000 })
    await environment.advance(4000)
    mountFetch(environment, '/user', { maxAge: 5000 })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(2000)
    mountFetch(environment, '/user', { maxAge: 5000 })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('[no-store] does not cache a no-store response', async () => {
    const environment = createEnvironment()
    await cacheResponse(
      environment,
      'Ada',
      { headers: { 'cache-control': 'no-store, max-age=60', etag: '"1"' } },
      { maxAge: 60_000 },
    )
    const { observer } = mountFetch(environment)
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
  })

  test('keeps the same object for an equal response and renders nothing', async () => {
    const environment = createEnvironment()
    const { observer, shown, emitted } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, { list: [{ a: 1 }] })
    const { data } = observer.getSnapshot()
    const renders = shown.length
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, { list: [{ a: 1 }] })
    expect(observer.getSnapshot().data).toBe(data)
    expect(shown).toHaveLength(renders)
    expect(emitted).toHaveLength(2)
  })

  test('stale-if-error: a failed refetch keeps the status success and gives the error', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=1, stale-if-error=60'))
    await environment.advance(30_000)
    const { observer, emitted } = mountFetch(environment, '/user', { retry: false })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', error: { code: 'http' } })
    expect(emitted).toEqual(['give-up 0', 'error http'])
    await environment.advance(60_000)
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'Ada' })
  })

  test('keeps the old data beside an error', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { retry: false })
    await environment.advance(0)
    await respond(environment, 'Ada')
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 500 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'Ada', error: { code: 'http' } })
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 'Eve')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Eve', error: undefined })
  })

  test('a new subscriber after an error sends a request and does not show the error', async () => {
    const environment = createEnvironment()
    const { leave } = mountFetch(environment, '/user', { retry: false })
    await environment.advance(0)
    await respond(environment, undefined, { status: 500 })
    leave()
    const { shown } = mountFetch(environment)
    await environment.advance(0)
    expect(shown).toMatchObject([{ status: 'pending', error: undefined }])
    expect(environment.requests).toHaveLength(2)
  })

  test('Vary: another value of a named header from a function is another response', async () => {
    const environment = createEnvironment()
    let language = 'de'
    const options = { headers: () => ({ 'accept-language': language }), maxAge: 60_000 }
    const vary = { headers: { vary: 'Accept-Language' } }
    const german = mountFetch(environment, '/hello', options)
    await environment.advance(0)
    await respond(environment, 'Hallo', vary)
    german.leave()
    await environment.advance(0)
    language = 'en'
    const english = mountFetch(environment, '/hello', options)
    await environment.advance(0)
    expect(english.shown.map(({ data }) => data)).toEqual([undefined])
    await respond(environment, 'Hello', vary)
    expect(english.observer.getSnapshot().data).toBe('Hello')
    language = 'de'
    const again = mountFetch(environment, '/hello', options)
    await environment.advance(0)
    expect(again.observer.getSnapshot().data).toBe('Hallo')
    expect(environment.requests).toHaveLength(2)
  })
})

describe('SSR', () => {
  test('[server-rendering] initialData is a success from the first snapshot on, and is revalidated', async () => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment, '/user', { initialData: 'Ada' })
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'success', data: 'Ada', isFetching: true })
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada' }])
    await environment.advance(0)
    await respond(environment, 'Eve')
    expect(observer.getSnapshot().data).toBe('Eve')
  })

  test('with maxAge, initialData is fresh for that long', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { initialData: 'Ada', maxAge: 5000 })
    await environment.advance(4000)
    expect(environment.requests).toEqual([])
    expect(observer.getServerSnapshot().isFetching).toBe(false)
  })

  test('[server-rendering] the first snapshot of a server is pending, and constructing sends no request', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=60'))
    const { observer } = mountFetch(environment)
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    expect(observer.getServerSnapshot()).toBe(observer.getServerSnapshot())
    expect(environment.requests).toHaveLength(1)
  })
})

test('[cache-users] stale-if-error does not show the data of one user to another', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }), retry: false as const }
  const ada = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=1, stale-if-error=600'))
  await environment.advance(2000)
  user = 'eve'
  void ada.observer.refetch()
  await environment.advance(0)
  const eve = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, undefined, { status: 503 })
  expect(eve.observer.getSnapshot().data).toBe(undefined)
})

test('[stale-if-error] stale-if-error applies to outages, not to 403 or 404', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/me', { retry: false })
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=1, stale-if-error=600'))
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 403 })
  expect(observer.getSnapshot().status).toBe('error')
})

test('[cache-fresh] the cache counts the size of a response once', async () => {
  const environment = createEnvironment()
  const cache = createFetchCache({ bytes: 100 })
  for (let round = 0; round < 3; round++) {
    const two = [0, 1].map(() => mountFetch(environment, '/a', { cache, maxAge: 1e6 }))
    await environment.advance(0)
    if (round === 0) await respond(environment, 'x'.repeat(40))
    for (const { leave } of two) leave()
    await environment.advance(0)
  }
  expect(environment.requests).toHaveLength(1)
})

test('[cache-fresh] does not cache a partial response (206) as the whole', async () => {
  const environment = createEnvironment()
  const part = mountFetch(environment, '/file', { headers: () => ({ range: 'bytes=0-1' }) })
  await environment.advance(0)
  await respond(environment, 'ab', { status: 206, ...cacheControl('max-age=600') })
  part.leave()
  await environment.advance(0)
  mountFetch(environment, '/file', { headers: () => ({}) })
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
})

test('[cache-users] clear() removes cached responses and ignores those in flight and in the browser’s cache', async () => {
  const environment = createEnvironment()
  const cache = createFetchCache()
  const shown = mountFetch(environment, '/me', { cache })
  const underWay = mountFetch(environment, '/other', { cache })
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('private, max-age=600'), environment.requests[0])
  cache.clear()
  expect(shown.observer.getSnapshot().data).toBe('Ada')
  const next = mountFetch(environment, '/me', { cache })
  expect(next.observer.getSnapshot().data).toBeUndefined()
  await respond(environment, 'Ada’s', cacheControl('private, max-age=600'), environment.requests[1])
  for (const { leave } of [shown, underWay]) leave()
  await environment.advance(0)
  expect(environment.request.init.cache).toBe('reload')
  for (const url of ['/me', '/other'])
    expect(mountFetch(environment, url, { cache }).observer.getSnapshot().data).toBeUndefined()
})

test.for([
  ['max-age=60', 59_999, 'Ada', 1],
  ['max-age=60', 60_000, 'Ada', 2],
  ['max-age=60, must-revalidate', 59_999, 'Ada', 1],
  ['max-age=60, must-revalidate', 60_000, 'Ada', 2],
] as const)(
  '[cache-fresh] with %s, after %d ms a new observer shows %s',
  async ([control, age, data, count]) => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl(control))
    await environment.advance(age)
    const { shown } = mountFetch(environment)
    await environment.advance(0)
    expect([shown[0]?.data, environment.requests.length]).toEqual([data, count])
  },
)

test.for([
  [499, false],
  [500, true],
  [501, false],
  [502, true],
  [503, true],
  [504, true],
  [505, false],
] as const)(
  '[stale-if-error] a stale response is shown instead of status %d: %s',
  async ([status, isShown]) => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', cacheControl('max-age=1, stale-if-error=600'))
    await environment.advance(2000)
    const { observer } = mountFetch(environment, '/user', { retry: false })
    await environment.advance(0)
    await respond(environment, undefined, { status })
    expect(observer.getSnapshot()).toMatchObject({ status: isShown ? 'success' : 'error', data: 'Ada' })
  },
)

test.for([
  ['two entries fit', { entries: 2 }, ['Mü', 'ab']],
  ['one entry fits', { entries: 1 }, [undefined, 'ab']],
  ['no entry fits', { entries: 0 }, [undefined, undefined]],
  ['five bytes fit', { bytes: 5 }, ['Mü', 'ab']],
  ['four bytes fit', { bytes: 4 }, [undefined, 'ab']],
  ['one byte fits', { bytes: 1 }, [undefined, undefined]],
] as const)('in a cache of 3 and 2 bytes of text %s', async ([, limits, data]) => {
  const environment = createEnvironment()
  const cache = createFetchCache(limits)
  const options = { cache, maxAge: 60_000 }
  await cacheResponse(environment, 'Mü', {}, options)
  const { leave } = mountFetch(environment, '/other', options)
  await environment.advance(0)
  await respond(environment, 'ab')
  leave()
  await environment.advance(0)
  const dataOf = (url: string) => mountFetch(environment, url, options).observer.getSnapshot().data
  expect(['/user', '/other'].map(dataOf)).toEqual(data)
})

test.for([
  ['of the page', undefined, 'of the page'],
  ['of the page', 'ada', undefined],
  [[], 'ada', []],
  [{}, 'ada', {}],
  [0, 'ada', undefined],
])(
  '[initial-data] initialData %j for key %s are %j once the key is another',
  async ([initialData, key, shown]) => {
    const environment = createEnvironment()
    const options = { initialData, maxAge: 60_000 }
    const { observer, setOptions } = mountFetch(environment, '/me', {
      ...options,
      key: key as string | undefined,
    })
    setOptions('/me', { ...options, key: 'bob' })
    expect(observer.getSnapshot()).toMatchObject({ data: shown })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  },
)

test('[initial-data] unchanged initialData are not shown for another key, which may be another user', async () => {
  const environment = createEnvironment()
  const options = { initialData: 'of the page', maxAge: 60_000 }
  const { observer, setOptions } = mountFetch(environment, '/me', { ...options, key: 'ada' })
  setOptions('/me', { ...options, key: 'bob' })
  const other = mountFetch(environment, '/me', { maxAge: 60_000, key: 'bob' }).observer
  expect([observer, other].map((one) => one.getSnapshot().data)).toEqual([undefined, undefined])
  await environment.advance(0)
  await respond(environment, 'of bob')
  expect([observer, other].map((one) => one.getSnapshot().data)).toEqual(['of bob', 'of bob'])
  setOptions('/me', { ...options, initialData: 'of cy', key: 'cy' })
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'of cy', isFetching: false })
})
