import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ReactNative, becomeReactNative } from '../../test/common/react-native.ts'
import { createEventSource } from '../event-source/index.ts'
import { createFetch } from '../fetch/index.ts'
import { createLongPoll, query } from '../long-poll/index.ts'
import { type Environment, binary } from '../index.ts'
import { createWebSocket } from '../web-socket/index.ts'
import { appStateEvents, streamFetch } from './index.ts'

let app: ReactNative

beforeEach(async () => {
  app = await becomeReactNative()
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }
const EVENTS = { 'Content-Type': 'text/event-stream' }

/** Returns the newest of a list, once there are `count`. The delay before a retry is random. */
async function newest<Item>(list: readonly Item[], count = 1): Promise<Item> {
  await vi.waitFor(() => expect(list.length).toBe(count), { timeout: 10_000 })
  return list.at(-1) as Item // there is one
}

describe('[react-native] a WebSocket', () => {
  test('queues, sends, receives and reconnects', async () => {
    const socket = createWebSocket('https://chat.example:8443/room?a=1', { protocols: ['v1'] })
    const messages: unknown[] = []
    socket.on('message', (message) => void messages.push(message))
    const unsubscribe = socket.subscribe(() => {})
    expect(socket.send('früh')).toBe('queued')
    const first = await newest(app.sockets)
    expect(first.url).toBe('wss://chat.example:8443/room?a=1')
    first.accept()
    first.receive('hé')
    expect([first.sent, messages]).toEqual([['früh'], ['hé']])
    first.end(1001)
    expect(socket.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'closed', closeCode: 1001, reason: '', wasClean: true },
    })
    const second = await newest(app.sockets, 2)
    second.refuse()
    expect(socket.getSnapshot().error).toMatchObject({ code: 'connect-failed', wasClean: false })
    unsubscribe()
  })

  test('receives and sends bytes', async () => {
    const socket = createWebSocket('wss://chat.example/', { codec: binary() })
    const unsubscribe = socket.subscribe(() => {})
    const server = await newest(app.sockets)
    server.accept()
    server.receive(Uint8Array.of(1, 2).buffer)
    socket.send(Uint8Array.of(3))
    expect(new Uint8Array(socket.getSnapshot().data ?? new ArrayBuffer(0))).toEqual(Uint8Array.of(1, 2))
    expect(server.sent).toEqual([Uint8Array.of(3)])
    unsubscribe()
  })
})

