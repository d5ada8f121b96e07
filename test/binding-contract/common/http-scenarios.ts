import { type TautlineError, json } from '@tautline/core'
import { expect } from 'vitest'
import { expectWaits } from './checks.ts'
import { collected } from '../support/driver.ts'
import { refusal } from '../event-source/server.ts'
import type { HttpPage } from '../support/page.ts'
import { expectWarning } from '../support/run.ts'
import type { HttpScenario } from '../support/scenario.ts'

const delay = () => 100
const fatal = { status: 'closed', closed: { by: 'fatal' } }

const always = (page: HttpPage, status: number, headers?: Record<string, string>) =>
  void (page.server.onCall = () => refusal(status, headers))

const inSeconds = (page: HttpPage, seconds: number) =>
  new Date((page.environment.now?.() ?? 0) + seconds * 1000).toUTCString()

/** Mounts a component and returns its retry delay in ms after such a response. */
async function waitAfter(page: HttpPage, status: number, headers: Record<string, string>): Promise<unknown> {
  always(page, status, headers)
  const one = page.mount(`/wait-${page.server.connections.length}`, { retry: { delay } })
  await page.until(() => expect(one.shown.status).toBe('backoff'))
  const { retryAt = 0 } = one.shown
  one.unmount()
  return retryAt - (page.environment.now?.() ?? 0)
}

/** Scenarios of all connections over HTTP, by theme. */
const reconnecting: readonly HttpScenario[] = [
  {
    name: '[retry-after] Retry-After in seconds or as a date delays the retry by up to five minutes; invalid values are ignored',
    async run(page) {
      expect(await waitAfter(page, 503, { 'retry-after': '7' })).toBe(7100)
      expect(await waitAfter(page, 429, { 'retry-after': inSeconds(page, 30) })).toBe(30_100)
      expect(await waitAfter(page, 503, { 'retry-after': inSeconds(page, -30) })).toBe(100)
      expect(await waitAfter(page, 503, { 'retry-after': '999999999' })).toBe(300_100)
      for (const garbage of ['soon', '-5', '1.5', '0x10', '']) {
        expect(await waitAfter(page, 503, { 'retry-after': garbage }), garbage).toBe(100)
      }
    },
  },
  {
    name: '[fatal-errors] [event-stream-responses] a permanent error status is fatal, is not retried and is in the error',
    async run(page) {
      for (const status of [400, 401, 403, 404, 405, 410, 422]) {
        always(page, status)
        const errors: unknown[] = []
        const one = page.mount(`/fatal-${status}`, { onError: (error) => errors.push(error) })
        await page.until(() => expect(one.shown).toMatchObject(fatal))
        expect(one.shown.error).toMatchObject({ code: 'http', status })
        expect(errors).toEqual([one.shown.error])
      }
      expect(page.timers).toBe(0)
      expect(page.server.connections).toHaveLength(7)
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
      const missing = page.mount('/when', { retry: { when, delay } })
      await expectWaits(page, missing, [100])
      always(page, 500)
      const broken = page.mount('/broken', { retry: { when, delay } })
      await page.until(() => expect(broken.shown.status).toBe('closed'))
      expect(seen[0]).toEqual([404, false])
      expect(seen.at(-1)).toEqual([500, true])
    },
  },
  {
    name: '[fatal-errors] 401 calls the header function once more at once; a second 401 is fatal',
    async run(page) {
      let tokens = 0
      const headers = () => ({ authorization: `Bearer ${++tokens}` })
      const given = () => page.server.calls.map((call) => call.headers.get('authorization'))
      page.server.onCall = (call) =>
        call.headers.get('authorization') === 'Bearer 1' ? refusal(401) : undefined
      const one = await page.mountOpen('/private', { headers })
      expect(given().slice(0, 2)).toEqual(['Bearer 1', 'Bearer 2'])
      always(page, 401)
      one.close()
      one.open()
      await page.until(() => expect(one.shown).toMatchObject(fatal))
      expect(new Set(given()).size).toBe(given().length)
      expect(page.server.connections).toHaveLength(4)
    },
  },
]

