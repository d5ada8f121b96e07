import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import { connectTo, refusalOf } from './testing/client.ts'
import { requestJson } from './testing/control.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

test('is healthy, directly and through the proxy', async () => {
  for (const url of [server.url, server.proxyUrl]) {
    expect(await requestJson(`${url}/health`)).toMatchObject({ status: 200, body: { status: 'ok' } })
  }
})

test('allows every origin', async () => {
  const { headers } = await requestJson(`${server.url}/health`)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-expose-headers')).toContain('Retry-After')
  const preflight = await fetch(`${server.url}/control/fault`, {
    method: 'OPTIONS',
    headers: {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type, x-any',
    },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type, x-any')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE')
})

test.each<[string, string, string | undefined, number, string]>([
  ['GET', '/nowhere', undefined, 404, 'not-found'],
  ['GET', '/control/faults/', undefined, 405, 'method-not-allowed'],
  ['PUT', '/health', undefined, 405, 'method-not-allowed'],
  ['GET', '/echo', undefined, 426, 'upgrade-required'],
  ['GET', '/chat/%E0%A4%A', undefined, 400, 'bad-input'],
  ['POST', '/control/fault', '{', 400, 'bad-json'],
  ['POST', '/control/fault', '[]', 400, 'bad-input'],
  ['POST', '/control/fault', '', 400, 'bad-input'],
  ['POST', '/control/fault', '{"fault":"explode"}', 400, 'bad-input'],
  ['POST', '/control/fault', '{"fault":"refuse","status":700}', 400, 'bad-input'],
  ['POST', '/control/fault', '{"fault":"refuse","retryAfter":"1\\r\\nX: y"}', 400, 'bad-input'],
  ['POST', '/control/fault', '{"fault":"refuse","count":0}', 400, 'bad-input'],
  ['POST', '/control/fault', `{"fault":"close","reason":"${'ü'.repeat(62)}"}`, 400, 'bad-input'],
  ['POST', '/control/fault', JSON.stringify({ fault: 'x'.repeat(70_000) }), 413, 'too-large'],
  ['POST', '/control/close', '{"code":"soon"}', 400, 'bad-input'],
  ['POST', '/control/close', '{"connection":"c0"}', 404, 'not-found'],
  ['POST', '/control/drop', '{"how":"softly"}', 400, 'bad-input'],
  ['POST', '/control/ticker', '{"rate":20001}', 400, 'bad-input'],
  ['POST', '/control/proxy', '{"fault":"delay"}', 400, 'bad-input'],
  ['POST', '/control/proxy', '{"fault":"reset","afterframes":1}', 400, 'bad-input'],
  ['DELETE', '/control/faults/f0', undefined, 404, 'not-found'],
  ['DELETE', '/control/proxy/p0', undefined, 404, 'not-found'],
])('%s %s %s gets the response %i', async (method, path, body, status, code) => {
  const response = await requestJson(server.url + path, method, body)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.body).toMatchObject({ status, code, detail: expect.any(String) })
})

test('a request target that is not a path gets a problem, and the server continues', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end('GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(Buffer.from(chunk))
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /)
})

test('fault rules are added, listed, used up and removed over HTTP', async () => {
  const rule = { fault: 'refuse', status: 503, retryAfter: 7, count: 1, match: '/echo?rules' }
  const added = await requestJson(`${server.url}/control/fault`, 'POST', rule)
  expect(added.status).toBe(201)
  expect((await requestJson(`${server.url}/control/faults`)).body).toEqual({ faults: [added.body] })
  expect((await refusalOf(`${server.url}/echo?rules`)).headers['retry-after']).toBe('7')
  expect((await requestJson(`${server.url}/control/faults`)).body).toEqual({ faults: [] })

  const again = await requestJson(`${server.url}/control/fault`, 'POST', { ...rule, count: 'always' })
  const id = String(Object(again.body).id)
  expect((await requestJson(`${server.url}/control/faults/${id}`, 'DELETE')).body).toEqual({ removed: 1 })
  await requestJson(`${server.url}/control/fault`, 'POST', { fault: 'stall', match: '/nowhere' })
  expect((await requestJson(`${server.url}/control/faults`, 'DELETE')).body).toEqual({ removed: 1 })
})

test('control routes close, drop and send to the selected connections', async () => {
  const chosen = await connectTo(`${server.url}/echo?who=chosen`)
  const other = await connectTo(`${server.url}/echo?who=other`)
  const command = { text: 'from the server', match: '/echo?who=chosen' }
  expect((await requestJson(`${server.url}/control/send`, 'POST', command)).body).toMatchObject({
    connections: [expect.any(String)],
  })
  expect(await chosen.next()).toBe('from the server')

  const connection = server.state().connections.find(({ target }) => target.includes('chosen'))?.id
  await requestJson(`${server.url}/control/close`, 'POST', { code: 4000, reason: 'enough', connection })
  expect(await chosen.closed).toEqual({ code: 4000, reason: 'enough' })
  expect(other.socket.readyState).toBe(other.socket.OPEN)

  await requestJson(`${server.url}/control/drop`, 'POST', { match: '/echo?who=other' })
  expect((await other.closed).code).toBe(1006)

  const last = await connectTo(`${server.url}/echo?who=last`)
  await requestJson(`${server.url}/control/drop`, 'POST', { match: '/echo?who=last', how: 'reset' })
  expect((await last.closed).code).toBe(1006)
})

test('the state contains connections, totals and attempts', async () => {
  const before = server.state().totals
  const client = await connectTo(`${server.url}/chat/state?name=ann`, ['a'])
  await client.next()
  client.socket.send('ping')
  await client.next()
  const { body } = await requestJson(`${server.url}/control/state`)
  const target = '/chat/state?name=ann'
  expect(body).toMatchObject({
    connections: [
      { endpoint: 'chat', target, protocol: 'a', sent: 1, received: 0, pings: 1, bufferedAmount: 0 },
    ],
    totals: { opened: before.opened + 1, closed: before.closed, sent: before.sent + 1 },
    endpoints: { chat: { rooms: [{ name: 'state', seq: 0, members: ['ann'] }] } },
  })
  expect(server.attempts.entries.at(-1)).toMatchObject({
    target,
    protocols: ['a'],
    outcome: 'accepted',
    status: 101,
  })
  await client.leave()
  await expect
    .poll(() => server.state().totals)
    .toMatchObject({ closed: before.closed + 1, sent: before.sent + 1 })
})

test('a port in use is an error, or another one is picked', async () => {
  const port = Number(new URL(server.url).port)
  await expect(startDemoServer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  const second = await startDemoServer({ port, proxyPort: port, whenTaken: 'pick-free' })
  expect(new Set([server.url, second.url, second.proxyUrl]).size).toBe(3)
  expect((await requestJson(`${second.proxyUrl}/health`)).status).toBe(200)
  await second.close()
})

test('listens on loopback only', async () => {
  await expect(startDemoServer({ host: '0.0.0.0' })).rejects.toThrow(RangeError)
  const six = await startDemoServer({ host: '::1' })
  expect(six.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect((await requestJson(`${six.proxyUrl}/health`)).status).toBe(200)
  await six.close()
})
