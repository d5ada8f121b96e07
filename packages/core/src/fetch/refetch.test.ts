import { expect, test, describe } from 'vitest'
import type { FetchOptions } from './index.ts'
import { respond, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

test('[poll-interval] an interval longer than a platform timer does not loop', async () => {
  const environment = createEnvironment()
  const waits: number[] = []
  const set = environment.setTimeout
  const own = Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(environment),
      setTimeout: {
        value: (callback: () => void, ms: number) => (waits.push(ms), set(callback, ms)),
        enumerable: true,
      },
    },
  ) as typeof environment
  mountFetch(own, '/a', { refetchInterval: 30 * 24 * 3600e3 })
  await own.advance(0)
  await respond(own, 1)
  expect(Math.max(...waits)).toBeLessThanOrEqual(2 ** 31 - 1)
})

test('[refetch] an observer that returns when the page becomes visible refetches', async () => {
  const environment = createEnvironment()
  const before = mountFetch(environment, '/clock', { refetchInterval: 5000 })
  await environment.advance(0)
  await respond(environment, 1)
  environment.emitPageEvent('hidden')
  before.leave()
  await environment.advance(0)
  environment.emitPageEvent('visible')
  mountFetch(environment, '/clock', { refetchInterval: 5000 })
  await environment.advance(0)
  await respond(environment, 2)
  await environment.advance(5000)
  expect(environment.requests).toHaveLength(3)
})

describe('[refetch] automatic refetches', () => {
  test('[poll-interval] refetchInterval counts from a response to the next request', async () => {
    const environment = createEnvironment()
    const { leave } = mountFetch(environment, '/user', { refetchInterval: 10_000 })
    await environment.advance(0)
    await environment.advance(5000)
    await respond(environment, 1)
    await environment.advance(9999)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
    leave()
    await environment.advance(60_000)
    expect([environment.requests.length, environment.timers, environment.listeners]).toEqual([2, 0, 0])
  })

  test('the shorter of two intervals applies until its observer leaves', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 10_000, maxAge: 1e9 })
    const short = mountFetch(environment, '/user', { refetchInterval: 1000, maxAge: 1e9 })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    short.leave()
    await respond(environment, 2)
    await environment.advance(9999)
    expect(environment.requests).toHaveLength(2)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(3)
  })

  test('a failure does not end the interval', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 1000, retry: false })
    await environment.advance(0)
    await respond(environment, undefined, { status: 500 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })

  test('[hidden-page] refetches nothing while the page is hidden, and once when it becomes visible', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 1000 })
    await environment.advance(0)
    await respond(environment, 1)
    environment.emitPageEvent('hidden')
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('unless pause.hidden is false', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 1000, pause: { hidden: false } })
    await environment.advance(0)
    await respond(environment, 1)
    environment.emitPageEvent('hidden')
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })

  test.for([
    ['refetchOnFocus', 'visible'],
    ['refetchOnReconnect', 'online'],
  ] as const)('%s: when it is stale, and not in swarms', async ([option, signal]) => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { [option]: true, maxAge: 5000 })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(4000)
    environment.emitPageEvent(signal)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(2000)
    environment.emitPageEvent(signal)
    environment.emitPageEvent(signal)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 2)
    await environment.advance(500)
    environment.emitPageEvent(signal)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('listens to page events once for all observers, and only while there are any', async () => {
    const environment = createEnvironment()
    const all = [mountFetch(environment), mountFetch(environment), mountFetch(environment, '/other')]
    await environment.advance(0)
    for (const request of environment.requests) await respond(environment, 1, {}, request)
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
    for (const { leave } of all) leave()
    await environment.advance(0)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('options that arrive later', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 1)
    setOptions('/user', { refetchInterval: 1000 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 1)
    setOptions('/user', {})
    await environment.advance(60_000)
    expect([environment.requests.length, environment.timers]).toEqual([2, 0])
  })

  test('another observer with the same interval does not restart it', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 1000, maxAge: 1e9 })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(600)
    mountFetch(environment, '/user', { refetchInterval: 1000, maxAge: 1e9 })
    await environment.advance(400)
    expect(environment.requests).toHaveLength(2)
  })

  test('a shorter interval counts from the change', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/user', { refetchInterval: 60_000 })
    await environment.advance(0)
    await respond(environment, 1)
    setOptions('/user', { refetchInterval: 1000 })
    await environment.advance(999)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
  })

  test('a request that the user starts delays the next automatic one', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { refetchInterval: 10_000 })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(9000)
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 2)
    await environment.advance(9999)
    expect(environment.requests).toHaveLength(2)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(3)
  })

  test.for([
    [0, 9000],
    [0.5, 10_000],
    [1, 11_000],
  ])(
    'with the random number %d, an interval of 10 seconds lasts %d ms',
    async ([random = 0, interval = 0]) => {
      const environment = createEnvironment({ random: () => random })
      mountFetch(environment, '/user', { refetchInterval: 10_000 })
      await environment.advance(0)
      await respond(environment, 1)
      await environment.advance(interval - 1)
      expect(environment.requests).toHaveLength(1)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(2)
    },
  )

  test('an observer that is not enabled causes no refetches', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user')
    mountFetch(environment, '/user', { refetchInterval: 1000, refetchOnFocus: true, enabled: false })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(60_000)
    environment.emitPageEvent('visible')
    await environment.advance(60_000)
    expect([environment.requests.length, environment.timers]).toEqual([1, 0])
  })

  test('the interval continues after the page was hidden and is visible again', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 1000 })
    await environment.advance(0)
    await respond(environment, 1)
    environment.emitPageEvent('hidden')
    environment.emitPageEvent('visible')
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })

  test.for([
    ['refetchOnFocus', 'visible', 2],
    ['refetchOnFocus', 'online', 1],
    ['refetchOnReconnect', 'online', 2],
    ['refetchOnReconnect', 'visible', 1],
  ] as const)('with %s, after the page event %s there are %d requests', async ([option, event, count]) => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { [option]: true })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(60_000)
    environment.emitPageEvent(event)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(count)
  })

  test.for([
    [999, 1],
    [1000, 2],
  ] as const)('%d ms after a response, focus leads to %d requests', async ([delay, count]) => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchOnFocus: true })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(delay)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(count)
  })

  test('listens to page events while one of two observers is left, and again after both have left', async () => {
    const environment = createEnvironment()
    const listeners: number[] = []
    const settle = async () => {
      await environment.advance(0)
      listeners.push(environment.listeners)
    }
    const [one, other] = [mountFetch(environment), mountFetch(environment)]
    await environment.advance(0)
    await respond(environment, 1, { headers: { 'cache-control': 'max-age=60' } })
    one.leave()
    await settle()
    other.leave()
    await settle()
    mountFetch(environment)
    await settle()
    expect(listeners).toEqual([1, 0, 1])
  })
})

