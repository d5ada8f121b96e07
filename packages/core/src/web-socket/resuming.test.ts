import { describe, expect, test, vi } from 'vitest'
import { createHarness, openHarness } from '../../test/web-socket/harness.ts'
import { list, mount } from '../../test/web-socket/observers.ts'
import { json, text } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { TestEnvironment } from '../testing/index.ts'
import {
  type Frames,
  cloudEvents,
  createWebSocket,
  jsonFrames,
  nchanFrames,
  pings,
  resumable,
  silence,
} from './index.ts'

const resume = resumable({ frames: jsonFrames({ id: 'n', data: 'text' }), query: 'after' })
const options = { resume, codec: json<string>() }
const frame = (n: number | string) => JSON.stringify({ n, text: `m${n}` })

function send(environment: TestEnvironment, ...ids: readonly (number | string)[]) {
  const { socket } = environment
  for (const n of ids) socket.receive(frame(n))
}

/** Cuts the connection, and opens the next one. */
async function cut(environment: TestEnvironment) {
  environment.socket.end(1006)
  await environment.advance(500)
  environment.socket.accept()
}

const queries = ({ sockets }: TestEnvironment) => sockets.map(({ url }) => new URL(url).search)

describe('[resume] a WebSocket resumes after the last delivered message', () => {
  test('with the cursor in the query of each attempt', async () => {
    const retry = { delay: () => 500 }
    const { client, environment, emitted } = await openHarness({ ...options, retry })
    expect(client.getSnapshot().cursor).toBeUndefined()
    send(environment, 1, 2)
    expect(client.getSnapshot()).toMatchObject({ cursor: '2', data: 'm2' })
    await cut(environment)
    send(environment, 3)
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.refuse()
    await environment.advance(500)
    expect(queries(environment)).toEqual(['', '?after=2', '?after=3', '?after=3'])
    expect(emitted.filter((event) => event.startsWith('message'))).toEqual([
      'message m1',
      'message m2',
      'message m3',
    ])
  })

  test('the other parameters stay, and an old cursor in the URL is replaced', async () => {
    const { environment } = await openHarness(options, '/chat?token=a%20b&after=0')
    send(environment, 'x&y')
    await cut(environment)
    expect(queries(environment)).toEqual(['?token=a%20b&after=0', '?token=a%20b&after=x%26y'])
  })

  test('half of an emoji in an ID becomes U+FFFD, and the next attempt is made', async () => {
    const { environment } = await openHarness(options)
    environment.socket.receive(String.raw`{"n":"a\ud83d","text":"x"}`)
    await cut(environment)
    expect(queries(environment)).toEqual(['', '?after=a%EF%BF%BD'])
  })

  test('a function may write the cursor into the URL', async () => {
    const query = (url: URL, cursor: string) => void (url.pathname += `/${cursor}`)
    const { environment } = await openHarness({
      ...options,
      resume: resumable({ frames: jsonFrames({ id: 'n' }), query }),
    })
    send(environment, 1)
    await cut(environment)
    expect(environment.socket.url).toBe('wss://test.example/chat/1')
  })

  test('a function that throws fails the attempt, which is retried', async () => {
    const query = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new RangeError('not now')
    })
    const { environment, client } = createHarness({
      initialCursor: '5',
      resume: resumable({ frames: jsonFrames({ id: 'n' }), query }),
    })
    client.open()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'provider', provider: 'resume.query', thrown: { message: 'not now' } },
    })
    await environment.advance(500)
    expect(environment.sockets).toHaveLength(1)
  })

  test('a URL function gets the cursor too', async () => {
    const url = vi.fn(async ({ cursor }: { readonly cursor: string | undefined }) => `/chat?at=${cursor}`)
    const { environment, client } = createHarness({ ...options, initialCursor: '7' }, url)
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    send(environment, 8)
    await cut(environment)
    expect(queries(environment)).toEqual(['?at=7&after=7', '?at=8&after=8'])
  })

  test('initialCursor is the cursor of the first attempt; without resume it has no effect', async () => {
    const { environment, client } = createHarness({ ...options, initialCursor: '5' })
    expect(client.getSnapshot().cursor).toBe('5')
    client.open()
    await environment.advance(0)
    expect(queries(environment)).toEqual(['?after=5'])
    const plain = createHarness({ initialCursor: '5' })
    plain.client.open()
    await plain.environment.advance(0)
    expect(queries(plain.environment)).toEqual([''])
  })

  test('a change of initialCursor replaces nothing', async () => {
    const { environment, client } = await openHarness({ ...options, initialCursor: '5' })
    client.setOptions('/chat', { environment, ...options, initialCursor: '6' })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
  })

  test('after close() and open(), and after reconnect()', async () => {
    const { environment, client } = await openHarness(options)
    send(environment, 1)
    client.close()
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', cursor: '1' })
    client.open()
    await environment.advance(0)
    environment.socket.accept()
    client.reconnect()
    await environment.advance(0)
    expect(queries(environment)).toEqual(['', '?after=1', '?after=1'])
  })

  test('another URL starts at initialCursor', async () => {
    const { environment, client } = await openHarness({ ...options, initialCursor: '1' })
    send(environment, 2)
    client.setOptions('/other', { environment, ...options, initialCursor: '1' })
    expect(client.getSnapshot().cursor).toBe('1')
    await environment.advance(0)
    expect(environment.sockets.map(({ url }) => url.slice(18))).toEqual(['/chat?after=1', '/other?after=1'])
  })

  test('by a component that returns, soon or late', async () => {
    const environment = createTestEnvironment()
    const { observer, leave } = mount(environment, options)
    await environment.advance(0)
    environment.socket.accept()
    send(environment, 1)
    leave()
    await environment.advance(900)
    const again = observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    again()
    await environment.advance(60_000)
    expect(observer.getSnapshot()).toMatchObject({ cursor: '1' })
    expect(environment.timers).toBe(0)
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(queries(environment)).toEqual(['', '?after=1'])
  })

  test('what arrived while no component was there is requested again', async () => {
    const environment = createTestEnvironment()
    const { observer, emitted, leave } = mount(environment, options)
    await environment.advance(0)
    environment.socket.accept()
    send(environment, 1)
    leave()
    send(environment, 2, 3)
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(queries(environment)).toEqual(['', '?after=1'])
    environment.socket.accept()
    send(environment, 2, 3)
    expect(emitted.filter((event) => event.startsWith('message'))).toEqual([
      'message m1',
      'message m2',
      'message m3',
    ])
  })

  test('also the first messages, before any cursor is known', async () => {
    const environment = createTestEnvironment()
    const { observer, emitted, leave } = mount(environment, options)
    await environment.advance(0)
    environment.socket.accept()
    leave()
    send(environment, 1, 2)
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(queries(environment)).toEqual(['', ''])
    environment.socket.accept()
    send(environment, 1, 2, 3)
    expect(emitted.filter((event) => event.startsWith('message'))).toEqual([
      'message m1',
      'message m2',
      'message m3',
    ])
  })

  test('another component that joins while none is there requests nothing again', async () => {
    const environment = createTestEnvironment()
    const { leave } = mount(environment, options)
    await environment.advance(0)
    environment.socket.accept()
    leave()
    send(environment, 1)
    mount(environment, options)
    await environment.advance(0)
    expect(queries(environment)).toEqual([''])
  })

  test('messages that arrived inside a handler and were not delivered are requested again', async () => {
    const { environment, client } = await openHarness(options)
    const seen: unknown[] = []
    client.on('message', (message) => {
      seen.push(message)
      if (message !== 'm1') return
      send(environment, 2, 3)
      environment.socket.end(1006)
    })
    send(environment, 1)
    expect(seen).toEqual(['m1'])
    await environment.advance(500)
    expect(queries(environment)).toEqual(['', '?after=1'])
    environment.socket.accept()
    send(environment, 2, 3)
    expect(seen).toEqual(['m1', 'm2', 'm3'])
  })

  test('a message that arrives while the same cursor is tracked notifies of the cursor alone', async () => {
    const environment = createTestEnvironment()
    const { observer } = mount(environment, { ...options, reduce: (before) => before })
    await environment.advance(0)
    environment.socket.accept()
    const notify = vi.fn<() => void>()
    observer.subscribe(notify)
    send(environment, 1)
    await environment.advance(100)
    expect(notify).not.toHaveBeenCalled()
    observer.track('cursor')
    send(environment, 2)
    await environment.advance(100)
    expect(notify).toHaveBeenCalledOnce()
    expect(observer.getSnapshot().cursor).toBe('2')
  })

  test('the ID and the message as received are passed to handlers', async () => {
    const onMessage = vi.fn<(message: unknown, info: object) => void>()
    const { environment } = await openHarness({ ...options, onMessage })
    send(environment, 1)
    expect(onMessage.mock.calls).toEqual([['m1', { raw: frame(1), id: '1' }]])
  })
})

