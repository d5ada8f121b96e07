import { describe, expect, test } from 'vitest'
import { couch, dialects, matrix, nchan, telegram } from '../../support/long-poll/dialects.ts'
import { is } from '../../support/web-socket/raw-socket.ts'
import {
  countsOf,
  happenedTo,
  isHeld,
  leftToStrike,
  poll,
  publish,
  textsBetween,
} from '../../support/long-poll/polls.ts'
import { stopped, until, watchedFetch } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Polls without faults. */
export function polls(harness: EnvironmentHarness): void {
  describe('polls', () => {
    held(harness)
    nothingNew(harness)
    rhythm(harness)
  })
}

function held(harness: EnvironmentHarness): void {
  test('[poll-sequence] [cursor] opens with its first response; sends the next request, with the newest cursor, when the response has been handled', async () => {
    const log = harness.unique()
    await publish(harness, log, textsBetween(1, 2))
    const connection = poll(harness.url + matrix.target(log), matrix)
    await connection.until(is('open'))
    await isHeld(harness, log)
    await publish(harness, log, textsBetween(3, 3))
    await connection.until(({ messages }) => messages.length === 3)
    await isHeld(harness, log)

    expect(connection.messages.map(matrix.textOf)).toEqual(textsBetween(1, 3))
    expect(connection.statuses).toEqual(['connecting', 'open'])
    expect(connection.client.getSnapshot()).toMatchObject({ cursor: 's3_demo', attempt: 0, error: undefined })
    const events = await happenedTo(harness, log)
    const first = ['arrived', 'answered']
    expect(events.map(({ type }) => type)).toEqual([
      ...first,
      'arrived',
      'held',
      'answered',
      'arrived',
      'held',
    ])
    const arrived = events.filter(({ type }) => type === 'arrived')
    const cursors = arrived.map(({ target }) => new URL(target, harness.url).searchParams.get('since'))
    expect(cursors).toEqual([null, 's2_demo', 's3_demo'])
  })

  test('[nothing-new] a request that is held for a second opens the connection, and stays in flight', async () => {
    const { clock, environment } = stopped()
    const log = harness.unique()
    const connection = poll(harness.url + couch.target(log), couch, { environment })
    await isHeld(harness, log)
    await clock.advance(999)
    expect(connection.statuses).toEqual(['connecting'])
    await clock.advance(1)
    expect(connection.statuses).toEqual(['connecting', 'open'])
    expect(await countsOf(harness, log)).toMatchObject({ requests: 1, inFlight: 1 })

    await publish(harness, log, textsBetween(1, 1))
    await connection.until(({ messages }) => messages.length === 1)
    expect(connection.statuses).toEqual(['connecting', 'open'])
    expect(connection.opens).toHaveLength(1)
  })

  test('[close] close() aborts the held request', async () => {
    const log = harness.unique()
    const connection = poll(harness.url + couch.target(log), couch)
    await isHeld(harness, log)
    connection.client.close()
    await until(async () => expect((await countsOf(harness, log)).inFlight).toBe(0))
    expect((await happenedTo(harness, log)).map(({ type }) => type)).toEqual(['arrived', 'held', 'left'])
    expect(connection.client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' } })
  })
}

function nothingNew(harness: EnvironmentHarness): void {
  test.each([
    { what: '204', dialect: matrix, query: '&hold=1', fault: 'no-content' },
    { what: '200 with an empty body', dialect: couch, query: '&hold=1', fault: 'end' },
    { what: '304', dialect: nchan, query: '&interval=1' },
    ...dialects.map((dialect) => ({
      what: `the end of the hold of ${dialect.name}`,
      dialect,
      query: '&hold=1',
    })),
  ] as const)(
    '[nothing-new] $what counts as nothing new: same cursor, and the connection stays open',
    async (way) => {
      const { dialect } = way
      const log = harness.unique()
      const target = dialect.target(log) + way.query
      await publish(harness, log, textsBetween(1, 2))
      let requests = 0
      const connection = poll(harness.url + target, dialect, {
        dedupeBy: dialect.idOf,
        environment: watchedFetch({ request: () => (requests += 1) }),
      })
      const cursorAfter = async (times: number): Promise<string | undefined> => {
        const before = requests
        await until(() => expect(requests).toBeGreaterThanOrEqual(before + times))
        return connection.client.getSnapshot().cursor
      }
      await connection.until(({ messages }) => messages.length === 2)
      const trouble =
        'fault' in way && (await harness.addFault({ fault: way.fault, match: target, count: 'always' }))
      const cursor = await cursorAfter(2)
      expect(cursor).toBeDefined()
      expect(await cursorAfter(4)).toBe(cursor)
      if (trouble) await trouble.remove()
      await publish(harness, log, textsBetween(3, 3))
      await connection.until(({ messages }) => messages.length === 3)

      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 3))
      expect(connection.statuses).toEqual(['connecting', 'open'])
      expect([connection.errors, connection.retries, connection.client.getSnapshot().attempt]).toEqual([
        [],
        [],
        0,
      ])
    },
  )

  test.each([matrix, telegram, couch])(
    '[nothing-new] [cursor] $name: a response without its body moves no cursor that is read from bodies, and the request is sent again',
    async (dialect) => {
      const log = harness.unique()
      const target = dialect.target(log)
      await publish(harness, log, textsBetween(1, 1))
      const connection = poll(harness.url + target, dialect, { dedupeBy: dialect.idOf })
      await connection.until(({ messages }) => messages.length === 1)
      await isHeld(harness, log)
      await harness.addFault({ fault: 'end', match: target })
      // The first message ends the request that is held.
      for (const number of [2, 3]) {
        await publish(harness, log, textsBetween(number, number))
        await isHeld(harness, log)
      }
      expect(await leftToStrike(harness, target)).toBe(0)
      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 3))
      expect(connection.errors).toEqual([])
    },
  )
}

