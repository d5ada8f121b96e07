import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { binary, json, text } from '../shared/codec.ts'
import type { FetchOverrides } from './index.ts'

/** Returns the request that one `execute` sends. */
async function sent(overrides: FetchOverrides, url = '/api') {
  const environment = createEnvironment()
  const request = client(environment, url, { enabled: false })
  void request.execute(overrides)
  await environment.advance(0)
  return environment.request
}

describe('what is sent', () => {
  test('json, of any kind, as application/json', async () => {
    for (const [value, body] of [
      [{ a: 1 }, '{"a":1}'],
      ['text', '"text"'],
      [null, 'null'],
      [0, '0'],
      [[1], '[1]'],
    ] as const) {
      const request = await sent({ method: 'post', json: value })
      expect(request).toMatchObject({ method: 'POST', body })
      expect(request.headers.get('content-type')).toBe('application/json')
    }
  })

  test('keeps a given content type', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const request = await sent({ method: 'PATCH', json: { a: 1 }, headers })
    expect(request.headers.get('content-type')).toBe('application/merge-patch+json')
  })

  test('sends forms, parameters, blobs and bytes unchanged', async () => {
    const form = new FormData()
    form.set('name', 'Ada')
    for (const body of [form, new URLSearchParams('a=1'), new Blob(['x']), new Uint8Array([1, 2])])
      expect((await sent({ method: 'POST', body })).body).toBe(body)
    expect((await sent({ method: 'POST', body: { plain: true } })).body).toBe('{"plain":true}')
  })

  test('a stream by a function, created again for each attempt', async () => {
    const environment = createEnvironment()
    let made = 0
    const upload = client(environment, '/up', {
      method: 'PUT',
      enabled: false,
      body: () => {
        made++
        return new ReadableStream()
      },
    })
    void upload.execute()
    await environment.advance(0)
    expect(environment.request.init).toMatchObject({ duplex: 'half' })
    environment.request.fail()
    await environment.advance(1000)
    expect(made).toBe(2)
  })

  test('the error of a stream that a browser refuses over HTTP/1.1 says what to send instead', async () => {
    const environment = createEnvironment()
    const body = () => new Blob(['knots']).stream()
    const done = client(environment, '/api', { method: 'PUT', body, retry: false }).execute()
    await environment.advance(0)
    environment.request.fail()
    await expect(done).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringMatching(/stream as body only over HTTP\/2\. Send a Blob/) as string,
    })
  })

  test('a stream is not sent as text by browsers without streams as bodies', async () => {
    onTestFinished(() => void vi.unstubAllGlobals())
    vi.stubGlobal(
      'Request',
      class {
        headers = new Headers({ 'content-type': 'text/plain' })
      },
    )
    const environment = createEnvironment()
    const body = () => new Blob(['knots']).stream()
    const upload = client(environment, '/api', { method: 'PUT', body })
    await expect(upload.execute()).rejects.toMatchObject({ code: 'unsupported' })
    expect(environment.requests).toEqual([])
  })

  test('adds the query to the URL’s own', async () => {
    const query = { q: 'a b', page: 2, on: true, none: null, not: undefined, tag: ['x', null, 'y'] }
    expect((await sent({ query }, '/api?sort=name')).url).toBe(
      'https://test.example/api?sort=name&q=a%20b&page=2&on=true&tag=x&tag=y',
    )
    expect((await sent({ query: new URLSearchParams('q=1') })).url).toBe('https://test.example/api?q=1')
  })

  test('sends credentials, and lets the browser’s cache respond to a first request', async () => {
    expect((await sent({})).init).toMatchObject({ credentials: 'same-origin', cache: 'default' })
    expect((await sent({ credentials: 'include' })).init.credentials).toBe('include')
    expect((await sent({ credentials: 'omit' })).init.credentials).toBe('omit')
  })

  test('the newer of two bodies applies', async () => {
    const environment = createEnvironment()
    const save = client(environment, '/api', { method: 'PUT', enabled: false, json: { old: true } })
    void save.execute({ body: 'new' })
    await environment.advance(0)
    expect(environment.request.body).toBe('new')
  })
})

