import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { heldOf, poll, type PollReply } from '../../testing/polls.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const subscribe = (target: string, headers: Record<string, string> = {}) =>
  poll(`${server.url}/poll/nchan/${target}`, { headers })

/** The validators that a client sends back. */
const validatorsOf = ({ headers }: PollReply): Record<string, string> => ({
  'If-Modified-Since': headers.get('last-modified') ?? '',
  'If-None-Match': headers.get('etag') ?? '',
})

test('one message in a response, with validators to resume after it', async () => {
  server.polls.publish('steps', ['a', 'b', 'c'])
  const seen: [string, string | null][] = []
  let headers: Record<string, string> = {}
  for (const _ of [1, 2, 3]) {
    const response = await subscribe('steps', headers)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(response.headers.get('vary')).toBe('Origin, If-None-Match, If-Modified-Since')
    expect(new Date(Date.parse(response.headers.get('last-modified') ?? '')).getMilliseconds()).toBe(0)
    seen.push([response.text, response.headers.get('etag')])
    headers = validatorsOf(response)
  }
  expect(seen).toEqual([
    ['a', '0'],
    ['b', '1'],
    ['c', '2'],
  ])
  expect((await subscribe('steps?hold=50', headers)).status).toBe(408)
})

test('tags distinguish messages of the same second, times those of different seconds', async () => {
  server.polls.publish('second', ['a', 'b'])
  const first = await subscribe('second')
  const at = Date.now()
  await expect.poll(() => Date.now() - at, { timeout: 3_000 }).toBeGreaterThan(1_000)
  server.polls.publish('second', 'c')
  const last = await subscribe('second?first=oldest', {
    ...validatorsOf(first),
    // Higher than any tag in that second.
    'If-None-Match': '500',
  })
  expect(last.text).toBe('c')
  expect(last.headers.get('etag')).toBe('0')
  expect(last.headers.get('last-modified')).not.toBe(first.headers.get('last-modified'))
})

test('a time without a tag resumes after the first message of its second', async () => {
  server.polls.publish('untagged', 'a')
  const { headers } = await subscribe('untagged')
  const since = { 'If-Modified-Since': headers.get('last-modified') ?? '' }
  expect((await subscribe('untagged?hold=50', since)).status).toBe(408)
})

test('ignores a tag without a time', async () => {
  server.polls.publish('timeless', 'a')
  expect((await subscribe('timeless', { 'If-None-Match': '7' })).text).toBe('a')
})

test('a client with an old time begins with the oldest message', async () => {
  server.polls.publish('ago', ['a', 'b'])
  const headers = { 'If-Modified-Since': new Date(0).toUTCString(), 'If-None-Match': '3' }
  expect((await subscribe('ago', headers)).text).toBe('a')
})

test('first=newest waits for the next message', async () => {
  server.polls.publish('newest', 'a')
  const response = subscribe('newest?first=newest&client=newest')
  await heldOf(server, 'newest')
  server.polls.publish('newest', ['b', 'c'])
  expect((await response).text).toBe('b')
  expect((await subscribe('newest', validatorsOf(await response))).text).toBe('c')
})

test('without a new message the response is 408 after the hold, without a body', async () => {
  const { status, text, headers } = await subscribe('quiet?hold=50')
  expect([status, text, headers.get('etag')]).toEqual([408, '', null])
})

test('with interval the response is 304 at once', async () => {
  const { status, text } = await subscribe('interval?interval&client=interval')
  expect([status, text]).toEqual([304, ''])
  const events = server.polls.log.entries.filter(({ client }) => client === 'interval')
  expect(events.map(({ type }) => type)).toEqual(['arrived', 'answered'])
  server.polls.publish('interval', 'a')
  const response = await subscribe('interval?interval=1')
  expect([response.status, response.text]).toEqual([200, 'a'])
  expect((await subscribe('interval?interval=1', validatorsOf(response))).status).toBe(304)
})

test.each([
  ['bad', { 'If-Modified-Since': 'yesterday' }, 'If-Modified-Since'],
  ['bad', { 'If-Modified-Since': new Date(0).toUTCString(), 'If-None-Match': '"1"' }, 'If-None-Match'],
  ['bad?first=last', {}, 'first'],
  ['bad?interval=often', {}, 'interval'],
  ['bad?hold=-1', {}, 'hold'],
] as const)('refuses %s with %o', async (target, headers, field) => {
  const { status, body } = await subscribe(target, headers)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-input', field })
})
