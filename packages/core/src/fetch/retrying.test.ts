import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

const RETRY = { delay: () => 1000 }

async function failNext(
  environment: ReturnType<typeof createEnvironment>,
  status = 503,
  headers: Record<string, string> = {},
) {
  await respond(environment, undefined, { status, headers })
}

describe('[safe-retries] which requests are retried', () => {
  test.for([
    ['GET', true],
    ['HEAD', true],
    ['PUT', true],
    ['DELETE', true],
    ['OPTIONS', true],
    ['POST', false],
    ['PATCH', false],
  ] as const)('%s: %s', async ([method, retried]) => {
    const environment = createEnvironment()
    const request = client(environment, '/api', { method, enabled: false, retry: RETRY })
    const awaited = request.execute().catch(() => 'failed')
    await environment.advance(0)
    await failNext(environment)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(retried ? 2 : 1)
    if (!retried) expect(await awaited).toBe('failed')
  })

  test.for(['POST', 'PATCH'])('%s with an idempotency key, the same for every try', async (method) => {
    const environment = createEnvironment()
    const save = client(environment, '/api', { method, enabled: false, retry: RETRY, idempotencyKey: true })
    const first = save.execute({ json: { a: 1 } })
    await environment.advance(0)
    await failNext(environment)
    await environment.advance(1000)
    environment.request.fail()
    await environment.advance(1000)
    await respond(environment, { ok: true })
    await expect(first).resolves.toEqual({ ok: true })
    void save.execute({ json: { a: 1 } })
    await environment.advance(0)
    const keys = environment.requests.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]])
    expect(environment.requests.map(({ body }) => body)).toEqual(Array(4).fill('{"a":1}'))
  })

  test('each request has another generated key', async () => {
    let number = 0
    const environment = createEnvironment({ random: () => (number = (number + 0.137) % 1) })
    const save = client(environment, '/api', { method: 'POST', enabled: false, idempotencyKey: true })
    for (let times = 0; times < 3; times++) void save.execute()
    await environment.advance(0)
    expect(new Set(environment.requests.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(3)
  })

  test('a key of one’s own, also by a function', async () => {
    const environment = createEnvironment()
    const save = client(environment, '/api', { method: 'POST', enabled: false })
    void save.execute({ idempotencyKey: 'order-1' })
    void save.execute({ idempotencyKey: () => 'order-2' })
    await environment.advance(0)
    expect(environment.requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual([
      'order-1',
      'order-2',
    ])
  })

  test.for([408, 425, 429, 500, 502, 503, 504])('%i is', async (status) => {
    const environment = createEnvironment()
    mountFetch(environment, '/api', { retry: RETRY })
    await environment.advance(0)
    await failNext(environment, status)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })

  test.for([400, 401, 403, 404, 409, 410, 422, 451])('[fatal-errors] %i is not', async (status) => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/api', { retry: RETRY })
    await environment.advance(0)
    await failNext(environment, status)
    await environment.advance(10_000)
    expect(environment.requests).toHaveLength(1)
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { status } })
  })

  test('retry.when decides', async () => {
    const environment = createEnvironment()
    const seen: unknown[] = []
    const when = (error: Error | undefined, retryable: boolean) => {
      seen.push([error && 'code' in error && error.code, retryable])
      return !retryable
    }
    mountFetch(environment, '/api', { retry: { ...RETRY, when } })
    await environment.advance(0)
    await failNext(environment, 404)
    await environment.advance(1000)
    await failNext(environment, 503)
    await environment.advance(10_000)
    expect(seen).toEqual([
      ['http', false],
      ['http', true],
    ])
    expect(environment.requests).toHaveLength(2)
  })

  test('a when or delay that throws is reported, and the defaults decide', async () => {
    const environment = createEnvironment()
    const broken = () => {
      throw new Error('broken')
    }
    mountFetch(environment, '/api', { retry: { when: broken, delay: broken } })
    await environment.advance(0)
    await failNext(environment)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    expect(environment.errors).toMatchObject([{ code: 'provider', thrown: { message: 'broken' } }])
  })
})

