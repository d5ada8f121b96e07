import { describe, expect, test } from 'vitest'
import { createHarness as createClassHarness } from '../../test/event-source-class/harness.ts'
import { block, leftovers, NOTHING, requesting, respond, streaming } from '../../test/event-source/harness.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import type { Fetch } from '../platform/environment.ts'
import { createEventSource } from './index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'

const FOREIGN = 'https://other.example/news'

/** An environment in which CORS blocks some requests, while the server answers each. */
function createCorsEnvironment(isBlocked: (headers: Headers) => boolean): {
  environment: TestEnvironment
  probes: string[]
} {
  const inner = createTestEnvironment()
  const probes: string[] = []
  const fetch: Fetch = (url, init) => {
    if (init.mode === 'no-cors') {
      probes.push(String(init.method))
      return Promise.resolve(Response.error())
    }
    const response = inner.fetch?.(url, init) ?? Promise.reject(new Error('none'))
    if (isBlocked(new Headers(init.headers))) inner.request.fail()
    return response
  }
  return { environment: extendEnvironment(inner, { fetch }), probes }
}

const blocksHeader = (headers: Headers) => headers.has('last-event-id')

/** How each request resumed: by 'header', 'query', or not. */
const ways = ({ requests }: TestEnvironment) =>
  requests.map(({ url, headers }) =>
    headers.has('last-event-id') ? 'header' : new URL(url).search ? 'query' : 'none',
  )

/** A request that CORS seems to block is sent twice, since the server may have come back before the check. */
const BLOCKED = ['header', 'header']

async function cutUntilOpen(environment: TestEnvironment): Promise<void> {
  environment.request.fail()
  const { length } = environment.requests
  while (environment.requests.length === length || blocksHeader(environment.request.headers))
    await environment.advance(100)
  await respond(environment)
}

describe('[event-stream-cors] a server that forbids the request header Last-Event-ID', () => {
  test('gets the ID by query after a cut, and the possible gap is an error', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const { client, errors, write } = await streaming({}, FOREIGN, environment)
    await write(block('a', { id: '1' }))
    await cutUntilOpen(environment)
    expect(ways(environment)).toEqual(['none', ...BLOCKED, 'query'])
    expect(new URL(environment.request.url).search).toBe('?lastEventId=1')
    expect(errors).toMatchObject([
      { code: 'closed' },
      { code: 'cors', origin: 'https://other.example' },
      { code: 'gap', after: '1' },
    ])
    await write(block('b', { id: '2' }))
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'b', lastEventId: '2' })
  })

  test('is not blamed if the server has come back between the failed request and the check', async () => {
    let isDown = false
    const { environment, probes } = createCorsEnvironment((headers) => {
      const fails = isDown && blocksHeader(headers)
      isDown = false
      return fails
    })
    const { client, errors, write } = await streaming({}, FOREIGN, environment)
    await write(block('a', { id: '1' }))
    isDown = true
    environment.request.fail()
    await environment.advance(2000)
    expect([ways(environment), probes]).toEqual([['none', 'header', 'header'], ['HEAD']])
    await respond(environment)
    await write(block('b', { id: '2' }))
    expect(errors).toMatchObject([{ code: 'closed' }])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'b', lastEventId: '2' })
    // A frame may be due, in which the page is notified.
    await environment.advance(20)
    client.close()
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('is reported if nothing listens to errors', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const client = createEventSource(FOREIGN, { environment, lastEventId: '1' })
    client.open()
    await environment.advance(1000)
    await respond(environment)
    expect([environment.errors, client.getSnapshot().status]).toMatchObject([[{ code: 'gap' }], 'open'])
  })

  test('is believed only when this has happened twice', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const { write } = await streaming({}, FOREIGN, environment)
    await write(block('a', { id: '1' }))
    await cutUntilOpen(environment)
    await cutUntilOpen(environment)
    await cutUntilOpen(environment)
    expect(ways(environment)).toEqual(['none', ...BLOCKED, 'query', ...BLOCKED, 'query', 'query'])
  })

  test('that rejects the query is tried by header again', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const { client, write } = await streaming({}, FOREIGN, environment)
    await write(block('a', { id: '1' }))
    environment.request.fail()
    for (let turn = 0; turn < 400; turn += 1) {
      await environment.advance(100)
      if (!environment.request.aborted) await respond(environment, { status: 403 })
    }
    expect(client.getSnapshot().status).not.toBe('closed')
    expect(ways(environment).slice(0, 7)).toEqual(['none', ...BLOCKED, 'query', ...BLOCKED, 'query'])
  })

  test('gets a request that is not idempotent only once', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const options = { method: 'POST', body: 'x', lastEventId: '1' } as const
    const { client } = await requesting(options, FOREIGN, environment)
    await environment.advance(5000)
    expect(ways(environment)).toEqual(['header'])
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', error: { code: 'cors' } })
  })

  test('gets only the header if `resume` says so', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const { write } = await streaming({ resume: 'header' }, FOREIGN, environment)
    await write(block('a', { id: '1' }))
    environment.request.fail()
    await environment.advance(40_000)
    expect(new Set(ways(environment).slice(1))).toEqual(new Set(['header']))
  })
})

describe('[event-stream-cors] a server of another origin that forbids the stream', () => {
  test('is a `cors` error at the first attempt, and still retried', async () => {
    const { environment, probes } = createCorsEnvironment(() => true)
    const { client, emitted } = await requesting({}, FOREIGN, environment)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'cors', origin: 'https://other.example' },
    })
    expect([emitted, probes]).toEqual([['error cors', 'retry 1'], ['HEAD']])
    client.close()
    expect(environment.timers).toBe(0)
  })

  test('ends an EventSource of the standard', async () => {
    const { environment } = createCorsEnvironment(() => true)
    const { source, emitted } = createClassHarness(FOREIGN, { environment })
    await environment.advance(60_000)
    expect([source.readyState, emitted, environment.requests.length]).toEqual([2, ['error 2'], 1])
  })
})

