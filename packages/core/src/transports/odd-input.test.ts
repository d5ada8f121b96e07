import { describe, expect, onTestFinished, test } from 'vitest'
import { createThree, openConnection } from '../../test/transports/harness.ts'
import { type Three, fallBack, openThree } from '../../test/transports/moments.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { json } from '../shared/codec.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { query } from '../long-poll/index.ts'
import { silence } from '../connection/heartbeat.ts'
import { jsonFrames } from '../web-socket/frames.ts'
import { createConnection, longPoll, observeConnection, webSocket } from './index.ts'

describe('options with odd values', () => {
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e12])(
    'fallbackAfter %s, from a function',
    async (value) => {
      const page = await openThree({ fallbackAfter: () => value })
      await page.environment.advance(60_000)
      expect(page.starts().length).toBeLessThan(40)
      page.running()[0]?.open()
      page.running()[0]?.message(1)
      expect(page.shown().status).toBe('open')
    },
  )

  test('[connection-fallback] a function that returns no number above 0 has no effect', async () => {
    const page = await openThree({ fallbackAfter: (handshakeTime) => Number(handshakeTime) * 4 })
    await page.environment.advance(1999)
    expect(page.starts()).toHaveLength(1)
    await fallBack(page)
    await page.environment.advance(38_000)
    page.ws.last.open()
    await page.environment.advance(500)
    page.ws.last.byte()
    expect(page.shown().transport).toBe('web-socket')
  })

  test.each([0, -1, Number.NaN])('fallbackAfter %s is a wrong option', (fallbackAfter) => {
    expect(() => openConnection([createThree().ws.option], { fallbackAfter })).toThrow(
      expect.objectContaining({ code: 'bad-option' }),
    )
  })

  test('fallbackAfter Infinity', async () => {
    const page = await openThree({ fallbackAfter: Number.POSITIVE_INFINITY })
    await page.environment.advance(5000)
    expect(page.starts()).toHaveLength(1)
    page.ws.last.message(1)
    expect(page.shown().status).toBe('open')
  })

  test.each([
    { after: 0 },
    { after: 0, cap: 0 },
    { after: Number.NaN },
    { after: -5 },
    { after: Number.POSITIVE_INFINITY },
    { cap: Number.POSITIVE_INFINITY },
    { after: 1000, cap: 1 },
  ])('upgrade %o does not spin', async (upgrade) => {
    let page: Three
    try {
      page = await openThree({ upgrade })
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-option' })
      return
    }
    page.ws.last.end({ kind: 'fatal' })
    await page.environment.advance(0)
    page.sse.last.end()
    await page.environment.advance(0)
    page.lp.last.message(1)
    for (let turn = 0; turn < 1000; turn++) {
      for (const start of page.running())
        if (start.name !== 'long-poll') start.end(start.name === 'web-socket' ? { kind: 'fatal' } : undefined)
      await page.environment.advance(10)
    }
    expect(page.shown().status).toBe('open')
    expect(page.starts().length).toBeLessThan(60)
  })

  test.each([
    null,
    5,
    'x',
    {},
    { name: 5 },
    { name: 'event-source' },
    { name: 'event-source', at: 'x' },
    { name: 'event-source', at: Number.NaN },
  ])('a memory with the garbage %o', async (garbage) => {
    const page = await openThree({ remember: { read: () => garbage as never, write() {} } })
    await page.environment.advance(0)
    expect(page.starts().map(({ name }) => name)).toEqual(['web-socket'])
    expect(page.environment.errors).toEqual([])
  })
})

describe('handlers', () => {
  test.each(['message', 'transport', 'open'] as const)('close() inside the event %s', async (type) => {
    const page = await openThree()
    page.connection.on(type, () => page.connection.close())
    page.ws.last.end()
    await page.environment.advance(0)
    page.sse.last.open()
    page.sse.last.message(1)
    page.sse.last.message(2)
    await page.environment.advance(100)
    expect(page.shown().status).toBe('closed')
    expect(page.running()).toEqual([])
    expect([page.environment.timers, page.environment.listeners]).toEqual([0, 0])
    page.connection.open()
    await page.environment.advance(0)
    expect(page.running()).toHaveLength(1)
  })

  test.each(['message', 'transport', 'open'] as const)(
    'reconnect() once inside the event %s',
    async (type) => {
      const page = await openThree()
      let isDone = false
      page.connection.on(type, () => {
        if (!isDone) page.connection.reconnect()
        isDone = true
      })
      page.ws.last.end()
      await page.environment.advance(0)
      page.sse.last.open()
      page.sse.last.message(1)
      await page.environment.advance(0)
      expect(page.running()).toHaveLength(1)
      const { cursor } = page.running()[0] ?? {}
      for (let seq = Number(cursor ?? 0) + 1; seq < 5; seq++) page.running()[0]?.message(seq)
      expect(page.received()).toEqual([1, 2, 3, 4])
    },
  )

  test.each(['message', 'transport', 'open'] as const)(
    'one that throws in %s changes nothing',
    async (type) => {
      const page = await openThree()
      page.connection.on(type, () => {
        throw new Error('handler')
      })
      await fallBack(page)
      page.sse.last.message(2)
      expect([page.shown().status, page.received()]).toEqual(['open', [1, 2]])
      expect(page.environment.errors.length).toBeGreaterThan(0)
    },
  )

  test('a slow loop across switches receives everything once', async () => {
    const page = await openThree()
    const seen: number[] = []
    const read = async () => {
      for await (const { seq } of page.connection) {
        seen.push(seq)
        await new Promise<void>((resolve) => void page.environment.setTimeout(resolve, 100))
      }
    }
    void read()
    await fallBack(page)
    for (let seq = 2; seq <= 10; seq++) page.sse.last.message(seq)
    await page.environment.advance(38_000)
    for (let seq = Number(page.ws.last.cursor) + 1; seq <= 20; seq++) page.ws.last.message(seq)
    await page.environment.advance(10_000)
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    page.connection.close()
  })
})

