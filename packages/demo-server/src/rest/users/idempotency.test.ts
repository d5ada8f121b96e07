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

test('the same key and the same body are answered the same, and done once', async () => {
  const first = await post(person('once'), '"8e03978e-40d5"')
  const count = total()
  for (const key of ['"8e03978e-40d5"', '8e03978e-40d5']) {
    const again = await post(person('once'), key)
    expect([again.status, again.text]).toEqual([201, first.text])
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name))
  }
  expect(total()).toBe(count)
})

test('an answer that was lost is had by asking again', async () => {
  const count = Number(total())
  await expect(post(person('lost'), 'lost', 'fault=lose')).rejects.toThrow('fetch failed')
  expect(total()).toBe(count + 1)
  expect((await post(person('lost'), 'lost')).status).toBe(201)
  expect(total()).toBe(count + 1)
  // Without a key nobody knows that it is the same.
  const { status } = await sendJson(`${server.url}/users`, 'POST', person('lost'))
  expect(status).toBe(409)
})

test('the same key with another body is refused', async () => {
  await post(person('one'), 'reused')
  const { status, body } = await post(person('two'), 'reused')
  expect(status).toBe(422)
  expect(body).toMatchObject({ code: 'key-reused', field: 'Idempotency-Key' })
})

test('what was refused may be put right under the same key', async () => {
  expect((await post({ ...person('right'), role: 'root' }, 'corrected')).status).toBe(422)
  expect((await post(person('right'), 'corrected')).status).toBe(201)
})

test.each(['""', 'x'.repeat(256)])('%s is no key', async (key) => {
  expect((await post(person('nobody'), key)).status).toBe(400)
})

test('keys are forgotten with the people that they made', async () => {
  await post(person('again'), 'reset')
  await poll(`${server.url}/control/users/reset`, { method: 'POST' })
  const { status, headers } = await post(person('again'), 'reset')
  expect([status, headers.get('location')]).toEqual([201, '/users/201'])
})
