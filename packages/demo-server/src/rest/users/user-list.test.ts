import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { poll } from '../../testing/polls.ts'
import { membersOf } from '../../testing/rest.ts'
import { type User } from './user.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const get = (query: string, headers: Record<string, string> = {}) =>
  poll(`${server.url}/users?${query}`, { headers })

async function page(query: string): Promise<{ items: readonly User[]; total: number; next: string | null }> {
  const { items, total, next } = membersOf(await get(query))
  if (!Array.isArray(items)) throw new Error('There are no items')
  return { items, total: Number(total), next: typeof next === 'string' ? next : null }
}

const namesOf = (users: readonly User[]): readonly string[] => users.map(({ name }) => name)

test('there are 200 initial users, the same at each start', async () => {
  const { items, total } = await page('')
  expect([items.length, total]).toEqual([20, 200])
  expect(items[0]).toEqual({
    id: 1,
    name: 'Ada Abbott',
    email: 'ada.abbott@example.com',
    role: 'admin',
    city: 'Aarhus',
    version: 1,
    updatedAt: '2025-01-06T08:00:00.000Z',
  })
  expect(items[9]).toMatchObject({ city: null })
})

test('pages have no gaps and no duplicates, up to the last one', async () => {
  const pages = await Promise.all([1, 2, 3, 4].map((number) => page(`limit=60&page=${number}`)))
  const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
  expect(ids).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  expect(pages.map(({ next }) => next === null)).toEqual([false, false, false, true])
  expect(membersOf(await get('page=3'))).toMatchObject({ page: 3 })
  expect(await page('page=100')).toEqual({ items: [], total: 200, next: null })
})

test.each(['id', '-id', 'name', '-name', 'email', '-role', 'city', '-city', 'updatedAt'])(
  'cursors lead through all users, sorted by %s',
  async (sort) => {
    const seen: User[] = []
    let after = ''
    for (;;) {
      const { items, total, next } = await page(`sort=${sort}&limit=70${after}`)
      seen.push(...items)
      expect(total).toBe(200)
      if (next === null) break
      after = `&after=${next}`
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(200)
    expect(seen).toHaveLength(200)
    const pages = await Promise.all([1, 2].map((number) => page(`sort=${sort}&limit=100&page=${number}`)))
    expect(seen).toEqual(pages.flatMap(({ items }) => items))
  },
)

test('a cursor keeps its position when rows before it change', async () => {
  const first = await page('q=hamburg&limit=3')
  const [gone] = first.items
  const expected = await page(`q=hamburg&limit=3&after=${first.next}`)
  await fetch(`${server.url}/users/${gone?.id}`, { method: 'DELETE' })
  expect((await page(`q=hamburg&limit=3&after=${first.next}`)).items).toEqual(expected.items)
  await fetch(`${server.url}/control/users/reset`, { method: 'POST' })
  expect(await page('q=hamburg&limit=3')).toEqual(first)
})

test('sorts in both directions', async () => {
  const up = namesOf((await page('sort=name&limit=100')).items)
  expect(up.slice(0, 2)).toEqual(['Ada Abbott', 'Ada Fontaine'])
  const down = namesOf((await page('sort=-name&limit=100')).items)
  expect(down[0]).toBe('Zoë Østergaard')
})

test.each([
  ['kowalski', 'name'],
  ['KOWALSKI', 'name'],
  ['østerGAARD', 'name'],
  ['zoe.', 'email'],
  ['kyoto', 'city'],
] as const)('finds %s ignoring case, in %s', async (q, field) => {
  const { items, total } = await page(`limit=100&q=${encodeURIComponent(q)}`)
  expect(items.length).toBeGreaterThan(0)
  expect(total).toBe(items.length)
  for (const user of items) expect(user[field]?.toLowerCase()).toContain(q.toLowerCase())
})

test('finds the users of a role, and counts only them', async () => {
  const { items, total, next } = await page('role=admin&limit=100&q=ada')
  expect(items.length).toBeGreaterThan(0)
  expect([total, next]).toEqual([items.length, null])
  for (const { role, name } of items) expect([role, name]).toEqual(['admin', expect.stringMatching(/ada/i)])
  expect((await page('role=viewer&limit=1')).total).toBeGreaterThan(items.length)
  expect((await get('role=owner')).status).toBe(400)
})

test.each(['%', '_', "' OR 1=1 --"])('finds %s literally', async (q) => {
  expect(await page(`q=${encodeURIComponent(q)}`)).toEqual({ items: [], total: 0, next: null })
})

test('links to the next page with the same parameters, without the fault', async () => {
  const byPage = await get('q=a&limit=5&fault=bom')
  expect(byPage.headers.get('link')).toBe('</users?q=a&limit=5&page=2>; rel="next"')
  const { next } = await page('limit=5')
  const link = (await get(`limit=5&after=${next}`)).headers.get('link') ?? ''
  const [, target = ''] = /^<(.*)>; rel="next"$/.exec(link) ?? []
  const third = await poll(server.url + target)
  expect(membersOf(third)['items']).toMatchObject([
    { id: 11 },
    { id: 12 },
    { id: 13 },
    { id: 14 },
    { id: 15 },
  ])
  expect((await get('limit=100&page=2')).headers.get('link')).toBeNull()
})

test('responds with 304 when the client has the current version', async () => {
  const whole = await get('q=ada')
  const etag = whole.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[\w-]{22}"$/)
  expect(whole.headers.get('cache-control')).toBe('no-cache')
  for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const same = await get('q=ada', { 'If-None-Match': tags })
    expect([same.status, same.text]).toEqual([304, ''])
    expect(same.headers.get('etag')).toBe(etag)
    expect(same.headers.get('cache-control')).toBe('no-cache')
  }
  expect((await get('q=ada', { 'If-None-Match': '"other"' })).status).toBe(200)
  expect((await get('q=bruno', { 'If-None-Match': etag })).status).toBe(200)
})

