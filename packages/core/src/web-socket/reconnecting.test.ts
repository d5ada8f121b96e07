import type { RetryDelay } from '../shared/backoff.ts'
import { describe, expect, test, vi } from 'vitest'
import { openHarness, createHarness } from '../../test/web-socket/harness.ts'
import { exponential, quickThenSpread } from '../shared/backoff.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { WebSocketOptions } from './index.ts'

/** Refuses every attempt and returns the delays between them, in ms. */
async function delays(options: WebSocketOptions, count: number, random = 0.5): Promise<number[]> {
  const environment = createTestEnvironment({ random: () => random })
  const { client } = createHarness(options, '/chat', environment)
  const waits: number[] = []
  client.open()
  await environment.advance(0)
  while (waits.length < count) {
    const socketCount = environment.sockets.length
    const since = environment.now()
    environment.socket.refuse()
    const { retryAt = Number.NaN } = client.getSnapshot()
    await environment.advance(retryAt - since - 0.001)
    expect(environment.sockets, 'none comes early').toHaveLength(socketCount)
    await environment.advance(0.001)
    expect(environment.sockets, 'one comes on time').toHaveLength(socketCount + 1)
    waits.push(retryAt - since)
  }
  return waits
}

describe('[retry-delays] a lost connection is retried with exactly the delays of the policy', () => {
  test('by default one quick retry, then a wide spread that grows', async () => {
    const expected = [500, 8000, 8000, 8000, 8000, 8000, 9600, 11_520, 13_824, 16_000, 16_000]
    const waits = await delays({}, expected.length)
    for (const [index, wait] of waits.entries()) expect(wait).toBeCloseTo(expected[index] ?? 0, 6)
  })

  test.each([
    ['no luck at all', 0, [0, 2000, 2000]],
    ['all the luck there is', 0.999, [999, 13_988, 13_988]],
  ])('with %s', async (_, random, expected) => {
    const waits = await delays({}, 3, random)
    for (const [index, wait] of waits.entries()) expect(wait).toBeCloseTo(expected[index] ?? 0, 6)
  })

  test('with another policy, built-in or custom', async () => {
    expect(await delays({ retry: { delay: exponential({ base: 100, cap: 500, jitter: 0 }) } }, 5)).toEqual([
      100, 200, 400, 500, 500,
    ])
    expect(await delays({ retry: { delay: ({ attempt, random }) => attempt * 10 + random } }, 3)).toEqual([
      10.5, 20.5, 30.5,
    ])
    expect(await delays({ retry: { delay: quickThenSpread({ first: 10 }) } }, 1)).toEqual([5])
  })

  test('a negative delay counts as 0, and the default replaces a delay that is no number', async () => {
    expect(await delays({ retry: { delay: () => -1 } }, 2)).toEqual([0, 0])
    for (const delay of [Number.NaN, undefined, null, '5', Promise.resolve(5)])
      expect(await delays({ retry: { delay: () => delay as number } }, 2)).toEqual([500, 8000])
  })

  test('the default replaces a policy that throws', async () => {
    const fail = () => {
      throw new Error('my policy')
    }
    const environment = createTestEnvironment()
    const { client } = await openHarness({ retry: { delay: fail } }, '/chat', environment)
    environment.socket.end(1006)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', retryAt: environment.now() + 500 })
    expect(environment.errors).toMatchObject([{ code: 'provider', thrown: { message: 'my policy' } }])
  })

  test('the retry event has the error, the time of the attempt and its number from 1', async () => {
    const onRetry = vi.fn<(event: object) => void>()
    const { client, environment, emitted } = await openHarness({ onRetry })
    environment.socket.end(1012, 'restart')
    const { error } = client.getSnapshot()
    expect(error).toMatchObject({
      code: 'closed',
      closeCode: 1012,
      reason: 'restart',
      wasClean: true,
    })
    expect(onRetry).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ attempt: 1, retryAt: environment.now() + 500, error }),
    )
    expect(emitted).toEqual(['open', 'close 1012', 'error closed', 'retry 1'])
    await environment.advance(500)
    environment.socket.refuse()
    expect(client.getSnapshot().error).toMatchObject({ code: 'connect-failed', closeCode: 1006 })
    expect(emitted.slice(4)).toEqual(['error connect-failed', 'retry 2'])
  })
})

describe('[stable-connection] a server that accepts and drops at once is not flooded', () => {
  test('the retry count, and so the delay, grows', async () => {
    const { client, environment } = await openHarness({ retry: { delay: ({ attempt }) => attempt * 1000 } })
    for (const attempt of [1, 2, 3, 4]) {
      environment.socket.receive('greeting')
      await environment.advance(4000)
      environment.socket.end(1011)
      expect(client.getSnapshot().attempt).toBe(attempt)
      await environment.advance(attempt * 1000)
      environment.socket.accept()
    }
  })

  test('until a connection has been up for five seconds', async () => {
    const { client, environment } = await openHarness()
    environment.socket.end(1011)
    await environment.advance(500)
    environment.socket.accept()
    await environment.advance(4999)
    expect(client.getSnapshot().attempt).toBe(1)
    await environment.advance(1)
    expect(client.getSnapshot().attempt).toBe(0)
    environment.socket.end(1011)
    expect(client.getSnapshot().attempt).toBe(1)
  })
})

