import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { heldOf, poll, type PollReply } from '../../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const read = (target: string) => poll(`${server.url}/poll/consul/v1/kv/${target}`)
const indexOf = ({ headers }: PollReply): string | null => headers.get('x-consul-index')
function valueOf({ body }: PollReply): unknown {
  const value: unknown = JSON.parse(Buffer.from(Object(body)[0].Value, 'base64').toString())
  return value
}

test('responds at once without an index, with the latest and the recent messages', async () => {
  server.polls.publish('state', ['a', 'b'])
  const response = await read('state?wait=60s')
  expect(response.status).toBe(200)
  expect(indexOf(response)).toBe('3')
  expect(response.headers.get('x-consul-knownleader')).toBe('true')
  expect(response.body).toEqual([
    { LockIndex: 0, Key: 'state', Flags: 0, Value: expect.any(String), CreateIndex: 1, ModifyIndex: 3 },
  ])
  expect(valueOf(response)).toEqual({
    latest: 'b',
    recent: [
      { seq: 1, text: 'a' },
      { seq: 2, text: 'b' },
    ],
  })
})

test('a key without messages has a value, and an index to wait on', async () => {
  const response = await read('empty')
  expect(indexOf(response)).toBe('1')
  expect(valueOf(response)).toEqual({ latest: null, recent: [] })
})

test('is held while the index has not moved', async () => {
  const response = read('held?wait=60s&index=1&client=held')
  await heldOf(server, 'held')
  server.polls.publish('held', 'a')
  expect(indexOf(await response)).toBe('2')
  expect(valueOf(await response)).toMatchObject({ latest: 'a' })
})

test('responds at once to an older index', async () => {
  server.polls.publish('passed', ['a', 'b'])
  expect(indexOf(await read('passed?wait=60s&index=2'))).toBe('3')
})

test('at the end of the wait the index is the same', async () => {
  server.polls.publish('quiet', 'a')
  const response = await read('quiet?wait=50ms&index=2')
  expect(response.status).toBe(200)
  expect(indexOf(response)).toBe('2')
})

test('corrects an index that is too high', async () => {
  expect(indexOf(await read('future?wait=50ms&index=9'))).toBe('1')
})

test('a value has a maximum size', async () => {
  server.polls.publish(
    'many',
    Array.from({ length: 1_200 }, () => 'x'),
  )
  expect(Object(valueOf(await read('many'))).recent).toHaveLength(1_000)
  server.polls.publish(
    'large',
    Array.from({ length: 20 }, () => 'x'.repeat(64 * 1024)),
  )
  expect(Object(valueOf(await read('large'))).recent).toHaveLength(8)
})

test.each([
  ['key?wait=60', 'wait'],
  ['key?wait=soon', 'wait'],
  ['key?wait=11m', 'wait'],
  ['key?index=-1', 'index'],
  ['key?index=x', 'index'],
])('refuses %s', async (target, field) => {
  const { status, body } = await read(target)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-input', field })
})
