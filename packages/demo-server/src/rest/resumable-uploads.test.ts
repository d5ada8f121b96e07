import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

async function begin(length: number): Promise<string> {
  const { status, headers } = await poll(`${server.url}/files`, {
    method: 'POST',
    headers: { 'Upload-Length': `${length}` },
  })
  expect(status).toBe(201)
  return new URL(headers.get('location') ?? '', server.url).href
}

const append = (url: string, offset: number, body: Buffer<ArrayBuffer>) =>
  poll(url, { method: 'PATCH', body, headers: { 'Upload-Offset': `${offset}` } })

const offsetOf = async (url: string): Promise<number> =>
  Number((await poll(url, { method: 'HEAD' })).headers.get('upload-offset'))

test('adds parts, refuses another offset, and returns the hash of the whole', async () => {
  const file = randomBytes(3_000)
  const url = await begin(file.length)
  const first = await append(url, 0, file.subarray(0, 2_000))
  expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '2000'])
  expect((await append(url, 0, file.subarray(0, 2_000))).status).toBe(409)
  expect(await offsetOf(url)).toBe(2_000)
  await append(url, 2_000, file.subarray(2_000))
  const sha256 = createHash('sha256').update(file).digest('hex')
  expect((await poll(url)).body).toEqual({ bytes: 3_000, length: 3_000, sha256 })
})

test('keeps the bytes of a request that broke off', async () => {
  const url = await begin(3_000)
  const sent = request(url, { method: 'PATCH', headers: { 'Upload-Offset': '0', 'Content-Length': 3_000 } })
  sent.on('error', () => undefined)
  await new Promise((resolve) => sent.write(Buffer.alloc(1_000), resolve))
  await expect.poll(() => offsetOf(url)).toBe(1_000)
  const closed = new Promise((resolve) => sent.on('close', resolve))
  sent.destroy()
  await closed
  expect((await append(url, 1_000, Buffer.alloc(2_000))).status).toBe(204)
})

test.each([
  ['an unknown upload', 'HEAD', '/files/unknown', {}, 404],
  ['an upload without a length', 'POST', '/files', {}, 400],
  ['an upload that is too long', 'POST', '/files', { 'Upload-Length': '999999999' }, 413],
])('refuses %s', async (_, method, path, headers, status) => {
  expect((await poll(server.url + path, { method, headers })).status).toBe(status)
})
