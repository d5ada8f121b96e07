import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'
import { membersOf } from '../testing/rest.ts'
import { connectSecurely } from '../testing/secure-client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const MIB = 1024 * 1024
const at = (query = ''): string => `${server.url}/uploads?${query}`
const endpointState = () => Object(server.state().endpoints['uploads'])
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test.each(['PUT', 'POST'])(
  'accepts a large body by %s, and responds with its size and hash',
  async (method) => {
    const body = randomBytes(3 * MIB)
    const { status, body: response } = await poll(at(), {
      method,
      body,
      headers: { 'Content-Type': 'image/png' },
    })
    expect(status).toBe(200)
    expect(response).toEqual({ bytes: 3 * MIB, sha256: hashOf(body), contentType: 'image/png' })
  },
)

test('accepts an empty upload', async () => {
  const { body } = await poll(at(), { method: 'PUT' })
  expect(body).toEqual({ bytes: 0, sha256: hashOf(Buffer.alloc(0)), contentType: null })
})

test('counts the bytes of a form', async () => {
  const form = new FormData()
  form.append('picture', new Blob([randomBytes(1_000)]), 'knot.png')
  const { body } = await poll(at(), { method: 'POST', body: form })
  const { bytes, contentType } = Object(body)
  expect(bytes).toBeGreaterThan(1_000)
  expect(contentType).toMatch(/^multipart\/form-data; boundary=/)
})

test('a slow reader keeps unread data at the client, not in the memory of the server', async () => {
  const sent = request(at('rate=40000000'), { method: 'PUT' })
  const responded = once(sent, 'response')
  const handedOver = new Promise((resolve) => sent.write(Buffer.alloc(32 * MIB), resolve))
  sent.end()
  await handedOver
  // The rest is in the buffers of the kernel.
  expect(endpointState().latest.at(-1).bytes).toBeGreaterThan(8 * MIB)
  const [response] = await responded
  expect(response.statusCode).toBe(200)
  response.resume()
})

test('reads no faster than it is endpointState, and notes what a client gives up', async () => {
  const before = endpointState()
  const target = '/uploads?rate=100000&given-up'
  const sent = request(server.url + target, { method: 'PUT', headers: { 'Content-Length': 10 * MIB } })
  sent.on('error', () => undefined)
  await new Promise((resolve) => sent.write(Buffer.alloc(MIB / 4), resolve))
  await expect.poll(() => endpointState().latest.at(-1)).toMatchObject({ target, ended: undefined })
  expect(endpointState().latest.at(-1).bytes).toBeLessThan(MIB / 4)
  sent.destroy()
  await server.requests.log.until((event) => event.target === target && event.type === 'aborted')
  await expect.poll(endpointState).toMatchObject({ abandoned: before.abandoned + 1, live: 0 })
  expect(endpointState().latest.at(-1)).toMatchObject({ target, ended: 'abandoned' })
})

test('works over HTTP/2', async () => {
  const before = endpointState()
  const client = connectSecurely(server)
  const whole = await client.open('/uploads', {}, 'x'.repeat(MIB))
  expect(JSON.parse(await whole.text())).toMatchObject({ bytes: MIB })
  const stream = client.session.request({ ':path': '/uploads?two', ':method': 'PUT' })
  stream.on('error', () => undefined)
  stream.write('the beginning')
  await expect.poll(() => endpointState().latest.at(-1)).toMatchObject({ target: '/uploads?two', bytes: 13 })
  // Not close(), because that would end the body normally first.
  stream.destroy()
  await expect.poll(endpointState).toMatchObject({ abandoned: before.abandoned + 1, live: 0 })
  client.close()
})

test.each([
  ['with Content-Length', (body: Uint8Array<ArrayBuffer>): BodyInit => body],
  ['without Content-Length', (body: Uint8Array<ArrayBuffer>): BodyInit => new Blob([body]).stream()],
])('responds with 413 to an upload of more than 64 MiB %s', async (_, bodyOf) => {
  const refused = endpointState().refused
  // `fetch` requires `duplex: 'half'` for a stream. The types do not have it yet.
  const init = { method: 'PUT', body: bodyOf(new Uint8Array(64 * MIB + 1)), duplex: 'half' }
  const response = await poll(at(), init)
  expect(response.status).toBe(413)
  expect(membersOf(response)).toMatchObject({ code: 'too-large' })
  expect(endpointState().refused).toBe(refused + 1)
})

test('does not receive an upload that a fault refuses', async () => {
  const { started } = endpointState()
  const { status } = await poll(at('fault=refuse'), { method: 'PUT', body: Buffer.alloc(MIB) })
  expect(status).toBe(503)
  expect(endpointState().started).toBe(started)
})

test.each(['rate=0', 'rate=quick'])('%s is refused', async (query) => {
  expect((await poll(at(query), { method: 'PUT', body: 'x' })).status).toBe(400)
})
