import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { heldOf, poll } from '../testing/polls.ts'
import { connectSecurely } from '../testing/secure-client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const sync = (log: string, client: string, rest = ''): string =>
  `${server.url}/poll/matrix/sync?log=${log}&client=${client}&${rest}`
const HELD = 'since=s0_demo&timeout=30000'
const logView = (log: string) => server.state().polls.logs[log]
const publish = (log: string, body: string, type: string) =>
  poll(`${server.url}/poll/log/${log}`, { method: 'POST', body, headers: { 'Content-Type': type } })

test('all dialects read the same log', async () => {
  server.polls.publish('same', 'one for all')
  const texts = await Promise.all(
    [
      'matrix/sync?log=same',
      'telegram/getUpdates?log=same',
      'couch/same/_changes',
      'nchan/same',
      'consul/v1/kv/same',
    ].map((path) => fetch(`${server.url}/poll/${path}`).then((response) => response.text())),
  )
  const [consul = ''] = texts.slice(-1)
  for (const text of texts.slice(0, -1)) expect(text).toContain('one for all')
  expect(Buffer.from(JSON.parse(consul)[0].Value, 'base64').toString()).toContain('one for all')
})

test('publishes a plain text, a JSON text, or a list of texts', async () => {
  const plain = await publish('post', '["not", "a list"]', 'text/plain')
  expect(plain.status).toBe(201)
  expect(plain.body).toEqual({ log: 'post', first: 1, last: 1 })
  expect((await publish('post', '["a","b"]', 'application/json')).body).toEqual({
    log: 'post',
    first: 2,
    last: 3,
  })
  expect((await publish('post', '"c"', 'application/json; charset=utf-8')).body).toMatchObject({ last: 4 })
  const { text } = await poll(sync('post', 'post'))
  for (const message of ['[\\"not\\", \\"a list\\"]', '"a"', '"b"', '"c"']) expect(text).toContain(message)
})

test.each([
  ['', 'text/plain', 'bad-input'],
  ['[]', 'application/json', 'bad-input'],
  ['[1]', 'application/json', 'bad-input'],
  ['{"text":"a"}', 'application/json', 'bad-input'],
  ['["a",""]', 'application/json', 'bad-input'],
  ['[', 'application/json', 'bad-json'],
])('refuses to publish %s as %s', async (body, type, code) => {
  const response = await publish('nothing', body, type)
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.body).toMatchObject({ code })
  expect(logView('nothing')).toBeUndefined()
})

test('a list has a maximum size, and is published completely or not at all', () => {
  const limit = 10_000
  const burst = (length: number, text = 'x'): readonly string[] => Array.from({ length }, () => text)
  expect(() => server.polls.publish('burst', burst(limit + 1))).toThrow('1 to 10000 items')
  expect(() => server.polls.publish('burst', 'x'.repeat(65_537))).toThrow('1 to 65536 characters')
  expect(() => server.polls.publish('', 'x')).toThrow('"log"')
  expect(logView('burst')).toBeUndefined()
  expect(server.polls.publish('burst', burst(limit))).toEqual({ log: 'burst', first: 1, last: limit })
  expect(server.polls.publish('burst', 'x')).toEqual({ log: 'burst', first: limit + 1, last: limit + 1 })
  expect(logView('burst')).toEqual({ published: limit + 1, stored: limit, waiting: 0 })
  server.polls.publish('burst', burst(300, 'x'.repeat(65_536)))
  expect(logView('burst')).toMatchObject({ published: limit + 301, stored: 256 })
})

test('counts the requests, the messages and the bytes of each client', async () => {
  const before = server.polls.counts()
  server.polls.publish('counted', ['a', 'b'])
  const first = await poll(sync('counted', 'counted'))
  const second = await poll(sync('counted', 'counted', 'since=s2'))
  await poll(sync('counted', 'counted', 'since=wrong'))
  const bytes = Buffer.byteLength(first.text) + Buffer.byteLength(second.text)
  const counts = { requests: 3, inFlight: 0, mostInFlight: 1, bytes, messages: 2 }
  await expect.poll(() => server.polls.counts('counted')).toEqual(counts)
  expect(server.state().polls.clients['counted']).toEqual(counts)
  expect(server.polls.counts()).toMatchObject({
    requests: before.requests + 3,
    bytes: before.bytes + bytes,
    messages: before.messages + 2,
  })
  expect(server.polls.counts('nobody').requests).toBe(0)
})

test('reads the name of a client from a header', async () => {
  await fetch(`${server.url}/poll/matrix/sync`, { headers: { 'X-Client': 'by-header' } })
  await fetch(`${server.url}/poll/matrix/sync?client=by-query`, { headers: { 'X-Client': 'by-header' } })
  expect(server.polls.counts('by-header').requests).toBe(1)
  expect(server.polls.counts('by-query').requests).toBe(1)
  const { status, body } = await poll(`${server.url}/poll/matrix/sync?client=`)
  expect([status, Object(body).field]).toEqual([400, 'client'])
})

