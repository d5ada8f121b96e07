import { describe, expect, test } from 'vitest'
import { isTautlineError } from '../shared/errors.ts'
import { type FakeRequest, createTestEnvironment } from '../testing/index.ts'
import type { OutboxLimits } from '../web-socket/outbox.ts'
import { bearer } from '../fetch/index.ts'
import { type PostOptions, type PostUpstream, post } from './post.ts'
import type { Upstream } from './upstream.ts'

interface Note {
  readonly id: string | number
}

/** The members of an upstream are not public. */
const toUpstream = (upstream: PostUpstream<Note>) => upstream as typeof upstream & Upstream

function openPost(options: PostOptions<Note> = {}, limits: Partial<OutboxLimits> = {}) {
  const environment = createTestEnvironment()
  const events: unknown[] = []
  let current: Upstream | undefined
  let changes = 0
  const session = toUpstream(post('/messages', options)).open({
    environment,
    options: { key: 'anna' },
    current: () => current,
    limits: () => ({ messages: 1000, bytes: 1_048_576, overflow: 'drop-oldest', ...limits }),
    verifyIdentity() {},
    onQueuedChange: () => (changes += 1),
    onSent: ({ raw }) => events.push(`sent ${raw as string}`),
    onDropped: (error) => events.push(error),
  })
  const send = (...ids: (string | number)[]) =>
    ids.map((id) => session.send({ raw: `note ${id}`, message: { id } }))
  return {
    environment,
    session,
    events,
    send,
    replace: (next: Upstream) => (current = next),
    get changes() {
      return changes
    },
  }
}

const key = ({ id }: Note) => id
const bodies = (requests: readonly FakeRequest[]) => requests.map(({ body }) => body)
const drops = (events: readonly unknown[]) =>
  events.flatMap((one) =>
    isTautlineError(one, 'dropped')
      ? [{ why: one.why, messages: one.messages, unconfirmed: one.unconfirmed, thrown: one.thrown }]
      : [],
  )

/** Responds as the server. */
async function respond({ environment }: ReturnType<typeof openPost>, status = 204, headers?: HeadersInit) {
  const { request } = environment
  request.respond({ status, ...(headers && { headers }) })
  request.end()
  await environment.advance(0)
}

