import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDemoServer } from '../../demo-server.ts'
import { poll } from '../../testing/polls.ts'
import { membersOf, sendJson } from '../../testing/rest.ts'
import { seeds } from './seed.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tautline-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('stores users across a restart, in a new folder', async () => {
  const database = join(folder, 'new', 'users.sqlite')
  const first = await startDemoServer({ database })
  await sendJson(`${first.url}/users`, 'POST', { name: 'Grace', email: 'g@example.org', role: 'admin' })
  await poll(`${first.url}/users/1`, { method: 'DELETE' })
  const before = await poll(`${first.url}/users?sort=-updatedAt`)
  await first.close()

  const second = await startDemoServer({ database })
  const after = await poll(`${second.url}/users?sort=-updatedAt`)
  expect(after.text).toBe(before.text)
  expect(membersOf(after)).toMatchObject({
    total: 200,
    items: expect.arrayContaining([expect.objectContaining({ id: 201, name: 'Grace' })]),
  })
  // An id is never used again.
  await poll(`${second.url}/users/201`, { method: 'DELETE' })
  const made = { name: 'Ada', email: 'a@example.org', role: 'admin' }
  expect(membersOf(await sendJson(`${second.url}/users`, 'POST', made))).toMatchObject({ id: 202 })
  await second.close()
})

test('two servers share a file', async () => {
  const database = join(folder, 'shared.sqlite')
  const [one, two] = await Promise.all([startDemoServer({ database }), startDemoServer({ database })])
  await poll(`${one.url}/users/1`, { method: 'DELETE' })
  expect((await poll(`${two.url}/users/1`)).status).toBe(404)
  await Promise.all([one.close(), two.close()])
})

test('does not overwrite a file that is not a database', async () => {
  const database = join(folder, 'letter.txt')
  writeFileSync(database, 'Dear reader, '.repeat(100))
  await expect(startDemoServer({ database })).rejects.toThrow('not a database')
})

test('a server that cannot listen closes its file', async () => {
  const database = join(folder, 'taken.sqlite')
  const holder = await startDemoServer()
  const port = Number(new URL(holder.url).port)
  await expect(startDemoServer({ database, port })).rejects.toThrow('EADDRINUSE')
  await expect(startDemoServer({ database, proxyPort: port })).rejects.toThrow('EADDRINUSE')
  await holder.close()
  rmSync(database)
})

test('the initial users are plausible, with unique email addresses', () => {
  const people = seeds()
  expect(new Set(people.map(({ email }) => email)).size).toBe(200)
  for (const { email } of people) expect(email).toMatch(/^[a-z]+\.[a-z]+@example\.com$/)
  expect(new Set(people.map(({ role }) => role))).toEqual(new Set(['admin', 'editor', 'viewer']))
})
