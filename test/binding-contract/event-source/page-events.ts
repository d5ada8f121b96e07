import { silence } from '@tautline/core'
import { expect } from 'vitest'
import type { StreamScenario } from '../support/scenario.ts'

const heartbeat = silence({ timeout: 10_000 })

export const pageEvents: readonly StreamScenario[] = [
  {
    name: '[bfcache] a POST that the bfcache interrupts is not sent again',
    async run(page) {
      const one = await page.mountOpen('/bfcache', { method: 'POST', body: 'x', onError: () => {} })
      page.signal('pagehide')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(one.shown.error).toMatchObject({ code: 'interrupted', by: 'page' })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      page.signal('pageshow')
      await page.advance(60_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[stream-silence] a stream silent for longer than the timeout of `silence()` is replaced; comments are no silence',
    async run(page) {
      const one = await page.mountOpen('/half-open', { heartbeat })
      for (const sign of [': keep-alive\n', ':\n\n', 'data: said\n\n', ': more\n']) {
        await page.advance(9000)
        page.server.call.write(sign)
        await page.settle()
      }
      expect(one.shown).toMatchObject({ status: 'open', data: 'said' })
      await page.advance(9999)
      expect(one.shown.status).toBe('open')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({
          status: 'backoff',
          error: { code: 'timeout', phase: 'silence', timeout: 10_000 },
        }),
      )
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(500)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', error: undefined }))
      expect(page.server.calls).toHaveLength(2)
    },
  },
  {
    name: '[stream-silence] without a heartbeat a silent stream stays open',
    async run(page) {
      const one = await page.mountOpen('/silent')
      await page.advance(3_600_000)
      expect(one.shown.status).toBe('open')
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[connect-timeout] a POST without a response within a minute closes and is not sent again',
    async run(page) {
      const { environment, requests } = page.silent
      const one = page.mount('/slow', { environment, method: 'POST', onError: () => {} })
      await page.advance(59_999)
      expect(one.shown.status).toBe('connecting')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', error: { code: 'timeout' } }),
      )
      await page.advance(3_600_000)
      expect(requests).toHaveLength(1)
      expect(requests[0]?.aborted).toBe(true)
    },
  },
  {
    name: '[wake-up] after wake-up a stream that stays silent is replaced',
    async run(page) {
      const one = await page.mountOpen('/sleep', { heartbeat })
      page.sleep(60_000)
      page.signal('wake')
      await page.advance(2999)
      expect(one.shown.status).toBe('open')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
      await page.advance(500)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.calls).toHaveLength(2)
    },
  },
]
