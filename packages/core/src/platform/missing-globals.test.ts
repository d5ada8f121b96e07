import { afterEach, describe, expect, test, vi } from 'vitest'
import { createEventSource } from '../event-source/index.ts'
import { EventSource } from '../event-source-class/index.ts'
import { createFetch } from '../fetch/index.ts'
import { createLongPoll } from '../long-poll/index.ts'
import { binary, text } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'

/** What Jest's jsdom does not have. */
const JEST = [
  'ReadableStream',
  'TextEncoder',
  'TextDecoder',
  'fetch',
  'MessageChannel',
  'Response',
  'Request',
  'setImmediate',
  'structuredClone',
  'BroadcastChannel',
]
/** What older versions of React Native do not have, and pages with few features. */
const OTHERS = [
  'WebSocket',
  'XMLHttpRequest',
  'Blob',
  'File',
  'FormData',
  'URL',
  'URLSearchParams',
  'Event',
  'DOMException',
  'performance',
  'crypto',
  'requestAnimationFrame',
  'reportError',
  'navigator',
]
const situations: [name: string, names: string[]][] = [
  ...[...JEST, ...OTHERS].map((name): [string, string[]] => [name, [name]]),
  ["all that Jest's jsdom has not", JEST],
  ['all of these', [...JEST, ...OTHERS]],
]

// Node loads its own `fetch` when it is first used, with the globals of that moment.
void new Response(new ReadableStream()).body
void new Request('data:,').signal

interface AnyOptions {
  readonly enabled?: boolean
  readonly retry?: false
  readonly key?: string
}
const webSocket = (url: string, options: AnyOptions) => createWebSocket(url, options)
const eventSource = (url: string, options: AnyOptions) => createEventSource(url, options)
const longPoll = (url: string, options: AnyOptions) => createLongPoll(url, options)
const request = (url: string, options: AnyOptions) => createFetch(url, options)

function remove(names: readonly string[]): void {
  for (const name of names) vi.stubGlobal(name, undefined)
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe.each(situations)('[missing-globals] without %s, with a test environment', (_, names) => {
  test('a WebSocket queues, sends, receives and closes', async () => {
    remove(names)
    const environment = createTestEnvironment()
    const socket = createWebSocket('/chat', { environment, protocols: 'v1', codec: text() })
    const messages: unknown[] = []
    socket.on('message', (message) => void messages.push(message))
    const unsubscribe = socket.subscribe(() => {})
    expect(socket.send('früh')).toBe('queued')
    await environment.advance(0)
    expect(environment.socket.url).toBe('wss://test.example/chat')
    environment.socket.accept('v1')
    environment.socket.receive(new Uint8Array([0x68, 0xc3, 0xa9]).buffer)
    expect(environment.socket.sent).toEqual(['früh'])
    expect(messages).toEqual(['hé'])
    socket.close(4000, 'zu spät')
    expect(environment.socket.closedWith).toEqual({ code: 4000, reason: 'zu spät' })
    unsubscribe()
    expect(environment.errors).toEqual([])
  })

  test('an event source receives events', async () => {
    remove(names)
    const environment = createTestEnvironment()
    const source = createEventSource('/news?a=1', { environment, headers: { 'x-a': '1' } })
    const messages: unknown[] = []
    source.on('message', (message) => void messages.push(message))
    const unsubscribe = source.subscribe(() => {})
    await environment.advance(0)
    environment.request.respond()
    environment.request.write('id: 7\ndata: n')
    // Only TextDecoder joins a character that two chunks have split.
    const chunks = names.includes('TextDecoder') ? [[0xc3, 0xa9]] : [[0xc3], [0xa9]]
    for (const chunk of chunks) environment.request.write(new Uint8Array(chunk))
    environment.request.write('w\n\n')
    await environment.advance(0)
    expect(messages).toEqual(['néw'])
    environment.request.end()
    await environment.advance(10_000)
    expect(environment.request.headers.get('last-event-id')).toBe('7')
    environment.request.fail()
    unsubscribe()
  })

  test('a long poll receives messages', async () => {
    remove(names)
    const environment = createTestEnvironment()
    const poll = createLongPoll('/poll', { environment })
    const unsubscribe = poll.subscribe(() => {})
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'application/json', etag: '"1"' } })
    environment.request.write('{"text":"hé')
    environment.request.write('llo"}')
    environment.request.end()
    await environment.advance(100)
    expect(poll.getSnapshot()).toMatchObject({ data: { text: 'héllo' } })
    unsubscribe()
  })

  test('a request gets JSON, bytes and an error with its body', async () => {
    remove(names)
    const environment = createTestEnvironment()
    const api = createFetch('/users', { environment, query: { a: 'b c' } })
    const unsubscribe = api.subscribe(() => {})
    await environment.advance(0)
    expect(environment.request.url).toMatch(/^https:\/\/test\.example\/users\?a=b(\+|%20)c$/)
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write('["é"]')
    environment.request.end()
    await environment.advance(100)
    expect(api.getSnapshot()).toMatchObject({ status: 'success', data: ['é'] })
    unsubscribe()
    const bytes = createFetch('/bytes', { environment, codec: binary(), enabled: false })
    const result = bytes.execute()
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/plain' } })
    environment.request.write('é')
    environment.request.end()
    expect(new Uint8Array(await result)).toEqual(new Uint8Array([0xc3, 0xa9]))
    const failing = createFetch('/failing', { environment, enabled: false, retry: false }).execute()
    const failure = failing.catch((error: unknown) => error)
    await environment.advance(0)
    environment.request.respond({ status: 400, headers: { 'content-type': 'application/json' } })
    environment.request.write('{"why":"é"}')
    environment.request.end()
    expect(await failure).toMatchObject({ code: 'http', status: 400, body: { why: 'é' } })
  })

  test('the class EventSource dispatches events, or says what is missing', async () => {
    remove(names)
    const environment = createTestEnvironment()
    if (names.includes('Event')) {
      expect(() => new EventSource('/news', { environment })).toThrow(
        expect.objectContaining({ code: 'unsupported', feature: 'Event' }),
      )
      return
    }
    const source = new EventSource('/news', { environment })
    const messages: unknown[] = []
    source.onmessage = ({ data }) => void messages.push(data)
    await environment.advance(0)
    environment.request.respond()
    environment.request.write('data: é\n\n')
    await environment.advance(0)
    expect(messages).toEqual(['é'])
    expect(source.url).toBe('https://test.example/news')
    source.close()
  })
})

