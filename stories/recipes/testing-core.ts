import { createEventSource, createFetch, createWebSocket, json, text } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { expect, test } from 'vitest'

test('a WebSocket receives a message', async () => {
  const environment = createTestEnvironment()
  const chat = createWebSocket('/chat', { codec: text(), environment })
  chat.open()
  await environment.advance(0)
  environment.socket.accept()
  environment.socket.receive('hello')
  await environment.advance(16)
  expect(chat.getSnapshot().data).toBe('hello')
  chat.close()
})

test('a stream receives an event', async () => {
  const environment = createTestEnvironment()
  const news = createEventSource('/news', { environment })
  news.open()
  await environment.advance(0)
  environment.request.respond()
  environment.request.write('id: 1\ndata: hello\n\n')
  await environment.advance(16)
  expect(news.getSnapshot().data).toBe('hello')
  news.close()
})

test('a request gets its response', async () => {
  const environment = createTestEnvironment()
  const user = createFetch('/user', { codec: json<{ readonly name: string }>(), environment })
  const response = user.execute()
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'application/json' } })
  environment.request.write('{"name":"Ada"}')
  environment.request.end()
  await expect(response).resolves.toEqual({ name: 'Ada' })
})
