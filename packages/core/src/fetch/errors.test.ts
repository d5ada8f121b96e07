import { createFetchCache } from './cache/cache-context.ts'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { json } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

async function failing(options: object = {}, url = '/api') {
  const environment = createEnvironment()
  const request = client(environment, url, { retry: false, ...options })
  const error = errorOf(request.execute())
  await environment.advance(0)
  return { environment, request, error }
}

describe('[fetch-errors] each kind of error has its own code', () => {
  test('an HTTP error has the headers and the body, parsed by its type', async () => {
    const { environment, request, error } = await failing()
    await respond(environment, { code: 7 }, { status: 409, headers: { 'x-trace': 'abc' } })
    const thrown = await error
    if (!isTautlineError(thrown, 'http')) throw new Error('It is another error')
    expect(thrown).toMatchObject({ status: 409, body: { code: 7 }, problem: undefined })
    expect(thrown.headers?.get('x-trace')).toBe('abc')
    expect(request.getSnapshot()).toMatchObject({ status: 'error', error: thrown })
  })

  test('problem+json (RFC 9457) is parsed, and its title is in no message', async () => {
    const { environment, error } = await failing()
    const problem = { type: 'about:blank', title: 'Out of credit', status: 403, balance: 30 }
    await respond(environment, problem, {
      status: 403,
      headers: { 'content-type': 'application/problem+json' },
    })
    expect(await error).toMatchObject({
      code: 'http',
      message: 'The server responded with 403',
      status: 403,
      problem,
    })
  })

  test.for([
    ['text', 'Sorry', { 'content-type': 'text/plain' }, 'Sorry'],
    ['JSON that is none', '{', { 'content-type': 'application/json' }, '{'],
    ['problem+json that is no object', '[1]', { 'content-type': 'application/problem+json' }, [1]],
    ['nothing', undefined, {}, undefined],
    ['HTML', '<p>', { 'content-type': 'text/html' }, '<p>'],
  ] as const)('the body may be %s', async ([, body, headers, read]) => {
    const { environment, error } = await failing()
    await respond(environment, body, { status: 400, headers })
    expect(await error).toMatchObject({
      code: 'http',
      status: 400,
      body: read,
      problem: undefined,
    })
  })

  test('no network', async () => {
    const { environment, error } = await failing()
    environment.request.fail()
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'connect-failed' })
  })

  test('a response that breaks off', async () => {
    const { environment, error } = await failing()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write('{"a":')
    environment.request.fail()
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'closed' })
  })

  test('a timeout before the response and between its parts', async () => {
    const { environment, error } = await failing()
    await environment.advance(59_999)
    expect(environment.request.aborted).toBe(false)
    await environment.advance(1)
    expect(environment.request.aborted).toBe(true)
    expect(await error).toMatchObject({ code: 'timeout', phase: 'silence', timeout: 60_000 })

    const slow = await failing()
    for (let part = 0; part < 5; part++) {
      if (part === 0) slow.environment.request.respond()
      slow.environment.request.write('x')
      await slow.environment.advance(50_000)
    }
    expect(slow.environment.request.aborted).toBe(false)
    await slow.environment.advance(10_000)
    expect(await slow.error).toMatchObject({ code: 'timeout' })
  })

  test('[request-timeout] timeout.request limits the whole request, timeout.connect the silence', async () => {
    const { environment, error } = await failing({ timeout: { request: 15_000, connect: 12_000 } })
    await environment.advance(10_000)
    environment.request.respond()
    environment.request.write('x')
    await environment.advance(5000)
    expect(await error).toMatchObject({ code: 'timeout', phase: 'request', timeout: 15_000 })
  })

  test.each([0, false] as const)('[request-timeout] %s is no limit', async (limit) => {
    const { environment, error } = await failing({ timeout: { request: limit, connect: limit } })
    await environment.advance(3_600_000)
    expect(environment.request.aborted).toBe(false)
    environment.request.respond({ status: 400 })
    environment.request.end()
    expect(await error).toMatchObject({ code: 'http' })
  })

  test.for([
    ['text', { json: 'x'.repeat(16_000 - 2) }, 61_000],
    ['bytes', { body: new Uint8Array(1_600_000) }, 160_000],
    ['a file', { body: new Blob(['x'.repeat(32_000)]) }, 62_000],
  ] as const)(
    '[request-timeout] a body of known length has a minute, and a second for each 16 kB: %s',
    async ([, body, timeout]) => {
      const { environment, error } = await failing({ method: 'PUT', ...body })
      await environment.advance(timeout - 1)
      expect(environment.request.aborted).toBe(false)
      await environment.advance(1)
      expect(await error).toMatchObject({ code: 'timeout', timeout })
    },
  )

  test('[request-timeout] a body of unknown length has no limit before the response', async () => {
    for (const body of [new FormData(), () => new Blob(['x']).stream()]) {
      const { environment, error } = await failing({ method: 'PUT', body })
      await environment.advance(3_600_000)
      expect(environment.request.aborted).toBe(false)
      environment.request.respond()
      await environment.advance(60_000)
      expect(await error).toMatchObject({ code: 'timeout', timeout: 60_000 })
    }
  })

  test('an abort by abort(), by a signal and by unsubscribing', async () => {
    const { request, error } = await failing()
    request.abort()
    expect(await error).toMatchObject({ code: 'aborted', by: 'user' })
    expect(request.getSnapshot()).toMatchObject({ status: 'idle', error: undefined, isFetching: false })

    const environment = createEnvironment()
    const other = client(environment, '/api')
    const stop = new AbortController()
    const stopped = errorOf(other.execute({ signal: stop.signal }))
    await environment.advance(0)
    stop.abort()
    expect(await stopped).toMatchObject({ code: 'aborted' })
    expect(environment.request.aborted).toBe(true)
    expect(await errorOf(other.execute({ signal: stop.signal }))).toMatchObject({ code: 'aborted' })
    expect(environment.requests).toHaveLength(1)

    const { observer, leave } = mountFetch(environment, '/other')
    const left = errorOf(observer.refetch())
    leave()
    expect(await left).toMatchObject({ code: 'aborted', by: 'component' })
  })

  test('[decoding] a decoding error has the raw text and the issues of the schema', async () => {
    const environment = createEnvironment()
    const user = mountFetch(environment, '/user', {
      codec: json(z.object({ name: z.string() })),
      retry: false,
    })
    const awaited = errorOf(user.observer.refetch())
    await environment.advance(0)
    await respond(environment, '{"name":1}', { headers: { 'content-type': 'application/json' } })
    expect(await awaited).toMatchObject({
      code: 'decode',
      raw: '{"name":1}',
      issues: [{ path: ['name'] }],
    })
    expect(user.observer.getSnapshot()).toMatchObject({
      status: 'error',
      data: undefined,
      error: { code: 'decode' },
    })
    expect(user.emitted).toEqual(['error decode'])
    void user.observer.refetch()
    await environment.advance(0)
    await respond(environment, { name: 'Ada' })
    expect(user.observer.getSnapshot()).toMatchObject({
      status: 'success',
      data: { name: 'Ada' },
      error: undefined,
    })
  })

  test('invalid JSON with a JSON content type', async () => {
    const { environment, error } = await failing()
    await respond(environment, '<!doctype html>', { headers: { 'content-type': 'application/json' } })
    expect(await error).toMatchObject({ code: 'decode', raw: '<!doctype html>' })
  })

  test('an HTML page instead of data, unless HTML is accepted', async () => {
    const { environment, error } = await failing()
    await respond(environment, '<!doctype html>', { headers: { 'content-type': 'text/html' } })
    expect(await error).toMatchObject({ code: 'content-type', contentType: 'text/html' })
    const wanted = await failing({ headers: { accept: 'text/html' } })
    await respond(wanted.environment, '<p>', { headers: { 'content-type': 'text/html' } })
    expect(await wanted.error).toBeUndefined()
    expect(wanted.request.getSnapshot().data).toBe('<p>')
  })

  test('an endless response ends at maxBodyBytes', async () => {
    const { environment, error } = await failing({ maxBodyBytes: 1000 })
    environment.request.respond({ headers: { 'content-type': 'application/octet-stream' } })
    for (let part = 0; part < 20; part++) environment.request.write(new Uint8Array(100))
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'too-large', limit: 1000 })
    expect(environment.request.cancelled).toBe(true)
  })

  test('an endless error body still gives its status', async () => {
    const { environment, error } = await failing({ maxBodyBytes: 1000 })
    environment.request.respond({ status: 400 })
    for (let part = 0; part < 20; part++) environment.request.write(new Uint8Array(100))
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'http', status: 400, body: undefined })
  })

  test('a platform without fetch', async () => {
    const environment = extendEnvironment(createEnvironment(), { fetch: undefined })
    const request = client(environment)
    expect(await errorOf(request.execute())).toMatchObject({
      code: 'unsupported',
      feature: 'fetch',
    })
  })
})

