import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pings } from '../connection/heartbeat.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createFakeTransport, openConnection } from '../../test/transports/harness.ts'
import { acknowledged, createConnection, longPoll, webSocket } from './index.ts'

const warn = vi.spyOn(console, 'warn')
beforeEach(() => void warn.mockReset().mockImplementation(() => {}))
afterEach(() => vi.resetModules())

const warnings = (word: string) => warn.mock.calls.filter(([text]) => String(text).includes(word))

test('a long poll that delivers a message with each response is no reason for a warning', async () => {
  const environment = createTestEnvironment()
  const cursor = {
    read: (_: unknown, { headers }: { headers: Headers }) => headers.get('etag'),
    write() {},
  }
  const connection = createConnection([longPoll('/lp', { cursor })], { environment, remember: false })
  connection.open()
  for (let count = 0; count < 1500; count++) {
    await environment.advance(10)
    environment.request.respond({ headers: { 'content-type': 'text/plain', etag: `"${count}"` } })
    environment.request.write(`message ${count}`)
    environment.request.end()
  }
  await environment.advance(0)
  connection.close()
  expect(warnings('polls in a row')).toEqual([])
})

test.each([
  ['has replied to its first ping', true],
  ['has replied to none', false],
])('a frozen WebSocket that %s', async (_, hasReplied) => {
  const environment = createTestEnvironment()
  const connection = createConnection([webSocket('/ws', { heartbeat: pings() })], {
    environment,
    remember: false,
  })
  connection.open()
  await environment.advance(0)
  environment.socket.accept()
  environment.socket.receive(hasReplied ? 'pong' : 'a message')
  expect(connection.getSnapshot().status).toBe('open')
  await environment.advance(40_000)
  expect(warnings('had replied to no ping')).toHaveLength(hasReplied ? 0 : 1)
  connection.close()
})

test.each([
  // The warning is written once, so the acknowledgement is first.
  ['an acknowledgement', 'ack 1', 0],
  ['a message', 'text', 1],
])('%s without an ID, then a candidate: %s', async (_, data, count) => {
  const ws = createFakeTransport('web-socket', { isDuplex: true })
  const sse = createFakeTransport('event-source')
  const acks = acknowledged<{ seq: number }>({
    key: ({ seq }) => seq,
    isAck: (raw) => (typeof raw === 'string' ? /^ack (\d+)$/.exec(raw)?.[1] : undefined),
  })
  const page = openConnection([ws.option, sse.option], { acks, upgrade: { after: 1000 } })
  await page.environment.advance(0)
  ws.last.end()
  await page.environment.advance(0)
  sse.last.open()
  sse.last.on.message({ data })
  await page.environment.advance(5000)
  expect(ws.starts).toHaveLength(2)
  expect(warnings('messages have no IDs')).toHaveLength(count)
  page.connection.close()
})
