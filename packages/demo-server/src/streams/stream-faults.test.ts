import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { type FaultRule } from '../faults.ts'
import { connectTo } from '../testing/client.ts'
import { requestJson } from '../testing/control.ts'
import { fetchText, openStream, parseEvents } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterEach(() => void server.faults.clear())
afterAll(() => server.close())

let made = 0
/** A news stream for one test only. */
const news = (query: string): string => `/news?stream=faults${(made += 1)}&rate=5000&${query}`
const raw = (text: string, query: string): string => `/raw?body=${encodeURIComponent(text)}&${query}`
const outcomeOf = (path: string): unknown =>
  server.attempts.entries
    .filter(({ target }) => target === path)
    .map(({ outcome, status }) => [outcome, status])
    .at(-1)

/** The text before the body ends, and whether it ends with an error. */
async function broken(path: string): Promise<{ text: string; broke: boolean }> {
  const stream = await openStream(server.url + path)
  let text = ''
  try {
    for (;;) {
      const chunk = await stream.nextChunk()
      if (chunk === undefined) return { text, broke: false }
      text += chunk.toString('latin1')
    }
  } catch {
    return { text, broke: true }
  }
}

/** All bytes of the response, up to the end of the connection. */
async function onTheWire(path: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString('latin1')))
  await once(socket, 'close')
  return text
}

test('a rule applies as often as its count, to matching requests', async () => {
  server.faults.add({ fault: 'refuse', retryAfter: 2, count: 2, match: '/news?stream=rule' })
  const url = `${server.url}/news?stream=rule&rate=1000&count=1`
  expect((await fetchText(`${server.url}/news?stream=other&count=1`)).status).toBe(200)
  for (const _ of [1, 2]) {
    const { status, headers } = await fetchText(url)
    expect([status, headers.get('retry-after')]).toEqual([503, '2'])
  }
  expect((await fetchText(url)).status).toBe(200)
  const outcomes = server.attempts.entries.map(({ outcome }) => outcome)
  expect(outcomes.slice(-4)).toEqual(['accepted', 'refuse', 'refuse', 'accepted'])
})

test('a rule that is added over HTTP can be waited for', async () => {
  const rule = { fault: 'no-content', match: '/prices' }
  expect((await requestJson(`${server.url}/control/fault`, 'POST', rule)).status).toBe(201)
  const seen = server.attempts.until(({ outcome }) => outcome === 'no-content')
  expect((await fetchText(`${server.url}/prices`)).status).toBe(204)
  expect(await seen).toMatchObject({ method: 'GET', target: '/prices', status: 204 })
})

test('handshakes and streams do not use up the rules of each other', async () => {
  server.faults.add({ fault: 'mute' })
  server.faults.add({ fault: 'end' })
  expect((await fetchText(server.url + news('count=3'))).text).toBe('')
  const client = await connectTo(`${server.url}/echo`)
  client.socket.send('a')
  expect(server.faults.list()).toEqual([])
  expect(server.attempts.entries.slice(-2).map(({ outcome }) => outcome)).toEqual(['end', 'mute'])
  await client.leave()
})

test('does not apply to other routes', async () => {
  server.faults.add({ fault: 'refuse' })
  expect((await fetchText(`${server.url}/health?fault=refuse`)).status).toBe(200)
  expect(server.faults.list()).toHaveLength(1)
})

