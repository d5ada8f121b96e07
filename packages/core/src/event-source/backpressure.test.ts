import { describe, expect, test } from 'vitest'
import { block } from '../../test/event-source/harness.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { silence } from '../connection/heartbeat.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { type EventSourceOptions, createEventSource, observeEventSource } from './index.ts'
import { ndjson } from './formats.ts'

const CHUNKS = 1000
const PAYLOAD = 'x'.repeat(60_000)

/** A server that sends 60 MB as fast as they are read, then keeps the stream open. */
function fastServer(toChunk: (index: number) => string, type = 'text/event-stream', chunks = CHUNKS) {
  const encoder = new TextEncoder()
  const sent = { chunks: 0, isCancelled: false }
  const platform = createTestEnvironment()
  const environment = extendEnvironment(platform, {
    fetch: () =>
      Promise.resolve(
        new Response(
          new ReadableStream<Uint8Array>(
            {
              pull(controller) {
                if (sent.chunks < chunks) controller.enqueue(encoder.encode(toChunk(sent.chunks++)))
              },
              cancel: () => void (sent.isCancelled = true),
            },
            { highWaterMark: 0 },
          ),
          { headers: { 'content-type': type } },
        ),
      ),
  })
  const sleep = (ms: number) => new Promise<void>((resolve) => void environment.setTimeout(resolve, ms))
  return { environment, sent, sleep }
}

const events = (chunks?: number) =>
  fastServer((index) => block(`${index} ${PAYLOAD}`), 'text/event-stream', chunks)

/** A loop whose body takes 100 ms, until it has so many messages. */
function slowLoop(
  { environment, sent, sleep }: ReturnType<typeof events>,
  options: Partial<EventSourceOptions> = {},
  until = 40,
) {
  const client = createEventSource('/news', { environment, ...options } as EventSourceOptions)
  const taken: string[] = []
  const counts = { sentAtBreak: 0 }
  const loop = async () => {
    for await (const message of client) {
      taken.push(message.slice(0, 10).split(' ')[0] ?? '')
      counts.sentAtBreak = sent.chunks
      if (taken.length === until) break
      await sleep(100)
    }
  }
  return { client, taken, counts, ended: loop().catch((error: unknown) => error) }
}

/** More than the microtasks and turns in which a body that is not held back would be read whole. */
const settle = async (environment: ReturnType<typeof events>['environment'], ms: number) => {
  for (let time = 0; time < ms; time += 20) await environment.advance(20)
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index))

