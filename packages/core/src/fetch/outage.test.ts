import { describe, expect, test } from 'vitest'
import { createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'
import { byCursor, mountPages } from '../../test/fetch/pages-harness.ts'
import type { FakeRequest, TestEnvironment } from '../testing/index.ts'
import { HttpError } from '../shared/errors.ts'
import { type FetchOptions, createFetch } from './index.ts'

type Serve = (request: FakeRequest, environment: TestEnvironment) => unknown

const seen = new WeakSet<FakeRequest>()

/** Lets time pass. Each new request is served at once. */
async function pass(environment: TestEnvironment, ms: number, serve: Serve) {
  const end = environment.now() + ms
  for (; environment.now() <= end; await environment.advance(250)) {
    await environment.advance(0)
    for (const request of environment.requests) {
      if (seen.has(request) || request.aborted) continue
      seen.add(request)
      await serve(request, environment)
    }
  }
  return environment.requests.length
}

const isDown: Serve = (request) => request.fail()
const fails =
  (status: number, headers = {}): Serve =>
  (request, environment) =>
    respond(environment, undefined, { status, headers }, request)
const isUp: Serve = (request, environment) => respond(environment, 'data', {}, request)

/** Mounts a hook whose request fails, until it shows the error. */
async function mountFailed(
  serve: Serve = isDown,
  options: FetchOptions<unknown, unknown, unknown> = {},
  random = 0.5,
) {
  const environment = createEnvironment({ random: () => random })
  const set = mountFetch(environment, '/user', options)
  const count = await pass(environment, 8000, serve)
  expect(set.observer.getSnapshot().status).toBe('error')
  return { environment, count, ...set }
}

describe('[outage] offline before the first hook mounts, without an `offline` event', () => {
  test('`execute` ends with the error after two retries', async () => {
    const environment = createEnvironment()
    const result = createFetch('/user', { environment }).execute()
    const rejection = expect(result).rejects.toMatchObject({ code: 'connect-failed' })
    expect(await pass(environment, 8000, isDown)).toBe(3)
    await rejection
    // No component shows it.
    expect(await pass(environment, 600_000, isDown)).toBe(3)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test.for(['online', 'visible'] as const)('a mounted hook refetches on `%s`', async (pageEvent) => {
    const { environment, observer, shown, count } = await mountFailed()
    expect(count).toBe(3)
    const before = shown.length
    environment.emitPageEvent(pageEvent)
    await pass(environment, 250, isUp)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'data', error: undefined })
    expect(environment.requests).toHaveLength(4)
    expect(shown.slice(before).map(({ status }) => status)).not.toContain('pending')
    // The outage is over.
    expect(await pass(environment, 600_000, isUp)).toBe(4)
    expect(environment.timers).toBe(0)
  })

  test.for([
    [0, 30_000],
    [0.5, 45_000],
    [0.999999, 60_000],
  ] as const)('with the random number %d it refetches after %d ms, again and again', async ([random, ms]) => {
    const { environment, observer, count } = await mountFailed(
      fails(503),
      { retry: { delay: () => 0 } },
      random,
    )
    const settledAt = environment.now() - 8000 - 250
    await pass(environment, settledAt + ms - 1000 - environment.now(), fails(503))
    expect(environment.requests).toHaveLength(count)
    await pass(environment, 1500, fails(503))
    expect(environment.requests).toHaveLength(count + 3)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { status: 503 } })
    await pass(environment, 61_000, isUp)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'data' })
  })

  test('while the page is hidden it sends nothing, and once when it is visible', async () => {
    const { environment, count } = await mountFailed()
    environment.emitPageEvent('hidden')
    expect(await pass(environment, 600_000, isDown)).toBe(count)
    environment.emitPageEvent('visible')
    expect(await pass(environment, 0, isUp)).toBe(count + 1)
  })

  test('`online` is not followed by a burst, and a hook that has left sends nothing', async () => {
    const { environment, count, leave } = await mountFailed()
    for (let turn = 0; turn < 5; turn++) environment.emitPageEvent('online')
    expect(await pass(environment, 250, isDown)).toBe(count + 1)
    leave()
    await environment.advance(0)
    environment.emitPageEvent('online')
    await environment.advance(600_000)
    expect(environment.requests).toHaveLength(count + 1)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })
})

describe('[outage] page events and commands after the last failure', () => {
  test.for(['online', 'visible'] as const)('`%s` within a second of it is not lost', async (pageEvent) => {
    const environment = createEnvironment({ random: () => 0.5 })
    mountFetch(environment, '/user', { retry: false })
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(300)
    environment.emitPageEvent(pageEvent)
    await environment.advance(600)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(250)
    expect(environment.requests).toHaveLength(2)
  })

  test('five hooks of one key refetch once, and a thousand keys at random times', async () => {
    let turn = 0
    const environment = createEnvironment({ random: () => (turn++ % 100) / 100 })
    const options = { retry: false } as const
    for (let index = 0; index < 1000; index++) mountFetch(environment, `/${index}`, options)
    for (let index = 0; index < 4; index++) mountFetch(environment, '/0', options)
    await pass(environment, 5000, isDown)
    expect(environment.requests).toHaveLength(1000)
    environment.emitPageEvent('online')
    await environment.advance(50)
    const { length } = environment.requests
    expect(length).toBeGreaterThan(1100)
    expect(length).toBeLessThan(1400)
    expect(await pass(environment, 1000, isDown)).toBe(2000)
    // Then at random within 30 s.
    expect(await pass(environment, 30_000, isUp)).toBeLessThan(2200)
    expect(await pass(environment, 32_000, isUp)).toBe(3000)
  })

  test('`online` on a hidden page sends nothing before it is visible', async () => {
    const { environment, count } = await mountFailed()
    environment.emitPageEvent('hidden')
    environment.emitPageEvent('online')
    expect(await pass(environment, 600_000, isDown)).toBe(count)
    environment.emitPageEvent('visible')
    expect(await pass(environment, 1000, isUp)).toBe(count + 1)
  })

  test.for(['reset', 'abort', 'leave', 'disable'] as const)('%s: leaves no timer behind', async (command) => {
    const { environment, observer, leave, setOptions, count } = await mountFailed()
    environment.emitPageEvent('online')
    if (command === 'leave') leave()
    else if (command === 'disable') setOptions('/user', { enabled: false })
    else observer[command]()
    const requests = await pass(environment, 600_000, isUp)
    // `reset` is for writes, and `abort` ends no request here: the hook still shows the error, and recovers.
    expect(requests).toBe(/reset|abort/.test(command) ? count + 1 : count)
    expect(environment.timers).toBe(0)
  })
})

