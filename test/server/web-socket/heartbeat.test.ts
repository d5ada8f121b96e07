import { pings } from '@tautline/core'
import { describe, expect, test } from 'vitest'
import { is, openSocket, openedTimes } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { realSockets } from '../support/web-socket/real-sockets.ts'
import { connectionsTo, newTarget, useDemoServer } from '../support/server.ts'
import { until } from '../support/event-source/stream.ts'

const server = useDemoServer()

/** Long values: the test controls the clock. */
const times = { interval: 25_000, timeout: 10_000 }
const heartbeat = pings(times)

describe.each(platforms)('with %s', (_, WebSocket) => {
  test.each(['both', 'to-client', 'to-server'] as const)(
    'a half-open connection (%s) is replaced after interval + timeout, without a close event of the platform',
    async (direction) => {
      const { clock, environment, sockets } = realSockets(WebSocket)
      const target = newTarget('/echo')
      const socket = openSocket(server.now.proxyUrl + target, { environment, heartbeat })
      await socket.until(is('open'))
      const [struck] = server.now.proxy.strike({ fault: 'half-open', direction }, { match: target })

      await clock.advance(times.interval + times.timeout - 1)
      expect(socket.statuses).toEqual(['connecting', 'open'])
      await clock.advance(1)
      expect(socket.statuses).toEqual(['connecting', 'open', 'backoff'])
      expect(socket.errors).toMatchObject([{ code: 'timeout', phase: 'reply', timeout: times.timeout }])
      // RFC 6455 defines 1006 for a connection that ends without a close frame.
      expect(socket.closes).toMatchObject([{ closeCode: 1006, wasClean: false, error: { code: 'timeout' } }])

      await clock.advance(20)
      await socket.until(openedTimes(2))
      expect(sockets.map(({ ended }) => ended)).toEqual([false, false])
      expect(server.now.proxy.connections().map(({ connection }) => connection)).toContain(struck)

      socket.client.send('still there?')
      await socket.until(({ messages }) => messages.length === 1)
      expect(socket.messages).toEqual(['still there?'])
    },
  )

  test('a connection that replies to pings stays open; the replies are hidden, and give the latency', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const target = newTarget('/echo')
    const socket = openSocket(server.now.url + target, { environment, heartbeat })
    await socket.until(is('open'))
    for (let ping = 1; ping <= 5; ping += 1) {
      await clock.advance(times.interval)
      await until(() => expect(connectionsTo(server.now, target)).toMatchObject([{ pings: ping }]))
      // The echo follows the reply to the ping.
      socket.client.send(`${ping}`)
      await socket.until(({ messages }) => messages.length === ping)
      expect(socket.client.getSnapshot().latency).toBe(0)
    }
    expect(socket.messages).toEqual(['1', '2', '3', '4', '5'])
    expect(socket.statuses).toEqual(['connecting', 'open'])
  })

  test('any incoming message counts as a reply, even if the server replies to no ping', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const socket = openSocket(`${server.now.url}/ticker?rate=200&heartbeat=swallowed`, {
      environment,
      heartbeat,
    })
    await socket.until(is('open'))
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(times.interval - (round > 0 ? times.timeout : 0))
      const had = socket.messages.length
      await socket.until(({ messages }) => messages.length > had)
      await clock.advance(times.timeout)
    }
    expect(socket.statuses).toEqual(['connecting', 'open'])
    expect(socket.errors).toEqual([])
  })

  test('a connection whose server accepts it but then hangs is replaced', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'mute', match: target, count: 2 })
    const socket = openSocket(server.now.url + target, { environment, heartbeat })
    for (const count of [1, 2]) {
      await socket.until(openedTimes(count))
      await clock.advance(times.interval + times.timeout + 20)
    }
    await socket.until(openedTimes(3))
    socket.client.send('hello')
    await socket.until(({ messages }) => messages.length === 1)
    expect(socket.errors).toMatchObject([{ code: 'timeout' }, { code: 'timeout' }])
  })

  test('custom binary pings and replies', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const sent: Uint8Array<ArrayBuffer>[] = []
    const socket = openSocket(`${server.now.url}${newTarget('/echo')}`, {
      environment,
      heartbeat: pings({
        ...times,
        message: () => {
          const ping = Uint8Array.of(0, sent.length)
          sent.push(ping)
          return ping
        },
        isReply: (raw) => raw instanceof ArrayBuffer && new Uint8Array(raw)[0] === 0,
      }),
    })
    await socket.until(is('open'))
    for (let ping = 1; ping <= 3; ping += 1) {
      await clock.advance(times.interval - (ping > 1 ? times.timeout : 0))
      socket.client.send(`${ping}`)
      await socket.until(({ messages }) => messages.length === ping)
      await clock.advance(times.timeout)
    }
    expect(sent).toHaveLength(3)
    expect(socket.messages).toEqual(['1', '2', '3'])
    expect(socket.statuses).toEqual(['connecting', 'open'])
  })

  test.each(['offline', 'online', 'visible', 'wake'] as const)(
    '%s: a half-open connection is probed at once, with a short timeout',
    async (signal) => {
      const sockets = realSockets(WebSocket)
      const target = newTarget('/echo')
      const socket = openSocket(server.now.proxyUrl + target, { environment: sockets.environment, heartbeat })
      await socket.until(is('open'))
      server.now.proxy.strike({ fault: 'half-open' }, { match: target })
      // A message that arrives in the same millisecond as the ping counts as a reply.
      await sockets.clock.advance(1)

      sockets.signal(signal)
      await sockets.clock.advance(2999)
      expect(socket.statuses).toEqual(['connecting', 'open'])
      await sockets.clock.advance(1)
      expect(socket.statuses).toEqual(['connecting', 'open', 'backoff'])
      if (signal !== 'offline') return

      // The server runs on this machine, which needs no network.
      expect(socket.client.getSnapshot().waitingFor).toBe('timer')
      await sockets.clock.advance(1000)
      await socket.until(openedTimes(2))
      expect(sockets.sockets).toHaveLength(2)
    },
  )

  test('send() detects a connection past its deadline, and the message arrives over the next connection', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const target = newTarget('/echo')
    const socket = openSocket(server.now.proxyUrl + target, {
      environment,
      heartbeat: pings({ interval: 25_000, timeout: 4000 }),
    })
    await socket.until(is('open'))
    server.now.proxy.strike({ fault: 'half-open' }, { match: target })
    await clock.advance(25_000)
    // Timers are late in a hidden tab: the clock is past the deadline, but no timer has fired.
    clock.jump(4000)

    expect(socket.client.send('precious')).toBe('queued')
    expect(socket.statuses).toEqual(['connecting', 'open', 'backoff'])
    await clock.advance(20)
    await socket.until(({ messages }) => messages.length === 1)
    expect(socket.messages).toEqual(['precious'])
  })
})
