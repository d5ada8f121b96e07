import { describe, expect, test } from 'vitest'
import { is, openSocket, openedTimes } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { realSockets } from '../support/web-socket/real-sockets.ts'
import { connectionsTo, newTarget, useDemoServer } from '../support/server.ts'
import { until } from '../support/event-source/stream.ts'

const server = useDemoServer()

/** As long as they please: the clock is the test's. */
const heartbeat = { interval: 25_000, timeout: 10_000 }

describe.each(platforms)('with %s', (_, WebSocket) => {
  test.each(['both', 'to-client', 'to-server'] as const)(
    'a connection that is half-open (%s) is replaced after interval + timeout, though the platform never says close',
    async (direction) => {
      const { clock, environment, sockets } = realSockets(WebSocket)
      const target = newTarget('/echo')
      const socket = openSocket(server.now.proxyUrl + target, { environment, heartbeat })
      await socket.until(is('open'))
      const [struck] = server.now.proxy.strike({ fault: 'half-open', direction }, { match: target })

      await clock.advance(heartbeat.interval + heartbeat.timeout - 1)
      expect(socket.statuses).toEqual(['connecting', 'open'])
      await clock.advance(1)
      expect(socket.statuses).toEqual(['connecting', 'open', 'backoff'])
      expect(socket.errors).toMatchObject([{ code: 'timeout', phase: 'reply', timeout: heartbeat.timeout }])
      // Of a connection that never said how it ended, RFC 6455 has a name: 1006.
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

  test('a connection that answers is left alone; the responses are hidden, and tell the latency', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const target = newTarget('/echo')
    const socket = openSocket(server.now.url + target, { environment, heartbeat })
    await socket.until(is('open'))
    for (let ping = 1; ping <= 5; ping += 1) {
      await clock.advance(heartbeat.interval)
      await until(() => expect(connectionsTo(server.now, target)).toMatchObject([{ pings: ping }]))
      // What is echoed after the ping comes after its response.
      socket.client.send(`${ping}`)
      await socket.until(({ messages }) => messages.length === ping)
      expect(socket.client.getSnapshot().latency).toBe(0)
    }
    expect(socket.messages).toEqual(['1', '2', '3', '4', '5'])
    expect(socket.statuses).toEqual(['connecting', 'open'])
  })

  test('anything that comes in counts as life, also where no ping is answered', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const socket = openSocket(`${server.now.url}/ticker?rate=200&heartbeat=swallowed`, {
      environment,
      heartbeat,
    })
    await socket.until(is('open'))
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(heartbeat.interval - (round > 0 ? heartbeat.timeout : 0))
      const had = socket.messages.length
      await socket.until(({ messages }) => messages.length > had)
      await clock.advance(heartbeat.timeout)
    }
    expect(socket.statuses).toEqual(['connecting', 'open'])
    expect(socket.errors).toEqual([])
  })

  test('a server that accepts and then hangs is left for a better one', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'mute', match: target, count: 2 })
    const socket = openSocket(server.now.url + target, { environment, heartbeat })
    for (const times of [1, 2]) {
      await socket.until(openedTimes(times))
      await clock.advance(heartbeat.interval + heartbeat.timeout + 20)
    }
    await socket.until(openedTimes(3))
    socket.client.send('hello')
    await socket.until(({ messages }) => messages.length === 1)
    expect(socket.errors).toMatchObject([{ code: 'timeout' }, { code: 'timeout' }])
  })

  test('a message and a response of the application, also in binary', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const sent: Uint8Array<ArrayBuffer>[] = []
    const socket = openSocket(`${server.now.url}${newTarget('/echo')}`, {
      environment,
      heartbeat: {
        ...heartbeat,
        message: () => {
          const ping = Uint8Array.of(0, sent.length)
          sent.push(ping)
          return ping
        },
        isReply: (raw) => raw instanceof ArrayBuffer && new Uint8Array(raw)[0] === 0,
      },
    })
    await socket.until(is('open'))
    for (let ping = 1; ping <= 3; ping += 1) {
      await clock.advance(heartbeat.interval - (ping > 1 ? heartbeat.timeout : 0))
      socket.client.send(`${ping}`)
      await socket.until(({ messages }) => messages.length === ping)
      await clock.advance(heartbeat.timeout)
    }
    expect(sent).toHaveLength(3)
    expect(socket.messages).toEqual(['1', '2', '3'])
    expect(socket.statuses).toEqual(['connecting', 'open'])
  })

  test.each(['offline', 'online', 'visible', 'wake'] as const)(
    '%s: a half-open line is probed at once, with a short deadline',
    async (signal) => {
      const sockets = realSockets(WebSocket)
      const target = newTarget('/echo')
      const socket = openSocket(server.now.proxyUrl + target, { environment: sockets.environment, heartbeat })
      await socket.until(is('open'))
      server.now.proxy.strike({ fault: 'half-open' }, { match: target })
      // What was received in the millisecond of the ping counts as a response.
      await sockets.clock.advance(1)

      sockets.signal(signal)
      await sockets.clock.advance(2999)
      expect(socket.statuses).toEqual(['connecting', 'open'])
      await sockets.clock.advance(1)
      expect(socket.statuses).toEqual(['connecting', 'open', 'backoff'])
      if (signal !== 'offline') return

      // While the network is gone nobody dials; when it is back, one does.
      expect(socket.client.getSnapshot().waitingFor).toBe('online')
      await sockets.clock.advance(60_000)
      expect(sockets.sockets).toHaveLength(1)
      sockets.signal('online')
      await sockets.clock.advance(1000)
      await socket.until(openedTimes(2))
      expect(sockets.sockets).toHaveLength(2)
    },
  )

  test('a connection past its deadline is found out before a message is entrusted to it, and the message arrives', async () => {
    const { clock, environment } = realSockets(WebSocket)
    const target = newTarget('/echo')
    const socket = openSocket(server.now.proxyUrl + target, {
      environment,
      heartbeat: { interval: 25_000, timeout: 4000 },
    })
    await socket.until(is('open'))
    server.now.proxy.strike({ fault: 'half-open' }, { match: target })
    await clock.advance(25_000)
    // Timers are late in a tab that is hidden: the clock is past the deadline, and nothing has fired.
    clock.jump(4000)

    expect(socket.client.send('precious')).toBe('queued')
    expect(socket.statuses).toEqual(['connecting', 'open', 'backoff'])
    await clock.advance(20)
    await socket.until(({ messages }) => messages.length === 1)
    expect(socket.messages).toEqual(['precious'])
  })
})
