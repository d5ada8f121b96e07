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

test('an origin is named, so that credentials may come along', async () => {
  const { headers } = await fetch(`${server.url}/health`, { headers: { Origin: ORIGIN } })
  expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
  expect(headers.get('access-control-allow-credentials')).toBe('true')
  expect(headers.get('vary')).toBe('Origin')
})

test('without an origin there is nothing to be let in', async () => {
  const { headers } = await fetch(`${server.url}/health`)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-allow-credentials')).toBeNull()
})

test('a page may read what the answers of resources say', async () => {
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

test('lets every header through that a stream needs', async () => {
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
])('a strict server does not know Last-Event-ID: %s', async (asked, allowed) => {
  const { headers } = await preflight('/news?cors=strict', asked)
  expect(headers.get('access-control-allow-headers')).toBe(allowed)
})

test('counts who asked, and what for', async () => {
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

test('a preflight is never struck by a fault, and uses up no rule', async () => {
  server.faults.add({ fault: 'refuse', match: '/news' })
  expect((await preflight('/news?fault=refuse', 'last-event-id')).status).toBe(204)
  expect(server.faults.clear()).toBe(1)
})
