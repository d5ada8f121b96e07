import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['FR;q=0.5, en;q=0.4', 'fr'],
  ['en;q=0.2, fr;q=0.9', 'fr'],
  ['es, de;q=0.1', 'de'],
  ['de;q=0, fr;q=0.1', 'fr'],
  ['es', 'en'],
  ['*', 'en'],
  ['', 'en'],
])('for Accept-Language %s responds in %s', async (header, language) => {
  const { headers, body } = await poll(`${server.url}/vary`, { headers: { 'Accept-Language': header } })
  expect(body).toMatchObject({ language })
  expect(headers.get('content-language')).toBe(language)
  expect(headers.get('vary')).toBe('Origin, Accept-Language')
  expect(headers.get('cache-control')).toBe('max-age=60')
})

test('each language has its own ETag', async () => {
  const german = { 'Accept-Language': 'de' }
  const etag = (await poll(`${server.url}/vary`, { headers: german })).headers.get('etag') ?? ''
  const request = (headers: Record<string, string>) =>
    poll(`${server.url}/vary?cache=no-cache`, { headers: { ...headers, 'If-None-Match': etag } })
  const same = await request(german)
  expect([same.status, same.headers.get('vary')]).toEqual([304, 'Origin, Accept-Language'])
  expect((await request({ 'Accept-Language': 'fr' })).status).toBe(200)
})
