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
const told = () => Object(server.state().endpoints['uploads'])
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test.each(['PUT', 'POST'])(
  'takes far more than other routes by %s, and tells what has arrived',
  async (method) => {
    const body = randomBytes(3 * MIB)
    const { status, body: answer } = await poll(at(), {
      method,
      body,
      headers: { 'Content-Type': 'image/png' },
    })
    expect(status).toBe(200)
    expect(answer).toEqual({ bytes: 3 * MIB, sha256: hashOf(body), contentType: 'image/png' })
  },
)

test('an upload of nothing is one too', async () => {
  const { body } = await poll(at(), { method: 'PUT' })
  expect(body).toEqual({ bytes: 0, sha256: hashOf(Buffer.alloc(0)), contentType: null })
})

test('a form is counted as it comes', async () => {
  const form = new FormData()
  form.append('picture', new Blob([randomBytes(1_000)]), 'knot.png')
  const { body } = await poll(at(), { method: 'POST', body: form })
  const { bytes, contentType } = Object(body)
  expect(bytes).toBeGreaterThan(1_000)
  expect(contentType).toMatch(/^multipart\/form-data; boundary=/)
})

test('what it does not read yet is with the client, not in the memory of the server', async () => {
  const sent = request(at('rate=40000000'), { method: 'PUT' })
  const answered = once(sent, 'response')
  const handedOver = new Promise((resolve) => sent.write(Buffer.alloc(32 * MIB), resolve))
  sent.end()
  await handedOver
  // The buffers of the kernel hold the rest.
  expect(told().latest.at(-1).bytes).toBeGreaterThan(8 * MIB)
  const [answer] = await answered
  expect(answer.statusCode).toBe(200)
  answer.resume()
})

test('reads no faster than it is told, and notes what a client gives up', async () => {
  const before = told()
  const target = '/uploads?rate=200000&given-up'
  const sent = request(server.url + target, { method: 'PUT', headers: { 'Content-Length': 10 * MIB } })
  sent.on('error', () => undefined)
  await new Promise((resolve) => sent.write(Buffer.alloc(MIB / 4), resolve))
  await expect.poll(() => told().latest.at(-1)).toMatchObject({ target, ended: undefined })
  expect(told().latest.at(-1).bytes).toBeLessThan(MIB / 4)
  sent.destroy()
  await server.requests.log.until((event) => event.target === target && event.type === 'aborted')
  await expect.poll(told).toMatchObject({ abandoned: before.abandoned + 1, live: 0 })
  expect(told().latest.at(-1)).toMatchObject({ target, ended: 'abandoned' })
})

test('the same over HTTP/2', async () => {
  const before = told()
  const client = connectSecurely(server)
  const whole = await client.open('/uploads', {}, 'x'.repeat(MIB))
  expect(JSON.parse(await whole.text())).toMatchObject({ bytes: MIB })
  const stream = client.session.request({ ':path': '/uploads?two', ':method': 'PUT' })
  stream.on('error', () => undefined)
  stream.write('the beginning')
  await expect.poll(() => told().latest.at(-1)).toMatchObject({ target: '/uploads?two', bytes: 13 })
  // Not close(): that would end the body in order first.
  stream.destroy()
  await expect.poll(told).toMatchObject({ abandoned: before.abandoned + 1, live: 0 })
  client.close()
})

test.each([
  ['that says so', (body: Uint8Array<ArrayBuffer>): BodyInit => body],
  ['that does not say so', (body: Uint8Array<ArrayBuffer>): BodyInit => new Blob([body]).stream()],
])('an upload of more than 64 MiB %s is refused, and hears of it', async (_, bodyOf) => {
  const refused = told().refused
  // A stream is sent by those only who say that they do not wait for the answer meanwhile; the types do not know it yet.
  const init = { method: 'PUT', body: bodyOf(new Uint8Array(64 * MIB + 1)), duplex: 'half' }
  const answer = await poll(at(), init)
  expect(answer.status).toBe(413)
  expect(membersOf(answer)).toMatchObject({ code: 'too-large' })
  expect(told().refused).toBe(refused + 1)
})

test('what a fault refuses is not received', async () => {
  const { started } = told()
  const { status } = await poll(at('fault=refuse'), { method: 'PUT', body: Buffer.alloc(MIB) })
  expect(status).toBe(503)
  expect(told().started).toBe(started)
})

test.each(['rate=0', 'rate=quick'])('%s is refused', async (query) => {
  expect((await poll(at(query), { method: 'PUT', body: 'x' })).status).toBe(400)
})
