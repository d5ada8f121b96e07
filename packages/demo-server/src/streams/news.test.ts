import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import {
  fetchText,
  headerBytes,
  jsonOf,
  openStream,
  parseEvents,
  type TestStream,
} from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const news = (query: string): string => `${server.url}/news?${query}`
const idsOf = (text: string): readonly (string | undefined)[] => parseEvents(text).map(({ id }) => id)
const upFrom = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(first + index))

/** The state of one news stream. */
const endpointState = (stream: string): unknown => Object(server.state().endpoints['news']).streams[stream]

async function idsFrom(stream: TestStream, count: number): Promise<readonly number[]> {
  const ids: number[] = []
  while (ids.length < count) ids.push(Number((await stream.next()).id))
  return ids
}

test('sends numbered items, with Cache-Control: no-store', async () => {
  const { headers, text } = await fetchText(news('stream=plain&rate=1000&count=3'))
  expect(headers.get('content-type')).toBe('text/event-stream')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-accel-buffering')).toBe('no')
  expect(text.startsWith('id: 1\ndata: {"seq":1,"at":')).toBe(true)
  expect(parseEvents(text).map(jsonOf)).toEqual(
    [1, 2, 3].map((seq) => ({ seq, at: expect.any(Number), headline: expect.any(String) })),
  )
})

test.each([1, 2])('resumes exactly after the id in the header, time %i', async () => {
  const headers = { 'Last-Event-ID': '2' }
  const { text } = await fetchText(news('stream=header&rate=1000&count=3'), { headers })
  expect(idsOf(text)).toEqual(['3', '4', '5'])
  await expect.poll(() => endpointState('header')).toMatchObject({ via: 'header', live: 0, rate: 1_000 })
})

test('resumes after the id in the query, but prefers the header', async () => {
  const byQuery = await fetchText(news('stream=query&rate=1000&count=2&lastEventId=7'))
  expect(idsOf(byQuery.text)).toEqual(['8', '9'])
  expect(endpointState('query')).toMatchObject({ via: 'query', resumedFrom: ['7'] })
  const headers = { 'Last-Event-ID': '9' }
  const both = await fetchText(news('stream=query&rate=1000&count=1&lastEventId=7'), { headers })
  expect(idsOf(both.text)).toEqual(['10'])
  expect(endpointState('query')).toMatchObject({ via: 'header', resumedFrom: ['7', '9'] })
})

test('ids can contain more than ASCII, and are read as UTF-8', async () => {
  const first = await fetchText(news('stream=utf8&rate=1000&count=2&ids=utf8'))
  expect(idsOf(first.text)).toEqual(['…1', '…2'])
  const headers = { 'Last-Event-ID': headerBytes('…2') }
  const second = await fetchText(news('stream=utf8&count=1&ids=utf8'), { headers })
  expect(idsOf(second.text)).toEqual(['…3'])
  const third = await fetchText(news(`stream=utf8&count=1&ids=utf8&lastEventId=${encodeURIComponent('…3')}`))
  expect(idsOf(third.text)).toEqual(['…4'])
  expect(endpointState('utf8')).toMatchObject({ resumedFrom: ['…2', '…3'] })
})

test('replays the newest items to a new client', async () => {
  await fetchText(news('stream=replay&rate=0&lastEventId=40&last=40'))
  expect(idsOf((await fetchText(news('stream=replay&replay=3&count=3'))).text)).toEqual(['38', '39', '40'])
  expect(idsOf((await fetchText(news('stream=replay&replay=90&count=40'))).text)).toEqual(upFrom(1, 40))
})

test('an item is the same for all clients, and when it is replayed', async () => {
  const first = await fetchText(news('stream=same&rate=1000&count=20'))
  const again = await fetchText(news('stream=same&lastEventId=5&count=15'))
  expect(parseEvents(again.text)).toEqual(parseEvents(first.text).slice(5))
})

