import { describe, expect, test } from 'vitest'
import type { AttemptContext } from '@tautline/core'
import { couch, dialects, matrix } from '../../support/long-poll/dialects.ts'
import { is } from '../../support/web-socket/raw-socket.ts'
import { countsOf, happenedTo, isHeld, poll, publish, textsBetween } from '../../support/long-poll/polls.ts'
import { stopped, until, watchedFetch } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Polls that end without a usable response. */
export function pollsRefused(harness: EnvironmentHarness): void {
  describe('polls without a response', () => {
    impatience(harness)
    deadline(harness)
    credentials(harness)
  })
}

/** A proxy that ends a held request with an error status. */
function impatience(harness: EnvironmentHarness): void {
  const ways = [502, 504, 524].flatMap((status) => [
    { status, held: 10_000, means: 'is nothing new' },
    { status, held: 9_999, means: 'is a failure' },
  ])
  test.each(ways)('[nothing-new] $status after $held ms $means', async ({ status, held }) => {
    const { clock, environment } = stopped()
    const log = harness.unique()
    const target = matrix.target(log)
    await publish(harness, log, textsBetween(1, 1))
    await harness.addFault({ fault: 'empty', match: `${target}&since=s1_demo` })
    await harness.addFault({ fault: 'refuse', status, match: `${target}&since=s1_demo` })
    let requests = 0
    const connection = poll(harness.url + target, matrix, {
      minGap: 0,
      environment: {
        ...environment,
        ...watchedFetch({
          request() {
            requests += 1
            // The request fails this long after it was sent.
            if (requests === 3) clock.jump(held)
          },
        }),
      },
    })
    await connection.until(({ messages }) => messages.length === 1)
    await until(() => expect(requests).toBeGreaterThanOrEqual(3))
    if (held < 10_000) {
      await connection.until(is('backoff'))
      expect(connection.errors).toMatchObject([{ code: 'http', status }])
      await clock.advance(5)
    }
    await isHeld(harness, log)
    expect(connection.errors).toHaveLength(held < 10_000 ? 1 : 0)
    await publish(harness, log, textsBetween(2, 2))
    await connection.until(({ messages }) => messages.length === 2)
    expect(connection.messages.map(matrix.textOf)).toEqual(textsBetween(1, 2))
    expect(connection.client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0, error: undefined })
  })
}

function deadline(harness: EnvironmentHarness): void {
  test.each(dialects)(
    '[cursor] $name: a request held longer than timeout.request is aborted with a timeout error; no message is lost',
    async (dialect) => {
      const { clock, environment } = stopped()
      const log = harness.unique()
      await publish(harness, log, textsBetween(1, 1))
      const connection = poll(harness.url + dialect.target(log), dialect, {
        environment,
        dedupeBy: dialect.idOf,
        timeout: { request: 3000 },
      })
      await connection.until(({ messages }) => messages.length === 1)
      await isHeld(harness, log)
      const { cursor } = connection.client.getSnapshot()
      await clock.advance(2999)
      expect(connection.errors).toEqual([])
      await clock.advance(1)
      expect(connection.errors).toMatchObject([{ code: 'timeout', phase: 'request', timeout: 3000 }])
      expect(connection.client.getSnapshot()).toMatchObject({ status: 'backoff', cursor })
      // The aborted request has ended at the server too.
      await until(async () => expect((await countsOf(harness, log)).inFlight).toBe(0))
      expect((await happenedTo(harness, log)).at(-1)).toMatchObject({ type: 'left' })

      await publish(harness, log, textsBetween(2, 3))
      await clock.advance(5)
      await connection.until(({ messages }) => messages.length === 3)
      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 3))
    },
  )
}

function credentials(harness: EnvironmentHarness): void {
  test('[fatal-errors] after 401 calls the headers function again at once, for the first request and for a later one', async () => {
    // The clock stands still, so a wait would never end.
    const { environment } = stopped()
    const log = harness.unique()
    const target = `${couch.target(log)}&auth=1`
    const contexts: Pick<AttemptContext, 'previous' | 'cursor'>[] = []
    const connection = poll(harness.url + target, couch, {
      environment,
      headers({ previous, cursor }) {
        contexts.push({ previous, cursor })
        return { Authorization: `Bearer ${contexts.length === 1 ? 'old' : 'good'}` }
      },
    })
    await isHeld(harness, log)
    await harness.addFault({ fault: 'refuse', status: 401, match: target })
    await publish(harness, log, textsBetween(1, 1))
    await until(async () => expect(await harness.outcomesOf(target)).toContain('refuse'))
    await isHeld(harness, log)
    await publish(harness, log, textsBetween(2, 2))
    await connection.until(({ messages }) => messages.length === 2)
    await isHeld(harness, log)

    expect(connection.messages.map(couch.textOf)).toEqual(textsBetween(1, 2))
    const refused = { code: 'http', status: 401 }
    expect(connection.errors).toMatchObject([refused, refused])
    expect(contexts).toMatchObject([
      { previous: undefined, cursor: undefined },
      { previous: refused, cursor: undefined },
      { previous: undefined, cursor: '1-demo' },
      { previous: refused, cursor: '1-demo' },
      { previous: undefined, cursor: '2-demo' },
    ])
  })

  test('[fatal-errors] 401 to the new headers too is final', async () => {
    const log = harness.unique()
    const target = `${couch.target(log)}&auth=1`
    let contexts = 0
    const connection = poll(harness.url + target, couch, {
      headers: () => ({ Authorization: `Bearer bad-${(contexts += 1)}` }),
    })
    await connection.until(is('closed'))
    expect(contexts).toBe(2)
    expect(await harness.outcomesOf(target)).toEqual(['refused', 'refused'])
    expect(connection.client.getSnapshot().closed).toMatchObject({
      by: 'fatal',
      error: { code: 'http', status: 401 },
    })
  })
}
