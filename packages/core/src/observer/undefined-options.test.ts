import { expect, test } from 'vitest'
import { createEventSource } from '../event-source/index.ts'
import { createFetch, createFetchPages } from '../fetch/index.ts'
import { createLongPoll } from '../long-poll/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'

interface Options {
  readonly environment: TestEnvironment
}

const COMMON =
  'enabled share key providerKey notify retry timeout pause onMessage onError onRetry onGiveUp codec'
const DATA = 'reduce initialData select'
const REQUEST = 'method headers credentials ignoreHeaders maxBodyBytes'
const FETCH = `${REQUEST} query json body idempotencyKey invalidates baseUrl serializeQuery maxAge staleWhileRevalidate
  cache refetchInterval refetchOnFocus refetchOnReconnect keepPreviousData tags providerDefaults throwOnError`
const CONNECTION = `${COMMON} ${DATA} closeDelay onOpen onClose`

const create = {
  createFetch: [(options: Options) => createFetch('/a', options), `${COMMON} ${DATA} ${FETCH}`],
  createFetchPages: [
    (options: Options) => createFetchPages('/a', options),
    `${COMMON} ${FETCH} initialData next previous maxPages`,
  ],
  createLongPoll: [
    (options: Options) => createLongPoll('/a', options),
    `${CONNECTION} ${REQUEST} body cursor initialCursor messages dedupeBy interval minGap`,
  ],
  createEventSource: [
    (options: Options) => createEventSource('/a', options),
    `${CONNECTION} ${REQUEST} body lastEventId events until atEnd format heartbeat resume`,
  ],
  createWebSocket: [
    (options: Options) => createWebSocket('/a', options),
    `${CONNECTION} protocols binaryType handshake outbox highWaterMark resume acks heartbeat`,
  ],
} as const

const cases = Object.entries(create).flatMap(([name, [make, names]]) =>
  names.split(/\s+/).map((option) => [name, option, make] as const),
)

test.each(cases)(
  '[defaults] %s: the option %s that is undefined counts as not given',
  async (_, option, make) => {
    const environment = createTestEnvironment()
    const clients = [{}, { [option]: undefined }].map((options) => make({ environment, ...options }))
    for (const client of clients) client.subscribe(() => {})
    await environment.advance(0)
    expect([...environment.requests, ...environment.sockets]).toHaveLength(1)
    const [one, other] = clients.map((client) => client.getSnapshot())
    expect(other).toEqual(one)
  },
)

const OVERRIDES = 'url method headers query json body credentials idempotencyKey invalidates signal'.split(
  ' ',
)

test.each(OVERRIDES)(
  '[defaults] execute: the option %s that is undefined leaves that of the hook',
  async (option) => {
    const environment = createTestEnvironment()
    const request = createFetch('/a', {
      environment,
      method: 'POST',
      json: { a: 1 },
      headers: { 'x-own': '1' },
      query: { q: 1 },
      idempotencyKey: 'once',
    })
    void request.execute({ [option]: undefined })
    await environment.advance(0)
    const { url, method, headers, body } = environment.request
    expect({ url, method, body }).toEqual({
      url: 'https://test.example/a?q=1',
      method: 'POST',
      body: '{"a":1}',
    })
    expect([headers.get('x-own'), headers.get('idempotency-key')]).toEqual(['1', 'once'])
  },
)
