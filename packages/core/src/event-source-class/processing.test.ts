import { describe, expect, test, vi } from 'vitest'
import {
  requestedHarness,
  openHarness,
  createHarness,
  timeOf,
} from '../../test/event-source-class/harness.ts'
import { EventSource } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

// HTML standard, section 9.2.3: from the request to the end of the body and the next request. The names are those of
// web-platform-tests.

const HOUR = 3_600_000

describe('9.2.2, step 8 on: the request', () => {
  test('request-accept, request-cache-control: accepts only an event stream, and bypasses the cache', async () => {
    const { request, settle } = await requestedHarness('/stream?a=b#c')
    await settle()
    expect(request.url).toBe('https://test.example/stream?a=b')
    expect(request.method).toBe('GET')
    expect([...request.headers]).toEqual([['accept', 'text/event-stream']])
    const { signal, headers, ...rest } = request.init
    // By default, redirects are followed and CORS is used (Fetch standard, section 5.4).
    expect(rest).toEqual({ cache: 'no-store', credentials: 'same-origin' })
    expect([signal?.aborted, headers]).toEqual([false, expect.anything()])
  })

  test('request-credentials: sends them to other origins only if the option says so', async () => {
    const { request, settle, source } = await requestedHarness('https://other.example/', {
      withCredentials: true,
    })
    await settle()
    expect(request.init.credentials).toBe('include')
    expect(source.withCredentials).toBe(true)
  })

  test('is not sent in the task that creates the object, which emits no event either', () => {
    const { environment, source, emitted } = createHarness()
    expect([environment.requests.length, source.readyState, emitted]).toEqual([0, 0, []])
  })

  test.each([
    'ftp://example.not/',
    'about:blank',
    'mailto:a@b.example',
    "javascript:alert('no')",
    'file:///etc/hosts',
    'data:text/event-stream,data:x%0A%0A',
    'blob:https://test.example/1',
    'wss://a.example/',
    'https://user:password@a.example/',
    'https://user@a.example/',
  ])('eventsource-constructor-non-same-origin: %s fails the connection, later', async (url) => {
    const environment = createTestEnvironment()
    const source = new EventSource(url, { environment })
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    const received: Event[] = []
    source.onerror = (event) => void received.push(event)
    expect([source.readyState, source.url]).toEqual([0, new URL(url).href])
    await environment.advance(HOUR)
    expect(source.readyState).toBe(2)
    expect(received.map((event) => event.constructor)).toEqual([Event])
    expect([environment.requests, environment.timers, environment.listeners]).toEqual([[], 0, 0])
  })

  test('fails the connection where there is no `fetch`', async () => {
    const environment = createTestEnvironment()
    const own = { ...timeOf(environment), fetch: undefined }
    const source = new EventSource('https://a.example/', { environment: own })
    const listener = vi.fn()
    source.onerror = listener
    await environment.advance(HOUR)
    expect([source.readyState, listener.mock.calls.length]).toEqual([2, 1])
  })

  test('is made by whatever `fetch` is there at each attempt', async () => {
    const environment = createTestEnvironment()
    const used: string[] = []
    let name = 'first'
    const own = {
      ...timeOf(environment),
      get fetch() {
        const current = name
        return () => (used.push(current), Promise.reject(new TypeError('Failed to fetch')))
      },
    }
    const source = new EventSource('https://a.example/', { environment: own })
    await environment.advance(0)
    name = 'second'
    await environment.advance(3000)
    expect(used).toEqual(['first', 'second'])
    source.close()
  })
})

