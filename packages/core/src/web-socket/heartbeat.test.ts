import { describe, expect, test, vi } from 'vitest'
import { openHarness, statuses } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { type WireData, json } from '../shared/codec.ts'
import { type PlainWebSocketOptions, observeWebSocket, pings, silence } from './index.ts'

const times = { interval: 25_000, timeout: 10_000 }
const heartbeat = pings(times)

/** A connection with a heartbeat that is up since time 0, by `at`. */
async function beating(options: PlainWebSocketOptions<never, never, undefined, unknown> = {}) {
  const set = await openHarness({ heartbeat, ...options })
  const start = set.environment.now()
  return { ...set, socket: set.environment.socket, at: () => set.environment.now() - start }
}

describe('[heartbeat] a half-open socket', () => {
  test('is noticed exactly one interval and one timeout after it opened, though `close` never comes', async () => {
    const { client, environment, socket, emitted } = await beating()
    await environment.advance(24_999)
    expect(socket.sent).toEqual([])
    await environment.advance(1)
    expect(socket.sent).toEqual(['ping'])
    await environment.advance(9999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'timeout', phase: 'reply', timeout: 10_000 },
    })
    expect(emitted).toEqual(['open', 'close 1006 unclean', 'error timeout', 'retry 1'])
  })

  test('is replaced, and its late `close` changes nothing', async () => {
    const { client, environment, socket } = await beating()
    const { onclose, onmessage } = socket
    await environment.advance(35_000)
    expect(socket.closedWith).toBeDefined()
    await environment.advance(500)
    environment.socket.accept()
    onmessage?.call(socket as unknown as WebSocket, { data: 'late' } as MessageEvent)
    onclose?.call(socket as unknown as WebSocket, { code: 1006, reason: '', wasClean: false } as CloseEvent)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: undefined })
    expect(environment.sockets).toHaveLength(2)
  })

  test.each([
    ['a message', 'news'],
    ['nothing but emptiness', ''],
    ['bytes', new ArrayBuffer(1)],
  ])('is not assumed while anything arrives: %s', async (_, data) => {
    const { client, environment, socket } = await beating()
    const seen = statuses(client)
    for (let beat = 0; beat < 10; beat++) {
      await environment.advance(25_000)
      socket.receive(data)
    }
    expect(seen).toEqual([])
    expect(socket.sent).toHaveLength(10)
  })

  test('a message before the ping is no response to it', async () => {
    const { client, environment, socket } = await beating()
    await environment.advance(24_999)
    socket.receive('just before')
    await environment.advance(10_001)
    expect(client.getSnapshot().status).toBe('backoff')
  })

  test('is noticed by send() before it takes a message', async () => {
    const { client, environment, socket } = await beating()
    await environment.advance(25_000)
    environment.jump(11_000)
    const send = client.send as (message: string) => string // this one takes text
    expect(send('hello')).toBe('queued')
    expect(client.getSnapshot().status).toBe('backoff')
    expect(socket.sent).toEqual(['ping'])
  })

  test('sends no ping without a heartbeat', async () => {
    const { client, environment } = await openHarness()
    await environment.advance(3_600_000)
    expect([client.getSnapshot().status, environment.socket.sent.length, environment.timers]).toEqual([
      'open',
      0,
      0,
    ])
  })

  test('`pings()` has defaults', async () => {
    const { client, environment } = await openHarness({ heartbeat: pings() })
    await environment.advance(34_999)
    expect([client.getSnapshot().status, environment.socket.sent]).toEqual(['open', ['ping']])
    await environment.advance(1)
    expect(client.getSnapshot().status).toBe('backoff')
  })
})

