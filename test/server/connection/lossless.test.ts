import { expect, onTestFinished, test } from 'vitest'
import { collect, json, jsonFrames, pings, query } from '@tautline/core'
import { createConnection, eventSource, longPoll, webSocket } from '@tautline/core/connection'
import { createLogServer } from '../support/connection/log-server.ts'
import { brisk, startForeign } from '../support/foreign-server.ts'

interface Item {
  readonly seq: number
}

async function open(options: object = {}) {
  const log = createLogServer()
  onTestFinished(() => log.close())
  const { environment } = await startForeign(log.http)
  const connection = createConnection(
    [
      webSocket('/ws', { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
      eventSource('/sse', { greets: true }),
      longPoll('/lp', {
        messages: (body) => body.items,
        cursor: query('after', (body) => body.next),
        id: (item) => item.seq,
      }),
    ],
    {
      ...brisk,
      codec: json<Item, object>(),
      reduce: collect({ limit: 100_000 }),
      environment,
      remember: false,
      fallbackAfter: 200,
      upgrade: { after: 300, cap: 600 },
      initialCursor: '0',
      ...options,
    },
  )
  onTestFinished(() => connection.close())
  const errors: unknown[] = []
  connection.on('error', (error) => errors.push(error))
  connection.open()
  const received = () => connection.getSnapshot().data.map(({ seq }) => seq)
  /** Publishes messages one by one until the connection uses this transport. */
  const publishUntil = async (transport: string) => {
    await expect
      .poll(
        () => {
          log.publish(2)
          return connection.getSnapshot().transport
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBe(transport)
  }
  return { log, connection, received, publishUntil, errors }
}

test.each([
  ['with isNext', (id: string, before: string) => Number(id) === Number(before) + 1],
  ['without isNext', undefined],
])(
  '[connection-lossless] 2,000 messages arrive once and in order while transports fail and come back, %s',
  async (_, isNext) => {
    const { log, connection, received, publishUntil } = await open({ isNext })
    const reported: string[] = []
    connection.on('transport', ({ to }) => reported.push(to))
    const publish = async (count: number) => {
      for (let index = 0; index < count; index++) {
        log.publish(1)
        if (index % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    await publishUntil('web-socket')
    await publish(300)
    log.faults.webSocket = 'refuse'
    log.cutSockets()
    await publishUntil('event-source')
    await publish(300)
    log.faults.webSocket = 'ok'
    await publishUntil('web-socket')
    await publish(300)
    log.faults.webSocket = 'silent'
    log.faults.eventSource = 'hold'
    log.cutSockets()
    await publishUntil('long-poll')
    await publish(300)
    log.cutResponses()
    await publish(100)
    log.faults.eventSource = 'ok'
    await publishUntil('event-source')
    await publish(300)
    log.faults.webSocket = 'ok'
    await publishUntil('web-socket')
    log.publish(400)
    await publish(50)
    expect(log.size).toBeGreaterThan(2000)
    await expect.poll(() => received().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(log.size)
    expect(received()).toEqual(Array.from({ length: log.size }, (_, index) => index + 1))
    // On a busy machine others may be used in between, because a transport is late.
    const way = ['event-source', 'web-socket', 'long-poll', 'event-source', 'web-socket']
    expect(reported.filter((transport) => transport === way[0] && way.shift())).toHaveLength(5)
  },
)