describe('9.2.3: the response', () => {
  test('announces the connection: readyState first, then a simple `open`', async () => {
    const { source, request, settle, emitted } = await requestedHarness()
    const events: Event[] = []
    source.onopen = (event) => void events.push(event)
    await settle()
    expect(source.readyState).toBe(0)
    request.respond()
    await settle()
    expect(emitted).toEqual(['open 1'])
    expect(events[0]).toMatchObject({ constructor: Event, bubbles: false, cancelable: false, target: source })
  })

  test.each([
    ['format-mime-trailing-semicolon', 'text/event-stream;'],
    ['a parameter', 'text/event-stream; charset=utf-8'],
    ['spaces', ' text/event-stream ; x'],
    ['capitals', 'Text/EVENT-stream'],
    ['two, of which the last one counts', 'text/html, text/event-stream'],
    ['two, the last of which has no type', 'text/event-stream, */*'],
    ['two, the last of which is none', 'text/event-stream, nonsense'],
    ['a comma in a quoted string', 'text/event-stream;x="a,text/html,b"'],
  ])('opens with %s: %s', async (_, type) => {
    const { request, settle, emitted } = await requestedHarness()
    await settle()
    request.respond({ headers: { 'content-type': type } })
    await settle()
    expect(emitted).toEqual(['open 1'])
  })

  test.each([
    ['format-mime-bogus', 'x bogus'],
    ['format-mime-valid-bogus', 'text/x-bogus'],
    ['more at its end', 'text/event-stream-2'],
    ['a word at its end', 'text/event-stream x'],
    ['two, of which the last one counts', 'text/event-stream, text/html'],
    ['two in disguise', 'text/event-stream;charset=utf-8, text/html'],
    ['a comma in a quoted string', 'text/html;x="a,text/event-stream,b"'],
    ['an empty one', ''],
    ['none', undefined],
  ])('fails the connection with %s: %s', async (_, type) => {
    const { request, environment, source, emitted, settle } = await requestedHarness()
    await settle()
    request.respond({ headers: type === undefined ? {} : { 'content-type': type } })
    await environment.advance(HOUR)
    expect([emitted, source.readyState, environment.requests.length]).toEqual([['error 2'], 2, 1])
    expect([request.cancelled, environment.timers, environment.listeners]).toEqual([true, 0, 0])
  })

  const statuses = [
    201, 202, 204, 205, 206, 210, 299, 300, 304, 307, 400, 401, 403, 404, 408, 410, 425, 429, 500, 502, 503,
    599,
  ]
  test.each(statuses)('request-status-error: %i fails the connection for good', async (status) => {
    const { request, environment, source, emitted, settle } = await requestedHarness()
    const events: Event[] = []
    source.onerror = (event) => void events.push(event)
    await settle()
    request.respond({ status, headers: { 'content-type': 'text/event-stream', 'retry-after': '1' } })
    await environment.advance(HOUR)
    expect([emitted, source.readyState, environment.requests.length]).toEqual([['error 2'], 2, 1])
    expect(events[0]).toMatchObject({ constructor: Event, bubbles: false, cancelable: false })
    expect([request.aborted, environment.timers, environment.listeners]).toEqual([true, 0, 0])
  })

  test('has no timeout', async () => {
    const { request, environment, settle, emitted } = await requestedHarness()
    await environment.advance(24 * HOUR)
    request.respond()
    await settle()
    expect([emitted, environment.requests.length]).toEqual([['open 1'], 1])
  })

  test('without a body has ended', async () => {
    const environment = createTestEnvironment()
    const fetch = () =>
      Promise.resolve(new Response(null, { headers: { 'content-type': 'text/event-stream' } }))
    const source = new EventSource('https://a.example/', { environment: { ...timeOf(environment), fetch } })
    const received: string[] = []
    for (const type of ['open', 'error'] as const)
      source.addEventListener(type, () => void received.push(`${type} ${source.readyState}`))
    await environment.advance(3000)
    expect(received).toEqual(['open 1', 'error 0', 'open 1', 'error 0'])
    source.close()
  })
})

describe('9.2.3: reestablishing the connection', () => {
  const ends = [
    ['the end of the body', ({ request }: Awaited<ReturnType<typeof openHarness>>) => request.end()],
    ['a body that breaks off', ({ request }: Awaited<ReturnType<typeof openHarness>>) => request.fail()],
  ] as const

  test.each(ends)(
    'eventsource-reconnect: after %s, once the reconnection time has passed',
    async (_, end) => {
      const one = await openHarness()
      const { environment, emitted, source, settle } = one
      end(one)
      await settle()
      expect([emitted, source.readyState]).toEqual([['open 1', 'error 0'], 0])
      await environment.advance(2999)
      expect(environment.requests).toHaveLength(1)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(2)
      environment.request.respond()
      environment.request.write('data: again\n\n')
      await settle()
      expect([emitted.slice(2), source.readyState]).toEqual([['open 1', 'message again'], 1])
    },
  )

  test('after a network error, whatever `fetch` throws', async () => {
    const { environment, emitted, request, settle } = await requestedHarness()
    await settle()
    request.fail(new DOMException('The user aborted a request.', 'AbortError'))
    await environment.advance(2999)
    expect([emitted, environment.requests.length]).toEqual([['error 0'], 1])
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
  })

  test('eventsource-close: after two streams that ended and a 204 no request is sent', async () => {
    const { environment, emitted, settle } = await openHarness()
    environment.request.end()
    await environment.advance(3000)
    environment.request.respond()
    await settle()
    environment.request.end()
    await environment.advance(3000)
    environment.request.respond({ status: 204 })
    await environment.advance(HOUR)
    expect(emitted).toEqual(['open 1', 'error 0', 'open 1', 'error 0', 'error 2'])
    expect([environment.requests.length, environment.timers]).toEqual([3, 0])
  })

  test('after a stream that opened the delay is exactly the reconnection time, however often it ends', async () => {
    const { environment, settle } = await openHarness()
    for (let round = 2; round < 12; round++) {
      environment.request.end()
      await environment.advance(3000)
      expect(environment.requests).toHaveLength(round)
      environment.request.respond()
      await settle()
    }
  })

  test('the delays of failed attempts grow, within bounds, until one opens', async () => {
    const { environment, settle } = await openHarness()
    const waits: number[] = []
    const refused = async () => {
      environment.request.fail()
      const [before, from] = [environment.requests.length, environment.now()]
      for (let turn = 0; turn < 100 && environment.requests.length === before; turn++)
        await environment.advance(500)
      waits.push(environment.now() - from)
    }
    for (let round = 0; round < 8; round++) await refused()
    expect(waits.splice(0)).toEqual([3000, 4000, 5000, 7000, 11_000, 18_000, 18_000, 18_000])
    environment.request.respond()
    await settle()
    for (let round = 0; round < 2; round++) await refused()
    expect(waits).toEqual([3000, 4000])
  })

  test('for any random number the delay is at least the reconnection time, and at most 30 s more', async () => {
    const chances = [0, 0.999_999]
    for (const chance of chances) {
      const environment = createTestEnvironment({ random: () => chance })
      const source = new EventSource('/x', { environment })
      await environment.advance(0)
      for (let round = 0; round < 20; round++) {
        environment.request.fail()
        const before = environment.requests.length
        await environment.advance(2999)
        expect(environment.requests).toHaveLength(before)
        await environment.advance(chance === 0 ? 30_001 : 2)
        expect(environment.requests).toHaveLength(before + 1)
      }
      source.close()
    }
  })

  test.each(['offline', 'online', 'hidden', 'visible', 'wake', 'slept'] as const)(
    '%s changes nothing',
    async (signal) => {
      const { environment, emitted, settle } = await openHarness()
      environment.emitPageEvent(signal)
      await settle()
      expect(emitted).toEqual(['open 1'])
      environment.request.end()
      await environment.advance(1500)
      environment.emitPageEvent(signal)
      await environment.advance(1499)
      expect(environment.requests).toHaveLength(1)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(2)
    },
  )
})

