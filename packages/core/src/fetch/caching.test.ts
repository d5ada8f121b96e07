import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

const cached = (value: string) => ({ headers: { 'cache-control': value } })
type World = ReturnType<typeof createEnvironment>

/** An answer is there, and nobody shows it any more. */
async function kept(
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

describe('42: what is kept', () => {
  test('fresh: shown at once, and nothing is asked', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', cached('max-age=60'))
    await environment.advance(59_000)
    const { observer, shown, emitted } = mountFetch(environment)
    await environment.advance(0)
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada', isFetching: false }])
    expect([environment.requests.length, emitted]).toEqual([1, []])
    expect(observer.getSnapshot().staleAt).toBe(1_000_000 + 60_000)
  })

  test('stale: the old value at once, and the new one behind it', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', cached('max-age=60, stale-while-revalidate=60'))
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
    ['no-cache', 'no-cache'],
    ['must-revalidate', 'max-age=1, must-revalidate'],
  ] as const)('%s: it is not shown before it is validated', async ([, control]) => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', { headers: { 'cache-control': control, etag: '"1"' } })
    await environment.advance(120_000)
    const { observer, shown } = mountFetch(environment)
    expect(shown).toMatchObject([{ status: 'pending', data: undefined }])
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
    await respond(environment, undefined, { status: 304 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('a hook that shows it goes on showing it while it is asked anew', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Ada', cached('no-cache'))
    observer.watch('isFetching')
    void observer.refetch()
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', isFetching: true })
  })

  test('a 304 brings the head up to date: it is fresh again', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', { headers: { 'cache-control': 'max-age=10', etag: '"1"' } })
    await environment.advance(20_000)
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, undefined, { status: 304, ...cached('max-age=30') })
    expect(observer.getSnapshot().staleAt).toBe(environment.now() + 30_000)
    mountFetch(environment)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('Last-Modified where there is no ETag', async () => {
    const environment = createEnvironment()
    const modified = 'Sat, 21 Nov 2026 12:00:00 GMT'
    await kept(environment, 'Ada', { headers: { 'last-modified': modified } })
    mountFetch(environment)
    await environment.advance(0)
    expect(environment.request.headers.get('if-modified-since')).toBe(modified)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
  })

  test('of another origin only an ETag that it shows, and the retry does without', async () => {
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

  test('a 304 that nobody asked for is an error', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, undefined, { status: 304 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { detail: { status: 304 } } })
  })

  test('maxAge keeps what the server says nothing of', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', {}, { maxAge: 5000 })
    await environment.advance(4000)
    mountFetch(environment, '/user', { maxAge: 5000 })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(2000)
    mountFetch(environment, '/user', { maxAge: 5000 })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('43: no-store is not kept', async () => {
    const environment = createEnvironment()
    await kept(
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

  test('an equal answer is the same object, and renders nothing', async () => {
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

  test('stale-if-error: a refresh that fails leaves the success, and says why', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', cached('max-age=1, stale-if-error=60'))
    await environment.advance(30_000)
    const { observer, emitted } = mountFetch(environment, '/user', { retry: false })
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', error: { code: 'http' } })
    expect(emitted).toEqual(['giveup 0', 'error http'])
    await environment.advance(60_000)
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'Ada' })
  })

  test('an error keeps the old data beside it', async () => {
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

  test('who comes after an error asks, and is not shown it', async () => {
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

  test('Vary: what a function says of such a header is another answer', async () => {
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

describe('42: a write makes stale what it names', () => {
  const write = async (
    environment: World,
    method: string,
    url: string,
    given: Parameters<typeof respond>[2] = {},
    options = {},
  ) => {
    const done = client(environment, url, { method, enabled: false, ...options })
      .execute()
      .catch(() => {})
    await environment.advance(0)
    await respond(environment, undefined, { status: 204, ...given })
    await done
  }

  test.for(['POST', 'PUT', 'PATCH'])(
    '%s: who shows it gets a new answer, whatever the query',
    async (method) => {
      const environment = createEnvironment()
      mountFetch(environment, '/users?page=2', { maxAge: 60_000 })
      mountFetch(environment, '/other', { maxAge: 60_000 })
      await environment.advance(0)
      for (const request of environment.requests) await respond(environment, [], {}, request)
      await write(environment, method, '/users')
      expect(environment.requests.slice(3).map(({ url }) => url)).toEqual([
        'https://test.example/users?page=2',
      ])
    },
  )

  test('what is kept has to be validated before it is shown', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', { headers: { etag: '"1"' } }, { maxAge: 60_000 })
    await write(environment, 'PUT', '/user')
    const { shown } = mountFetch(environment, '/user', { maxAge: 60_000 })
    await environment.advance(0)
    expect(shown).toMatchObject([{ status: 'pending', data: undefined }])
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
  })

  test('DELETE asks nobody for what is gone', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    await write(environment, 'DELETE', '/user')
    expect(environment.requests).toHaveLength(2)
  })

  test('Location and Content-Location too, of the same origin', async () => {
    const environment = createEnvironment()
    for (const url of ['/one', '/two', 'https://other.example/three'])
      mountFetch(environment, url, { maxAge: 60_000 })
    await environment.advance(0)
    for (const request of environment.requests) await respond(environment, 1, {}, request)
    await write(environment, 'POST', '/all', { headers: { location: '/one', 'content-location': '/two#x' } })
    await write(environment, 'POST', '/all', { headers: { location: 'https://other.example/three' } })
    const asked = environment.requests.slice(3).filter(({ method }) => method === 'GET')
    expect(asked.map(({ url }) => url)).toEqual(['https://test.example/one', 'https://test.example/two'])
  })

  test('and what its user says', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/stats', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 1)
    await write(environment, 'POST', '/users', {}, { invalidates: ['/stats'] })
    expect(environment.request.url).toBe('https://test.example/stats')
  })

  test('one that has failed does not', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/users', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, [])
    await write(environment, 'POST', '/users', { status: 422 })
    expect(environment.requests).toHaveLength(2)
  })
})

describe('SSR', () => {
  test('8: initialData is a success from the first snapshot on, and is asked for anew', async () => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment, '/user', { initialData: 'Ada' })
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'success', data: 'Ada', isFetching: true })
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada' }])
    await environment.advance(0)
    await respond(environment, 'Eve')
    expect(observer.getSnapshot().data).toBe('Eve')
  })

  test('with maxAge it is fresh for that long', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { initialData: 'Ada', maxAge: 5000 })
    await environment.advance(4000)
    expect(environment.requests).toEqual([])
    expect(observer.getServerSnapshot().isFetching).toBe(false)
  })

  test('8: the first snapshot of a server is pending, and constructing asks nothing', async () => {
    const environment = createEnvironment()
    await kept(environment, 'Ada', cached('max-age=60'))
    const { observer } = mountFetch(environment)
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    expect(observer.getServerSnapshot()).toBe(observer.getServerSnapshot())
    expect(environment.requests).toHaveLength(1)
  })
})
