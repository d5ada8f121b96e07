import { describe, expect, test } from 'vitest'
import { forgetUser } from '../../log-out/index.ts'
import { json } from '../../shared/codec.ts'
import { cacheControl, respond } from '../../../test/fetch/harness.ts'
import { contentOf, countOf, createStorage, openTab } from '../../../test/fetch/store-harness.ts'
import { localStorageStore } from './local-storage.ts'
import { createFetchCache, createFetchPages, pageNumber } from '../index.ts'
import { createTestEnvironment } from '../../testing/index.ts'

/** Stores a response of this tab, as a page that is left. */
async function store(
  storage: Storage,
  body: unknown = { name: 'Ada' },
  head = cacheControl('max-age=60'),
  options = {},
) {
  const { environment, mount } = openTab(storage)
  mount('/user', options)
  await environment.advance(0)
  await respond(environment, body, head)
  environment.emitPageEvent('pagehide')
}

describe('[cache-store] after a reload', () => {
  test('shows a stored response at once, and requests nothing while it is fresh', async () => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount } = openTab(storage, { start: 1_030_000 })
    const { observer, shown } = mount()
    expect(shown[0]).toMatchObject({ status: 'success', data: { name: 'Ada' }, isFetching: false })
    await environment.advance(0)
    expect(environment.requests).toEqual([])
    expect(observer.getSnapshot().response?.status).toBe(200)
  })

  test('validates a stale response with its ETag while it is shown, and the age of the response continues', async () => {
    const storage = createStorage()
    await store(storage, { name: 'Ada' }, cacheControl('max-age=60', { etag: '"1"', age: '50' }))
    const { environment, mount } = openTab(storage, { start: 1_011_000 })
    const { observer } = mount()
    observer.track('isFetching')
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Ada' }, isFetching: true })
    expect(environment.request.headers.get('if-none-match')).toBe('"1"')
    await respond(environment, undefined, { status: 304, headers: { 'cache-control': 'max-age=600' } })
    expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Ada' }, isFetching: false })
    environment.emitPageEvent('pagehide')
    const next = openTab(storage, { start: 1_500_000 })
    next.mount()
    await next.environment.advance(0)
    expect(next.environment.requests).toEqual([])
  })

  test('shows a response from the future as stale: the clock was set back', async () => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount } = openTab(storage, { start: 900_000 })
    const { observer } = mount()
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Ada' }, isFetching: true })
    await respond(environment, { name: 'New' }, cacheControl('max-age=60'))
    environment.emitPageEvent('hidden')
    expect(contentOf(storage)).toContain('New')
  })

  test('calls option functions first, and then uses the stored response', async () => {
    const storage = createStorage()
    const headers = () => ({ authorization: 'Bearer secret-1' })
    await store(storage, undefined, cacheControl('max-age=60', { etag: '"1"' }), { headers })
    const { environment, mount } = openTab(storage)
    const { observer } = mount('/user', {
      headers: () => Promise.resolve({ authorization: 'Bearer secret-2' }),
    })
    await environment.advance(0)
    expect(environment.requests).toEqual([])
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', isFetching: false })
  })

  test('restores bytes, and the pages of a list', async () => {
    const storage = createStorage()
    await store(storage, new Uint8Array([0, 200, 255]), {
      headers: { 'content-type': 'image/png', 'cache-control': 'max-age=60' },
    })
    const { mount } = openTab(storage)
    const { shown } = mount()
    expect(new Uint8Array(shown[0]?.data as ArrayBuffer)).toEqual(new Uint8Array([0, 200, 255]))
    const createList = ({ environment, cache }: ReturnType<typeof openTab>) =>
      createFetchPages<number[]>('/list', {
        environment,
        cache,
        key: 'ada',
        next: pageNumber('page'),
      })
    const first = openTab(storage)
    const list = createList(first)
    list.subscribe(() => {})
    await first.environment.advance(0)
    await respond(first.environment, [1, 2], cacheControl('max-age=60'))
    void list.fetchNext()
    await first.environment.advance(0)
    await respond(first.environment, [3], cacheControl('max-age=60'))
    first.environment.emitPageEvent('pagehide')
    const second = openTab(storage)
    const restored = createList(second)
    restored.subscribe(() => {})
    await second.environment.advance(100)
    expect(restored.getSnapshot().pages?.flat()).toEqual([1, 2])
    void restored.fetchNext()
    await second.environment.advance(100)
    expect(restored.getSnapshot().pages?.flat()).toEqual([1, 2, 3])
    expect(second.environment.requests).toEqual([])
  })

  test('keeps initial data, such as those of a server, instead of older stored ones', async () => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount } = openTab(storage)
    const { observer } = mount('/user', { initialData: { name: 'Server' } })
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Server' }, isFetching: true })
    expect(observer.getServerSnapshot()).toMatchObject({ data: { name: 'Server' } })
  })

  test('the server snapshot, with which a page hydrates, has no stored response', async () => {
    const storage = createStorage()
    await store(storage)
    const { observer } = openTab(storage).mount()
    expect(observer.getServerSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  })

  test('requests again what the codec of a new version cannot read', async () => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount } = openTab(storage)
    const fail = () => {
      throw new Error('old format')
    }
    const decode = (raw: unknown) => (String(raw).includes('new') ? 'new' : fail())
    const { observer } = mount('/user', { codec: { decode } })
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await respond(environment, { name: 'new' })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'new' })
  })

  test('parses the stored text with the codec', async () => {
    const storage = createStorage()
    await store(storage)
    const { shown } = openTab(storage).mount('/user', { codec: json<{ name: string }>() })
    expect(shown[0]?.data).toEqual({ name: 'Ada' })
  })
})

