import type { TautlineError } from '@tautline/core'
import { expect } from 'vitest'
import type { FetchField, MountedFetch } from '../support/driver.ts'
import type { FetchPage, FetchScenario } from './page.ts'
import { createResponse } from './server.ts'

const delay = () => 100
const WAITING: { readonly shows: readonly FetchField[] } = {
  shows: ['status', 'data', 'error', 'waitingFor'],
}
const retry = { delay }

/** Sends this response to every request. */
const always = (page: FetchPage, status: number, headers: Record<string, string> = {}) =>
  void (page.server.onCall = () => createResponse('no', { status, headers }))

/** The value of a header in each request, oldest first. */
const sent = (page: FetchPage, name: string) => page.server.calls.map(({ headers }) => headers.get(name))

const now = (page: FetchPage) => page.environment.now?.() ?? 0

/** Expects a retry after exactly this many ms. */
async function expectRetry(page: FetchPage, one: MountedFetch, ms: number): Promise<void> {
  await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
  const before = page.server.calls.length
  await page.advance(ms - 1)
  expect(page.server.calls).toHaveLength(before)
  await page.advance(1)
  await page.until(() => expect(page.server.calls).toHaveLength(before + 1))
}

/** Mounts a component and returns its retry delay in ms after such a response. */
async function waitAfter(page: FetchPage, status: number, headers: Record<string, string>): Promise<unknown> {
  always(page, status, headers)
  const one = page.mount(`/wait-${page.server.calls.length}`, { retry }, { shows: ['status', 'retryAt'] })
  await page.until(() => expect(one.shown.retryAt).toBeDefined())
  const { retryAt = 0 } = one.shown
  one.unmount()
  return retryAt - now(page)
}

