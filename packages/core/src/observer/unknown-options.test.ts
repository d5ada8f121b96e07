import { describe, expect, onTestFinished, test, vi } from 'vitest'
import * as z from 'zod'
import { type AnyEventSourceOptions, createEventSource } from '../event-source/index.ts'
import { type AnyFetchOptions, type FetchOverrides, createFetch, createFetchPages } from '../fetch/index.ts'
import { type AnyLongPollOptions, createLongPoll } from '../long-poll/index.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { exponential } from '../shared/backoff.ts'
import { collect, concat, latest } from '../shared/reducers.ts'
import { type PlainWebSocketOptions, createWebSocket } from '../web-socket/index.ts'

const creators: Readonly<Record<string, (url: string, options: never) => unknown>> = {
  createFetch,
  createFetchPages,
  createLongPoll,
  createEventSource,
  createWebSocket,
}

/** Returns what is written to the console. */
function warningsOf(act: () => unknown): readonly string[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  act()
  const texts = warn.mock.calls.map(([text]) => String(text))
  warn.mockRestore()
  return texts
}

/** Creates a client with options that the types do not allow. Each test uses its own: a warning is written once. */
function create(name: string, options: object): unknown {
  const all = { environment: createTestEnvironment(), ...options }
  return creators[name]?.('/a', all as never)
}

describe('[unknown-options] an option that does not exist is named, with what to use instead', () => {
  test.each([
    ['createFetch', { refetchIntervall: 5000 }, '`refetchInterval`'],
    ['createFetch', { keepPreviousdata: true }, '`keepPreviousData`'],
    ['createFetch', { staleTime: 5000 }, '`maxAge`'],
    ['createFetch', { queryFn: () => 1 }, 'the URL'],
    ['createFetch', { refreshInterval: 5000 }, '`refetchInterval`'],
    ['createFetch', { dedupingInterval: 5000 }, '`maxAge`'],
    ['createFetch', { immediate: false }, '`enabled`'],
    ['createFetch', { onSuccess: () => {} }, '`onMessage`'],
    ['createFetch', { params: { page: 1 } }, '`query`'],
    ['createFetch', { retry: { retries: 3 } }, '`retry: { limit }`'],
    ['createFetch', { timeout: { requst: 3 } }, '`timeout.request`'],
    ['createFetchPages', { getNextPageParam: () => 1 }, 'next of useFetchPages'],
    ['createLongPoll', { intervall: 5000 }, '`interval`'],
    ['createLongPoll', { queryKey: ['a'] }, 'check its name'],
    ['createEventSource', { withCredentials: true }, "`credentials: 'include'`"],
    ['createEventSource', { onmessage: () => {} }, '`onMessage`'],
    ['createWebSocket', { shouldReconnect: () => true }, '`retry: { when }`'],
    ['createWebSocket', { headers: { a: 'b' } }, '`handshake`'],
    ['createWebSocket', { outbox: { limit: 3 } }, 'check its name'],
  ])('%s: %j', (name, options, hint) => {
    const [text = '', ...more] = warningsOf(() => [create(name, options), create(name, options)])
    expect(more.filter((other) => Object.keys(options).every((option) => !other.includes(option)))).toEqual(
      [],
    )
    expect(text).toContain(Object.keys(options)[0])
    expect(text).toContain(hint)
  })

  test('also of execute(), unless it gets an event', () => {
    const client = createFetch('/a', { method: 'POST', environment: createTestEnvironment() })
    const execute = (overrides: object) => warningsOf(() => client.execute(overrides))
    expect(String(execute({ data: { a: 1 } }))).toContain('execute() has no option `data`')
    expect(execute(new Event('click'))).toEqual([])
    expect(execute({ nativeEvent: new Event('click'), _targetInst: null })).toEqual([])
  })

  test('also a function in the place of options', () => {
    const fetcher = async () => 1
    expect(String(warningsOf(() => createFetch('/a', fetcher as object)))).toContain(
      'a function instead of options',
    )
  })
})

