import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { fetchText, jsonOf, openStream, parseEvents } from '../testing/streams.ts'
import { tokensUpTo } from './knots.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const messages = [{ role: 'user', content: 'Tell me about knots' }]
const at = (query = ''): string => `${server.url}/v1/chat/completions?rate=20000&${query}`
const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
const streaming = { stream: true, messages }

/** The state of all completions. */
const endpointState = () => Object(server.state().endpoints['completions'])

test('streams in the format of OpenAI', async () => {
  const { headers, text } = await fetchText(at('tokens=5'), post({ ...streaming, model: 'knot-1' }))
  expect(headers.get('content-type')).toBe('text/event-stream')
  const events = parseEvents(text)
  expect(events.at(-1)).toEqual({ data: '[DONE]' })
  const chunks = events.slice(0, -1).map(jsonOf)
  const choice = (delta: object, reason: string | null = null) => [{ index: 0, delta, finish_reason: reason }]
  const id = chunks[0]?.['id']
  expect(id).toMatch(/^chatcmpl-/)
  expect(chunks[0]).toEqual({
    id,
    object: 'chat.completion.chunk',
    created: expect.any(Number),
    model: 'knot-1',
    choices: choice({ role: 'assistant', content: '' }),
  })
  expect(chunks.slice(1).map(({ choices }) => choices)).toEqual([
    ...['A ', 'knot ', 'is ', 'a ', 'promise '].map((content) => choice({ content })),
    choice({}, 'stop'),
  ])
  expect(new Set(chunks.map((chunk) => chunk['id']))).toEqual(new Set([id]))
})

test('the text contains more than ASCII, and repeats at its end', async () => {
  const { text } = await fetchText(at('tokens=1000'), post({ ...streaming, prompt: 'instead of messages' }))
  const contents = parseEvents(text)
    .slice(1, -2)
    .map((event) => Object(jsonOf(event)['choices'])[0].delta.content)
  expect(contents).toHaveLength(1_000)
  expect(contents.join('')).toBe(tokensUpTo(1_000))
  for (const sign of ['—', '“', '”', '🪢', '\n\n', 'à']) expect(contents.join('')).toContain(sign)
})

test('stops at the limit of the client', async () => {
  const { text } = await fetchText(at(), post({ ...streaming, max_tokens: 2 }))
  const last = jsonOf(parseEvents(text).at(-2))
  expect(last['choices']).toEqual([{ index: 0, delta: {}, finish_reason: 'length' }])
  expect(parseEvents(text)).toHaveLength(5)
})

test('responds at once without stream: true', async () => {
  const response = await requestJson(at('tokens=3'), 'POST', { messages })
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response).toMatchObject({
    status: 200,
    body: {
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: 'bowline-1',
      choices: [{ index: 0, message: { role: 'assistant', content: 'A knot is ' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
    },
  })
  expect(endpointState().latest.at(-1)).toMatchObject({ tokens: 3, ended: 'finished' })
})

test('stops when the client disconnects', async () => {
  const before = endpointState()
  const url = `${server.url}/v1/chat/completions?rate=200&tokens=1000000`
  const stream = await openStream(url, post(streaming, { 'Idempotency-Key': 'once' }))
  for (const _ of [1, 2, 3]) await stream.next()
  expect(endpointState()).toMatchObject({ started: before.started + 1, live: 1 })
  expect(endpointState().latest.at(-1)).toMatchObject({ ended: undefined, idempotencyKey: 'once' })
  stream.leave()
  await expect
    .poll(endpointState)
    .toMatchObject({ aborted: before.aborted + 1, finished: before.finished, live: 0 })
  expect(endpointState().latest.at(-1)).toMatchObject({ ended: 'aborted', tokens: expect.any(Number) })
  expect(endpointState().latest.at(-1).tokens).toBeLessThan(1_000_000)
})

test('counts finished completions', async () => {
  const before = endpointState()
  await fetchText(at('tokens=7'), post(streaming))
  await expect
    .poll(endpointState)
    .toMatchObject({ finished: before.finished + 1, aborted: before.aborted, live: 0 })
  expect(endpointState().latest.at(-1)).toEqual({ id: expect.any(String), tokens: 7, ended: 'finished' })
})

test.each([
  ['none', {}, 401],
  ['a bad token', { Authorization: 'Bearer bad' }, 401],
  ['another scheme', { Authorization: 'Basic good' }, 401],
  ['the good token', { Authorization: 'Bearer good' }, 200],
])('requires a token with auth=1: %s', async (_, headers, status) => {
  const response = await fetchText(at('tokens=1&auth=1'), post(streaming, headers))
  expect(response.status).toBe(status)
  if (status === 200) return
  expect(JSON.parse(response.text)).toMatchObject({ error: { code: 'invalid_api_key', param: null } })
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
  expect(server.attempts.entries.at(-1)).toMatchObject({ method: 'POST', outcome: 'refused', status: 401 })
})

test('accepts an issued token until it expires', async () => {
  const { body } = await requestJson(`${server.url}/control/token`, 'POST')
  const headers = { Authorization: `Bearer ${Object(body).token}` }
  expect((await fetchText(at('tokens=1&auth=1'), post(streaming, headers))).status).toBe(200)
  await requestJson(`${server.url}/control/token/expire`, 'POST', Object(body))
  expect((await fetchText(at('tokens=1&auth=1'), post(streaming, headers))).status).toBe(401)
})

test.each<[string, string | object, string]>([
  ['no messages', { stream: true }, 'messages'],
  ['an empty list', { messages: [] }, 'messages'],
  ['messages that are not a list', { messages: 'hello' }, 'messages'],
  ['a message without a role', { messages: [{ content: 'a' }] }, 'role'],
  ['an unknown role', { messages: [{ role: 'pirate', content: 'a' }] }, 'role'],
  ['a message without content', { messages: [{ role: 'user' }] }, 'content'],
  ['a prompt that is not text', { prompt: 1 }, 'prompt'],
  ['a stream that is not a flag', { ...streaming, stream: 'perhaps' }, 'stream'],
  ['no tokens at all', { ...streaming, max_tokens: 0 }, 'max_tokens'],
])('refuses %s', async (_, body, field) => {
  const response = await requestJson(at(), 'POST', body)
  expect(response).toMatchObject({ status: 400, body: { code: 'bad-input', field } })
})

test('refuses a body that is not JSON, an unknown rate, and another method', async () => {
  expect(await requestJson(at(), 'POST', '{')).toMatchObject({ status: 400, body: { code: 'bad-json' } })
  expect(await requestJson(at('tokens=none'), 'POST', streaming)).toMatchObject({ status: 400 })
  expect(await requestJson(at(), 'GET')).toMatchObject({ status: 405 })
})

test('ignores options that only OpenAI supports', async () => {
  const body = { ...streaming, temperature: 0.5, stream_options: { include_usage: true } }
  expect((await fetchText(at('tokens=1'), post(body))).status).toBe(200)
})