describe('[heartbeat] a reply to a ping', () => {
  test('is hidden from `data`, from onMessage and from `on`', async () => {
    const onMessage = vi.fn<() => void>()
    const { client, environment, socket, emitted } = await beating({ onMessage })
    await environment.advance(25_000)
    socket.receive('pong')
    socket.receive('news')
    expect(client.getSnapshot().data).toBe('news')
    expect(onMessage).toHaveBeenCalledExactlyOnceWith('news', { raw: 'news' })
    expect(emitted).toEqual(['open', 'message news'])
  })

  test('gives the latency of this connection', async () => {
    const { client, environment, socket } = await beating()
    expect(client.getSnapshot().latency).toBeUndefined()
    await environment.advance(25_000)
    environment.jump(42)
    socket.receive('pong')
    expect(client.getSnapshot().latency).toBe(42)
    await environment.advance(25_000 - 42 + 7)
    socket.receive('pong')
    expect(client.getSnapshot().latency).toBe(7)
    socket.end(1006)
    expect(client.getSnapshot().latency).toBeUndefined()
  })

  test('that is unexpected is hidden too, and gives no latency', async () => {
    const { client, socket, emitted } = await beating()
    socket.receive('pong')
    expect(client.getSnapshot()).toMatchObject({ data: undefined, latency: undefined })
    expect(emitted).toEqual(['open'])
  })

  test('is an ordinary message without a heartbeat', async () => {
    const { client, environment } = await openHarness()
    environment.socket.receive('pong')
    expect(client.getSnapshot().data).toBe('pong')
  })

  test('keeps the pings one interval apart', async () => {
    const { environment, socket, at } = await beating()
    const pings: number[] = []
    while (pings.length < 4) {
      await environment.advance(100)
      if (socket.sent.length === pings.length) continue
      pings.push(at())
      await environment.advance(300)
      socket.receive('pong')
    }
    expect(pings).toEqual([25_000, 50_000, 75_000, 100_000])
  })

  test('uses isReply and message of the user', async () => {
    let count = 0
    const message = () => new Uint8Array([9, ++count])
    const isReply = (raw: WireData) => raw instanceof ArrayBuffer && new Uint8Array(raw)[0] === 10
    const { client, environment, socket, emitted } = await beating({
      heartbeat: pings({ ...times, message, isReply }),
    })
    await environment.advance(25_000)
    socket.receive(new Uint8Array([10]).buffer)
    socket.receive('pong')
    await environment.advance(25_000)
    expect(socket.sent).toEqual([new Uint8Array([9, 1]), new Uint8Array([9, 2])])
    expect(client.getSnapshot().data).toBe('pong')
    expect(emitted).toEqual(['open', 'message pong'])
  })

  test('notifies of latency only observers that read it', async () => {
    const { environment, socket } = await beating()
    const [showing, other] = [1, 2].map(() => observeWebSocket('/chat', { environment, heartbeat }))
    const [notified, untold] = [vi.fn<() => void>(), vi.fn<() => void>()]
    showing?.track('latency')
    showing?.subscribe(notified)
    other?.subscribe(untold)
    await environment.advance(25_016)
    notified.mockClear()
    untold.mockClear()
    socket.receive('pong')
    expect(notified).toHaveBeenCalledOnce()
    expect(untold).not.toHaveBeenCalled()
    expect(other?.getSnapshot().latency).toBe(16)
  })
})