export const retrying: readonly FetchScenario[] = [
  {
    name: '[safe-retries] a failed request is retried twice, first after a short delay, then after a longer one',
    async run(page) {
      page.server.refuse()
      const one = page.mount('/default', { refetchInterval: false }, WAITING)
      // random() is 0.5: half of 1 s, then half of 3 s.
      for (const wait of [500, 1500]) await expectRetry(page, one, wait)
      await page.until(() =>
        expect(one.shown).toMatchObject({
          status: 'error',
          error: { code: 'http', status: 503 },
        }),
      )
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(3)
    },
  },
  {
    name: '[safe-retries] GET, HEAD, PUT and DELETE are retried after 503 and after a broken connection; POST and PATCH are not',
    async run(page) {
      for (const fails of [page.server.refuse, page.server.drop]) {
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'QUERY', 'PUT', 'DELETE']) {
          fails()
          const one = page.mount('/thing', { method, retry, enabled: false }, WAITING)
          const promise = one.execute()
          await page.until(() => expect(one.shown.waitingFor, method).toBe('timer'))
          page.server.accept()
          await page.advance(100)
          await page.respond()
          await expect(promise, method).resolves.toBeUndefined()
          one.unmount()
        }
        for (const method of ['POST', 'PATCH']) {
          fails()
          const before = page.requested.length
          const one = page.mount('/thing', { method, retry, enabled: false })
          await expect(one.execute({ json: 1 }), method).rejects.toMatchObject({
            code: expect.stringMatching(/^(http|connect-failed)$/),
          })
          await page.advance(60_000)
          expect(page.requested, method).toHaveLength(before + 1)
        }
      }
    },
  },
  {
    name: '[safe-retries] POST and PATCH are retried with an Idempotency-Key, the same one for every attempt',
    async run(page) {
      for (const method of ['POST', 'PATCH']) {
        page.server.refuse()
        const idempotencyKey = `key of ${method}`
        const one = page.mount('/orders', { method, retry, enabled: false, idempotencyKey }, WAITING)
        const promise = one.execute({ json: { item: 1 } })
        await expectRetry(page, one, 100)
        page.server.accept()
        await expectRetry(page, one, 100)
        await page.respond({ id: 1 })
        await expect(promise).resolves.toEqual({ id: 1 })
        const keys = sent(page, 'idempotency-key').slice(-3)
        expect(keys).toEqual(Array(3).fill(`key of ${method}`))
      }
    },
  },
  {
    name: '[safe-retries] idempotencyKey generates one key per request, or calls a function once; every attempt has the same key',
    async run(page) {
      let chance = 0
      const environment = { ...page.environment, random: () => (chance = (chance + 0.37) % 1) }
      let keys = 0
      for (const idempotencyKey of [true, () => `own-${++keys}`] as const) {
        const options = { environment, method: 'POST', retry, enabled: false, idempotencyKey }
        const one = page.mount('/orders', options, WAITING)
        for (const item of [1, 2]) {
          page.server.refuse()
          const promise = one.execute({ json: { item } })
          await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
          page.server.accept()
          await page.advance(100)
          await page.respond({ item })
          await expect(promise).resolves.toEqual({ item })
        }
      }
      const [first, again, second, last, ...own] = sent(page, 'idempotency-key')
      expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
      expect([again, last]).toEqual([first, second])
      expect(second).not.toBe(first)
      expect(own).toEqual(['own-1', 'own-1', 'own-2', 'own-2'])
    },
  },
  {
    name: '[safe-retries] an idempotency key that is no valid header value sends no request',
    async run(page) {
      const one = page.mount('/orders', { method: 'POST', enabled: false })
      for (const idempotencyKey of ['', 'two\nlines', 'schlüssel']) {
        await expect(one.execute({ json: 1, idempotencyKey })).rejects.toMatchObject({
          code: 'bad-option',
          option: 'idempotencyKey',
        })
      }
      expect(page.requested).toEqual([])
    },
  },
  {
    name: '[retry-limit] stops exactly at the limit with an error, and calls onRetry and onGiveUp',
    async run(page) {
      page.server.refuse()
      const providerCalls: unknown[] = []
      const one = page.mount(
        '/limit',
        {
          refetchInterval: false,
          retry: { limit: 2, delay },
          onRetry: ({ attempt, retryAt, error }) =>
            providerCalls.push(['retry', attempt, retryAt - now(page), error]),
          onGiveUp: ({ attempts, error }) => providerCalls.push(['give-up', attempts, error]),
          onError: (error) => providerCalls.push(['error', error]),
        },
        WAITING,
      )
      await expectRetry(page, one, 100)
      await expectRetry(page, one, 100)
      await page.until(() => expect(one.shown.status).toBe('error'))
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(3)
      const { refused } = page.server.kind
      expect(providerCalls).toMatchObject([
        ['retry', 1, 100, refused],
        ['retry', 2, 100, refused],
        ['give-up', 2, refused],
        ['error', refused],
      ])
      expect(one.shown.error).toMatchObject(refused)
    },
  },
  {
    name: '[retry-limit] retry: false makes one attempt, and a refetch has all its attempts again',
    async run(page) {
      page.server.refuse()
      const once = page.mount('/once', { retry: false, refetchInterval: false })
      await page.until(() => expect(once.shown.status).toBe('error'))
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(1)
      const one = page.mount('/again', { retry: { limit: 1, delay } }, WAITING)
      for (const tries of [2, 4]) {
        await expectRetry(page, one, 100)
        await page.until(() => expect(one.shown.status).toBe('error'))
        expect(page.requested.filter((what) => what === 'GET /again')).toHaveLength(tries)
        if (tries === 2) void one.refetch()
      }
    },
  },
  {
    name: '[retry-limit] during a retry delay the status is pending, with number, time and reason of the retry',
    async run(page) {
      page.server.refuse()
      const shows = ['status', 'isFetching', 'failure', 'attempt', 'retryAt', 'waitingFor', 'error'] as const
      const one = page.mount('/waits', { retry }, { shows })
      const waiting = {
        status: 'pending',
        isFetching: true,
        error: undefined,
        failure: expect.objectContaining(page.server.kind.refused) as unknown,
      }
      const first = { attempt: 0, retryAt: undefined, waitingFor: undefined, failure: undefined }
      expect(one.shown).toEqual({ ...waiting, ...first })
      await page.until(() =>
        expect(one.shown).toEqual({ ...waiting, attempt: 1, retryAt: now(page) + 100, waitingFor: 'timer' }),
      )
      page.server.accept()
      await page.advance(100)
      await page.until(() =>
        expect(one.shown).toEqual({ ...waiting, attempt: 1, retryAt: undefined, waitingFor: undefined }),
      )
      await page.respond('here')
      expect(one.shown).toMatchObject({
        status: 'success',
        isFetching: false,
        attempt: 0,
        failure: undefined,
      })
    },
  },
  {
    name: '[retry-after] Retry-After in seconds or as a date delays the retry by up to five minutes; invalid values are ignored',
    async run(page) {
      const inSeconds = (seconds: number) => new Date(now(page) + seconds * 1000).toUTCString()
      expect(await waitAfter(page, 503, { 'retry-after': '7' })).toBe(7100)
      expect(await waitAfter(page, 429, { 'retry-after': inSeconds(30) })).toBe(30_100)
      expect(await waitAfter(page, 503, { 'retry-after': inSeconds(-30) })).toBe(100)
      expect(await waitAfter(page, 503, { 'retry-after': '999999999' })).toBe(300_100)
      for (const garbage of ['soon', '-5', '1.5', '0x10', '']) {
        expect(await waitAfter(page, 503, { 'retry-after': garbage }), garbage).toBe(100)
      }
    },
  },
  {
    name: '[retry-after] an online event retries sooner, but never before Retry-After',
    async run(page) {
      always(page, 503, { 'retry-after': '60' })
      const one = page.mount('/busy', { retry }, WAITING)
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      page.server.accept()
      page.signal('online')
      page.signal('visible')
      await page.advance(60_000 - 1)
      expect(page.requested).toHaveLength(1)
      await page.advance(251)
      await page.respond('ready')
      expect(one.shown).toMatchObject({ status: 'success', data: 'ready' })
    },
  },
  {
    name: '[fatal-errors] a permanent error status is not retried and is in the error',
    async run(page) {
      for (const status of [400, 401, 403, 404, 405, 409, 410, 422]) {
        always(page, status)
        const errors: unknown[] = []
        const one = page.mount(`/fatal-${status}`, { onError: (error) => errors.push(error) })
        await page.until(() => expect(one.shown.status).toBe('error'))
        expect(one.shown.error).toMatchObject({ code: 'http', status })
        expect(errors).toEqual([one.shown.error])
      }
      expect(page.timers).toBe(0)
      expect(page.requested).toHaveLength(8)
    },
  },
  {
    name: '[fatal-errors] 408, 425, 429 and 5xx are retried',
    async run(page) {
      for (const status of [408, 425, 429, 500, 502, 503, 504]) {
        always(page, status)
        const one = page.mount(`/moment-${status}`, { retry }, WAITING)
        await page.until(() => expect(one.shown.waitingFor, String(status)).toBe('timer'))
        page.server.accept()
        await page.advance(100)
        await page.respond(status)
        expect(one.shown).toMatchObject({ status: 'success', data: status })
        one.unmount()
      }
    },
  },
  {
    name: '[fatal-errors] retry.when decides whether to retry, either way',
    async run(page) {
      const seen: unknown[] = []
      const when = (error: TautlineError | undefined, retryable: boolean) => {
        seen.push([error?.code === 'http' && error.status, retryable])
        return !retryable
      }
      always(page, 404)
      const one = page.mount('/missing', { retry: { when, delay } }, WAITING)
      await expectRetry(page, one, 100)
      always(page, 500)
      const broken = page.mount('/broken', { retry: { when, delay } })
      await page.until(() => expect(broken.shown.status).toBe('error'))
      expect(seen[0]).toEqual([404, false])
      expect(seen.at(-1)).toEqual([500, true])
    },
  },
  {
    name: '[handler-errors] a retry.delay or retry.when that throws is reported, and the default applies',
    async run(page) {
      const wrong = new Error('wrong in a policy')
      const fails = () => {
        throw wrong
      }
      for (const options of [{ delay: fails }, { when: fails }]) {
        page.server.refuse()
        const one = page.mount('/policy', { retry: options }, WAITING)
        await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
        page.server.accept()
        await page.advance(500)
        await page.respond('here')
        expect(one.shown).toMatchObject({ status: 'success', data: 'here' })
        expect(page.reported.splice(0)).toMatchObject([{ code: 'provider', thrown: wrong }])
        one.unmount()
        await page.settle()
      }
    },
  },
  {
    name: '[fatal-errors] 401 calls the header function once more at once for any method; a second 401 is an error',
    async run(page) {
      for (const method of ['GET', 'POST']) {
        let tokens = 0
        const headers = () => ({ authorization: `Bearer ${++tokens}` })
        page.server.onCall = (call) =>
          call.headers.get('authorization') === 'Bearer 1'
            ? createResponse('who?', { status: 401 })
            : createResponse('you')
        const one = page.mount('/me', { method, headers, enabled: false })
        await expect(one.execute()).resolves.toBe('you')
        expect(tokens).toBe(2)
        always(page, 401)
        await expect(one.execute()).rejects.toMatchObject({ code: 'http', status: 401 })
        expect(tokens).toBe(4)
        expect(page.timers).toBe(0)
        one.unmount()
      }
      expect(page.requested).toHaveLength(8)
    },
  },
  {
    name: '[fatal-errors] 401 is an error at once if the headers are no function',
    async run(page) {
      always(page, 401)
      const one = page.mount('/me', { headers: { authorization: 'Bearer old' } })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', error: { status: 401 } }))
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[option-functions] URL, header and body functions run before every attempt, with its number and the reason of the last failure',
    async run(page) {
      const providerCalls: string[] = []
      const record =
        <Value>(what: string, valueFor: (attempt: number) => Value) =>
        ({ attempt, previous }: { readonly attempt: number; readonly previous: Error | undefined }) => {
          providerCalls.push(
            `${what} ${attempt} ${previous && 'code' in previous ? String(previous.code) : undefined}`,
          )
          return valueFor(attempt)
        }
      page.server.refuse()
      const one = page.mount(
        record('url', (attempt) => `/try-${attempt}`),
        {
          method: 'QUERY',
          headers: record('headers', async (attempt) => ({ 'x-try': String(attempt) })),
          body: record('body', (attempt) => ({ attempt })),
          retry,
        },
        WAITING,
      )
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      page.server.accept()
      await page.advance(100)
      await page.respond('here')
      expect(one.shown).toMatchObject({ status: 'success', data: 'here' })
      // The functions run in any order.
      expect(providerCalls.toSorted()).toEqual([
        'body 0 undefined',
        'body 1 http',
        'headers 0 undefined',
        'headers 1 http',
        'url 0 undefined',
        'url 1 http',
      ])
      expect(page.requested).toEqual(['QUERY /try-0', 'QUERY /try-1'])
      expect(sent(page, 'x-try')).toEqual(['0', '1'])
      expect(page.server.calls.map(({ body }) => body)).toEqual(['{"attempt":0}', '{"attempt":1}'])
    },
  },
  {
    name: '[option-functions] a function that throws or rejects fails the attempt, and its error is the cause',
    async run(page) {
      const wrong = new Error('no token today')
      const tries = [
        () => {
          throw wrong
        },
        () => Promise.reject(wrong),
        () => ({ authorization: 'Bearer 4' }),
      ]
      const retries: unknown[] = []
      const one = page.mount('/me', {
        headers: () => tries.shift()?.(),
        retry,
        onRetry: ({ error }) => retries.push(error),
      })
      for (const count of [1, 2]) {
        await page.until(() => expect(retries).toHaveLength(count))
        await page.advance(100)
      }
      await page.respond('you')
      expect(one.shown).toMatchObject({ status: 'success', data: 'you' })
      const failed = { code: 'provider', provider: 'headers' }
      expect(retries).toMatchObject([
        { ...failed, thrown: wrong },
        { ...failed, thrown: wrong },
      ])
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[option-functions] a headers function that gives nothing means no headers',
    async run(page) {
      for (const nothing of [null, undefined, '', {}, { 'x-own': undefined }, { 'x-own': null }]) {
        const one = page.mount('/me', { headers: async () => nothing as never, share: false })
        await page.respond('you')
        expect(one.shown).toMatchObject({ status: 'success', data: 'you' })
        expect(page.server.call.headers.get('x-own')).toBeNull()
      }
    },
  },
  {
    name: '[option-functions] a function that never settles fails the attempt after timeout.connect, and its signal is aborted',
    async run(page) {
      let signal: AbortSignal | undefined
      const one = page.mount('/me', {
        headers: (context) => {
          signal ??= context.signal
          return new Promise(() => {})
        },
        retry: false,
        timeout: { connect: 3000 },
      })
      await page.advance(2999)
      expect(one.shown.status).toBe('pending')
      expect(signal?.aborted).toBe(false)
      await page.advance(1)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', error: { code: 'timeout' } }))
      expect(signal?.aborted).toBe(true)
      expect(page.requested).toEqual([])
    },
  },
  {
    name: '[option-functions] new functions replace the old ones without a request, and the next request calls them',
    async run(page) {
      const named = (name: string) => ({ headers: () => ({ 'x-name': name }) })
      const one = await page.mountWithResponse((_: unknown) => '/me', 1, named('old'))
      one.rerender((_: unknown) => '/me', named('new'))
      await page.advance(60_000)
      expect(page.requested).toHaveLength(1)
      void one.refetch()
      await page.respond(2)
      expect(one.shown).toMatchObject({ status: 'success', data: 2 })
      expect(sent(page, 'x-name')).toEqual(['old', 'new'])
    },
  },
]
