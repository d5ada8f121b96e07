import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { heldOf, poll } from '../../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const sync = (query: string) => poll(`${server.url}/poll/matrix/sync?${query}`)
const timelineOf = (body: unknown) => Object(body).rooms.join['!log:demo'].timeline
const bodiesOf = (body: unknown): readonly string[] =>
  timelineOf(body).events.map((event: { content: { body: string } }) => event.content.body)

test('responds to an initial sync at once, with a token to resume after it', async () => {
  server.polls.publish('initial', ['a', 'b'])
  const { status, headers, body } = await sync('log=initial&timeout=30000')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('cache-control')).toContain('no-store')
  expect(body).toEqual({
    next_batch: 's2_demo',
    rooms: { join: { '!log:demo': { timeline: expect.any(Object) } } },
  })
  expect(timelineOf(body)).toMatchObject({ limited: false, prev_batch: 's0_demo' })
  expect(timelineOf(body).events[0]).toEqual({
    event_id: '$1:demo',
    type: 'm.room.message',
    sender: '@server:demo',
    origin_server_ts: expect.any(Number),
    content: { msgtype: 'm.text', body: 'a' },
  })
  server.polls.publish('initial', 'c')
  expect(bodiesOf((await sync('log=initial&since=s2_demo&timeout=30000')).body)).toEqual(['c'])
})

test('responds to an initial sync of an empty log at once', async () => {
  const { body } = await sync('log=nothing&timeout=30000')
  expect(body).toMatchObject({ next_batch: 's0_demo' })
  expect(bodiesOf(body)).toEqual([])
})

test('holds until there are messages, and responds with all of them', async () => {
  const response = sync('log=held&since=s0_demo&timeout=30000&client=held')
  await heldOf(server, 'held')
  server.polls.publish('held', ['a', 'b'])
  const { body } = await response
  expect(bodiesOf(body)).toEqual(['a', 'b'])
  expect(body).toMatchObject({ next_batch: 's2_demo' })
})

test('at the end of the hold there are no events, in the same shape', async () => {
  server.polls.publish('quiet', 'a')
  const { status, body } = await sync('log=quiet&since=s1_demo&timeout=50&client=quiet')
  expect(status).toBe(200)
  expect(body).toMatchObject({ next_batch: 's1_demo' })
  expect(timelineOf(body)).toEqual({ events: [], limited: false, prev_batch: 's1_demo' })
  expect(server.polls.log.entries.filter(({ client }) => client === 'quiet').map(({ type }) => type)).toEqual(
    ['arrived', 'held', 'answered'],
  )
})

test('without a timeout it does not wait', async () => {
  await sync('log=impatient&since=s0&client=impatient')
  const types = server.polls.log.entries.filter(({ client }) => client === 'impatient')
  expect(types.map(({ type }) => type)).toEqual(['arrived', 'answered'])
})

test('corrects a token that is too high', async () => {
  server.polls.publish('future', 'a')
  expect((await sync('log=future&since=s9_demo&timeout=50')).body).toMatchObject({ next_batch: 's1_demo' })
})

test('splits messages into several responses when there are too many for one', async () => {
  server.polls.publish(
    'long',
    Array.from({ length: 1_500 }, (_, index) => `${index + 1}`),
  )
  const first = await sync('log=long')
  const second = await sync('log=long&since=s1000_demo')
  expect(first.body).toMatchObject({ next_batch: 's1000_demo' })
  const bodies = [...bodiesOf(first.body), ...bodiesOf(second.body)]
  expect(bodies.map(Number)).toEqual(Array.from({ length: 1_500 }, (_, index) => index + 1))
})

test('reports a gap when the log no longer stores some messages', async () => {
  const texts = Array.from({ length: 9_000 }, () => 'x')
  server.polls.publish('forgetful', texts)
  server.polls.publish('forgetful', texts)
  const { body } = await sync('log=forgetful&since=s5_demo')
  expect(timelineOf(body)).toMatchObject({ limited: true, prev_batch: 's8000_demo' })
  expect(body).toMatchObject({ next_batch: 's9000_demo' })
})

test.each([
  ['since=5', 'since'],
  ['since=', 'since'],
  ['timeout=-1', 'timeout'],
  ['timeout=600001', 'timeout'],
  ['timeout=soon', 'timeout'],
  ['hold=600001', 'hold'],
  ['log=', 'log'],
  [`log=${'x'.repeat(101)}`, 'log'],
])('refuses %s', async (query, field) => {
  const { status, headers, body } = await sync(query)
  expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json'])
  expect(body).toMatchObject({ code: 'bad-input', field })
})
