import { expect, test } from 'vitest'
import { forgetUser } from '../../log-out/index.ts'
import { createTestEnvironment } from '../../testing/index.ts'
import { cacheControl, mountFetch, respond } from '../../../test/fetch/harness.ts'
import { createFetchCache, observeFetch, observeFetchForSuspense } from '../index.ts'
import { createStore } from './store.ts'
import type { StoreAdapter, StoreChange, StoredResponse } from './stored-response.ts'

/** A store that responds when the test wants it, as IndexedDB may. */
function createDatabase() {
  const responses = new Map<string, StoredResponse>()
  let epoch: string | undefined
  const waiting: (() => void)[] = []
  let reads = 0
  const later = <Result>(run: () => Result): Promise<Result> =>
    new Promise((resolve) => void waiting.push(() => resolve(run())))
  const adapter: StoreAdapter = {
    channel: `test ${Math.random()}`,
    load: (_, createEpoch) =>
      later(() => ({ epoch: (epoch ??= createEpoch()), responses: [...responses.values()] })),
    readEpoch() {
      reads += 1
      return later(() => epoch)
    },
    write: (changes: ReadonlyMap<string, StoreChange>) =>
      later(() => {
        for (const [key, { head, body }] of changes)
          if (head && body !== undefined) responses.set(key, { head, body })
          else if (!head) responses.delete(key)
        return true
      }),
    remove: (matches, next) =>
      later(() => {
        epoch = next
        for (const key of responses.keys()) if (matches(key)) responses.delete(key)
      }),
  }
  const finish = () => {
    for (const run of waiting.splice(0)) run()
  }
  const open = (start = 1_000_000, overrides: Partial<StoreAdapter> = {}) => {
    const environment = createTestEnvironment({ start })
    const cache = createFetchCache({ store: createStore(1000, {}, () => ({ ...adapter, ...overrides })) })
    const mount = (options = {}) => mountFetch(environment, '/user', { cache, key: 'ada', ...options })
    return { environment, cache, mount }
  }
  return { responses, adapter, finish, open, reads: () => reads }
}

async function createFilled(head = cacheControl('max-age=60', { etag: '"1"' })) {
  const database = createDatabase()
  const { environment, mount } = database.open()
  mount()
  database.finish()
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, head)
  await environment.advance(1000)
  database.finish()
  await environment.advance(0)
  expect(database.responses.size).toBe(1)
  return database
}

test('[cache-store] a request waits for the store, and is not sent if the stored response is fresh', async () => {
  const { finish, open } = await createFilled()
  const { environment, mount } = open()
  const { observer } = mount()
  observer.track('isFetching')
  await environment.advance(100)
  expect(observer.getSnapshot()).toMatchObject({ status: 'pending', isFetching: true })
  expect(environment.requests).toEqual([])
  finish()
  await environment.advance(100)
  expect(observer.getSnapshot()).toMatchObject({
    status: 'success',
    data: { name: 'Ada' },
    isFetching: false,
  })
  expect(environment.requests).toEqual([])
})

test('[cache-store] a stale stored response is validated', async () => {
  const { finish, open } = await createFilled()
  const { environment, mount } = open(2_000_000)
  const { observer } = mount({ headers: () => ({ authorization: 'Bearer a' }) })
  const plain = mount()
  await environment.advance(10)
  finish()
  await environment.advance(10)
  expect(plain.observer.getSnapshot()).toMatchObject({ data: { name: 'Ada' } })
  expect(environment.requests.map(({ headers }) => headers.get('if-none-match'))).toContain('"1"')
  expect(observer.getSnapshot()).toMatchObject({ data: undefined })
})

test('[cache-store] [suspense] a stale stored response is shown and validated', async () => {
  const { finish, open } = await createFilled()
  const { environment, cache } = open(2_000_000)
  const options = { environment, cache, key: 'ada' }
  const render = () => {
    const observer = observeFetchForSuspense('/user', options)
    return { observer, ...observer.read('/user', options, observer.getSnapshot()) }
  }
  expect(render).toThrow()
  await environment.advance(10)
  finish()
  await environment.advance(10)
  const { observer, data } = render()
  expect(data).toEqual({ name: 'Ada' })
  observer.subscribe(() => {})
  await environment.advance(10)
  expect(environment.request.headers.get('if-none-match')).toBe('"1"')
  await respond(environment, { name: 'Newer' })
  expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Newer' } })
})

