import { silence, pings } from '../connection/heartbeat.ts'
import { describe, expect, test } from 'vitest'
import {
  NOTHING,
  requesting,
  leftovers,
  mountStream,
  stream,
  environmentWithout,
} from '../../test/event-source/harness.ts'
import { json } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import { createEventSource } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { UrlOption } from '../shared/attempt.ts'

/** Returns the rejected option and its error message. */
function refusal(options: object): { option: string; message: string } | undefined {
  try {
    stream(options)
  } catch (error) {
    if (isTautlineError(error, 'bad-option')) return { option: error.option, message: error.message }
    throw error
  }
  return undefined
}

const POST = { method: 'POST' }
const circular: Record<string, unknown> = {}
circular['self'] = circular

describe('an invalid option throws at once and is named', () => {
  test.each<[option: string, options: object]>([
    ['method', { method: 'CONNECT' }],
    ['method', { method: 'trace' }],
    ['method', { method: 'Track' }],
    ['method', { method: '' }],
    ['method', { method: 'GET ' }],
    ['method', { method: 'G\nT' }],
    ['method', { method: 'GÉT' }],
    ['method', { method: 5 }],
    ['body', { body: 'x' }],
    ['body', { body: '' }],
    ['body', { body: {} }],
    ['body', { body: () => 'x' }],
    ['body', { method: 'get', body: 'x' }],
    ['body', { method: 'HEAD', body: 'x' }],
    ['body', { ...POST, body: new ReadableStream() }],
    ['body', { ...POST, body: new Map() }],
    ['body', { ...POST, body: new Date() }],
    ['body', { ...POST, body: 5 }],
    ['headers', { headers: 'authorization: x' }],
    ['headers', { headers: 5 }],
    ['credentials', { credentials: true }],
    ['credentials', { credentials: 'always' }],
    ['lastEventId', { lastEventId: 5 }],
    ['lastEventId', { lastEventId: 'a\nb' }],
    ['lastEventId', { lastEventId: 'a\rb' }],
    ['lastEventId', { lastEventId: 'a\0b' }],
    ['resume', { resume: 'cookie' }],
    ['resume', { resume: true }],
    ['resume.query', { resume: null }],
    ['resume.query', { resume: {} }],
    ['resume.query', { resume: { query: '' } }],
    ['resume.query', { resume: { query: 5 } }],
    ['until', { until: '[DONE]' }],
    ['atEnd', { atEnd: 'retry' }],
    ['atEnd', { atEnd: () => {} }],
    ['maxEventLength', { maxEventLength: 0 }],
    ['maxEventLength', { maxEventLength: '1' }],
    ['maxEventLength', { maxEventLength: Number.NaN }],
    ['heartbeat', { heartbeat: true }],
    ['heartbeat', { heartbeat: 5000 }],
    ['heartbeat', { heartbeat: pings() }],
    ['heartbeat', { heartbeat: { timeout: 5000 } }],
    ['codec', { codec: () => 1 }],
    ['codec.decode', { codec: { decode: 1 } }],
    ['codec', { events: { a: json() }, codec: json() }],
    ['events.0', { events: ['a'] }],
    ['events.a', { events: { a: () => 1 } }],
    ['events.a', { events: { a: undefined } }],
    ['events.a', { events: { a: null } }],
    ['events.b', { events: { a: json(), b: {} } }],
    ['closeDelay', { closeDelay: -1 }],
    ['onOpen', { onOpen: 1 }],
  ])('%s: %o', (option, options) => {
    const refused = refusal(options)
    expect(refused?.option).toBe(option)
    expect(refused?.message).toContain(`Option ${option} `)
  })

  test.each([
    {},
    { method: 'get' },
    { method: 'PATCH', body: '' },
    { method: 'M-SEARCH' },
    { body: null },
    { body: undefined },
    { headers: {} },
    { headers: null },
    { headers: () => ({}) },
    { headers: async () => new Headers() },
    { ...POST, body: () => 'x' },
    { ...POST, body: Object.create(null) as object },
    { heartbeat: false },
    { heartbeat: silence() },
    { heartbeat: silence({ timeout: Number.POSITIVE_INFINITY }) },
    { maxEventLength: Number.POSITIVE_INFINITY },
    { events: {} },
    { events: undefined, codec: json() },
    { resume: 'header' },
    { resume: { query: 'since' } },
    { lastEventId: '' },
  ])('%o is fine', (options) => {
    expect(refusal(options)).toBeUndefined()
  })

  test('an invalid later option changes none of the options', async () => {
    const { client, environment } = await requesting()
    expect(() => client.setOptions('/other', { environment, body: 'x' })).toThrow('Option body')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('does not print values, which may be secrets', () => {
    for (const options of [
      { method: 's3cret s3cret' },
      { body: 's3cret' },
      { codec: 's3cret' },
      { lastEventId: 's3cret\n' },
      { resume: 's3cret' },
      { headers: 's3cret' },
    ]) {
      expect(refusal(options)?.message).not.toContain('s3cret')
    }
  })
})

describe('an impossible connection fails for good and says why', () => {
  const ends = async (url: UrlOption, options: object = {}, environment = createTestEnvironment()) => {
    const set = await requesting(options, url, environment)
    const { status, closed } = set.client.getSnapshot()
    expect([status, closed?.by]).toEqual(['closed', 'fatal'])
    expect(environment.requests).toEqual([])
    expect(set.emitted).toHaveLength(1)
    await environment.advance(600_000)
    expect(leftovers(environment)).toEqual(NOTHING)
    return closed?.error
  }

  test.each([
    'ftp://a.example/',
    'ws://a.example/',
    'data:text/event-stream,data:x',
    'https://',
    'https://u:s3cret@a.example/',
  ])('the URL %s', async (url) => {
    const error = await ends(url)
    expect(error).toMatchObject({ code: 'bad-url' })
    expect(String(error)).not.toContain('s3cret')
  })

  test('a relative URL without a base', async () => {
    const error = await ends('/news', {}, createTestEnvironment({ baseUrl: undefined }))
    expect(error).toMatchObject({ code: 'bad-url' })
  })

  test.each([
    [{ authorization: 'Bearer s3cret\nx: y' }],
    [{ authorization: 'Bearer s3cret…' }],
    [{ 's3cret header': 'x' }],
    [{ 'x-token': 's3cret\u007f' }],
    [[['s3cret']]],
    [() => ({ authorization: 's3cret\0' })],
    [async () => ({ authorization: 's3cret\rx' })],
  ])('headers that no request can have, and they are not shown', async (headers) => {
    const error = await ends('/news', { headers })
    expect(error).toMatchObject({ code: 'bad-option', option: 'headers' })
    const texts = [error?.message, error?.stack, String(error?.cause), JSON.stringify(error)].join(' ')
    expect(texts).not.toContain('s3cret')
  })

  test('a body without a JSON form', async () => {
    for (const body of [circular, { big: 1n }, () => circular]) {
      const error = await ends('/news', { ...POST, body })
      expect(error).toMatchObject({ code: 'bad-option', option: 'body' })
    }
  })

  test('a platform without fetch', async () => {
    const environment = environmentWithout('fetch')
    const error = await ends('/news', {}, environment)
    expect(error).toMatchObject({ code: 'unsupported', feature: 'fetch' })
  })
})

test('an observer whose new options are invalid stays unchanged', async () => {
  const environment = createTestEnvironment()
  const { observer } = mountStream(environment)
  await environment.advance(0)
  expect(() => observer.setOptions('/other', { environment, events: { a: json() }, codec: json() })).toThrow(
    'codec',
  )
  expect(observer.getSnapshot().status).toBe('connecting')
  expect(environment.request.aborted).toBe(false)
})

test.each([
  ['FormData', new FormData()],
  ['Blob', new Blob([])],
  ['URLSearchParams', new URLSearchParams()],
  ['ArrayBuffer', new ArrayBuffer(2)],
  ['Uint8Array', new Uint8Array(1)],
  ['a list', [{}]],
])('a body that fetch accepts is a valid option: %s', (_, body) => {
  expect(() => createEventSource('/a', { ...POST, body })).not.toThrow()
})
