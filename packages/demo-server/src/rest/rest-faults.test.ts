import { connect } from 'node:net'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { connectTo } from '../testing/client.ts'
import { requestJson } from '../testing/control.ts'
import { poll } from '../testing/polls.ts'
import { membersOf, sendJson } from '../testing/rest.ts'
import { connectSecurely } from '../testing/secure-client.ts'
import { openStream } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterEach(() => void server.faults.clear())
afterAll(() => server.close())

const get = (target: string) => poll(server.url + target)
const outcomesOf = (target: string): unknown =>
  server.attempts.entries
    .filter((attempt) => attempt.target === target)
    .map(({ outcome, status }) => [outcome, status])

/** All bytes of the response, up to the end of the connection. */
async function onTheWire(target: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString('latin1')))
  await once(socket, 'close')
  return text
}

const resources = ['/users', '/users/1', '/documents/100', '/vary', '/status/200', '/limited', '/account']

test.each(resources)('a rule refuses %s as often as its count', async (target) => {
  server.faults.add({ fault: 'refuse', status: 503, retryAfter: 2, count: 2, match: target })
  for (const _ of [1, 2]) {
    const { status, headers } = await get(target)
    expect([status, headers.get('retry-after')]).toEqual([503, '2'])
  }
  expect((await get(target)).status).not.toBe(503)
  expect(server.faults.list()).toEqual([])
})

test('does not handle a refused request', async () => {
  const { total } = Object(server.state().endpoints['users'])
  const person = { name: 'Refused', email: 'refused@example.org', role: 'viewer' }
  const { status } = await sendJson(`${server.url}/users?fault=refuse`, 'POST', person)
  expect(status).toBe(503)
  expect(Object(server.state().endpoints['users'])).toEqual({ total })
})

test('logs a request with its outcome', async () => {
  const at = (query: string): string => `/status/404?noted&${query}`
  await get(at(''))
  await get(at('fault=bom'))
  await get(at('fault=nonsense'))
  await get(at('delay=-1'))
  expect(outcomesOf(at(''))).toEqual([['refused', 404]])
  expect(outcomesOf(at('fault=bom'))).toEqual([['bom', 404]])
  expect(outcomesOf(at('fault=nonsense'))).toEqual([['refused', 400]])
  expect(outcomesOf(at('delay=-1'))).toEqual([['refused', 400]])
})

test('captive-portal: responds with an HTML page', async () => {
  const { status, headers, text } = await get('/users?fault=captive-portal')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html'])
  expect(text).toMatch(/^<!doctype html>/)
})

test('wrong-type: responds with other JSON', async () => {
  const { status, body } = await get('/users?fault=wrong-type')
  expect(status).toBe(200)
  expect(Object.keys(Object(body))).toEqual(['title'])
})

test('lie: responds with HTML labelled as JSON', async () => {
  const { status, headers, text } = await get('/users?fault=lie')
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(() => JSON.parse(text)).toThrow(SyntaxError)
})

test('truncate: ends in the middle of the JSON, without an error', async () => {
  const whole = await get('/users')
  const half = await get('/users?fault=truncate')
  expect(half.status).toBe(200)
  expect(whole.text.startsWith(half.text)).toBe(true)
  expect(() => JSON.parse(half.text)).toThrow(SyntaxError)
  expect((await get('/users?fault=truncate&fault-after-bytes=7')).text).toBe('{"items')
})

