import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { connectTo, refusalOf, type TestClient } from '../testing/client.ts'
import { tickText } from './ticker.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

/** The state of the endpoint. */
const endpointState = (endpoint: string): unknown => server.state().endpoints[endpoint]

const viewOf = (match: string) => server.state().connections.filter(({ target }) => target.includes(match))

async function collect(client: TestClient, isLast: (message: unknown) => boolean): Promise<unknown[]> {
  const messages: unknown[] = []
  for (;;) {
    const message = await client.nextJson()
    if (isLast(message)) return messages
    messages.push(message)
  }
}

const isEnd = (message: unknown): boolean => Object(message).type === 'end'

test('at 20,000 a second every counted tick arrives, in order', async () => {
  const client = await connectTo(`${server.url}/ticker?rate=20000&size=100&count=20000`)
  const ticks = await collect(client, (message) => {
    if (isEnd(message)) expect(message).toEqual({ type: 'end', sent: 20_000 })
    return isEnd(message)
  })
  expect(ticks.map((tick) => Number(Object(tick).seq))).toEqual(
    Array.from({ length: 20_000 }, (_, index) => index + 1),
  )
  client.sendJson({ type: 'report' })
  expect(await client.nextJson()).toMatchObject({ type: 'report', sent: 20_000 })
  await client.leave()
})

test.each([70, 100, 65_536])('a tick has exactly %i bytes', (size) => {
  const text = tickText(12, 1_800_000_000_000, size)
  expect(Buffer.byteLength(text)).toBe(size)
  expect(JSON.parse(text)).toMatchObject({ type: 'tick', seq: 12, at: 1_800_000_000_000 })
})

test('a tick without a size has no padding', () => {
  expect(tickText(1, 5, 0)).toBe('{"type":"tick","seq":1,"at":5,"price":100.20}')
})

test('the client can change the rate of a running ticker', async () => {
  const client = await connectTo(`${server.url}/ticker?rate=0`)
  client.sendJson({ type: 'rate', rate: 1_000 })
  expect(await client.nextJson()).toEqual({ type: 'report', rate: 1_000, sent: 0, withheld: 0 })
  for (let seq = 1; seq <= 20; seq += 1) expect(await client.nextJson()).toMatchObject({ type: 'tick', seq })
  client.sendJson({ type: 'rate', rate: 0 })
  await collect(client, (message) => Object(message).type === 'report')
  // Paused: the next message is the response to the next command.
  client.socket.send('ping')
  expect(await client.next()).toBe('pong')
  await client.leave()
})

test('a control route can change the rate', async () => {
  const client = await connectTo(`${server.url}/ticker?rate=0&by=control`)
  const echo = await connectTo(`${server.url}/echo?by=control`)
  const response = await requestJson(`${server.url}/control/ticker`, 'POST', {
    rate: 500,
    match: '/ticker?rate=0&by=control',
  })
  expect(response.body).toEqual({ rate: 500, tickers: 1 })
  expect(await client.nextJson()).toMatchObject({ type: 'tick', seq: 1 })
  await Promise.all([client.leave(), echo.leave()])
})

test('a receiver that does not read fills no memory, and the withheld ticks are reported', async () => {
  const client = await connectTo(`${server.url}/ticker?rate=20000&size=4000&slow`)
  client.socket.pause()
  await expect
    .poll(() => endpointState('ticker'), { timeout: 10_000 })
    .toMatchObject({
      runs: [{ withheld: expect.toSatisfy((withheld: number) => withheld > 0) }],
    })
  const [view] = viewOf('slow')
  expect(view?.bufferedAmount).toBeGreaterThan(0)
  expect(view?.bufferedAmount).toBeLessThan(2 * 1024 * 1024)
  client.sendJson({ type: 'rate', rate: 0 })
  client.socket.resume()
  const ticks = await collect(client, (message) => Object(message).type === 'report')
  // The sent ticks are numbered without gaps, even when many were withheld.
  expect(ticks.map((tick) => Number(Object(tick).seq))).toEqual(ticks.map((_, index) => index + 1))
  client.socket.terminate()
  await client.closed
})

test.each(['rate=20001', 'rate=-1', 'rate=fast', 'size=70000', 'count=x'])('refuses %s', async (query) => {
  expect((await refusalOf(`${server.url}/ticker?${query}`)).status).toBe(400)
})

test.each(['{"type":"rate"}', '{"type":"rate","rate":20001}', '{"type":"stop"}'])(
  'responds to %s with a problem',
  async (text) => {
    const client = await connectTo(`${server.url}/ticker?rate=0`)
    client.socket.send(text)
    expect(await client.nextJson()).toMatchObject({ type: 'problem', code: 'bad-input' })
    await client.leave()
  },
)

test('a counted stream resumes at the number of the client, and the server counts acknowledged messages', async () => {
  const url = `${server.url}/counted?stream=resume&last=60&rate=5000`
  const first = await connectTo(`${url}&fault=accept-then-drop&fault-after-messages=25`)
  const seen: number[] = []
  for (let n = 1; n <= 25; n += 1) seen.push(Number(Object(await first.nextJson()).n))
  await first.closed
  expect(endpointState('counted')).toMatchObject({
    streams: { resume: { handed: 25, acked: 0, connections: 1 } },
  })

  const second = await connectTo(`${url}&from=${seen.at(-1)}`)
  seen.push(...(await collect(second, isEnd)).map((message) => Number(Object(message).n)))
  expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
  second.sendJson({ ack: 60 })
  second.socket.send('ping')
  await second.next()
  expect(endpointState('counted')).toMatchObject({
    streams: { resume: { handed: 60, highest: 60, acked: 60, connections: 2 } },
  })
  await second.leave()
})

test('an acknowledgement never decreases, and never exceeds the sent messages', async () => {
  const client = await connectTo(`${server.url}/counted?stream=acks&last=3&rate=5000`)
  await collect(client, isEnd)
  for (const ack of [3, 1]) client.sendJson({ ack })
  client.sendJson({ ack: 4 })
  expect(await client.nextJson()).toMatchObject({ type: 'problem', field: 'ack' })
  expect(endpointState('counted')).toMatchObject({ streams: { acks: { acked: 3 } } })
  await client.leave()
})