describe('[event-stream-cors] an unreachable server of another origin', () => {
  test.each(['rejects', 'never settles'])('is a network error if the check %s', async (how) => {
    const inner = createTestEnvironment()
    const fetch: Fetch = (url, init) => {
      const response = inner.fetch?.(url, init) ?? Promise.reject(new Error('none'))
      if (init.mode !== 'no-cors' || how === 'rejects') inner.request.fail()
      return response
    }
    const environment = extendEnvironment(inner, { fetch })
    const { client } = await requesting({}, FOREIGN, environment)
    await environment.advance(3000)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'connect-failed' } })
    client.close()
    expect(environment.timers).toBe(0)
  })

  test('is not checked any more after close()', async () => {
    const { client, environment } = await requesting({}, FOREIGN)
    environment.request.fail()
    await environment.advance(0)
    expect([environment.request.init.mode, client.getSnapshot().status]).toEqual(['no-cors', 'connecting'])
    client.close()
    await environment.advance(0)
    expect(leftovers(environment)).toEqual(NOTHING)
  })
})

describe('[event-stream-cors] `resume: "none"`', () => {
  test('sends no ID after a cut, needs no permission, and says that events may be missing', async () => {
    const { environment } = createCorsEnvironment(blocksHeader)
    const { client, errors, write } = await streaming({ resume: 'none' }, FOREIGN, environment)
    await write(block('a', { id: '1' }))
    await cutUntilOpen(environment)
    await cutUntilOpen(environment)
    expect(ways(environment)).toEqual(['none', 'none', 'none'])
    expect(errors).toMatchObject([
      { code: 'closed' },
      { code: 'gap', after: '1' },
      { code: 'closed' },
      { code: 'gap', after: '1' },
    ])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', lastEventId: '1', error: undefined })
  })

  test('says nothing if no event had an ID, or if a function of the URL can send it', async () => {
    for (const url of [FOREIGN, ({ lastEventId = '' }) => `${FOREIGN}?after=${lastEventId}`]) {
      const { environment } = createCorsEnvironment(blocksHeader)
      const { errors, write } = await streaming({ resume: 'none' }, url, environment)
      await write(block('a', url === FOREIGN ? {} : { id: '1' }))
      await cutUntilOpen(environment)
      expect(errors).toMatchObject([{ code: 'closed' }])
      expect(new URL(environment.request.url).search).toBe(url === FOREIGN ? '' : '?after=1')
    }
  })
})

describe('[event-stream-cors] a series of failed attempts', () => {
  /** Each request fails; the check succeeds if CORS is the reason. */
  function createFailing(reason: { isCors: boolean }) {
    const inner = createTestEnvironment()
    const sent: string[] = []
    const fetch: Fetch = (url, init) => {
      sent.push(init.mode === 'no-cors' ? 'check' : 'attempt')
      if (init.mode === 'no-cors' && reason.isCors) return Promise.resolve(Response.error())
      const response = inner.fetch?.(url, init) ?? Promise.reject(new Error('none'))
      inner.request.fail()
      return response
    }
    return { environment: extendEnvironment(inner, { fetch }), sent }
  }
  const checked = (sent: readonly string[]) => {
    const attempts: number[] = []
    let count = -1
    for (const one of sent) {
      if (one === 'attempt') count++
      else attempts.push(count)
    }
    return attempts
  }

  test.each([
    ['cors', true],
    ['connect-failed', false],
  ])('is checked after retry 0, 1, 2, 4, 8 and so on, and each error is %s', async (code, isCors) => {
    const { environment, sent } = createFailing({ isCors })
    const { client, errors } = await requesting({}, FOREIGN, environment)
    await environment.advance(400_000)
    client.close()
    expect(sent.filter((one) => one === 'attempt').length).toBeGreaterThan(17)
    expect(checked(sent).slice(0, 6)).toEqual([0, 1, 2, 4, 8, 16])
    expect(checked(sent).length).toBeLessThanOrEqual(7)
    expect(errors.length).toBeGreaterThan(17)
    for (const error of errors) expect(error).toMatchObject({ code })
  })

  test('is checked after every fourth retry if it has sent the last event ID in the header', async () => {
    const { environment, sent } = createFailing({ isCors: false })
    const { client } = await requesting({ lastEventId: '1' }, FOREIGN, environment)
    await environment.advance(400_000)
    client.close()
    expect(checked(sent).slice(0, 6)).toEqual([0, 1, 2, 4, 8, 12])
  })

  test('begins again after another kind of error, such as the end of an open stream', async () => {
    const inner = createTestEnvironment()
    let checks = 0
    const fetch: Fetch = (url, init) => {
      if (init.mode !== 'no-cors') return inner.fetch?.(url, init) ?? Promise.reject(new Error('none'))
      checks++
      return Promise.reject(new Error('unreachable'))
    }
    const environment = extendEnvironment(inner, { fetch })
    await requesting({}, FOREIGN, environment)
    for (const expected of [1, 2, 3, 3]) {
      environment.request.fail()
      await environment.advance(20_000)
      expect(checks).toBe(expected)
    }
    await respond(environment)
    environment.request.fail()
    await environment.advance(20_000)
    environment.request.fail()
    await environment.advance(0)
    expect(checks).toBe(4)
  })
})
