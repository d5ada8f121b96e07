import { expect, onTestFinished, test } from 'vitest'
import { createEventSource } from '../event-source/index.ts'
import { ndjson } from '../event-source/formats.ts'
import { query } from '../long-poll/index.ts'
import { json } from '../shared/codec.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { jsonFrames } from '../web-socket/frames.ts'
import { createWebSocket, resumable } from '../web-socket/index.ts'
import { type TransportOption, createConnection, eventSource, longPoll, webSocket } from './index.ts'

interface Item {
  readonly seq: number | undefined
}

type Serve = (environment: TestEnvironment, ...seqs: (number | undefined)[]) => void

const serveSocket: Serve = ({ socket }, ...seqs) => {
  socket.accept()
  for (const seq of seqs) socket.receive(JSON.stringify({ seq }))
}

const serveStream: Serve = ({ request }, ...seqs) => {
  request.respond()
  for (const seq of seqs)
    request.write(`${seq === undefined ? '' : `id: ${seq}\n`}data: ${JSON.stringify({ seq })}\n\n`)
}

const serveNdjson: Serve = ({ request }, ...seqs) => {
  request.respond({ headers: { 'content-type': 'application/x-ndjson' } })
  for (const seq of seqs) request.write(`${JSON.stringify({ seq })}\n`)
}

const servePoll: Serve = ({ request }, ...seqs) => {
  request.respond({ headers: { 'content-type': 'application/json' } })
  request.write(JSON.stringify({ items: seqs.map((seq) => ({ seq })), next: seqs.at(-1) }))
  request.end()
}

const transports: readonly [string, TransportOption, Serve][] = [
  ['webSocket()', webSocket('/live', { frames: jsonFrames({ id: 'seq' }) }), serveSocket],
  ['eventSource()', eventSource('/live'), serveStream],
  [
    'eventSource() with ndjson()',
    eventSource('/live', { format: ndjson({ id: (value) => (value as Item).seq?.toString() }) }),
    serveNdjson,
  ],
  [
    'longPoll()',
    longPoll('/live', {
      messages: (body) => body.items,
      cursor: query('after', (body) => body.next),
      id: ({ seq }: Item) => seq,
    }),
    servePoll,
  ],
]

const common = () => ({
  environment: createTestEnvironment(),
  codec: json<Item>(),
  retry: { delay: () => 10 },
})

/** Returns what a client receives if the server begins each response with these messages. */
async function receive(
  client: Pick<ReturnType<typeof createConnection<Item>>, 'on' | 'open' | 'close' | 'reconnect'>,
  environment: TestEnvironment,
  serve: Serve,
  ...responses: (readonly (number | undefined)[])[]
) {
  onTestFinished(() => client.close())
  const received: (number | undefined)[] = []
  client.on('message', ({ seq }) => received.push(seq))
  client.open()
  for (const response of responses) {
    await environment.advance(20)
    serve(environment, ...response)
    await environment.advance(0)
    client.reconnect()
  }
  return received
}

test.each(transports)(
  '[connection-resume] a server that sends the message of the cursor again repeats none: %s',
  async (_, transport, serve) => {
    const options = common()
    const connection = createConnection([transport], { ...options, remember: false })
    expect(await receive(connection, options.environment, serve, [1, 2], [2, 3], [3], [3, 4])).toEqual([
      1, 2, 3, 4,
    ])
  },
)

test.each(transports)(
  'a message without an ID that follows a reconnect is delivered: %s',
  async (_, transport, serve) => {
    const options = common()
    const connection = createConnection([transport], { ...options, remember: false })
    const received = await receive(connection, options.environment, serve, [1], [undefined, 2])
    expect(received).toEqual([1, undefined, 2])
  },
)

test('[resume] a WebSocket with resumable() does the same', async () => {
  const options = common()
  const resume = resumable({ frames: jsonFrames({ id: 'seq' }), query: 'after' })
  const client = createWebSocket<Item>('/live', { ...options, resume })
  expect(await receive(client, options.environment, serveSocket, [1, 2], [2, 3], [undefined])).toEqual([
    1,
    2,
    3,
    undefined,
  ])
})

test('an event source delivers it again, as the standard says, since IDs of events need not be unique', async () => {
  const options = common()
  const client = createEventSource<Item>('/live', options)
  expect(await receive(client, options.environment, serveStream, [1, 2], [2, 3])).toEqual([1, 2, 2, 3])
})
