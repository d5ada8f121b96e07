import { afterEach, afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { poll } from '../../testing/polls.ts'
import { membersOf, sendJson } from '../../testing/rest.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterEach(() => fetch(`${server.url}/control/users/reset`, { method: 'POST' }))
afterAll(() => server.close())

const grace = { name: 'Grace Hopper', email: 'grace@example.org', role: 'admin', city: 'Arlington' }
const at = (path: string): string => `${server.url}/users${path}`
const post = (value: unknown, headers: Record<string, string> = {}) =>
  sendJson(at(''), 'POST', value, headers)
const total = (): unknown => Object(server.state().endpoints['users']).total

test('creates a user, and sends its Location', async () => {
  const made = await post(grace)
  expect(made.status).toBe(201)
  expect(made.headers.get('location')).toBe('/users/201')
  expect(made.body).toEqual({ id: 201, ...grace, version: 1, updatedAt: expect.any(String) })
  const read = await poll(at('/201'))
  expect([read.status, read.body]).toEqual([200, made.body])
  expect(read.headers.get('etag')).toBe(made.headers.get('etag'))
})

test('the city is optional', async () => {
  const { name, email, role } = grace
  expect(membersOf(await post({ name, email, role }))).toMatchObject({ city: null })
  expect(membersOf(await post({ ...grace, email: 'a@b.c', city: null }))).toMatchObject({ city: null })
})

test('reports all errors, not only the first one', async () => {
  const { status, headers, body } = await post({ name: '', email: 'grace', role: 'root', salary: 1, boss: 2 })
  expect(status).toBe(422)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body).toMatchObject({
    title: 'invalid',
    status: 422,
    code: 'invalid',
    errors: [
      { field: 'name', detail: '"name" must have 1 to 100 characters' },
      { field: 'email', detail: '"email" must look like name@example.com' },
      { field: 'role', detail: '"role" must be one of admin, editor, viewer' },
      { field: 'salary', detail: '"salary" is not an allowed field' },
      { field: 'boss', detail: '"boss" is not an allowed field' },
    ],
  })
  expect(total()).toBe(200)
})

test.each([
  ['a name that is too long', { name: 'x'.repeat(101) }, 'name'],
  ['a name that is not text', { name: 7 }, 'name'],
  ['no name', { name: undefined }, 'name'],
  ['an address without a host', { email: 'grace@' }, 'email'],
  ['an address with a space', { email: 'gra ce@example.org' }, 'email'],
  ['no role', { role: undefined }, 'role'],
  ['a city that is not text', { city: 7 }, 'city'],
])('%s is refused', async (_, change, field) => {
  const { status, body } = await post({ ...grace, ...change })
  expect(status).toBe(422)
  expect(body).toMatchObject({ errors: [{ field }] })
})

test('an email address is unique, ignoring case', async () => {
  const { status, body } = await post({ ...grace, email: 'ADA.ABBOTT@example.com' })
  expect(status).toBe(409)
  expect(body).toMatchObject({ code: 'conflict', field: 'email' })
  const changed = await sendJson(at('/2'), 'PATCH', { email: 'ada.abbott@example.com' })
  expect(changed.status).toBe(409)
  expect((await sendJson(at('/1'), 'PATCH', { email: 'ada.abbott@example.com' })).status).toBe(200)
})

test.each([
  ['POST', '', 'text/plain', JSON.stringify(grace), 415, 'unsupported-type'],
  ['PUT', '/1', 'application/merge-patch+json', JSON.stringify(grace), 415, 'unsupported-type'],
  ['PATCH', '/1', 'text/plain', '{}', 415, 'unsupported-type'],
  ['POST', '', 'application/json', '{', 400, 'bad-json'],
  ['POST', '', 'application/json', '[]', 400, 'bad-input'],
  ['PATCH', '/1', 'application/merge-patch+json', 'null', 400, 'bad-input'],
  ['POST', '', 'application/json', `"${'x'.repeat(3_000_000)}"`, 413, 'too-large'],
  ['PUT', '/999', 'application/json', JSON.stringify(grace), 404, 'not-found'],
  ['PATCH', '/nobody', 'application/json', '{}', 404, 'not-found'],
])('%s /users%s as %s is refused', async (method, path, type, body, status, code) => {
  const response = await poll(at(path), { method, body, headers: { 'Content-Type': type } })
  expect(response.status).toBe(status)
  expect(response.body).toMatchObject({ status, code })
})

test('responds with 404 for an unknown user, with any method', async () => {
  for (const method of ['GET', 'DELETE']) {
    const { status, body } = await poll(at('/999'), { method })
    expect([status, Object(body).code]).toEqual([404, 'not-found'])
  }
  expect((await poll(at('/999'), { method: 'HEAD' })).status).toBe(404)
})

