import { describe, expect, test } from 'vitest'
import { forgetUser } from '../../log-out/index.ts'
import { cacheControl, respond } from '../../../test/fetch/harness.ts'
import { contentOf, countOf, createStorage, openTab } from '../../../test/fetch/store-harness.ts'

/** Mounts a request in a tab and responds to it. */
async function load(
  { environment, mount }: ReturnType<typeof openTab>,
  ...[url, body = { name: 'Ada' }, head = cacheControl('max-age=60'), options = {}]: [
    url: string,
    body?: unknown,
    head?: Parameters<typeof respond>[2],
    options?: object,
  ]
) {
  const mounted = mount(url, options)
  await environment.advance(0)
  await respond(environment, body, head)
  return mounted
}

describe('[cache-store] a response of a request with `emptyOn`', () => {
  test('is stored and restored', async () => {
    const storage = createStorage()
    const one = openTab(storage)
    await load(one, '/draft', { title: 'Draft' }, cacheControl('max-age=60'), { emptyOn: [404] })
    one.environment.emitPageEvent('pagehide')
    const next = openTab(storage)
    const { shown } = next.mount('/draft', { emptyOn: [404] })
    expect(shown[0]).toMatchObject({ status: 'success', data: { title: 'Draft' } })
  })

  test.each([404, 204])('with status %i replaces the stored one', async (status) => {
    const storage = createStorage()
    const one = openTab(storage)
    const { observer } = await load(one, '/draft', { title: 'Deleted' }, undefined, { emptyOn: [404] })
    await one.environment.advance(1000)
    expect(contentOf(storage)).toContain('Deleted')
    void observer.refetch()
    await one.environment.advance(0)
    await respond(one.environment, undefined, { ...cacheControl('max-age=60'), status })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: undefined })
    one.environment.emitPageEvent('pagehide')
    expect(contentOf(storage)).not.toContain('Deleted')
    const { shown } = openTab(storage).mount('/draft', { emptyOn: [404] })
    expect(shown[0]).toMatchObject({ data: undefined })
  })
})

describe('[cache-store-user]', () => {
  test('Clear-Site-Data removes only the stored responses of its origin', async () => {
    const storage = createStorage()
    const one = openTab(storage)
    await load(one, 'https://api.example/user', { name: 'Api' })
    await load(one, '/here', { name: 'Here' })
    await load(
      one,
      'https://api.example/leave',
      'bye',
      cacheControl('max-age=60', { 'clear-site-data': '"*"' }),
    )
    await one.environment.advance(1000)
    expect(contentOf(storage)).toContain('Here')
    expect(contentOf(storage)).not.toContain('Api')
  })

  test.each(['x-account-token', 'x-discount-code', 'x-homepage-id', 'x-page-token'])(
    'the response header %s is not stored',
    async (name) => {
      const storage = createStorage()
      const one = openTab(storage)
      await load(one, '/user', 'Ada', cacheControl('max-age=60', { [name]: 'secret' }))
      one.environment.emitPageEvent('pagehide')
      expect(countOf(storage)).toBe(1)
      expect(contentOf(storage)).not.toContain('secret')
    },
  )

  test.each([
    'x-total-count',
    'x-wp-totalpages',
    'x-next-page',
    'content-range',
    'x-pagination',
    'totalcount',
    'x-next-cursor',
    'x-ms-continuation',
  ])('the response header %s is stored', async (name) => {
    const storage = createStorage()
    const one = openTab(storage)
    await load(one, '/user', 'Ada', cacheControl('max-age=60', { [name]: 'posts 0-9/319' }))
    one.environment.emitPageEvent('pagehide')
    const { observer } = openTab(storage).mount()
    expect(observer.getSnapshot().response?.headers.get(name)).toBe('posts 0-9/319')
  })
})

describe('[cache-store-log-out] a log-out', () => {
  test.each([undefined, 'ada'])('of the user %s removes responses, even beside damaged keys', async (key) => {
    const storage = createStorage()
    storage.setItem('tautline:GET https://x\n\n\n\n\nnot JSON', '1 1 {}')
    const one = openTab(storage)
    storage.setItem('tautline:GET\nhttps://y\n\n\n\nnot JSON', '1 1 {}')
    await load(one, '/user')
    await one.environment.advance(1000)
    await forgetUser(undefined, { key, environment: one.environment })
    expect(contentOf(storage)).not.toContain('Ada')
  })

  test('reaches other tabs although the storage is full', async () => {
    const storage = createStorage()
    const one = openTab(storage)
    await load(one, '/user')
    await one.environment.advance(1000)
    const other = openTab(storage)
    const { observer } = other.mount()
    expect(observer.getSnapshot().data).toEqual({ name: 'Ada' })
    const { setItem } = storage
    storage.setItem = (name, value) => {
      if (countOf(storage) > 0) throw new DOMException('full', 'QuotaExceededError')
      setItem(name, value)
    }
    await forgetUser(undefined, { environment: one.environment })
    expect(countOf(storage)).toBe(0)
    other.environment.emitPageEvent('visible')
    expect(observer.getSnapshot().data).toBeUndefined()
  })

  test('removes what another tab has written before it has noticed the log-out', async () => {
    const storage = createStorage()
    const one = openTab(storage)
    one.mount('/other')
    const other = openTab(storage)
    await load(other, '/user')
    // Browsers bring the changes of other processes a little later: the other tab still reads the old epoch.
    const { getItem } = storage
    const before = getItem('tautline')
    await forgetUser(undefined, { cache: one.cache })
    storage.getItem = (name) => (name === 'tautline' ? before : getItem(name))
    other.environment.emitPageEvent('hidden')
    expect(contentOf(storage)).toContain('Ada')
    storage.getItem = getItem
    other.environment.emitPageEvent('visible')
    expect(contentOf(storage)).not.toContain('Ada')
  })
})

test('[cache-store-bounds] a page does not remember more responses than the store has', async () => {
  const storage = createStorage()
  const one = openTab(storage, { entries: 2 })
  for (const index of Array(12).keys()) {
    const { leave } = await load(one, `/${index}`)
    leave()
    await one.environment.advance(1000)
  }
  let parsed = 0
  one.cache.invalidate(() => {
    parsed += 1
    return false
  })
  // Those of the cache in memory, and of the store.
  expect(parsed).toBeLessThanOrEqual(12 + 4)
  expect(countOf(storage)).toBe(2)
})
