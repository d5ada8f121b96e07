import { exponential } from '@tautline/core'
import { expect } from 'vitest'
import type { CommonScenario } from '../support/scenario.ts'
import { expectWaits } from './checks.ts'

const delay = () => 100

export const reconnecting: readonly CommonScenario[] = [
  {
    name: '[retry-delays] a failed attempt is retried after a short delay, then after random longer ones',
    async run(page) {
      page.server.refuse()
      const one = page.mount('/default')
      // random() is 0.5: half of 1 s, then the middle of 8 s, which grows by a fifth after five attempts.
      await expectWaits(page, one, [500, 8000, 8000, 8000, 8000, 8000, 9600])
    },
  },
  {
    name: '[retry-delays] waits exactly the delays of the policy and calls onRetry for each',
    async run(page) {
      page.server.refuse()
      const retries: unknown[] = []
      const one = page.mount('/policy', {
        retry: { delay: exponential({ base: 100, cap: 400, jitter: 0 }) },
        onRetry: ({ attempt, retryAt }) => retries.push([attempt, retryAt - (page.environment.now?.() ?? 0)]),
      })
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      const { retryAt } = one.shown
      expect(retryAt).toBe((page.environment.now?.() ?? 0) + 100)
      await expectWaits(page, one, [100, 200, 400, 400])
      await page.until(() => expect(retries).toHaveLength(5))
      expect(retries).toEqual([
        [1, 100],
        [2, 200],
        [3, 400],
        [4, 400],
        [5, 400],
      ])
    },
  },
  {
    name: '[stable-connection] attempts keep counting if the server accepts a connection and closes it at once',
    async run(page) {
      const attempts: number[] = []
      page.server.drop()
      const onRetry = ({ attempt }: { readonly attempt: number }) => attempts.push(attempt)
      const one = page.mount('/drops', { retry: { delay }, onRetry })
      await page.until(() => expect(attempts).toEqual([1]))
      await expectWaits(page, one, [100, 100])
      await page.until(() => expect(attempts).toEqual([1, 2, 3]))
      page.server.accept()
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
      // After five stable seconds attempts are counted from 0.
      await page.advance(5000)
      page.server.connection.cut()
      await page.until(() => expect(attempts).toEqual([1, 2, 3, 1]))
    },
  },
  {
    name: '[retry-limit] stops exactly at the limit as exhausted, and gives the number of attempts to onGiveUp',
    async run(page) {
      page.server.refuse()
      const gaveUp: unknown[] = []
      const one = page.mount('/limit', {
        retry: { limit: 2, delay },
        onGiveUp: (event) => gaveUp.push(event),
      })
      await expectWaits(page, one, [100, 100])
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } }),
      )
      expect(gaveUp).toMatchObject([{ attempts: 2, error: page.server.kind.refused }])
      await page.advance(3_600_000)
      expect(page.server.connections).toHaveLength(3)
    },
  },
  {
    name: '[retry-limit] retry: false makes one attempt',
    async run(page) {
      page.server.refuse()
      const one = page.mount('/once-only', { retry: false })
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } }),
      )
      await page.advance(3_600_000)
      expect(page.server.connections).toHaveLength(1)
    },
  },
]
