import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import { connectTo, openClient, refusalOf } from './testing/client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterEach(() => void server.faults.clear())
afterAll(() => server.close())

test('refuses with 503 and Retry-After, as often as the rule says', async () => {
  server.faults.add({ fault: 'refuse', retryAfter: 2, count: 2, match: '/echo' })
  for (const attempt of [1, 2]) {
    const { status, headers } = await refusalOf(`${server.url}/echo`)
    expect([attempt, status, headers['retry-after']]).toEqual([attempt, 503, '2'])
  }
  const client = await connectTo(`${server.url}/echo`)
  await client.leave()
  const outcomes = server.attempts.entries.map(({ outcome }) => outcome)
  expect(outcomes.slice(-3)).toEqual(['refuse', 'refuse', 'accepted'])
})

test('a rule applies to matching requests only', async () => {
  server.faults.add({ fault: 'refuse', status: 404, match: '/chat', count: 'always' })
  const client = await connectTo(`${server.url}/echo`)
  await client.leave()
  expect((await refusalOf(`${server.url}/chat/a?name=ann`)).status).toBe(404)
  expect((await refusalOf(`${server.url}/chat/a?name=ann`)).status).toBe(404)
})

test('Retry-After can be a date, or an invalid value', async () => {
  for (const retryAfter of ['Wed, 21 Oct 2026 07:28:00 GMT', 'soon']) {
    server.faults.add({ fault: 'refuse', status: 429, retryAfter })
    const { status, headers } = await refusalOf(`${server.url}/echo`)
    expect([status, headers['retry-after']]).toEqual([429, retryAfter])
  }
})

test('responds like a captive portal', async () => {
  const { status, headers, body } = await refusalOf(`${server.url}/echo?fault=captive-portal`)
  expect([status, headers['content-type']]).toEqual([200, 'text/html'])
  expect(body).toContain('<!doctype html>')
})

test('accepts, then drops', async () => {
  const client = await connectTo(`${server.url}/echo?fault=accept-then-drop`)
  expect(await client.closed).toEqual({ code: 1006, reason: '' })
})

test('drops after a number of messages, which all arrive', async () => {
  const url = `${server.url}/counted?rate=20000&fault=accept-then-drop&fault-after-messages=50`
  const client = await connectTo(url)
  for (let n = 1; n <= 50; n += 1) expect(await client.nextJson()).toEqual({ n })
  expect((await client.closed).code).toBe(1006)
})

test('stalls the handshake until the client aborts', async () => {
  const client = openClient(`${server.url}/echo?fault=stall`)
  const attempt = await server.attempts.until(({ outcome }) => outcome === 'stall')
  expect(attempt.status).toBe(0)
  expect(client.socket.readyState).toBe(client.socket.CONNECTING)
  client.socket.terminate()
  expect((await client.closed).code).toBe(1006)
})

test('resets the connection instead of a response', async () => {
  await expect(connectTo(`${server.url}/echo?fault=reset`)).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test('delays the handshake, then completes it', async () => {
  const client = await connectTo(`${server.url}/echo?fault=delay&fault-ms=20`)
  client.socket.send('late')
  expect(await client.next()).toBe('late')
  await client.leave()
})

const handshake = (target: string): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n')

const open = (text: string): Socket => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(text)
  return socket
}

test('does not lose data that a client sends during the delay', async () => {
  const socket = open(handshake('/echo?fault=delay&fault-ms=20'))
  // A masked text frame: "a", with a mask of zeros.
  socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 97]))
  const response = new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (text.endsWith('a')) resolve(text)
    })
  })
  expect((await response).endsWith('\x81\x01a')).toBe(true)
  socket.destroy()
})

test.each(['delay&fault-ms=3600000', 'stall'])(
  'closes the socket of a client that disconnects: %s',
  async (fault) => {
    const socket = open(handshake(`/echo?fault=${fault}`))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.end()
    socket.resume()
    await closed
  },
)

test.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 3000, 4401, 4999])('closes with %i', async (code) => {
  const client = await connectTo(`${server.url}/echo?fault=close&fault-code=${code}&fault-reason=why`)
  const reason = code === 1005 || code === 1006 ? '' : 'why'
  expect(await client.closed).toEqual({ code, reason })
})

test.each([0, 999, 1004, 1015, 2000, 5000])(
  'sends even the reserved code %i, which clients treat as a protocol error',
  async (code) => {
    const client = openClient(`${server.url}/echo?fault=close&fault-code=${code}`)
    const error = new Promise<Error>((resolve) => client.socket.once('error', resolve))
    expect((await error).message).toContain(`invalid status code ${code}`)
    await client.closed
  },
)

test('a muted connection is open and sends nothing, not even a heartbeat', async () => {
  const client = await connectTo(`${server.url}/echo?fault=mute`)
  client.socket.send('ping')
  client.socket.send('hello')
  const received = new Promise((resolve) => client.socket.once('pong', resolve))
  client.socket.ping()
  await received
  const [view] = server.state().connections.slice(-1)
  expect(view).toMatchObject({ endpoint: 'echo', sent: 0, pings: 0, received: 1 })
  await client.leave()
})

test.each([
  ['an unknown fault', 'fault=explode', 400],
  ['a fault with a bad option', 'fault=close&fault-code=70000', 400],
  ['a fault with an option of another fault', 'fault=stall&fault-code=1000', 400],
  ['an unknown heartbeat option', 'heartbeat=perhaps', 400],
])('refuses %s', async (_, query, status) => {
  const refusal = await refusalOf(`${server.url}/echo?${query}`)
  expect(refusal.status).toBe(status)
  expect(JSON.parse(refusal.body)).toMatchObject({ status, code: 'bad-input' })
})

test('refuses an unknown path, and an invalid one', async () => {
  expect((await refusalOf(`${server.url}/nowhere`)).status).toBe(404)
  expect((await refusalOf(`${server.url}/chat/%E0%A4%A?name=ann`)).status).toBe(400)
})

test('responds to a heartbeat, except with heartbeat=swallowed', async () => {
  const healthy = await connectTo(`${server.url}/echo`)
  healthy.socket.send('ping')
  expect(await healthy.next()).toBe('pong')
  await healthy.leave()

  const hanging = await connectTo(`${server.url}/echo?heartbeat=swallowed`)
  hanging.socket.send('ping')
  hanging.socket.send('after')
  expect(await hanging.next()).toBe('after')
  await hanging.leave()
})
