import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { fetchText, headerBytes, jsonOf, openStream, type TestStream } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const raw = (query: Record<string, string>): string => `${server.url}/raw?${new URLSearchParams(query)}`

async function chunksOf(stream: TestStream): Promise<readonly string[]> {
  const chunks: string[] = []
  for (;;) {
    const chunk = await stream.nextChunk()
    if (chunk === undefined) return chunks
    chunks.push(chunk.toString('latin1'))
  }
}

test('responds with the text of the query, and ends', async () => {
  const response = await fetchText(raw({ body: 'data: a\r\ndata: ü\n\n' }))
  expect(response).toMatchObject({ status: 200, text: 'data: a\r\ndata: ü\n\n' })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
})

test('responds with any bytes, also invalid UTF-8', async () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0xc3, 0x0d])
  const response = await fetch(raw({ base64: bytes.toString('base64') }))
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
})

test('reads Base64 in which a plus sign became a space', async () => {
  const response = await fetch(`${server.url}/raw?base64=+++/`)
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from('+++/', 'base64'))
})

test('splits at the given lengths, also inside a character', async () => {
  const stream = await openStream(raw({ body: 'data: ü\n\n', chunks: '7,1', gap: '100' }))
  expect(await chunksOf(stream)).toEqual(['data: \xc3', '\xbc', '\n\n'])
})

test('ignores chunks that are empty or beyond the end', async () => {
  const stream = await openStream(raw({ body: 'abc', chunks: '0,1,50', gap: '100' }))
  expect(await chunksOf(stream)).toEqual(['a', 'bc'])
})

test('stays open with hold=1', async () => {
  const stream = await openStream(raw({ body: 'data: a\n\n', hold: '1' }))
  expect(await stream.next()).toEqual({ data: 'a' })
  const next = stream.nextChunk().catch((error: Error) => error.name)
  stream.leave()
  expect(await next).toBe('AbortError')
})

test('has the requested type, status and headers', async () => {
  const query = 'body=a&type=text/plain&status=418&header=X-Knot:bowline&header=X-Rope:%20hemp'
  const response = await fetchText(`${server.url}/raw?${query}`)
  expect([response.status, response.text]).toEqual([418, 'a'])
  const names = ['content-type', 'x-knot', 'x-rope']
  expect(names.map((name) => response.headers.get(name))).toEqual(['text/plain', 'bowline', 'hemp'])
  expect((await fetchText(raw({ body: 'a', type: '' }))).headers.get('content-type')).toBeNull()
  expect(await fetchText(raw({ status: '204', body: 'lost' }))).toMatchObject({ status: 204, text: '' })
})

test('sends a posted body back when the query has none', async () => {
  const init = { method: 'POST', body: 'data: posted\n\n' }
  expect((await fetchText(raw({}), init)).text).toBe('data: posted\n\n')
  expect((await fetchText(raw({ body: 'data: a\n\n' }), init)).text).toBe('data: a\n\n')
})

test('accepts a long body in its query', async () => {
  const body = 'x'.repeat(60_000)
  expect((await fetchText(raw({ body }))).text).toBe(body)
})

test.each(['chunks=a', 'chunks=1,,2', 'status=99', 'type=%0a', 'hold=maybe', 'gap=-1', 'header=nothing'])(
  'refuses %s',
  async (query) => {
    expect(await requestJson(`${server.url}/raw?${query}`)).toMatchObject({ status: 400 })
  },
)

test('refuses a header value with a line break', async () => {
  expect(await requestJson(`${server.url}/raw?header=A:b%0d%0aC:d`)).toMatchObject({ status: 400 })
})

test('echo-headers sends the request back', async () => {
  const stream = await openStream(`${server.url}/echo-headers?a=b`, {
    method: 'POST',
    headers: { 'Last-Event-ID': headerBytes('…3'), 'Content-Type': 'text/plain' },
    body: 'Grüße',
  })
  expect(jsonOf(await stream.next())).toMatchObject({
    method: 'POST',
    target: '/echo-headers?a=b',
    httpVersion: '1.1',
    headers: { 'last-event-id': { latin1: headerBytes('…3'), utf8: '…3' } },
    body: 'Grüße',
  })
  stream.leave()
})

test('echo-headers ends with end=1', async () => {
  const { text } = await fetchText(`${server.url}/echo-headers?end=1`)
  expect(text).toMatch(/^data: .*"method":"GET".*"body":""}\n\n$/)
})
