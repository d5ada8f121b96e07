import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { connectTo, refusalOf } from '../testing/client.ts'
import { requestJson } from '../testing/control.ts'
import { poll } from '../testing/polls.ts'
import { jsonOf, openStream } from '../testing/streams.ts'
import { type AccountsView } from './account-log.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

let sessions = 0

/** A client with its own session, like a browser: it stores the cookie. */
function browser() {
  const session = `s${(sessions += 1)}`
  let cookie = ''
  const at = (path: string, query = ''): string => `${server.url}${path}?session=${session}&${query}`
  async function call(method: string, query = '', body?: object) {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await poll(at('/session', query), { method, headers: { cookie }, ...sent })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return response
  }
  return {
    at,
    headers: () => ({ cookie }),
    logIn: (user: string) => call('POST', '', { user }),
    logOut: (query = '') => call('DELETE', query),
    get: (path: string, query = '', headers: Record<string, string> = {}) =>
      poll(at(path, query), { headers: { cookie, ...headers } }),
    // The shape of this route's response.
    seen: async () => (await requestJson(at('/control/accounts'))).body as AccountsView,
  }
}

const bearer = (user: string) => ({ Authorization: `Bearer ${user}` })

test('logging in sets an HttpOnly cookie, and logging out removes it', async () => {
  const page = browser()
  const { status, headers, body } = await page.logIn('Ada')
  expect([status, body]).toEqual([200, { user: 'Ada' }])
  expect(headers.get('set-cookie')).toMatch(/^session-s\d+=[\da-f-]{36}; Path=\/; HttpOnly; SameSite=Lax$/)
  expect((await page.get('/mine/profile')).body).toEqual({ user: 'Ada', email: 'ada@example.com' })
  const oldHeaders = page.headers()
  const out = await page.logOut()
  expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
  // The old cookie is not valid any more.
  expect((await page.get('/mine/profile', '', oldHeaders)).status).toBe(401)
})

test('logging in as another user ends the session of the first one', async () => {
  const page = browser()
  await page.logIn('Ada')
  const before = page.headers()
  await page.logIn('Bob')
  expect((await page.get('/mine/profile')).body).toMatchObject({ user: 'Bob' })
  expect((await page.get('/mine/profile', '', before)).status).toBe(401)
})

test('a slow log-out accepts the cookie until it ends', async () => {
  const page = browser()
  await page.logIn('Ada')
  const oldHeaders = page.headers()
  const out = page.logOut('slow=300')
  await expect.poll(async () => (await page.seen()).log.at(-1)?.type).toBe('logging-out')
  expect((await page.get('/mine/profile', '', oldHeaders)).status).toBe(200)
  await out
  expect((await page.get('/mine/profile', '', oldHeaders)).status).toBe(401)
})

test('two sessions are independent', async () => {
  const [one, other] = [browser(), browser()]
  await one.logIn('Ada')
  await other.logIn('Bob')
  expect((await one.get('/mine/profile')).body).toMatchObject({ user: 'Ada' })
  expect((await other.seen()).log).toEqual([{ number: 1, way: 'session', type: 'logged-in', user: 'Bob' }])
})