test('refuses with a redirect', async () => {
  const to = encodeURIComponent(news('count=1'))
  const path = news(`fault=refuse&fault-status=307&fault-location=${to}`)
  const response = await fetch(server.url + path, { redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([307, decodeURIComponent(to)])
  const followed = await fetchText(server.url + path)
  expect(parseEvents(followed.text)).toHaveLength(1)
})

test('refuses with a body that never ends', async () => {
  const stream = await openStream(server.url + news('fault=refuse&fault-status=500&fault-endless=true'))
  expect(stream.response.status).toBe(500)
  for (const _ of [1, 2, 3]) expect((await stream.nextChunk())?.length).toBeGreaterThan(0)
  stream.leave()
})

test.each([
  ['captive-portal', 200, 'text/html', '<!doctype html>'],
  ['wrong-type', 200, 'application/json', '{"title"'],
  ['no-content', 204, null, ''],
])('applies %s', async (fault, status, type, beginning) => {
  const path = news(`fault=${fault}`)
  const response = await fetchText(server.url + path)
  expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
  expect(response.text.startsWith(beginning)).toBe(true)
  expect(outcomeOf(path)).toEqual([fault, status])
})

test('stalls until the client aborts, also with a posted body', async () => {
  const controller = new AbortController()
  const path = '/v1/chat/completions?fault=stall'
  const init = { method: 'POST', body: 'x'.repeat(60_000), signal: controller.signal }
  const response = fetch(server.url + path, init).catch((error: Error) => error.name)
  await server.attempts.until(({ target }) => target === path)
  expect(outcomeOf(path)).toEqual(['stall', 0])
  controller.abort()
  expect(await response).toBe('AbortError')
})

test('resets the connection instead of a response', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`GET ${news('fault=reset')} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  const [error] = await once(socket, 'error')
  expect(error).toMatchObject({ code: 'ECONNRESET' })
})

test('delays, then continues', async () => {
  const path = news('count=2&fault=delay&fault-ms=10')
  expect(parseEvents((await fetchText(server.url + path)).text)).toHaveLength(2)
  expect(outcomeOf(path)).toEqual(['delay', 200])
})

test('logs a client that disconnects during a delay, and starts nothing', async () => {
  const path = news('fault=delay&fault-ms=3600000')
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await server.attempts.until(({ target }) => target === path)
  expect(outcomeOf(path)).toEqual(['delay', 0])
  expect(Object(server.state().endpoints['news']).streams[`faults${made}`]).toBeUndefined()
})

test.each([0, 1, 17, 1_000])('cuts after exactly %i bytes', async (bytes) => {
  const path = raw('x'.repeat(2_000), `chunks=700,700&fault=cut&fault-after-bytes=${bytes}`)
  expect(await broken(path)).toEqual({ text: 'x'.repeat(bytes), broke: true })
  expect(outcomeOf(path)).toEqual(['cut', 200])
})

test('cuts in the middle of an event, without the end of the HTTP body', async () => {
  const { text, broke } = await broken(news('fault=cut&fault-after-events=3&fault-bytes=9'))
  expect(broke).toBe(true)
  const blocks = text.split('\n\n')
  expect(blocks.slice(0, 3).map((block) => block.split('\n')[0])).toEqual(['id: 1', 'id: 2', 'id: 3'])
  expect(blocks.slice(3)).toEqual(['id: 4\ndat'])
  const wire = await onTheWire(news('fault=cut&fault-after-events=1&fault-bytes=4'))
  expect(wire).toContain('Transfer-Encoding: chunked')
  expect(wire.endsWith('\r\n4\r\nid: \r\n')).toBe(true)
})

test('cuts between two events', async () => {
  const { text, broke } = await broken(news('fault=cut&fault-after-events=2&fault-bytes=0'))
  expect(broke).toBe(true)
  expect(text.endsWith('\n\n')).toBe(true)
  expect(parseEvents(text)).toHaveLength(2)
})

test.each([0, 1, 4])('ends without an error after %i events', async (events) => {
  const { text, broke } = await broken(news(`fault=end&fault-after-events=${events}`))
  expect(broke).toBe(false)
  expect(parseEvents(text)).toHaveLength(events)
})

test('a completion that a fault ends is not finished', async () => {
  const body = JSON.stringify({ stream: true, prompt: 'a' })
  const url = `${server.url}/v1/chat/completions?rate=20000&fault=end&fault-after-events=4`
  const { text } = await fetchText(url, { method: 'POST', body })
  expect(parseEvents(text)).toHaveLength(4)
  const endpointState = () => Object(server.state().endpoints['completions']).latest.at(-1)
  await expect.poll(endpointState).toMatchObject({ ended: 'aborted', tokens: 3 })
})

test('sends nothing after an event, not even comments or the end, and stays connected', async () => {
  const query = 'rate=2000&count=50&comment=1&fault=silence&fault-after-events=3'
  const stream = await openStream(`${server.url}/prices?${query}`)
  let text = ''
  while (parseEvents(text).length < 3) text += String(await stream.nextChunk())
  const more = stream.nextChunk().then(String, (error: Error) => error.name)
  for (let n = 0; n < 20; n += 1) await requestJson(`${server.url}/health`)
  stream.leave()
  expect(await more).toBe('AbortError')
})

test('sends byte by byte', async () => {
  const text = 'id: ü\ndata: a\n\n'
  const path = raw(text, 'fault=one-byte')
  expect((await fetchText(server.url + path)).text).toBe(text)
  const wire = await onTheWire(`${raw('data: ü\n\n', 'fault=one-byte')}&header=Connection:close`)
  const bytes = Buffer.from('data: ü\n\n').toString('latin1').split('')
  expect(wire.endsWith(`${bytes.map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`)).toBe(true)
})

test('sends lines that end with CRLF, and each CR and LF apart', async () => {
  const wire = await onTheWire(`${raw('data: a\ndata: b\r\rx', 'fault=crlf')}&header=Connection:close`)
  const chunks = ['8\r\ndata: a\r', '9\r\n\ndata: b\r', '2\r\n\n\r', '2\r\n\nx', '0\r\n']
  expect(wire.endsWith(`\r\n\r\n${chunks.map((chunk) => `${chunk}\r\n`).join('')}`)).toBe(true)
  const { text } = await fetchText(server.url + news('count=2&fault=crlf'))
  expect(parseEvents(text.replaceAll('\r\n', '\n'))).toHaveLength(2)
})

test('sends lines that end with CR', async () => {
  const { text } = await fetchText(server.url + raw('a: ü\nb\r\nc\r\n\n', 'fault=cr'))
  expect(text).toBe('a: ü\rb\rc\r\r')
})

test('begins with exactly one byte order mark', async () => {
  const response = await fetch(server.url + raw('data: a\n\n', 'fault=bom&chunks=3'))
  expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('\uFEFFdata: a\n\n')
})

test('compresses, and flushes each event', async () => {
  const stream = await openStream(server.url + raw('data: a\n\n', 'fault=gzip&hold=1'))
  expect(stream.response.headers.get('content-encoding')).toBe('gzip')
  expect(await stream.next()).toEqual({ data: 'a' })
  stream.leave()
  const path = news('count=2000&fault=gzip')
  expect(parseEvents((await fetchText(server.url + path)).text)).toHaveLength(2_000)
  expect(outcomeOf(path)).toEqual(['gzip', 200])
})

test.each(['one-byte', 'crlf', 'cr', 'bom', 'gzip', 'silence'])(
  'a client may disconnect during %s',
  async (fault) => {
    const stream = await openStream(`${server.url}${news('')}&fault=${fault}`)
    if (fault !== 'silence') await stream.nextChunk()
    stream.leave()
    const streams = () => Object(server.state().endpoints['news']).streams[`faults${made}`]
    await expect.poll(streams).toMatchObject({ live: 0 })
  },
)

test.each([
  ['an unknown fault', 'fault=explode'],
  ['a fault of handshakes', 'fault=mute'],
  ['a cut in two places', 'fault=cut&fault-after-bytes=1&fault-after-events=1'],
  ['an option of another fault', 'fault=end&fault-bytes=1'],
  ['a number below zero', 'fault=silence&fault-after-events=-1'],
  ['a location with a line break', 'fault=refuse&fault-location=a%0d%0ab'],
])('refuses %s', async (_, query) => {
  const path = news(query)
  expect(await requestJson(server.url + path)).toMatchObject({ status: 400, body: { code: 'bad-input' } })
  expect(outcomeOf(path)).toEqual(['refused', 400])
})

test('a fault of streams does not apply to a handshake', async () => {
  await expect(connectTo(`${server.url}/echo?fault=gzip`)).rejects.toMatchObject({ status: 400 })
})

test.each<FaultRule>([
  { fault: 'cut', afterBytes: -1 },
  { fault: 'gzip', afterEvents: 1 },
  { fault: 'refuse', location: '' },
])('refuses the rule %j', (rule) => {
  expect(() => server.faults.add(rule)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
