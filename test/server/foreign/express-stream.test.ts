import type { Express, Response } from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { createEventSource } from '@tautline/core/event-source'
import { brisk, startExpress } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

/** Server-sent events as tutorials write them with Express: the head of the response is sent with the first event. */
function newsFeed() {
  const news: string[] = []
  const readers = new Set<Response>()
  const send = (response: Response, index: number) =>
    response.write(`id: ${index + 1}\ndata: ${news[index]}\n\n`)
  return {
    publish(text: string): void {
      news.push(text)
      for (const response of readers) send(response, news.length - 1)
    },
    addTo: (app: Express) =>
      void app.get('/news', (request, response) => {
        response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
        readers.add(response)
        response.on('close', () => readers.delete(response))
        for (let index = Number(request.get('last-event-id') ?? 0); index < news.length; index++)
          send(response, index)
      }),
  }
}

test('[every-message] a stream that is cut again and again: nothing is lost or doubled', async () => {
  const feed = newsFeed()
  const server = await startExpress(feed.addTo)
  const client = createEventSource('/news', { ...brisk, environment: server.environment })
  const stream = record<string, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  const texts = Array.from({ length: 60 }, (_, number) => `news ${number}`)
  for (const [number, text] of texts.entries()) {
    feed.publish(text)
    if (number % 3 === 0) await stream.until(({ messages }) => messages.at(-1) === text)
    if (number % 10 === 5) server.cut()
  }
  await stream.until(({ messages }) => messages.length >= texts.length)
  expect(stream.messages).toEqual(texts)
  expect(stream.opens.length).toBeGreaterThan(5)
  expect(client.getSnapshot().lastEventId).toBe('60')
})