test('every client receives each item once after its position, at any rate', async () => {
  const readers = await Promise.all(
    ['', '&replay=100', '&lastEventId=3'].map((how) => openStream(news(`stream=many&rate=5000${how}`))),
  )
  const seen = await Promise.all(readers.map((reader) => idsFrom(reader, 3_000)))
  for (const ids of seen) expect(ids).toEqual(upFrom(ids[0] ?? 0, 3_000).map(Number))
  expect(endpointState('many')).toMatchObject({ live: 3 })
  for (const reader of readers) reader.leave()
  await expect.poll(() => endpointState('many')).toMatchObject({ live: 0 })
})

test('a client that stops reading loses no items, and fills no memory', async () => {
  const slow = await openStream(news('stream=slow&rate=0&lastEventId=0'))
  await fetchText(news('stream=slow&rate=0&lastEventId=200000&last=200000'))
  await requestJson(`${server.url}/control/news`, 'POST', { stream: 'slow', headline: 'So much to read' })
  expect(await idsFrom(slow, 200_001)).toEqual(upFrom(1, 200_001).map(Number))
  slow.leave()
})

test('the log continues without clients', async () => {
  await fetchText(news('stream=away&rate=5000&count=1'))
  const at = Date.now()
  await expect.poll(() => Date.now() - at).toBeGreaterThan(20)
  const { text } = await fetchText(news('stream=away&rate=0&replay=1&count=1'))
  expect(Number(idsOf(text)[0])).toBeGreaterThan(50)
})

test('ends after the last item, and responds to a reconnect with 204', async () => {
  const { text } = await fetchText(news('stream=last&rate=1000&last=3'))
  expect(idsOf(text)).toEqual(['1', '2', '3'])
  const headers = { 'Last-Event-ID': '3' }
  expect(await fetchText(news('stream=last&last=3'), { headers })).toMatchObject({ status: 204, text: '' })
  expect(server.attempts.entries.at(-1)).toMatchObject({
    method: 'GET',
    target: '/news?stream=last&last=3',
    httpVersion: '1.1',
    lastEventId: '3',
    outcome: 'refused',
    status: 204,
  })
})

test('publishes an item to connected and later clients', async () => {
  const reader = await openStream(news('stream=hand&rate=0'))
  const body = { stream: 'hand', headline: 'Two lines,\none knot' }
  const response = await requestJson(`${server.url}/control/news`, 'POST', body)
  expect(response).toMatchObject({ status: 201, body: { ...body, seq: 1 } })
  expect(await reader.next()).toMatchObject({ id: '1', data: expect.stringContaining('\\none knot"}') })
  reader.leave()
  const { text } = await fetchText(news('stream=hand&rate=0&replay=1&count=1'))
  expect(jsonOf(parseEvents(text)[0])).toMatchObject({ seq: 1, headline: body.headline })
})

test('sends a reconnection time at once, and comments between events', async () => {
  const reader = await openStream(news('stream=asides&rate=0&retry=1234&comment=5'))
  expect(await reader.next()).toEqual({ retry: '1234' })
  for (const _ of [1, 2, 3]) expect(await reader.nextBlock()).toBe(': keep-alive')
  reader.leave()
})

test.each([
  ['rate', 'rate=20001'],
  ['replay', 'replay=-1'],
  ['count', 'count=0'],
  ['last', 'last=soon'],
  ['ids', 'ids=latin1'],
  ['retry', 'retry=never'],
  ['comment', 'comment=-5'],
  ['stream', 'stream='],
  ['lastEventId', 'lastEventId=abc'],
  ['lastEventId', 'lastEventId=-1'],
])('refuses a bad %s: %s', async (field, query) => {
  const response = await requestJson(news(query))
  expect(response).toMatchObject({ status: 400, body: { code: 'bad-input', field } })
  expect(server.attempts.entries.at(-1)).toMatchObject({ outcome: 'refused', status: 400 })
})

test('refuses an unknown id in the header, and changes nothing', async () => {
  const response = await fetch(news('stream=bad'), { headers: { 'Last-Event-ID': 'garbage' } })
  expect(response.status).toBe(400)
  await response.text()
  expect(endpointState('bad')).toBeUndefined()
})

test.each([{}, { headline: '' }, { headline: 'a', seq: 1 }, { headline: 1 }])(
  'refuses to publish %j',
  async (body) => {
    expect(await requestJson(`${server.url}/control/news`, 'POST', body)).toMatchObject({ status: 400 })
  },
)
