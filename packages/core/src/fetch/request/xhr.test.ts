import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { client, respond, mountFetch, createEnvironment } from '../../../test/fetch/harness.ts'
import { extendEnvironment } from '../../../test/web-socket/harness.ts'
import { uploadProgress } from './xhr.ts'

/** The used part of XMLHttpRequest, with the test as its server. */
class FakeXhr {
  static readonly made: FakeXhr[] = []
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {}
  readonly sent: { method?: string; url?: string; body?: unknown; headers: Record<string, string> } = {
    headers: {},
  }
  onprogress?: (event: { loaded: number; total: number; lengthComputable: boolean }) => void
  onreadystatechange?: () => void
  onload?: () => void
  readyState = 1
  onerror?: () => void
  status = 0
  response: ArrayBuffer | null = null
  responseURL = ''
  responseType = ''
  withCredentials = false
  aborted = false
  headers = ''
  constructor() {
    FakeXhr.made.push(this)
  }
  open(method: string, url: string) {
    Object.assign(this.sent, { method, url })
  }
  setRequestHeader(name: string, value: string) {
    this.sent.headers[name] = value
  }
  getAllResponseHeaders() {
    return this.headers
  }
  send(body: unknown) {
    this.sent.body = body
  }
  abort() {
    this.aborted = true
  }
  setReadyState(readyState: number) {
    this.readyState = readyState
    this.onreadystatechange?.()
  }
  /** The head of the response arrives. */
  begin() {
    this.setReadyState(2)
  }
  breakOff() {
    this.setReadyState(4)
    this.onerror?.()
  }
  respond(status: number, text: string, headers = 'content-type: application/json\r\nx-a: 1: 2\r\n') {
    Object.assign(this, {
      status,
      headers,
      response: new TextEncoder().encode(text).buffer,
      responseURL: 'https://test.example/final',
    })
    this.onload?.()
  }
}

const upload = uploadProgress()

function createXhrEnvironment() {
  FakeXhr.made.length = 0
  return extendEnvironment(createEnvironment(), {
    XMLHttpRequest: FakeXhr as unknown as new () => XMLHttpRequest,
  })
}

/** Mounts an observer that reads the upload progress. */
async function uploading(options: object = {}) {
  const environment = createXhrEnvironment()
  const base = { method: 'PUT', enabled: false, retry: false, upload } as const
  const set = mountFetch(environment, '/up', { ...base, ...options })
  set.observer.track('progress')
  const done = set.observer.execute({ body: 'x'.repeat(100) })
  await environment.advance(0)
  const [xhr] = FakeXhr.made
  if (!xhr) throw new Error('Nothing was sent by XMLHttpRequest')
  return { ...set, environment, done, xhr }
}

