import { describe, expect, test } from 'vitest'
import { statuses } from '../../test/web-socket/harness.ts'
import { NOTHING, respond, requesting, block, leftovers, streaming } from '../../test/event-source/harness.ts'
import type { TestEnvironment } from '../testing/index.ts'
import { isTautlineError } from '../shared/errors.ts'

const refuse = (status: number, headers: Record<string, string> = {}) => ({ status, headers })

describe('[retry-delays] [stable-connection] a stream that is lost is requested again', () => {
  test('when the network fails before the response', async () => {
    const { client, environment, emitted } = await requesting()
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'connect-failed', closeCode: 1006, wasClean: false },
    })
    expect(client.getSnapshot().error).toHaveProperty('thrown', expect.any(TypeError))
    expect(emitted).toEqual(['error connect-failed', 'retry 1'])
    await environment.advance(500)
    await respond(environment)
    expect(client.getSnapshot().status).toBe('open')
  })

  test('when the body breaks off', async () => {
    const { client, environment, emitted, write } = await streaming()
    await write(block('a'), 'data: half')
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'closed' } })
    expect(emitted).toEqual(['open', 'message a', 'close 1006 unclean', 'error closed', 'retry 1'])
  })

  test('when the server ends it; an unfinished block is discarded', async () => {
    const { client, environment, emitted, write } = await streaming()
    await write(block('a'), 'data: half\n')
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    expect(emitted).toEqual(['open', 'message a', 'close 1000', 'retry 1'])
    await environment.advance(3750)
    await respond(environment)
    expect(environment.requests).toHaveLength(2)
    environment.request.write('\n')
    await environment.advance(0)
    expect(emitted.at(-1)).toBe('open')
  })

  test('events before the interruption are delivered first', async () => {
    const { environment, emitted } = await streaming()
    for (const data of ['a', 'b', 'c']) environment.request.write(block(data))
    environment.request.end()
    await environment.advance(0)
    expect(emitted.slice(0, 5)).toEqual(['open', 'message a', 'message b', 'message c', 'close 1000'])
  })

  test('with the growing delays of the policy, and a response alone does not reset them', async () => {
    const { client, environment } = await requesting({ retry: { delay: ({ attempt }) => attempt * 1000 } })
    const seen: number[] = []
    for (let turn = 0; turn < 4; turn++) {
      await respond(environment)
      environment.request.end()
      await environment.advance(0)
      seen.push((client.getSnapshot().retryAt ?? 0) - environment.now())
      await environment.advance(seen.at(-1) ?? 0)
    }
    expect(seen).toEqual([1000, 2000, 3000, 4000])
  })

  test('and one that stayed up for five seconds starts from the beginning', async () => {
    const { client, environment } = await requesting()
    environment.request.fail()
    await environment.advance(500)
    await respond(environment)
    expect(client.getSnapshot().attempt).toBe(1)
    await environment.advance(5000)
    expect(client.getSnapshot().attempt).toBe(0)
  })
})

describe('[clean-end] a server that ends the response after an event or two', () => {
  /** The server answers with events and ends; returns the delay before the next request, in ms. */
  async function respondWith(environment: TestEnvironment, text: string, ms = 0): Promise<number> {
    await respond(environment)
    environment.request.write(text)
    await environment.advance(ms)
    environment.request.end()
    await environment.advance(0)
    const { length } = environment.requests
    const start = environment.now()
    while (environment.requests.length === length && environment.now() < start + 60_000)
      await environment.advance(1)
    return environment.now() - start
  }

  test('is no failure: no error, and no limit', async () => {
    const { client, environment, emitted, errors } = await requesting({ retry: { limit: 3 } })
    const delays: number[] = []
    for (let turn = 0; turn < 6; turn += 1) delays.push(await respondWith(environment, block('a')))
    // 3 s, times 1 to 1.5.
    expect(delays).toEqual([3750, 3750, 3750, 3750, 3750, 3750])
    expect(errors).toEqual([])
    expect(emitted.slice(0, 4)).toEqual(['open', 'message a', 'close 1000', 'retry 1'])
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', error: undefined, attempt: 1 })
  })

  test.each([
    ['retry: 1000\n', 1250],
    ['retry: 0\n', 1250],
    ['retry: 20000\n', 25_000],
  ])('is requested again after %j', async (retry, expected) => {
    const { environment } = await requesting()
    expect(await respondWith(environment, retry + block('a'))).toBe(expected)
  })

  test.each([
    ['', 500],
    ['retry: 200\n', 250],
  ])('after more than 5 s is requested again soon: %j', async (retry, expected) => {
    const { environment, errors } = await requesting()
    for (let turn = 0; turn < 3; turn += 1)
      expect(await respondWith(environment, retry + block('a'), 5000)).toBe(expected)
    expect(errors).toEqual([])
  })

  test('is requested again after the delay of `retry.delay`, if that is set', async () => {
    const { environment, errors } = await requesting({ retry: { delay: ({ attempt }) => attempt * 100 } })
    const delays: number[] = []
    for (let turn = 0; turn < 3; turn += 1) delays.push(await respondWith(environment, block('a')))
    expect([delays, errors]).toEqual([[100, 100, 100], []])
  })

  test('failed if it sent no event, if `until` is set, and if it was cut off', async () => {
    for (const [options, text] of [
      [{}, ': nothing\n\n'],
      [{ until: () => false }, block('a')],
    ] as const) {
      const { environment, errors } = await requesting(options)
      await respondWith(environment, text)
      expect(errors).toMatchObject([{ code: 'closed', wasClean: true }])
    }
    const { environment, errors, write } = await streaming()
    await write(block('a'))
    environment.request.fail()
    await environment.advance(0)
    expect(errors).toMatchObject([{ code: 'closed', wasClean: false }])
  })

  test('is not requested again with `retry: false`, or if retry.when says so', async () => {
    for (const retry of [false, { when: () => false }] as const) {
      const { client, environment, errors } = await requesting({ retry })
      await respond(environment)
      environment.request.write(block('a'))
      environment.request.end()
      await environment.advance(60_000)
      expect([environment.requests.length, client.getSnapshot().status]).toEqual([1, 'closed'])
      expect(errors).toMatchObject([{ code: 'closed' }])
    }
  })
})