describe('[resume] messages and IDs', () => {
  test('a message without an ID is delivered, and the cursor stays', async () => {
    const { environment, client, emitted } = await openHarness(options)
    send(environment, 1)
    environment.socket.receive('{"text":"no ID"}')
    expect(emitted).toEqual(['open', 'message m1', 'message no ID'])
    expect(client.getSnapshot().cursor).toBe('1')
    await cut(environment)
    expect(queries(environment)).toEqual(['', '?after=1'])
  })

  test('a frame with an ID and without data only moves the cursor', async () => {
    const { environment, client, emitted } = await openHarness(options)
    environment.socket.receive('{"n":40}')
    expect(emitted).toEqual(['open'])
    expect(client.getSnapshot()).toMatchObject({ cursor: '40', data: undefined })
    environment.socket.receive('{}')
    expect(emitted).toEqual(['open', 'error decode'])
  })

  test('IDs that repeat or decrease on one connection are delivered, and the last one is the cursor', async () => {
    const { environment, client, emitted } = await openHarness(options)
    send(environment, 5, 5, 3)
    expect(emitted).toEqual(['open', 'message m5', 'message m5', 'message m3'])
    expect(client.getSnapshot().cursor).toBe('3')
  })

  test('the message of the cursor is dropped if a server sends it again after a reconnect, and only once', async () => {
    const { environment, emitted } = await openHarness(options)
    send(environment, 5)
    await cut(environment)
    emitted.length = 0
    send(environment, 5, 5, 6)
    expect(emitted).toEqual(['message m5', 'message m6'])
  })

  test('a server that forgot the cursor is followed', async () => {
    const { environment, client, emitted } = await openHarness(options)
    send(environment, 8, 9)
    await cut(environment)
    emitted.length = 0
    send(environment, 1, 2)
    expect(emitted).toEqual(['message m1', 'message m2'])
    expect(client.getSnapshot().cursor).toBe('2')
    expect(environment.sockets).toHaveLength(2)
  })

  test('a frame that cannot be read is a decode error, and is not delivered', async () => {
    const onError = vi.fn<(error: Error) => void>()
    const { environment, client, emitted } = await openHarness({ ...options, onError })
    send(environment, 1)
    environment.socket.receive('hello')
    send(environment, 2)
    expect(emitted).toEqual(['open', 'message m1', 'error decode', 'message m2'])
    expect(onError.mock.calls).toMatchObject([[{ code: 'decode', raw: 'hello' }]])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, cursor: '2' })
  })

  const throwError = () => {
    throw new RangeError('mine')
  }
  test.each([
    ['an error of', throwError],
    ['nothing returned by', () => undefined as never],
  ])('%s your own frames is a decode error', async (_, read) => {
    const frames: Frames = { read }
    const { environment, emitted } = await openHarness({ resume: resumable({ frames, query: 'after' }) })
    environment.socket.receive('hello')
    expect(emitted).toEqual(['open', 'error decode'])
    expect(environment.errors).toEqual([])
  })

  test('without a codec the data of the frame is delivered, also to a late subscriber', async () => {
    const environment = createTestEnvironment()
    const nchan = { resume: resumable({ frames: nchanFrames(), query: 'last_event_id' }) }
    mount(environment, nchan)
    await environment.advance(0)
    environment.socket.accept()
    const body = new Uint8Array([1, 255]).buffer
    environment.socket.receive('id: 1:0\n\nhello')
    expect(mount(environment, nchan).observer.getSnapshot().data).toBe('hello')
    const head = new TextEncoder().encode('id: 1:1\n\n')
    environment.socket.receive(new Uint8Array([...head, ...new Uint8Array(body)]).buffer)
    const late = mount(environment, nchan).observer.getSnapshot()
    expect(late).toMatchObject({ data: body, cursor: '1:1' })
  })

  test('a codec decodes each message once for all components', async () => {
    const environment = createTestEnvironment()
    const decode = vi.fn(String)
    const codec = { decode, encode: String }
    const inline = () => ({
      codec,
      resume: resumable({ frames: jsonFrames({ id: 'n' }), query: 'after' }),
      reduce: list,
    })
    const both = [mount(environment, inline()), mount(environment, inline())]
    await environment.advance(0)
    environment.socket.accept()
    send(environment, 1, 2)
    expect(decode).toHaveBeenCalledTimes(2)
    for (const { observer } of both) expect(observer.getSnapshot().data).toEqual([frame(1), frame(2)])
  })
})

