import { describe, expect, test } from 'vitest'
import { respond, mountFetch, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'

test('[cache-validation] ignores the Age and Date of the old response after a 304 without them', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(
    environment,
    1,
    cacheControl('max-age=60', { age: '50', etag: '"1"', 'content-type': 'application/json' }),
  )
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 304, headers: { 'content-type': 'text/html' } })
  observer.track('staleAt')
  expect(observer.getSnapshot().staleAt).toBe(environment.now() + 60_000)
})

test('[cache-validation] sends no validator of the old response once the user has changed', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }) }
  const harness = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=600', { etag: '"a"' }))
  user = 'eve'
  mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Eve', cacheControl('max-age=600', { etag: '"e"' }))
  void harness.observer.refetch()
  await environment.advance(0)
  expect(environment.request.headers.get('if-none-match')).toBe('"e"')
})

test('[cache-validation] a 304 to the caller’s own validator is an error if nothing is cached', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a', { headers: { 'if-none-match': '"1"' } })
  await environment.advance(0)
  await respond(environment, undefined, { status: 304 })
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { status: 304 } })
})

const append = (list: unknown = [], message: unknown) => (Array.isArray(list) ? [...list, message] : list)

describe('[cache-validation] the headers after a revalidation', () => {
  const first = cacheControl('max-age=1', {
    etag: '"1"',
    'content-type': 'application/json',
    'content-length': '1',
    'content-language': 'en',
    'x-ratelimit-remaining': '9',
    'x-kept': 'yes',
  })

  test('after a 304, response.headers has its headers', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/a')
    observer.track('response')
    await environment.advance(0)
    await respond(environment, 1, first)
    const { response } = observer.getSnapshot()
    void observer.refetch()
    await environment.advance(0)
    const headers = {
      etag: 'W/"1"',
      'content-type': 'text/html',
      'content-length': '0',
      'content-language': 'de',
      'content-security-policy': "default-src 'self'",
      'x-ratelimit-remaining': '8',
      'cache-control': 'max-age=60',
    }
    await respond(environment, undefined, { status: 304, headers })
    const next = observer.getSnapshot()
    expect(next).toMatchObject({ data: 1, response: { status: 200, url: response?.url } })
    expect(next.response).not.toBe(response)
    expect(Object.fromEntries(next.response?.headers ?? [])).toEqual({
      ...headers,
      'content-type': 'application/json',
      'content-length': '1',
      'x-kept': 'yes',
    })
    expect(response?.headers.get('x-ratelimit-remaining')).toBe('9')
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBe('W/"1"')
  })

  test('a 304 renders only who reads response, and is not combined by reduce', async () => {
    const environment = createEnvironment()
    const options = { reduce: append, maxAge: 0 }
    const { observer, shown, leave } = mountFetch(environment, '/a', options)
    await environment.advance(0)
    await respond(environment, 1, first)
    const renders = shown.length
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 304, headers: { etag: '"2"' } })
    expect(shown).toHaveLength(renders)
    leave()
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(observer.getSnapshot().data).toEqual([1])
  })

  test('a full body whose ETag is equal changes nothing, like a 304', async () => {
    const environment = createEnvironment()
    const options = { reduce: append, headers: { authorization: 'a' }, retry: { delay: () => 0 } }
    const { observer, emitted } = mountFetch(environment, 'https://api.example/a', options)
    observer.track('response')
    await environment.advance(0)
    await respond(environment, 1, first)
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.headers.get('cache-control')).toBeNull()
    // CORS does not allow If-None-Match: the retry has none.
    environment.request.fail()
    await environment.advance(0)
    expect(environment.request.headers.get('if-none-match')).toBeNull()
    await respond(environment, 1, { headers: { ...first.headers, 'x-ratelimit-remaining': '7' } })
    expect(observer.getSnapshot().data).toEqual([1])
    expect(emitted.filter((event) => event.startsWith('message'))).toHaveLength(1)
    expect(observer.getSnapshot().response?.headers.get('x-ratelimit-remaining')).toBe('7')
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 2, { headers: { etag: '"2"' } })
    expect(observer.getSnapshot().data).toEqual([1, 2])
  })
})