/** The gaps between requests, with a clock that the test controls. */
function rhythm(harness: EnvironmentHarness): void {
  test.each([
    [
      '[nothing-new] a server that responds at once without news gets one request per minGap',
      { minGap: 1000 },
    ],
    ['[poll-interval] a server that does not hold gets one request per interval', { interval: 1000 }],
  ])('%s', async (_, options) => {
    const { clock, environment } = stopped()
    const log = harness.unique()
    let responseCount = 0
    const connection = poll(`${harness.url}/poll/couch/${log}/_changes?client=${log}`, couch, {
      ...options,
      // No jitter: the random number is the middle of its range.
      environment: { ...environment, random: () => 0.5 },
      codec: {
        decode(raw) {
          responseCount += 1
          return typeof raw === 'string' && JSON.parse(raw)
        },
      },
    })
    for (let turn = 1; turn <= 4; turn += 1) {
      await until(() => expect(responseCount).toBe(turn))
      await clock.advance(999)
      expect((await countsOf(harness, log)).requests).toBe(turn)
      await clock.advance(1)
    }
    await until(() => expect(responseCount).toBe(5))
    expect([connection.statuses, connection.errors]).toEqual([['connecting', 'open'], []])
    expect((await countsOf(harness, log)).mostInFlight).toBe(1)
  })

  test.each([
    { name: 'CouchDB (feed=normal)', dialect: couch, path: (log: string) => `/poll/couch/${log}/_changes?` },
    { name: 'nchan (interval)', dialect: nchan, path: (log: string) => `/poll/nchan/${log}?interval&` },
  ])(
    '[poll-interval] $name: short polling receives everything that is published between two requests',
    async ({ dialect, path }) => {
      const log = harness.unique()
      const connection = poll(`${harness.url}${path(log)}client=${log}`, dialect, { interval: 5 })
      for (let last = 5; last <= 40; last += 5) {
        await publish(harness, log, textsBetween(last - 4, last))
        // Waits only after every second burst, so that some bursts arrive together.
        if (last % 10 === 0) await connection.until(({ messages }) => messages.length === last)
      }
      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 40))
      expect(connection.errors).toEqual([])
      expect((await countsOf(harness, log)).mostInFlight).toBe(1)
    },
  )
}
