import { expect, test, describe } from 'vitest'
import { createFetchCache } from './cache/cache-context.ts'
import type { Invalidation } from './options.ts'
import { respond, client, mountFetch, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'

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

type World = ReturnType<typeof createEnvironment>

test('[cache-invalidation] a write invalidates initialData', async () => {
  const environment = createEnvironment()
  mountFetch(environment, '/user', { initialData: 'Ada', maxAge: 60_000 })
  await environment.advance(0)
  void client(environment, '/user', { method: 'PUT', enabled: false }).execute({ json: 1 })
  await environment.advance(0)
  await respond(environment, undefined, { status: 204 })
  expect(environment.requests.map(({ method }) => method)).toEqual(['PUT', 'GET'])
})

test('[cache-invalidation] a DELETE with a query refetches the list but not the deleted item', async () => {
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

test('[cache-invalidation] a response requested before a write is not fresh after it', async () => {
  const environment = createEnvironment()
  const read = mountFetch(environment, '/user', { enabled: false })
  void read.observer.execute()
  await environment.advance(0)
  void client(environment, '/user', { method: 'PUT', enabled: false }).execute({ json: 1 })
  await environment.advance(0)
  await respond(environment, undefined, { status: 204 })
  await respond(environment, 'older', cacheControl('max-age=600'), environment.requests[0])
  mountFetch(environment, '/user')
  await environment.advance(0)
  expect(environment.requests).toHaveLength(3)
})

describe('[cache-invalidation] a write invalidates the URLs it names', () => {
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
    '%s: observers that show it refetch, whatever the query',
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

  test('[history] shows invalidated responses while they are validated', async () => {
    const environment = createEnvironment()
    await cacheResponse(environment, 'Ada', { headers: { etag: '"1"' } }, { maxAge: 60_000 })
    await write(environment, 'PUT', '/user')
    const { shown } = mountFetch(environment, '/user', { maxAge: 60_000 })
    await environment.advance(0)
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada', isFetching: true }])
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
  })

  test('DELETE does not refetch the deleted URL', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    await write(environment, 'DELETE', '/user')
    expect(environment.requests).toHaveLength(2)
  })

  test('also invalidates Location and Content-Location of the same origin', async () => {
    const environment = createEnvironment()
    for (const url of ['/one', '/two', 'https://other.example/three'])
      mountFetch(environment, url, { maxAge: 60_000 })
    await environment.advance(0)
    for (const request of environment.requests) await respond(environment, 1, {}, request)
    await write(environment, 'POST', '/all', { headers: { location: '/one', 'content-location': '/two#x' } })
    await write(environment, 'POST', '/all', { headers: { location: 'https://other.example/three' } })
    const reads = environment.requests.slice(3).filter(({ method }) => method === 'GET')
    expect(reads.map(({ url }) => url)).toEqual(['https://test.example/one', 'https://test.example/two'])
  })

  test('and the URLs of the option invalidates', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/stats', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 1)
    await write(environment, 'POST', '/users', {}, { invalidates: ['/stats'] })
    expect(environment.request.url).toBe('https://test.example/stats')
  })

  test('a failed write invalidates nothing', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/users', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, [])
    await write(environment, 'POST', '/users', { status: 422 })
    expect(environment.requests).toHaveLength(2)
  })
})

describe('[cache-invalidation] [invalidate-by] invalidates by pattern, tag and predicate', () => {
  const baseUrl = 'https://api.example/v1'
  const urls = {
    list: ['/users?page=1', { tags: ['users'] }],
    user: ['/users/1', { tags: ['users', 'user'] }],
    deep: ['/users/1/posts?all', {}],
    team: ['/teams.1', { tags: ['teams'] }],
    based: ['/users/2', { baseUrl }],
    absolute: ['https://other.example/users/4', {}],
    late: [() => '/users/3', { baseUrl }],
  } as const
  const cases: [Invalidation, (keyof typeof urls)[]][] = [
    ['/users/*', ['user', 'deep', 'based', 'late']],
    ['/users', ['list']],
    ['/users?page=2', ['list']],
    ['/users/2', ['based']],
    ['/users/3', ['late']],
    ['https://test.example/users/*', ['user', 'deep']],
    ['https://api.example/v1/*', ['based', 'late']],
    ['*/posts', ['deep']],
    ['*users*', ['list', 'user', 'deep', 'based', 'absolute', 'late']],
    ['/teams*1', ['team']],
    ['/teamsx1', []],
    ['*=>*', []],
    ['/user*s', ['list', 'deep']],
    ['/users/', []],
    [{ tags: ['users'] }, ['list', 'user']],
    [{ tags: ['user', 'teams'] }, ['user', 'team']],
    [{ tags: [] }, []],
    [({ url }) => url.startsWith(baseUrl), ['based', 'late']],
    [({ tags }) => tags.length > 1, ['user']],
  ]

  async function mountAll(cache: ReturnType<typeof createFetchCache>) {
    const environment = createEnvironment()
    for (const [url, options] of Object.values(urls))
      mountFetch(environment, url, { cache, maxAge: 60_000, ...options })
    await environment.advance(0)
    for (const request of environment.requests) await respond(environment, [], {}, request)
    const sent = environment.requests.map(({ url }) => url)
    const requestedAgain = () => {
      const again = environment.requests.slice(sent.length).map(({ url }) => url)
      return Object.keys(urls).filter((_, index) => again.includes(sent[index] ?? ''))
    }
    return { environment, requestedAgain }
  }

  test.each(cases)('FetchCache.invalidate: %s', async (target, expected) => {
    const cache = createFetchCache()
    const { environment, requestedAgain } = await mountAll(cache)
    cache.invalidate(target)
    await environment.advance(0)
    expect(requestedAgain()).toEqual(expected)
  })

  test.each(cases)('option invalidates: %s', async (target, expected) => {
    const cache = createFetchCache()
    const { environment, requestedAgain } = await mountAll(cache)
    void client(environment, '/other', { cache, method: 'PUT', invalidates: [target] }).execute({ json: 1 })
    await environment.advance(0)
    await respond(environment, undefined, { status: 204 })
    expect(requestedAgain()).toEqual(expected)
  })

  test('a pattern of a write with a baseUrl is below it', async () => {
    const cache = createFetchCache()
    const { environment, requestedAgain } = await mountAll(cache)
    const write = { cache, baseUrl, method: 'PUT', invalidates: ['/users/*'] }
    void client(environment, '/other', write).execute({ json: 1 })
    await environment.advance(0)
    await respond(environment, undefined, { status: 204 })
    expect(requestedAgain()).toEqual(['based', 'late'])
  })

  test('a predicate that throws is reported and matches nothing', async () => {
    const cache = createFetchCache()
    const { environment, requestedAgain } = await mountAll(cache)
    cache.invalidate(() => {
      throw new Error('broken')
    })
    await environment.advance(0)
    expect(requestedAgain()).toEqual([])
    expect(environment.errors).not.toEqual([])
  })
})