describe('[fetch-errors] CORS, as far as a page can detect it', () => {
  const foreign = (reachable: boolean) => {
    const environment = createEnvironment()
    const probes: RequestInit[] = []
    const own = extendEnvironment(environment, {
      fetch: (url, init) => {
        if (init.mode !== 'no-cors')
          return environment.fetch?.(url, init) ?? Promise.reject(new Error('none'))
        probes.push({ ...init, body: url })
        return reachable ? Promise.resolve(Response.error()) : Promise.reject(new TypeError('no'))
      },
    })
    return { environment: own, probes }
  }

  test('`onGiveUp` and `onError` get the same error, in this order', async () => {
    const { environment } = foreign(true)
    const received: unknown[] = []
    const result = client(environment, 'https://other.example/a', {
      retry: { limit: 0 },
      onGiveUp: ({ attempts, error }) => received.push(['give-up', attempts, error]),
      onError: (error) => received.push(['error', error]),
    }).execute()
    const error = errorOf(result)
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    const explained = await error
    expect(explained).toMatchObject({ code: 'cors' })
    expect(received).toEqual([
      ['give-up', 0, explained],
      ['error', explained],
    ])
  })

  test('a reachable server of another origin without CORS headers', async () => {
    const { environment, probes } = foreign(true)
    const error = errorOf(
      client(environment, 'https://other.example/secret?token=x', { retry: false }).execute(),
    )
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'cors', origin: 'https://other.example' })
    expect(probes).toMatchObject([
      { method: 'HEAD', credentials: 'omit', body: 'https://other.example/secret?token=x' },
    ])
  })

  test('an unreachable server is a network error', async () => {
    const { environment } = foreign(false)
    const error = errorOf(client(environment, 'https://other.example/', { retry: false }).execute())
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'connect-failed' })
  })

  test('sends no probe to its own origin', async () => {
    const { environment, probes } = foreign(true)
    const error = errorOf(client(environment, '/own', { retry: false }).execute())
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    expect(await error).toMatchObject({ code: 'connect-failed' })
    expect(probes).toEqual([])
  })
})