describe('9.2.6: the reconnection time', () => {
  const waitAfter = async (fields: readonly string[]) => {
    const { environment, settle } = await openHarness()
    environment.request.write(fields.map((field) => `${field}\n`).join(''))
    environment.request.end()
    await settle()
    if (environment.requests.length > 1) return 0
    for (const ms of [7, 1000, 3000, 600_000, 2 ** 31 - 1]) {
      await environment.advance(
        environment.now() === 1_000_000 ? ms - 1 : ms - 1 - (environment.now() - 1_000_000),
      )
      if (environment.requests.length > 1) return -1
      await environment.advance(1)
      if (environment.requests.length > 1) return ms
    }
    return Number.POSITIVE_INFINITY
  }

  test.each([
    ['format-field-retry', 1000, ['retry:1000']],
    ['… with a space', 1000, ['retry: 1000']],
    ['… the last one counts', 1000, ['retry: 5', 'retry: 1000']],
    ['… zeros in front', 7, ['retry:007']],
    ['… none at all', 0, ['retry:0']],
    ['… ten minutes are ten minutes', 600_000, ['retry:600000']],
    ['… as long as a timer can', 2 ** 31 - 1, ['retry:99999999999999999999']],
    ['… as long as a timer can, of a number that is none', 2 ** 31 - 1, [`retry:${'9'.repeat(400)}`]],
    ['format-field-retry-bogus', 1000, ['retry:1000', 'retry:2000x']],
    ['format-field-retry-empty', 1000, ['retry:1000', 'retry']],
    ['… empty', 3000, ['retry:']],
    ['… negative', 3000, ['retry:-1']],
    ['… signed', 3000, ['retry:+1']],
    ['… broken', 3000, ['retry:1.5']],
    ['… with an exponent', 3000, ['retry:1e3']],
    ['… in other digits', 3000, ['retry:１０００']],
    ['… two spaces', 3000, ['retry:  1000']],
    ['… upper case', 3000, ['Retry: 1000']],
  ])('%s: %i ms', async (_, expected, fields) => {
    expect(await waitAfter(fields)).toBe(expected)
  })

  test('holds for the life of the object', async () => {
    const { environment, settle } = await openHarness()
    environment.request.write('retry: 500\n\n')
    await settle()
    for (let round = 2; round < 6; round++) {
      environment.request.end()
      await environment.advance(499)
      expect(environment.requests).toHaveLength(round - 1)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(round)
      environment.request.respond()
      await settle()
    }
  })

  test('is only a part of the delay after a failed attempt', async () => {
    const { environment, settle } = await openHarness()
    environment.request.write('retry: 0\n\n')
    await settle()
    environment.request.end()
    await settle()
    expect(environment.requests).toHaveLength(2)
    environment.request.fail()
    await environment.advance(999)
    // A server that is down is not flooded with requests, even if it had set a short reconnection time.
    expect(environment.requests).toHaveLength(2)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(3)
  })
})
