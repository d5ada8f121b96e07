import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventSource } from '../event-source/index.ts'
import { createFetchPages, cursor } from '../fetch/index.ts'
import { createLongPoll, query } from '../long-poll/index.ts'
import { collect } from '../shared/reducers.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'

type Url = string | null | undefined | false

interface Client {
  subscribe(listener: () => void): () => void
  getSnapshot(): object
  setOptions(url: Url, options: object): void
}

/** How a message is received by each kind of client, and how the connection or request fails. */
interface Kind {
  readonly create: (url: Url, options: Options) => Client
  readonly send: (environment: TestEnvironment, text: string) => Promise<void>
  readonly fail: (environment: TestEnvironment) => Promise<void>
}

interface Options {
  readonly environment: TestEnvironment
  readonly closeDelay?: number
}

async function sendBody(environment: TestEnvironment, type: string, text: string, isOpen = false) {
  await environment.advance(2000)
  const request = environment.requests.at(-1)
  if (!request || request.aborted) return
  request.respond({ headers: { 'content-type': type } })
  await environment.advance(0)
  request.write(text)
  if (!isOpen) request.end()
  await environment.advance(20)
}

const failRequest = async (environment: TestEnvironment) => {
  await environment.advance(0)
  environment.requests.at(-1)?.respond({ status: 404 })
  await environment.advance(20)
}

const kinds: Readonly<Record<string, Kind>> = {
  createWebSocket: {
    create: (url, options) => createWebSocket(url, options),
    async send(environment, text) {
      await environment.advance(2000)
      const socket = environment.sockets.at(-1)
      if (socket?.readyState === 0) socket.accept()
      if (socket?.readyState === 1) socket.receive(text)
      await environment.advance(20)
    },
    async fail(environment) {
      await environment.advance(0)
      environment.sockets.at(-1)?.end(4500)
      await environment.advance(20)
    },
  },
  createEventSource: {
    create: (url, options) => createEventSource(url, options),
    send: (environment, text) => sendBody(environment, 'text/event-stream', `id: 1\ndata: ${text}\n\n`, true),
    fail: failRequest,
  },
  createLongPoll: {
    create: (url, options) =>
      createLongPoll<unknown, unknown, unknown>(url, { ...options, cursor: query('since', () => '7') }),
    send: (environment, text) => sendBody(environment, 'application/json', JSON.stringify([text])),
    fail: failRequest,
  },
  createFetchPages: {
    create: (url, options) => createFetchPages(url, { ...options, next: cursor('after', () => 1) }),
    send: (environment, text) => sendBody(environment, 'application/json', JSON.stringify([text])),
    fail: failRequest,
  },
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('send', 'send', 'fail', 'wait'),
    none: fc.constantFrom<Url>(null, undefined, false, ''),
    isReduced: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
)

describe.each(Object.entries(kinds))('%s', (name, kind) => {
  test('[no-url] without a URL it shows nothing, whatever it has shown', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const environment = createTestEnvironment()
        const empty = kind.create(null, { environment }).getSnapshot()
        const client = kind.create(null, { environment })
        client.subscribe(() => {})
        for (const { what, none, isReduced } of sequence) {
          const reduce = isReduced && name !== 'createFetchPages' ? { reduce: collect() } : {}
          client.setOptions('/a', { environment, ...reduce })
          if (what === 'send') await kind.send(environment, 'secret of a user')
          if (what === 'fail') await kind.fail(environment)
          client.setOptions(none, { environment })
          await environment.advance(20)
          expect(client.getSnapshot()).toEqual(empty)
        }
      }),
      { numRuns: 40 },
    )
  })
})

test('[query] a long poll and a list of pages send their URL as it is written, and append the cursor', async () => {
  const part = fc.constantFrom(
    '%20',
    '%2f',
    '+',
    '~',
    'sig=a+b%2Fc',
    'flag',
    'empty=',
    'a=1&a=2',
    '&',
    "q='x'",
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 4 }), fc.constantFrom('', '#top'), async (parts, hash) => {
      const environment = createTestEnvironment()
      const own = parts.join('&').replaceAll("'", '%27')
      const url = `https://other.example/a%2fb${own && '?'}${own}`
      createLongPoll<unknown, unknown, unknown>(url + hash, {
        environment,
        cursor: query('since', () => 'a b'),
      }).subscribe(() => {})
      await environment.advance(0)
      expect(environment.request.url).toBe(url)
      await sendBody(environment, 'application/json', '[1]')
      await environment.advance(5000)
      const next = environment.request.url
      expect(next.startsWith(url)).toBe(true)
      expect([...new URLSearchParams(next.slice(url.length))]).toEqual([['since', 'a b']])
      const list = createFetchPages(url + hash, { environment, next: cursor('after', () => 'a b') })
      void list.fetchNext()
      await sendBody(environment, 'application/json', '[1]')
      void list.fetchNext()
      await environment.advance(0)
      const page = environment.request.url
      expect(page.startsWith(url)).toBe(true)
      expect([...new URLSearchParams(page.slice(url.length))]).toEqual([['after', 'a b']])
    }),
    { numRuns: 60 },
  )
})
