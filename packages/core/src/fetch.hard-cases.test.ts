import { expect, test, vi } from 'vitest'
import { answer, client, mountFetch, world } from '../test/fetch-stage.ts'
import { createFetchCache } from './fetch.ts'

const control = (value: string, more = {}) => ({ headers: { 'cache-control': value, ...more } })

test('42: an attempt that was given up names nothing: an answer of one user never comes to another', async () => {
  const environment = world()
  let user = 'ada',
    hang = false
  let slow: ((token: string) => void) | undefined
  const headers = async () => {
    if (!hang) return { authorization: user }
    hang = false
    return { authorization: await new Promise<string>((resolve) => (slow = resolve)) }
  }
  const options = { headers, retry: { delay: () => 0 } }
  const first = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await answer(environment, 'Ada', control('max-age=600'))
  first.leave()
  await environment.advance(0)
  hang = true
  const eve = mountFetch(environment, '/me', options)
  await environment.advance(0)
  user = 'eve'
  await environment.advance(10_001)
  expect(environment.request.headers.get('authorization')).toBe('eve')
  slow?.('ada')
  await environment.advance(0)
  expect(environment.request.aborted).toBe(false) // is true
  expect(eve.observer.getSnapshot().data).toBe(undefined) // is 'Ada'
})

test('42: a hook that comes back is not shown what it had before it is known whose that was', async () => {
  const environment = world()
  let user = 'ada'
  const one = mountFetch(environment, '/me', { headers: () => ({ authorization: user }) })
  await environment.advance(0)
  await answer(environment, 'Ada', control('max-age=600'))
  one.leave() // onDeactivated, <Activity mode="hidden">
  await environment.advance(5000)
  user = 'eve' // (also with a cache of one's own and cache.clear() here)
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2) // 1: nothing is asked
  expect(one.observer.getSnapshot().data).toBe(undefined) // 'Ada'
})

test('42: stale-if-error does not show one user what came for another', async () => {
  const environment = world()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }), retry: false as const }
  const ada = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await answer(environment, 'Ada', control('max-age=1, stale-if-error=600'))
  await environment.advance(2000)
  user = 'eve'
  void ada.observer.refetch()
  await environment.advance(0)
  const eve = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await answer(environment, undefined, { status: 503 })
  expect(eve.observer.getSnapshot().data).toBe(undefined) // is 'Ada', status success
})

test('42: stale-if-error is for outages, and not for what is forbidden or gone', async () => {
  const environment = world()
  const { observer } = mountFetch(environment, '/me', { retry: false })
  await environment.advance(0)
  await answer(environment, 'Ada', control('max-age=1, stale-if-error=600'))
  void observer.refetch()
  await environment.advance(0)
  await answer(environment, undefined, { status: 403 })
  expect(observer.getSnapshot().status).toBe('error') // 'success'
})

test('43: an optimistic update that throws on a newer answer is taken back, and reported', async () => {
  const environment = world()
  const { observer } = mountFetch(environment, '/list')
  await environment.advance(0)
  await answer(environment, { list: [1] })
  observer.mutate((data) => ({ list: [...(data as { list: number[] }).list, 2] }), {
    rollback: new Promise(() => {}),
  })
  const settled = vi.fn()
  observer.refetch().then(settled, settled)
  await environment.advance(0)
  await answer(environment, { list: null }) // [...null] throws
  expect(settled).toHaveBeenCalled() // never
})

test('42: a Vary that cannot be read breaks nothing', async () => {
  const environment = world()
  const settled = vi.fn()
  client(environment, '/a', { headers: () => ({ authorization: 'x' }) })
    .execute()
    .then(settled, settled)
  await environment.advance(0)
  await answer(environment, 1, { headers: { vary: 'Accept-Language User-Agent' } })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(settled).toHaveBeenCalled() // never
})

test('6: hooks that move from one user to the next and back leave nothing behind', async () => {
  const environment = world()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }) }
  const hook = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await answer(environment, 'Ada', control('max-age=600'))
  user = 'eve'
  const other = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await answer(environment, 'Eve', control('max-age=600'))
  void hook.observer.refetch() // moves to Eve's
  await environment.advance(0)
  await answer(environment, 'Eve', control('max-age=600'))
  user = 'ada'
  hook.leave()
  other.leave()
  await environment.advance(0)
  const done = client(environment, '/me', options).execute()
  await environment.advance(0)
  await answer(environment, 'Ada', control('max-age=600'))
  await done
  await environment.advance(0)
  expect(environment.listeners).toBe(0) // 1
})

test('42: the cache counts what it holds once', async () => {
  const environment = world()
  const cache = createFetchCache({ bytes: 100 })
  for (let round = 0; round < 3; round++) {
    const two = [0, 1].map(() => mountFetch(environment, '/a', { cache, maxAge: 1e6 }))
    await environment.advance(0)
    if (round === 0) await answer(environment, 'x'.repeat(40))
    for (const { leave } of two) leave()
    await environment.advance(0)
  }
  expect(environment.requests).toHaveLength(1) // 2
})

test('40: an empty answer of type text/html is no page', async () => {
  const environment = world()
  const done = client(environment, '/a', { method: 'PUT', enabled: false, retry: false }).execute({ json: 1 })
  await environment.advance(0)
  environment.request.respond({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  environment.request.end()
  await expect(done).resolves.toBeDefined() // rejects: content-type
})