describe('[retry-limit] retry.limit', () => {
  test('is exact', async () => {
    const { client, environment, emitted } = await requesting({ retry: { limit: 2, delay: () => 10 } })
    for (let turn = 0; turn < 3; turn++) {
      environment.request.fail()
      await environment.advance(10)
    }
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } })
    expect([environment.requests.length, emitted.at(-1)]).toEqual([3, 'give-up 2'])
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('[reconnect] reconnect() works when it is exhausted', async () => {
    const { client, environment } = await requesting({ retry: false })
    environment.request.fail()
    await environment.advance(0)
    expect(client.getSnapshot().closed?.by).toBe('exhausted')
    client.reconnect()
    await environment.advance(0)
    await respond(environment)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0 })
  })
})

describe('[fatal-errors] [event-stream-responses] a status that is not 200', () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 511, 599])('%i is tried again', async (status) => {
    const { client, environment, emitted } = await requesting()
    await respond(environment, refuse(status))
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'http', status, retryAfter: undefined },
    })
    expect(emitted).toEqual(['error http', 'retry 1'])
    await environment.advance(500)
    expect(environment.requests).toHaveLength(2)
  })

  test.each([201, 202, 205, 206, 300, 304, 400, 401, 403, 404, 405, 410, 418, 451])(
    '%i is final',
    async (status) => {
      const { client, environment, emitted } = await requesting()
      await respond(environment, refuse(status))
      expect(client.getSnapshot()).toMatchObject({
        status: 'closed',
        closed: { by: 'fatal', error: { code: 'http', status } },
      })
      expect(emitted).toEqual(['error http'])
      await environment.advance(600_000)
      expect([environment.requests.length, leftovers(environment)]).toEqual([1, NOTHING])
    },
  )

  test('206 is final also with the right type', async () => {
    const { client, environment } = await requesting()
    await respond(environment, refuse(206, { 'content-type': 'text/event-stream' }))
    expect(client.getSnapshot().status).toBe('closed')
  })

  test('retry.when decides, both ways', async () => {
    const calls: [unknown, boolean][] = []
    const when = (error: Error | undefined, retryable: boolean) => {
      const status = isTautlineError(error, 'http') ? error.status : undefined
      calls.push([status, retryable])
      return status === 404
    }
    const { client, environment } = await requesting({ retry: { when } })
    await respond(environment, refuse(404))
    expect(client.getSnapshot().status).toBe('backoff')
    await environment.advance(500)
    await respond(environment, refuse(503))
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'server' } })
    expect(calls).toEqual([
      [404, false],
      [503, true],
    ])
  })
})