describe('[retry-limit] the limit is exact', () => {
  test('retries twice by default, then gives the error and calls onGiveUp', async () => {
    const environment = createEnvironment()
    const gaveUp: unknown[] = []
    const { observer, emitted } = mountFetch(environment, '/api', { onGiveUp: (event) => gaveUp.push(event) })
    for (let tries = 0; tries < 3; tries++) {
      await environment.advance(0)
      expect(observer.getSnapshot()).toMatchObject({ status: 'pending', isFetching: true, error: undefined })
      await failNext(environment)
      await environment.advance(3000)
    }
    expect(environment.requests).toHaveLength(3)
    expect(emitted).toEqual(['retry 1', 'retry 2', 'give-up 2', 'error http'])
    expect(gaveUp).toMatchObject([{ attempts: 2 }])
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', isFetching: false })
    // The next refetch, after 30 to 60 s.
    expect([environment.timers, environment.listeners]).toEqual([1, 1])
  })

  test('[retry-delays] the default delays are up to 1 s, then up to 3 s', async () => {
    for (const [random, delays] of [
      [0, [0, 0]],
      [0.5, [500, 1500]],
      [0.999, [999, 2997]],
    ] as const) {
      const environment = createEnvironment({ random: () => random })
      const waits: number[] = []
      mountFetch(environment, '/api', {
        onRetry: ({ retryAt }) => waits.push(Math.round(retryAt - environment.now())),
      })
      for (let tries = 0; tries < 3; tries++) {
        await environment.advance(0)
        await failNext(environment)
        await environment.advance(3000)
      }
      expect(waits).toEqual(delays)
    }
  })

  test('[failure] what has failed is seen while it is retried, and not after that', async () => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment, '/api', {})
    observer.track('failure')
    await environment.advance(0)
    expect(observer.getSnapshot().failure).toBeUndefined()
    await failNext(environment, 500)
    const failing = {
      status: 'pending',
      error: undefined,
      failure: { code: 'http', status: 500 },
      attempt: 1,
    }
    expect(observer.getSnapshot()).toMatchObject(failing)
    expect(shown.at(-1)).toMatchObject(failing)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    expect(observer.getSnapshot()).toMatchObject(failing)
    await respond(environment, 'Ada')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', failure: undefined })
  })

  test('[retry-delays] the delays are those of the policy', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/api', {
      retry: { limit: 9, delay: ({ attempt }) => attempt * 700 },
    })
    observer.track('attempt')
    observer.track('retryAt')
    await environment.advance(0)
    for (const wait of [700, 1400, 2100]) {
      await failNext(environment)
      const { retryAt, attempt, waitingFor } = observer.getSnapshot()
      expect([retryAt, attempt, waitingFor]).toEqual([environment.now() + wait, wait / 700, 'timer'])
      const before = environment.requests.length
      await environment.advance(wait - 1)
      expect(environment.requests).toHaveLength(before)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(before + 1)
    }
  })
})

describe('[retry-after] Retry-After', () => {
  test.for([
    ['seconds', '30', 30_000],
    ['an HTTP-date', new Date(1_000_000 + 30_000).toUTCString(), 30_000],
    ['garbage', 'soon', 0],
    ['a day, which is capped', '86400', 300_000],
    ['the past', new Date(0).toUTCString(), 0],
  ] as const)('%s, on top of the policy', async ([, header, hint]) => {
    const environment = createEnvironment()
    mountFetch(environment, '/api', { retry: RETRY })
    await environment.advance(0)
    await failNext(environment, 429, { 'retry-after': header })
    await environment.advance(999 + hint)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
  })

  test('the error has it', async () => {
    const environment = createEnvironment()
    const request = client(environment, '/api', { retry: false })
    const awaited = request.execute().catch((error: unknown) => error)
    await environment.advance(0)
    await failNext(environment, 503, { 'retry-after': '7' })
    expect(await awaited).toMatchObject({ status: 503, retryAfter: 7000 })
  })
})