describe('[post] post() sends messages by POST', () => {
  test('one at a time, in order, with the key of each as Idempotency-Key', async () => {
    const set = openPost({ key, headers: { 'content-type': 'text/x-note' } })
    const { environment, session, events } = set
    expect(set.send('a', 'b', 'c')).toEqual(['queued', 'queued', 'queued'])
    expect(session.countQueued()).toBe(3)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    expect(environment.request).toMatchObject({
      url: 'https://test.example/messages',
      method: 'POST',
      body: 'note a',
    })
    expect(environment.request.headers.get('idempotency-key')).toBe('a')
    expect(environment.request.headers.get('content-type')).toBe('text/x-note')
    await respond(set)
    expect(session.countQueued()).toBe(2)
    await respond(set, 200)
    await respond(set, 202)
    expect(bodies(environment.requests)).toEqual(['note a', 'note b', 'note c'])
    expect(events).toEqual(['sent note a', 'sent note b', 'sent note c'])
    expect([session.countQueued(), environment.timers, environment.listeners]).toEqual([0, 0, 0])
    expect(set.changes).toBe(6)
  })

  test('again after a network error and an error of the server, with the same key, before newer messages', async () => {
    const set = openPost({ key })
    const { environment, events } = set
    set.send('a', 'b')
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(2)
    await respond(set, 503)
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(3)
    await respond(set)
    await respond(set)
    expect(bodies(environment.requests)).toEqual(['note a', 'note a', 'note a', 'note b'])
    expect(environment.requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual([
      'a',
      'a',
      'a',
      'b',
    ])
    expect(events).toEqual(['sent note a', 'sent note b'])
  })

  test('not before the Retry-After of the server', async () => {
    const set = openPost({ key })
    const { environment } = set
    set.send('a')
    await environment.advance(0)
    await respond(set, 503, { 'retry-after': '120' })
    await environment.advance(119_000)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(2)
  })

  test('and tries for as long as the server is down', async () => {
    const set = openPost({ key })
    const { environment, events } = set
    set.send('a')
    for (let count = 1; count <= 30; count++) {
      while (environment.requests.length < count) await environment.advance(1000)
      environment.request.fail()
    }
    while (environment.requests.length < 31) await environment.advance(1000)
    await respond(set)
    expect(events).toEqual(['sent note a'])
  })

  test('only once without a key: a failed one is reported, and the next one is sent', async () => {
    const set = openPost()
    const { environment, events } = set
    set.send('a', 'b')
    await environment.advance(0)
    expect(environment.request.headers.has('idempotency-key')).toBe(false)
    environment.request.fail()
    await environment.advance(60_000)
    await respond(set)
    expect(bodies(environment.requests.filter(({ method }) => method === 'POST'))).toEqual([
      'note a',
      'note b',
    ])
    expect(drops(events)).toMatchObject([
      { why: 'failed', messages: ['note a'], unconfirmed: [], thrown: { code: 'connect-failed' } },
    ])
    expect(events[1]).toBe('sent note b')
  })

  test('reports a message that the server refuses, and sends the next one', async () => {
    const set = openPost({ key })
    const { environment, events } = set
    set.send('a', 'b')
    await environment.advance(0)
    await respond(set, 422)
    await respond(set)
    expect(drops(events)).toMatchObject([
      { why: 'failed', messages: ['note a'], unconfirmed: [], thrown: { code: 'http', status: 422 } },
    ])
    expect(events[1]).toBe('sent note b')
    expect(set.session.countQueued()).toBe(0)
  })

  test('renews the credentials once after a 401, and gives up after another one', async () => {
    const calls: unknown[] = []
    const headers = bearer(({ previous }) => {
      calls.push(previous?.code)
      return `token${calls.length}`
    })
    const set = openPost({ key, headers })
    const { environment, events } = set
    set.send('a', 'b')
    await environment.advance(0)
    await respond(set, 401)
    expect(environment.requests.map((one) => one.headers.get('authorization'))).toEqual([
      'Bearer token1',
      'Bearer token2',
    ])
    expect(calls).toEqual([undefined, 'http'])
    await respond(set)
    expect(events).toEqual(['sent note a'])
    await respond(set, 401)
    await respond(set, 401)
    expect(drops(events)).toMatchObject([{ messages: ['note b'], thrown: { status: 401 } }])
  })

  test('waits while the page is offline, and then sends in order', async () => {
    const set = openPost({ key })
    const { environment, events } = set
    set.send('a')
    await environment.advance(0)
    environment.emitPageEvent('offline')
    environment.request.fail()
    set.send('b')
    await environment.advance(600_000)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('online')
    await environment.advance(10_000)
    await respond(set)
    await respond(set)
    expect(events).toEqual(['sent note a', 'sent note b'])
  })

  test('calls a URL function before each attempt, and uses the newest options', async () => {
    const set = openPost({ key })
    const { environment } = set
    set.send('a')
    await environment.advance(0)
    set.replace(
      toUpstream(post(({ attempt }) => `/other?attempt=${attempt}`, { key, headers: { 'x-new': 'yes' } })),
    )
    environment.request.fail()
    await environment.advance(60_000)
    expect(environment.request.url).toBe('https://test.example/other?attempt=1')
    expect(environment.request.headers.get('x-new')).toBe('yes')
  })

  test('sends a copy of binary data', async () => {
    const { environment, session } = openPost()
    const bytes = new Uint8Array([1, 2])
    session.send({ raw: bytes })
    bytes.fill(9)
    await environment.advance(0)
    expect([...new Uint8Array(environment.request.body as Uint8Array)]).toEqual([1, 2])
  })
})

describe('[post] the queue of post()', () => {
  test('has limits, and never drops the message of the running request', async () => {
    const set = openPost({ key }, { messages: 2 })
    const { environment, events } = set
    expect(set.send('a', 'b', 'c')).toEqual(['queued', 'queued', 'queued'])
    expect(drops(events)).toMatchObject([{ why: 'overflow', messages: ['note b'], unconfirmed: [] }])
    await environment.advance(0)
    await respond(set)
    await respond(set)
    expect(events.filter((one) => typeof one === 'string')).toEqual(['sent note a', 'sent note c'])
  })

  test.each(['drop-newest', 'reject'] as const)('with %s keeps the older messages', (overflow) => {
    const set = openPost({ key }, { messages: 1, overflow })
    set.send('a')
    if (overflow === 'reject') expect(() => set.send('b')).toThrow('outbox is full')
    else expect(set.send('b')).toEqual(['dropped'])
    expect(set.session.countQueued()).toBe(1)
  })

  test('with reject reports a message that another transport has sent as unconfirmed', () => {
    const { session } = openPost({}, { messages: 0, overflow: 'reject' })
    const send = (wasSent: boolean) => () => session.send({ raw: 'note a', key: 'a', wasSent })
    expect(send(true)).toThrow(expect.objectContaining({ code: 'dropped', unconfirmed: ['a'] }))
    expect(send(false)).toThrow(expect.objectContaining({ code: 'dropped', unconfirmed: [] }))
  })

  test('is reported after close(), and the request is aborted', async () => {
    const set = openPost({ key })
    const { environment, session, events } = set
    set.send('a', 'b')
    await environment.advance(0)
    session.close('closed')
    expect(environment.request.aborted).toBe(true)
    expect(drops(events)).toMatchObject([
      { why: 'closed', messages: ['note a', 'note b'], unconfirmed: ['a'] },
    ])
    await environment.advance(600_000)
    expect(environment.requests).toHaveLength(1)
    expect([session.countQueued(), environment.timers, environment.listeners]).toEqual([0, 0, 0])
    set.send('a')
    await environment.advance(0)
    await respond(set)
    expect(events.at(-1)).toBe('sent note a')
  })

  test('takes no message whose key is wrong, throws, or belongs to a message that is not sent yet', () => {
    const failing = () => {
      throw new Error('no key')
    }
    const wrong = { code: 'provider', provider: 'upstream.key' }
    expect(() => openPost({ key: failing }).send(1)).toThrow(expect.objectContaining(wrong))
    expect(() => openPost({ key: () => '' }).send(1)).toThrow(expect.objectContaining(wrong))
    expect(() => openPost({ key: () => 'é' }).send(1)).toThrow(expect.objectContaining(wrong))
    const set = openPost({ key })
    set.send(1)
    expect(() => set.send('1')).toThrow(expect.objectContaining(wrong))
    expect(set.session.countQueued()).toBe(1)
  })

  test('reports a message for which there is no URL', async () => {
    const set = openPost({ key })
    const { environment, events } = set
    set.replace(toUpstream(post(() => null, { key })))
    set.send('a')
    await environment.advance(0)
    expect(environment.requests).toEqual([])
    expect(drops(events)).toMatchObject([{ why: 'failed', messages: ['note a'], unconfirmed: [] }])
  })
})

test.each([{ headers: 1 }, { key: 'id' }, { always: 'yes' }, { retry: 3 }, { credentials: 'all' }])(
  'post(url, %j) is a `bad-option` error',
  (options) => {
    expect(() => post('/messages', options as never)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  },
)
