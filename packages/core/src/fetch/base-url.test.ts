import { describe, expect, test } from 'vitest'
import { client, createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'

const baseUrl = 'https://api.example/v1'

async function urlOf(url: string | URL | (() => string), base: string | URL, options = {}) {
  const environment = createEnvironment()
  mountFetch(environment, url, { baseUrl: base, ...options })
  await environment.advance(0)
  return environment.request.url
}

describe('[base-url] option baseUrl', () => {
  test.each([
    ['/users', baseUrl, 'https://api.example/v1/users'],
    ['users', baseUrl, 'https://api.example/v1/users'],
    ['/users', `${baseUrl}/`, 'https://api.example/v1/users'],
    ['//cdn.example/users', baseUrl, 'https://cdn.example/users'],
    ['https://other.example/users', baseUrl, 'https://other.example/users'],
    ['HTTP://other.example/users', baseUrl, 'http://other.example/users'],
    ['/users?name=$1', baseUrl, 'https://api.example/v1/users?name=$1'],
    ['/proxy/https://other.example', baseUrl, 'https://api.example/v1/proxy/https://other.example'],
    ['users:batch', baseUrl, 'https://api.example/v1/users:batch'],
    ['/users', 'https://api.example', 'https://api.example/users'],
    ['/users', '', 'https://app.example/users'],
  ])('%s below %s', async (url, base, href) => {
    expect(await urlOf(url, base)).toBe(
      href.replace('https://app.example', new URL('/', await urlOf('/', '')).origin),
    )
  })

  test('a path below the page, a URL object, and what functions return', async () => {
    const { origin } = new URL(await urlOf('/', ''))
    expect(await urlOf('/users', '/api')).toBe(`${origin}/api/users`)
    expect(await urlOf('/users', new URL(baseUrl))).toBe('https://api.example/v1/users')
    expect(await urlOf(new URL('https://other.example/a'), baseUrl)).toBe('https://other.example/a')
    expect(await urlOf(() => '/users', baseUrl)).toBe('https://api.example/v1/users')
    expect(await urlOf('/users', baseUrl, { query: { page: 2 } })).toBe('https://api.example/v1/users?page=2')
  })

  test('the own origin is that of the page: no header needs the permission of the API', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/users', { baseUrl, headers: { authorization: 'a' } })
    await environment.advance(0)
    await respond(environment, 1, { headers: { 'last-modified': 'Sat, 21 Nov 2026 12:00:00 GMT' } })
    void observer.refetch()
    await environment.advance(0)
    expect([...environment.request.headers.keys()]).toEqual(['accept', 'authorization'])
  })

  test('shares with the absolute URL, and with no other base', async () => {
    const environment = createEnvironment()
    const url = () => '/users'
    mountFetch(environment, '/users', { baseUrl })
    mountFetch(environment, 'https://api.example/v1/users')
    mountFetch(environment, url, { baseUrl })
    mountFetch(environment, url, { baseUrl: 'https://api.example/v2' })
    mountFetch(environment, url)
    await environment.advance(0)
    expect(environment.requests.map((request) => request.url.replace(/.*example/, ''))).toHaveLength(3)
  })

  test('another baseUrl requests anew, execute({ url }) and invalidates are below it', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/users', { baseUrl })
    await environment.advance(0)
    await respond(environment, 1)
    const save = client(environment, '/save', { baseUrl, method: 'POST' })
    void save.execute({ url: '/other', invalidates: ['/users'] })
    await environment.advance(0)
    expect(environment.request.url).toBe('https://api.example/v1/other')
    await respond(environment, 1)
    expect(environment.request.url).toBe('https://api.example/v1/users')
    setOptions('/users', { baseUrl: 'https://api.example/v2' })
    await environment.advance(0)
    expect(environment.request.url).toBe('https://api.example/v2/users')
  })
})
