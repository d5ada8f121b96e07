import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Note, noteAcks } from '../../test/web-socket/acks.ts'
import { json } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import { type FakeRequest, type FakeWebSocket, createTestEnvironment } from '../testing/index.ts'
import { createConnection, eventSource, post, webSocket } from './index.ts'

/**
 * What happens next. `read`: the server reads one message of the WebSocket; `confirm`: it confirms one that it has read;
 * `confirmAgain`: the last one that arrived. `lose`: a POST request is processed, and its response is lost. `fill`: the
 * buffer of the WebSocket rises above the high-water mark, or is sent.
 */
const weights = {
  send: 3,
  read: 2,
  accept: 1,
  refuse: 1,
  confirm: 2,
  confirmAgain: 1,
  cut: 1,
  reconnect: 1,
  openStream: 1,
  greet: 1,
  endStream: 1,
  respond: 1,
  reject: 1,
  lose: 1,
  fail: 1,
  wait: 2,
  fill: 1,
  offline: 1,
  online: 1,
}
const step = fc.record({
  type: fc.oneof(
    ...Object.entries(weights).map(([type, weight]) => ({
      weight,
      arbitrary: fc.constant(type as keyof typeof weights), // a key of `weights`
    })),
  ),
  n: fc.nat(40_000),
})
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** The network and the server of one connection over a WebSocket and an event stream, with POST requests. */
function createServer() {
  const environment = createTestEnvironment()
  /** How many messages of each WebSocket were read. */
  const read = new Map<FakeWebSocket, number>()
  /** The IDs of the messages, in the order of their arrival. Some arrive again. */
  const arrivals: number[] = []
  const unconfirmed: number[] = []
  const openStreams = new Set<FakeRequest>()
  const finished = new Set<FakeRequest>()

  const webSocketOf = () => environment.sockets.at(-1)
  const openWebSocket = () => environment.sockets.findLast(({ readyState }) => readyState === 1)
  const runningRequest = (method: string) =>
    environment.requests.findLast(
      (request) =>
        request.method === method && !request.aborted && !request.cancelled && !finished.has(request),
    )

  function arrive(body: unknown): number {
    const id = Number((JSON.parse(String(body)) as Note).id)
    arrivals.push(id)
    return id
  }

  async function finishPost(status: number | 'none', isProcessed: boolean): Promise<void> {
    const request = runningRequest('POST')
    if (!request) return
    finished.add(request)
    if (isProcessed) arrive(request.body)
    if (status === 'none') request.fail()
    else {
      request.respond({ status, headers: {} })
      request.end()
    }
    await environment.advance(0)
  }

  const actions: Record<Exclude<keyof typeof weights, 'send' | 'reconnect'>, (n: number) => unknown> = {
    read() {
      const socket = openWebSocket()
      const count = (socket && read.get(socket)) ?? 0
      if (!socket || count >= socket.sent.length) return
      read.set(socket, count + 1)
      const id = arrive(socket.sent[count])
      if (!unconfirmed.includes(id)) unconfirmed.push(id)
    },
    accept: () => webSocketOf()?.accept(),
    refuse() {
      const socket = webSocketOf()
      if (socket?.readyState === 0) socket.refuse()
    },
    confirm(n) {
      const socket = openWebSocket()
      const [ack] = socket ? unconfirmed.splice(n % Math.max(1, unconfirmed.length), 1) : []
      if (ack !== undefined) socket?.receive(JSON.stringify({ ack }))
    },
    confirmAgain: () => openWebSocket()?.receive(JSON.stringify({ ack: arrivals.at(-1) })),
    cut: () => openWebSocket()?.end(1006),
    openStream() {
      const request = runningRequest('GET')
      if (!request || openStreams.has(request)) return
      openStreams.add(request)
      request.respond()
    },
    greet() {
      const request = runningRequest('GET')
      if (request && openStreams.has(request)) request.write(': hi\n\n')
    },
    endStream() {
      const request = runningRequest('GET')
      if (!request) return
      finished.add(request)
      if (openStreams.has(request)) request.end()
      else request.fail()
    },
    respond: () => finishPost(204, true),
    reject: () => finishPost(503, false),
    lose: () => finishPost(503, true),
    fail: (n) => finishPost('none', n % 2 === 0),
    wait: (n) => environment.advance(n),
    fill() {
      const socket = webSocketOf()
      if (socket) socket.bufferedAmount = socket.bufferedAmount > 0 ? 0 : 11
    },
    offline: () => environment.emitPageEvent('offline'),
    online: () => environment.emitPageEvent('online'),
  }
  return { environment, arrivals, unconfirmed, actions, openWebSocket, webSocketOf }
}

