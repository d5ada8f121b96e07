import { expect } from 'vitest'
import { expectWaits } from '../common/checks.ts'
import type { StreamOptions } from '../support/driver.ts'
import { refusal } from './server.ts'
import type { StreamPage } from '../support/page.ts'
import type { StreamScenario } from '../support/scenario.ts'

const always = (page: StreamPage, status: number, headers?: Record<string, string>) =>
  void (page.server.onCall = () => refusal(status, headers))

const delay = () => 100

export const reconnecting: readonly StreamScenario[] = [
  {
    name: '[retry-after] the `retry:` field of the stream delays the reconnect',
    async run(page) {
      const one = await page.mountOpen('/retry', { retry: { delay } })
      page.server.call.write('retry: 3000\n\nretry: soon\n\n')
      page.server.call.end()
      await expectWaits(page, one, [3100])
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '[event-stream-responses] 204 completes the stream, which is not requested again',
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
    name: '[event-stream-responses] another content type is a temporary failure, as from a captive portal; parameters are ignored',
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
      const other = page.mount('/stream', { atEnd: 'complete' })
      await page.until(() => expect(other.shown).toMatchObject({ status: 'closed', data: 'never heard' }))
    },
  },
  {
    name: '[event-stream-responses] redirects are followed, and the next request uses the first URL again',
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