describe('[outage] which errors', () => {
  const temporary: readonly (readonly [string, Serve])[] = [
    ['the network', isDown],
    ['500', fails(500)],
    ['502', fails(502)],
    ['503', fails(503)],
    [
      'a body that is cut off',
      (request, environment) =>
        respond(environment, '{"a":', { headers: { 'content-type': 'application/json' } }, request),
    ],
  ]
  test.for(temporary)('%s: refetched', async ([, serve]) => {
    const { environment, count } = await mountFailed(serve)
    expect(await pass(environment, 60_000, isUp)).toBe(count + 1)
  })

  const final: readonly (readonly [string, Serve])[] = [
    ...[400, 401, 403, 404, 409, 422, 429].map((status) => [`${status}`, fails(status)] as const),
    [
      'an HTML page',
      (request, environment) =>
        respond(environment, '<html>', { headers: { 'content-type': 'text/html' } }, request),
    ],
  ]
  test.for(final)('%s: not refetched', async ([, serve]) => {
    const { environment, count } = await mountFailed(serve)
    environment.emitPageEvent('online')
    environment.emitPageEvent('visible')
    expect(await pass(environment, 600_000, isUp)).toBe(count)
    expect(environment.timers).toBe(0)
  })

  test.for([
    [new TypeError('Failed to fetch'), 1],
    [new HttpError('refused', { status: 401 }), 0],
  ] as const)('a headers function with the error %s: %d requests', async ([error, requestCount]) => {
    let isFailing = true
    const headers = () => {
      if (isFailing) throw error
      return {}
    }
    const { environment } = await mountFailed(isUp, { headers })
    isFailing = false
    environment.emitPageEvent('online')
    expect(await pass(environment, 100_000, isUp)).toBe(requestCount)
  })

  test('Retry-After delays it, also after `online`', async () => {
    const { environment, count } = await mountFailed(fails(503, { 'retry-after': '100' }), { retry: false })
    environment.emitPageEvent('online')
    expect(await pass(environment, 80_000, isUp)).toBe(count)
    expect(await pass(environment, 30_000, isUp)).toBe(count + 1)
  })
})

describe('[outage] which hooks', () => {
  const none: readonly FetchOptions[] = [
    { refetchInterval: false, refetchOnFocus: false, refetchOnReconnect: false },
    { refetchInterval: 0, refetchOnFocus: false, refetchOnReconnect: false },
    { method: 'PUT' },
    { method: 'POST', json: {}, idempotencyKey: true },
  ]
  test.for(none)('%s: not refetched', async (options) => {
    const { environment, count } = await mountFailed(isDown, options)
    environment.emitPageEvent('online')
    environment.emitPageEvent('visible')
    expect(await pass(environment, 600_000, isUp)).toBe(count)
  })

  test('a disabled hook after `execute`: not refetched', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { enabled: false })
    observer.execute().catch(() => {})
    const count = await pass(environment, 8000, isDown)
    environment.emitPageEvent('online')
    expect(await pass(environment, 600_000, isUp)).toBe(count)
  })

  test('a hook with data shows them with the error, and refetches although they are fresh', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { maxAge: 3_600_000 })
    await pass(environment, 0, isUp)
    void observer.refetch().catch(() => {})
    await pass(environment, 8000, isDown)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'data' })
    await pass(environment, 60_000, isUp)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'data' })
  })

  test('a shorter refetchInterval applies', async () => {
    const { environment, count } = await mountFailed(isDown, { refetchInterval: 20_000 })
    expect(await pass(environment, 22_000, isUp)).toBe(count + 1)
  })

  test.for([0, 1])('a list of pages, whose page %d has failed', async (failing) => {
    const environment = createEnvironment()
    const { observer } = mountPages(environment, '/list', byCursor)
    const servePage: Serve = (request) => {
      const page = request.url.includes('after') ? { items: [2], next: null } : { items: [1], next: 1 }
      return respond(environment, page, {}, request)
    }
    if (failing === 1) await pass(environment, 0, servePage)
    const pending = failing === 1 ? observer.fetchNext() : undefined
    pending?.catch(() => {})
    await pass(environment, 8000, isDown)
    expect(observer.getSnapshot()).toMatchObject({ error: { code: 'connect-failed' } })
    environment.emitPageEvent('online')
    await environment.advance(250)
    expect(observer.getSnapshot()).toMatchObject({ error: { code: 'connect-failed' }, isFetching: true })
    await pass(environment, 0, servePage)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
    expect(observer.getSnapshot().pages).toHaveLength(failing + 1)
  })
})
