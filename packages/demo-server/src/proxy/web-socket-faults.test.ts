import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { connectTo, openClient, refusalOf } from '../testing/client.ts'
import { requestJson } from '../testing/control.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterEach(() => void server.proxy.rules.clear())
afterAll(() => server.close())

const clientFor = (target: string) => connectTo(server.proxyUrl + target)

const countsOf = (target: string) =>
  server.proxy.connections().find((connection) => connection.target === target)?.counts

test('logs the frames', async () => {
  const client = await clientFor('/echo?frames')
  client.socket.send('hello')
  client.socket.send(Buffer.alloc(300))
  await client.next()
  await client.next()
  await client.leave()
  const request = await server.proxy.log.until(
    (event) => event.type === 'request' && event.target === '/echo?frames',
  )
  const seen = server.proxy.log.entries.flatMap((event) =>
    event.type === 'frame' && event.connection === request.connection
      ? [[event.direction, event.frame.opcode, event.frame.length, event.frame.masked]]
      : [],
  )
  for (const [direction, masked] of [
    ['to-server', true],
    ['to-client', false],
  ] as const) {
    expect(seen.filter(([way]) => way === direction)).toEqual([
      [direction, 1, 5, masked],
      [direction, 2, 300, masked],
      [direction, 8, 2, masked],
    ])
  }
})

test.each([1, 2, 5, 1_000])('cuts in the middle of a frame, after %i of its bytes', async (bytes) => {
  const target = `/echo?cut=${bytes}`
  server.proxy.rules.add({ fault: 'cut', bytes, afterFrames: 1, match: target })
  const client = await clientFor(target)
  client.socket.send('whole')
  expect(await client.next()).toBe('whole')
  client.socket.send('never complete')
  expect((await client.closed).code).toBe(1006)
  const closed = await server.proxy.log.until(
    (event) => event.type === 'closed' && event.toClient.bytes > 0 && !countsOf(target),
  )
  expect(closed).toBeDefined()
  const fault = server.proxy.log.entries.filter(({ type }) => type === 'fault').at(-1)
  const last = server.proxy.log.entries.find(
    (event) => event.type === 'closed' && event.connection === fault?.connection,
  )
  expect(last).toMatchObject({ toClient: { frames: 1 } })
})

test('delivers the messages before a cut, and none after it', async () => {
  const client = await clientFor('/counted?rate=20000&proxy=cut&proxy-after-frames=37&proxy-bytes=4')
  for (let n = 1; n <= 37; n += 1) expect(await client.nextJson()).toEqual({ n })
  expect((await client.closed).code).toBe(1006)
  await expect(client.next()).rejects.toThrow('Closed with 1006')
})

test('a half-open connection discards a heartbeat, and both ends remain open', async () => {
  const target = '/echo?half-open'
  const client = await clientFor(target)
  client.socket.send('ping')
  expect(await client.next()).toBe('pong')
  expect(server.proxy.strike({ fault: 'half-open' }, { match: target })).toHaveLength(1)
  client.socket.send('ping')
  await expect.poll(() => countsOf(target)?.toServer.swallowed).toBeGreaterThan(0)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
  expect(server.state().connections.find((connection) => connection.target === target)).toMatchObject({
    pings: 1,
  })
  client.socket.terminate()
  await client.closed
  // The connection is still open at the server.
  expect(server.state().connections.some((connection) => connection.target === target)).toBe(true)
  await requestJson(`${server.url}/control/drop`, 'POST', { match: target })
})

test('half-open after a number of messages: delivers these and no more', async () => {
  const target = '/counted?rate=20000&stream=half&last=50&proxy=half-open&proxy-after-frames=10'
  const client = await clientFor(target)
  for (let n = 1; n <= 10; n += 1) expect(await client.nextJson()).toEqual({ n })
  await expect
    .poll(() => server.state().endpoints['counted'])
    .toMatchObject({ streams: { half: { handed: 50 } } })
  await expect.poll(() => countsOf(target)?.toClient.frames).toBe(51)
  client.socket.terminate()
  await expect(client.next()).rejects.toThrow('Closed with 1006')
  await requestJson(`${server.url}/control/drop`, 'POST', { match: target })
})

test('a stalled handshake hangs, and never reaches the server', async () => {
  const target = '/echo?stalled-in-the-proxy'
  const rule = await requestJson(`${server.url}/control/proxy`, 'POST', { fault: 'stall', match: target })
  expect(rule).toMatchObject({ status: 201, body: { id: expect.any(String), left: 1 } })
  const client = openClient(server.proxyUrl + target)
  await server.proxy.log.until((event) => event.type === 'request' && event.target === target)
  expect(client.socket.readyState).toBe(client.socket.CONNECTING)
  client.socket.terminate()
  await client.closed
  expect(server.attempts.entries.filter((attempt) => attempt.target === target)).toEqual([])
})

test('a reset ends an open connection at once, on the server too', async () => {
  const target = '/echo?reset'
  const client = await clientFor(target)
  const struck = await requestJson(`${server.url}/control/proxy`, 'POST', {
    fault: 'reset',
    live: true,
    match: target,
  })
  expect(struck).toMatchObject({ status: 200, body: { connections: [expect.any(Number)] } })
  expect((await client.closed).code).toBe(1006)
  await expect
    .poll(() => server.state().connections.filter((connection) => connection.target === target))
    .toEqual([])
})

test('the proxy is listed and cleared over HTTP', async () => {
  await requestJson(`${server.url}/control/proxy`, 'POST', {
    fault: 'delay',
    ms: 5,
    match: '/never',
    count: 'always',
  })
  const added = await requestJson(`${server.url}/control/proxy`, 'POST', { fault: 'reset', match: '/never' })
  const listed = await requestJson(`${server.url}/control/proxy`)
  expect(listed.body).toMatchObject({ rules: [{ left: 'always' }, { left: 1 }], log: expect.any(Array) })
  const id = String(Object(added.body).id)
  expect((await requestJson(`${server.url}/control/proxy/${id}`, 'DELETE')).body).toEqual({ removed: 1 })
  expect((await requestJson(`${server.url}/control/proxy`, 'DELETE')).body).toEqual({ removed: 1 })
})

test('forwards a refusal of the server unchanged', async () => {
  const { status, headers } = await refusalOf(`${server.proxyUrl}/echo?fault=refuse&fault-retry-after=1`)
  expect([status, headers['retry-after']]).toEqual([503, '1'])
})
