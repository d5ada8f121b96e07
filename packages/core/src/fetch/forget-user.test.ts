import { expect, test } from 'vitest'
import { bearer, createFetch, createFetchCache } from './index.ts'
import { forgetUser } from '../log-out/index.ts'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { mountStream } from '../../test/event-source/harness.ts'

/** Starts a log-out that ends when the test calls the returned function. */
function logOut() {
  let end = () => {}
  const promise = new Promise<void>((resolve) => (end = resolve))
  return { promise, end }
}

const FRESH = { headers: { 'cache-control': 'private, max-age=60' } }

test('[log-out] removes a fresh response: mounted observers have no data during the log-out and request again after it', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'Ada', FRESH)
  const { promise, end } = logOut()
  const done = forgetUser(promise, { environment })
  expect(observer.getSnapshot()).toMatchObject({ data: undefined, response: undefined, isFetching: false })
  await environment.advance(60_000)
  expect(environment.requests).toHaveLength(1)
  const before = shown.length
  end()
  await done
  await environment.advance(0)
  await respond(environment, 'Bob')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Bob' })
  expect(shown.slice(before).map(({ data }) => data)).not.toContain('Ada')
})

test('[log-out] a new observer sends a request that bypasses the browser’s cache', async () => {
  const environment = createEnvironment()
  const { leave } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'Ada', FRESH)
  leave()
  await environment.advance(0)
  await forgetUser(undefined, { environment })
  const { observer } = mountFetch(environment)
  expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  await environment.advance(0)
  expect([environment.requests.length, environment.request.init.cache]).toEqual([2, 'reload'])
})

test('[log-out] aborts a read, whose promise rejects; a write continues', async () => {
  const environment = createEnvironment()
  const read = client(environment, '/user').execute()
  const write = client(environment, '/save', { method: 'PUT' }).execute({ json: 1 })
  await environment.advance(0)
  await forgetUser(undefined, { environment })
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  await expect(read).rejects.toMatchObject({ code: 'aborted' })
  await respond(environment, 'saved')
  await expect(write).resolves.toBe('saved')
})

test('[log-out] reports an error for a write that waits for a retry, and none for a read', async () => {
  const environment = createEnvironment()
  const read = mountFetch(environment, '/user')
  const write = mountFetch(environment, '/save', { method: 'PUT', enabled: false })
  write.observer.execute({ json: 1 }).catch(() => {})
  await environment.advance(0)
  for (const request of environment.requests) request.fail()
  await environment.advance(0)
  await forgetUser(undefined, { environment })
  const errors = [read, write].map(({ emitted }) => emitted.filter((event) => event.startsWith('error')))
  expect(errors).toEqual([[], ['error aborted']])
})

test('[log-out] a log-out request sent with execute() does not wait for itself', async () => {
  const environment = createEnvironment()
  const session = createFetch('/session', { environment, method: 'DELETE' })
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'Ada')
  const done = forgetUser(session.execute(), { environment })
  await environment.advance(0)
  expect(environment.request.method).toBe('DELETE')
  await respond(environment, undefined, { status: 204 })
  await done
  await environment.advance(0)
  await respond(environment, 'Bob')
  expect(observer.getSnapshot().data).toBe('Bob')
})

test('[log-out] a response executed during the log-out is only for its caller and is removed at the end', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'Ada', FRESH)
  const { promise, end } = logOut()
  const done = forgetUser(promise, { environment })
  const refetched = observer.refetch()
  await environment.advance(0)
  await respond(environment, 'Ada still', FRESH)
  await expect(refetched).resolves.toBe('Ada still')
  end()
  await done
  expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  await environment.advance(0)
  await respond(environment, 'Bob')
  expect(observer.getSnapshot().data).toBe('Bob')
})

test('[log-out] removes reduced, optimistic and previous data', async () => {
  const environment = createEnvironment()
  const list = mountFetch(environment, '/list', {
    reduce: (all, message) => [...(all as unknown[]), message],
    initialData: [],
  })
  const changed = mountFetch(environment, '/user', { keepPreviousData: true })
  await environment.advance(0)
  for (const request of environment.requests) await respond(environment, 'Ada', {}, request)
  changed.observer.mutate('Ada, changed')
  await forgetUser(undefined, { environment })
  expect([list, changed].map(({ observer }) => observer.getSnapshot().data)).toEqual([[], undefined])
})

test('[log-out] an observer hidden during the log-out shows no data of the old user when it comes back', async () => {
  const environment = createEnvironment()
  const { observer, leave } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'Ada', FRESH)
  leave()
  expect(observer.getSnapshot().data).toBe('Ada')
  await forgetUser(undefined, { environment })
  expect(observer.getSnapshot().data).toBe(undefined)
  observer.subscribe(() => {})
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
})

test('[log-out] a token is requested again', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const auth = bearer(() => user)
  mountFetch(environment, '/user', { headers: auth })
  await environment.advance(0)
  await respond(environment, 'Ada')
  user = 'bob'
  await forgetUser(undefined, { environment })
  await environment.advance(0)
  expect(environment.request.headers.get('authorization')).toBe('Bearer bob')
})

test('[log-out] removes only the data of the user whose key is given', async () => {
  const environment = createEnvironment()
  const [ada, bob] = ['ada', 'bob'].map((key) => mountFetch(environment, '/user', { key, maxAge: 60_000 }))
  await environment.advance(0)
  for (const [index, request] of environment.requests.entries())
    await respond(environment, ['Ada', 'Bob'][index], {}, request)
  const done = forgetUser(undefined, { environment, key: 'ada' })
  expect([ada, bob].map((one) => one?.observer.getSnapshot().data)).toEqual([undefined, 'Bob'])
  await done
  await environment.advance(0)
  expect(environment.requests).toHaveLength(3)
})

test('[log-out] clears the cache of one user on a server', async () => {
  const environment = createEnvironment({ isServer: true })
  const [adas, bobs] = [createFetchCache(), createFetchCache()]
  const clientWith = (cache: typeof adas) => client(environment, '/user', { cache, maxAge: 60_000 })
  for (const cache of [adas, bobs]) {
    void clientWith(cache).execute()
    await environment.advance(0)
    await respond(environment, 'who?')
  }
  await forgetUser(undefined, { environment, cache: adas })
  expect([adas, bobs].map((cache) => clientWith(cache).getSnapshot().data)).toEqual([undefined, 'who?'])
})

test('[identity] one bearer() has a token for each key: two accounts side by side, in requests and in streams', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const headers = bearer(() => user)
  for (const key of ['ada', 'bob']) {
    user = key
    mountFetch(environment, '/user', { headers, key })
    mountFetch(environment, '/list', { headers, providerKey: key })
    mountStream(environment, { headers, key: `${key}, too` })
    await environment.advance(0)
  }
  const sent = environment.requests.map((request) => request.headers.get('authorization'))
  expect(sent).toEqual([...Array(3).fill('Bearer ada'), ...Array(3).fill('Bearer bob')])
})
