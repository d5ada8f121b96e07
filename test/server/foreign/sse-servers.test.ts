import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createSession } from 'better-sse'
import { Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { expect, onTestFinished, test } from 'vitest'
import { json } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { type ForeignServer, brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// The helpers that frameworks have for server-sent events. None of them stores events, so each application replays
// what comes after `Last-Event-ID`.

/** Items, and those who are told of each new one. */
function createLog() {
  const items: number[] = []
  const readers = new Set<() => void>()
  return {
    items,
    readers,
    publish() {
      items.push(items.length + 1)
      for (const wake of readers) wake()
    },
  }
}

type Log = ReturnType<typeof createLog>

function startBetterSSE({ items, readers }: Log): Promise<ForeignServer> {
  async function handle(request: IncomingMessage, response: ServerResponse) {
    const session = await createSession(request, response, { keepAlive: 10, retry: 5 })
    let next = Number(session.lastId)
    const wake = () => {
      for (; next < items.length; next++) session.push(items[next], 'item', `${next + 1}`)
    }
    readers.add(wake)
    session.on('disconnected', () => readers.delete(wake))
    wake()
  }
  return startForeign(createServer((request, response) => void handle(request, response)))
}

function startHono({ items, readers }: Log): Promise<ForeignServer> {
  const app = new Hono().get('*', (context) =>
    streamSSE(context, async (stream: SSEStreamingApi) => {
      let next = Number(context.req.header('last-event-id') ?? 0)
      while (!stream.aborted) {
        for (; next < items.length; next++)
          await stream.writeSSE({ event: 'item', id: `${next + 1}`, data: `${items[next]}` })
        await new Promise<void>((resolve) => {
          readers.add(resolve)
          stream.onAbort(resolve)
        })
      }
    }),
  )
  const handle = getRequestListener(app.fetch)
  return startForeign(createServer((request, response) => void handle(request, response)))
}

test.each([
  ['better-sse', startBetterSSE],
  ['Hono', startHono],
])('[every-message] %s, cut again and again: nothing is lost or doubled', async (_, start) => {
  const log = createLog()
  const server = await start(log)
  const client = createEventSource('/items', {
    ...brisk,
    environment: server.environment,
    events: { item: json<number>() },
  })
  const stream = record<{ readonly data: number }, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  for (let item = 1; item <= 60; item++) {
    log.publish()
    if (item % 3 === 0) await stream.until(({ messages }) => messages.at(-1)?.data === item)
    if (item % 10 === 5) server.cut()
  }
  await stream.until(({ messages }) => messages.length >= 60)
  expect(stream.messages.map(({ data }) => data)).toEqual(log.items)
  expect(stream.opens.length).toBeGreaterThan(5)
  expect(client.getSnapshot().lastEventId).toBe('60')
})