test('[unknown-options] a function that makes a reducer or a delay, but was not called, is named', () => {
  const written = Object.keys(creators).map((name) =>
    warningsOf(() => {
      if (name !== 'createFetchPages')
        for (const reduce of [collect, concat, latest]) create(name, { reduce })
      create(name, { retry: { delay: exponential } })
    }),
  )
  const texts = String(written)
  for (const call of ['collect()', 'concat()', 'latest()', 'exponential()'])
    expect(texts).toContain(`\`${call}\``)
})

describe('[unknown-options] a codec that cannot decode is refused when the client is created', () => {
  // Schemas of zod 4 have `decode` and `encode`, with another meaning. arktype's are functions.
  const schema = z.object({ name: z.string() })
  const codecs = [schema, {}, { parse: () => 1 }, Object.assign(() => 1, schema)]
  test.each(Object.keys(creators))('%s', (name) => {
    for (const codec of codecs) expect(() => create(name, { codec })).toThrow('Option codec is')
    expect(() => create(name, { codec: schema })).toThrow('use json(schema)')
  })

  test('createEventSource, by the type of the event', () => {
    expect(() => create('createEventSource', { events: { price: schema } })).toThrow(
      'Option events.price must be a codec',
    )
  })
})

describe('[unknown-options] no option of ours is called unknown', () => {
  const common = {
    enabled: 1,
    share: 1,
    key: 1,
    providerKey: 1,
    notify: 1,
    environment: 1,
    retry: 1,
    timeout: 1,
    pause: 1,
    reduce: 1,
    initialData: 1,
    select: 1,
    onMessage: 1,
    onError: 1,
    onRetry: 1,
    onGiveUp: 1,
    codec: 1,
  } as const
  const connection = { ...common, closeDelay: 1, onOpen: 1, onClose: 1 } as const
  const http = { method: 1, headers: 1, body: 1, credentials: 1, ignoreHeaders: 1 } as const
  const overrides = {
    method: 1,
    headers: 1,
    body: 1,
    credentials: 1,
    json: 1,
    query: 1,
    idempotencyKey: 1,
    invalidates: 1,
  } as const
  // `satisfies` makes a new option an error here.
  const all = {
    'A request': {
      ...common,
      ...overrides,
      ignoreHeaders: 1,
      baseUrl: 1,
      emptyOn: 1,
      input: 1,
      serializeQuery: 1,
      maxAge: 1,
      staleWhileRevalidate: 1,
      cache: 1,
      refetchInterval: 1,
      refetchOnFocus: 1,
      refetchOnReconnect: 1,
      keepPreviousData: 1,
      tags: 1,
      providerDefaults: 1,
      maxBodyBytes: 1,
      throwOnError: 1,
    } satisfies Record<keyof AnyFetchOptions, 1>,
    'execute()': { ...overrides, url: 1, signal: 1 } satisfies Record<keyof FetchOverrides, 1>,
    'A WebSocket': {
      ...connection,
      protocols: 1,
      handshake: 1,
      binaryType: 1,
      heartbeat: 1,
      outbox: 1,
      highWaterMark: 1,
      acks: 1,
      onConfirmed: 1,
    } satisfies Record<keyof PlainWebSocketOptions<unknown, never, unknown, unknown>, 1>,
    'An event stream': {
      ...connection,
      ...http,
      events: 1,
      lastEventId: 1,
      resume: 1,
      heartbeat: 1,
      until: 1,
      atEnd: 1,
      format: 1,
      maxEventLength: 1,
    } satisfies Record<keyof AnyEventSourceOptions, 1>,
    'A long poll': {
      ...connection,
      ...http,
      cursor: 1,
      initialCursor: 1,
      messages: 1,
      dedupeBy: 1,
      interval: 1,
      minGap: 1,
      maxBodyBytes: 1,
    } satisfies Record<keyof AnyLongPollOptions, 1>,
  }
  test.each(Object.entries(all))('%s', (owner, options) => {
    expect(warningsOf(() => warnAboutOptions(owner as keyof typeof all, options))).toEqual([]) // a key of `all`
  })
})
