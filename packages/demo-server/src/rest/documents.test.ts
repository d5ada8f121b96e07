import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'
import { connectSecurely } from '../testing/secure-client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  poll(`${server.url}/documents/${path}`, { headers })

test.each([2, 3, 100, 1_000, 65_536, 4_194_304])(
  'a document of %i bytes has this size, and is JSON',
  async (bytes) => {
    const { headers, text, body } = await get(String(bytes))
    expect(Buffer.byteLength(text)).toBe(bytes)
    expect(headers.get('content-length')).toBe(String(bytes))
    expect(headers.get('content-type')).toBe('application/json')
    expect(Array.isArray(body)).toBe(true)
    expect((await get(String(bytes))).text).toBe(text)
  },
)

test('revalidates by ETag, or else by date', async () => {
  const { headers } = await get('500')
  const etag = headers.get('etag') ?? ''
  const modified = headers.get('last-modified') ?? ''
  const statusOf = async (conditions: Record<string, string>) => (await get('500', conditions)).status
  expect(await statusOf({ 'If-None-Match': etag })).toBe(304)
  expect(await statusOf({ 'If-Modified-Since': modified })).toBe(304)
  expect(await statusOf({ 'If-Modified-Since': 'Sun, 05 Jan 2025 08:00:00 GMT' })).toBe(200)
  expect(await statusOf({ 'If-Modified-Since': 'yesterday' })).toBe(200)
  // With an ETag the date is ignored.
  expect(await statusOf({ 'If-None-Match': '"other"', 'If-Modified-Since': modified })).toBe(200)
  const same = await get('500', { 'If-None-Match': etag })
  expect([same.headers.get('last-modified'), same.headers.get('content-type')]).toEqual([modified, null])
})

test('has the requested ETag and Cache-Control', async () => {
  const { headers } = await get('10?etag=v1&cache=immutable,%20max-age=9')
  expect([headers.get('etag'), headers.get('cache-control')]).toEqual(['"v1"', 'immutable, max-age=9'])
  expect((await get('10')).headers.get('cache-control')).toBe('no-cache')
  expect((await get('10?etag=v1', { 'If-None-Match': '"v1"' })).status).toBe(304)
})

test('a gzipped document has the same content and another ETag', async () => {
  const plain = await get('50000')
  const packed = await get('50000?gzip=1')
  expect(packed.text).toBe(plain.text)
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'))
  const client = connectSecurely(server)
  const raw = await client.open('/documents/50000?gzip=1')
  const chunks: Buffer[] = []
  for await (const chunk of raw.stream) chunks.push(Buffer.from(chunk))
  expect(Number(raw.headers['content-length'])).toBe(Buffer.concat(chunks).length)
  expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(plain.text)
  client.close()
})

test.each(['1', '4194305', 'many', '10?etag=%22', '10?etag=a%20b', '10?gzip=maybe'])(
  '%s is refused',
  async (path) => {
    expect((await get(path)).status).toBe(400)
  },
)