describe('[react-native] a request', () => {
  test('gets JSON from exactly its URL', async () => {
    const api = createFetch('https://api.example/users/é', {
      query: { page: 2, q: 'a b' },
      headers: { 'x-a': '1' },
    })
    const unsubscribe = api.subscribe(() => {})
    const xhr = await newest(app.requests)
    expect(xhr.url).toBe('https://api.example/users/%C3%A9?page=2&q=a%20b')
    expect(xhr.sent).toMatchObject({ 'x-a': '1' })
    xhr.respond(JSON_TYPE)
    xhr.write('{"name":"Zoë"}')
    xhr.end()
    await vi.waitFor(() =>
      expect(api.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Zoë' } }),
    )
    unsubscribe()
  })

  test('sends headers that were given as `Headers`', async () => {
    const api = createFetch('https://api.example/users', { headers: new Headers({ 'x-a': '1' }) })
    const unsubscribe = api.subscribe(() => {})
    const xhr = await newest(app.requests)
    expect(xhr.sent).toMatchObject({ 'x-a': '1' })
    unsubscribe()
  })

  test('gets bytes', async () => {
    const result = createFetch('https://api.example/file', { codec: binary(), enabled: false }).execute()
    const xhr = await newest(app.requests)
    xhr.respond({ 'Content-Type': 'application/octet-stream' })
    xhr.write('abc')
    xhr.end()
    expect(new Uint8Array(await result)).toEqual(Uint8Array.of(97, 98, 99))
  })

  test('sends JSON, and gets an error with its body', async () => {
    const save = createFetch('https://api.example/users', { method: 'POST', enabled: false })
    const failure = save.execute({ json: { name: 'Zoë' } }).catch((error: unknown) => error)
    const xhr = await newest(app.requests)
    expect(xhr).toMatchObject({ method: 'POST', body: '{"name":"Zoë"}' })
    xhr.respond(JSON_TYPE, 422)
    xhr.write('{"why":"ü"}')
    xhr.end()
    expect(await failure).toMatchObject({ code: 'http', status: 422, body: { why: 'ü' } })
  })

  test('has no data after 204', async () => {
    const result = createFetch('https://api.example/users/1', { method: 'DELETE', enabled: false }).execute()
    const xhr = await newest(app.requests)
    xhr.respond({}, 204)
    xhr.end()
    expect(await result).toBeUndefined()
  })

  test('is aborted', async () => {
    const api = createFetch('https://api.example/slow', { enabled: false })
    const failure = api.execute().catch((error: unknown) => error)
    const xhr = await newest(app.requests)
    api.abort()
    expect(await failure).toMatchObject({ code: 'aborted' })
    expect(xhr.isAborted).toBe(true)
  })

  test('is retried after a failure of the network', async () => {
    const api = createFetch('https://api.example/flaky', { retry: { limit: 1, delay: () => 1 } })
    const unsubscribe = api.subscribe(() => {})
    const first = await newest(app.requests)
    first.fail()
    const second = await newest(app.requests, 2)
    second.respond(JSON_TYPE)
    second.write('1')
    second.end()
    await vi.waitFor(() => expect(api.getSnapshot().data).toBe(1))
    unsubscribe()
  })

  test('says that a response is too large', async () => {
    const result = createFetch('https://api.example/big', {
      maxBodyBytes: 3,
      enabled: false,
      retry: false,
    }).execute()
    const failure = result.catch((error: unknown) => error)
    const xhr = await newest(app.requests)
    xhr.respond(JSON_TYPE)
    xhr.write('[1,2,3]')
    xhr.end()
    expect(await failure).toMatchObject({ code: 'too-large' })
  })
})

test('[react-native] a long poll receives messages and sends its cursor', async () => {
  const cursor = query('since', (body: { next: string }) => body.next)
  const poll = createLongPoll('https://api.example/sync?timeout=30000', { cursor })
  const unsubscribe = poll.subscribe(() => {})
  const first = await newest(app.requests)
  first.respond(JSON_TYPE)
  first.write('{"next":"7","text":"é"}')
  first.end()
  const second = await newest(app.requests, 2)
  expect(second.url).toBe('https://api.example/sync?timeout=30000&since=7')
  expect(poll.getSnapshot()).toMatchObject({ data: { text: 'é' }, cursor: '7' })
  unsubscribe()
})

describe('[react-native] an event source', () => {
  const environment: Partial<Environment> = { streamFetch }

  test('without `streamFetch` says that it is needed', async () => {
    const source = createEventSource('https://api.example/news')
    const unsubscribe = source.subscribe(() => {})
    await vi.waitFor(() =>
      expect(source.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }),
    )
    expect(source.getSnapshot().error).toMatchObject({ code: 'unsupported' })
    expect(source.getSnapshot().error?.message).toContain('`streamFetch` of @tautline/core/react-native')
    expect(app.requests).toEqual([])
    unsubscribe()
  })

  test('says so with any `fetch` whose responses have no body', async () => {
    const response = {
      status: 200,
      ok: true,
      headers: new Headers(EVENTS),
      url: '',
      text: () => Promise.resolve(''),
    }
    const fetch = () => Promise.resolve(response as unknown as Response) // as older platforms have it
    const source = createEventSource('https://api.example/news', { environment: { fetch } })
    const unsubscribe = source.subscribe(() => {})
    await vi.waitFor(() => expect(source.getSnapshot()).toMatchObject({ status: 'closed' }))
    expect(source.getSnapshot().error).toMatchObject({ code: 'unsupported' })
    unsubscribe()
  })

  test('streams, also characters that are cut in two, and resumes', async () => {
    const source = createEventSource('https://api.example/news?a=1', { environment, headers: { 'x-a': '1' } })
    const messages: unknown[] = []
    source.on('message', (message) => void messages.push(message))
    const unsubscribe = source.subscribe(() => {})
    const first = await newest(app.requests)
    expect(first).toMatchObject({
      url: 'https://api.example/news?a=1',
      responseType: 'text',
      withCredentials: false,
    })
    expect(first.sent).toMatchObject({ accept: 'text/event-stream', 'x-a': '1' })
    first.respond(EVENTS)
    await vi.waitFor(() => expect(source.getSnapshot().status).toBe('open'))
    first.write('id: 7\ndata: \ud83d')
    first.write('\ude00é\n\nda')
    await vi.waitFor(() => expect(messages).toEqual(['😀é']))
    first.fail()
    const second = await newest(app.requests, 2)
    expect(second.sent).toMatchObject({ 'last-event-id': '7' })
    second.respond(EVENTS)
    second.write('data: 2\n\n')
    await vi.waitFor(() => expect(messages).toEqual(['😀é', '2']))
    unsubscribe()
    source.close()
    expect(second.isAborted).toBe(true)
  })

  test('reads the error of a server that refuses the stream', async () => {
    const source = createEventSource('https://api.example/private', { environment })
    const unsubscribe = source.subscribe(() => {})
    const xhr = await newest(app.requests)
    xhr.respond(JSON_TYPE, 403)
    xhr.write('{"why":"ü"}')
    xhr.end()
    await vi.waitFor(() => expect(source.getSnapshot().status).toBe('closed'))
    expect(source.getSnapshot().error).toMatchObject({ code: 'http', status: 403, body: { why: 'ü' } })
    unsubscribe()
  })
})

test('[half-open] `appStateEvents` reports a return after over a minute as sleep too', () => {
  let report = (_: string) => {}
  const addEventListener = (_: 'change', listener: typeof report) => {
    report = listener
    return { remove() {} }
  }
  const now = vi.spyOn(Date, 'now').mockReturnValue(0)
  const events: string[] = []
  appStateEvents({ addEventListener })((event) => void events.push(event))
  for (const [state, at] of [
    ['background', 0],
    ['active', 60_000],
    ['background', 70_000],
    ['active', 130_001],
    ['active', 999_999],
  ] as const) {
    now.mockReturnValue(at)
    report(state)
  }
  now.mockRestore()
  expect(events).toEqual(['hidden', 'visible', 'hidden', 'visible', 'slept', 'visible'])
})

test('[react-native] `appStateEvents` reports that the app is hidden or visible', () => {
  const listeners = new Set<(state: string) => void>()
  const appState = {
    currentState: 'background',
    addEventListener(_: 'change', listener: (state: string) => void) {
      listeners.add(listener)
      return { remove: () => void listeners.delete(listener) }
    },
  }
  const events: string[] = []
  const unsubscribe = appStateEvents(appState)((event) => void events.push(event))
  for (const state of ['active', 'inactive', 'background']) for (const listener of listeners) listener(state)
  expect(events).toEqual(['hidden', 'visible', 'hidden'])
  unsubscribe()
  expect(listeners.size).toBe(0)
})
