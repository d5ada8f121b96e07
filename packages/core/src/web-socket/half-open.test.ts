import { describe, expect, test } from 'vitest'
import { openHarness } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { TestEnvironment } from '../testing/index.ts'
import { pings } from '../connection/heartbeat.ts'
import type { WebSocketOptions } from './index.ts'

const PROBLEMS = [
  ['`offline` then `online`', ['offline', 'online']],
  ['a jump of the clock of over a minute', ['slept']],
] as const

function emit(environment: TestEnvironment, pageEvents: (typeof PROBLEMS)[number][1]): void {
  for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
}

const opened = async (options: WebSocketOptions = {}, url?: string, random = 0.5) => {
  const set = await openHarness(options, url, createTestEnvironment({ random: () => random }))
  await set.environment.advance(60_000)
  return set
}

describe.each(PROBLEMS)('[half-open] no heartbeat, after %s', (_, pageEvents) => {
  test.each([
    [0, 10_000],
    [0.5, 12_500],
    [0.999, 14_995],
  ])('an open connection is replaced unless a byte arrives (random %s: after %s ms)', async (random, ms) => {
    const { client, environment, emitted } = await opened({}, undefined, random)
    emit(environment, pageEvents)
    await environment.advance(ms - 1)
    expect([client.getSnapshot().status, environment.sockets.length]).toEqual(['open', 1])
    await environment.advance(1)
    expect([client.getSnapshot().status, environment.sockets.length]).toEqual(['connecting', 2])
    environment.socket.accept()
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0, error: undefined })
    expect(emitted.filter((one) => one === 'open')).toHaveLength(2)
    expect(emitted.filter((one) => /error|retry/.test(one))).toEqual([])
  })

  test('a message proves that the connection is alive', async () => {
    const { client, environment } = await opened()
    emit(environment, pageEvents)
    await environment.advance(9999)
    environment.socket.receive('still here')
    await environment.advance(3_600_000)
    expect([client.getSnapshot().status, environment.sockets.length]).toEqual(['open', 1])
  })

  test('queued messages are sent on the new connection', async () => {
    const { client, environment } = await opened()
    const first = environment.socket
    emit(environment, pageEvents)
    await environment.advance(12_500)
    expect(client.send('later')).toBe('queued')
    environment.socket.accept()
    expect([first.sent, environment.socket.sent]).toEqual([[], ['later']])
  })

  test.each([
    ['with a heartbeat, which decides', { heartbeat: pings({ interval: 3_600_000, timeout: 3_600_000 }) }],
    ['without retries', { retry: false as const }],
  ])('the connection stays %s', async (__, options) => {
    const { environment } = await opened(options)
    const first = environment.socket
    emit(environment, pageEvents)
    if ('heartbeat' in options) first.receive('pong')
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
  })

  test('leaves no timer behind after close()', async () => {
    const { client, environment } = await opened()
    emit(environment, pageEvents)
    expect(environment.timers).toBe(1)
    client.close()
    environment.socket.end(1000)
    await environment.advance(20_000)
    expect([environment.timers, environment.sockets.length]).toEqual([0, 1])
  })
})

describe('[half-open] what is no reason to replace a connection', () => {
  test.each([
    ['`online` without `offline`', ['online']],
    ['a short sleep', ['wake']],
    ['a page that was hidden', ['hidden', 'visible']],
    ['`offline` alone', ['offline']],
  ] as const)('%s', async (_, pageEvents) => {
    const { client, environment } = await opened()
    for (const pageEvent of pageEvents) environment.emitPageEvent(pageEvent)
    await environment.advance(60_000)
    expect([client.getSnapshot().status, environment.sockets.length]).toEqual(['open', 1])
  })

  test.each([
    ['a server on this machine', {}, 'ws://localhost:8080/'],
    ['`pause.offline: false`', { pause: { offline: false } }, undefined],
  ])('`offline` and `online` with %s', async (_, options, url) => {
    const { environment } = await opened(options, url)
    emit(environment, ['offline', 'online'])
    await environment.advance(60_000)
    expect(environment.sockets).toHaveLength(1)
  })
})