test('sends the Cache-Control from the query', async () => {
  const caching = 'max-age=5, stale-while-revalidate=30'
  const { headers } = await get(`cache=${encodeURIComponent(caching)}`)
  expect(headers.get('cache-control')).toBe(caching)
})

test('HEAD sends the headers of GET without the body', async () => {
  const whole = await get('limit=2')
  const head = await poll(`${server.url}/users?limit=2`, { method: 'HEAD' })
  expect([head.status, head.text]).toEqual([200, ''])
  for (const name of ['etag', 'content-length', 'content-type', 'link', 'cache-control']) {
    expect(head.headers.get(name)).toBe(whole.headers.get(name))
  }
})

test('a later request can get its response earlier', async () => {
  const ended: string[] = []
  const slow = get('q=a&delay=1000').then(() => ended.push('slow'))
  await server.requests.log.until(({ target }) => target.includes('delay=1000'))
  await Promise.all([slow, get('q=ab').then(() => ended.push('quick'))])
  expect(ended).toEqual(['quick', 'slow'])
})

test('notices a client that disconnects during a delay', async () => {
  const controller = new AbortController()
  const sent = fetch(`${server.url}/users?q=left&delay=10000`, { signal: controller.signal })
  await server.requests.log.until(({ target }) => target.includes('q=left'))
  controller.abort()
  await expect(sent).rejects.toThrow('aborted')
  await server.requests.log.until(({ type, target }) => type === 'aborted' && target.includes('q=left'))
  expect(server.requests.counts('/users?q=left')).toMatchObject({ requests: 1, aborted: 1, inFlight: 0 })
})

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['page=0', 'page'],
  ['delay=10001', 'delay'],
  ['sort=password', 'sort'],
  ['after=nonsense', 'after'],
  ['after=WzFd', 'after'],
  ['page=2&after=WzFd', 'after'],
  ['cache=a%0D%0AX:%20y', 'cache'],
])('%s is refused', async (query, field) => {
  const { status, headers, body } = await get(query)
  expect(status).toBe(400)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body).toMatchObject({ code: 'bad-input', field })
})

test('refuses a cursor of another order', async () => {
  const { next } = await page('sort=name')
  expect((await get(`sort=-name&after=${next}`)).status).toBe(400)
})
