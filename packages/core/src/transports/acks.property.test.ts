import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Note, noteAcks } from '../../test/web-socket/acks.ts'
import { json } from '../shared/codec.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'
import { createConnection, post, webSocket } from './index.ts'

/** What happens next. `full`: the buffer of the socket rises above the high-water mark; `free`: it is sent. */
type Step =
  | { readonly type: 'send' | 'full' | 'free' | 'confirm' | 'cut' | 'reconnect' | 'accept' }
  | { readonly type: 'wait'; readonly ms: number }

const weights = { send: 20, full: 3, free: 1, confirm: 1, cut: 1, reconnect: 1, accept: 3 } as const
const step: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(weights).map(([type, weight]) => ({
    weight,
    arbitrary: fc.constant({ type: type as keyof typeof weights }), // a key of `weights`
  })),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(200) }) },
)

const common = (environment: TestEnvironment) =>
  ({
    environment,
    codec: json<Note>(),
    acks: noteAcks(),
    highWaterMark: 10,
    retry: { delay: () => 10 },
  }) as const

const clients = {
  createWebSocket: (environment: TestEnvironment) => createWebSocket('/chat', common(environment)),
  createConnection: (environment: TestEnvironment) =>
    createConnection([webSocket('/chat')], { ...common(environment), remember: false }),
  'createConnection with two WebSockets': (environment: TestEnvironment) =>
    createConnection([webSocket('/chat'), webSocket('/second')], {
      ...common(environment),
      remember: false,
      upgrade: { after: 100 },
    }),
  'createConnection with upstream': (environment: TestEnvironment) =>
    createConnection([webSocket('/chat')], {
      ...common(environment),
      remember: false,
      upstream: post('/messages'),
    }),
}

/** A queue of the default size is full with one message of this size. */
const LARGE = 'x'.repeat(600_000)

/** The queue is full above the high-water mark, so that all messages are sent at once. */
const FULL_QUEUE: Step[] = ['full', 'send', 'send', 'send', 'send', 'send', 'free'].map((type) => ({
  type: type as keyof typeof weights, // each is a key of `weights`
}))

async function run(name: keyof typeof clients, steps: readonly Step[]): Promise<void> {
  const environment = createTestEnvironment()
  const client = clients[name](environment)
  let count = 0
  const act = async (one: Step) => {
    const { socket } = environment
    if (one.type === 'send') client.send({ id: count, text: count++ % 3 === 0 ? LARGE : '' })
    else if (one.type === 'full') socket.bufferedAmount = 11
    else if (one.type === 'free') socket.bufferedAmount = 0
    else if (one.type === 'cut') socket.end(1006)
    else if (one.type === 'reconnect') client.reconnect()
    else if (one.type === 'accept') socket.accept()
    else if (one.type === 'wait') await environment.advance(one.ms)
    else {
      const [raw] = socket.sent
      if (socket.readyState === 1 && raw !== undefined)
        socket.receive(JSON.stringify({ ack: (JSON.parse(raw as string) as Note).id }))
    }
  }
  client.open()
  await environment.advance(0)
  environment.socket.accept()
  for (const one of steps) await act(one)
  await act({ type: 'free' })
  await environment.advance(1000)
  environment.socket.accept()
  await environment.advance(1000)
  for (const { sent } of environment.sockets) {
    const ids = sent.map((raw) => (JSON.parse(String(raw)) as Note).id)
    expect(ids).toEqual([...new Set(ids)])
  }
  client.close()
}

test.each(Object.keys(clients) as (keyof typeof clients)[])(
  '[acks] a message is sent at most once over one connection: %s',
  (name) =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) => run(name, steps)),
      { numRuns: 50, examples: [[FULL_QUEUE]] },
    ),
  60_000,
)
