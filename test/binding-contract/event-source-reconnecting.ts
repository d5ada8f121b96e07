import { expect } from 'vitest'
import { expectWaits } from './common/checks.ts'
import type { StreamOptions } from './driver.ts'
import { refusal } from './event-source-server.ts'
import type { StreamPage } from './page.ts'
import type { StreamScenario } from './scenario.ts'

const always = (page: StreamPage, status: number, headers?: Record<string, string>) =>
  void (page.server.onCall = () => refusal(status, headers))

const delay = () => 100
const inSeconds = (page: StreamPage, seconds: number) =>
  new Date((page.environment.now?.() ?? 0) + seconds * 1000).toUTCString()

/** Mounts one before a server that answers so, and says how long it waits before it asks again. */
async function waitAfter(
  page: StreamPage,
  status: number,
  headers: Record<string, string>,
): Promise<unknown> {
  always(page, status, headers)
  const one = page.mount(`/wait-${page.server.calls.length}`, { retry: { delay } })
  await page.until(() => expect(one.shown.status).toBe('backoff'))
  const { retryAt = 0 } = one.shown
  one.unmount()
  return retryAt - (page.environment.now?.() ?? 0)
}

const fatal = expect.objectContaining({ by: 'fatal' })

export const reconnecting: readonly StreamScenario[] = [
  {
    name: '21: Retry-After is obeyed on top of the policy, in seconds and as a date, up to five minutes; garbage is not',
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
    name: '21: `retry:` of the stream is obeyed on top of the policy',
    async run(page) {
      const one = await page.mountOpen('/retry', { retry: { delay } })
      page.server.call.write('retry: 3000\n\nretry: soon\n\n')
      page.server.call.end()
      await expectWaits(page, one, [3100])
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '22, 30: what would be said again is fatal and not asked again, with its status in the error',
    async run(page) {
      for (const status of [400, 401, 403, 404, 405, 410, 422]) {
        always(page, status)
        const errors: unknown[] = []
        const one = page.mount(`/fatal-${status}`, { onError: (error) => errors.push(error) })
        await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: fatal }))
        expect(one.shown.error).toMatchObject({ code: 'http', detail: { status } })
        expect(errors).toEqual([one.shown.error])
      }
      expect(page.timers).toBe(0)
      expect(page.server.calls).toHaveLength(7)
    },
  },
  {
    name: '22: retry.when has the last word, both ways',
    async run(page) {
      const seen: unknown[] = []
      const when = (error: unknown, retryable: boolean) => {
        seen.push([(error as { detail?: { status?: number } }).detail?.status, retryable])
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
    name: '22: 401 asks a header function once more, without a wait, then is fatal',
    async run(page) {
      let tokens = 0
      const headers = () => ({ authorization: `Bearer ${++tokens}` })
      page.server.onCall = (call) =>
        call.headers.get('authorization') === 'Bearer 2' ? undefined : refusal(401)
      const one = await page.mountOpen('/private', { headers })
      one.close()
      one.open()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: fatal }))
      expect(page.server.calls.map((call) => call.headers.get('authorization'))).toEqual(
        ['1', '2', '3', '4'].map((token) => `Bearer ${token}`),
      )
    },
  },
  {
    name: '30: 204 ends it: complete, and not asked again',
    async run(page) {
      always(page, 204)
      const options: StreamOptions = {
        onError: () => expect.unreachable(),
        onRetry: () => expect.unreachable(),
      }
      const one = page.mount('/none', options)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'complete' } }),
      )
      expect(one.shown.error).toBeUndefined()
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '30: another content type is a failure that may pass, such as a captive portal; parameters do not matter',
    async run(page) {
      page.server.onCall = ({ path }) =>
        new Response('data: never heard\n\n', {
          headers: { 'content-type': path === '/page' ? 'text/html' : 'Text/Event-Stream;charset=utf-8' },
        })
      const one = page.mount('/page', { retry: { delay } })
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'content-type' } }),
      )
      expect(one.shown.data).toBeUndefined()
      const other = page.mount('/stream', { onEnd: 'complete' })
      await page.until(() => expect(other.shown).toMatchObject({ status: 'closed', data: 'never heard' }))
    },
  },
  {
    name: '30: redirects are followed, and the next request begins at the first URL again',
    async run(page) {
      const opened: string[] = []
      page.server.onCall = ({ path }) =>
        path === '/old' ? Response.redirect('http://server.test/new') : undefined
      const one = await page.mountOpen('/old', { retry: { delay }, onOpen: ({ url }) => opened.push(url) })
      page.server.call.end()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.calls.map(({ path }) => path)).toEqual(['/old', '/new', '/old', '/new'])
      expect(opened).toEqual(Array(2).fill('http://server.test/new'))
    },
  },
]