describe('odd servers', () => {
  test('[connection-gap] IDs without a message are no gap, also while a better transport is tried', async () => {
    const isNext = (id: string, before: string) => Number(id) === Number(before) + 1
    const page = await openThree({ isNext })
    await fallBack(page)
    page.sse.last.on.cursor('2')
    page.sse.last.message(3)
    await page.environment.advance(38_000)
    expect(page.ws.last.signal.aborted).toBe(false)
    page.sse.last.on.cursor('4')
    page.sse.last.message(5)
    page.sse.last.on.cursor('6')
    expect([page.received(), page.shown().cursor]).toEqual([[1, 3, 5], '6'])
    expect(page.sse.starts).toHaveLength(1)
    expect(page.errors).toEqual([])
  })

  test('IDs that repeat at once are delivered once, and IDs that go back are delivered', async () => {
    const page = await openThree()
    for (const seq of [1, 1, 2, 2, 1]) page.ws.last.message(seq)
    expect(page.received()).toEqual([1, 2, 1])
  })

  test('messages that were delivered before are signs of life', async () => {
    const environment = createTestEnvironment()
    const frames = jsonFrames({ id: 'seq' })
    const list = [webSocket('/ws', { frames, heartbeat: silence({ timeout: 1000 }) })]
    const connection = createConnection(list, { environment, remember: false })
    connection.open()
    await environment.advance(0)
    environment.socket.accept()
    for (let turn = 0; turn < 10; turn++) {
      environment.socket.receive('{"seq":1}')
      await environment.advance(500)
    }
    expect(connection.getSnapshot().status).toBe('open')
    expect(environment.sockets).toHaveLength(1)
    connection.close()
  })

  test('two transports of different logs', async () => {
    const page = await openThree()
    await fallBack(page)
    await page.environment.advance(38_000)
    page.ws.last.message(500)
    page.sse.last.message(2)
    page.ws.last.message(501)
    expect(page.shown().status).toBe('open')
    expect(page.received()).toEqual([1, 500, 501])
  })
})

test('disabling and enabling during a candidate continues after the cursor', async () => {
  const { ws, sse } = createThree()
  const list = [ws.option, sse.option]
  const environment = createTestEnvironment()
  const options = (enabled: boolean) =>
    ({ environment, remember: false, enabled, codec: json<{ seq: number }>() }) as const
  const observer = observeConnection<{ seq: number }, object>(list, options(true))
  onTestFinished(observer.subscribe(() => {}))
  await environment.advance(0)
  ws.last.end()
  await environment.advance(0)
  sse.last.message(1)
  await environment.advance(38_000)
  const old = [...ws.starts, ...sse.starts]
  observer.setOptions(list, options(false))
  await environment.advance(2000)
  for (const { signal } of old.slice(1)) expect(signal.aborted).toBe(true)
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
  observer.setOptions(list, options(true))
  await environment.advance(0)
  const fresh = [...ws.starts, ...sse.starts].filter((start) => !old.includes(start))
  expect(fresh.map(({ cursor }) => cursor)).toEqual(['1'])
})

test('[connection-lossless] a component that leaves and returns in the middle of a long response gets each message once', async () => {
  let busy = 0
  const base = createTestEnvironment()
  const environment = extendEnvironment(base, { now: () => base.now() + busy })
  const received: number[] = []
  const items = [1, 2, 3, 4].map((seq) => ({ seq }))
  const poll = longPoll<{ items: { seq: number }[]; next: string }, { seq: number }>('/lp', {
    messages: (body) => body.items,
    cursor: query('after', (body) => body.next),
    id: (item) => item.seq,
  })
  let leave = () => {}
  const observer = observeConnection([poll], {
    environment,
    remember: false,
    codec: json<{ seq: number }>(),
    onMessage({ seq }) {
      received.push(seq)
      // It takes so long that the rest is delivered later.
      busy += 10
      if (received.length === 2) queueMicrotask(() => leave())
    },
  })
  /** Responds to the newest request, with what comes after its cursor. */
  const respond = async () => {
    const { request } = environment
    const after = Number(new URL(request.url).searchParams.get('after'))
    request.respond({ headers: { 'content-type': 'application/json' } })
    request.write(JSON.stringify({ items: items.slice(after), next: '4' }))
    request.end()
    await environment.advance(50)
  }
  leave = observer.subscribe(() => {})
  await environment.advance(0)
  await respond()
  expect(received).toEqual([1, 2])
  onTestFinished(observer.subscribe(() => {}))
  await environment.advance(20)
  await respond()
  expect(received).toEqual([1, 2, 3, 4])
  expect(environment.requests.map(({ url }) => new URL(url).search)).toEqual(['', '?after=2', '?after=4'])
})