describe('[retry-limit] retry.limit is exact', () => {
  test.each([0, 1, 2, 5])('%d retries, then closed by `exhausted`', async (limit) => {
    const onGiveUp = vi.fn<(event: object) => void>()
    const { client, environment, emitted } = createHarness({ retry: { limit, delay: () => 10 }, onGiveUp })
    client.open()
    await environment.advance(0)
    for (let attempt = 0; attempt <= limit; attempt++) {
      environment.socket.refuse()
      await environment.advance(10)
    }
    await environment.advance(3_600_000)
    expect(environment.sockets).toHaveLength(limit + 1)
    const { error } = client.getSnapshot()
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'exhausted', error },
      attempt: limit,
    })
    expect(onGiveUp).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ attempts: limit, error }))
    expect(emitted.filter((entry) => entry.startsWith('retry'))).toHaveLength(limit)
    expect(emitted.at(-1)).toBe(`give-up ${limit}`)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('`retry: false` does not retry', async () => {
    const { client, environment, emitted } = await openHarness({ retry: false })
    environment.socket.end(1006)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } })
    expect(emitted).toEqual(['open', 'close 1006 unclean', 'error closed', 'give-up 0'])
  })

  test('a lower limit applies to the next retry', async () => {
    const { client, environment } = await openHarness({ retry: { delay: () => 10 } })
    environment.socket.end(1006)
    await environment.advance(10)
    environment.socket.refuse()
    client.setOptions('/chat', { environment, retry: { limit: 2, delay: () => 10 } })
    await environment.advance(10)
    environment.socket.refuse()
    expect(client.getSnapshot().closed?.by).toBe('exhausted')
  })
})

describe('[fatal-errors] fatal outcomes are not retried', () => {
  test.each([1002, 1003, 1007, 1008, 1009, 1010, 3500, 3999, 4401, 4500, 4999])(
    '%d is final',
    async (code) => {
      const { client, environment, emitted } = await openHarness()
      environment.socket.end(code, 'no')
      expect(client.getSnapshot()).toMatchObject({
        status: 'closed',
        closed: { by: 'fatal', error: { code: 'closed', closeCode: code, reason: 'no' } },
      })
      await environment.advance(3_600_000)
      expect(environment.sockets).toHaveLength(1)
      expect(emitted).toEqual(['open', `close ${code}`, 'error closed'])
      expect([environment.timers, environment.listeners]).toEqual([0, 0])
    },
  )

  test.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3000, 3499, 4000, 4499])(
    '%d is retried',
    async (code) => {
      const { client, environment } = await openHarness()
      environment.socket.end(code)
      expect(client.getSnapshot().status).toBe('backoff')
    },
  )

  test('`retry.when` can retry a fatal outcome', async () => {
    const when = vi.fn<(error: Error | undefined, retryable: boolean) => boolean>(() => true)
    const { client, environment } = await openHarness({ retry: { when } })
    environment.socket.end(4500)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    expect(when).toHaveBeenCalledExactlyOnceWith(client.getSnapshot().error, false)
  })

  test('`retry.when` can refuse a retry', async () => {
    const when = vi.fn<(error: Error | undefined, retryable: boolean) => boolean>(() => false)
    const { client, environment, emitted } = await openHarness({ retry: { when } })
    environment.socket.end(1006)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'server' } })
    expect(when).toHaveBeenCalledExactlyOnceWith(client.getSnapshot().error, true)
    expect(emitted.at(-1)).toBe('error closed')
  })

  test('`retry.when` cannot lift the limit', async () => {
    const { client, environment } = await openHarness({ retry: { limit: 0, when: () => true } })
    environment.socket.end(4500)
    expect(client.getSnapshot().closed?.by).toBe('exhausted')
  })

  test('a `retry.when` that throws is reported, and the default applies', async () => {
    const when = () => {
      throw new Error('my policy')
    }
    const { client, environment } = await openHarness({ retry: { when } })
    environment.socket.end(1006)
    expect(client.getSnapshot().status).toBe('backoff')
    expect(environment.errors).toMatchObject([{ code: 'provider', thrown: { message: 'my policy' } }])
  })
})

test('[retry-delay] retry.delay can follow what the server said in its close reason', async () => {
  const delay: RetryDelay = ({ error }) =>
    error?.code === 'closed' ? Number(/retry in (\d+)/.exec(error.reason)?.[1]) : 60_000
  const { client, environment } = await openHarness({ retry: { delay } })
  environment.socket.end(1013, 'retry in 7000')
  expect(client.getSnapshot().retryAt).toBe(environment.now() + 7000)
})
