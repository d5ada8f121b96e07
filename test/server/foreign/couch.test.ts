import type { Express, Request, Response } from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { json } from '@tautline/core'
import { createEventSource, silence } from '@tautline/core/event-source'
import { createLongPoll, query } from '@tautline/core/long-poll'
import { brisk, startExpress } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

interface Change {
  readonly seq: string
  readonly id: string
}

interface Changes {
  readonly results: readonly Change[]
  readonly last_seq: string
}

/**
 * The changes feed of CouchDB 3. `feed=longpoll`: a line end every `heartbeat` ms while there is no change. The feed of
 * express-pouchdb, in `pouchdb.test.ts`, has neither sequence numbers with a suffix nor `feed=eventsource`.
 */
function couchDatabase() {
  const changes: Change[] = []
  const waiting = new Set<() => void>()
  let heartbeats = 0

  /** `feed=eventsource`: the ID of an event is the sequence number, and a heartbeat is an event without data. */
  function streamChanges(request: Request, response: Response) {
    let next = Number.parseInt(request.get('last-event-id') ?? '0', 10)
    response.setHeader('content-type', 'text/event-stream')
    const wake = () => {
      for (; next < changes.length; next++)
        response.write(`data: ${JSON.stringify(changes[next])}\nid: ${changes[next]?.seq}\n\n`)
    }
    const heartbeat = setInterval(() => response.write('event: heartbeat\ndata: \n\n'), 20)
    waiting.add(wake)
    response.on('close', () => {
      clearInterval(heartbeat)
      waiting.delete(wake)
    })
    wake()
  }

  return {
    get heartbeats() {
      return heartbeats
    },
    write(id: string): void {
      changes.push({ seq: `${changes.length + 1}-abc`, id })
      for (const wake of waiting) wake()
    },
    addTo: (app: Express) =>
      void app.get('/db/_changes', (request, response) => {
        const { searchParams } = new URL(request.url, 'http://couch')
        if (searchParams.get('feed') === 'eventsource') return streamChanges(request, response)
        const since = Number.parseInt(searchParams.get('since') ?? '0', 10)
        response.setHeader('content-type', 'application/json')
        response.flushHeaders()
        const heartbeat = setInterval(
          () => {
            heartbeats++
            response.write('\n')
          },
          Number(searchParams.get('heartbeat')),
        )
        const wake = () => {
          const results = changes.slice(since)
          if (results.length === 0) return
          stop()
          response.end(`${JSON.stringify({ results, last_seq: results.at(-1)?.seq, pending: 0 })}\n`)
        }
        const stop = () => {
          clearInterval(heartbeat)
          waiting.delete(wake)
        }
        response.on('close', stop)
        waiting.add(wake)
        wake()
      }),
  }
}

test('[poll-heartbeat] a quiet database with a heartbeat does not time out, and nothing is lost or doubled', async () => {
  const database = couchDatabase()
  const server = await startExpress(database.addTo)
  const client = createLongPoll<Changes, Change>('/db/_changes?feed=longpoll&heartbeat=50', {
    ...brisk,
    environment: server.environment,
    timeout: { request: 500 },
    cursor: query('since', (body) => body.last_seq),
    messages: (body) => body.results,
  })
  const poll = record<Change, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  await expect.poll(() => database.heartbeats, { timeout: 10_000 }).toBeGreaterThan(20)
  expect([poll.errors, server.requests.length]).toEqual([[], 1])
  const ids = Array.from({ length: 30 }, (_, number) => `document-${number}`)
  for (const [number, id] of ids.entries()) {
    database.write(id)
    if (number % 7 === 3) server.cut()
    if (number % 3 === 0) await poll.until(({ messages }) => messages.at(-1)?.id === id)
  }
  await poll.until(({ messages }) => messages.length >= ids.length)
  expect(poll.messages.map(({ id }) => id)).toEqual(ids)
  expect(client.getSnapshot().cursor).toBe('30-abc')
  expect(poll.errors.every((error) => 'code' in error && error.code !== 'timeout')).toBe(true)
})

test('[every-message] feed=eventsource, cut again and again: nothing is lost or doubled', async () => {
  const database = couchDatabase()
  const server = await startExpress(database.addTo)
  const client = createEventSource('/db/_changes?feed=eventsource&heartbeat=true', {
    ...brisk,
    environment: server.environment,
    codec: json<Change>(),
    heartbeat: silence({ timeout: 30_000 }),
  })
  const stream = record<Change, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  const ids = Array.from({ length: 30 }, (_, number) => `document-${number}`)
  for (const [number, id] of ids.entries()) {
    database.write(id)
    if (number % 7 === 3) server.cut()
    if (number % 3 === 0) await stream.until(({ messages }) => messages.at(-1)?.id === id)
  }
  await stream.until(({ messages }) => messages.length >= ids.length)
  expect(stream.messages.map(({ id }) => id)).toEqual(ids)
  expect(client.getSnapshot().lastEventId).toBe('30-abc')
})