describe('how responses are read', () => {
  const dataOf = async (
    codec: object | undefined,
    body: unknown,
    headers: Record<string, string>,
    status = 200,
  ) => {
    const environment = createEnvironment()
    const request = client(environment, '/api', { codec } as object)
    const promise = request.execute()
    await environment.advance(0)
    await respond(environment, body, { headers, status })
    return promise
  }

  test('by content type: JSON, text, else bytes', async () => {
    expect(await dataOf(undefined, '{"a":1}', { 'content-type': 'application/json; charset=utf-8' })).toEqual(
      {
        a: 1,
      },
    )
    expect(await dataOf(undefined, '{"a":1}', { 'content-type': 'application/vnd.api+json' })).toEqual({
      a: 1,
    })
    expect(await dataOf(undefined, 'text', { 'content-type': 'text/plain' })).toBe('text')
    expect(await dataOf(undefined, 'x', { 'content-type': 'image/png' })).toEqual(
      new Uint8Array([120]).buffer,
    )
  })

  test('or by a codec, whatever its type', async () => {
    expect(await dataOf(json(), '{"a":1}', { 'content-type': 'text/plain' })).toEqual({ a: 1 })
    expect(await dataOf(text(), '{"a":1}', { 'content-type': 'application/json' })).toBe('{"a":1}')
    expect(await dataOf(binary(), 'x', { 'content-type': 'application/octet-stream' })).toEqual(
      new Uint8Array([120]).buffer,
    )
  })

  test.for(['text/csv', 'application/json', 'image/svg+xml', 'text/plain; charset=iso-8859-1', ''])(
    '[binary-bodies] binary() gives the exact bytes of the type "%s"',
    async (type) => {
      const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xe9, 0x2c, 0xff)
      const headers: Record<string, string> = type ? { 'content-type': type } : {}
      const environment = createEnvironment()
      const promise = client(environment, '/api', { codec: binary() }).execute()
      await environment.advance(0)
      environment.request.respond({ headers })
      environment.request.write(bytes)
      environment.request.end()
      await environment.advance(0)
      expect(await promise).toEqual(bytes.buffer)
    },
  )

  test('[binary-bodies] binary() has its own request, and an error body is still parsed', async () => {
    const environment = createEnvironment()
    const plain = mountFetch(environment)
    const bytes = mountFetch(environment, '/user', { codec: binary(), retry: false })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, { wrong: 'name' }, { status: 422 })
    expect(bytes.observer.getSnapshot().error).toMatchObject({ code: 'http', body: { wrong: 'name' } })
    expect(plain.observer.getSnapshot().status).toBe('pending')
  })

  test('[binary-bodies] a change to binary() sends its own request and shows no parsed data', async () => {
    const environment = createEnvironment()
    const { observer, setOptions } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, { a: 1 })
    setOptions('/user', { codec: binary() })
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
    await environment.advance(0)
    await respond(environment, '{ }')
    expect(observer.getSnapshot().data).toEqual(Uint8Array.of(123, 32, 125).buffer)
    setOptions('/user')
    expect(observer.getSnapshot().data).toEqual({ a: 1 })
  })

  test('[binary-bodies] an empty body gives no bytes, whatever its type', async () => {
    expect(await dataOf(binary(), '', { 'content-type': 'text/html' })).toEqual(new ArrayBuffer(0))
  })

  test.for([204, 205])('%i has no data, and is a success', async (status) => {
    expect(await dataOf(undefined, undefined, {}, status)).toBeUndefined()
  })

  test('a response to HEAD has no data', async () => {
    const environment = createEnvironment()
    const head = client(environment, '/api', { method: 'HEAD' })
    const promise = head.execute()
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/html', etag: '"1"' } })
    await environment.advance(0)
    await expect(promise).resolves.toBeUndefined()
    expect(head.getSnapshot().response?.headers.get('etag')).toBe('"1"')
  })

  test('two codecs decode one response, each once', async () => {
    const environment = createEnvironment()
    let decoded = 0
    const counting = { decode: (raw: unknown) => [++decoded, raw] }
    const plain = mountFetch(environment)
    const one = mountFetch(environment, '/user', { codec: counting })
    const two = mountFetch(environment, '/user', { codec: counting })
    await environment.advance(0)
    await respond(environment, { name: 'Ada' })
    expect(environment.requests).toHaveLength(1)
    expect(plain.observer.getSnapshot().data).toEqual({ name: 'Ada' })
    expect(one.observer.getSnapshot().data).toEqual([1, '{"name":"Ada"}'])
    expect(two.observer.getSnapshot().data).toBe(one.observer.getSnapshot().data)
    const late = mountFetch(environment, '/user', { codec: text(), maxAge: 1000 })
    expect(late.observer.getSnapshot().data).toBe('{"name":"Ada"}')
  })

  test('an inline codec causes neither a request nor decoding', async () => {
    const environment = createEnvironment()
    let decoded = 0
    const codec = () => ({ decode: (raw: unknown) => ({ raw, decoded: ++decoded > 0 }) })
    const { observer, shown, setOptions } = mountFetch(environment, '/user', { codec: codec() })
    await environment.advance(0)
    await respond(environment, { name: 'Ada' })
    const renders = shown.length
    for (let render = 0; render < 5; render++) setOptions('/user', { codec: codec() })
    expect([decoded, shown.length, environment.requests.length]).toEqual([1, renders, 1])
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, { name: 'Ada' })
    expect([decoded, shown.length]).toEqual([2, renders])
  })
})

test('[decoding] an empty text is data', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/text', { codec: text() })
  await environment.advance(0)
  await respond(environment, '')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: '' })
})

test('refuses an object or a function as a header or a query value', async () => {
  for (const wrong of [{ a: {} }, { a: () => 'b' }, { a: [{}] }]) {
    const bad: unknown = wrong
    const environment = createEnvironment()
    const one = client(environment, '/a', { query: bad as { a: string } })
    await expect(one.execute()).rejects.toMatchObject({ code: 'bad-option', option: 'query' })
    expect(environment.requests).toEqual([])
  }
  for (const wrong of [{ a: {} }, { a: () => 'b' }, [['a', {}]]]) {
    const bad: unknown = wrong
    const environment = createEnvironment()
    const one = client(environment, '/a', { headers: bad as { a: string } })
    await expect(one.execute()).rejects.toMatchObject({ code: 'bad-option', option: 'headers' })
    expect(environment.requests).toEqual([])
  }
})

test('[no-url] a URL function that returns nothing is no request: execute() rejects, without retries', async () => {
  for (const nothing of [null, undefined, '', false]) {
    const environment = createEnvironment()
    const one = client(environment, async () => nothing as null)
    await expect(one.execute()).rejects.toMatchObject({ code: 'bad-url' })
    expect([environment.requests, environment.timers]).toEqual([[], 0])
  }
})

test('[no-url] without a URL, it does not matter that the headers cannot be computed yet', async () => {
  const environment = createEnvironment()
  const headers = () => {
    throw new Error('no token')
  }
  const one = client(environment, async () => null, { headers })
  await expect(one.execute()).rejects.toMatchObject({ code: 'bad-url' })
  expect([environment.requests, environment.timers]).toEqual([[], 0])
})
