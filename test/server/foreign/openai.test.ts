import { createServer } from 'node:http'
import app from 'mock-openai-api/dist/app.js'
import { expect, onTestFinished, test } from 'vitest'
import { concat, json } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { createFetch } from '@tautline/core/fetch'
import { type ForeignServer, brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// The API of OpenAI: a POST, whose response is a stream of chunks with `[DONE]` as its last event.

const path = '/v1/chat/completions'

interface Chunk {
  readonly choices?: readonly { readonly delta: { readonly content?: string } }[]
  readonly error?: { readonly message: string }
}

const request = (model: string | undefined, content = 'Hello') => ({
  model,
  messages: [{ role: 'user', content }],
  stream: true,
})

/** The recipe of the documentation: `[DONE]` is the end, and an error object in the stream is a failure. */
function openChat({ environment }: ForeignServer, body: ReturnType<typeof request>) {
  const client = createEventSource(path, {
    ...brisk,
    environment,
    method: 'POST',
    headers: { authorization: 'Bearer key' },
    body,
    codec: json<Chunk>(),
    reduce: concat({ pick: ({ choices }: Chunk) => choices?.[0]?.delta.content ?? '' }),
    until({ data }) {
      if (data === '[DONE]') return true
      const { error } = JSON.parse(data) as Chunk // the format of the API
      return error ? new Error(error.message) : false
    },
  })
  onTestFinished(() => client.close())
  const stream = record<Chunk, typeof client>(client)
  client.open()
  return stream
}

const closed = ({ client }: Pick<ReturnType<typeof openChat>, 'client'>) =>
  client.getSnapshot().status === 'closed'

test('[stream-completion] a chat completion is complete at [DONE], and is requested once', async () => {
  const server = await startForeign(createServer(app))
  const stream = openChat(server, request('mock-gpt-thinking'))
  await stream.until(closed)
  expect(stream.client.getSnapshot()).toMatchObject({
    data: 'Hello! How can I help you today? 😊',
    error: undefined,
    closed: { by: 'complete' },
  })
  expect([stream.errors, server.requests.length]).toEqual([[], 1])
})

test('[stream-completion] a stream that continues after [DONE] is ended there', async () => {
  const server = await startForeign(createServer(app))
  const stream = openChat(server, request('gpt-4-mock', 'What time is it now?'))
  await stream.until(closed)
  expect(stream.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
  await expect.poll(() => server.proxy.connections().filter(({ target }) => target === path)).toEqual([])
  expect([stream.errors, server.requests.length]).toEqual([[], 1])
})

test.each([
  ['model', { ...request('gpt-4-mock'), model: undefined }],
  ['messages', { ...request('gpt-4-mock'), messages: [] }],
])('[event-stream-responses] a request without %s: the error has the response body', async (name, body) => {
  const server = await startForeign(createServer(app))
  const stream = openChat(server, body)
  await stream.until(closed)
  const message = `Missing required parameter: ${name}`
  expect(stream.errors).toMatchObject([{ code: 'http', status: 400, body: { error: { message } } }])
  expect(stream.client.getSnapshot()).toMatchObject({ closed: { by: 'fatal' } })
  expect(server.requests.length).toBe(1)
})

test('[stream-completion] an error object in the stream ends it as failed', async () => {
  const server = await startForeign(createServer(app))
  const stream = openChat(server, request('no-such-model'))
  await stream.until(closed)
  expect(stream.client.getSnapshot()).toMatchObject({
    closed: { by: 'fatal' },
    error: { thrown: { message: "Model 'no-such-model' does not exist" } },
  })
  expect([stream.errors.length, server.requests.length]).toEqual([1, 1])
})

test.each(['reset', 'drop'] as const)(
  '[stream-completion] a completion that is cut in the middle (%s) has failed, and is not requested again',
  async (fault) => {
    const server = await startForeign(createServer(app))
    server.proxy.rules.add({ match: path, fault: 'throttle', bytesPerSecond: 2_000, direction: 'to-client' })
    const stream = openChat(server, request('mock-gpt-markdown'))
    await stream.until(({ messages }) => messages.length > 1)
    server.proxy.strike({ fault })
    await stream.until(closed)
    expect(stream.client.getSnapshot()).toMatchObject({
      data: expect.stringMatching(/./),
      error: { code: 'closed' },
      closed: { by: 'server' },
    })
    expect([stream.errors.length, server.requests.length]).toEqual([1, 1])
  },
)

test('[fetch-errors] a completion without a stream, and its error', async () => {
  const server = await startForeign(createServer(app))
  const client = createFetch<{ readonly choices: readonly object[] }>(path, {
    environment: server.environment,
    method: 'POST',
    enabled: false,
  })
  const content = { choices: [{ message: { content: 'Hello! How can I help you today? 😊' } }] }
  const body = { ...request('mock-gpt-thinking'), stream: false }
  await expect(client.execute({ json: body })).resolves.toMatchObject(content)
  await expect(client.execute({ json: { ...body, model: 'none' } })).rejects.toMatchObject({
    code: 'http',
    status: 400,
    body: { error: { message: "Model 'none' does not exist" } },
  })
  expect(server.requests.length).toBe(2)
})
