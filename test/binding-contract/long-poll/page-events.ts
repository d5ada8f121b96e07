import type { PageEvent } from '@tautline/core'
import { expect } from 'vitest'
import { refusal } from '../event-source/server.ts'
import { respondManually, expectNext, news } from './polling.ts'
import type { PollScenario } from '../support/scenario.ts'

export const pageEvents: readonly PollScenario[] = [
  {
    name: '[hidden-page] [wake-up] visible, online, offline and wake-up events send a held request again with the same cursor, without a render',
    async run(page) {
      const signals: readonly (readonly PageEvent[])[] = [
        ['hidden', 'visible'],
        ['offline'],
        ['online'],
        ['wake'],
      ]
      const one = await page.mountOpen('/probe')
      page.server.connection.send('a')
      await page.until(() => expect(page.server.call.since).toBe('1'))
      const { length } = one.renders
      for (const some of signals) {
        await page.advance(5000)
        const held = page.server.call
        const requested = page.server.calls.length
        for (const signal of some) page.signal(signal)
        await page.until(() => expect(held.isInFlight).toBe(false))
        // The next request gets a response at once, and the one after it is held.
        await page.until(() => expect(page.server.calls).toHaveLength(requested + 2))
      }
      expect(new Set(page.server.calls.slice(2).map(({ since }) => since))).toEqual(new Set(['1']))
      expect(one.renders).toHaveLength(length)
      page.server.connection.send('b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[page-events] showing the page repeatedly polls at most once a second',
    async run(page) {
      await page.mountOpen('/nervous')
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      for (let times = 0; times < 20; times++) {
        page.signal('hidden')
        page.signal('visible')
        await page.advance(49)
      }
      expect(page.server.calls).toHaveLength(2)
    },
  },
  {
    name: '[poll-interval] interval counts from request to request, and the status is open after the first response',
    async run(page) {
      const respond = respondManually(page)
      const one = page.mount('/short', { interval: 10_000 })
      await page.advance(5000)
      expect(one.shown.status).toBe('connecting')
      await respond(news('a', '1'))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'a' }))
      // random() is 0.5: no jitter.
      await expectNext(page, 5000)
      await respond(news('b', '2'))
      await expectNext(page, 10_000)
      expect(page.server.calls.map(({ since }) => since)).toEqual([undefined, '1', '2'])
    },
  },
  {
    name: '[poll-interval] interval waits for a slow response: there are never two requests in flight',
    async run(page) {
      const respond = respondManually(page)
      page.mount('/slow', { interval: 2000, timeout: { request: 10_000 } })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      await page.advance(7000)
      expect(page.server.calls).toHaveLength(1)
      await respond(news('late', '1'))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[poll-interval] pause.hidden: true stops polling on a hidden page, and polls at once when visible',
    async run(page) {
      page.server.onCall = () => refusal(204)
      const one = await page.mountOpen('/stops', { interval: 1000, pause: { hidden: true } })
      await expectNext(page, 1000)
      page.signal('hidden')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'visible' }))
      const { length } = page.server.calls
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(length)
      page.signal('visible')
      await page.advance(1250)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.calls.length).toBeGreaterThan(length)
    },
  },
  {
    name: '[poll-interval] pause.hidden: a number polls a hidden page once in so many ms, and at once when visible',
    async run(page) {
      page.server.onCall = () => refusal(204)
      const one = await page.mountOpen('/slows', { interval: 1000, pause: { hidden: 60_000 } })
      await page.settle()
      page.signal('hidden')
      await expectNext(page, 60_000)
      await page.settle()
      await expectNext(page, 60_000)
      await page.advance(20_000)
      const { length } = page.server.calls
      page.signal('visible')
      await page.until(() => expect(page.server.calls).toHaveLength(length + 1))
      await expectNext(page, 1000)
      expect(one.shown.status).toBe('open')
    },
  },
]
