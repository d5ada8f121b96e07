// Uses the built packages as a program without a framework does. Ends with an error if something does not arrive.
// Arguments: the origin of the server, and `worker` to do the same in a worker.
import { strict as assert } from 'node:assert'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Worker, isMainThread, workerData } from 'node:worker_threads'
import {
  createEventSource,
  createFetch,
  createLongPoll,
  createWebSocket,
  query,
} from '../../packages/core/dist/index.js'
import { EventSource } from '../../packages/core/dist/event-source-class.js'

const [, , givenOrigin, mode] = process.argv
const origin = isMainThread ? givenOrigin : workerData

/** Reads the first messages of a client. */
async function take(client, count) {
  const messages = []
  for await (const message of client) {
    messages.push(message)
    if (messages.length === count) return messages
  }
  return messages
}

async function receiveAll() {
  const socket = createWebSocket(`${origin}/echo`)
  socket.send('früh')
  assert.deepEqual(await take(socket, 1), ['früh'])
  // The server ends each response after one event, so that the second one needs a resumed request.
  const source = createEventSource(`${origin}/events`, { retry: { delay: () => 10 } })
  assert.deepEqual(await take(source, 3), ['é 1', 'é 2', 'é 3'])
  const poll = createLongPoll(`${origin}/poll`, { cursor: query('since', (body) => body.next) })
  const polls = await take(poll, 3)
  assert.deepEqual(
    polls.map(({ text }) => text),
    ['é 1', 'é 2', 'é 3'],
  )
  const save = createFetch(`${origin}/json`, { method: 'POST', enabled: false })
  assert.deepEqual(await save.execute({ json: { name: 'Zoë' } }), { name: 'Zoë' })
  const failure = await createFetch(`${origin}/missing`, { enabled: false })
    .execute()
    .catch((error) => error)
  assert.deepEqual([failure.code, failure.status, failure.body], ['http', 404, { why: 'ü' }])
  if (typeof MessageEvent === 'undefined') return
  const events = new EventSource(`${origin}/events`)
  const { data } = await new Promise((resolve) => events.addEventListener('message', resolve))
  assert.equal(data, 'é 1')
  events.close()
}

if (isMainThread && mode === 'worker') {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: origin })
  worker.on('error', (error) => {
    throw error
  })
  worker.on('exit', (code) => process.exit(code))
} else {
  await receiveAll()
}