describe('bad input', () => {
  test.for<[string, object, string]>([
    ['a body on GET', { body: 'x' }, 'body'],
    ['json on GET', { json: {} }, 'json'],
    ['json on HEAD', { method: 'HEAD', json: {} }, 'json'],
    ['two bodies', { method: 'POST', json: {}, body: 'x' }, 'json'],
    ['no method', { method: 'GE T' }, 'method'],
    ['a method that fetch refuses', { method: 'TRACE' }, 'method'],
    ['a stream that can be sent once', { method: 'POST', body: new ReadableStream() }, 'body'],
    ['a time that is none', { maxAge: -1 }, 'maxAge'],
    ['a negative interval', { refetchInterval: -1 }, 'refetchInterval'],
    ['a timeout as a number', { timeout: 5000 }, 'timeout'],
    ['a key that is none', { key: 7 }, 'key'],
    ['credentials that are none', { credentials: 'always' }, 'credentials'],
    ['an idempotency key that is none', { idempotencyKey: 7 }, 'idempotencyKey'],
    ['a codec that is none', { codec: () => {} }, 'codec'],
    ['handlers that are none', { onMessage: 'x' }, 'onMessage'],
  ])('%s is refused at once', ([, options, option]) => {
    expect(() => client(createEnvironment(), '/api', options)).toThrow(
      expect.objectContaining({ code: 'bad-option', option }),
    )
  })

  test('execute() rejects', async () => {
    const request = client(createEnvironment(), '/api')
    await expect(request.execute({ body: 'x' })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(client(createEnvironment(), null).execute()).rejects.toMatchObject({ code: 'bad-url' })
  })

  test('a value without a JSON form', async () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    for (const value of [circle, () => {}, 1n, Symbol('x')]) {
      const environment = createEnvironment()
      const request = client(environment, '/api', { method: 'POST', enabled: false })
      await expect(request.execute({ json: value })).rejects.toMatchObject({
        code: 'bad-option',
        option: 'json',
      })
      expect(environment.requests).toEqual([])
    }
  })

  test.for(['ftp://x.example/', 'https://user:pass@x.example/', 'https://'])(
    'the URL %s is an error, and is not tried again',
    async (url) => {
      const environment = createEnvironment()
      const { observer, emitted } = mountFetch(environment, url)
      await environment.advance(60_000)
      expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'bad-url' } })
      expect(String(observer.getSnapshot().error)).not.toContain('user:pass')
      expect([environment.requests.length, emitted]).toEqual([0, ['error bad-url']])
    },
  )

  test.each(['\n', '\u007f', '\u0001'])('invalid headers: %j', async (char) => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/api', { headers: { 'x-a': `line${char}end` } })
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({
      status: 'error',
      error: { option: 'headers' },
    })
  })

  test('an idempotency key that no header can carry', async () => {
    const save = client(createEnvironment(), '/api', { method: 'POST', enabled: false })
    await expect(save.execute({ idempotencyKey: 'a\nb' })).rejects.toMatchObject({
      option: 'idempotencyKey',
    })
    await expect(save.execute({ idempotencyKey: () => '' })).rejects.toMatchObject({ code: 'bad-option' })
  })
})

