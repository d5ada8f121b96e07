import { describe, expect, test } from 'vitest'
import { type PollOptions, respond, poll, createPollEnvironment } from '../../test/long-poll/harness.ts'
import { statuses, extendEnvironment } from '../../test/web-socket/harness.ts'
import { query } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

const steady = { delay: () => 1000 }

async function opening(options: PollOptions = {}, url: Parameters<typeof poll>[1] = '/news') {
  const set = poll(options, url)
  const seen = statuses(set.client)
  set.client.open()
  await set.environment.advance(0)
  return { ...set, seen }
}

describe('[status] the status', () => {
  test('without failures', async () => {
    const { environment, client, seen, emitted } = await opening()
    expect(poll().client.getSnapshot().status).toBe('idle')
    for (let turn = 0; turn < 5; turn++) {
      await environment.advance(30_000)
      await respond(environment, undefined, { status: turn % 2 > 0 ? 204 : 200 })
    }
    client.close()
    expect(seen).toEqual(['connecting', 'open', 'closed'])
    await environment.advance(0)
    expect(emitted).toEqual(['open', 'close 1000'])
    expect(client.getSnapshot().closed).toEqual({ by: 'user' })
  })

  test('with failures', async () => {
    const { environment, client, seen } = await opening({ retry: steady })
    await respond(environment, '', { status: 500 })
    await environment.advance(1000)
    environment.request.fail()
    await environment.advance(1000)
    await respond(environment, 'one')
    environment.emitPageEvent('offline')
    await environment.advance(1000)
    environment.request.fail()
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
    environment.emitPageEvent('online')
    await environment.advance(1000)
    await respond(environment, '', { status: 403 })
    const bad = ['connecting', 'backoff', 'connecting', 'backoff', 'connecting', 'open', 'backoff']
    expect(seen).toEqual([...bad, 'connecting', 'closed'])
  })

  test('the first response opens, and the `open` event has its URL', async () => {
    const { environment, client } = poll()
    const opened: unknown[] = []
    client.on('open', ({ url, headers }) => opened.push([url, headers?.get('x-node')]))
    client.open()
    await environment.advance(900)
    environment.request.respond({ status: 304, headers: { 'x-node': '7' }, url: 'https://b.example/news' })
    await environment.advance(2000)
    await respond(environment, undefined, { status: 304 })
    expect(opened).toEqual([['https://b.example/news', '7']])
  })
})

describe('a request that is held', () => {
  test('opens after a second, and the response does not open it again', async () => {
    const { environment, client, emitted } = await opening({}, '/news?token=secret')
    await environment.advance(999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(30_000)
    await respond(environment, 'one')
    expect(emitted).toEqual(['open', 'message one'])
  })

  test('counts from when it was sent, not from when its URL function was called', async () => {
    const url = () => new Promise<string>((resolve) => void environment.setTimeout(() => resolve('/a'), 900))
    const { environment, client } = poll({}, url)
    client.open()
    await environment.advance(1800)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(100)
    expect(client.getSnapshot().status).toBe('open')
  })

  test('[poll-interval] does not open with an interval', async () => {
    const { environment, client } = await opening({ interval: 5000 })
    await environment.advance(9000)
    expect(client.getSnapshot().status).toBe('connecting')
    await respond(environment, 'one')
    expect(client.getSnapshot().status).toBe('open')
  })

  test('[stable-connection] does not reset the number of attempts; a response does', async () => {
    const { environment, client } = await opening({ retry: steady })
    const attempts: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      environment.request.fail()
      await environment.advance(1000)
      await environment.advance(5000)
      attempts.push(client.getSnapshot().attempt)
    }
    expect(attempts).toEqual([1, 2, 3])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined })
    await respond(environment, undefined, { status: 204 })
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0 })
  })
})

