import { expect, vi, test } from 'vitest'
import { respond, client, createEnvironment, mountFetch } from '../../test/fetch/harness.ts'

test('[cache-vary] an invalid Vary header breaks nothing', async () => {
  const environment = createEnvironment()
  const settled = vi.fn()
  client(environment, '/a', { headers: () => ({ authorization: 'x' }) })
    .execute()
    .then(settled, settled)
  await environment.advance(0)
  await respond(environment, 1, { headers: { vary: 'Accept-Language User-Agent' } })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(settled).toHaveBeenCalled()
})

test('[cache-vary] a cross-origin response, whose Vary is not exposed, is cached by its request headers', async () => {
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
