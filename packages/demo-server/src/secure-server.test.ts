import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:https'
import { connect } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import { connectSecurely, type SecureClient } from './testing/secure-client.ts'
import { headerBytes, jsonOf, parseEvents } from './testing/streams.ts'

let server: DemoServer
let client: SecureClient
beforeAll(async () => {
  server = await startDemoServer()
})
beforeEach(() => {
  client = connectSecurely(server)
})
afterEach(() => client.close())
afterAll(() => server.close())

const getOverHttp1 = async (path: string): Promise<string> => {
  const sent = request(server.secureUrl + path, { ca: server.certificate, agent: false })
  sent.end()
  const [response] = await once(sent, 'response')
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}

test.each(['localhost', '127.0.0.1'])('has a valid certificate for %s', async (servername) => {
  const port = Number(new URL(server.secureUrl).port)
  // SNI does not allow an IP address, but the certificate is verified for it.
  const name = servername === 'localhost' ? { servername } : {}
  const socket = connect({ host: '127.0.0.1', port, ca: server.certificate, ...name })
  await once(socket, 'secureConnect')
  expect(socket.authorized).toBe(true)
  socket.destroy()
})

test('returns the hash of its public key, which a browser can trust', async () => {
  const { publicKey } = new X509Certificate(server.certificate)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  expect(server.certificateSpki).toBe(createHash('sha256').update(spki).digest('base64'))
})

test('responds over HTTP/2, and over HTTP/1.1 to older clients', async () => {
  const two = await client.open('/health')
  expect([two.status, await two.text()]).toEqual([200, '{"status":"ok"}\n'])
  expect(await getOverHttp1('/health')).toBe('{"status":"ok"}\n')
  expect(client.session.alpnProtocol).toBe('h2')
})

test('streams the same news over HTTP/1.1 and HTTP/2, from one log', async () => {
  const over2 = await (await client.open('/news?stream=both&rate=1000&count=3')).text()
  const over1 = await getOverHttp1('/news?stream=both&count=2&lastEventId=1')
  expect(over1).toBe(over2.slice(over2.indexOf('id: 2')))
  expect(server.attempts.entries.slice(-2).map(({ httpVersion }) => httpVersion)).toEqual(['2.0', '1.1'])
})

test('reads a Last-Event-ID as UTF-8', async () => {
  const headers = { 'last-event-id': headerBytes('…5') }
  const response = await client.open('/news?stream=secure&rate=1000&count=1&ids=utf8', headers)
  expect(parseEvents(await response.text())[0]).toMatchObject({ id: '…6' })
  const echoed = await client.open('/echo-headers?end=1', headers, 'posted')
  expect(jsonOf(parseEvents(await echoed.text())[0])).toMatchObject({
    method: 'POST',
    httpVersion: '2.0',
    headers: { 'last-event-id': { utf8: '…5' } },
    body: 'posted',
  })
})

test('responds to a seventh request and many more while streams are open', async () => {
  const open = await Promise.all(
    Array.from({ length: 20 }, () => client.open('/news?stream=seven&rate=0&retry=1')),
  )
  expect((await client.open('/health')).status).toBe(200)
  for (const { stream } of open) stream.close()
})

test('responds with problems to bad input, unknown paths and WebSocket paths', async () => {
  const responses = await Promise.all(
    ['/news?rate=x', '/nowhere', '/echo', '/raw?header=Connection:close'].map(
      async (path) => (await client.open(path)).status,
    ),
  )
  expect(responses).toEqual([400, 404, 426, 400])
  const large = await client.open('/control/fault', {}, 'x'.repeat(70_000))
  expect(large.status).toBe(413)
  const empty = await client.open('/raw?status=204&body=lost')
  expect([empty.status, await empty.text()]).toEqual([204, ''])
})

test('aborts a completion when its stream is closed, although the connection stays open', async () => {
  const endpointState = () => Object(server.state().endpoints['completions'])
  const body = JSON.stringify({ stream: true, prompt: 'a' })
  const response = await client.open('/v1/chat/completions?tokens=100000', {}, body)
  await once(response.stream, 'data')
  response.stream.close()
  await expect.poll(endpointState).toMatchObject({ started: 1, aborted: 1, live: 0 })
  expect((await client.open('/health')).status).toBe(200)
})

test.each(['fault=cut&fault-after-events=2&fault-bytes=4', 'fault=cut&fault-after-bytes=10'])(
  '%s resets this stream only',
  async (fault) => {
    const response = await client.open(`/news?stream=cut&rate=1000&${fault}`)
    await expect(response.text()).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
    expect((await client.open('/health')).status).toBe(200)
  },
)

test('a reset arrives before a response', async () => {
  await expect(client.open('/news?fault=reset')).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
})

test.each([
  'one-byte',
  'crlf',
  'cr',
  'bom',
  'gzip',
  'end',
  'delay&fault-ms=1',
  'wrong-type',
  'captive-portal',
])('applies %s, and ends without an error', async (fault) => {
  const response = await client.open(`/news?stream=shapes&rate=1000&count=2&fault=${fault}`)
  expect(response.status).toBe(200)
  expect(await response.text()).toBeTypeOf('string')
})

test('over HTTP/1.1 and TLS the connection is cut, or reset without a response', async () => {
  await expect(getOverHttp1('/news?fault=reset')).rejects.toMatchObject({ code: 'ECONNRESET' })
  await expect(getOverHttp1('/news?rate=1000&fault=cut')).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test('a flood waits for a slow client', async () => {
  const response = await client.open('/flood?bytes=5000000')
  const events = parseEvents(await response.text())
  expect(events.at(-1)?.event).toBe('end')
})
