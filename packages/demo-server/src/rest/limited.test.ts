import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  // Only the clock is mocked, because the sockets need their timers.
  vi.useFakeTimers({ toFake: ['Date'] })
  server = await startDemoServer()
})
afterAll(async () => {
  vi.useRealTimers()
  await server.close()
})

const get = (query: string) => poll(`${server.url}/limited?${query}`)

test('accepts a number of requests, and refuses the next one with Retry-After', async () => {
  const query = 'client=ann&limit=3&window=2500'
  for (const remaining of [2, 1, 0]) expect((await get(query)).body).toEqual({ limit: 3, remaining })
  vi.advanceTimersByTime(400)
  const refused = await get(query)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(refused.headers.get('retry-after')).toBe('3')
  expect(refused.body).toMatchObject({ code: 'rate-limited' })
  vi.advanceTimersByTime(2_100)
  expect((await get(query)).body).toEqual({ limit: 3, remaining: 2 })
})

test('a date in Retry-After is never too early', async () => {
  vi.setSystemTime(Date.UTC(2026, 5, 1, 12, 0, 0, 200))
  const query = 'client=bob&limit=1&window=2000&date=1'
  await get(query)
  const { headers } = await get(query)
  expect(headers.get('retry-after')).toBe('Mon, 01 Jun 2026 12:00:03 GMT')
  vi.setSystemTime(Date.UTC(2026, 5, 1, 12, 0, 3))
  expect((await get(query)).status).toBe(200)
})

test('each client has its own window', async () => {
  await get('client=eve&limit=1')
  expect((await get('client=eve&limit=1')).status).toBe(429)
  expect((await get('client=kim&limit=1')).status).toBe(200)
  expect((await get('client=kim&limit=0')).status).toBe(429)
})

test.each(['limit=-1', 'window=0', 'client=', 'date=maybe'])('%s is refused', async (query) => {
  expect((await get(query)).status).toBe(400)
})