describe('[resume] subprotocols', () => {
  test.each([
    ['those of the frames come first', ['v1', 'v2'], ['cloudevents.json', 'v1', 'v2']],
    ['and are not offered twice', ['v1', 'cloudevents.json'], ['cloudevents.json', 'v1']],
    ['they are offered alone without others', undefined, ['cloudevents.json']],
  ])('%s', async (_, protocols, offered) => {
    const { environment } = await openHarness({
      protocols,
      resume: resumable({ frames: cloudEvents(), query: 'after' }),
    })
    expect(environment.socket.protocols).toEqual(offered)
  })
})

describe('[resume] heartbeat and handshake get messages as received', () => {
  test('a reply to a ping is neither read nor delivered, and moves no cursor', async () => {
    const isReply = vi.fn((raw: unknown) => raw === 'pong' || String(raw).includes('"pong"'))
    const { environment, client, emitted } = await openHarness({
      ...options,
      resume: resumable({
        frames: jsonFrames({ id: 'n', data: 'text' }),
        query: 'after',
        isNext: (id, before) => Number(id) === Number(before) + 1,
      }),
      heartbeat: pings({ interval: 1000, timeout: 500, isReply }),
    })
    send(environment, 1)
    await environment.advance(1000)
    environment.socket.receive('pong')
    environment.socket.receive('{"n":900,"text":"pong"}')
    send(environment, 2)
    expect(emitted).toEqual(['open', 'message m1', 'message m2'])
    expect(client.getSnapshot()).toMatchObject({ cursor: '2', latency: 0 })
    expect(isReply).toHaveBeenCalledWith(frame(1))
    expect(environment.sockets).toHaveLength(1)
  })

  test('a ping of the server is replied to', async () => {
    const heartbeat = silence({ timeout: 1000, reply: (raw) => raw === '2' && '3' })
    const { environment, client, emitted } = await openHarness({ ...options, heartbeat })
    for (let n = 0; n < 3; n++) {
      environment.socket.receive('2')
      await environment.advance(600)
    }
    expect(environment.socket.sent).toEqual(['3', '3', '3'])
    expect(emitted).toEqual(['open'])
    expect(client.getSnapshot().status).toBe('open')
  })

  test('the handshake ends before the first frame', async () => {
    const handshake = { message: 'token', isReady: (raw: unknown) => raw === 'ready' }
    const { environment, client, emitted } = await openHarness({ ...options, handshake })
    environment.socket.receive('ready')
    send(environment, 1)
    expect(emitted).toEqual(['open', 'message m1'])
    expect(client.getSnapshot().cursor).toBe('1')
  })
})