describe('[handler-errors] [heartbeat] an error in a heartbeat option is reported, and the connection stays open', () => {
  const boom = new Error('boom')
  const fail = () => {
    throw boom
  }

  test('isReply: the message is a message', async () => {
    const { client, environment, socket } = await beating({ heartbeat: pings({ ...times, isReply: fail }) })
    expect(() => socket.receive('x')).not.toThrow()
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'x' })
    expect(environment.errors).toMatchObject([{ provider: 'heartbeat.isReply', thrown: boom }])
  })

  test('reply: the message is a message', async () => {
    const { client, environment, socket } = await beating({ heartbeat: silence({ reply: fail }) })
    expect(() => socket.receive('x')).not.toThrow()
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'x' })
    expect(environment.errors).toMatchObject([{ provider: 'heartbeat.reply', thrown: boom }])
  })

  test.each([
    ['isReply', 'a promise', pings({ ...times, isReply: (() => Promise.reject(boom)) as never })],
    ['reply', 'a promise', silence({ reply: (() => Promise.resolve('3')) as never })],
    ['reply', 'an object', silence({ reply: (() => ({ type: 'pong' })) as never })],
    ['reply', 'true', silence({ reply: (() => true) as never })],
  ])('%s returns %s: nothing is sent, and the message is a message', async (name, _, given) => {
    const { client, environment, socket } = await beating({ heartbeat: given })
    socket.receive('x')
    expect([socket.sent, client.getSnapshot().data]).toEqual([[], 'x'])
    expect(environment.errors).toMatchObject([{ provider: `heartbeat.${name}` }])
  })

  test('message: an object is not sent', async () => {
    const message = { type: 'ping' } as never
    const { environment, socket } = await beating({ heartbeat: pings({ ...times, message }) })
    await environment.advance(25_000)
    expect(socket.sent).toEqual([])
    expect(environment.errors).toMatchObject([{ provider: 'heartbeat.message' }])
  })

  test('message: no ping is sent, and the silence timeout still applies', async () => {
    const { client, environment } = await beating({ heartbeat: pings({ ...times, message: fail }) })
    await environment.advance(25_000)
    expect(client.getSnapshot().status).toBe('open')
    expect(environment.errors).toMatchObject([{ provider: 'heartbeat.message', thrown: boom }])
    await environment.advance(10_000)
    expect(client.getSnapshot().status).toBe('backoff')
  })
})

describe('[heartbeat] a server that does not reply to pings', () => {
  test('the error says that no ping of this connection got a reply, and development names silence()', async () => {
    vi.resetModules()
    const fresh = await import('./index.ts')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const environment = createTestEnvironment()
    const client = fresh.createWebSocket('/chat', { environment, heartbeat: fresh.pings() })
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    await environment.advance(35_000)
    const { error } = client.getSnapshot()
    expect(error).toMatchObject({ code: 'timeout', phase: 'reply', timeout: 10_000 })
    expect(error?.message).toContain('no ping of this connection got a reply')
    expect(error?.message).toContain('silence()')
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('`heartbeat: silence()`'))
    warn.mockRestore()
  })

  test('the error does not say so if an earlier ping got a reply', async () => {
    const { environment, client, socket } = await beating()
    await environment.advance(25_000)
    socket.receive('pong')
    await environment.advance(35_000)
    expect(client.getSnapshot().error?.message).toBe(
      'Nothing was received for 10000 ms after a ping: check the network',
    )
  })

  test('a ping that the server broadcasts is not delivered if isReply recognizes it', async () => {
    const isReply = (raw: WireData) => raw === 'pong' || raw === 'ping'
    const onError = vi.fn<() => void>()
    const { environment, emitted, socket } = await beating({
      codec: json() as never,
      heartbeat: pings({ ...times, isReply }),
      onError,
    })
    await environment.advance(25_000)
    socket.receive('ping')
    expect(emitted).toEqual(['open'])
    expect(onError).not.toHaveBeenCalled()
  })
})