describe('[cache-store-user] a stored response', () => {
  test('belongs to the `key` of its request, and without one nothing is stored', async () => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount } = openTab(storage)
    expect(mount('/user', { key: 'bob' }).shown[0]).toMatchObject({ status: 'pending', data: undefined })
    expect(mount('/user', { key: 'ada2' }).shown[0]).toMatchObject({ data: undefined })
    expect(mount('/user', { key: undefined }).shown[0]).toMatchObject({ data: undefined })
    expect(mount('/user', { key: undefined, providerKey: 'ada' }).shown[0]).toMatchObject({ data: undefined })
    await environment.advance(0)
    const other = createStorage()
    const plain = openTab(other)
    plain.mount('/user', { key: undefined })
    await plain.environment.advance(0)
    await respond(plain.environment, { name: 'Ada' }, cacheControl('max-age=60'))
    plain.environment.emitPageEvent('pagehide')
    expect(countOf(other)).toBe(0)
  })

  test.each([
    'authorization',
    'cookie',
    'x-auth-token',
    'x-api-key',
    'accept',
    'accept-language',
    'x-tenant',
  ])('has no value of the header %s', async (name) => {
    const storage = createStorage()
    const { environment, mount } = openTab(storage)
    mount('/user', { headers: { [name]: 'secret' } })
    mount('/other', { headers: { [name]: 'secret' }, ignoreHeaders: [name] })
    await environment.advance(0)
    for (const request of environment.requests)
      await respond(
        environment,
        { name: 'Ada' },
        cacheControl('max-age=60', {
          'x-auth-token': 'secret',
          authorization: 'secret',
          'x-total-count': '7',
        }),
        request,
      )
    environment.emitPageEvent('pagehide')
    expect(countOf(storage)).toBeGreaterThan(0)
    expect(contentOf(storage)).not.toMatch(/secret/i)
    expect(contentOf(storage)).toContain('x-total-count')
  })

  test('is not shown for another value of a header that makes a difference', async () => {
    const storage = createStorage()
    await store(storage, undefined, undefined, { headers: { 'accept-language': 'de' } })
    const { mount } = openTab(storage)
    expect(mount('/user', { headers: { 'accept-language': 'fr' } }).shown[0]).toMatchObject({
      data: undefined,
    })
    expect(mount('/user').shown[0]).toMatchObject({ data: undefined })
    expect(mount('/user', { headers: { 'accept-language': 'de' } }).shown[0]).toMatchObject({
      status: 'success',
    })
  })

  test.each([
    ['no-store', {}],
    ['max-age=60', { vary: '*' }],
  ])('is none with %s %j', async (value, headers) => {
    const storage = createStorage()
    await store(storage)
    await openTab(storage).environment.advance(0)
    const { environment, mount } = openTab(storage, { start: 2_000_000 })
    mount()
    await environment.advance(0)
    await respond(environment, { name: 'Secret' }, cacheControl(value, headers))
    environment.emitPageEvent('pagehide')
    expect(countOf(storage)).toBe(0)
  })

  test('is none for writes and HEAD, and has no optimistic update', async () => {
    const storage = createStorage()
    const { environment, mount } = openTab(storage)
    const { observer } = mount()
    await environment.advance(0)
    await respond(environment, { name: 'Ada' }, cacheControl('max-age=60'))
    observer.mutate({ name: 'Optimistic' })
    const write = mount('/user', { method: 'PUT', enabled: false })
    write.observer.execute().catch(() => {})
    const head = mount('/user', { method: 'HEAD' })
    await environment.advance(0)
    for (const request of environment.requests.slice(1)) await respond(environment, undefined, {}, request)
    head.leave()
    environment.emitPageEvent('pagehide')
    expect(countOf(storage)).toBe(1)
    expect(contentOf(storage)).toContain('Ada')
    expect(contentOf(storage)).not.toContain('Optimistic')
  })

  test.each([
    ['401', { status: 401 }],
    ['Clear-Site-Data', { headers: { 'clear-site-data': '"cache"' } }],
  ])('is removed by %s', async (_, head) => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount } = openTab(storage, { start: 2_000_000 })
    mount('/user', { retry: false })
    await environment.advance(0)
    await respond(environment, { name: 'Error' }, head)
    await environment.advance(0)
    environment.emitPageEvent('pagehide')
    expect(contentOf(storage)).not.toContain('Ada')
  })

  test('that a write has named is stale after the next reload, also if this page has not requested it', async () => {
    const storage = createStorage()
    await store(storage)
    const { environment, mount, cache } = openTab(storage)
    mount('/other')
    cache.invalidate('/us*')
    environment.emitPageEvent('pagehide')
    const next = openTab(storage)
    next.mount()
    await next.environment.advance(0)
    expect(next.environment.requests).toHaveLength(1)
  })
})

