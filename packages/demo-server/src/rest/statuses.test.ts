import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'
import { connectSecurely } from '../testing/secure-client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const at = (path: string): string => `${server.url}/status/${path}`

test.each([200, 201, 299, 301, 400, 404, 418, 500, 503, 599])(
  'responds with %i and a short JSON body',
  async (status) => {
    const response = await poll(at(String(status)), { redirect: 'manual' })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.body).toMatchObject({ status })
  },
)

test.each([204, 205, 304])('%i has no body', async (status) => {
  const client = connectSecurely(server)
  const two = await client.open(`/status/${status}?body=lost`)
  expect([two.status, await two.text()]).toEqual([status, ''])
  client.close()
  const one = await poll(at(`${status}?body=lost`))
  expect([one.status, one.text, one.headers.get('content-type')]).toEqual([status, '', null])
})

test('has the requested body, type and headers', async () => {
  const { text, headers } = await poll(at('500?type=text/plain&body=oh&header=X-One:1&header=Retry-After:5'))
  expect(text).toBe('oh')
  expect(['content-type', 'x-one', 'retry-after'].map((name) => headers.get(name))).toEqual([
    'text/plain',
    '1',
    '5',
  ])
  expect((await poll(at('200?type=&body=x'))).headers.get('content-type')).toBeNull()
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('ignores the body of %s', async (method) => {
  expect((await poll(at('503'), { method, body: 'x'.repeat(100_000) })).status).toBe(503)
})

test.each(['100', '600', 'ok', '200?type=a%0Ab', '200?header=Content Type:x'])(
  '%s is refused',
  async (path) => {
    expect((await poll(at(path))).status).toBe(400)
  },
)
