import { expect, test } from 'vitest'
import { cacheControl, createEnvironment, mountFetch, respond } from '../../../test/fetch/harness.ts'
import { createFetchCache } from '../index.ts'

test('createFetchCache() applies its limits', async () => {
  const environment = createEnvironment()
  const cache = createFetchCache({ entries: 1 })
  for (const url of ['/1', '/2', '/1']) {
    const { leave } = mountFetch(environment, url, { cache, maxAge: 60_000 })
    await environment.advance(0)
    if (environment.request.url.endsWith(url)) await respond(environment, url)
    leave()
    await environment.advance(0)
  }
  const paths = environment.requests.map(({ url }) => new URL(url).pathname)
  expect(paths).toEqual(['/1', '/2', '/1'])
})

test('[cache-vary] remembers the last 1000 keys whose responses are not shared', async () => {
  const environment = createEnvironment()
  const options = { ignoreHeaders: ['x-tenant'], headers: { 'x-tenant': 'a' } }
  const vary = async (path: number) => {
    const { leave } = mountFetch(environment, `/${path}`, options)
    await environment.advance(0)
    await respond(environment, path, cacheControl('no-store', { vary: 'x-tenant' }))
    leave()
    await environment.advance(0)
  }
  /** The number of requests that two observers of the first URL send. */
  const requestsOfTwo = async () => {
    const { length } = environment.requests
    const leaves = [0, 1].map(() => mountFetch(environment, '/0', options).leave)
    await environment.advance(0)
    for (const leave of leaves) leave()
    await environment.advance(0)
    return environment.requests.length - length
  }
  for (let path = 0; path < 1000; path++) await vary(path)
  expect(await requestsOfTwo()).toBe(2)
  await vary(1000)
  expect(await requestsOfTwo()).toBe(1)
})