const providers: readonly HttpScenario[] = [
  {
    name: '[option-functions] a headers function that throws or rejects fails the attempt, and its error is the cause',
    async run(page) {
      const wrong = new Error('no token today')
      const errors: Error[] = []
      const headers = [
        () => {
          throw wrong
        },
        () => Promise.reject(wrong),
        () => ({ authorization: 'Bearer 3' }),
      ]
      const one = page.mount('/tokens', {
        headers: () => (headers.length > 0 ? headers.shift()?.() : { authorization: 'Bearer 4' }),
        retry: { delay },
        onError: (error) => errors.push(error),
      })
      for (const failures of [1, 2]) {
        await page.until(() => expect(errors).toHaveLength(failures))
        await page.until(() => expect(one.shown.status).toBe('backoff'))
        await page.advance(100)
      }
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', error: undefined }))
      const failed = { code: 'provider', provider: 'headers' }
      expect(errors).toMatchObject([failed, failed].map((one) => ({ ...one, thrown: wrong })))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[option-functions] a headers function that returns nothing sends no headers of its own',
    async run(page) {
      for (const nothing of [undefined, null]) {
        const one = page.mount(`/public-${nothing}`, {
          headers: () => nothing,
        })
        await page.until(() => expect(one.shown).toMatchObject({ status: 'open', error: undefined }))
        one.unmount()
      }
      expect(page.server.connections).toHaveLength(2)
    },
  },
  {
    name: '[option-functions] a function that never settles fails the attempt after timeout.connect, and its signal is aborted',
    async run(page) {
      let signal: AbortSignal | undefined
      const one = page.mount('/wedged', {
        headers: (context) => {
          signal ??= context.signal
          return new Promise(() => {})
        },
        timeout: { connect: 3000 },
      })
      await page.advance(2999)
      expect(one.shown.status).toBe('connecting')
      expect(signal?.aborted).toBe(false)
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
      expect(signal?.aborted).toBe(true)
      expect(page.server.connections).toEqual([])
    },
  },
]

const sharing: readonly HttpScenario[] = [
  {
    name: '[sharing] [share-frameworks] connections are shared by method, body, credentials and headers, not by codec or reducer; functions by identity or key',
    async run(page) {
      const post = { method: 'POST', body: { a: 1 } }
      const same = [post, { ...post, body: { a: 1 } }, { ...post, codec: json(), reduce: collected() }]
      const other = [
        {},
        { method: 'POST' },
        { ...post, body: { a: 2 } },
        { ...post, method: 'PUT' },
        { ...post, credentials: 'include' as const },
        { ...post, headers: { own: 'x' } },
        { ...post, headers: { own: 'y' } },
        { ...post, headers: () => ({ own: 'x' }) },
      ]
      for (const options of same) await page.mountOpen('/place', options)
      expect(page.server.connections).toHaveLength(1)
      for (const options of other) await page.mountOpen('/place', options)
      expect(page.server.connections).toHaveLength(1 + other.length)
      const body = () => 'x'
      const withFunctionBodies = [
        { method: 'POST', body },
        { method: 'POST', body },
        { method: 'POST', body: () => 'x' },
        { method: 'POST', body, key: 'same' },
        { method: 'POST', body: () => 'x', key: 'same' },
      ]
      for (const options of withFunctionBodies) await page.mountOpen('/typed', options)
      expect(page.server.connections.filter(({ path }) => path === '/typed')).toHaveLength(3)
      expectWarning(/do not share a connection to the same URL/)
    },
  },
]

const badInput: readonly HttpScenario[] = [
  {
    name: 'an invalid header closes the connection as fatal, and its value is not in the error',
    async run(page) {
      const one = page.mount('/headers', { headers: { authorization: 'Bearer secret\nnext: line' } })
      await page.until(() => expect(one.shown).toMatchObject(fatal))
      expect(one.shown.error).toMatchObject({ code: 'bad-option', option: 'headers' })
      const text = `${String(one.shown.error)}${JSON.stringify(one.shown.error)}${String(one.shown.error?.cause)}`
      expect(text).not.toContain('secret')
      expect(page.server.connections).toEqual([])
    },
  },
]

export const http = { reconnecting, providers, sharing, badInput }