test('[missing-globals] without TextDecoder, a stream that splits a character says so', async () => {
  remove(JEST)
  const environment = createTestEnvironment()
  const source = createEventSource('/news', { environment })
  const unsubscribe = source.subscribe(() => {})
  await environment.advance(0)
  environment.request.respond()
  environment.request.write(new Uint8Array([0xc3]))
  await environment.advance(0)
  expect(source.getSnapshot().error).toMatchObject({ code: 'unsupported', feature: 'TextDecoder' })
  unsubscribe()
})

describe('[missing-globals] without an environment', () => {
  test.each(situations)('without %s, creating and rendering throw nothing', (_, names) => {
    remove(names)
    for (const create of [webSocket, eventSource, longPoll, request]) {
      const client = create('https://test.invalid/a', { enabled: false })
      const unsubscribe = client.subscribe(() => {})
      client.getSnapshot()
      client.getServerSnapshot()
      unsubscribe()
    }
  })

  test.each([
    ['fetch', eventSource],
    ['fetch', longPoll],
    ['fetch', request],
    ['WebSocket', webSocket],
  ])('without %s, the error says so when it is needed', async (feature, create) => {
    remove([...JEST, 'WebSocket'])
    const client = create('https://test.invalid/b', { retry: false, key: 'b' })
    const unsubscribe = client.subscribe(() => {})
    await vi.waitFor(() => expect(client.getSnapshot().error).toMatchObject({ code: 'unsupported', feature }))
    expect(client.getSnapshot().error?.message).toContain(`environment.${feature}`)
    unsubscribe()
  })

  test('the class EventSource fails and reports that `fetch` is missing', async () => {
    remove(JEST)
    const reportError = vi.fn<(error: unknown) => void>()
    const source = new EventSource('https://test.invalid/c', { environment: { reportError } })
    await new Promise((resolve) => source.addEventListener('error', resolve))
    expect(source.readyState).toBe(2)
    expect(reportError.mock.calls).toMatchObject([[{ code: 'unsupported', feature: 'fetch' }]])
  })

  test('without Headers, the error of a request says so', async () => {
    const environment = createTestEnvironment()
    remove(['Headers'])
    const api = createFetch('/users', { environment, retry: false })
    const unsubscribe = api.subscribe(() => {})
    await environment.advance(0)
    expect(api.getSnapshot().error).toMatchObject({ code: 'unsupported', feature: 'Headers' })
    unsubscribe()
  })
})