describe('[cache-store-log-out] a log-out', () => {
  const setUp = async () => {
    const storage = createStorage()
    await store(storage)
    return storage
  }

  test.each([
    ['forgetUser()', {}],
    ['forgetUser() of this user', { key: 'ada' }],
  ])('by %s empties the store, before anything is requested too', async (_, scope) => {
    const storage = await setUp()
    const { environment, mount } = openTab(storage)
    mount('/other', { enabled: false })
    await forgetUser(undefined, { ...scope, environment })
    expect(countOf(storage)).toBe(0)
    expect(environment.requests).toEqual([])
    expect(mount().shown[0]).toMatchObject({ data: undefined })
  })

  test('of another user changes nothing', async () => {
    const storage = await setUp()
    const { mount } = openTab(storage)
    mount('/other')
    await forgetUser(undefined, { key: 'bob' })
    expect(mount().shown[0]).toMatchObject({ data: { name: 'Ada' } })
    expect(countOf(storage)).toBe(1)
  })

  test.each(['forget', 'clear'])('by %s reaches another tab that is open', async (way) => {
    const storage = await setUp()
    const one = openTab(storage)
    const other = openTab(storage)
    one.mount('/x')
    const { observer, leave } = other.mount()
    expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Ada' } })
    if (way === 'clear') leave()
    if (way === 'clear') one.cache.clear()
    else await forgetUser(undefined, { cache: one.cache })
    await expect.poll(() => other.mount().observer.getSnapshot().data).toBeUndefined()
    if (way === 'forget') expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  })

  test('reaches a tab that was frozen: it writes nothing of before, and shows nothing of it', async () => {
    const storage = await setUp()
    const frozen = openTab(storage, { start: 2_000_000 })
    const { observer } = frozen.mount()
    await frozen.environment.advance(0)
    await respond(frozen.environment, { name: 'Ada' }, cacheControl('max-age=60'))
    frozen.environment.emitPageEvent('freeze' as never)
    // Another tab, whose message does not arrive.
    const text = storage.getItem('tautline') ?? ''
    for (const name of [...Array(storage.length).keys()].map((index) => storage.key(index) ?? ''))
      if (name.startsWith('tautline:')) storage.removeItem(name)
    storage.setItem('tautline', text.replace(/\S+$/, 'later'))
    frozen.environment.emitPageEvent('pageshow')
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await frozen.environment.advance(5000)
    expect(countOf(storage)).toBe(0)
  })

  test('is noticed by a tab without a mounted component when one mounts', async () => {
    const storage = await setUp()
    const { environment, mount } = openTab(storage)
    const { leave } = mount()
    leave()
    await environment.advance(0)
    expect(environment.listeners).toBe(0)
    expect(environment.timers).toBe(0)
    storage.setItem('tautline', (storage.getItem('tautline') ?? '').replace(/\S+$/, 'later'))
    expect(mount().shown[0]).toMatchObject({ status: 'pending', data: undefined })
  })

  test('that has removed all of localStorage reaches other tabs too', async () => {
    const storage = await setUp()
    const { environment, mount } = openTab(storage)
    const { observer } = mount()
    storage.clear()
    environment.emitPageEvent('visible')
    expect(observer.getSnapshot()).toMatchObject({ data: undefined })
  })
})

