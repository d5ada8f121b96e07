import { expect, onTestFinished, test } from 'vitest'
import { collect, json, jsonFrames, pings } from '@tautline/core'
import { createConnection, eventSource, longPoll, webSocket } from '@tautline/core/connection'
import { createLive } from '@tautline/demo-server/live-client'
import { type Item, lateSocket, numbers, pollOptions } from '../scenarios/connection/live-connection.ts'
import { brisk } from '../support/foreign-server.ts'
import { useDemoServer } from '../support/server.ts'

const server = useDemoServer()
let logs = 0

function open(isNext: ((id: string, before: string) => boolean) | undefined) {
  const live = createLive(server.now.url, `lossless-${(logs += 1)}`)
  /** Long until a transport is silent, so that a busy machine changes no transport. */
  const times = { fallbackAfter: 10_000 }
  const connection = createConnection(
    [
      webSocket(lateSocket(live), { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
      eventSource(live.url, { greets: true }),
      longPoll(live.url, pollOptions),
    ],
    {
      ...brisk,
      codec: json<Item, object>(),
      reduce: collect({ limit: 100_000 }),
      remember: false,
      fallbackAfter: () => times.fallbackAfter,
      upgrade: { after: 300, cap: 600 },
      initialCursor: '0',
      isNext,
    },
  )
  onTestFinished(() => connection.close())
  connection.open()
  const received = () => connection.getSnapshot().data.map(({ seq }) => seq)
  const until = <Value>(read: () => Value, interval = 50) => expect.poll(read, { interval, timeout: 20_000 })
  /** Publishes until the connection uses this transport, and over it. */
  const publishUntil = async (transport: string) => {
    await until(async () => {
      await live.publish(2)
      return connection.getSnapshot().transport
    }, 1).toBe(transport)
    const { last } = await live.publish(300, { rate: 3_000 })
    await until(() => received().length).toBe(last)
  }
  return { live, connection, times, received, publishUntil, until }
}

test.each([
  ['with isNext', (id: string, before: string) => Number(id) === Number(before) + 1],
  ['without isNext', undefined],
])(
  '[connection-lossless] 2,000 messages arrive once and in order while transports fail and come back, %s',
  async (_, isNext) => {
    const { live, connection, times, received, publishUntil, until } = open(isNext)
    const reported: string[] = []
    connection.on('transport', ({ to }) => reported.push(to))
    await publishUntil('web-socket')
    await live.fault('web-socket', 'refused')
    await publishUntil('event-source')
    await live.heal('web-socket')
    await publishUntil('web-socket')
    times.fallbackAfter = 200
    await live.fault('event-source', 'held-back')
    await live.fault('web-socket', 'silent')
    await publishUntil('long-poll')
    // Only the poll that is held.
    await live.fault('long-poll', 'half-open', { open: 'cut' })
    await publishUntil('long-poll')
    await live.heal('event-source')
    await publishUntil('event-source')
    await live.heal('web-socket')
    await publishUntil('web-socket')
    const { last } = await live.publish(50)
    await until(() => received().length).toBe(last)
    expect(last).toBeGreaterThan(2_000)
    expect(received()).toEqual(numbers(last))
    // On a busy machine others may be used in between, because a transport is late.
    const way = ['event-source', 'web-socket', 'long-poll', 'event-source', 'web-socket']
    expect(reported.filter((transport) => transport === way[0] && way.shift())).toHaveLength(5)
  },
)
