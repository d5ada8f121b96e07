import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { heldOf, poll } from '../testing/polls.ts'
import { fetchText, openStream } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterEach(() => void server.faults.clear())
afterAll(() => server.close())

const sync = (name: string, rest = ''): string =>
  `${server.url}/poll/matrix/sync?log=${name}&client=${name}&${rest}`
const bodiesOf = (body: unknown): readonly string[] =>
  Object(body).rooms.join['!log:demo'].timeline.events.map(
    ({ content }: { content: { body: string } }) => content.body,
  )
const eventsOf = (name: string) => server.polls.log.entries.filter(({ client }) => client === name)
const isBroken = (url: string): Promise<boolean> =>
  poll(url).then(
    () => false,
    () => true,
  )

test('loses a response: the server has handled the request, the client receives nothing', async () => {
  server.polls.publish('lost', ['a', 'b'])
  server.faults.add({ fault: 'lose', match: '/poll/telegram' })
  const getUpdates = `${server.url}/poll/telegram/getUpdates?log=lost&client=lost`
  expect(await isBroken(`${getUpdates}&offset=2`)).toBe(true)
  await expect
    .poll(() => server.polls.counts('lost'))
    .toMatchObject({ requests: 1, inFlight: 0, messages: 0, bytes: 0 })
  expect(eventsOf('lost').at(-1)).toMatchObject({ type: 'answered', status: 0, messages: 0 })
  const { body } = await poll(getUpdates)
  expect(Object(body).result).toMatchObject([{ update_id: 2 }])
})

test('holds the request first, then loses the response', async () => {
  const response = isBroken(sync('later', 'since=s0&timeout=30000&fault=lose'))
  await heldOf(server, 'later')
  server.polls.publish('later', 'a')
  expect(await response).toBe(true)
})

test.each([
  ['bytes=5', '{"nex'],
  ['after-bytes=3', '{"n'],
  ['after-bytes=0', ''],
])('cuts a response in the middle of its body, with %s', async (option, beginning) => {
  const name = `cut-${option}`.replace('=', '-')
  server.polls.publish(name, 'a')
  const stream = await openStream(sync(name, `fault=cut&fault-${option}`))
  let text = ''
  const broken = (async () => {
    for (;;) {
      const chunk = await stream.nextChunk()
      if (chunk === undefined) return 'ended'
      text += chunk.toString()
    }
  })().catch(() => 'broken')
  expect(await broken).toBe('broken')
  expect(text).toBe(beginning)
  await expect
    .poll(() => server.polls.counts(name))
    .toMatchObject({ messages: 0, bytes: beginning.length, inFlight: 0 })
})

test('refuses as often as the rule says, with Retry-After', async () => {
  server.polls.publish('refused', 'a')
  server.faults.add({ fault: 'refuse', status: 429, retryAfter: 2, match: '/poll/matrix' })
  server.faults.add({ fault: 'refuse', status: 401, match: '/poll/matrix' })
  const first = await poll(sync('refused'))
  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2'])
  expect((await poll(sync('refused'))).status).toBe(401)
  expect((await poll(sync('refused'))).status).toBe(200)
  expect(server.polls.counts('refused')).toMatchObject({ requests: 3, mostInFlight: 1, messages: 1 })
  expect(server.attempts.entries.slice(-3).map(({ outcome, status }) => [outcome, status])).toEqual([
    ['refuse', 429],
    ['refuse', 401],
    ['accepted', 200],
  ])
})

test('refuses after a delay, as when a proxy times out', async () => {
  server.polls.publish('patience', 'a')
  const response = poll(sync('patience', 'fault=refuse&fault-status=504&fault-ms=50'))
  await server.polls.log.until(({ type, client }) => type === 'arrived' && client === 'patience')
  expect(server.polls.counts('patience')).toMatchObject({ inFlight: 1 })
  expect((await response).status).toBe(504)
})

test('refuses a stream after a delay too, and the client may disconnect before', async () => {
  const path = '/prices?fault=refuse&fault-status=502&fault-ms='
  expect((await fetchText(`${server.url}${path}50`)).status).toBe(502)
  const controller = new AbortController()
  const given = fetch(`${server.url}${path}60000`, { signal: controller.signal }).catch(() => 'given up')
  setTimeout(() => controller.abort(), 50)
  expect(await given).toBe('given up')
  const { status } = await server.attempts.until(({ target }) => target === `${path}60000`)
  expect(status).toBe(0)
})

