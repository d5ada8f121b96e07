import { expect, test } from 'vitest'
import { createTestEnvironment } from '../testing/index.ts'
import { silence } from '../connection/heartbeat.ts'
import { text } from '../shared/codec.ts'
import { createConnection, nchan } from './index.ts'
import type { NchanOptions } from './nchan.ts'

function open(options: NchanOptions = {}, initialCursor?: string) {
  const environment = createTestEnvironment()
  const client = createConnection<string>(nchan('/ch/news', options), {
    codec: text(),
    environment,
    initialCursor,
    remember: false,
  })
  const messages: string[] = []
  client.on('message', (message) => messages.push(message))
  client.open()
  return { client, environment, messages }
}

/** Lets the WebSocket and the event stream fail. */
async function openPoll(options?: NchanOptions, initialCursor?: string) {
  const opened = open(options, initialCursor)
  const { environment } = opened
  await environment.advance(0)
  environment.socket.refuse()
  await environment.advance(0)
  environment.request.respond({ status: 404 })
  await environment.advance(0)
  return opened
}

test('has four transports with the URL of short polling, else three', () => {
  const names = (options?: NchanOptions) => nchan('/ch/news', options).map(({ name }) => name)
  expect(names()).toEqual(['web-socket', 'event-source', 'long-poll'])
  expect(names({ poll: '/poll/news' })).toEqual(['web-socket', 'event-source', 'long-poll', 'short-poll'])
})

test('the WebSocket and the event stream have to prove themselves, unless the pings are off', () => {
  const proofs = (options?: NchanOptions) => nchan('/ch/news', options).map(({ proof }) => proof)
  expect(proofs()).toEqual(['reply', 'byte', 'reply'])
  expect(proofs({ heartbeat: false, silence: silence() })).toEqual(['open', 'byte', 'reply'])
})

test('a WebSocket offers ws+meta.nchan alone, resumes by last_event_id, and reads the ID of each frame', async () => {
  const { client, environment, messages } = open({}, '7:0')
  await environment.advance(0)
  expect(environment.socket.protocols).toEqual(['ws+meta.nchan'])
  expect(environment.socket.url).toBe('wss://test.example/ch/news?last_event_id=7%3A0')
  environment.socket.accept()
  expect(environment.socket.sent).toEqual(['ping'])
  environment.socket.receive('pong')
  environment.socket.receive('id: 7:1\ncontent-type: text/plain\n\nhello')
  expect(messages).toEqual(['hello'])
  expect(client.getSnapshot()).toMatchObject({ transport: 'web-socket', cursor: '7:1' })
})

test('an event stream resumes by last_event_id, without a header that needs a preflight', async () => {
  const { environment } = open({}, '7:0')
  await environment.advance(0)
  environment.socket.refuse()
  await environment.advance(0)
  expect(environment.request.url).toBe('https://test.example/ch/news?last_event_id=7%3A0')
  expect(environment.request.headers.has('last-event-id')).toBe(false)
})

test.each([
  ['tag and date', { etag: '3', 'last-modified': 'Mon, 30 Nov 2026 18:14:31 GMT' }, '1796062471:3'],
  ['a compound tag', { etag: '1796062471:4' }, '1796062471:4'],
  ['tags of two channels', { etag: '[0],-', 'last-modified': 'Thu, 01 Jan 1970 00:00:09 GMT' }, '9:[0],-'],
])('a poll reads the ID of its message from %s', async (_, headers, id) => {
  const { client, environment, messages } = await openPoll({}, '7:0')
  expect(environment.request.url).toBe('https://test.example/ch/news?last_event_id=7%3A0')
  environment.request.respond({ headers: { 'content-type': 'text/plain', ...headers } })
  environment.request.write('hello')
  environment.request.end()
  await environment.advance(0)
  expect(messages).toEqual(['hello'])
  expect(client.getSnapshot()).toMatchObject({ transport: 'long-poll', cursor: id })
})

test('a poll delivers JSON text as it is, whatever its type', async () => {
  const { environment, messages } = await openPoll()
  environment.request.respond({ headers: { 'content-type': 'application/json', etag: '1:0' } })
  environment.request.write('{"not": json')
  environment.request.end()
  await environment.advance(0)
  expect(messages).toEqual(['{"not": json'])
})

test('throws for a wrong heartbeat', () => {
  const wrong: object = { heartbeat: true }
  expect(() => nchan('/ch/news', wrong)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  const swapped: object = { heartbeat: silence() }
  expect(() => nchan('/ch/news', swapped)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})
