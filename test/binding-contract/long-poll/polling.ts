import { HttpResponse } from 'msw'
import { expect } from 'vitest'
import type { PollOptions } from '../support/driver.ts'
import { refusal } from '../event-source/server.ts'
import type { PollPage } from '../support/page.ts'
import type { PollScenario } from '../support/scenario.ts'

/** Returns a function that responds to the oldest waiting request. */
export function respondManually(page: PollPage): (response: Response) => Promise<void> {
  const waiting: ((response: Response) => void)[] = []
  page.server.onCall = () => new Promise<Response>((resolve) => waiting.push(resolve))
  return async (response) => {
    await page.until(() => expect(waiting).not.toEqual([]))
    waiting.shift()?.(response)
    await page.settle()
  }
}

export const news = (body: string, next: string) => new HttpResponse(body, { headers: { 'x-next': next } })

/** Expects the next request after exactly this many ms. */
export async function expectNext(page: PollPage, ms: number): Promise<void> {
  const { length } = page.server.calls
  await page.advance(ms - 1)
  expect(page.server.calls).toHaveLength(length)
  await page.advance(1)
  await page.until(() => expect(page.server.calls).toHaveLength(length + 1))
}

/** Fails the test on errors and retries. */
const failOnError = { onError: () => expect.unreachable(), onRetry: () => expect.unreachable() }

const shows = { shows: ['status', 'attempt', 'error'] } as const

