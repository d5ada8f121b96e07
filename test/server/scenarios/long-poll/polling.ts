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

/** Servers that are polled, where nothing goes wrong. */
export function polls(harness: EnvironmentHarness): void {
  describe('polls', () => {
    held(harness)
    nothingNew(harness)
    rhythm(harness)
  })
}

function held(harness: EnvironmentHarness): void {
  test('[poll-sequence] [cursor] opens by its first response; a request goes out when the response before it has been handled, with the newest cursor', async () => {
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

  test('[nothing-new] silence is good news: a request that has been held for a second opens the connection, and goes on', async () => {
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

  test('[close] close() ends the request that is held', async () => {
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
    '[nothing-new] $what is nothing new: same cursor, and the connection stays open',
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
    '[nothing-new] [cursor] $name: a response whose body has gone missing moves no cursor that is read from bodies, and is requested again',
    async (dialect) => {
      const log = harness.unique()
      const target = dialect.target(log)
      await publish(harness, log, textsBetween(1, 1))
      const connection = poll(harness.url + target, dialect, { dedupeBy: dialect.idOf })
      await connection.until(({ messages }) => messages.length === 1)
      await isHeld(harness, log)
      await harness.addFault({ fault: 'end', match: target })
      // The first is for the request that is being held.
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

/** One request after the other in a time that the test moves. */
function rhythm(harness: EnvironmentHarness): void {
  test.each([
    [
      '[nothing-new] a server that says at once that there is nothing new is asked once in minGap',
      { minGap: 1000 },
    ],
    ['[poll-interval] with an interval a server that does not hold is asked once in it', { interval: 1000 }],
  ])('%s', async (_, options) => {
    const { clock, environment } = stopped()
    const log = harness.unique()
    let responseCount = 0
    const connection = poll(`${harness.url}/poll/couch/${log}/_changes?client=${log}`, couch, {
      ...options,
      // In the middle of what is random.
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
    '[poll-interval] $name: short polling receives all that is published between two requests',
    async ({ dialect, path }) => {
      const log = harness.unique()
      const connection = poll(`${harness.url}${path(log)}client=${log}`, dialect, { interval: 5 })
      for (let last = 5; last <= 40; last += 5) {
        await publish(harness, log, textsBetween(last - 4, last))
        // Not behind each burst: some meet.
        if (last % 10 === 0) await connection.until(({ messages }) => messages.length === last)
      }
      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 40))
      expect(connection.errors).toEqual([])
      expect((await countsOf(harness, log)).mostInFlight).toBe(1)
    },
  )
}