describe('[cache-store-bounds] the store', () => {
  /** Stores texts of these sizes, one each second. */
  const storeAll = async (sizes: readonly number[], options: Parameters<typeof openTab>[1]) => {
    const storage = createStorage()
    const { environment, mount } = openTab(storage, options)
    for (const [index, size] of sizes.entries()) {
      mount(`/${index}`)
      await environment.advance(0)
      await respond(environment, '€'.repeat(size / 3), cacheControl('max-age=60'))
      await environment.advance(1000)
    }
    return [...contentOf(storage).matchAll(/tautline:GET\n\S+\/(\d)/g)].map(([, path]) => path)
  }

  test('has at most `entries` responses: the oldest ones are removed', async () => {
    expect(await storeAll([3, 3, 3], { entries: 2 })).toEqual(['1', '2'])
    expect(await storeAll([3, 3], { entries: 2 })).toEqual(['0', '1'])
    expect(await storeAll([3], { entries: 0 })).toEqual([])
  })

  test('has at most `bytes` bytes of bodies', async () => {
    expect(await storeAll([6, 6, 3], { bytes: 15 })).toEqual(['0', '1', '2'])
    expect(await storeAll([6, 6, 3], { bytes: 14 })).toEqual(['1', '2'])
    expect(await storeAll([6, 15], { bytes: 14 })).toEqual(['0'])
  })

  test('restores nothing older than `maxAge`', async () => {
    const storage = createStorage()
    await store(storage)
    const at = (start: number) => openTab(storage, { maxAge: 1000, start }).mount().shown[0]
    expect(at(1_001_000)).toMatchObject({ data: { name: 'Ada' } })
    expect(at(1_001_001)).toMatchObject({ data: undefined })
  })

  test('is emptied by another `version`, and an old tab then writes nothing', async () => {
    const storage = createStorage()
    const old = openTab(storage, { version: '1' })
    const { observer } = old.mount()
    await old.environment.advance(0)
    await respond(old.environment, { name: 'Old' }, cacheControl('max-age=60'))
    await old.environment.advance(1000)
    expect(countOf(storage)).toBe(1)
    const next = openTab(storage, { version: '2' })
    expect(next.mount().shown[0]).toMatchObject({ data: undefined })
    expect(countOf(storage)).toBe(0)
    old.mount('/other')
    await old.environment.advance(0)
    await respond(old.environment, { name: 'Old' }, cacheControl('max-age=60'))
    await old.environment.advance(1000)
    expect(countOf(storage)).toBe(0)
    expect(observer.getSnapshot()).toMatchObject({ data: { name: 'Old' } })
  })

  test('is written once for a burst of responses', async () => {
    const storage = createStorage()
    const { environment, mount } = openTab(storage)
    for (const path of ['/1', '/2', '/3']) mount(path)
    await environment.advance(0)
    for (const request of environment.requests)
      await respond(environment, {}, cacheControl('max-age=60'), request)
    expect(countOf(storage)).toBe(0)
    await environment.advance(1000)
    expect(countOf(storage)).toBe(3)
  })

  test('keeps the newer response of two tabs', async () => {
    const storage = createStorage()
    const one = openTab(storage)
    const other = openTab(storage)
    one.mount()
    other.mount()
    await one.environment.advance(0)
    await other.environment.advance(500)
    await respond(one.environment, { name: 'Older' }, cacheControl('max-age=60'))
    await respond(other.environment, { name: 'Newer' }, cacheControl('max-age=60'))
    await other.environment.advance(1000)
    await one.environment.advance(1000)
    expect(contentOf(storage)).toContain('Newer')
    expect(contentOf(storage)).not.toContain('Older')
  })
})