test('[fetch-errors] an empty response of type text/html is not an HTML page', async () => {
  const environment = createEnvironment()
  const done = client(environment, '/a', { method: 'PUT', enabled: false, retry: false }).execute({ json: 1 })
  await environment.advance(0)
  environment.request.respond({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  environment.request.end()
  await expect(done).resolves.toBeDefined()
})

test('[fetch-errors] a response that could not be decoded is not read from the browser’s cache again', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(environment, '{]', { headers: { 'content-type': 'application/json', etag: '"1"' } })
  void observer.refetch()
  await environment.advance(0)
  expect(environment.request.init.cache).toBe('reload')
})

test('[fetch-errors] after a decoding error the next request has no validators', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  environment.request.respond({
    status: 200,
    headers: { 'content-type': 'application/json', etag: '"1"', 'cache-control': 'max-age=600' },
  })
  environment.request.write('{half:')
  environment.request.end()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'decode' } })
  // A new observer sends a request, although the response would be fresh.
  mountFetch(environment)
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
  expect(environment.request.headers.get('if-none-match')).toBe(null)
  await respond(environment, { whole: true })
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { whole: true } })
})

test('[fetch-errors] an error whose body never arrives is reported with its status', async () => {
  const environment = createEnvironment()
  const { observer, emitted } = mountFetch(environment)
  await environment.advance(0)
  environment.request.respond({ status: 404, headers: { 'content-type': 'text/plain' } })
  environment.request.write('It is n')
  await environment.advance(10_000)
  expect(observer.getSnapshot()).toMatchObject({
    status: 'error',
    error: { code: 'http', status: 404 },
  })
  expect(environment.requests).toHaveLength(1)
  expect(emitted).toEqual(['error http'])
})

test('names a schema given as a codec in the error', () => {
  const schema = { '~standard': {}, decode: () => 1 }
  expect(() => mountFetch(createEnvironment(), '/u', { codec: schema })).toThrow(/json\(/)
})

test.for([
  [200, false],
  [299, false],
  [300, true],
] as const)('[fetch-errors] status %d is an error: %s', async ([status, isError]) => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/user', { retry: false })
  await environment.advance(0)
  await respond(environment, 'Ada', { status })
  expect(observer.getSnapshot().status).toBe(isError ? 'error' : 'success')
})

test.for([
  ['GET', 1],
  ['PUT', 1],
  ['POST', 1],
] as const)(
  '[fetch-errors] after an HTML page instead of data, %s sends %d request',
  async ([method, count]) => {
    const environment = createEnvironment()
    client(environment, '/api', { method, enabled: false })
      .execute()
      .catch(() => {})
    await environment.advance(0)
    await respond(environment, '<!doctype html>', { headers: { 'content-type': 'text/html' } })
    await environment.advance(5000)
    expect(environment.requests).toHaveLength(count)
  },
)

describe('[app-errors] the handler of a cache', () => {
  const withHandler = () => {
    const environment = createEnvironment()
    const errors: unknown[] = []
    const cache = createFetchCache({ onError: (error) => void errors.push(error.code) })
    return { environment, errors, cache }
  }

  test('hears of a write that fails after its component has gone', async () => {
    const { environment, errors, cache } = withHandler()
    const { observer, leave } = mountFetch(environment, '/user', { cache, method: 'PUT', enabled: false })
    void observer.execute({ json: 1 })
    await environment.advance(0)
    leave()
    await environment.advance(0)
    await respond(environment, undefined, { status: 422 })
    expect(errors).toEqual(['http'])
  })

  test('is called once for three components with one failing request', async () => {
    const { environment, errors, cache } = withHandler()
    for (let index = 0; index < 3; index++) mountFetch(environment, '/user', { cache, retry: false })
    await environment.advance(0)
    await respond(environment, undefined, { status: 404 })
    expect(errors).toEqual(['http'])
  })

  test('is called once for a response that no codec can decode', async () => {
    const { environment, errors, cache } = withHandler()
    const { observer } = mountFetch(environment, '/user', { cache, codec: json(z.number()), retry: false })
    void observer.execute()
    await environment.advance(0)
    await respond(environment, {})
    expect(errors).toEqual(['decode'])
  })

  test('is not called for a success and an abort; what it throws is reported', async () => {
    const { environment, errors, cache } = withHandler()
    const { observer } = mountFetch(environment, '/user', { cache })
    await environment.advance(0)
    await respond(environment, 1)
    void observer.refetch()
    observer.abort()
    expect(errors).toEqual([])
    const broken = createFetchCache({
      onError() {
        throw new Error('broken')
      },
    })
    mountFetch(environment, '/user', { cache: broken, retry: false })
    await environment.advance(0)
    await respond(environment, undefined, { status: 404 })
    expect(environment.errors).toEqual([new Error('broken')])
  })
})