test('[cache-store] a store that does not respond delays requests by a second, and never replaces newer data', async () => {
  const { finish, open } = await createFilled()
  const { environment, mount } = open()
  const { observer } = mount()
  await environment.advance(999)
  expect(environment.requests).toEqual([])
  await environment.advance(1)
  await respond(environment, { name: 'Newer' })
  finish()
  await environment.advance(100)
  expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Newer' } })
})

test('[cache-store] a write does not wait for the store, and what it invalidates is stale', async () => {
  const { finish, open } = await createFilled()
  const { environment, mount } = open()
  const { observer } = mount({ method: 'PUT', enabled: false })
  void observer.execute()
  await environment.advance(0)
  await respond(environment, undefined, { status: 204 })
  finish()
  await environment.advance(0)
  mount()
  await environment.advance(0)
  expect(environment.requests.map(({ method }) => method)).toEqual(['PUT', 'GET'])
})

test('[cache-store-user] after a 401, stored data are not shown', async () => {
  const { finish, open } = await createFilled()
  const { environment, mount } = open()
  const { observer } = mount({ retry: false })
  await environment.advance(1000)
  await respond(environment, 'no', { status: 401 })
  finish()
  await environment.advance(100)
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: undefined })
})

test('[cache-store-log-out] a log-out while the store is loading wins, and its promise waits for the removal', async () => {
  const { finish, open, responses } = await createFilled()
  const { environment, mount } = open()
  const { observer } = mount()
  await environment.advance(0)
  let hasEnded = false
  void forgetUser(undefined, { environment }).then(() => (hasEnded = true))
  await environment.advance(0)
  expect(hasEnded).toBe(false)
  finish()
  await environment.advance(0)
  expect(hasEnded).toBe(true)
  expect(responses.size).toBe(0)
  expect(observer.getSnapshot()).toMatchObject({ data: undefined })
})

test('[cache-store-log-out] a log-out does not wait for ever for a store that does not respond', async () => {
  const { open } = await createFilled()
  const { environment, mount } = open()
  mount()
  let hasEnded = false
  void forgetUser(undefined, { environment }).then(() => (hasEnded = true))
  await environment.advance(1000)
  expect(hasEnded).toBe(true)
})

test('[cache-store-log-out] two log-outs that arrive together are both followed', async () => {
  const { finish, open } = await createFilled()
  const one = open()
  const other = open()
  one.mount({ enabled: false })
  const { observer, leave } = other.mount()
  finish()
  await one.environment.advance(100)
  await other.environment.advance(100)
  expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Ada' } })
  leave()
  one.cache.clear()
  void forgetUser(undefined, { key: 'bob', cache: one.cache })
  finish()
  // Both messages arrive by a `BroadcastChannel`, before the store responds to the other tab.
  await new Promise((resolve) => setTimeout(resolve, 50))
  finish()
  await other.environment.advance(0)
  finish()
  await other.environment.advance(0)
  expect(other.mount().observer.getSnapshot()).toMatchObject({ data: undefined })
})

test('[cache-store-log-out] a log-out that is announced while another tab reads the store is followed', async () => {
  const { adapter, finish, open } = await createFilled()
  const one = open()
  one.mount({ enabled: false })
  finish()
  await one.environment.advance(100)
  const read = adapter.load('', () => '')
  finish()
  const loaded = await read
  let deliver = () => {}
  const load = () => new Promise<typeof loaded>((resolve) => (deliver = () => resolve(loaded)))
  const other = open(1_000_000, { load })
  const { observer } = other.mount({ enabled: false })
  void forgetUser(undefined, { cache: one.cache })
  finish()
  await new Promise((resolve) => setTimeout(resolve, 50))
  deliver()
  await other.environment.advance(0)
  finish()
  await other.environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ data: undefined })
})

test('[cache-store] many components that mount at once read the epoch of the store once', async () => {
  const { finish, open, reads } = await createFilled()
  const { environment, cache, mount } = open()
  const { leave } = mount()
  finish()
  await environment.advance(100)
  leave()
  const before = reads()
  for (const index of Array(50).keys())
    observeFetch(`/${index}`, { environment, cache, key: 'ada' }).getSnapshot()
  expect(reads() - before).toBe(1)
})