describe('[progress] the upload progress', () => {
  test('is reported by XMLHttpRequest, which otherwise works as fetch', async () => {
    const { environment, observer, done, xhr, shown } = await uploading({
      headers: { 'x-b': '2' },
      credentials: 'include',
    })
    expect(xhr.sent).toMatchObject({ method: 'PUT', url: 'https://test.example/up', body: 'x'.repeat(100) })
    expect(xhr.sent.headers).toMatchObject({ 'x-b': '2' })
    expect(xhr.withCredentials).toBe(true)
    for (const loaded of [10, 60, 100]) {
      xhr.upload.onprogress?.({ loaded, total: 100 })
      await environment.advance(16)
    }
    expect(shown.map(({ progress }) => progress.sent)).toEqual(expect.arrayContaining([0, 10, 60, 100]))
    xhr.respond(201, '{"ok":true}')
    await expect(done).resolves.toEqual({ ok: true })
    await environment.advance(16)
    const { response, progress } = observer.getSnapshot()
    expect(response).toMatchObject({ status: 201, url: 'https://test.example/final' })
    expect(response?.headers.get('x-a')).toBe('1: 2')
    expect(progress.sent).toBe(100)
    expect(environment.requests).toEqual([])
  })

  test('without progress events, a response means that the body was sent', async () => {
    const { observer, xhr, environment } = await uploading({ method: 'POST' })
    xhr.respond(200, '1')
    await environment.advance(16)
    expect(observer.getSnapshot().progress.sent).toBe(0)
    void observer.execute({ body: new Blob(['x'.repeat(70)]) })
    await environment.advance(0)
    FakeXhr.made.at(-1)?.respond(200, '1')
    await environment.advance(16)
    expect(observer.getSnapshot().progress.sent).toBe(70)
  })

  test('an error status, an empty response, no network, and a response that breaks off at once', async () => {
    const refused = await uploading()
    refused.xhr.respond(422, '{"a":1}')
    await expect(refused.done).rejects.toMatchObject({
      code: 'http',
      status: 422,
      body: { a: 1 },
    })
    const empty = await uploading()
    empty.xhr.respond(204, '')
    await expect(empty.done).resolves.toBeUndefined()
    const down = await uploading()
    down.xhr.breakOff()
    await expect(down.done).rejects.toMatchObject({ code: 'connect-failed' })
    const cut = await uploading()
    cut.xhr.begin()
    cut.xhr.breakOff()
    await expect(cut.done).rejects.toMatchObject({ code: 'closed' })
  })

  test('can be aborted, and fails beyond maxBodyBytes', async () => {
    const given = await uploading()
    given.observer.abort()
    await expect(given.done).rejects.toMatchObject({ code: 'aborted' })
    expect(given.xhr.aborted).toBe(true)
    const large = await uploading({ maxBodyBytes: 10 })
    large.xhr.onprogress?.({ loaded: 11, total: 0, lengthComputable: false })
    await expect(large.done).rejects.toMatchObject({ code: 'too-large' })
    expect(large.xhr.aborted).toBe(true)
  })

  test('maxBodyBytes counts bytes, and as many are accepted', async () => {
    const fits = await uploading({ maxBodyBytes: 4 })
    fits.xhr.onprogress?.({ loaded: 4, total: 4, lengthComputable: true })
    fits.xhr.respond(200, '"ü"')
    await expect(fits.done).resolves.toBe('ü')
    const large = await uploading({ maxBodyBytes: 3 })
    large.xhr.respond(200, '"ü"')
    await expect(large.done).rejects.toMatchObject({ code: 'too-large', limit: 3 })
  })

  test('after the upload the server has a minute to respond', async () => {
    const { environment, xhr, done } = await uploading()
    xhr.upload.onprogress?.({ loaded: 100, total: 100 })
    await environment.advance(59_000)
    xhr.respond(200, '1')
    await expect(done).resolves.toBe(1)
  })

  test('each sent part counts as activity', async () => {
    const { environment, xhr, done } = await uploading({ timeout: { connect: 1000 } })
    for (let part = 0; part < 5; part++) {
      await environment.advance(900)
      xhr.upload.onprogress?.({ loaded: part, total: 100 })
    }
    expect(xhr.aborted).toBe(false)
    await environment.advance(1000)
    await expect(done).rejects.toMatchObject({ code: 'timeout' })
  })
})

describe('fetch sends', () => {
  test.for<[string, boolean, object]>([
    ['a request whose progress is not tracked', false, {}],
    ['what has no body', true, { method: 'DELETE', body: undefined }],
    ['without credentials', true, { credentials: 'omit' }],
    ['a stream', true, { body: () => new Blob(['x']).stream() }],
  ])('%s', async ([, watched, overrides]) => {
    const environment = createXhrEnvironment()
    const options = { method: 'PUT', enabled: false, body: 'x', upload }
    const { observer } = mountFetch(environment, '/up', options)
    if (watched) observer.track('progress')
    void observer.execute(overrides)
    if ('method' in overrides) void observer.execute({ method: 'DELETE', body: null })
    await environment.advance(0)
    const bodiless = FakeXhr.made.filter(({ sent }) => sent.method === 'DELETE' && sent.body === null)
    expect('method' in overrides ? bodiless : FakeXhr.made).toEqual([])
    expect(environment.requests.length).toBeGreaterThan(0)
    await respond(environment, 1)
  })
})