describe('[retry-after] Retry-After', () => {
  const at = (ms: number) => new Date(ms).toUTCString()
  test.each([
    ['seconds', '7', 7500],
    ['none', undefined, 500],
    ['zero', '0', 500],
    ['garbage', 'soon', 500],
    ['a fraction, which is garbage', '1.5', 500],
    ['a negative number, which is garbage', '-5', 500],
    ['a date', at(1_030_000), 30_500],
    ['a date in the past', at(5000), 500],
    ['more than five minutes', '86400', 300_500],
    ['a date in a year', at(1_000_000 + 365 * 86_400_000), 300_500],
    ['more digits than a number has', '9'.repeat(400), 300_500],
  ])('%s: never faster than the policy', async (_, value, wait) => {
    for (const status of [429, 503, 408, 500]) {
      const { client, environment } = await requesting()
      await respond(environment, refuse(status, value === undefined ? {} : { 'retry-after': value }))
      expect(client.getSnapshot().retryAt).toBe(1_000_000 + wait)
      await environment.advance(wait - 1)
      expect(environment.requests).toHaveLength(1)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(2)
    }
  })

  test('applies to one retry, and no page event shortens it', async () => {
    const { client, environment } = await requesting()
    await respond(environment, refuse(503, { 'retry-after': '60' }))
    await environment.advance(5000)
    environment.emitPageEvent('offline')
    environment.emitPageEvent('online')
    environment.emitPageEvent('visible')
    expect(client.getSnapshot().retryAt).toBeGreaterThanOrEqual(1_060_000)
    await environment.advance(60_500)
    await respond(environment, refuse(503))
    expect((client.getSnapshot().retryAt ?? 0) - environment.now()).toBe(8000)
  })
})

describe('[retry-after] retry:', () => {
  const waitAfter = async (...pieces: string[]) => {
    const { client, environment, write } = await streaming({ retry: { delay: () => 1000 } })
    await write(...pieces)
    environment.request.end()
    await environment.advance(0)
    return (client.getSnapshot().retryAt ?? 0) - environment.now()
  }

  test.each([
    ['retry: 5000\n', 6000],
    ['retry:5000\n\n', 6000],
    ['retry: 0\n', 1000],
    ['retry: 1\n', 1001],
    ['retry: 99999999999999999999\n', 301_000],
    ['retry: 400000\n', 301_000],
    ['retry\n', 1000],
    ['retry: \n', 1000],
    ['retry: 5000x\n', 1000],
    ['retry: -5000\n', 1000],
    ['retry: 5e3\n', 1000],
    ['retry:  5000\n', 1000],
    ['retry: ٥\n', 1000],
    ['retry: 9000\nretry: 2000\n', 3000],
    ['retry: 9000\nretry: x\n', 10_000],
    ['retry: 9000\n\nretry: 0\n', 1000],
  ])('%j: the wait is %i', async (text, wait) => {
    expect(await waitAfter(text)).toBe(wait)
  })

  test('applies to all later retries, successful or not', async () => {
    const { client, environment, write } = await streaming({ retry: { delay: () => 1000 } })
    const wait = () => (client.getSnapshot().retryAt ?? 0) - environment.now()
    await write('retry: 3000\n\n')
    environment.request.end()
    await environment.advance(0)
    expect(wait()).toBe(4000)
    await environment.advance(4000)
    environment.request.fail()
    await environment.advance(0)
    expect(wait()).toBe(4000)
    await environment.advance(4000)
    await respond(environment)
    await environment.advance(60_000)
    environment.request.fail()
    await environment.advance(0)
    expect(wait()).toBe(4000)
    await environment.advance(4000)
    await respond(environment, { status: 503, headers: { 'retry-after': '1' } })
    expect(wait(), 'the longer of two wishes counts').toBe(4000)
    await environment.advance(4000)
    await respond(environment, { status: 503, headers: { 'retry-after': '9' } })
    expect(wait()).toBe(10_000)
  })

  test('does not apply to another URL', async () => {
    const { client, environment, write } = await streaming({ retry: { delay: () => 1000 } })
    await write('retry: 30000\n\n')
    client.setOptions('/other', { environment, retry: { delay: () => 1000 } })
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    expect((client.getSnapshot().retryAt ?? 0) - environment.now()).toBe(1000)
  })
})

describe('[page-events] the page and the network', () => {
  test('no attempts while offline; one attempt when online', async () => {
    const { client, environment } = await requesting()
    environment.emitPageEvent('offline')
    environment.request.fail()
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
    environment.emitPageEvent('online')
    await environment.advance(250)
    expect(environment.requests).toHaveLength(2)
  })

  test('a page in the bfcache closes its stream, and resumes it afterwards', async () => {
    const { client, environment, write } = await streaming()
    await write(block('a', { id: '1' }))
    await environment.advance(16)
    environment.emitPageEvent('pagehide')
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'page' })
    expect(environment.request.aborted).toBe(true)
    expect(environment.timers).toBe(0)
    environment.emitPageEvent('pageshow')
    await environment.advance(1500)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
  })

  test('a hidden page closes its stream with pause.hidden', async () => {
    const { client, environment } = await streaming({ pause: { hidden: true } })
    environment.emitPageEvent('hidden')
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'visible' })
    environment.emitPageEvent('visible')
    await environment.advance(1500)
    expect(environment.requests).toHaveLength(2)
  })

  test('a hidden page keeps its stream without pause.hidden', async () => {
    const { client, environment } = await streaming()
    const seen = statuses(client)
    environment.emitPageEvent('hidden')
    environment.emitPageEvent('visible')
    await environment.advance(1500)
    expect(seen).toEqual([])
  })
})
