import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { listen, portOf } from '../listen.ts'
import { type FaultProxy, type ProxyEvent, startFaultProxy } from './fault-proxy.ts'

/** A server that responds to the head of a request, then echoes all bytes. */
const HEAD = 'HTTP/1.1 200 OK\r\n\r\n'
const request = (target: string): string => `GET ${target} HTTP/1.1\r\n\r\n`

let server: Server
let proxy: FaultProxy
const served: Socket[] = []

beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(HEAD)
      socket.on('data', (chunk) => socket.write(chunk))
    })
    socket.on('end', () => socket.end())
  })
  await listen(server, { host: '127.0.0.1', port: 0, whenTaken: 'fail' })
  proxy = await startFaultProxy({ target: { host: '127.0.0.1', port: portOf(server) } })
})
afterEach(() => {
  proxy.rules.clear()
  for (const socket of served.splice(0)) socket.destroy()
})
afterAll(async () => {
  await proxy.close()
  server.close()
})

interface RawClient {
  readonly socket: Socket
  /** 'end', or the code of the error. */
  readonly ended: Promise<string>
  received(): string
  until(text: string): Promise<void>
  /** The number of this connection at the proxy. */
  ordinal(): Promise<number>
}

function open(target?: string): RawClient {
  const socket = connect({ port: proxy.port, host: proxy.host, allowHalfOpen: true })
  if (target !== undefined) socket.write(request(target))
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString('latin1')))
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => resolve('end'))
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  })
  return {
    socket,
    ended,
    received: () => received,
    until: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!received.includes(text)) return
          socket.off('data', look)
          resolve()
        }
        socket.on('data', look)
        look()
      }),
    async ordinal() {
      const isMine = (event: ProxyEvent) => event.type === 'request' && event.target === target
      return (await proxy.log.until(isMine)).connection
    },
  }
}

const closedIn = (ordinal: number): Promise<ProxyEvent> =>
  proxy.log.until(({ type, connection }) => type === 'closed' && connection === ordinal)

test('forwards bytes both ways, unchanged, and logs the events', async () => {
  const client = open('/plain')
  await client.until(HEAD)
  client.socket.write('hello')
  await client.until('hello')
  client.socket.end()
  expect(await client.ended).toBe('end')
  const ordinal = await client.ordinal()
  expect(await closedIn(ordinal)).toMatchObject({
    toClient: { bytes: HEAD.length + 5, swallowed: 0, frames: 0 },
    toServer: { bytes: request('/plain').length + 5, swallowed: 0, frames: 0 },
  })
  const types = proxy.log.entries.filter((event) => event.connection === ordinal).map(({ type }) => type)
  expect(types).toEqual(['connected', 'request', 'answered', 'closed'])
  expect(proxy.connections()).toEqual([])
})

test('forwards a large body under backpressure', async () => {
  const client = open('/large')
  await client.until(HEAD)
  const size = 8 * 1024 * 1024
  client.socket.end('x'.repeat(size))
  expect(await client.ended).toBe('end')
  expect(client.received()).toHaveLength(HEAD.length + size)
})

test('reads a request line that arrives in pieces', async () => {
  proxy.rules.add({ fault: 'reset', match: '/pieces' })
  const client = open()
  const ended = client.ended
  client.socket.write('GET /pie')
  await proxy.log.until(({ type }) => type === 'connected')
  client.socket.write('ces HTTP/1.1\r\n')
  expect(await ended).toBe('ECONNRESET')
  expect(served).toEqual([])
})

test('refuses a connection by its number, before it reads a byte', async () => {
  const before = open('/first')
  const ordinal = await before.ordinal()
  proxy.rules.add({ fault: 'refuse', connection: ordinal + 1 })
  const refused = open()
  expect(await refused.ended).toBe('end')
  const next = open('/next')
  await next.until(HEAD)
  expect(await next.ordinal()).toBe(ordinal + 2)
  for (const { socket } of [before, refused, next]) socket.destroy()
})

test('stalls: nothing reaches the server or the client, and the TCP connection stays open', async () => {
  const client = open('/stalled?proxy=stall')
  const ordinal = await client.ordinal()
  client.socket.write('more')
  await proxy.log.until(({ type, connection }) => type === 'fault' && connection === ordinal)
  expect(client.received()).toBe('')
  expect(served).toEqual([])
  expect(proxy.connections().map(({ connection }) => connection)).toContain(ordinal)
  client.socket.end()
  client.socket.destroy()
})

test('half-open: discards bytes both ways, and hides the end of each side from the other', async () => {
  const client = open('/half-open?proxy=half-open')
  await client.until(HEAD)
  const ordinal = await client.ordinal()
  client.socket.write('lost')
  const counts = () => proxy.connections().find(({ connection }) => connection === ordinal)?.counts
  await expect.poll(() => counts()?.toServer.swallowed).toBe(4)
  const [far] = served
  far?.write('lost too')
  await expect.poll(() => counts()?.toClient.swallowed).toBe(8)
  let ended = false
  client.socket.once('end', () => (ended = true))
  far?.destroy()
  client.socket.write('still there')
  await expect.poll(() => counts()?.toServer.swallowed).toBe(15)
  expect([ended, client.received()]).toEqual([false, HEAD])
  client.socket.destroy()
})

