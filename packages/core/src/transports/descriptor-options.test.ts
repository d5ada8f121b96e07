import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { pings, silence } from '../connection/heartbeat.ts'
import { ndjson } from '../event-source/formats.ts'
import { type ForeverFrameOptions, foreverFrame } from '../forever-frame/index.ts'
import { query } from '../long-poll/index.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { jsonFrames } from '../web-socket/frames.ts'
import {
  type EventSourceTransportOptions,
  type LongPollTransportOptions,
  type NchanOptions,
  type PostOptions,
  type ShortPollTransportOptions,
  type TransportOption,
  type WebSocketTransportOptions,
  createConnection,
  eventSource,
  longPoll,
  nchan,
  post,
  shortPoll,
  webSocket,
} from './index.ts'
import type { PlainConnectionOptions } from './options.ts'

type Options = PlainConnectionOptions<unknown, unknown, unknown, unknown>

/** Opens a connection, and records what it reports. */
async function open(transports: readonly TransportOption[], options: Options = {}) {
  const environment = createTestEnvironment()
  const connection = createConnection(transports, {
    environment,
    remember: false,
    initialCursor: '7',
    retry: { delay: () => 10 },
    ...options,
  } as object)
  onTestFinished(() => connection.close())
  const messages: unknown[] = []
  const errors: string[] = []
  connection.on('message', (message) => messages.push(message))
  connection.on('error', ({ code }) => errors.push(code))
  connection.open()
  await environment.advance(0)
  const respond = async (body?: string, headers?: HeadersInit) => {
    environment.request.respond(headers && { headers })
    if (body) environment.request.write(body)
    if (headers) environment.request.end()
    await environment.advance(0)
  }
  return {
    environment,
    connection,
    messages,
    errors,
    respond,
    respondJson: (body: unknown) => respond(JSON.stringify(body), { 'content-type': 'application/json' }),
  }
}

type Effects<All> = Readonly<Record<keyof All, () => Promise<unknown>>>

/** What every transport that sends requests has. */
const httpEffects = (
  create: (options: Pick<EventSourceTransportOptions, HttpOption>) => TransportOption,
) => ({
  method: async () =>
    expect((await open([create({ method: 'QUERY' })])).environment.request.method).toBe('QUERY'),
  headers: async () =>
    expect((await open([create({ headers: { 'x-a': '1' } })])).environment.request.headers.get('x-a')).toBe(
      '1',
    ),
  async ignoreHeaders() {
    const environment = createTestEnvironment()
    for (const value of ['1', '2'])
      await open([create({ headers: { 'x-a': value }, ignoreHeaders: ['x-a'] })], { environment })
    expect(environment.requests).toHaveLength(1)
  },
  body: async () =>
    expect((await open([create({ method: 'POST', body: 'text' })])).environment.request.body).toBe('text'),
  credentials: async () =>
    expect((await open([create({ credentials: 'include' })])).environment.request.init.credentials).toBe(
      'include',
    ),
})
type HttpOption = 'method' | 'headers' | 'ignoreHeaders' | 'body' | 'credentials'

const pollEffects = (create: (options: LongPollTransportOptions) => TransportOption) => ({
  ...httpEffects(create),
  cursor: async () =>
    expect(
      (await open([create({ cursor: query('after', () => undefined) })])).environment.request.url,
    ).toContain('?after=7'),
  async codec() {
    const page = await open([create({ codec: { decode: () => 'decoded' }, messages: (body) => [body] })])
    await page.respondJson({})
    expect(page.messages).toEqual(['decoded'])
  },
  async messages() {
    const page = await open([create({ messages: (body) => body as string[] })])
    await page.respondJson(['a', 'b'])
    expect(page.messages).toEqual(['a', 'b'])
  },
  async timeout() {
    const page = await open([webSocket('/ws'), create({ timeout: { request: 100 } })])
    page.environment.socket.refuse()
    await page.environment.advance(0)
    await page.environment.advance(100)
    expect(page.environment.requests[0]?.aborted).toBe(true)
  },
  async maxBodyBytes() {
    const page = await open([create({ maxBodyBytes: 3 })])
    await page.respondJson({ long: 1 })
    expect(page.errors).toEqual(['too-large'])
  },
  async id() {
    const page = await open([create({ messages: (body) => [body], id: () => 'own' })])
    await page.respondJson({})
    expect(page.connection.getSnapshot().cursor).toBe('own')
  },
})

