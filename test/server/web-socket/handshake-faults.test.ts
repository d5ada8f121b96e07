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
  test.each(refusals)('a handshake that fails with $fault $status $retryAfter is retried', async (rule) => {
    const target = newTarget('/echo')
    server.now.faults.add({ ...rule, match: target, count: 2 })
    const connection = openSocket(server.now.url + target, { environment: { WebSocket } })
    await connection.until(is('open'))

    expect(connection.statuses).toEqual(openAfter(2))
    expect(outcomesOf(server.now, target)).toEqual([rule.fault, rule.fault, 'accepted'])
    // A page cannot read the status of a failed handshake. It gets only the close code 1006.
    expect(connection.errors).toMatchObject([
      { code: 'connect-failed', closeCode: 1006 },
      { code: 'connect-failed', closeCode: 1006 },
    ])
    expect(connection.client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, attempt: 2 })
    expect(connection.closes).toEqual([])
  })

  test('a handshake without a response is aborted after timeout.connect', async () => {
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

  test('a slow handshake opens without a second attempt', async () => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'delay', ms: 300, match: target })
    const connection = openSocket(server.now.url + target, { environment: { WebSocket } })
    await connection.until(is('open'))

    expect(connection.statuses).toEqual(openAfter(0))
    expect(outcomesOf(server.now, target)).toEqual(['delay'])
  })

  test('a server that refuses connections is retried until it accepts one', async () => {
    const target = newTarget('/echo')
    // The proxy ends the connection before the server sees it.
    server.now.proxy.rules.add({ fault: 'refuse', match: target, count: 3 })
    const connection = openSocket(server.now.proxyUrl + target, { environment: { WebSocket } })
    await connection.until(is('open'))

    expect(connection.statuses).toEqual(openAfter(3))
    expect(outcomesOf(server.now, target)).toEqual(['accepted'])
  })

  test('retries exactly as often as the limit allows, and onGiveUp gets the number of attempts', async () => {
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

  test.each(['connecting', 'backoff', 'open'] as const)('close() while %s is final', async (status) => {
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
    // Waits until another connection has opened. A retry of the closed one would have happened by then.
    const other = openSocket(`${server.now.url}/echo`, { environment: { WebSocket } })
    await other.until(is('open'))
    expect(outcomesOf(server.now, target)).toHaveLength(1)
    expect(connection.statuses.at(-1)).toBe('closed')
  })
})
