import { expect, test } from 'vitest'
import { createFakeTransport, createThree, openConnection } from '../../test/transports/harness.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createConnection, eventSource, longPoll, shortPoll, webSocket } from './index.ts'
import type { TransportsOption } from './options.ts'
import type { TransportOption } from './transport-option.ts'

const isNext = (id: string, before: string) => Number(id) === Number(before) + 1

test.each<[string, unknown, string]>([
  ['an empty list', [], 'is empty'],
  ['a URL', '/live', 'is no array'],
  ['a transport without a list', webSocket('/live'), 'is no array'],
  ['a URL in the list', ['/live'], 'has no transport at index 0'],
  ['undefined in the list', [webSocket('/live'), undefined], 'has no transport at index 1'],
  ['the same transport twice', [webSocket('/live'), webSocket('/live')], 'has the same transport twice'],
])('[connection-list] %s is a bad option', (_, transports, text) => {
  const create = () => createConnection(transports as TransportsOption)
  expect(create).toThrow(expect.objectContaining({ code: 'bad-option', option: 'transports' }))
  expect(create).toThrow(text)
})

test('two transports of one kind with other URLs or functions are allowed', () => {
  createConnection([webSocket('/a'), webSocket('/b'), webSocket(() => '/c'), webSocket(() => '/c')])
})

test.each<[string, object]>([
  ['fallbackAfter', { fallbackAfter: 0 }],
  ['upgrade', { upgrade: true }],
  ['upgrade.after', { upgrade: { after: -1 } }],
  ['remember.read', { remember: { read: 1, write() {} } }],
  ['isNext', { isNext: true }],
  ['initialCursor', { initialCursor: 7 }],
  ['codec', { codec: {} }],
])('a wrong option %s is reported at once', (option, options) => {
  expect(() => createConnection([webSocket('/live')], options)).toThrow(
    expect.objectContaining({ code: 'bad-option', option }),
  )
})

test.each<[string, () => unknown]>([
  ['frames.read', () => webSocket('/live', { frames: { read: 1 } as never })],
  ['heartbeat', () => webSocket('/live', { heartbeat: true as never })],
  ['greets', () => eventSource('/live', { greets: 'yes' as never })],
  ['headers', () => eventSource('/live', { headers: 'x' as never })],
  ['id', () => longPoll('/live', { id: 'seq' as never })],
  ['cursor', () => longPoll('/live', { cursor: {} as never })],
  ['interval', () => shortPoll('/live', { interval: 0 })],
])('a wrong option %s of a transport is reported at once', (option, create) => {
  expect(create).toThrow(expect.objectContaining({ code: 'bad-option', option }))
})

async function openThree(options: Parameters<typeof openConnection>[1] = {}) {
  const three = createThree()
  const page = openConnection([three.ws.option, three.sse.option, three.lp.option], options)
  await page.environment.advance(0)
  three.ws.last.open()
  three.ws.last.byte()
  return { ...page, ...three }
}

test('an ID that repeats the one before it is delivered once', async () => {
  const page = await openThree()
  for (const seq of [1, 2, 2, 3]) page.ws.last.message(seq)
  expect(page.received()).toEqual([1, 2, 3])
})

test('IDs that go back are delivered as they arrive; with isNext they are a gap', async () => {
  const page = await openThree()
  for (const seq of [5, 3, 4]) page.ws.last.message(seq)
  expect(page.received()).toEqual([5, 3, 4])
  expect(page.shown().cursor).toBe('4')
  const strict = await openThree({ isNext })
  strict.ws.last.message(5)
  let starts = 0
  for (let turn = 0; turn < 50; turn++) {
    const running = [strict.ws, strict.sse, strict.lp]
      .flatMap(({ starts: all }) => all)
      .filter(({ signal }) => !signal.aborted)
    starts += running.length
    for (const start of running) {
      start.open()
      start.message(3)
    }
    await strict.environment.advance(10)
  }
  expect(strict.errors).toMatchObject([{ code: 'gap', after: '5', before: '3' }])
  expect(strict.received()).toEqual([5, 3])
  const total = strict.ws.starts.length + strict.sse.starts.length + strict.lp.starts.length
  // The same transport again, then each other one.
  expect(total).toBe(4)
  expect(starts).toBeGreaterThan(4)
})

