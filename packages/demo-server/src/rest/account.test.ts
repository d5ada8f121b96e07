import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { connectTo } from '../testing/client.ts'
import { requestJson } from '../testing/control.ts'
import { poll, type PollReply } from '../testing/polls.ts'
import { membersOf } from '../testing/rest.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const account = (token?: string, headers: Record<string, string> = {}): Promise<PollReply> =>
  poll(`${server.url}/account`, {
    headers: { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...headers },
  })
const refresh = async (query = ''): Promise<string> =>
  String(membersOf(await poll(`${server.url}/session/refresh?${query}`, { method: 'POST' }))['token'])
const expire = (token: string) => requestJson(`${server.url}/control/token/expire`, 'POST', { token })

test('returns the account for a good token, private and cacheable for a minute', async () => {
  const { body } = await requestJson(`${server.url}/control/token`, 'POST', { subject: 'ann' })
  const mine = await account(String(Object(body).token))
  expect(mine.body).toEqual({ subject: 'ann', email: 'ann@example.com', plan: 'trial' })
  expect(mine.headers.get('cache-control')).toBe('private, max-age=60')
  expect(mine.headers.get('vary')).toContain('Authorization')
  expect((await account('good')).body).toMatchObject({ subject: 'demo' })
  const same = await account('good', { 'If-None-Match': mine.headers.get('etag') ?? '' })
  expect(same.status).toBe(200)
})

test('refuses a request without a token, or with a bad one', async () => {
  const none = await account()
  expect(none.status).toBe(401)
  expect(none.headers.get('content-type')).toBe('application/problem+json')
  expect(none.headers.get('www-authenticate')).toBe('Bearer realm="demo"')
  expect(none.body).toMatchObject({ code: 'unauthorized' })
  expect((await account('bad')).headers.get('www-authenticate')).toBe(
    'Bearer realm="demo", error="invalid_token"',
  )
})

test('the counts show one refresh for ten requests with an expired token', async () => {
  const old = await refresh('subject=eve')
  expect((await account(old)).body).toMatchObject({ subject: 'eve' })
  expect((await expire(old)).body).toEqual({ expired: 1 })
  server.requests.forget()
  const refused = await Promise.all(Array.from({ length: 10 }, () => account(old)))
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]))
  const fresh = await refresh('subject=eve&delay=1')
  await Promise.all(Array.from({ length: 10 }, () => account(fresh)))
  expect(server.requests.counts('/account').requests).toBe(20)
  expect(server.requests.counts('/session/refresh').requests).toBe(1)
})

test('a refreshed token has a lifetime', async () => {
  const { status, headers, body } = await poll(`${server.url}/session/refresh`, { method: 'POST' })
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(body).toEqual({ token: expect.any(String), expiresIn: 60 })
})

test('a token expires after its lifetime, and its connections are closed', async () => {
  const token = await refresh('lifetime=100')
  const client = await connectTo(`${server.url}/private?token=${token}`)
  expect(await client.closed).toMatchObject({ code: 4401 })
  expect((await account(token)).status).toBe(401)
})

test.each(['lifetime=0', 'subject=', 'delay=soon'])('%s is refused', async (query) => {
  expect((await poll(`${server.url}/session/refresh?${query}`, { method: 'POST' })).status).toBe(400)
})

test('a refresh can fail', async () => {
  server.faults.add({ fault: 'refuse', status: 500, match: '/session/refresh' })
  expect((await poll(`${server.url}/session/refresh`, { method: 'POST' })).status).toBe(500)
})