describe('[cache-store-failure] the page works as without a store', () => {
  const works = async (storage: Storage) => {
    const { environment, mount } = openTab(storage)
    const { observer } = mount()
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await environment.advance(0)
    await respond(environment, { name: 'Ada' })
    await environment.advance(2000)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
    await forgetUser(undefined, { environment })
    expect(environment.errors).toEqual([])
  }
  const deny = () => {
    throw new DOMException('denied', 'SecurityError')
  }

  test('if storage is disabled', async () => {
    const storage = { key: deny, getItem: deny, setItem: deny, removeItem: deny, clear: deny, length: 0 }
    await works(storage)
  })

  test('if it is full', async () => {
    const storage = createStorage()
    await works(Object.assign(storage, { setItem: deny }))
  })

  test.each([
    ['cut off', (text: string) => text.slice(0, -10)],
    ['foreign', () => '{"head":1}'],
    ['of wrong types', (text: string) => text.replace('"status":200', '"status":"x"')],
    ['with an invalid header', (text: string) => text.replace('"cache-control"', '"a b"')],
    ['with an invalid list', (text: string) => text.replace(/"headers":\[.*?\]\]/, '"headers":[1]')],
  ])('if an item is %s, which is removed', async (_, change) => {
    const storage = createStorage()
    await store(storage)
    const name = [storage.key(0), storage.key(1)].find((one) => one?.startsWith('tautline:')) ?? ''
    storage.setItem(name, change(storage.getItem(name) ?? ''))
    await works(storage)
  })

  test('if there is space for some only, of which the newest are stored', async () => {
    const storage = createStorage()
    const { setItem } = storage
    storage.setItem = (name, value) => {
      if (storage.length >= 3 && storage.getItem(name) === null) deny()
      setItem(name, value)
    }
    const { environment, mount } = openTab(storage)
    for (const path of ['/1', '/2', '/3', '/4']) {
      mount(path)
      await environment.advance(0)
      await respond(environment, path, cacheControl('max-age=60'))
      await environment.advance(1000)
    }
    expect(contentOf(storage)).toContain('/4')
  })

  test('on a server, where nothing is read or written', () => {
    const storage = createStorage()
    openTab(storage, { isServer: true }).mount()
    expect(storage.length).toBe(0)
    const environment = createTestEnvironment({ isServer: true })
    expect(() => createFetchCache({ store: localStorageStore() }).clear()).not.toThrow()
    expect(environment.errors).toEqual([])
  })
})
