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

test('answers at once without an index, with the state and the recent messages', async () => {
  server.polls.publish('state', ['a', 'b'])
  const answer = await read('state?wait=60s')
  expect(answer.status).toBe(200)
  expect(indexOf(answer)).toBe('3')
  expect(answer.headers.get('x-consul-knownleader')).toBe('true')
  expect(answer.body).toEqual([
    { LockIndex: 0, Key: 'state', Flags: 0, Value: expect.any(String), CreateIndex: 1, ModifyIndex: 3 },
  ])
  expect(valueOf(answer)).toEqual({
    latest: 'b',
    recent: [
      { seq: 1, text: 'a' },
      { seq: 2, text: 'b' },
    ],
  })
})

test('a key without messages has a value, and an index that can be waited behind', async () => {
  const answer = await read('empty')
  expect(indexOf(answer)).toBe('1')
  expect(valueOf(answer)).toEqual({ latest: null, recent: [] })
})

test('is held while the index has not moved', async () => {
  const answer = read('held?wait=60s&index=1&client=held')
  await heldOf(server, 'held')
  server.polls.publish('held', 'a')
  expect(indexOf(await answer)).toBe('2')
  expect(valueOf(await answer)).toMatchObject({ latest: 'a' })
})

test('an index that has been passed is answered at once', async () => {
  server.polls.publish('passed', ['a', 'b'])
  expect(indexOf(await read('passed?wait=60s&index=2'))).toBe('3')
})

test('at the end of the wait the index is the same', async () => {
  server.polls.publish('quiet', 'a')
  const answer = await read('quiet?wait=50ms&index=2')
  expect(answer.status).toBe(200)
  expect(indexOf(answer)).toBe('2')
})

test('an index of the future comes back smaller', async () => {
  expect(indexOf(await read('future?wait=50ms&index=9'))).toBe('1')
})

test('a value has its bounds', async () => {
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
