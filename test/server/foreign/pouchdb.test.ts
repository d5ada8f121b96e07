import { createServer, type RequestListener } from 'node:http'
import expressPouchDB from 'express-pouchdb'
import memory from 'pouchdb-adapter-memory'
import PouchDB from 'pouchdb-core'
import { expect, onTestFinished, test } from 'vitest'
import { json } from '@tautline/core'
import { createEventSource, ndjson } from '@tautline/core/event-source'
import { createLongPoll, query } from '@tautline/core/long-poll'
import { brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// The changes feed of express-pouchdb, which speaks the protocol of CouchDB.

interface Change {
  readonly seq: number
  readonly id: string
}

interface Changes {
  readonly results: readonly Change[]
  readonly last_seq: number
}

const Database = PouchDB.plugin(memory).defaults({ adapter: 'memory' })
let databases = 0

/** Starts a server with an empty database, which is not compressed: `compression` would hold each heartbeat back. */
async function startDatabase() {
  const name = `changes-${++databases}`
  const app: RequestListener = expressPouchDB(Database, {
    mode: 'minimumForPouchDB',
    overrideMode: { exclude: ['compression'] },
  })
  const server = await startForeign(createServer(app))
  const created = await fetch(`${server.url}/${name}`, { method: 'PUT' })
  expect(created.status).toBe(201)
  const database = new Database(name)
  onTestFinished(() => database.destroy())
  return { ...server, feed: `/${name}/_changes`, write: (id: string) => database.put({ _id: id }) }
}

const ids = Array.from({ length: 30 }, (_, number) => `document-${number}`)

/** Writes documents one after the other and cuts the connection now and then. */
async function writeAll(
  { write, cut }: Awaited<ReturnType<typeof startDatabase>>,
  received: (id: string) => Promise<void>,
) {
  for (const [number, id] of ids.entries()) {
    await write(id)
    if (number % 7 === 3) cut()
    if (number % 3 === 0) await received(id)
  }
  await received(ids.at(-1) ?? '')
}

test('[poll-heartbeat] feed=longpoll, cut again and again: nothing is lost or doubled', async () => {
  const server = await startDatabase()
  const client = createLongPoll<Changes, Change>(`${server.feed}?feed=longpoll&heartbeat=20`, {
    ...brisk,
    environment: server.environment,
    cursor: query('since', (body) => body.last_seq),
    messages: (body) => body.results,
  })
  const poll = record<Change, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  await writeAll(server, (id) => poll.until(({ messages }) => messages.at(-1)?.id === id))
  expect(poll.messages.map((change) => change.id)).toEqual(ids)
  expect(client.getSnapshot().cursor).toBe('30')
})

test('[stream-formats] feed=continuous, cut again and again: nothing is lost or doubled', async () => {
  const server = await startDatabase()
  let since = 0
  const client = createEventSource(() => `${server.feed}?feed=continuous&heartbeat=20&since=${since}`, {
    ...brisk,
    environment: server.environment,
    codec: json<Change>(),
    format: ndjson(),
    atEnd: 'reconnect',
  })
  client.on('message', ({ seq }) => {
    since = seq
  })
  const stream = record<Change, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  await writeAll(server, (id) => stream.until(({ messages }) => messages.at(-1)?.id === id))
  expect(stream.messages.map((change) => change.id)).toEqual(ids)
  expect(stream.opens.length).toBeGreaterThan(3)
})

test('[stream-formats] feed=continuous, resumed by the ID in each line', async () => {
  const server = await startDatabase()
  const client = createEventSource(`${server.feed}?feed=continuous&heartbeat=20`, {
    ...brisk,
    environment: server.environment,
    codec: json<Change>(),
    // The server's changes have a sequence number.
    format: ndjson({ id: (change) => (change as Change).seq }),
    resume: { query: 'since' },
    atEnd: 'reconnect',
  })
  const stream = record<Change, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  await writeAll(server, (id) => stream.until(({ messages }) => messages.at(-1)?.id === id))
  expect(stream.messages.map((change) => change.id)).toEqual(ids)
  expect(client.getSnapshot().lastEventId).toBe('30')
  expect(server.requests.at(-1)?.target).toMatch(/&since=\d+$/)
})