describe('[server-pings] silence() on a WebSocket whose server sends pings', () => {
  const engineIo = silence({ timeout: 45_000, reply: (raw) => (raw === '2' ? '3' : undefined) })

  test('replies to each ping of the server, and delivers only the messages', async () => {
    const { environment, emitted, socket } = await beating({ heartbeat: engineIo })
    for (let count = 0; count < 10; count++) {
      await environment.advance(25_000)
      socket.receive('2')
    }
    socket.receive('news')
    expect(socket.sent).toEqual(Array.from({ length: 10 }, () => '3'))
    expect(emitted).toEqual(['open', 'message news'])
  })

  test('sends nothing by itself, and replaces the connection after a time without a message', async () => {
    const { client, environment, socket } = await beating({ heartbeat: silence() })
    await environment.advance(30_000)
    environment.emitPageEvent('visible')
    socket.receive('news')
    await environment.advance(44_999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'timeout', phase: 'silence', timeout: 45_000 },
    })
    expect(socket.sent).toEqual([])
  })

  test('false is an ordinary message, as undefined is', async () => {
    const { emitted, socket } = await beating({ heartbeat: silence({ reply: (raw) => raw === '2' && '3' }) })
    socket.receive('2')
    socket.receive('news')
    expect([socket.sent, emitted]).toEqual([['3'], ['open', 'message news']])
  })

  test('null hides a ping of the server without a reply', async () => {
    const { emitted, socket } = await beating({ heartbeat: silence({ reply: () => null }) })
    socket.receive('{"type":"ping","message":1}')
    expect([socket.sent, emitted]).toEqual([[], ['open']])
  })

  test('the reply does not wait in the outbox', async () => {
    const { client, socket } = await beating({ heartbeat: engineIo, highWaterMark: 0 })
    socket.bufferedAmount = 1
    client.send('a' as never)
    socket.receive('2')
    expect(socket.sent).toEqual(['3'])
  })
})

describe('[page-events] [wake-up] probes', () => {
  test.each(['wake', 'online', 'offline', 'visible'] as const)(
    '%s: an open connection is probed at once',
    async (signal) => {
      const { client, environment, socket } = await beating()
      await environment.advance(1000)
      environment.emitPageEvent(signal)
      expect(socket.sent).toEqual(['ping'])
      await environment.advance(2999)
      expect(client.getSnapshot().status).toBe('open')
      await environment.advance(1)
      expect(client.getSnapshot().status).not.toBe('open')
    },
  )

  test('a probe with a reply changes only the time of the next ping', async () => {
    const { client, environment, socket, emitted } = await beating()
    await environment.advance(1000)
    environment.emitPageEvent('wake')
    socket.receive('pong')
    await environment.advance(24_999)
    expect(socket.sent).toEqual(['ping'])
    await environment.advance(1)
    expect(socket.sent).toEqual(['ping', 'ping'])
    expect(client.getSnapshot().status).toBe('open')
    expect(emitted).toEqual(['open'])
  })

  test('a hidden page sends no probe', async () => {
    const { environment, socket } = await beating()
    environment.emitPageEvent('hidden')
    expect(socket.sent).toEqual([])
    expect(environment.timers).toBe(2)
  })

  test('ten page events in a row cause one ping', async () => {
    const { environment, socket } = await beating()
    await environment.advance(1)
    for (let time = 0; time < 5; time++) {
      environment.emitPageEvent('wake')
      environment.emitPageEvent('visible')
    }
    expect(socket.sent).toEqual(['ping'])
    expect(environment.timers).toBe(2)
  })

  test('[wake-up] after sleep pings at once, and replaces a silent connection', async () => {
    const { client, environment, socket } = await beating()
    environment.jump(3_600_000)
    environment.emitPageEvent('wake')
    expect(socket.sent).toEqual(['ping'])
    await environment.advance(3000)
    expect(client.getSnapshot().status).toBe('backoff')
    await environment.advance(500)
    expect(environment.sockets).toHaveLength(2)
  })

  test('[wake-up] after sleep during a ping, pings once more before replacing the connection', async () => {
    const { client, environment, socket } = await beating()
    await environment.advance(25_000)
    environment.jump(3_600_000)
    await environment.advance(0)
    expect(socket.sent).toEqual(['ping', 'ping'])
    expect(client.getSnapshot().status).toBe('open')
    environment.jump(3_600_000)
    await environment.advance(0)
    expect(client.getSnapshot().status).toBe('backoff')
  })

  test('[wake-up] in backoff it connects at once', async () => {
    const { client, environment, socket } = await beating({ retry: { delay: () => 600_000 } })
    await environment.advance(10_000)
    socket.end(1006)
    environment.jump(60_000)
    environment.emitPageEvent('wake')
    expect(client.getSnapshot().retryAt).toBe(environment.now() + 125)
    await environment.advance(125)
    expect(environment.sockets).toHaveLength(2)
  })
})
