import { expect, test } from 'vitest'
import { createFetch, createFetchCache, forgetUser, localStorageStore } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'

/** A page whose cache is stored. Each call is a reload. */
function loadPage() {
  const environment = createTestEnvironment({ start: 1_000_000 })
  const cache = createFetchCache({ store: localStorageStore() })
  const request = createFetch('https://api.test/user', { cache, environment, key: 'ada' })
  request.subscribe(() => {})
  return { environment, cache, request }
}

test('[cache-store] a response outlives a reload in the production build, and ends with the log-out', async () => {
  const first = loadPage()
  await first.environment.advance(0)
  const headers = { 'cache-control': 'max-age=60', 'content-type': 'application/json' }
  const [request] = first.environment.requests
  request?.respond({ headers })
  request?.write('{"name":"Ada"}')
  request?.end()
  await first.environment.advance(2000)
  expect(first.request.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })

  const second = loadPage()
  await second.environment.advance(2000)
  expect(second.request.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
  expect(second.environment.requests).toEqual([])

  void forgetUser(undefined, { cache: second.cache })
  await second.environment.advance(2000)
  const third = loadPage()
  await third.environment.advance(0)
  expect(third.request.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
})