test('[hidden-page] sends no request when the page becomes visible if refetchInterval was removed meanwhile', async () => {
  const environment = createEnvironment()
  const { setOptions } = mountFetch(environment, '/user', { refetchInterval: 1000 })
  await environment.advance(0)
  await respond(environment, 1)
  environment.emitPageEvent('hidden')
  await environment.advance(60_000)
  setOptions('/user', {})
  environment.emitPageEvent('visible')
  await environment.advance(0)
  expect(environment.requests).toHaveLength(1)
})

describe('[poll-interval] refetchInterval', () => {
  const none: readonly FetchOptions['refetchInterval'][] = [
    0,
    false,
    undefined,
    () => 0,
    () => false,
    () => undefined,
  ]
  test.for(none)('%s: sends no request by itself', async (refetchInterval) => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(3_600_000)
    expect(environment.requests).toHaveLength(1)
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })

  test('0 does not prevent other automatic refetches', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refetchInterval: 0, refetchOnFocus: true })
    await environment.advance(0)
    await respond(environment, 1)
    environment.emitPageEvent('hidden')
    await environment.advance(2000)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('as a function of the data it polls until a job is done', async () => {
    const environment = createEnvironment()
    const seen: unknown[] = []
    const { observer } = mountFetch(environment, '/job', {
      refetchInterval: (data) => {
        seen.push(data)
        return (data as { done?: boolean } | undefined)?.done ? false : 1000
      },
    })
    await environment.advance(0)
    await respond(environment, { done: false })
    await environment.advance(1100)
    await respond(environment, { done: true })
    await environment.advance(3_600_000)
    expect(environment.requests).toHaveLength(2)
    expect(seen.at(-1)).toEqual({ done: true })
    // An optimistic update starts it again.
    observer.mutate({ done: false })
    await environment.advance(1100)
    expect(environment.requests).toHaveLength(3)
  })

  test('[handler-errors] a function that throws is reported, and nothing is refetched', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/job', {
      refetchInterval: () => {
        throw new Error('wrong')
      },
    })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(3_600_000)
    expect(environment.requests).toHaveLength(1)
    expect(environment.errors[0]).toMatchObject({ code: 'provider', provider: 'refetchInterval' })
  })
})
