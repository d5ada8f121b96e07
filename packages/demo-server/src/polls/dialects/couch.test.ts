import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../../demo-server.ts'
import { heldOf, poll } from '../../testing/polls.ts'
import { openStream } from '../../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const changes = (db: string, query: string) => poll(`${server.url}/poll/couch/${db}/_changes?${query}`)
const textsOf = (body: unknown): readonly string[] =>
  Object(body).results.map(({ doc }: { doc: { text: string } }) => doc.text)

test('the normal feed responds at once', async () => {
  expect((await changes('normal', 'timeout=60000')).body).toEqual({
    results: [],
    last_seq: '0-demo',
    pending: 0,
  })
  server.polls.publish('normal', 'a')
  const rev = '1-0cc175b9c0f1b6a831c399e269772661'
  const { status, body } = await changes('normal', '')
  expect(status).toBe(200)
  expect(body).toEqual({
    results: [
      {
        seq: '1-demo',
        id: 'message-1',
        changes: [{ rev }],
        doc: { _id: 'message-1', _rev: rev, text: 'a', at: expect.any(Number) },
      },
    ],
    last_seq: '1-demo',
    pending: 0,
  })
})

test('omits documents on request', async () => {
  server.polls.publish('bare', 'a')
  const { body } = await changes('bare', 'include_docs=false')
  expect(Object(body).results[0]).toEqual({
    seq: '1-demo',
    id: 'message-1',
    changes: [{ rev: expect.any(String) }],
  })
})

test('longpoll holds until there is a message', async () => {
  const response = changes('held', 'feed=longpoll&since=0&client=held')
  await heldOf(server, 'held')
  server.polls.publish('held', ['a', 'b'])
  expect(textsOf((await response).body)).toEqual(['a', 'b'])
})

test('since=now waits for new messages', async () => {
  server.polls.publish('now', 'a')
  const response = changes('now', 'feed=longpoll&since=now&client=now')
  await heldOf(server, 'now')
  server.polls.publish('now', 'b')
  expect(textsOf((await response).body)).toEqual(['b'])
})

test('at the end of the timeout there are no results', async () => {
  server.polls.publish('quiet', 'a')
  const { status, body } = await changes('quiet', 'feed=longpoll&since=1&timeout=50')
  expect(status).toBe(200)
  expect(body).toEqual({ results: [], last_seq: '1-demo', pending: 0 })
})

test('with a limit the other changes are pending', async () => {
  server.polls.publish('limit', ['a', 'b', 'c'])
  const { body } = await changes('limit', 'limit=2')
  expect(body).toMatchObject({ last_seq: '2-demo', pending: 1 })
  expect(textsOf((await changes('limit', 'since=2-demo')).body)).toEqual(['c'])
})

test('a heartbeat sends white space before the response', async () => {
  const url = `${server.url}/poll/couch/beat/_changes?feed=longpoll&heartbeat=10&timeout=1&client=beat`
  const stream = await openStream(url)
  expect(stream.response.headers.get('content-type')).toBe('application/json')
  expect((await stream.nextChunk())?.toString()).toMatch(/^\n+$/)
  server.polls.publish('beat', 'a')
  const rest = await stream.rest()
  expect(rest).toMatch(/^\n+\{/)
  expect(JSON.parse(rest)).toMatchObject({ last_seq: '1-demo' })
  await expect.poll(() => server.polls.counts('beat').inFlight).toBe(0)
})

test.each([
  ['since=x', 'since'],
  ['feed=continuous', 'feed'],
  ['timeout=600001', 'timeout'],
  ['heartbeat=0', 'heartbeat'],
  ['limit=0', 'limit'],
  ['include_docs=maybe', 'include_docs'],
])('refuses %s', async (query, field) => {
  const { status, body } = await changes('bad', query)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-input', field })
})
