import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { heldOf, poll } from '../../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const getUpdates = (query: string, init: RequestInit = {}) =>
  poll(`${server.url}/poll/telegram/getUpdates?${query}`, init)
const idsOf = (body: unknown): readonly number[] =>
  Object(body).result.map(({ update_id: id }: { update_id: number }) => id)

test('responds with the updates that the bot has not confirmed', async () => {
  server.polls.publish('plain', ['a', 'b'])
  const { status, body } = await getUpdates('log=plain')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    ok: true,
    result: [
      { update_id: 1, message: { message_id: 1, text: 'a' } },
      { update_id: 2, message: { message_id: 2, text: 'b' } },
    ],
  })
})

test('an offset confirms all updates below it permanently, for this bot only', async () => {
  server.polls.publish('confirmed', ['a', 'b', 'c'])
  expect(idsOf((await getUpdates('log=confirmed&offset=3')).body)).toEqual([3])
  expect(idsOf((await getUpdates('log=confirmed')).body)).toEqual([3])
  expect(idsOf((await getUpdates('log=confirmed&offset=1')).body)).toEqual([3])
  expect(idsOf((await getUpdates('log=confirmed&bot=other')).body)).toEqual([1, 2, 3])
})

test('sends the same updates again without a new offset', async () => {
  server.polls.publish('again', 'a')
  for (const _ of [1, 2]) expect(idsOf((await getUpdates('log=again')).body)).toEqual([1])
})

test('a negative offset counts from the end, and confirms the rest', async () => {
  server.polls.publish('negative', ['a', 'b', 'c'])
  expect(idsOf((await getUpdates('log=negative&offset=-1')).body)).toEqual([3])
  expect(idsOf((await getUpdates('log=negative')).body)).toEqual([3])
})

test('limits the number of updates in a response', async () => {
  server.polls.publish(
    'limit',
    Array.from({ length: 150 }, () => 'x'),
  )
  expect(idsOf((await getUpdates('log=limit&limit=2')).body)).toEqual([1, 2])
  expect(idsOf((await getUpdates('log=limit')).body)).toHaveLength(100)
})

test.each([
  ['JSON', 'application/json', '{"offset":2,"timeout":0}'],
  ['a form', 'application/x-www-form-urlencoded', 'offset=2&timeout=0'],
])('reads posted %s', async (_, type, body) => {
  const log = type.replace('/', '-')
  server.polls.publish(log, ['a', 'b'])
  const headers = { 'Content-Type': type }
  const response = await getUpdates(`log=${log}&offset=1`, { method: 'POST', headers, body })
  expect(idsOf(response.body)).toEqual([2])
})

test('holds until there is an update', async () => {
  const response = getUpdates('log=held&timeout=50&client=held')
  await heldOf(server, 'held')
  server.polls.publish('held', 'a')
  expect(idsOf((await response).body)).toEqual([1])
})

test('at the end of the hold the result is empty', async () => {
  expect((await getUpdates('log=quiet&timeout=50&hold=50')).body).toEqual({ ok: true, result: [] })
})

test('a newer held request for the same bot ends the older one with 409', async () => {
  const first = getUpdates('log=conflict&timeout=50&client=conflict')
  await heldOf(server, 'conflict')
  const other = getUpdates('log=conflict&timeout=50&bot=other&client=conflict')
  await heldOf(server, 'conflict', 2)
  const second = getUpdates('log=conflict&timeout=50&client=conflict')
  const { status, body } = await first
  expect(status).toBe(409)
  expect(body).toMatchObject({
    ok: false,
    error_code: 409,
    description: expect.stringContaining('terminated by other getUpdates request'),
  })
  await heldOf(server, 'conflict', 3)
  server.polls.publish('conflict', 'a')
  expect(idsOf((await second).body)).toEqual([1])
  expect(idsOf((await other).body)).toEqual([1])
})

test('a request that is not held does not end another one', async () => {
  const held = getUpdates('log=brief&timeout=50&client=brief')
  await heldOf(server, 'brief')
  expect((await getUpdates('log=brief')).body).toEqual({ ok: true, result: [] })
  server.polls.publish('brief', 'a')
  expect((await held).status).toBe(200)
})

test.each([
  ['offset=x', 'offset'],
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['timeout=51', 'timeout'],
  ['timeout=0.5', 'timeout'],
  ['bot=', 'bot'],
])('refuses %s', async (query, field) => {
  const { status, body } = await getUpdates(query)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-input', field })
})

test('refuses a body that is not JSON', async () => {
  const { status, body } = await getUpdates('', { method: 'POST', body: '{' })
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-json' })
})
