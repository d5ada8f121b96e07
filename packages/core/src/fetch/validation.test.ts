import { expect, test } from 'vitest'
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
