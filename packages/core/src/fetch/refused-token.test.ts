import { describe, expect, test } from 'vitest'
import { mountStream } from '../../test/event-source/harness.ts'
import { client, createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'
import { createLongPoll, createWebSocket } from '../index.ts'
import { forgetUser } from '../log-out/index.ts'
import { HttpError } from '../shared/errors.ts'
import type { AttemptContext } from '../shared/attempt.ts'
import type { TestEnvironment } from '../testing/index.ts'
import { bearer } from './index.ts'

const httpError = (status: number) => new HttpError('refused', { status })

/** Provides an expired token, and a refresh that fails as `fail` says. Without an error it returns a good token. */
function createTokens(fail: (refreshCount: number) => unknown) {
  const tokens = { stored: 'expired', refreshCount: 0, headers: bearer(provide), provide }
  async function provide({ previous }: AttemptContext): Promise<string> {
    await Promise.resolve()
    if (!previous) return tokens.stored
    const error = fail(++tokens.refreshCount)
    if (error !== undefined) throw error
    return (tokens.stored = 'good')
  }
  return tokens
}

/** Mounts five hooks. The server accepts only the token `good`. */
async function mountFive(headers: (context: AttemptContext) => Promise<object>) {
  const environment = createEnvironment({ random: () => 0.5 })
  const option = headers as () => Promise<Record<string, string>>
  const harnesses = Array.from({ length: 5 }, (_, index) =>
    mountFetch(environment, `/${index}`, { headers: option }),
  )
  await environment.advance(0)
  await serve(environment)
  return { environment, harnesses, option }
}

const served = new WeakSet<object>()

/** Responds to all open requests. */
async function serve(environment: TestEnvironment) {
  for (const request of environment.requests) {
    if (served.has(request) || request.aborted) continue
    served.add(request)
    const isGood = request.headers.get('authorization') === 'Bearer good'
    await respond(environment, isGood ? 1 : undefined, { status: isGood ? 200 : 401 }, request)
  }
}

const statuses = (harnesses: readonly ReturnType<typeof mountFetch>[]) =>
  harnesses.map(({ observer }) => observer.getSnapshot().status)

describe('[refused-token] a refresh token that is refused, five hooks waiting', () => {
  const refusals: readonly (readonly [string, unknown])[] = [
    ['an HttpError with 400', httpError(400)],
    ['an HttpError with 401', httpError(401)],
    ['an HttpError with 403', httpError(403)],
    ['a Response', new Response(null, { status: 401 })],
    ['an error of axios or ky', Object.assign(new Error('refused'), { response: { status: 400 } })],
    ['an error with a cause', new Error('refused', { cause: httpError(403) })],
  ]

  test.for(refusals)('%s is final for all at once, after one refresh', async ([, refusal]) => {
    const tokens = createTokens(() => refusal)
    const { environment, harnesses } = await mountFive(tokens.headers)
    expect(statuses(harnesses)).toEqual(Array(5).fill('error'))
    for (const { observer } of harnesses)
      expect(observer.getSnapshot().error).toMatchObject({ code: 'provider', thrown: refusal })
    await environment.advance(600_000)
    expect([tokens.refreshCount, environment.requests.length]).toEqual([1, 5])
  })

  test('with a plain headers function too', async () => {
    const tokens = createTokens(() => httpError(401))
    const { environment, harnesses } = await mountFive(async (context) => ({
      authorization: `Bearer ${await tokens.provide(context)}`,
    }))
    expect(statuses(harnesses)).toEqual(Array(5).fill('error'))
    await environment.advance(600_000)
    expect([tokens.refreshCount, environment.requests.length]).toEqual([1, 5])
  })

  test('a hook that mounts later is told at once, without a request', async () => {
    const tokens = createTokens(() => httpError(401))
    const { environment, option } = await mountFive(tokens.headers)
    const late = mountFetch(environment, '/late', { headers: option })
    await environment.advance(0)
    expect(late.observer.getSnapshot().error).toMatchObject({ code: 'provider' })
    await expect(
      client(environment, '/write', { method: 'POST', headers: option }).execute(),
    ).rejects.toMatchObject({
      code: 'provider',
    })
    expect([tokens.refreshCount, environment.requests.length]).toEqual([1, 5])
  })

  test.for(['forgetUser', 'forget', 'log-in'])('%s ends it', async (ending) => {
    let isRefused = true
    const tokens = createTokens(() => (isRefused ? httpError(401) : undefined))
    const { environment, option } = await mountFive(tokens.headers)
    isRefused = false
    if (ending === 'forgetUser') await forgetUser(undefined, { environment })
    else if (ending === 'forget') tokens.headers.forget()
    // The provider returns another token than the rejected one.
    else tokens.stored = 'good'
    const late = mountFetch(environment, '/late', { headers: option })
    await environment.advance(0)
    await serve(environment)
    await serve(environment)
    expect(late.observer.getSnapshot()).toMatchObject({ status: 'success', data: 1 })
    expect(tokens.refreshCount).toBe(ending === 'log-in' ? 1 : 2)
  })

  test('a refusal without a request before it is final, too', async () => {
    let callCount = 0
    const headers = bearer(() => {
      callCount++
      throw httpError(401)
    })
    const { environment, harnesses } = await mountFive(headers)
    expect(statuses(harnesses)).toEqual(Array(5).fill('error'))
    mountFetch(environment, '/late', { headers })
    await environment.advance(600_000)
    expect([callCount, environment.requests.length]).toEqual([1, 0])
  })
})

describe('[refused-token] another failure of the refresh is retried, once for all', () => {
  const failures: readonly (readonly [string, unknown])[] = [
    ['network', new TypeError('Failed to fetch')],
    ['503', httpError(503)],
    ['429', httpError(429)],
  ]

  test.for(failures)('%s: three calls, then the error', async ([, failure]) => {
    // A new error each time, as from `fetch`.
    const tokens = createTokens(() => Object.assign(Object.create(failure as object), {}))
    const { environment, harnesses } = await mountFive(tokens.headers)
    expect(statuses(harnesses)).toEqual(Array(5).fill('pending'))
    await environment.advance(10_000)
    expect(statuses(harnesses)).toEqual(Array(5).fill('error'))
    expect([tokens.refreshCount, environment.requests.length]).toEqual([3, 5])
  })

  test.for(['bearer', 'plain'])('%s: all succeed after the second call', async (kind) => {
    const tokens = createTokens((count) => (count === 1 ? new Error('down') : undefined))
    const plain = async (context: AttemptContext) => ({
      authorization: `Bearer ${await tokens.provide(context)}`,
    })
    const { environment, harnesses } = await mountFive(kind === 'plain' ? plain : tokens.headers)
    await environment.advance(1000)
    await serve(environment)
    expect(statuses(harnesses)).toEqual(Array(5).fill('success'))
    expect([tokens.refreshCount, environment.requests.length]).toEqual([2, 10])
  })

  test('a plain function: three calls', async () => {
    const tokens = createTokens(() => new Error('down'))
    const { environment, harnesses } = await mountFive(async (context) => ({
      authorization: `Bearer ${await tokens.provide(context)}`,
    }))
    await environment.advance(10_000)
    expect(statuses(harnesses)).toEqual(Array(5).fill('error'))
    expect(tokens.refreshCount).toBe(3)
  })

  test('with different random delays', async () => {
    const tokens = createTokens(() => new Error('down'))
    let turn = 0
    const environment = createEnvironment({ random: () => (turn++ % 7) / 7 })
    for (let index = 0; index < 5; index++) mountFetch(environment, `/${index}`, { headers: tokens.headers })
    await environment.advance(0)
    await serve(environment)
    await environment.advance(10_000)
    expect(tokens.refreshCount).toBeLessThanOrEqual(4)
  })

  test('the provider gets the 401 again, not its own error', async () => {
    const received: unknown[] = []
    const headers = bearer(({ previous }) => {
      received.push(previous?.code)
      if (previous?.code !== 'http') return 'expired'
      if (received.length < 3) throw new Error('down')
      return 'good'
    })
    const { environment, harnesses } = await mountFive(headers)
    await environment.advance(1000)
    await serve(environment)
    expect(statuses(harnesses)).toEqual(Array(5).fill('success'))
    expect(received).toEqual([undefined, 'http', 'http'])
  })
})

describe('[refused-token] connections', () => {
  test('an event stream closes at once, and another one calls no provider', async () => {
    const tokens = createTokens(() => httpError(401))
    const environment = createEnvironment()
    const streams = Array.from({ length: 5 }, (_, index) =>
      mountStream(environment, { headers: tokens.headers }, `/${index}`),
    )
    await environment.advance(0)
    await serve(environment)
    await environment.advance(600_000)
    for (const { observer } of streams)
      expect(observer.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
    expect([tokens.refreshCount, environment.requests.length]).toEqual([1, 5])
  })

  test('a long poll closes at once', async () => {
    const tokens = createTokens(() => httpError(403))
    const environment = createEnvironment()
    const poll = createLongPoll('/news', { environment, headers: tokens.headers })
    poll.open()
    await environment.advance(0)
    await serve(environment)
    await environment.advance(600_000)
    expect(poll.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
    expect(tokens.refreshCount).toBe(1)
  })

  test.for(['url', 'protocols'] as const)(
    'a WebSocket whose %s function is refused closes at once',
    async (name) => {
      const environment = createEnvironment()
      let callCount = 0
      const refuse = () => {
        callCount++
        throw httpError(401)
      }
      const options = name === 'url' ? {} : { protocols: refuse }
      const socket = createWebSocket(name === 'url' ? refuse : '/chat', { environment, ...options })
      socket.open()
      await environment.advance(600_000)
      expect(socket.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
      expect(callCount).toBe(1)
    },
  )

  test('another failure is retried, once for all streams', async () => {
    const tokens = createTokens((count) => (count < 3 ? new Error('down') : undefined))
    const environment = createEnvironment({ random: () => 0.5 })
    for (let index = 0; index < 5; index++) mountStream(environment, { headers: tokens.headers }, `/${index}`)
    await environment.advance(0)
    for (const request of environment.requests) request.respond({ status: 401 })
    await environment.advance(0)
    for (const request of environment.requests) request.end()
    await environment.advance(120_000)
    expect(tokens.refreshCount).toBe(3)
    expect(environment.requests).toHaveLength(10)
  })
})

describe('[token-renewal] a provider without a token', () => {
  test.for([undefined, null, ''])(
    '%j: sends no header, and is called for the next request',
    async (nothing) => {
      let token: string | null | undefined = nothing
      let callCount = 0
      const headers = bearer(() => {
        callCount++
        return token
      })
      const environment = createEnvironment()
      for (const url of ['/1', '/2']) mountFetch(environment, url, { headers })
      mountStream(environment, { headers }, '/stream')
      await environment.advance(0)
      expect(environment.requests.map((request) => request.headers.has('authorization'))).toEqual([
        false,
        false,
        false,
      ])
      expect(callCount).toBe(1)
      token = 'good'
      mountFetch(environment, '/3', { headers })
      await environment.advance(0)
      expect(environment.request.headers.get('authorization')).toBe('Bearer good')
    },
  )
})

test('[token-renewal] streams whose 401s arrive one after another renew the token once', async () => {
  const tokens = createTokens(() => undefined)
  const environment = createEnvironment()
  for (let index = 0; index < 5; index++) mountStream(environment, { headers: tokens.headers }, `/${index}`)
  const poll = createLongPoll('/news', { environment, headers: tokens.headers })
  poll.open()
  await environment.advance(0)
  const rejected = [...environment.requests]
  for (const request of rejected) {
    request.respond({ status: 401 })
    request.end()
    await environment.advance(500)
  }
  expect(tokens.refreshCount).toBe(1)
  expect(environment.requests).toHaveLength(12)
  for (const request of environment.requests.slice(6))
    expect(request.headers.get('authorization')).toBe('Bearer good')
})