test.each([
  ['to-client', 'one', ''],
  ['to-server', '', 'two'],
] as const)(
  'half-open %s only: the other direction still works',
  async (direction, reachesServer, reachesClient) => {
    const target = `/one-way-${direction}`
    const client = open(target)
    await client.until(HEAD)
    proxy.strike({ fault: 'half-open', direction }, { match: target })
    const [far] = served
    let atServer = ''
    far?.removeAllListeners('data')
    far?.on('data', (chunk) => (atServer += chunk.toString()))
    client.socket.write('one')
    far?.write('two')
    const counts = () => proxy.connections().find((connection) => connection.target === target)?.counts
    await expect.poll(counts).toMatchObject({
      toServer: { bytes: request(target).length + 3 },
      toClient: { bytes: HEAD.length + 3 },
    })
    await expect
      .poll(() => [atServer, client.received().slice(HEAD.length)])
      .toEqual([reachesServer, reachesClient])
    client.socket.destroy()
  },
)

test('a half-open connection is removed when both sides have ended', async () => {
  const client = open('/both-gone?proxy=half-open')
  await client.until(HEAD)
  const ordinal = await client.ordinal()
  client.socket.destroy()
  for (const socket of served) socket.destroy()
  await closedIn(ordinal)
  expect(proxy.connections().map(({ connection }) => connection)).not.toContain(ordinal)
})

test('applies the fault exactly after the given byte', async () => {
  const client = open(`/bytes?proxy=drop&proxy-after-bytes=${HEAD.length + 3}`)
  await client.until(HEAD)
  client.socket.write('abcdef')
  expect(await client.ended).toBe('end')
  expect(client.received()).toBe(`${HEAD}abc`)
})

test('counts bytes to the server on request', async () => {
  const head = request('/sent?proxy=drop&proxy-after-bytes=99&proxy-counting=to-server').length
  const client = open(`/sent?proxy=drop&proxy-after-bytes=${head + 2}&proxy-counting=to-server`)
  await client.until(HEAD)
  const [far] = served
  const gone = new Promise((resolve) => far?.once('close', resolve))
  client.socket.write('abcdef')
  await client.ended
  await gone
  const closed = await closedIn(await client.ordinal())
  expect(closed).toMatchObject({ toServer: { bytes: head + 2 } })
})

test('resets both sides', async () => {
  const client = open('/reset')
  await client.until(HEAD)
  const [far] = served
  const atServer = new Promise((resolve) => far?.once('error', resolve))
  proxy.strike({ fault: 'reset' }, { match: '/reset' })
  expect(await client.ended).toBe('ECONNRESET')
  expect(await atServer).toMatchObject({ code: 'ECONNRESET' })
})

test('delays every chunk and keeps their order', async () => {
  const client = open('/delay?proxy=delay&proxy-ms=5')
  await client.until(HEAD)
  for (const text of ['a', 'b', 'c']) client.socket.write(text)
  client.socket.end('d')
  expect(await client.ended).toBe('end')
  expect(client.received()).toBe(`${HEAD}abcd`)
})

test('throttles without losing a byte', async () => {
  const client = open('/throttle?proxy=throttle&proxy-bytes-per-second=1000000')
  await client.until(HEAD)
  client.socket.end('x'.repeat(200_000))
  expect(await client.ended).toBe('end')
  expect(client.received()).toHaveLength(HEAD.length + 200_000)
})

test('a later request on the same connection has its own rules', async () => {
  proxy.rules.add({ fault: 'drop', match: '/second' })
  const client = open('/kept-alive')
  await client.until(HEAD)
  client.socket.write(request('/second'))
  expect(await client.ended).toBe('end')
  expect(client.received()).toBe(HEAD)
})

test('several rules apply to one connection, and each is used up', async () => {
  proxy.rules.add({ fault: 'delay', ms: 1, match: '/several' })
  proxy.rules.add({ fault: 'drop', afterBytes: HEAD.length + 2, match: '/several' })
  const client = open('/several')
  await client.until(HEAD)
  client.socket.write('abc')
  expect(await client.ended).toBe('end')
  expect(client.received()).toBe(`${HEAD}ab`)
  expect(proxy.rules.list()).toEqual([])
})

test('responds with 400 to an invalid rule in the URL', async () => {
  const client = open('/bad?proxy=explode')
  expect(await client.ended).toBe('end')
  expect(client.received()).toMatch(/^HTTP\/1\.1 400 [^]*"fault" must be one of/)
  expect(await proxy.log.until(({ type }) => type === 'bad-rule')).toBeDefined()
})

test('resets the client when the server is not reachable', async () => {
  const nowhere = createServer()
  await listen(nowhere, { host: '127.0.0.1', port: 0, whenTaken: 'fail' })
  const port = portOf(nowhere)
  await new Promise((resolve) => nowhere.close(resolve))
  const lonely = await startFaultProxy({ target: { host: '127.0.0.1', port } })
  const socket = connect(lonely.port, lonely.host)
  socket.write(request('/'))
  const error = await new Promise((resolve) => socket.once('error', resolve))
  expect(error).toMatchObject({ code: 'ECONNRESET' })
  await lonely.close()
})