function openConnection({ environment }: ReturnType<typeof createServer>, isAlwaysPosted: boolean) {
  const connection = createConnection([webSocket('/ws'), eventSource('/sse')], {
    environment,
    remember: false,
    codec: json<Note>(),
    highWaterMark: 10,
    upgrade: { after: 1000, cap: 3000 },
    acks: noteAcks(),
    upstream: post<Note>('/post', { always: isAlwaysPosted, key: ({ id }) => `k${id}` }),
  })
  const confirmed: unknown[] = []
  const dropped: unknown[] = []
  connection.on('confirmed', ({ key }) => confirmed.push(key))
  connection.on('error', (error) => isTautlineError(error, 'dropped') && dropped.push(error))
  connection.open()
  const count = () => {
    const { queued, unconfirmed = 0 } = connection.getSnapshot()
    return queued + unconfirmed
  }
  return { connection, confirmed, dropped, count }
}

/** Lets everything through until all messages are confirmed. */
async function settle(server: ReturnType<typeof createServer>, count: () => number): Promise<void> {
  const { environment, actions, unconfirmed } = server
  actions.online(0)
  for (let round = 0; count() > 0; round++) {
    expect(round, 'messages that are never confirmed').toBeLessThan(100)
    const socket = server.webSocketOf()
    if (socket) socket.bufferedAmount = 0
    actions.accept(0)
    actions.openStream(0)
    await environment.advance(1000)
    await actions.respond(0)
    const open = server.openWebSocket()
    for (let index = open?.sent.length ?? 0; index > 0; index--) actions.read(0)
    while (server.openWebSocket() && unconfirmed.length > 0) actions.confirm(0)
    await environment.advance(1000)
    // The acknowledgements of an earlier transport were lost.
    if (round % 5 === 4) actions.cut(0)
  }
}

async function run(steps: readonly Step[], isAlwaysPosted: boolean): Promise<number> {
  const server = createServer()
  const { environment, actions, arrivals } = server
  const { connection, confirmed, dropped, count } = openConnection(server, isAlwaysPosted)
  await environment.advance(0)
  let sent = 0
  for (const { type, n } of steps) {
    if (type === 'send') connection.send({ id: sent++ })
    else if (type === 'reconnect') connection.reconnect()
    else await actions[type](n)
    if (n % 3 === 0) await environment.advance(0)
    expect(count() + confirmed.length).toBe(sent)
  }
  await settle(server, count)
  const all = Array.from({ length: sent }, (_, id) => id)
  expect(confirmed.toSorted((one, other) => Number(one) - Number(other))).toEqual(all)
  // Those that arrive again are recognized by their key.
  expect([...new Set(arrivals)]).toEqual(all)
  expect(dropped).toEqual([])
  connection.close()
  await environment.advance(10_000)
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
  expect(environment.errors.filter((error) => !isTautlineError(error, 'http'))).toEqual([])
  return new Set(arrivals).size < arrivals.length ? 1 : 0
}

test('[acks] each message is confirmed once and arrives in order, over a WebSocket and by POST requests', async () => {
  let repeated = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 160, size: 'max' }),
      fc.boolean(),
      async (steps, isAlwaysPosted) => {
        repeated += await run(steps, isAlwaysPosted)
      },
    ),
    { numRuns: 100 },
  )
  expect(repeated).toBeGreaterThan(10)
}, 60_000)