test('replaces a user, and accepts a user that it has sent', async () => {
  const before = await poll(at('/7'))
  const changed = await sendJson(at('/7'), 'PUT', { ...membersOf(before), name: 'Another', city: undefined })
  expect(changed.status).toBe(200)
  expect(changed.body).toMatchObject({ id: 7, name: 'Another', city: null, version: 2 })
  expect(changed.headers.get('etag')).not.toBe(before.headers.get('etag'))
  expect((await poll(at('/7'))).headers.get('etag')).toBe(changed.headers.get('etag'))
  expect((await sendJson(at('/7'), 'PUT', { name: 'Half' })).status).toBe(422)
})

test.each(['application/merge-patch+json', 'application/json; charset=utf-8'])(
  'patches the given fields, and removes those that are null (%s)',
  async (type) => {
    const before = membersOf(await poll(at('/3')))
    const { status, body } = await sendJson(
      at('/3'),
      'PATCH',
      { role: 'admin', city: null },
      { 'Content-Type': type },
    )
    expect(status).toBe(200)
    expect(body).toEqual({ ...before, role: 'admin', city: null, version: 2, updatedAt: expect.any(String) })
    expect((await sendJson(at('/3'), 'PATCH', { name: null })).status).toBe(422)
  },
)

test('finds a renamed user by the new name', async () => {
  await sendJson(at('/3'), 'PATCH', { name: 'Grace Hopper' })
  expect(membersOf(await poll(at('?q=hopper')))).toMatchObject({ total: 1, items: [{ id: 3 }] })
})

test('removes a user, once', async () => {
  const gone = await poll(at('/5'), { method: 'DELETE' })
  expect([gone.status, gone.text]).toEqual([204, ''])
  expect(gone.headers.get('content-length')).toBeNull()
  expect((await poll(at('/5'), { method: 'DELETE' })).status).toBe(404)
  expect(total()).toBe(199)
})

test.each(['PUT', 'PATCH', 'DELETE'])(
  '%s does not overwrite the change of another client',
  async (method) => {
    const etag = (await poll(at('/9'))).headers.get('etag') ?? ''
    const change = (condition: string) => sendJson(at('/9'), method, grace, { 'If-Match': condition })
    await sendJson(at('/9'), 'PATCH', { city: 'Elsewhere' })
    const newer = (await poll(at('/9'))).headers.get('etag') ?? ''
    const late = await change(etag)
    expect(late.status).toBe(412)
    expect(late.body).toMatchObject({ code: 'changed' })
    expect(late.headers.get('etag')).toBe(newer)
    expect(membersOf(await poll(at('/9')))).toMatchObject({ city: 'Elsewhere', version: 2 })
    // A weak ETag does not prove that every byte is the same.
    expect((await change(`W/${newer}`)).status).toBe(412)
    expect((await change(`"other", ${newer}`)).status).toBeLessThan(300)
  },
)

test('supports * in If-Match and If-None-Match', async () => {
  const only = (condition: Record<string, string>) => sendJson(at('/9'), 'PATCH', {}, condition)
  expect((await only({ 'If-Match': '*' })).status).toBe(200)
  expect((await only({ 'If-None-Match': '*' })).status).toBe(412)
  expect((await only({ 'If-None-Match': '"other"' })).status).toBe(200)
})

test('revalidates a single user', async () => {
  const whole = await poll(at('/1?cache=max-age%3D60'))
  const etag = whole.headers.get('etag') ?? ''
  const same = await poll(at('/1?cache=max-age%3D60'), { headers: { 'If-None-Match': etag } })
  expect([same.status, same.headers.get('etag'), same.headers.get('cache-control')]).toEqual([
    304,
    etag,
    'max-age=60',
  ])
})

test('delays the response, but not the change', async () => {
  const late = sendJson(at('/1?delay=200'), 'PATCH', { city: 'Late' })
  await expect.poll(async () => membersOf(await poll(at('/1')))).toMatchObject({ city: 'Late' })
  expect((await late).status).toBe(200)
  expect((await poll(at('/999?delay=1'))).status).toBe(404)
})

test('resets to the initial users', async () => {
  const before = await poll(at('?limit=100'))
  await post(grace)
  await poll(at('/1'), { method: 'DELETE' })
  const { body } = await poll(`${server.url}/control/users/reset`, { method: 'POST' })
  expect(body).toEqual({ total: 200 })
  expect(await poll(at('?limit=100')).then(({ text }) => text)).toBe(before.text)
})
