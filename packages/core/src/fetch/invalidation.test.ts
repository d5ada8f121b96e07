import { expect, test, describe } from 'vitest'
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
