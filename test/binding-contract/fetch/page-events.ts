import { expect } from 'vitest'
import type { FetchField } from '../support/driver.ts'
import type { FetchScenario } from './page.ts'

const retry = { delay: () => 100 }
const WAITING: { readonly shows: readonly FetchField[] } = {
  shows: ['status', 'data', 'error', 'waitingFor'],
}

export const pageEvents: readonly FetchScenario[] = [
  {
    name: '[offline] makes no attempt while offline, and one at once when online',
    async run(page) {
      page.server.drop()
      const one = page.mount('/net', { retry }, { shows: ['status', 'waitingFor'] })
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      page.signal('offline')
      await page.until(() => expect(one.shown).toEqual({ status: 'pending', waitingFor: 'online' }))
      expect(page.timers).toBe(0)
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(1)
      page.server.accept()
      page.signal('online')
      await page.advance(250)
      await page.respond('back')
      expect(one.shown.status).toBe('success')
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[offline] a request made while offline waits for the network',
    async run(page) {
      const one = await page.mountWithResponse('/net', 'before')
      page.signal('offline')
      const promise = one.refetch()
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(1)
      expect([one.read('isFetching'), one.read('waitingFor')]).toEqual([true, 'online'])
      page.signal('online')
      await page.advance(250)
      await page.respond('after')
      await expect(promise).resolves.toBe('after')
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[offline] with pause.offline: false an attempt is made while offline',
    async run(page) {
      page.server.drop()
      const one = page.mount('/lan', { retry, pause: { offline: false } }, WAITING)
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      page.signal('offline')
      page.server.accept()
      await page.advance(100)
      await page.respond('there')
      expect(one.shown).toMatchObject({ status: 'success', data: 'there' })
    },
  },
  {
    name: '[bfcache] a page in the bfcache aborts its request, and sends it again when it returns',
    async run(page) {
      const one = page.mount('/bfcache', {}, { shows: ['status', 'waitingFor'] })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      page.signal('pagehide')
      await page.until(() => expect(one.shown).toEqual({ status: 'pending', waitingFor: 'page' }))
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      expect(page.timers).toBe(0)
      page.signal('pageshow')
      await page.advance(250)
      await page.respond('again')
      expect(one.shown.status).toBe('success')
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[bfcache] a request that must not be repeated is not aborted for the bfcache',
    async run(page) {
      const one = page.mount('/order', { method: 'POST', enabled: false })
      const promise = one.execute({ json: 1 })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      page.signal('pagehide')
      await page.settle()
      expect(page.server.call.aborted).toBe(false)
      page.signal('pageshow')
      await page.respond({ id: 1 })
      await expect(promise).resolves.toEqual({ id: 1 })
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[hidden-page] with pause.hidden a hidden page makes no further attempt, and one at once when visible',
    async run(page) {
      page.server.refuse()
      const one = page.mount(
        '/quiet',
        { retry, pause: { hidden: true } },
        { shows: ['status', 'waitingFor'] },
      )
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      page.signal('hidden')
      await page.until(() => expect(one.shown.waitingFor).toBe('visible'))
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(1)
      page.server.accept()
      page.signal('visible')
      await page.advance(250)
      await page.respond('seen')
      expect(one.shown.status).toBe('success')
    },
  },
  {
    name: '[offline] online and wake-up events retry sooner',
    async run(page) {
      for (const signal of ['online', 'visible', 'wake'] as const) {
        page.server.drop()
        const one = page.mount(`/${signal}`, { retry: { delay: () => 3_600_000 } }, WAITING)
        await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
        page.server.accept()
        page.signal(signal)
        await page.advance(250)
        await page.respond('soon')
        expect(one.shown).toMatchObject({ status: 'success', data: 'soon' })
        one.unmount()
      }
    },
  },
  {
    name: '[refetch] refetchInterval counts from a response to the next request, and stops on unmount',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1, { refetchInterval: 5000 })
      await page.advance(4999)
      expect(page.requested).toHaveLength(1)
      await page.advance(1)
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.advance(9000)
      expect(page.requested).toHaveLength(2)
      await page.respond(2)
      expect(one.shown).toMatchObject({ status: 'success', data: 2 })
      await page.advance(5000)
      await page.respond(3)
      expect(one.shown.data).toBe(3)
      one.unmount()
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(3)
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[refetch] refetchInterval counts from the last response, also of refetch()',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1, { refetchInterval: 5000 })
      await page.advance(4000)
      void one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.advance(6000)
      expect(page.requested).toHaveLength(2)
      expect(page.server.call.aborted).toBe(false)
      await page.respond(2)
      await page.advance(4999)
      expect(page.requested).toHaveLength(2)
      await page.advance(1)
      await page.respond(3)
      expect(one.shown).toMatchObject({ status: 'success', data: 3 })
    },
  },
  {
    name: '[refetch] refetchInterval may change, be set and removed; of two hooks the shorter one applies',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1)
      one.rerender('/clock', { refetchInterval: 10_000 })
      await page.advance(5000)
      const other = page.mount('/clock', { refetchInterval: 3000, enabled: true })
      await page.respond(2)
      await page.advance(3000)
      await page.respond(3)
      expect([one.shown.data, other.shown.data]).toEqual([3, 3])
      other.unmount()
      await page.advance(9999)
      expect(page.requested).toHaveLength(3)
      await page.advance(1)
      await page.respond(4)
      one.rerender('/clock', {})
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(4)
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[refetch] refetchInterval as a function of the data polls until a job is done; 0 and false are none',
    async run(page) {
      const refetchInterval = (job: unknown) => job !== 'done' && 5000
      const one = await page.mountWithResponse('/job', 'busy', { refetchInterval })
      await page.advance(5500)
      await page.respond('done')
      await page.advance(3_600_000)
      expect(one.shown.data).toBe('done')
      await page.mountWithResponse('/zero', 1, { refetchInterval: 0 })
      await page.mountWithResponse('/false', 1, { refetchInterval: false })
      await page.advance(3_600_000)
      expect(page.requested).toEqual(['GET /job', 'GET /job', 'GET /zero', 'GET /false'])
    },
  },
  {
    name: '[refetch] refetchInterval continues after an error, which keeps the data',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1, { refetchInterval: 5000, retry: false })
      page.server.refuse()
      await page.advance(5000)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', data: 1 }))
      page.server.accept()
      await page.advance(5000)
      await page.respond(2)
      expect(one.shown).toEqual({ status: 'success', data: 2, error: undefined })
    },
  },
  {
    name: '[hidden-page] [refetch] a hidden page does not refetch, and sends one request when visible',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1, { refetchInterval: 5000 })
      page.signal('hidden')
      await page.advance(60_000)
      expect(page.requested).toHaveLength(1)
      expect(page.timers).toBe(0)
      page.signal('visible')
      await page.respond(2)
      expect(one.shown.data).toBe(2)
      expect(page.requested).toHaveLength(2)
      await page.advance(5000)
      await page.respond(3)
      expect(page.requested).toHaveLength(3)
    },
  },
  {
    name: '[hidden-page] [refetch] a hidden page refetches with pause.hidden: false',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1, {
        refetchInterval: 5000,
        pause: { hidden: false },
      })
      page.signal('hidden')
      await page.advance(5000)
      await page.respond(2)
      expect(one.shown.data).toBe(2)
    },
  },
  {
    name: '[offline] [refetch] refetches that were due while offline are sent once when online',
    async run(page) {
      const one = await page.mountWithResponse('/clock', 1, { refetchInterval: 5000 })
      page.signal('offline')
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(1)
      page.signal('online')
      await page.advance(250)
      await page.respond(2)
      expect(one.shown.data).toBe(2)
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[refetch] a disabled hook does not refetch automatically',
    async run(page) {
      const options = {
        refetchInterval: 5000,
        refetchOnFocus: true,
        refetchOnReconnect: true,
        enabled: false,
      }
      const one = page.mount('/clock', options)
      void one.execute()
      await page.respond(1)
      await page.advance(3_600_000)
      for (const signal of ['hidden', 'visible', 'offline', 'online'] as const) page.signal(signal)
      await page.advance(3_600_000)
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[refetch] a hook that returns when the page becomes visible refetches',
    async run(page) {
      const before = await page.mountWithResponse('/clock', 1, { refetchInterval: 5000 })
      page.signal('hidden')
      await page.settle()
      before.unmount()
      await page.settle()
      page.signal('visible')
      const after = page.mount('/clock', { refetchInterval: 5000 })
      await page.respond(2)
      expect(after.shown.data).toBe(2)
      await page.advance(5000)
      await page.respond(3)
      expect(after.shown.data).toBe(3)
    },
  },
  {
    name: '[refetch] refetchOnFocus refetches a stale response when the page becomes visible',
    async run(page) {
      const one = await page.mountWithResponse('/user', 1, { refetchOnFocus: true, maxAge: 60_000 })
      const other = await page.mountWithResponse('/other', 1)
      const showPage = async () => {
        page.signal('hidden')
        page.signal('visible')
        await page.settle()
      }
      await page.advance(59_999)
      await showPage()
      expect(page.requested).toHaveLength(2)
      await page.advance(1)
      await showPage()
      expect(page.requested).toEqual(['GET /user', 'GET /other', 'GET /user'])
      await showPage()
      await page.respond(2)
      await showPage()
      expect(page.requested).toHaveLength(3)
      expect([one.shown.data, other.shown.data]).toEqual([2, 1])
    },
  },
  {
    name: '[refetch] repeated page events refetch at most once a second',
    async run(page) {
      await page.mountWithResponse('/user', 1, { refetchOnFocus: true, refetchOnReconnect: true })
      const showPage = async () => {
        for (const signal of ['hidden', 'visible', 'offline', 'online'] as const) page.signal(signal)
        await page.settle()
      }
      await page.advance(999)
      await showPage()
      expect(page.requested).toHaveLength(1)
      await page.advance(1)
      await showPage()
      await page.respond(2)
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[refetch] refetchOnReconnect refetches a stale response when online again',
    async run(page) {
      const one = await page.mountWithResponse('/user', 1, { refetchOnReconnect: true })
      const other = await page.mountWithResponse('/other', 1)
      page.signal('offline')
      await page.advance(60_000)
      expect(page.requested).toHaveLength(2)
      page.signal('online')
      await page.advance(250)
      await page.respond(2)
      expect([one.shown.data, other.shown.data]).toEqual([2, 1])
      expect(page.requested).toHaveLength(3)
    },
  },
]