test.each([{}, { user: '' }, { user: 'Ada Lovelace' }, { user: 'Ada', role: 'admin' }])(
  'refuses to log in with %j',
  async (body) => {
    const { status, headers } = await poll(`${server.url}/session`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    expect([status, headers.get('set-cookie')]).toEqual([400, null])
  },
)

test('refuses a session name that is not allowed in a cookie', async () => {
  expect((await poll(`${server.url}/mine/profile?session=a;b`)).status).toBe(400)
  expect((await poll(`${server.url}/session?slow=20000`, { method: 'DELETE' })).status).toBe(400)
})

describe('the socket', () => {
  test('counts for its user, and echoes messages', async () => {
    const page = browser()
    await page.logIn('Ada')
    const client = await connectTo(page.at('/mine/socket', 'every=20'), [], page.headers())
    for (const number of [1, 2, 3]) expect(await client.nextJson()).toEqual({ user: 'Ada', number })
    client.socket.send('hello')
    await expect.poll(() => client.nextJson()).toEqual({ user: 'Ada', echo: 'hello' })
    expect(await page.seen()).toMatchObject({ open: [{ way: 'socket', user: 'Ada' }] })
    await client.leave()
    await expect.poll(() => page.seen()).toMatchObject({ open: [] })
    const { log } = await page.seen()
    expect(log.map(({ type, text }) => text ?? type)).toEqual(['logged-in', 'arrived', 'hello', 'ended'])
  })

  test('prefers the user in the subprotocol, query or header to the cookie', async () => {
    const page = browser()
    await page.logIn('Ada')
    const userOf = async (query: string, protocols: readonly string[], headers = {}) => {
      const client = await connectTo(page.at('/mine/socket', query), protocols, {
        ...page.headers(),
        ...headers,
      })
      const first = Object(await client.nextJson())
      await client.leave()
      return [first.user, client.socket.protocol]
    }
    expect(await userOf('', [])).toEqual(['Ada', ''])
    expect(await userOf('', ['user.Bob'])).toEqual(['Bob', 'user.Bob'])
    expect(await userOf('user=Cleo', [])).toEqual(['Cleo', ''])
    expect(await userOf('', [], bearer('Dan'))).toEqual(['Dan', ''])
  })

  test('refuses a request without a user', async () => {
    const page = browser()
    expect((await refusalOf(page.at('/mine/socket'))).status).toBe(401)
    expect((await refusalOf(page.at('/mine/socket', 'user='))).status).toBe(401)
    expect((await page.seen()).log).toEqual([
      { number: 1, way: 'socket', type: 'refused' },
      { number: 2, way: 'socket', type: 'refused' },
    ])
  })
})

describe('the events', () => {
  test('resume after the last event ID of the same user only', async () => {
    const page = browser()
    const first = await openStream(page.at('/mine/events', 'every=20'), { headers: bearer('Ada') })
    expect(await first.next()).toEqual({ id: 'Ada-1', data: '{"user":"Ada","number":1}' })
    expect(await first.next()).toMatchObject({ id: 'Ada-2' })
    first.leave()
    const go = async (user: string, id: string) => {
      const headers = { ...bearer(user), 'Last-Event-ID': id }
      const stream = await openStream(page.at('/mine/events'), { headers })
      const event = await stream.next()
      stream.leave()
      return jsonOf(event)
    }
    expect(await go('Ada', 'Ada-2')).toEqual({ user: 'Ada', number: 3 })
    expect(await go('Bob', 'Ada-2')).toEqual({ user: 'Bob', number: 1 })
    await expect.poll(() => page.seen()).toMatchObject({ open: [] })
    const arrivals = (await page.seen()).log.filter(({ type }) => type === 'arrived')
    expect(arrivals.map(({ user, cursor }) => [user, cursor])).toEqual([
      ['Ada', undefined],
      ['Ada', 'Ada-2'],
      ['Bob', 'Ada-2'],
    ])
  })
})

describe('the poll', () => {
  test('responds to the first request at once, and then when there is more', async () => {
    const page = browser()
    await page.logIn('Ada')
    expect((await page.get('/mine/poll')).body).toEqual({ user: 'Ada', number: 1, next: 'Ada-1' })
    const second = await page.get('/mine/poll', 'since=Ada-1&every=20')
    expect(second.body).toEqual({ user: 'Ada', number: 2, next: 'Ada-2' })
    const foreign = await page.get('/mine/poll', 'since=Ada-1&every=600000', bearer('Bob'))
    expect(foreign.body).toEqual({ user: 'Bob', number: 1, next: 'Bob-1' })
  })

  test('ends when its client disconnects', async () => {
    const page = browser()
    const controller = new AbortController()
    const init = { headers: bearer('Ada'), signal: controller.signal }
    const request = fetch(page.at('/mine/poll', 'since=Ada-1&every=600000'), init).catch(() => 'left')
    await expect.poll(() => page.seen()).toMatchObject({ open: [{ way: 'poll', user: 'Ada' }] })
    controller.abort()
    expect(await request).toBe('left')
    await expect.poll(() => page.seen()).toMatchObject({ open: [] })
  })
})

test('the profile is cacheable for a minute, without a Vary for its user', async () => {
  const page = browser()
  await page.logIn('Ada')
  const { headers } = await page.get('/mine/profile')
  expect(headers.get('cache-control')).toBe('private, max-age=60')
  expect(headers.get('vary')).toBe('Origin')
  const etag = { 'If-None-Match': headers.get('etag') ?? '' }
  expect((await page.get('/mine/profile', '', etag)).status).toBe(304)
  expect((await page.get('/mine/profile', '', { ...etag, ...bearer('Bob') })).status).toBe(200)
})

test.each(['events', 'poll', 'profile'])('refuses %s without a user', async (path) => {
  const page = browser()
  expect((await page.get(`/mine/${path}`)).status).toBe(401)
  expect((await page.get(`/mine/${path}`, '', bearer('4711'))).status).toBe(401)
  expect((await page.get(`/mine/${path}`, 'session=..%3B')).status).toBe(400)
})

test('a session stores its last 500 events', async () => {
  const page = browser()
  const client = await connectTo(page.at('/mine/socket', 'user=Ada&every=600000'))
  for (let number = 1; number <= 600; number += 1) client.socket.send(String(number))
  await expect.poll(async () => (await page.seen()).log.at(-1)?.text).toBe('600')
  expect((await page.seen()).log).toHaveLength(500)
  await client.leave()
})
