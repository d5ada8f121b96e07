import { describe, expect, test } from 'vitest'
import { type AttemptContext, createEventSource } from '@tautline/core'
import type { FaultRule } from '@tautline/demo-server'
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
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

const START = Date.UTC(2026, 0, 1)

/** Responses that are not an event stream, and how they are handled. */
export function responses(harness: EnvironmentHarness): void {
  describe('responses of a server', () => {
    ends(harness)
    failures(harness)
    waits(harness)
    credentials(harness)
    redirects(harness)
  })
}

const newsTarget = ({ unique }: EnvironmentHarness) => `/news?stream=${unique()}&rate=1000`

function ends(harness: EnvironmentHarness): void {
  test('[event-stream-responses] 204 after all events have been read completes the stream', async () => {
    const target = `${newsTarget(harness)}&last=5`
    const connection = follow(
      createEventSource(harness.url + target, { ...brisk, codec: items, lastEventId: '0' }),
    )
    await connection.until(is('closed'))
    expect(seqs(connection.messages)).toEqual(upTo(5))
    expect(connection.statuses).toEqual(['connecting', 'open', 'backoff', 'connecting', 'closed'])
    expect(connection.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
    expect(await harness.outcomesOf(target)).toEqual(['accepted', 'refused'])
  })

  test('[event-stream-responses] 204 to the first request completes the stream', async () => {
    const target = newsTarget(harness)
    await harness.addFault({ fault: 'no-content', match: target })
    const connection = follow(createEventSource(harness.url + target, brisk))
    await connection.until(is('closed'))
    expect(connection.statuses).toEqual(['connecting', 'closed'])
    expect(connection.errors).toEqual([])
    expect(await harness.outcomesOf(target)).toEqual(['no-content'])
  })

  test('[fatal-errors] a status that a retry would not change is final', async () => {
    const target = newsTarget(harness)
    await harness.addFault({ fault: 'refuse', status: 403, match: target })
    const connection = follow(createEventSource(harness.url + target, brisk))
    await connection.until(is('closed'))
    expect(connection.client.getSnapshot().closed).toMatchObject({
      by: 'fatal',
      error: { code: 'http', status: 403 },
    })
    expect(await harness.outcomesOf(target)).toEqual(['refuse'])
  })

  test('[retry-limit] retries exactly as often as the limit allows', async () => {
    const target = newsTarget(harness)
    await harness.addFault({ fault: 'refuse', match: target, count: 'always' })
    const connection = follow(
      createEventSource(harness.url + target, { ...brisk, retry: { ...brisk.retry, limit: 3 } }),
    )
    await connection.until(is('closed'))
    expect(await harness.outcomesOf(target)).toEqual(['refuse', 'refuse', 'refuse', 'refuse'])
    expect(connection.givenUp).toMatchObject([{ attempts: 3, error: { code: 'http', status: 503 } }])
  })
}

function failures(harness: EnvironmentHarness): void {
  const json = { code: 'content-type', contentType: 'application/json' }
  const html = { code: 'content-type', contentType: 'text/html' }
  const failures: readonly (readonly [string, FaultRule, object])[] = [
    ['503', { fault: 'refuse' }, { code: 'http', status: 503, retryAfter: undefined }],
    ['429', { fault: 'refuse', status: 429 }, { code: 'http', status: 429 }],
    ['another type', { fault: 'wrong-type' }, json],
    ['the page of a captive portal', { fault: 'captive-portal' }, html],
  ]
  test.each(failures)(
    '[event-stream-responses] %s instead of a stream is a failure, and is retried',
    async (_, fault, error) => {
      const target = newsTarget(harness)
      await harness.addFault({ ...fault, match: target, count: 2 })
      const connection = follow(createEventSource(harness.url + target, brisk))
      await connection.until(is('open'))
      expect(connection.statuses).toEqual(openAfter(2))
      expect(connection.errors).toMatchObject([error, error])
      expect(await harness.outcomesOf(target)).toEqual([fault.fault, fault.fault, 'accepted'])
    },
  )

  test('[retry-delays] a connection that is reset before the response is retried', async () => {
    const target = newsTarget(harness)
    await harness.addProxyRule({ fault: 'reset', match: target, count: 3 })
    const connection = follow(createEventSource(harness.proxyUrl + target, brisk))
    await connection.until(is('open'))
    // At most three: a browser itself repeats a request that failed on a reused connection.
    expect([1, 2, 3]).toContain(connection.errors.length)
    // In a page, the check whether CORS is the reason may get through between two resets.
    for (const error of connection.errors)
      expect(error).toMatchObject({ code: expect.stringMatching(/^(connect-failed|cors)$/) })
    expect(await harness.outcomesOf(target)).toEqual(['accepted'])
  })

  test('[event-stream-responses] an endless error page is not read: its connection is aborted', async () => {
    const target = newsTarget(harness)
    await harness.addFault({ fault: 'refuse', status: 500, endless: true, match: target })
    const connection = follow(createEventSource(harness.proxyUrl + target, { ...brisk, retry: false }))
    await connection.until(is('closed'))
    expect(connection.errors).toMatchObject([{ code: 'http', status: 500 }])
    await until(async () => expect(await harness.connectionsTo(target)).toEqual([]))
    connection.client.reconnect()
    await connection.until(is('open'))
    await until(async () => expect(await harness.connectionsTo(target)).toHaveLength(1))
  })
}

function waits(harness: EnvironmentHarness): void {
  test.each([
    ['2', 2000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
  ])(
    '[retry-after] 503 with Retry-After: %s: the wait is added to the delay of the policy',
    async (retryAfter, delay) => {
      const { clock, environment } = stopped(START)
      const target = newsTarget(harness)
      await harness.addFault({ fault: 'refuse', retryAfter, match: target })
      const connection = follow(createEventSource(harness.url + target, { ...brisk, environment }))
      await connection.until(is('backoff'))
      const wait = 5 + (delay ?? 0)
      expect(connection.retries).toMatchObject([
        { attempt: 1, retryAt: START + wait, error: connection.errors[0] },
      ])
      expect(connection.errors).toMatchObject([{ code: 'http', status: 503, retryAfter: delay }])

      await clock.advance(wait - 1)
      expect(connection.statuses).toEqual(['connecting', 'backoff'])
      await clock.advance(1)
      await connection.until(is('open'))
      expect(connection.statuses).toEqual(openAfter(1))
    },
  )

  test('[retry-after] a retry: field of the stream is a lower bound of the following delays', async () => {
    const { clock, environment } = stopped(START)
    const target = `${newsTarget(harness)}&retry=700`
    await harness.addFault({ fault: 'end', afterEvents: 1, match: target })
    const connection = follow(createEventSource(harness.url + target, { ...brisk, environment }))
    await connection.until(is('backoff'))
    expect(connection.retries.map(({ retryAt }) => retryAt)).toEqual([START + 705])
    await clock.advance(705)
    await connection.until(is('open'))
  })
}

function credentials(harness: EnvironmentHarness): void {
  test.each([
    ['opens the stream', 1, 'open'],
    ['is final', 2, 'closed'],
  ] as const)(
    '[fatal-errors] after 401 calls the headers function again at once; the second response %s',
    async (_, refusals, status) => {
      // The clock stands still, so a wait would never end.
      const { environment } = stopped()
      const target = newsTarget(harness)
      await harness.addFault({ fault: 'refuse', status: 401, match: target, count: refusals })
      const calls: Pick<AttemptContext, 'attempt' | 'previous'>[] = []
      let requests = 0
      const connection = follow(
        createEventSource(harness.url + target, {
          ...brisk,
          environment: { ...environment, ...watchedFetch({ request: () => (requests += 1) }) },
          headers({ attempt, previous }) {
            calls.push({ attempt, previous })
            return { Authorization: `Bearer ${calls.length}` }
          },
        }),
      )
      await connection.until(is(status))
      const refused = { code: 'http', status: 401 }
      expect(calls).toMatchObject([{ previous: undefined }, { previous: refused }])
      expect(requests).toBe(2)
      expect(connection.errors).toMatchObject(Array.from({ length: refusals }, () => refused))
    },
  )

  test('[fatal-errors] 401 without a headers function is final', async () => {
    const target = newsTarget(harness)
    await harness.addFault({ fault: 'refuse', status: 401, match: target, count: 'always' })
    const headers = { Authorization: 'Bearer old' }
    const connection = follow(createEventSource(harness.url + target, { ...brisk, headers }))
    await connection.until(is('closed'))
    expect(connection.client.getSnapshot().closed).toMatchObject({ by: 'fatal' })
    expect(await harness.outcomesOf(target)).toEqual(['refuse'])
  })
}

function redirects(harness: EnvironmentHarness): void {
  test.each([301, 302, 303, 307, 308])(
    '[event-stream-responses] follows a redirect with %i, and reports the new URL',
    async (status) => {
      const [from, to] = [newsTarget(harness), `${newsTarget(harness)}&ids=utf8`]
      await harness.addFault({ fault: 'refuse', status, location: to, match: from, count: 2 })
      await harness.addFault({ fault: 'end', afterEvents: 3, match: to })
      const connection = follow(
        createEventSource(harness.url + from, { ...brisk, codec: items, resume: 'query', lastEventId: '0' }),
      )
      // Each attempt begins at the original URL.
      await connection.until(({ opens }) => opens.length === 2)
      expect(connection.opens.map(({ url }) => url)).toEqual([harness.url + to, harness.url + to])
      expect(await harness.outcomesOf(from)).toEqual(['refuse', 'refuse'])
    },
  )
}