test('counts the requests in flight at the same time', async () => {
  const responses = [1, 2, 3].map(() => poll(sync('three', 'three', HELD)))
  await heldOf(server, 'three', 3)
  expect(server.polls.counts('three')).toMatchObject({ inFlight: 3, mostInFlight: 3 })
  expect(logView('three')).toMatchObject({ waiting: 3 })
  server.polls.publish('three', 'a')
  await Promise.all(responses)
  await expect
    .poll(() => server.polls.counts('three'))
    .toMatchObject({ inFlight: 0, mostInFlight: 3, messages: 3 })
  expect(logView('three')).toMatchObject({ waiting: 0 })
})

test('sequential requests are never in flight at the same time', async () => {
  for (let seq = 0; seq < 200; seq += 1) {
    server.polls.publish('chain', 'x')
    await poll(sync('chain', 'chain', `since=s${seq}&timeout=30000`))
  }
  await expect
    .poll(() => server.polls.counts('chain'))
    .toMatchObject({ requests: 200, mostInFlight: 1, messages: 200 })
})

test('removes the listener of a client that disconnects', async () => {
  const controller = new AbortController()
  const url = sync('left', 'left', HELD)
  const given = fetch(url, { signal: controller.signal }).catch((error: unknown) => error)
  await heldOf(server, 'left')
  controller.abort()
  const { request } = await server.polls.log.until(({ type, client }) => type === 'left' && client === 'left')
  expect(request).toBeGreaterThan(0)
  await given
  expect(server.polls.counts('left')).toMatchObject({ requests: 1, inFlight: 0, messages: 0 })
  expect(logView('left')).toMatchObject({ waiting: 0 })
  const { status } = await server.attempts.until(({ target }) => server.url + target === url)
  expect(status).toBe(0)
})

test('the control route returns the same counts as the state, and the log', async () => {
  server.polls.publish('control', 'a')
  await poll(sync('control', 'control'))
  const { body } = await requestJson(`${server.url}/control/polls`)
  const { log, ...view } = Object(body)
  expect(view).toEqual(server.state().polls)
  expect(log.slice(-2)).toMatchObject([
    { type: 'arrived', client: 'control' },
    { type: 'answered', client: 'control', status: 200, messages: 1 },
  ])
  expect(Object((await requestJson(`${server.url}/control/state`)).body).polls).toEqual(view)
})

test('requires a token with auth=1', async () => {
  const url = sync('auth', 'auth', 'auth=1')
  const refused = await poll(url)
  expect([refused.status, Object(refused.body).code]).toEqual([401, 'unauthorized'])
  expect((await poll(url, { headers: { Authorization: 'Bearer good' } })).status).toBe(200)
})

test('works over HTTP/2', async () => {
  const client = connectSecurely(server)
  const response = client.open(`/poll/nchan/secure?client=secure`)
  await heldOf(server, 'secure')
  server.polls.publish('secure', 'a')
  expect(await (await response).text()).toBe('a')
  const given = client.open(`/poll/nchan/secure?client=gone&first=newest`).catch((error: unknown) => error)
  await heldOf(server, 'gone')
  client.close()
  await server.polls.log.until(({ type, client: name }) => type === 'left' && name === 'gone')
  expect(server.polls.counts('gone').inFlight).toBe(0)
  void given
})

test('pages of other origins may send the validators, and read the cursors', async () => {
  const headers = {
    Origin: 'http://localhost:6006',
    'Access-Control-Request-Method': 'GET',
    'Access-Control-Request-Headers': 'if-modified-since,if-none-match,x-client',
  }
  const preflight = await fetch(`${server.url}/poll/nchan/cors`, { method: 'OPTIONS', headers })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toBe(
    'if-modified-since, if-none-match, x-client',
  )
  const response = await fetch(`${server.url}/poll/consul/v1/kv/cors`, {
    headers: { Origin: headers.Origin },
  })
  expect(response.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
    expect.arrayContaining(['ETag', 'Last-Modified', 'X-Consul-Index']),
  )
})

test('closing the server ends held requests', async () => {
  const closing = await startDemoServer()
  const held = fetch(`${closing.url}/poll/nchan/closing?client=closing`).catch(() => 'ended')
  await heldOf(closing, 'closing')
  await closing.close()
  expect(await held).toBe('ended')
  await closing.polls.log.until(({ type }) => type === 'left')
  expect(closing.polls.counts()).toMatchObject({ inFlight: 0 })
})
