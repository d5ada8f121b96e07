import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from './demo-server.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const ORIGIN = 'http://localhost:6006'

const preflight = (path: string, headers: string, method = 'GET'): Promise<Response> =>
  fetch(server.url + path, {
    method: 'OPTIONS',
    headers: {
      Origin: ORIGIN,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': headers,
    },
  })

test('names the origin, so that a request may have credentials', async () => {
  const { headers } = await fetch(`${server.url}/health`, { headers: { Origin: ORIGIN } })
  expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
  expect(headers.get('access-control-allow-credentials')).toBe('true')
  expect(headers.get('vary')).toBe('Origin')
})

test('allows no credentials without an origin', async () => {
  const { headers } = await fetch(`${server.url}/health`)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-allow-credentials')).toBeNull()
})

test('a page may read the headers of resources', async () => {
  const { headers } = await fetch(`${server.url}/users`, { headers: { Origin: ORIGIN } })
  const exposed = headers.get('access-control-expose-headers')?.split(', ')
  const wanted = [
    'ETag',
    'Location',
    'Link',
    'Retry-After',
    'Age',
    'Date',
    'Last-Modified',
    'WWW-Authenticate',
  ]
  expect(exposed).toEqual(expect.arrayContaining(wanted))
})

test('allows every header that a stream needs', async () => {
  const wanted = 'authorization, content-type, idempotency-key, last-event-id'
  const { status, headers } = await preflight('/v1/chat/completions', wanted, 'POST')
  expect(status).toBe(204)
  expect(headers.get('access-control-allow-headers')).toBe(wanted)
  expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
  expect(headers.get('access-control-allow-credentials')).toBe('true')
})

test.each([
  ['last-event-id', ''],
  ['Authorization, Last-Event-ID', 'authorization'],
])('a strict server does not allow Last-Event-ID: %s', async (requested, allowed) => {
  const { headers } = await preflight('/news?cors=strict', requested)
  expect(headers.get('access-control-allow-headers')).toBe(allowed)
})

test('counts preflights, and lists their requests', async () => {
  const { count } = server.state().preflights
  await preflight('/news?counted', 'Last-Event-ID')
  await fetch(`${server.url}/news?counted&count=1`, { headers: { Origin: ORIGIN } })
  const { preflights } = server.state()
  expect(preflights.count).toBe(count + 1)
  expect(preflights.latest.at(-1)).toEqual({
    at: expect.any(Number),
    target: '/news?counted',
    method: 'GET',
    headers: ['last-event-id'],
  })
})

test('a fault never applies to a preflight, and the rule is not used up', async () => {
  server.faults.add({ fault: 'refuse', match: '/news' })
  expect((await preflight('/news?fault=refuse', 'last-event-id')).status).toBe(204)
  expect(server.faults.clear()).toBe(1)
})
