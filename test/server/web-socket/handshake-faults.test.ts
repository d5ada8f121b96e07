import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '@tautline/core/testing'
import type { FaultRule } from '@tautline/demo-server'
import { is, openAfter, openSocket } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { newTarget, outcomesOf, useDemoServer } from '../support/server.ts'

const server = useDemoServer()

const refusals: readonly FaultRule[] = [
  { fault: 'refuse' },
  { fault: 'refuse', retryAfter: 120 },
  { fault: 'refuse', retryAfter: 'soon' },
  { fault: 'refuse', status: 429, retryAfter: 1 },
  { fault: 'refuse', status: 404 },
  { fault: 'captive-portal' },
  { fault: 'reset' },
]

describe.each(platforms)('with %s', (_, WebSocket) => {
  test.each(refusals)(
    'a handshake that is answered by $fault $status $retryAfter is tried again',
    async (rule) => {
      const target = newTarget('/echo')
      server.now.faults.add({ ...rule, match: target, count: 2 })
      const connection = openSocket(server.now.url + target, { environment: { WebSocket } })
      await connection.until(is('open'))

      expect(connection.statuses).toEqual(openAfter(2))
      expect(outcomesOf(server.now, target)).toEqual([rule.fault, rule.fault, 'accepted'])
      // A page is not told the status of a refused handshake: 1006 is all that there is to know.
      expect(connection.errors).toMatchObject([
        { code: 'connect-failed', closeCode: 1006 },
        { code: 'connect-failed', closeCode: 1006 },
      ])
      expect(connection.client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, attempt: 2 })
      expect(connection.closes).toEqual([])
    },
  )

  test('a handshake that nobody answers is aborted after timeout.connect', async () => {
    const target = newTarget('/echo')
    const clock = createVirtualClock()
    const { now, setTimeout, clearTimeout } = clock
    server.now.faults.add({ fault: 'stall', match: target })
    const environment = { WebSocket, now, setTimeout, clearTimeout }
    const connection = openSocket(server.now.url + target, { environment, timeout: { connect: 3000 } })
    await server.now.attempts.until((attempt) => attempt.target === target)

    await clock.advance(2999)
    expect(connection.statuses).toEqual(['connecting'])
    await clock.advance(1)
    expect(connection.statuses).toEqual(['connecting', 'backoff'])
    expect(connection.errors).toMatchObject([{ code: 'timeout', phase: 'connect', timeout: 3000 }])

    await clock.advance(20)
    await connection.until(is('open'))
    expect(connection.statuses).toEqual(openAfter(1))
    expect(outcomesOf(server.now, target)).toEqual(['stall', 'accepted'])
  })

  test('a handshake that is answered late opens, without a second attempt', async () => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'delay', ms: 300, match: target })
    const connection = openSocket(server.now.url + target, { environment: { WebSocket } })
    await connection.until(is('open'))

    expect(connection.statuses).toEqual(openAfter(0))
    expect(outcomesOf(server.now, target)).toEqual(['delay'])
  })

  test('a server that is not there is tried again until it is', async () => {
    const target = newTarget('/echo')
    // The proxy ends the connection before the server is notified of it.
    server.now.proxy.rules.add({ fault: 'refuse', match: target, count: 3 })
    const connection = openSocket(server.now.proxyUrl + target, { environment: { WebSocket } })
    await connection.until(is('open'))

    expect(connection.statuses).toEqual(openAfter(3))
    expect(outcomesOf(server.now, target)).toEqual(['accepted'])
  })

  test('the limit of retries is exact, and the last word says how many there were', async () => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'refuse', match: target, count: 'always' })
    const given: number[] = []
    const connection = openSocket(server.now.url + target, {
      environment: { WebSocket },
      retry: { limit: 3, delay: () => 5 },
      onGiveUp: ({ attempts }) => given.push(attempts),
    })
    await connection.until(is('closed'))

    expect(outcomesOf(server.now, target)).toEqual(['refuse', 'refuse', 'refuse', 'refuse'])
    expect(connection.client.getSnapshot().closed).toMatchObject({
      by: 'exhausted',
      error: { code: 'connect-failed' },
    })
    expect(given).toEqual([3])
  })

  test.each(['connecting', 'backoff', 'open'] as const)(
    'close() while %s ends it for good',
    async (status) => {
      const target = newTarget('/echo')
      if (status === 'connecting') server.now.faults.add({ fault: 'stall', match: target })
      if (status === 'backoff') server.now.faults.add({ fault: 'refuse', match: target })
      const connection = openSocket(server.now.url + target, {
        environment: { WebSocket },
        retry: { delay: () => 60_000 },
      })
      await server.now.attempts.until((attempt) => attempt.target === target)
      await connection.until(is(status))
      connection.client.close()

      expect(connection.client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' } })
      // Another line comes and goes: had the first one anything left to do, it would have done it by then.
      const other = openSocket(`${server.now.url}/echo`, { environment: { WebSocket } })
      await other.until(is('open'))
      expect(outcomesOf(server.now, target)).toHaveLength(1)
      expect(connection.statuses.at(-1)).toBe('closed')
    },
  )
})