test('[connection-ids] a message without an ID is delivered if it comes from the active transport, and moves no cursor', async () => {
  const page = await openThree()
  page.ws.last.message(1)
  page.ws.last.on.message({ data: { seq: 0 }, isValue: true })
  page.ws.last.message(2)
  expect(page.received()).toEqual([1, 0, 2])
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.byte()
  await page.environment.advance(34_000)
  const candidate = page.ws.last
  candidate.on.message({ data: { seq: -1 }, isValue: true })
  // It has proved itself by this message, and is active now.
  expect(page.shown().transport).toBe('web-socket')
  expect(page.received()).toEqual([1, 0, 2, -1])
  expect(page.shown().cursor).toBe('2')
})

test.each<[string, TransportOption]>([
  ['a WebSocket', webSocket('/live', { frames: { read: (raw) => ({ data: raw, id: '' }) } })],
  ['a poll', longPoll('/live', { messages: () => ['a', 'b'], id: () => '' })],
])("[connection-ids] '' is no ID: every message of %s is delivered", async (_, transport) => {
  const environment = createTestEnvironment()
  const connection = createConnection([transport], { environment, remember: false, initialCursor: '' })
  const received: unknown[] = []
  connection.on('message', (message) => received.push(message))
  connection.open()
  await environment.advance(0)
  if (transport.isDuplex) {
    expect(environment.socket.url).toBe('wss://test.example/live')
    environment.socket.accept()
    environment.socket.receive('a')
    environment.socket.receive('b')
  } else {
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write('[]')
    environment.request.end()
    await environment.advance(0)
  }
  expect(received.slice(0, 2)).toEqual(['a', 'b'])
  connection.close()
})

test('a server that does not know the cursor and begins again: everything is delivered, without a loop', async () => {
  const page = await openThree({ initialCursor: 'of another server' })
  expect(page.ws.last.cursor).toBe('of another server')
  for (const seq of [1, 2, 3]) page.ws.last.message(seq)
  expect(page.received()).toEqual([1, 2, 3])
  expect(page.ws.starts).toHaveLength(1)
})

test('a transport of another log: with isNext its messages are a gap, after every transport was tried once', async () => {
  const page = await openThree({ isNext })
  page.ws.last.message(1)
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.message(100)
  await page.environment.advance(0)
  for (let turn = 0; turn < 20; turn++) {
    for (const { starts } of [page.ws, page.sse, page.lp])
      for (const start of starts)
        if (!start.signal.aborted) {
          start.open()
          start.message(100)
        }
    await page.environment.advance(1)
  }
  expect(page.errors).toMatchObject([{ code: 'gap', after: '1', before: '100' }])
  expect(page.received()).toEqual([1, 100])
})

test('isNext that throws counts as true, and is reported', async () => {
  const page = await openThree({
    isNext() {
      throw new Error('no')
    },
  })
  page.ws.last.message(1)
  page.ws.last.message(9)
  expect(page.received()).toEqual([1, 9])
  expect(page.environment.errors).toMatchObject([{ code: 'provider', provider: 'isNext' }])
})

test('a message that cannot be decoded is an error, and the next ones arrive', async () => {
  const ws = createFakeTransport('web-socket')
  const page = openConnection([ws.option], { codec: json<{ seq: number }>() })
  await page.environment.advance(0)
  ws.last.open()
  ws.last.on.message({ data: '{', id: '1' }, '1')
  ws.last.message(2)
  expect(page.errors).toMatchObject([{ code: 'decode' }])
  expect(page.received()).toEqual([2])
  expect(page.shown().cursor).toBe('2')
})