describe('[connect-timeout] timeouts', () => {
  test('a URL function that never settles', async () => {
    const { environment, client, errors } = await opening({}, () => new Promise(() => {}))
    await environment.advance(9999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    expect(errors).toMatchObject([{ code: 'timeout', phase: 'connect', timeout: 10_000 }])
    expect(environment.requests).toHaveLength(0)
  })

  test('a first response with an interval', async () => {
    const { environment, client } = await opening({ interval: 60_000, timeout: { connect: 3000 } })
    await environment.advance(3000)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { phase: 'connect' } })
    expect(environment.request.aborted).toBe(true)
  })

  test.each<[options: PollOptions, ms: number]>([
    [{}, 90_000],
    [{ timeout: { request: 35_000 } }, 35_000],
    [{ interval: 2000 }, 10_000],
  ])('a request: %o', async (options, ms) => {
    const { environment, client, errors } = await opening(options)
    await respond(environment, undefined, { status: 204 })
    const { requests } = environment
    await environment.advance(2000)
    expect(requests).toHaveLength(2)
    const left = ms - (environment.now() - 1_000_000 - (environment.starts[1] ?? 0))
    await environment.advance(left - 1)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    expect(requests[1]?.aborted).toBe(true)
    expect(errors).toMatchObject([{ code: 'timeout', phase: 'request', timeout: ms }])
    const text = `No response within ${ms} ms. Set timeout.request to more than the server holds a request`
    expect(errors[0]?.message).toBe(text)
  })

  test('a function before a later request', async () => {
    let callCount = 0
    const url = () => (++callCount > 1 ? new Promise<string>(() => {}) : '/news')
    const { environment, client, errors } = await opening({ timeout: { connect: 5000 } }, url)
    await respond(environment, undefined, { status: 204 })
    await environment.advance(1000 + 4999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot().status).toBe('backoff')
    expect(errors).toMatchObject([{ code: 'timeout', timeout: 5000 }])
  })

  test('no timer is longer than the platform can count', async () => {
    const environment = createTestEnvironment()
    const waits: number[] = []
    const setTimeout: typeof environment.setTimeout = (callback, ms) => {
      waits.push(ms)
      return environment.setTimeout(callback, ms)
    }
    const never = Number.POSITIVE_INFINITY
    const endless = { interval: never, timeout: { connect: never, request: never } }
    const { client } = poll(
      endless,
      '/news',
      createPollEnvironment({}, (own) => extendEnvironment(own, { setTimeout })),
    )
    client.open()
    await Promise.resolve()
    expect(waits.length).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThan(2 ** 31)
  })
})

describe('[retry-limit] retry.limit is exact', () => {
  test.each(['refuses', 'is held, and fails', 'answers, and drops'])('with a server that %s', async (how) => {
    const { environment, client, emitted } = await opening({ retry: { limit: 3, delay: () => 100 } })
    for (let turn = 0; turn < 10; turn++) {
      if (how === 'refuses') await respond(environment, '', { status: 503 })
      else {
        if (how === 'is held, and fails') await environment.advance(5000)
        else environment.request.respond({ headers: {} })
        await environment.advance(0)
        environment.request.fail()
      }
      await environment.advance(100)
    }
    expect(environment.requests).toHaveLength(4)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } })
    expect(emitted.at(-1)).toBe('give-up 3')
    client.reconnect()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(5)
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', attempt: 0 })
  })

  test('[stable-connection] the delays grow for a server that accepts and drops at once', async () => {
    const { environment } = await opening()
    for (let turn = 0; turn < 100; turn++) {
      environment.request.respond({ headers: {} })
      await environment.advance(0)
      environment.request.fail()
      await environment.advance(1000)
    }
    expect(environment.requests.length).toBeLessThan(15)
  })

  test('false: never', async () => {
    const { environment, client } = await opening({ retry: false })
    await respond(environment, '', { status: 500 })
    expect(client.getSnapshot().closed?.by).toBe('exhausted')
  })
})

describe('[open-once] in one tick', () => {
  test('open(); close(); open() is one request', async () => {
    const { environment, client } = poll({ cursor: query('since', () => 1) })
    client.open()
    client.close()
    client.open()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    expect(client.getSnapshot().status).toBe('connecting')
  })

  test('[close] open(); close() is none', async () => {
    const { environment, client } = poll()
    client.open()
    client.close()
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(0)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })
})
