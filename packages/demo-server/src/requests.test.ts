import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import { requestJson } from './testing/control.ts'
import { poll } from './testing/polls.ts'
import { sendJson } from './testing/rest.ts'
import { connectSecurely } from './testing/secure-client.ts'
import { openStream } from './testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
beforeEach(() => void server.requests.forget())
afterAll(() => server.close())

const get = (target: string, headers: Record<string, string> = {}) => poll(server.url + target, { headers })
const none = { requests: 0, conditional: 0, notModified: 0, aborted: 0, inFlight: 0 }

test('counts the requests for each method and path', async () => {
  await Promise.all([get('/users?q=a'), get('/users?q=b'), get('/users/1'), get('/nowhere')])
  await sendJson(`${server.url}/users/1`, 'PATCH', {})
  const { body } = await requestJson(`${server.url}/control/requests?match=/users`)
  expect(body).toEqual({
    total: { ...none, requests: 4 },
    paths: expect.arrayContaining([
      { method: 'GET', path: '/users', ...none, requests: 2 },
      { method: 'GET', path: '/users/1', ...none, requests: 1 },
      { method: 'PATCH', path: '/users/1', ...none, requests: 1 },
    ]),
  })
  expect(server.requests.counts('/users?q=a')).toEqual({ ...none, requests: 1 })
  expect(server.requests.counts().requests).toBe(5)
})

test('counts conditional requests and 304 responses', async () => {
  const etag = (await get('/users')).headers.get('etag') ?? ''
  await get('/users', { 'If-None-Match': etag })
  await get('/users', { 'If-None-Match': '"other"' })
  await get('/documents/10', { 'If-Modified-Since': new Date().toUTCString() })
  expect(server.requests.counts('/users')).toEqual({ ...none, requests: 3, conditional: 2, notModified: 1 })
  expect(server.requests.counts()).toEqual({ ...none, requests: 4, conditional: 3, notModified: 2 })
})

test('distinguishes a client that aborts from a server that aborts', async () => {
  const stream = await openStream(`${server.url}/news?rate=1000&leaving`)
  expect(server.requests.counts('/news')).toMatchObject({ inFlight: 1, aborted: 0 })
  stream.leave()
  await server.requests.log.until(({ type, target }) => type === 'aborted' && target.endsWith('leaving'))
  await expect(get('/users?fault=reset')).rejects.toThrow('fetch failed')
  await server.requests.log.until(({ type, target }) => type === 'broken-off' && target.endsWith('reset'))
  expect(server.requests.counts('/news')).toEqual({ ...none, requests: 1, aborted: 1 })
  expect(server.requests.counts('/users')).toEqual({ ...none, requests: 1 })
})

test('counts over HTTP/2 too', async () => {
  const client = connectSecurely(server)
  await (await client.open('/users')).text()
  const left = await client.open('/news?rate=1000')
  left.stream.close(8)
  await expect(client.open('/users?fault=reset')).rejects.toThrow('Stream closed')
  await server.requests.log.until(({ type, target }) => type === 'aborted' && target === '/news?rate=1000')
  await expect.poll(() => server.requests.counts('/users')).toEqual({ ...none, requests: 2 })
  expect(server.requests.counts('/news')).toEqual({ ...none, requests: 1, aborted: 1 })
  client.close()
})

test('does not count control requests and preflights', async () => {
  await requestJson(`${server.url}/control/state`)
  await fetch(`${server.url}/users`, { method: 'OPTIONS' })
  expect(server.requests.counts()).toEqual(none)
})

test('resets the counts, and returns the number of requests', async () => {
  await Promise.all([get('/users'), get('/users'), get('/health')])
  expect((await requestJson(`${server.url}/control/requests`, 'DELETE')).body).toEqual({ forgotten: 3 })
  expect((await requestJson(`${server.url}/control/requests`)).body).toEqual({ total: none, paths: [] })
})

test('logs each event of a request', async () => {
  await get('/status/404?steps')
  const steps = server.requests.log.entries.filter(({ target }) => target === '/status/404?steps')
  expect(steps).toMatchObject([
    { type: 'arrived', method: 'GET', conditional: false, status: 0 },
    { type: 'answered', method: 'GET', conditional: false, status: 404, request: steps[0]?.request },
  ])
})