test('holds longer than requested, but ends when there is a message', async () => {
  const url = (ms: number): string => sync('longer', `since=s0&timeout=1&fault=hold-longer&fault-ms=${ms}`)
  expect(bodiesOf((await poll(url(50))).body)).toEqual([])
  const response = poll(url(60_000))
  await heldOf(server, 'longer', 2)
  server.polls.publish('longer', 'a')
  expect(bodiesOf((await response).body)).toEqual(['a'])
})

test('holds a request that would otherwise not be held', async () => {
  const response = poll(
    `${server.url}/poll/couch/normal/_changes?client=normal&fault=hold-longer&fault-ms=60000`,
  )
  await heldOf(server, 'normal')
  server.polls.publish('normal', 'a')
  expect((await response).body).toMatchObject({ last_seq: '1-demo' })
})

test('responds without messages at once, although there are some, and no cursor moves', async () => {
  server.polls.publish('empty', 'a')
  const empty = await poll(sync('empty', 'since=s0&timeout=30000&fault=empty'))
  expect(empty.body).toMatchObject({ next_batch: 's0_demo' })
  expect(bodiesOf(empty.body)).toEqual([])
  const responses = await Promise.all(
    ['telegram/getUpdates?log=empty&', 'couch/empty/_changes?', 'nchan/empty?', 'nchan/empty?interval&'].map(
      (path) => poll(`${server.url}/poll/${path}fault=empty`),
    ),
  )
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 408, 304])
  expect(responses[0]?.body).toEqual({ ok: true, result: [] })
  expect(responses[1]?.body).toEqual({ results: [], last_seq: '0-demo', pending: 1 })
})

test('sends the last messages again, with a cursor after them', async () => {
  server.polls.publish('again', ['a', 'b', 'c'])
  const again = await poll(sync('again', 'since=s3&timeout=30000&fault=repeat&fault-messages=2'))
  expect(bodiesOf(again.body)).toEqual(['b', 'c'])
  expect(again.body).toMatchObject({ next_batch: 's3_demo' })
  const one = await poll(`${server.url}/poll/telegram/getUpdates?log=again&offset=4&fault=repeat`)
  expect(Object(one.body).result).toMatchObject([{ update_id: 3 }])
  const all = await poll(sync('again', 'since=s3&fault=repeat&fault-messages=900'))
  expect(bodiesOf(all.body)).toEqual(['a', 'b', 'c'])
})

test.each([
  ['no-content', 204, ''],
  ['captive-portal', 200, '<!doctype html>'],
  ['wrong-type', 200, '{"title"'],
  ['one-byte', 200, '{"next_batch"'],
  ['gzip', 200, '{"next_batch"'],
])('applies the fault %s of a stream', async (fault, status, beginning) => {
  const response = await poll(sync(fault, `fault=${fault}`))
  expect(response.status).toBe(status)
  expect(response.text.startsWith(beginning)).toBe(true)
})

test.each(['stall', 'silence'])('%s stays in flight until the client aborts', async (fault) => {
  const controller = new AbortController()
  const given = fetchText(sync(fault, `fault=${fault}`), { signal: controller.signal }).catch(
    () => 'given up',
  )
  await server.attempts.until(({ target }) => target.includes(`client=${fault}&`))
  expect(server.polls.counts(fault)).toMatchObject({ inFlight: 1 })
  controller.abort()
  expect(await given).toBe('given up')
  await expect.poll(() => server.polls.counts(fault).inFlight).toBe(0)
})

test('handshakes and streams do not use up rules for polls, and polls do not use up rules for sockets', async () => {
  for (const fault of ['mute', 'empty'] as const) server.faults.add({ fault })
  await fetchText(`${server.url}/prices?rate=1000&count=1`)
  expect(server.faults.list()).toHaveLength(2)
  expect((await poll(`${server.url}/poll/nchan/rules`)).status).toBe(408)
  expect(server.faults.list().map(({ rule }) => rule.fault)).toEqual([{ fault: 'mute' }])
})

test.each([
  ['fault=mute', 'fault'],
  ['fault=repeat&fault-messages=0', 'messages'],
  ['fault=hold-longer', 'ms'],
  ['fault=lose&fault-ms=1', 'ms'],
])('refuses %s', async (query, field) => {
  const { status, body } = await poll(sync('bad', query))
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-input', field })
})

test('a fault of polls does not apply to a stream', async () => {
  const { status, text } = await fetchText(`${server.url}/prices?fault=repeat`)
  expect(status).toBe(400)
  expect(JSON.parse(text)).toMatchObject({ detail: '"repeat" does not apply to this kind of request' })
})
