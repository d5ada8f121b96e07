import { describe, expect, test } from 'vitest'
import { respond, poll, createPollEnvironment, polling } from '../../test/long-poll/harness.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { isTautlineError } from '../shared/errors.ts'
import { bodyField, createLongPoll, header, observeLongPoll, query } from './index.ts'
import type { UrlOption } from '../shared/attempt.ts'

/** The option that is refused, and how. */
function refusal(make: () => unknown): { option: string; message: string } | undefined {
  try {
    make()
  } catch (error) {
    if (isTautlineError(error, 'bad-option')) return { option: error.option, message: error.message }
    throw error
  }
  return undefined
}

const POST = { method: 'POST' }
const read = () => undefined

describe('an invalid option throws at once and is named', () => {
  test.each<[option: string, options: object]>([
    ['method', { method: 'CONNECT' }],
    ['method', { method: 'G T' }],
    ['method', { method: 5 }],
    ['headers', { headers: 'authorization: x' }],
    ['body', { body: 'x' }],
    ['body', { ...POST, body: 5 }],
    ['body', { ...POST, body: new Map() }],
    ['body', { ...POST, body: new ReadableStream() }],
    ['credentials', { credentials: true }],
    ['credentials', { credentials: 'always' }],
    ['cursor', { cursor: 'since' }],
    ['cursor', { cursor: null }],
    ['cursor', { cursor: {} }],
    ['cursor', { cursor: { read } }],
    ['cursor', { cursor: { write: read } }],
    ['cursor.read', { cursor: { read: 'next', write: read } }],
    ['cursor.write', { cursor: { read, write: true } }],
    ['initialCursor', { initialCursor: 5 }],
    ['initialCursor', { initialCursor: null }],
    ['codec', { codec: () => 1 }],
    ['codec', { codec: {} }],
    ['codec', { codec: null }],
    ['codec.decode', { codec: { decode: 1 } }],
    ['messages', { messages: 'list' }],
    ['dedupeBy', { dedupeBy: true }],
    ['interval', { interval: 0 }],
    ['interval', { interval: -1 }],
    ['interval', { interval: '5s' }],
    ['interval', { interval: Number.NaN }],
    ['minGap', { minGap: -1 }],
    ['minGap', { minGap: Number.NaN }],
    ['minGap', { minGap: '0' }],
    ['timeout', { timeout: 5000 }],
    ['timeout.connect', { timeout: { connect: -1 } }],
    ['timeout.request', { timeout: { request: -1 } }],
    ['timeout.request', { timeout: { request: Number.NaN } }],
    ['pause', { pause: true }],
    ['pause.hidden', { pause: { hidden: -1 } }],
    ['pause.hidden', { pause: { hidden: Number.NaN } }],
    ['pause.hidden', { pause: { hidden: 'slow' } }],
    ['pause.offline', { pause: { offline: 1000 } }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
    ['maxBodyBytes', { maxBodyBytes: '1' }],
    ['enabled', { enabled: 1 }],
    ['share', { share: 'no' }],
    ['key', { key: 1 }],
    ['closeDelay', { closeDelay: -1 }],
    ['reduce', { reduce: [] }],
    ['select', { select: 'data' }],
    ['notify', { notify: 'never' }],
    ['retry', { retry: true }],
    ['retry.limit', { retry: { limit: -1 } }],
    ['onMessage', { onMessage: 1 }],
  ])('%s: %o', (option, options) => {
    for (const make of [() => poll(options), () => observeLongPoll('/news', options)]) {
      const refused = refusal(make)
      expect(refused?.option).toBe(option)
      expect(refused?.message).toContain(`Option ${option} `)
    }
    const { client, environment } = poll()
    expect(refusal(() => client.setOptions('/news', { environment, ...options }))?.option).toBe(option)
  })

  test.each<[name: string, make: () => unknown]>([
    ['query', () => query('', read)],
    ['header', () => header('', read)],
    ['header', () => header('a b', read)],
    ['header', () => header('é', read)],
    ['bodyField', () => bodyField('', read)],
  ])('%s needs a name', (_, make) => {
    expect(refusal(make)).toMatchObject({ option: 'cursor' })
  })

  test('undefined counts as absent', () => {
    const names = [
      'method',
      'cursor',
      'codec',
      'messages',
      'dedupeBy',
      'interval',
      'minGap',
      'timeout',
      'pause',
    ]
    expect(() => poll(Object.fromEntries(names.map((name) => [name, undefined])))).not.toThrow()
    expect(() => poll({ timeout: { request: undefined }, pause: { hidden: undefined } })).not.toThrow()
  })
})

describe('an invalid URL', () => {
  test.each<[url: UrlOption, shown: string]>([
    ['ftp://test.example/a?token=secret', 'ftp://test.example'],
    ['ws://test.example/a#secret', 'ws://test.example'],
    ['https://user:secret@test.example/a', 'https://test.example'],
    ['https://secret@test.example/a?secret', 'https://test.example'],
    ['http://', 'the given URL'],
  ])('%s is fatal, and its message names the origin alone', async (url, shown) => {
    const { client, environment, errors } = await polling({}, url)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } })
    expect(errors).toMatchObject([{ code: 'bad-url', url }])
    expect(errors[0]?.message).toContain(`Cannot connect to ${shown}:`)
    expect(errors[0]?.message).not.toContain('secret')
    expect(environment.requests).toHaveLength(0)
  })

  test('[no-url] stays idle without a URL, and a later one opens', async () => {
    const { client, environment } = await polling({}, null)
    expect(client.getSnapshot().status).toBe('idle')
    client.setOptions('/news', { environment })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('[no-url] enabled: false opens nothing', async () => {
    const environment = createPollEnvironment()
    const observer = observeLongPoll('/news', { environment, enabled: false })
    observer.subscribe(() => {})
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(0)
    observer.setOptions('/news', { environment })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('a relative one needs a base', async () => {
    const { errors } = await polling({}, '/news', createPollEnvironment({ baseUrl: undefined }))
    expect(errors).toMatchObject([{ code: 'bad-url', url: '/news' }])
    expect(errors[0]?.message).toContain('environment.baseUrl')
  })
})

describe('no error contains what may be a token', () => {
  test.each<[name: string, fail: (environment: ReturnType<typeof createPollEnvironment>) => Promise<void>]>([
    ['a refusal', (environment) => respond(environment, 'secret', { status: 403 })],
    ['a page', (environment) => respond(environment, 'secret', { headers: { 'content-type': 'text/html' } })],
    ['a failure', async ({ request }) => request.fail()],
    ['a silence', (environment) => environment.advance(90_000)],
  ])('%s', async (_, fail) => {
    const { environment, errors } = await polling(
      { headers: { authorization: 'Bearer secret' }, cursor: query('since', () => 'secret') },
      '/news?token=secret',
    )
    await fail(environment)
    await environment.advance(0)
    expect(errors).toHaveLength(1)
    expect(JSON.stringify([errors[0]?.message, errors[0]])).not.toContain('secret')
  })

  test.each(['\n', '\u007f', '\u001b'])('an invalid header is fatal: %j', async (char) => {
    const { client, errors } = await polling({ headers: { authorization: `Bearer sec${char}ret` } })
    expect(errors).toMatchObject([{ code: 'bad-option', option: 'headers' }])
    expect(errors[0]?.message).not.toContain('sec')
    expect(client.getSnapshot().closed?.by).toBe('fatal')
  })
})

describe('a platform', () => {
  test('without fetch: one error says so', async () => {
    const environment = extendEnvironment(createPollEnvironment(), { fetch: undefined })
    const client = createLongPoll('/news', { environment })
    const errors: Error[] = []
    client.on('error', (error) => errors.push(error))
    client.open()
    await environment.advance(60_000)
    expect(errors).toMatchObject([{ code: 'unsupported', feature: 'fetch' }])
    expect(client.getSnapshot().closed?.by).toBe('fatal')
  })

  test('whose fetch ignores its signal: a late response is cancelled', async () => {
    let respond = (_: Response) => {}
    let cancelled = false
    const late = new ReadableStream({ cancel: () => void (cancelled = true) })
    const fetch = () => new Promise<Response>((resolve) => (respond = resolve))
    const { environment, client, emitted } = await polling(
      {},
      '/news',
      createPollEnvironment({}, (own) => extendEnvironment(own, { fetch })),
    )
    client.close()
    respond(new Response(late))
    await environment.advance(0)
    expect(cancelled).toBe(true)
    expect(emitted).toEqual([])
  })
})