test('cut: ends the connection in the middle of the body', async () => {
  await expect(get('/users?fault=cut&fault-after-bytes=10')).rejects.toThrow('terminated')
  expect(await onTheWire('/users?fault=cut&fault-after-bytes=10')).toMatch(/\r\n\r\na\r\n\{"items":\[\r\n$/)
})

test('stall: sends no response; silence: sends only the head', async () => {
  const stalled = fetch(`${server.url}/users?fault=stall&never`, { signal: AbortSignal.timeout(200) })
  await expect(stalled).rejects.toThrow('timeout')
  const silent = await openStream(`${server.url}/users?fault=silence`)
  expect(silent.response.status).toBe(200)
  silent.leave()
  await server.requests.log.until(({ type, target }) => type === 'aborted' && target.includes('silence'))
})

test.each(['reset', 'lose'])('%s: sends no response', async (fault) => {
  await expect(get(`/users?fault=${fault}`)).rejects.toThrow('fetch failed')
  expect(outcomesOf(`/users?fault=${fault}`)).toEqual([[fault, 0]])
})

test('lose: handles the request', async () => {
  const target = `${server.url}/users/2?fault=lose`
  await expect(sendJson(target, 'PATCH', { city: 'Done' })).rejects.toThrow('fetch failed')
  expect(membersOf(await get('/users/2'))).toMatchObject({ city: 'Done' })
})

test('slow: sends the body in pieces, with its Content-Length', async () => {
  const stream = await openStream(`${server.url}/documents/1000?fault=slow&fault-bytes-per-second=4000`)
  expect(stream.response.headers.get('content-length')).toBe('1000')
  expect((await stream.nextChunk())?.length).toBeLessThan(1_000)
  expect((await stream.rest()).length).toBe(1_000)
})

test('slow: stops when the client aborts', async () => {
  const stream = await openStream(`${server.url}/documents/100000?fault=slow&fault-bytes-per-second=1`)
  expect((await stream.nextChunk())?.length).toBe(1)
  stream.leave()
  await server.requests.log.until(({ type, target }) => type === 'aborted' && target.includes('slow'))
})

test.each(['delay&fault-ms=1', 'one-byte', 'gzip'])('%s does not change the content', async (fault) => {
  const bent = await get(`/users?fault=${fault}`)
  expect([bent.status, bent.body]).toEqual([200, (await get('/users')).body])
})

test('bom: sends a byte order mark before the JSON', async () => {
  const bytes = await (await fetch(`${server.url}/users?fault=bom`)).arrayBuffer()
  expect([...new Uint8Array(bytes).subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x7b])
})

test('a fault of the body does not apply to a response without a body', async () => {
  for (const fault of ['bom', 'cut', 'slow', 'truncate', 'lie', 'silence']) {
    const head = await poll(`${server.url}/users?fault=${fault}`, { method: 'HEAD' })
    expect([fault, head.status, head.text]).toEqual([fault, 200, ''])
  }
})

test('a problem can be delayed and changed by a fault', async () => {
  expect((await get('/users/0?fault=truncate&fault-after-bytes=1&delay=1')).text).toBe('{')
  await expect(get('/status/404?fault=lose')).rejects.toThrow('fetch failed')
})

test.each(['mute', 'accept-then-drop', 'empty', 'hold-longer&fault-ms=1'])(
  '%s does not apply to a resource',
  async (fault) => {
    expect((await get(`/users?fault=${fault}`)).body).toMatchObject({ status: 400, field: 'fault' })
  },
)

test.each(['lie', 'slow', 'truncate'])(
  '%s is for resources: other requests do not use it up',
  async (fault) => {
    expect((await requestJson(`${server.url}/control/fault`, 'POST', { fault })).status).toBe(201)
    const client = await connectTo(`${server.url}/echo`)
    await client.leave()
    expect((await get('/news?count=1&rate=1000')).status).toBe(200)
    expect((await get('/poll/couch/faults/_changes?feed=normal')).status).toBe(200)
    expect(server.faults.list()).toHaveLength(1)
    await get('/vary')
    expect(server.faults.list()).toEqual([])
  },
)

test('applies faults over HTTP/2 too', async () => {
  const client = connectSecurely(server)
  const refused = await client.open('/users?fault=refuse&fault-status=429&fault-retry-after=3')
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3'])
  await expect(client.open('/users?fault=lose')).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
  const cut = await client.open('/users?fault=cut&fault-after-bytes=10')
  await expect(cut.text()).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
  expect(await (await client.open('/users?fault=truncate&fault-after-bytes=7')).text()).toBe('{"items')
  const head = await client.open('/users', { ':method': 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  client.close()
})
