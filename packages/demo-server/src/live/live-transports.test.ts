import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { liveOf, untilCounts } from '../testing/live.ts'
import { jsonOf } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const seqs = (items: readonly unknown[]) => items.map((item) => Object(item).seq)
const pollJson = async (response: Promise<Response>) => {
  const body: unknown = await (await response).json()
  return Object(body)
}

test('every transport sends the same messages with the same numbers', async () => {
  const { live, socket, events, poll, frame } = liveOf(server)
  expect(await live.publish(3)).toEqual({ first: 1, last: 3 })

  const client = await socket('?after=1')
  const stream = await events('?after=1')
  const document = await frame('&after=1')
  const expected = expect.objectContaining({ seq: 2, text: 'message 2', at: expect.any(Number) })
  expect(await client.nextJson()).toEqual(expected)
  expect(await stream.nextBlock()).toBe(': hi')
  const event = await stream.next()
  expect(event.id).toBe('2')
  expect(jsonOf(event)).toEqual(expected)
  const { items, next } = await pollJson(poll('?after=1'))
  expect(items).toEqual([expected, expect.objectContaining({ seq: 3 })])
  expect(next).toBe('3')
  let html = ''
  while (!html.includes('"3")')) html += String(await document.nextChunk())
  expect(html).toContain('parent.receive()')
  expect(html).toMatch(/parent\.receive\("\{\\"seq\\":2,.*"2"\)<\/script>/)

  await live.publish(1)
  expect(seqs([await client.nextJson(), await client.nextJson()])).toEqual([3, 4])
  for (const one of [stream, document]) one.leave()
  await client.leave()
  await untilCounts(live, ({ transports }) => Object.values(transports).every(({ open }) => open === 0))
  const { transports } = await live.counts()
  expect(transports['web-socket']).toMatchObject({ requests: 1, sent: 3 })
  expect(transports['long-poll']).toMatchObject({ requests: 1, sent: 2 })
})

test('without a cursor a client gets all stored messages, or with `from=newest` only later ones', async () => {
  const { live, socket, events } = liveOf(server)
  await live.publish(2)
  const all = await socket()
  expect(seqs([await all.nextJson(), await all.nextJson()])).toEqual([1, 2])
  const newest = await events('?from=newest')
  await untilCounts(live, ({ transports }) => transports['event-source'].open === 1)
  await live.publish(1)
  expect(await newest.nextBlock()).toBe(': hi')
  expect((await newest.next()).id).toBe('3')
  newest.leave()
  await all.leave()
})

test('the header `Last-Event-ID` takes precedence over the query', async () => {
  const { live, events } = liveOf(server)
  await live.publish(5)
  const stream = await events('?after=1', { 'Last-Event-ID': '4' })
  await stream.nextBlock()
  expect((await stream.next()).id).toBe('5')
  stream.leave()
})

test('a long poll is held until there is a message, and a short poll is not', async () => {
  const { live, poll } = liveOf(server)
  const held = poll('?after=0')
  await untilCounts(live, ({ transports }) => transports['long-poll'].open === 1)
  expect(await pollJson(poll('?after=0&wait=0'))).toEqual({ items: [], next: '0' })
  await live.publish(1)
  expect(await pollJson(held)).toMatchObject({ items: [{ seq: 1 }], next: '1' })
  expect(await pollJson(poll('?after=1&wait=20'))).toEqual({ items: [], next: '1' })
  const { transports } = await live.counts()
  expect(transports['long-poll']).toMatchObject({ requests: 2, open: 0, sent: 1 })
  expect(transports['short-poll']).toMatchObject({ requests: 1, open: 0, sent: 0 })
})

test('a poll has at most `limit` messages, and the next cursor follows them', async () => {
  const { live, poll } = liveOf(server)
  await live.publish(5)
  const { items, next } = await pollJson(poll('?after=1&limit=2'))
  expect([seqs(items), next]).toEqual([[2, 3], '3'])
})

test('publishes at a rate, and counts what is pending', async () => {
  const { live, socket } = liveOf(server)
  const client = await socket()
  expect(await live.publish(40, { rate: 400 })).toEqual({ first: 1, last: 40 })
  const received: unknown[] = []
  while (received.length < 40) received.push(await client.nextJson())
  expect(seqs(received)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
  expect(await live.counts()).toMatchObject({ published: 40, pending: 0 })
  await client.leave()
})

test('a WebSocket appends messages, acknowledges their keys, and drops known ones', async () => {
  const { live, socket } = liveOf(server)
  const client = await socket()
  client.sendJson({ key: 'a', text: 'one' })
  expect(await client.nextJson()).toMatchObject({ seq: 1, text: 'one', key: 'a' })
  expect(await client.nextJson()).toEqual({ ack: 'a', seq: 1 })
  client.sendJson({ key: 'a', text: 'one' })
  expect(await client.nextJson()).toEqual({ ack: 'a', seq: 1, duplicate: true })
  client.sendJson({ text: 'two' })
  expect(await client.nextJson()).toMatchObject({ seq: 2, text: 'two' })
  client.sendJson({ words: 'three' })
  expect(await client.nextJson()).toMatchObject({ type: 'problem', field: 'text' })
  expect((await live.received()).map(({ text }) => text)).toEqual(['one', 'two'])
  expect(await live.counts()).toMatchObject({ received: 2, duplicates: 1 })
  await client.leave()
})

test('a POST appends once for each key, whichever transport has sent it before', async () => {
  const { live, post, socket } = liveOf(server)
  const key = { 'Idempotency-Key': '"k"' }
  const first = await post({ text: 'one' }, key)
  expect([first.status, await first.json()]).toEqual([201, { seq: 1, key: 'k', duplicate: false }])
  const second = await post({ text: 'one' }, key)
  expect([second.status, await second.json()]).toEqual([200, { seq: 1, key: 'k', duplicate: true }])
  const client = await socket('?after=1')
  client.sendJson({ key: 'k', text: 'one' })
  expect(await client.nextJson()).toMatchObject({ ack: 'k', duplicate: true })
  expect((await live.received()).length).toBe(1)
  await client.leave()
})

test('sends a pong for each ping over the WebSocket', async () => {
  const client = await liveOf(server).socket()
  client.socket.send('ping')
  expect(await client.next()).toBe('pong')
  await client.leave()
})

test('after an unknown cursor follows the oldest message that is left', async () => {
  const { live, poll } = liveOf(server)
  await live.publish(10)
  await live.forget({ keep: 3 })
  expect(await live.counts()).toMatchObject({ published: 10, oldest: 8 })
  expect(seqs((await pollJson(poll('?after=2'))).items)).toEqual([8, 9, 10])
  expect(seqs((await pollJson(poll('?after=8'))).items)).toEqual([9, 10])
  await live.forget()
  expect(await pollJson(poll('?after=2&wait=0'))).toEqual({ items: [], next: '2' })
  await live.publish(1)
  expect(seqs((await pollJson(poll('?after=2'))).items)).toEqual([11])
})

test('a restart ends all connections, and numbers begin with 1 again', async () => {
  const { live, socket, poll, events } = liveOf(server)
  await live.publish(10)
  const client = await socket('?after=10')
  const stream = await events('?after=10')
  await untilCounts(live, ({ transports }) => transports['event-source'].open === 1)
  await live.forget({ restart: true })
  expect((await client.closed).code).toBe(1006)
  await expect(stream.rest()).rejects.toThrow()
  await live.publish(2)
  expect(seqs((await pollJson(poll('?after=10'))).items)).toEqual([1, 2])
})

test('a text cannot end its script in the document', async () => {
  const { post, frame } = liveOf(server)
  await post({ text: '</script><b>' })
  const document = await frame()
  let html = ''
  while (!html.includes('"1")')) html += String(await document.nextChunk())
  expect(html).not.toContain('<b>')
  document.leave()
})

test.each([
  ['?after=x', 'after'],
  ['?from=here', 'from'],
  ['?after=1&wait=-1', 'wait'],
  ['/frame', 'callback'],
  ['/frame?callback=alert(1)', 'callback'],
])('refuses %s', async (rest, field) => {
  const { live } = liveOf(server)
  const response = await fetch(live.url + rest)
  expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ field })])
})
