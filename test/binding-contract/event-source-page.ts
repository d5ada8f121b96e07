import { expect } from 'vitest'
import type { StreamScenario } from './scenarios.ts'

const heartbeat = { timeout: 10_000 }

export const pageEvents: readonly StreamScenario[] = [
  {
    name: '24: offline: no attempts; online: one',
    async run(page) {
      const one = await page.mountOpen('/net')
      page.signal('offline')
      page.server.call.end()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'online' }))
      expect(page.timers).toBe(0)
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
      page.signal('online')
      await page.advance(250)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.calls).toHaveLength(2)
    },
  },
  {
    name: '24: a page that goes into the bfcache gives its request up, and one that comes back asks again',
    async run(page) {
      const one = await page.mountOpen('/bfcache')
      page.server.call.write('id: 9\ndata: before\n\n')
      await page.until(() => expect(one.shown.data).toBe('before'))
      page.signal('freeze')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'page' }))
      expect(page.timers).toBe(0)
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      page.signal('resume')
      await page.advance(1250)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'before' }))
      expect(page.server.calls.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '9'])
    },
  },
  {
    name: '24: a POST that the bfcache interrupts is over: it is not sent twice by itself',
    async run(page) {
      const one = await page.mountOpen('/bfcache', { method: 'POST', body: 'x', onError: () => {} })
      page.signal('freeze')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(one.shown.error).toMatchObject({ code: 'interrupted', detail: { by: 'page' } })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      page.signal('resume')
      await page.advance(60_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '24: with pause.hidden a hidden page gives its stream back, and without it keeps it',
    async run(page) {
      const one = await page.mountOpen('/quiet', { pause: { hidden: true } })
      const other = await page.mountOpen('/kept')
      page.signal('hidden')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'visible' }))
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
      await page.advance(3_600_000)
      expect(other.shown.status).toBe('open')
      page.signal('visible')
      await page.advance(1250)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.calls.map(({ path }) => path)).toEqual(['/quiet', '/kept', '/quiet'])
    },
  },
  {
    name: '26: a stream that goes quiet longer than heartbeat.timeout is replaced; comments count as life',
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
          error: { code: 'timeout', detail: { phase: 'silence', timeout: 10_000 } },
        }),
      )
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(500)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', error: undefined }))
      expect(page.server.calls).toHaveLength(2)
    },
  },
  {
    name: '26: without a heartbeat a stream may be quiet for as long as it likes',
    async run(page) {
      const one = await page.mountOpen('/silent')
      await page.advance(3_600_000)
      expect(one.shown.status).toBe('open')
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '27: a request that is neither answered nor fails is given up after timeout.connect',
    async run(page) {
      page.server.onCall = () => new Promise(() => {})
      const one = page.mount('/stuck', { timeout: { connect: 5000 } })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.advance(4999)
      expect(one.shown.status).toBe('connecting')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      page.server.onCall = () => {}
      await page.advance(500)
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '27: a POST that is not answered within a minute is over: the server may be at work',
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
    name: '28: a machine that wakes gives its stream a moment to show life, and then replaces it',
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