describe('[page-events] the page and the network', () => {
  test('sends no request while offline, and one when online', async () => {
    const environment = createEnvironment()
    const holder = mountFetch(environment, '/held')
    await environment.advance(0)
    environment.emitPageEvent('offline')
    const { observer } = mountFetch(environment, '/api')
    observer.track('waitingFor')
    await environment.advance(60_000)
    expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/held'])
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', waitingFor: 'online' })
    environment.emitPageEvent('online')
    await environment.advance(250)
    expect(environment.requests.at(-1)?.url).toBe('https://test.example/api')
    holder.leave()
  })

  test('sends also while offline to a server on this machine', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/held')
    await environment.advance(0)
    environment.emitPageEvent('offline')
    mountFetch(environment, 'http://localhost:8080/api')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('pause.offline: false sends also while offline', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/held')
    await environment.advance(0)
    environment.emitPageEvent('offline')
    mountFetch(environment, '/api', { pause: { offline: false } })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('entering the bfcache aborts the request, and leaving it sends it again', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/api')
    await environment.advance(0)
    environment.emitPageEvent('pagehide')
    expect(environment.request.aborted).toBe(true)
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('pageshow')
    await environment.advance(250)
    await respond(environment, 'back')
    expect(observer.getSnapshot().data).toBe('back')
  })

  test('a hidden page sends requests, except with pause.hidden', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/held')
    await environment.advance(0)
    environment.emitPageEvent('hidden')
    mountFetch(environment, '/now')
    mountFetch(environment, '/later', { pause: { hidden: true } })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    environment.emitPageEvent('visible')
    await environment.advance(250)
    expect(environment.request.url).toBe('https://test.example/later')
  })
})

describe('[option-functions] functions run before every attempt', () => {
  test('and get the error of the last one', async () => {
    const environment = createEnvironment()
    const contexts: unknown[] = []
    mountFetch(
      environment,
      ({ attempt, previous }) => {
        contexts.push([attempt, previous && 'code' in previous && previous.code])
        return `/api?try=${attempt}`
      },
      { retry: RETRY },
    )
    await environment.advance(0)
    await failNext(environment)
    await environment.advance(1000)
    expect(contexts).toEqual([
      [0, undefined],
      [1, 'http'],
    ])
    expect(environment.requests.map(({ url }) => url)).toEqual([
      'https://test.example/api?try=0',
      'https://test.example/api?try=1',
    ])
  })

  test('one that throws, or never settles, is a failed attempt', async () => {
    const environment = createEnvironment()
    let calls = 0
    const headers = () => {
      calls++
      if (calls === 1) throw new Error('no token')
      if (calls === 2) return new Promise<HeadersInit>(() => {})
      return { authorization: 'Bearer 3' }
    }
    const { emitted } = mountFetch(environment, '/api', { headers, retry: RETRY })
    await environment.advance(0)
    await environment.advance(1000)
    expect([calls, emitted]).toEqual([2, ['retry 1']])
    await environment.advance(10_000)
    expect(emitted).toEqual(['retry 1', 'retry 2'])
    await environment.advance(1000)
    expect(environment.request.headers.get('authorization')).toBe('Bearer 3')
  })
})

test('[safe-retries] the options of execute() apply to all retries of its request', async () => {
  const environment = createEnvironment()
  const first = mountFetch(environment, '/a', {
    headers: () => ({ authorization: 'a' }),
    retry: { limit: 3, delay: () => 100 },
  })
  await environment.advance(0)
  await respond(environment, 1)
  first.leave()
  const second = client(environment, '/a', {
    enabled: false,
    headers: () => ({ authorization: 'a', 'x-second': 'yes' }),
    retry: { limit: 1, delay: () => 100 },
  })
  const done = second.execute().catch(() => 'failed')
  for (let tries = 0; tries < 2; tries++) {
    await environment.advance(100)
    expect(environment.request.headers.get('x-second')).toBe('yes')
    await respond(environment, undefined, { status: 503 })
  }
  expect([await done, environment.requests.length]).toEqual(['failed', 3])
})

test('[offline] a request made while offline waits for the network', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 1)
  environment.emitPageEvent('offline')
  void observer.refetch()
  await environment.advance(60_000)
  expect(environment.requests).toHaveLength(1)
  observer.track('waitingFor')
  expect(observer.getSnapshot()).toMatchObject({ isFetching: true, waitingFor: 'online' })
  environment.emitPageEvent('online')
  await environment.advance(250)
  expect(environment.requests).toHaveLength(2)
})
