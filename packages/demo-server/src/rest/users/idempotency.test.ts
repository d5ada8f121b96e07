import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { poll } from '../../testing/polls.ts'
import { sendJson } from '../../testing/rest.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const person = (name: string): object => ({ name, email: `${name}@example.org`, role: 'viewer' })
const post = (value: unknown, key: string, query = '') =>
  sendJson(`${server.url}/users?${query}`, 'POST', value, { 'Idempotency-Key': key })
const total = (): unknown => Object(server.state().endpoints['users']).total

test('handles the same key and body once, with the same response', async () => {
  const first = await post(person('once'), '"8e03978e-40d5"')
  const count = total()
  for (const key of ['"8e03978e-40d5"', '8e03978e-40d5']) {
    const again = await post(person('once'), key)
    expect([again.status, again.text]).toEqual([201, first.text])
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name))
  }
  expect(total()).toBe(count)
})

test('a retry gets the response that was lost', async () => {
  const count = Number(total())
  await expect(post(person('lost'), 'lost', 'fault=lose')).rejects.toThrow('fetch failed')
  expect(total()).toBe(count + 1)
  expect((await post(person('lost'), 'lost')).status).toBe(201)
  expect(total()).toBe(count + 1)
  // Without a key the server cannot recognise a retry.
  const { status } = await sendJson(`${server.url}/users`, 'POST', person('lost'))
  expect(status).toBe(409)
})

test('refuses the same key with another body', async () => {
  await post(person('one'), 'reused')
  const { status, body } = await post(person('two'), 'reused')
  expect(status).toBe(422)
  expect(body).toMatchObject({ code: 'key-reused', field: 'Idempotency-Key' })
})

test('accepts a corrected body with the key of a refused request', async () => {
  expect((await post({ ...person('right'), role: 'root' }, 'corrected')).status).toBe(422)
  expect((await post(person('right'), 'corrected')).status).toBe(201)
})

test.each(['""', 'x'.repeat(256)])('refuses the key %s', async (key) => {
  expect((await post(person('nobody'), key)).status).toBe(400)
})

test('a reset of the users removes the keys', async () => {
  await post(person('again'), 'reset')
  await poll(`${server.url}/control/users/reset`, { method: 'POST' })
  const { status, headers } = await post(person('again'), 'reset')
  expect([status, headers.get('location')]).toEqual([201, '/users/201'])
})