describe('[slow-loops] `for await` with a slow body', () => {
  test('holds the body back, loses nothing, and lets go at the end of the loop', async () => {
    const server = events()
    const { taken, counts, ended } = slowLoop(server)
    await settle(server.environment, 4200)
    expect(await ended).toBeUndefined()
    expect(taken).toEqual(numbers(40))
    expect(counts.sentAtBreak).toBeLessThan(45)
    await settle(server.environment, 1100)
    expect([server.sent.isCancelled, server.environment.timers, server.environment.listeners]).toEqual([
      true,
      0,
      0,
    ])
  })

  test('also holds back NDJSON', async () => {
    const server = fastServer((index) => `{"n":"${index} ${PAYLOAD}"}\n`, 'application/x-ndjson')
    const { client, taken } = slowLoop(server, { format: ndjson() })
    await settle(server.environment, 1000)
    expect([taken.length, server.sent.chunks < 20]).toEqual([11, true])
    client.close()
  })

  test('the silence check rests meanwhile, and counts from when reading goes on', async () => {
    const server = events(3)
    const { client, taken } = slowLoop(server, { heartbeat: silence({ timeout: 70 }), retry: false })
    // The first event is taken at 0 ms, the last one at 200 ms, when the server becomes silent.
    await settle(server.environment, 260)
    expect([taken, client.getSnapshot().status]).toEqual([numbers(3), 'open'])
    await settle(server.environment, 20)
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      error: { code: 'timeout', phase: 'silence' },
    })
  })

  test('a body that is held back is not replaced after sleep', async () => {
    const server = events()
    const { client, taken } = slowLoop(server)
    await settle(server.environment, 200)
    server.environment.emitPageEvent('slept')
    await settle(server.environment, 3600)
    expect([taken.length, server.sent.isCancelled]).toEqual([39, false])
    client.close()
  })

  test('[half-open] what was received before a sleep does not prove that the connection is alive', async () => {
    const server = events(2)
    const { client, taken } = slowLoop(server)
    // The second event is held back, and nothing follows it.
    await settle(server.environment, 40)
    server.environment.emitPageEvent('slept')
    await settle(server.environment, 12_000)
    expect([taken, server.sent.isCancelled]).toEqual([numbers(2), false])
    await settle(server.environment, 1000)
    expect(server.sent.isCancelled).toBe(true)
    client.close()
  })

  test.each([
    ['a listener', (client: ReturnType<typeof slowLoop>['client']) => client.on('message', () => {})],
    ['a subscriber', (client: ReturnType<typeof slowLoop>['client']) => client.subscribe(() => {})],
  ])('%s beside the loop lifts the hold, also while the body is held back', async (_, listen) => {
    const server = events()
    const { client } = slowLoop(server)
    await settle(server.environment, 60)
    expect(server.sent.chunks).toBeLessThan(5)
    const remove = listen(client)
    await settle(server.environment, 60)
    expect(server.sent.chunks).toBeGreaterThan(10)
    remove()
    await settle(server.environment, 40)
    const before = server.sent.chunks
    await settle(server.environment, 200)
    expect(server.sent.chunks - before).toBeLessThan(5)
    client.close()
  })

  test('so does a hook that shares the connection, and the option `onMessage`', async () => {
    const shared = events()
    const { client } = slowLoop(shared)
    await settle(shared.environment, 60)
    const observed = observeEventSource('/news', { environment: shared.environment })
    const leave = observed.subscribe(() => {})
    await settle(shared.environment, 60)
    expect(shared.sent.chunks).toBeGreaterThan(10)
    leave()
    client.close()
    const own = events()
    const other = slowLoop(own, { onMessage: () => {} })
    await settle(own.environment, 60)
    expect(own.sent.chunks).toBeGreaterThan(10)
    other.client.close()
  })

  test('`onMessage` counts from when it is set until it is removed', async () => {
    const server = events()
    const { environment } = server
    const { client } = slowLoop(server)
    await settle(environment, 60)
    expect(server.sent.chunks).toBeLessThan(5)
    client.setOptions('/news', { environment, onMessage: () => {} })
    await settle(environment, 60)
    expect(server.sent.chunks).toBeGreaterThan(10)
    client.setOptions('/news', { environment })
    await settle(environment, 40)
    const before = server.sent.chunks
    await settle(environment, 200)
    expect(server.sent.chunks - before).toBeLessThan(5)
    client.close()
  })

  test('`open()` before the loop does not lift it', async () => {
    const server = events()
    const { client } = slowLoop(server)
    client.open()
    await settle(server.environment, 1000)
    expect(server.sent.chunks).toBeLessThan(20)
    client.close()
  })

  test('of two loops the faster one decides', async () => {
    const server = events()
    const { client, taken } = slowLoop(server)
    const fast: unknown[] = []
    void (async () => {
      for await (const message of client) fast.push(message)
    })()
    await settle(server.environment, 200)
    expect([taken.length < 5, fast.length > 10]).toEqual([true, true])
    client.close()
  })

  test('close() ends the loop after what it has, and the request', async () => {
    const server = events()
    const { client, taken, ended } = slowLoop(server)
    await settle(server.environment, 500)
    client.close()
    await settle(server.environment, 1000)
    expect(await ended).toBeUndefined()
    expect([taken.length < 10, server.sent.isCancelled, server.environment.timers]).toEqual([true, true, 0])
  })

  test('after close(), messages that an old loop has not read do not hold the next body back', async () => {
    const server = events()
    const { client } = slowLoop(server)
    await settle(server.environment, 20)
    client.close()
    client.open()
    await settle(server.environment, 40)
    expect(server.sent.chunks).toBeGreaterThan(10)
    client.close()
  })

  test('an iterator without a first next() holds nothing', async () => {
    const server = events()
    const client = createEventSource('/news', { environment: server.environment })
    client.open()
    client[Symbol.asyncIterator]()
    await settle(server.environment, 60)
    expect(server.sent.chunks).toBeGreaterThan(10)
    client.close()
  })

  test('an iterator that is not read to its end holds the body back until return()', async () => {
    const server = events()
    const client = createEventSource('/news', { environment: server.environment })
    client.open()
    const iterator = client[Symbol.asyncIterator]()
    await Promise.all([iterator.next(), settle(server.environment, 200)])
    expect(server.sent.chunks).toBeLessThan(5)
    await iterator.return?.()
    await settle(server.environment, 60)
    expect(server.sent.chunks).toBeGreaterThan(10)
    client.close()
  })

  test('reconnect() ends the hold of the old body', async () => {
    const server = events()
    const { client, taken } = slowLoop(server)
    await settle(server.environment, 500)
    client.reconnect()
    await settle(server.environment, 1000)
    expect([taken.length > 10, client.getSnapshot().status]).toEqual([true, 'open'])
    client.close()
  })
})