const webSocketEffects: Effects<WebSocketTransportOptions> = {
  async frames() {
    const page = await open([webSocket('/ws', { frames: jsonFrames({ id: 'seq' }) })])
    page.environment.socket.accept()
    page.environment.socket.receive('{"seq":9}')
    expect(page.connection.getSnapshot().cursor).toBe('9')
  },
  query: async () =>
    expect((await open([webSocket('/ws', { query: 'after' })])).environment.socket.url).toContain('?after=7'),
  protocols: async () =>
    expect((await open([webSocket('/ws', { protocols: 'a' })])).environment.socket.protocols).toEqual(['a']),
  async handshake() {
    const page = await open([webSocket('/ws', { handshake: { message: 'hello' } })])
    page.environment.socket.accept()
    expect(page.environment.socket.sent).toEqual(['hello'])
  },
  binaryType: async () =>
    expect((await open([webSocket('/ws', { binaryType: 'blob' })])).environment.socket.binaryType).toBe(
      'blob',
    ),
  async heartbeat() {
    const page = await open([webSocket('/ws', { heartbeat: pings() })])
    page.environment.socket.accept()
    expect(page.environment.socket.sent).toEqual(['ping'])
  },
}

const eventSourceEffects: Effects<EventSourceTransportOptions> = {
  ...httpEffects((options) => eventSource('/sse', options)),
  async greets() {
    const page = await open([eventSource('/sse', { greets: true })])
    await page.respond()
    expect(page.connection.getSnapshot().status).toBe('connecting')
    page.environment.request.write(': hi\n')
    await page.environment.advance(0)
    expect(page.connection.getSnapshot().status).toBe('open')
  },
  async events() {
    const page = await open([eventSource('/sse', { events: ['price'] })])
    await page.respond('event: price\ndata: 1\n\ndata: 2\n\n')
    expect(page.messages).toEqual(['1'])
  },
  resume: async () =>
    expect(
      (await open([eventSource('/sse', { resume: { query: 'from' } })])).environment.request.url,
    ).toContain('?from=7'),
  async heartbeat() {
    const page = await open([eventSource('/sse', { heartbeat: silence({ timeout: 100 }) })])
    await page.respond()
    await page.environment.advance(100)
    expect(page.errors).toEqual(['timeout'])
  },
  async format() {
    const page = await open([eventSource('/sse', { format: ndjson() })])
    await page.respond('{"a":1}\n', { 'content-type': 'application/x-ndjson' })
    expect(page.messages).toEqual(['{"a":1}'])
  },
  async maxEventLength() {
    const page = await open([eventSource('/sse', { maxEventLength: 3 })])
    await page.respond('data: long\n\n')
    expect(page.errors).toEqual(['too-large'])
  },
}

const longPollEffects: Effects<LongPollTransportOptions> = {
  ...pollEffects((options) => longPoll('/lp', options)),
  async minGap() {
    const page = await open([longPoll('/lp', { minGap: 300 })])
    await page.respondJson({})
    await page.environment.advance(299)
    expect(page.environment.requests).toHaveLength(1)
    await page.environment.advance(1)
    expect(page.environment.requests).toHaveLength(2)
  },
}

const shortPollEffects: Effects<ShortPollTransportOptions> = {
  ...pollEffects((options) => shortPoll('/sp', options)),
  async interval() {
    const page = await open([shortPoll('/sp', { interval: 100 })])
    await page.respondJson({})
    await page.environment.advance(110)
    expect(page.environment.requests).toHaveLength(2)
  },
}

async function openPost(options: PostOptions<string>) {
  const page = await open([eventSource('/sse'), webSocket('/ws')], {
    upstream: post('/send', options as PostOptions<unknown>),
  }) // it sends texts
  await page.respond()
  page.connection.send('text')
  await page.environment.advance(0)
  return page
}

const postEffects: Effects<PostOptions<string>> = {
  headers: async () =>
    expect((await openPost({ headers: { 'x-a': '1' } })).environment.request.headers.get('x-a')).toBe('1'),
  credentials: async () =>
    expect((await openPost({ credentials: 'omit' })).environment.request.init.credentials).toBe('omit'),
  key: async () =>
    expect((await openPost({ key: () => 'k' })).environment.request.headers.get('idempotency-key')).toBe('k'),
  async always() {
    const page = await open([webSocket('/ws')], { upstream: post('/send', { always: true }) })
    page.environment.socket.accept()
    page.connection.send('text')
    expect(page.environment.socket.sent).toEqual([])
    expect(page.connection.getSnapshot().queued).toBe(1)
  },
  async retry() {
    const page = await openPost({ key: () => 'k', retry: false })
    page.environment.request.fail()
    await page.environment.advance(0)
    expect(page.errors).toEqual(['dropped'])
  },
}

/** Opens the second transport of nchan. */
async function openStream(options: NchanOptions) {
  const page = await open(nchan('/ch', options))
  page.environment.socket.refuse()
  await page.environment.advance(0)
  return page
}