export const polling: readonly PollScenario[] = [
  {
    name: '[poll-sequence] the next request starts after the response was handled, with the newest cursor and never in parallel',
    async run(page) {
      const log: unknown[] = []
      await page.mountOpen('/row', {
        onMessage: (message) => log.push([message, page.server.calls.length]),
      })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      for (const text of ['a', 'b', 'c']) page.server.connection.send(text)
      await page.until(() => expect(page.server.calls).toHaveLength(5))
      expect(log).toEqual([
        ['a', 2],
        ['b', 3],
        ['c', 4],
      ])
      expect(page.server.calls.map(({ since }) => since)).toEqual([undefined, '0', '1', '2', '3'])
      expect(page.server.connections).toHaveLength(1)
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[poll-sequence] a response in chunks is one response, and the next request waits for its end',
    async run(page) {
      const one = await page.mountOpen('/pieces')
      let body: ReadableStreamDefaultController<Uint8Array> | undefined
      page.server.shape = (_, next) =>
        new HttpResponse(new ReadableStream({ start: (controller) => void (body = controller) }), {
          headers: { 'x-next': next, 'content-type': 'text/plain' },
        })
      page.server.connection.send('')
      await page.until(() => expect(body).toBeDefined())
      // The three bytes of the euro sign are split between two chunks.
      const [first, second] = [new Uint8Array([49, 0xe2]), new Uint8Array([0x82, 0xac])]
      body?.enqueue(first)
      await page.advance(10_000)
      expect([one.shown.data, page.server.calls.length]).toEqual([undefined, 2])
      body?.enqueue(second)
      body?.close()
      await page.until(() => expect(one.shown.data).toBe('1€'))
      await page.until(() => expect(page.server.calls).toHaveLength(3))
    },
  },
  {
    name: '[poll-sequence] polls at once after messages that moved the cursor, else after the gap',
    async run(page) {
      const respond = respondManually(page)
      const one = page.mount('/gap', { minGap: undefined })
      await respond(news('a', '1'))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await respond(news('same', '1'))
      await expectNext(page, 1000)
      await page.advance(400)
      await respond(news('', '2'))
      // The gap counts from request to request.
      await expectNext(page, 600)
      expect(page.server.calls.map(({ since }) => since)).toEqual([undefined, '1', '1', '2'])
      expect(one.shown).toMatchObject({ status: 'open', data: 'same' })
    },
  },
  {
    name: '[nothing-new] 204, 205, 304, 408 and an empty response are no failure: the same cursor is requested again',
    async run(page) {
      const respond = respondManually(page)
      const one = page.mount('/quiet', { ...failOnError, initialCursor: '7' }, shows)
      for (const status of [200, 204, 205, 304, 408, 200]) {
        await respond(new HttpResponse(null, { status, headers: { 'content-type': 'application/json' } }))
      }
      await page.until(() => expect(page.server.calls).toHaveLength(7))
      expect(new Set(page.server.calls.map(({ since }) => since))).toEqual(new Set(['7']))
      expect(one.renders).toEqual([
        { status: 'connecting', attempt: 0, error: undefined },
        { status: 'open', attempt: 0, error: undefined },
      ])
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[nothing-new] a server that responds at once with nothing new is polled once a second',
    async run(page) {
      for (const status of [204, 304, 408]) {
        page.server.onCall = () => new HttpResponse(null, { status })
        const one = await page.mountOpen(`/hasty-${status}`, { ...failOnError, minGap: undefined })
        await page.settle()
        for (const wait of [1000, 1000, 1000]) await expectNext(page, wait)
        one.unmount()
        await page.advance(1000)
      }
    },
  },
  {
    name: '[nothing-new] a server that ignores the cursor, or gets none, is not flooded',
    async run(page) {
      page.server.onCall = () => news('always', '1')
      const received: unknown[] = []
      const options: readonly PollOptions[] = [{}, { cursor: undefined }]
      for (const [index, option] of options.entries()) {
        const onMessage = (message: unknown) => received.push(message)
        const one = await page.mountOpen(`/deaf-${index}`, { ...option, minGap: 500, onMessage })
        await page.settle()
        // Only the first case has a cursor, which the first response has changed.
        if (index === 0) await page.until(() => expect(received).toHaveLength(2))
        received.length = 0
        await expectNext(page, 500)
        await expectNext(page, 500)
        await page.until(() => expect(received).toEqual(['always', 'always']))
        one.unmount()
        await page.advance(1000)
        received.length = 0
      }
    },
  },
  {
    name: '[nothing-new] 504 after ten seconds counts as an empty response, and sooner it is a failure',
    async run(page) {
      const respond = respondManually(page)
      const one = page.mount('/proxy', {}, shows)
      await respond(news('', '1'))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.advance(10_000)
      await respond(refusal(504))
      await page.until(() => expect(page.server.calls).toHaveLength(3))
      expect(one.shown).toEqual({ status: 'open', attempt: 0, error: undefined })
      await page.advance(9999)
      await respond(refusal(504))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', attempt: 1 }))
      expect(one.shown.error).toMatchObject({ code: 'http', status: 504 })
    },
  },
  {
    name: '[nothing-new] a request held for a second opens, but attempt is reset only by a response',
    async run(page) {
      page.server.refuse()
      const one = page.mount('/held', { retry: { delay: () => 100 } }, shows)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', attempt: 1 }))
      const respond = respondManually(page)
      await page.advance(100)
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.advance(999)
      expect(one.shown.status).toBe('connecting')
      await page.advance(1)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', attempt: 1 }))
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'open', attempt: 1 })
      await respond(news('at last', '1'))
      await page.until(() => expect(one.shown).toEqual({ status: 'open', attempt: 0, error: undefined }))
    },
  },
  {
    name: '[stable-connection] [retry-limit] attempts count up to the limit if the server holds each request and then fails it',
    async run(page) {
      const attempts: number[] = []
      const respond = respondManually(page)
      const one = page.mount('/failing', {
        retry: { delay: () => 100, limit: 3 },
        onRetry: ({ attempt }) => attempts.push(attempt),
      })
      for (const count of [1, 2, 3]) {
        await page.advance(5000)
        await page.until(() => expect(one.shown.status).toBe('open'))
        await respond(HttpResponse.error())
        await page.until(() => expect(attempts).toHaveLength(count))
        await page.advance(100)
      }
      await respond(HttpResponse.error())
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } }),
      )
      expect(attempts).toEqual([1, 2, 3])
      expect(page.server.calls).toHaveLength(4)
    },
  },
  {
    name: '[connect-timeout] a request held longer than timeout.request is aborted and sent again with the same cursor',
    async run(page) {
      const one = page.mount('/hole', { timeout: { request: undefined }, retry: { delay: () => 100 } })
      page.server.onCall = () => new Promise(() => {})
      await page.advance(89_999)
      expect(one.shown.status).toBe('open')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
      expect(one.shown.error).toMatchObject({ phase: 'request', timeout: 90_000 })
      await page.until(() => expect(page.server.call.isInFlight).toBe(false))
      await expectNext(page, 100)
    },
  },
]