describe('[resume] wrong options are refused', () => {
  test.each([
    ['no options', undefined],
    ['no frames', { query: 'after' }],
    ['frames without read()', { frames: {}, query: 'after' }],
    ['no query', { frames: nchanFrames() }],
    ['an empty query', { frames: nchanFrames(), query: '' }],
    ['isNext that is no function', { frames: nchanFrames(), query: 'after', isNext: true }],
  ])('%s', (_, wrong) => {
    expect(() => resumable(wrong as never)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })

  test('resume that is not from resumable(), and an initialCursor that is no text', () => {
    const wrong = [{ resume: true }, { resume: { query: 'after' } }, { initialCursor: 5 }]
    for (const options of wrong)
      expect(() => createWebSocket('/chat', options as never)).toThrow(
        expect.objectContaining({ code: 'bad-option' }),
      )
  })
})

describe('[sharing] hooks share a connection if they resume in the same way', () => {
  const read = (raw: unknown) => ({ data: String(raw) })
  const withQuery = (query: string) => resumable({ frames: jsonFrames({ id: 'n' }), query })
  const writeCursor = () => {}
  test.each([
    ['equal options', withQuery('after'), withQuery('after'), 1],
    ['another parameter', withQuery('after'), withQuery('since'), 2],
    ['another field', withQuery('after'), resumable({ frames: jsonFrames({ id: 'm' }), query: 'after' }), 2],
    ['other frames', withQuery('after'), resumable({ frames: nchanFrames(), query: 'after' }), 2],
    ['one without', withQuery('after'), undefined, 2],
    [
      'the same function `read`',
      resumable({ frames: { read }, query: 'after' }),
      resumable({ frames: { read }, query: 'after' }),
      1,
    ],
    [
      'other functions',
      resumable({ frames: { read: () => ({ data: '' }) }, query: 'after' }),
      resumable({ frames: { read: () => ({ data: '' }) }, query: 'after' }),
      2,
    ],
    [
      'other functions and the same key',
      resumable({ frames: { key: 'mine', read: () => ({ data: '' }) }, query: 'after' }),
      resumable({ frames: { key: 'mine', read: () => ({ data: '' }) }, query: 'after' }),
      1,
    ],
    [
      'the same function `query`',
      resumable({ frames: nchanFrames(), query: writeCursor }),
      resumable({ frames: nchanFrames(), query: writeCursor }),
      1,
    ],
    [
      'another function `query`',
      resumable({ frames: nchanFrames(), query: writeCursor }),
      resumable({ frames: nchanFrames(), query: () => {} }),
      2,
    ],
  ])('%s', async (_, one, other, count) => {
    const environment = createTestEnvironment()
    mount(environment, { resume: one })
    mount(environment, { resume: other })
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(count)
  })

  test.each([
    ['ready-made frames', () => jsonFrames({ id: 'n', data: 'text' })],
    ['a function that is new in each render', (): Frames => ({ read: (raw) => JSON.parse(raw as string) })],
  ])('a new resumable() in each render reconnects nothing: %s', async (_, frames) => {
    const inline = () => ({
      codec: text(),
      resume: resumable({ frames: frames(), query: 'after', isNext: () => true }),
    })
    const { client, environment, emitted } = await openHarness(inline())
    for (let render = 0; render < 20; render++) {
      client.setOptions('/chat', { environment, ...inline() })
      await environment.advance(16)
    }
    environment.socket.receive('{"n":1,"text":"m","id":"1","data":"m"}')
    expect(emitted.slice(1)).toHaveLength(1)
    expect(environment.sockets).toHaveLength(1)
    await cut(environment)
    expect(queries(environment)).toEqual(['', '?after=1'])
  })
})