const nchanEffects: Effects<NchanOptions> = {
  poll: async () => expect(nchan('/ch', { poll: '/poll' })).toHaveLength(4),
  async interval() {
    const transports = nchan('/ch', { poll: '/poll', interval: 100 })
    const page = await open(transports.slice(3))
    await page.respondJson({})
    await page.environment.advance(110)
    expect(page.environment.requests).toHaveLength(2)
    expect(() => nchan('/ch', { interval: 0 })).toThrow(expect.objectContaining({ code: 'bad-option' }))
  },
  headers: async () =>
    expect((await openStream({ headers: { 'x-a': '1' } })).environment.request.headers.get('x-a')).toBe('1'),
  credentials: async () =>
    expect((await openStream({ credentials: 'include' })).environment.request.init.credentials).toBe(
      'include',
    ),
  async heartbeat() {
    const page = await open(nchan('/ch', { heartbeat: false }))
    page.environment.socket.accept()
    expect(page.environment.socket.sent).toEqual([])
  },
  async silence() {
    const page = await openStream({ silence: silence({ timeout: 100 }) })
    await page.respond(': hi\n\n')
    await page.environment.advance(100)
    expect(page.errors).toContain('timeout')
  },
}

describe.each<[string, Effects<never>]>([
  ['webSocket()', webSocketEffects],
  ['eventSource()', eventSourceEffects],
  ['longPoll()', longPollEffects],
  ['shortPoll()', shortPollEffects],
  ['nchan()', nchanEffects],
  ['post()', postEffects],
])('each option of %s has its effect in a connection', (_, effects) => {
  test.each(Object.entries<() => Promise<unknown>>(effects))('%s', async (_name, verify) => {
    await verify()
  })
})

/** Returns what is written to the console. */
function warningsOf(act: () => unknown): string {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  act()
  const texts = warn.mock.calls.map(([text]) => String(text))
  warn.mockRestore()
  return texts.join('\n')
}

const url = '/live'
/** Every option, with a value that is allowed. */
/** The options that `longPoll()` and `shortPoll()` both have. */
const pollOptions = {
  method: 'POST',
  headers: {},
  ignoreHeaders: [],
  body: '',
  credentials: 'omit',
  cursor: query('q', () => 1),
  codec: json(),
  messages: () => [],
  maxBodyBytes: 1,
  id: () => 1,
  timeout: { request: 1 },
} as const

const all = {
  'webSocket()': {
    create: (options: object) => webSocket(url, options),
    options: {
      frames: jsonFrames({ id: 'seq' }),
      query: 'q',
      protocols: [],
      handshake: { message: '' },
      binaryType: 'blob',
      heartbeat: false,
    } satisfies Required<WebSocketTransportOptions>,
    wrong: ['url', 'resume', 'acks', 'timeout', 'outbox', 'codec', 'retry'],
  },
  'eventSource()': {
    create: (options: object) => eventSource(url, options),
    options: {
      greets: true,
      events: '*',
      method: 'POST',
      headers: {},
      ignoreHeaders: [],
      body: '',
      credentials: 'omit',
      resume: 'query',
      heartbeat: false,
      format: ndjson(),
      maxEventLength: 1,
    } satisfies Required<EventSourceTransportOptions>,
    wrong: ['until', 'atEnd', 'lastEventId', 'timeout', 'retry'],
  },
  'longPoll()': {
    create: (options: object) => longPoll(url, options),
    options: {
      ...pollOptions,
      minGap: 1,
    } satisfies Record<keyof LongPollTransportOptions, unknown>,
    wrong: [
      'interval',
      'dedupeBy',
      'initialCursor',
      'reduce',
      'pause',
      'retry',
      'heartbeat',
      'timeout.connect',
    ],
  },
  'shortPoll()': {
    create: (options: object) => shortPoll(url, options),
    options: {
      ...pollOptions,
      interval: 1,
    } satisfies Record<keyof ShortPollTransportOptions, unknown>,
    wrong: ['minGap', 'dedupeBy', 'timeout.connect'],
  },
  'foreverFrame()': {
    create: (options: object) => foreverFrame(url, options),
    options: { query: 'q', callback: 'c', heartbeat: false } satisfies Required<ForeverFrameOptions>,
    wrong: ['headers', 'credentials', 'timeout'],
  },
  'nchan()': {
    create: (options: object) => nchan(url, options),
    options: {
      poll: '/poll',
      interval: 1,
      headers: {},
      credentials: 'omit',
      heartbeat: pings(),
      silence: false,
    } satisfies Record<keyof NchanOptions, unknown>,
    wrong: ['codec', 'minGap', 'query'],
  },
  'post()': {
    create: (options: object) => post(url, options),
    options: {
      headers: {},
      credentials: 'omit',
      key: () => '',
      always: true,
      retry: false,
    } satisfies Record<keyof PostOptions, unknown>,
    wrong: ['method', 'body', 'timeout', 'codec'],
  },
}

test.each(Object.entries(all))(
  '[unknown-options] %s names each option that has no effect, and no other one',
  (name, { create, options, wrong }) => {
    expect(warningsOf(() => create(options))).toBe('')
    for (const option of wrong) {
      const [group = '', inner] = option.split('.')
      // A value of another option, since only the name matters.
      const value = { timeout: {}, pause: {}, retry: {} }[group]
      const texts = warningsOf(() => {
        try {
          create({ [group]: inner ? { [inner]: 1 } : (value ?? (() => [])) })
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-option' })
        }
      })
      expect(texts).toContain(`${name} has no option \`${option}\``)
    }
  },
)
