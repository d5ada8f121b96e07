import { describe, expect, test } from 'vitest'
import { createEventSource, silence } from '@tautline/core'
import { is, openAfter } from '../../support/web-socket/raw-socket.ts'
import {
  brisk,
  follow,
  items,
  seqs,
  stopped,
  until,
  upTo,
  watchedFetch,
} from '../../support/event-source/stream.ts'
import { type EnvironmentHarness, newsOf } from '../../support/environment-harness.ts'

/** Silent streams, stalled requests, and close() in each status. */
export function liveness(harness: EnvironmentHarness): void {
  describe('silent streams', () => {
    silentStreams(harness)
    comments(harness)
    stalled(harness)
  })
}

function silentStreams(harness: EnvironmentHarness): void {
  const options = { ...brisk, codec: items, lastEventId: '0', heartbeat: silence({ timeout: 300 }) }

  test('[stream-silence] a stream that falls silent is replaced, and no event is lost', async () => {
    const name = harness.unique()
    const target = `/news?stream=${name}&rate=5000&last=30`
    await harness.addFault({ fault: 'silence', afterEvents: 10, match: target, count: 2 })
    const connection = follow(createEventSource(harness.url + target, options))
    await connection.until(is('closed'))
    expect(seqs(connection.messages)).toEqual(upTo(30))
    const silent = { code: 'timeout', phase: 'silence', timeout: 300 }
    expect(connection.errors.slice(0, 2)).toMatchObject([silent, silent])
    // The aborted requests have ended at the server too.
    await until(async () => expect((await newsOf(harness, name)).live).toBe(0))
  })

  test('[stream-silence] a half-open connection is replaced, and no event is lost', async () => {
    const target = `/news?stream=${harness.unique()}&rate=5000&last=60`
    await harness.addProxyRule({ fault: 'half-open', afterBytes: 1500, match: target, count: 2 })
    const connection = follow(createEventSource(harness.proxyUrl + target, { ...options, resume: 'query' }))
    await connection.until(is('closed'))
    expect(seqs(connection.messages)).toEqual(upTo(60))
    expect(connection.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' } })
    expect(connection.errors[0]).toMatchObject({ code: 'timeout', phase: 'silence' })
  })
}

function comments(harness: EnvironmentHarness): void {
  test('[stream-silence] comments only reset the heartbeat timeout', async () => {
    const { clock, environment } = stopped()
    const target = `/news?stream=${harness.unique()}&rate=0&comment=5`
    let chunks = 0
    const connection = follow(
      createEventSource(harness.url + target, {
        ...brisk,
        environment: { ...environment, ...watchedFetch({ chunk: () => (chunks += 1) }) },
        heartbeat: silence({ timeout: 1000 }),
      }),
    )
    await connection.until(is('open'))
    for (let turn = 0; turn < 5; turn += 1) {
      const before = chunks
      // One more than needed: the first may have arrived before the clock advanced.
      await until(() => expect(chunks).toBeGreaterThan(before + 1))
      await clock.advance(900)
    }
    expect(connection.statuses).toEqual(openAfter(0))
    expect(connection.messages).toEqual([])

    // Without comments the same stream times out.
    await harness.addFault({ fault: 'silence', match: target })
    connection.client.reconnect()
    await connection.until(({ opens }) => opens.length === 2)
    await clock.advance(1000)
    expect(connection.errors).toMatchObject([{ code: 'timeout', phase: 'silence', timeout: 1000 }])
  })
}

function stalled(harness: EnvironmentHarness): void {
  test('[connect-timeout] a request without a response is aborted after timeout.connect', async () => {
    const { clock, environment } = stopped()
    const target = `/news?stream=${harness.unique()}`
    await harness.addFault({ fault: 'stall', match: target })
    const connection = follow(
      createEventSource(harness.proxyUrl + target, { ...brisk, environment, timeout: { connect: 3000 } }),
    )
    await until(async () => expect(await harness.outcomesOf(target)).toEqual(['stall']))

    await clock.advance(2999)
    expect(connection.statuses).toEqual(['connecting'])
    await clock.advance(1)
    expect(connection.statuses).toEqual(['connecting', 'backoff'])
    expect(connection.errors).toMatchObject([{ code: 'timeout', phase: 'connect', timeout: 3000 }])
    await until(async () => expect(await harness.connectionsTo(target)).toEqual([]))

    await clock.advance(5)
    await connection.until(is('open'))
    expect(await harness.outcomesOf(target)).toEqual(['stall', 'accepted'])
  })

  test.each(['connecting', 'backoff', 'open'] as const)(
    '[close] close() while %s is final',
    async (status) => {
      const target = `/news?stream=${harness.unique()}&rate=100`
      if (status === 'connecting') await harness.addFault({ fault: 'stall', match: target })
      if (status === 'backoff') await harness.addFault({ fault: 'refuse', match: target })
      const retry = { delay: () => 60_000 }
      const connection = follow(createEventSource(harness.proxyUrl + target, { ...brisk, retry }))
      await until(async () => expect(await harness.outcomesOf(target)).toHaveLength(1))
      await connection.until(is(status))
      connection.client.close()

      expect(connection.client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' } })
      const { length } = connection.messages
      // The platform reuses the connection of a response that was read to its end.
      if (status !== 'backoff')
        await until(async () => expect(await harness.connectionsTo(target)).toEqual([]))
      expect(await harness.outcomesOf(target)).toHaveLength(1)
      expect(connection.messages).toHaveLength(length)
      expect(connection.statuses.at(-1)).toBe('closed')
    },
  )
}
