import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { ask } from '../testing/control.ts'
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

/** What the state says of all completions. */
const told = () => Object(server.state().endpoints['completions'])

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

test('the text reads well, has more than ASCII in it, and begins again when it is used up', async () => {
  const { text } = await fetchText(at('tokens=1000'), post({ ...streaming, prompt: 'instead of messages' }))
  const contents = parseEvents(text)
    .slice(1, -2)
    .map((event) => Object(jsonOf(event)['choices'])[0].delta.content)
  expect(contents).toHaveLength(1_000)
  expect(contents.join('')).toBe(tokensUpTo(1_000))
  for (const sign of ['—', '“', '”', '🪢', '\n\n', 'à']) expect(contents.join('')).toContain(sign)
})

test('stops where the client wants it to', async () => {
  const { text } = await fetchText(at(), post({ ...streaming, max_tokens: 2 }))
  const last = jsonOf(parseEvents(text).at(-2))
  expect(last['choices']).toEqual([{ index: 0, delta: {}, finish_reason: 'length' }])
  expect(parseEvents(text)).toHaveLength(5)
})

test('answers at once when no stream is wanted', async () => {
  const answer = await ask(at('tokens=3'), 'POST', { messages })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer).toMatchObject({
    status: 200,
    body: {
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: 'bowline-1',
      choices: [{ index: 0, message: { role: 'assistant', content: 'A knot is ' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
    },
  })
  expect(told().latest.at(-1)).toMatchObject({ tokens: 3, ended: 'finished' })
})

test('notices that the client goes away, and stops', async () => {
  const before = told()
  const url = `${server.url}/v1/chat/completions?rate=200&tokens=1000000`
  const stream = await openStream(url, post(streaming, { 'Idempotency-Key': 'once' }))
  for (const _ of [1, 2, 3]) await stream.next()
  expect(told()).toMatchObject({ started: before.started + 1, live: 1 })
  expect(told().latest.at(-1)).toMatchObject({ ended: undefined, idempotencyKey: 'once' })
  stream.leave()
  await expect.poll(told).toMatchObject({ aborted: before.aborted + 1, finished: before.finished, live: 0 })
  expect(told().latest.at(-1)).toMatchObject({ ended: 'aborted', tokens: expect.any(Number) })
  expect(told().latest.at(-1).tokens).toBeLessThan(1_000_000)
})

test('counts what is finished', async () => {
  const before = told()
  await fetchText(at('tokens=7'), post(streaming))
  expect(told()).toMatchObject({ finished: before.finished + 1, aborted: before.aborted, live: 0 })
  expect(told().latest.at(-1)).toEqual({ id: expect.any(String), tokens: 7, ended: 'finished' })
})

test.each([
  ['none', {}, 401],
  ['a bad one', { Authorization: 'Bearer bad' }, 401],
  ['another scheme', { Authorization: 'Basic good' }, 401],
  ['the everlasting one', { Authorization: 'Bearer good' }, 200],
])('wants a token if told so: %s', async (_, headers, status) => {
  const answer = await fetchText(at('tokens=1&auth=1'), post(streaming, headers))
  expect(answer.status).toBe(status)
  if (status === 200) return
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'invalid_api_key', param: null } })
  expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  expect(server.attempts.entries.at(-1)).toMatchObject({ method: 'POST', outcome: 'refused', status: 401 })
})

test('takes an issued token until it expires', async () => {
  const { body } = await ask(`${server.url}/control/token`, 'POST')
  const headers = { Authorization: `Bearer ${Object(body).token}` }
  expect((await fetchText(at('tokens=1&auth=1'), post(streaming, headers))).status).toBe(200)
  await ask(`${server.url}/control/token/expire`, 'POST', Object(body))
  expect((await fetchText(at('tokens=1&auth=1'), post(streaming, headers))).status).toBe(401)
})

test.each<[string, string | object, string]>([
  ['no messages', { stream: true }, 'messages'],
  ['an empty list', { messages: [] }, 'messages'],
  ['messages that are no list', { messages: 'hello' }, 'messages'],
  ['a message without a role', { messages: [{ content: 'a' }] }, 'role'],
  ['a role that nobody has', { messages: [{ role: 'pirate', content: 'a' }] }, 'role'],
  ['a message without content', { messages: [{ role: 'user' }] }, 'content'],
  ['a prompt that is no text', { prompt: 1 }, 'prompt'],
  ['a stream that is neither', { ...streaming, stream: 'perhaps' }, 'stream'],
  ['no tokens at all', { ...streaming, max_tokens: 0 }, 'max_tokens'],
])('refuses %s', async (_, body, field) => {
  const answer = await ask(at(), 'POST', body)
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad-input', field } })
})

test('refuses what is no JSON, an unknown rate, and another method', async () => {
  expect(await ask(at(), 'POST', '{')).toMatchObject({ status: 400, body: { code: 'bad-json' } })
  expect(await ask(at('tokens=none'), 'POST', streaming)).toMatchObject({ status: 400 })
  expect(await ask(at(), 'GET')).toMatchObject({ status: 405 })
})

test('goes on with what OpenAI knows and this server does not', async () => {
  const body = { ...streaming, temperature: 0.5, stream_options: { include_usage: true } }
  expect((await fetchText(at('tokens=1'), post(body))).status).toBe(200)
})