describe('[progress] the option upload', () => {
  test('without it, fetch sends the body, and progress.sent stays 0', async () => {
    const environment = createXhrEnvironment()
    const { observer, shown } = mountFetch(environment, '/up', { method: 'PUT', enabled: false })
    observer.track('progress')
    const sent = observer.execute({ body: 'x'.repeat(100) })
    await environment.advance(0)
    await respond(environment, { ok: true })
    await expect(sent).resolves.toEqual({ ok: true })
    await environment.advance(16)
    expect(FakeXhr.made).toEqual([])
    expect(observer.getSnapshot().progress).toMatchObject({ sent: 0, received: 11 })
    expect(new Set(shown.map(({ progress }) => progress.sent))).toEqual(new Set([0]))
  })

  test('execute may have it for one request', async () => {
    const { observer, environment, xhr } = await uploading()
    xhr.respond(200, '1')
    observer.setOptions('/up', { environment, method: 'PUT', enabled: false })
    void observer.execute({ body: 'x' })
    await environment.advance(0)
    expect([FakeXhr.made.length, environment.requests.length]).toEqual([1, 1])
    void observer.execute({ body: 'x', upload })
    await environment.advance(0)
    expect([FakeXhr.made.length, environment.requests.length]).toEqual([2, 1])
  })

  test('is the same object each time, and not a part of the cache key', async () => {
    expect(uploadProgress()).toBe(upload)
    const environment = createXhrEnvironment()
    const search = { method: 'QUERY', body: 'x', upload }
    const one = mountFetch(environment, '/search', search)
    const two = mountFetch(environment, '/search', { ...search, upload: undefined })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await respond(environment, [1])
    for (const { observer } of [one, two]) expect(observer.getSnapshot().data).toEqual([1])
    one.setOptions('/search', { ...search, upload: undefined })
    await environment.advance(100)
    expect(environment.requests).toHaveLength(1)
    expect(one.observer.getSnapshot().isFetching).toBe(false)
  })

  test.each([uploadProgress, true, {}, { kind: 'pings' }])('cannot be %s', (wrong) => {
    const options = { upload: wrong } as object
    expect(() => mountFetch(createEnvironment(), '/up', options)).toThrow('it should be uploadProgress()')
  })
})

describe('[progress] a large upload whose progress is read but not counted', () => {
  /** Sends a body, and returns the warnings. */
  async function send(body: unknown, options: object = {}, field: 'progress' | 'isFetching' = 'progress') {
    vi.resetModules()
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const { mountFetch: mount } = await import('../../../test/fetch/harness.ts')
    const environment = createXhrEnvironment()
    const { observer } = mount(environment, '/up', { method: 'PUT', enabled: false, ...options })
    observer.track(field)
    for (let count = 0; count < 2; count++) void observer.execute({ body: body as Blob })
    await environment.advance(0)
    return warn.mock.calls.map(([text]) => String(text))
  }
  const large = 'x'.repeat(64_001)

  test.each([large, new Blob([large]), new Uint8Array(64_001)])('is named once (%#)', async (body) => {
    expect(await send(body)).toEqual([expect.stringContaining('`upload: uploadProgress()`')])
  })

  test('is not named if there is nothing to change', async () => {
    expect(await send(large, { upload })).toEqual([])
    expect(await send(large, {}, 'isFetching')).toEqual([])
    expect(await send(large, { credentials: 'omit' })).toEqual([])
    expect(await send('x'.repeat(64_000))).toEqual([])
    expect(await send(new FormData())).toEqual([])
  })

  test('is not named without a framework, where it is not known what is read', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const environment = createXhrEnvironment()
    void client(environment, '/up', { method: 'PUT' }).execute({ body: large })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    expect(warn).not.toHaveBeenCalled()
  })
})
