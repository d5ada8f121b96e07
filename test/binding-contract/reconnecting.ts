import { exponential } from '@tautline/core'
import { expect } from 'vitest'
import type { SocketPage } from './page.ts'
import type { SocketScenario } from './scenarios.ts'

const refuse = (page: SocketPage) => void (page.server.onCall = (peer) => peer.hangUp(1011))
const later = (page: SocketPage, dials: number) =>
  page.until(() => expect(page.server.peers).toHaveLength(dials))

/** Waits that are due after exactly so many ms each, and not one before. */
async function expectWaits(page: SocketPage, waits: readonly number[]): Promise<void> {
  for (const wait of waits) {
    const dials = page.server.peers.length
    await page.advance(wait - 1)
    expect(page.server.peers).toHaveLength(dials)
    await page.advance(1)
    await later(page, dials + 1)
    await page.settle()
  }
}

export const reconnecting: readonly SocketScenario[] = [
  {
    name: '18: a lost line is retried by default after one quick wait, then widely spread ones',
    async run(page) {
      refuse(page)
      const one = page.mount('/default')
      await later(page, 1)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      // Chance is 0.5 on this page: half of 1 s, then the middle of a window of 8 s, which grows by a fifth after five tries.
      await expectWaits(page, [500, 8000, 8000, 8000, 8000, 8000, 9600])
    },
  },
  {
    name: '18: the sequence is exactly what the policy says, and each wait is told',
    async run(page) {
      refuse(page)
      const told: unknown[] = []
      const one = page.mount('/policy', {
        retry: { delay: exponential({ base: 100, cap: 400, jitter: 0 }) },
        onRetry: ({ attempt, retryAt }) => told.push([attempt, retryAt - (page.environment.now?.() ?? 0)]),
      })
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      const { retryAt } = one.shown
      expect(retryAt).toBe((page.environment.now?.() ?? 0) + 100)
      await expectWaits(page, [100, 200, 400, 400])
      expect(told).toEqual([
        [1, 100],
        [2, 200],
        [3, 400],
        [4, 400],
        [5, 400],
      ])
    },
  },
  {
    name: '19: a server that accepts and drops at once is not hammered: the count goes on',
    async run(page) {
      const attempts: number[] = []
      page.server.onOpen = (peer) => peer.hangUp(1001)
      page.mount('/drops', { retry: { delay: () => 100 }, onRetry: ({ attempt }) => attempts.push(attempt) })
      await page.until(() => expect(attempts).toEqual([1]))
      await expectWaits(page, [100, 100])
      await page.until(() => expect(attempts).toEqual([1, 2, 3]))
    },
  },
  {
    name: '20: the limit is exact; then status is closed by exhausted, and onGiveUp has the number of attempts',
    async run(page) {
      refuse(page)
      const gaveUp: unknown[] = []
      const one = page.mount('/limit', {
        retry: { limit: 2, delay: () => 100 },
        onGiveUp: (event) => gaveUp.push(event),
      })
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await expectWaits(page, [100, 100])
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } }),
      )
      expect(gaveUp).toMatchObject([{ attempts: 2, error: { code: 'connect-failed' } }])
      await page.advance(3_600_000)
      expect(page.server.peers).toHaveLength(3)
    },
  },
  {
    name: '20: retry false tries once',
    async run(page) {
      refuse(page)
      const one = page.mount('/once-only', { retry: false })
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } }),
      )
      await page.advance(3_600_000)
      expect(page.server.peers).toHaveLength(1)
    },
  },
  {
    name: '22: a fatal close code is not retried',
    async run(page) {
      const closes: unknown[] = []
      const one = await page.mountOpen('/fatal', { onClose: (event) => closes.push(event) })
      page.server.peer.hangUp(4500, 'go away')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(one.shown.error).toMatchObject({
        code: 'closed',
        detail: { closeCode: 4500, reason: 'go away' },
      })
      expect(closes).toMatchObject([{ closeCode: 4500, reason: 'go away' }])
      await page.advance(3_600_000)
      expect(page.server.peers).toHaveLength(1)
    },
  },
  {
    name: '22: retry.when has the last word',
    async run(page) {
      const one = await page.mountOpen('/when', { retry: { when: () => true, delay: () => 100 } })
      page.server.peer.hangUp(4500)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await expectWaits(page, [100])
    },
  },
  {
    name: '22: 4401 asks the credentials provider once more, then is fatal',
    async run(page) {
      let tokens = 0
      const provider = (_: unknown) => `/private?token=${++tokens}`
      page.server.onOpen = (peer) => peer.hangUp(4401)
      const one = page.mount(provider)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(page.server.peers.map(({ path }) => path)).toEqual(['/private?token=1', '/private?token=2'])
    },
  },
  {
    name: '23: a URL function runs before every attempt, and is told why the last one ended',
    async run(page) {
      const told: unknown[] = []
      const one = page.mount(
        async ({ attempt, previous }) => {
          told.push([attempt, previous && 'code' in previous && previous.code])
          return `/try-${attempt}`
        },
        { retry: { delay: () => 100 } },
      )
      await page.until(() => expect(one.shown.status).toBe('open'))
      page.server.peer.hangUp(1001)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(page.server.peers.map(({ path }) => path)).toEqual(['/try-0', '/try-1']))
      expect(told).toEqual([
        [0, undefined],
        [1, 'closed'],
      ])
    },
  },
  {
    name: '23: a URL function that throws or rejects is a failed attempt, with its error as the cause',
    async run(page) {
      const wrong = new Error('no token today')
      const errors: Error[] = []
      const answers = [() => Promise.reject(wrong), () => Promise.resolve('/token')]
      const one = page.mount(async ({ attempt }) => (answers[attempt] ?? (() => '/more'))(), {
        retry: { delay: () => 100 },
        onError: (error) => errors.push(error),
      })
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      expect(errors).toMatchObject([{ code: 'provider', cause: wrong }])
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '23: a URL function that never settles counts as a failed attempt after timeout.connect',
    async run(page) {
      const one = page.mount((_: unknown) => new Promise<string>(() => {}), { timeout: { connect: 3000 } })
      await page.advance(2999)
      expect(one.shown.status).toBe('connecting')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
    },
  },
  {
    name: '23: another URL function replaces the one before it without reconnecting',
    async run(page) {
      const token = (name: string) => (_: unknown) => `/${name}`
      const one = await page.mountOpen(token('old'))
      one.rerender(token('new'))
      await page.settle()
      expect(page.server.peers).toHaveLength(1)
      one.reconnect()
      await page.until(() => expect(page.server.peers.map(({ path }) => path)).toEqual(['/old', '/new']))
    },
  },
]
