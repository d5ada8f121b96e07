import { expect } from 'vitest'
import type { CommonScenario } from '../support/scenario.ts'

export const providers: readonly CommonScenario[] = [
  {
    name: '[option-functions] a URL function that throws or rejects fails the attempt, and its error is the cause',
    async run(page) {
      const wrong = new Error('no token today')
      const errors: Error[] = []
      const failures = [
        () => {
          throw wrong
        },
        () => Promise.reject(wrong),
      ]
      const one = page.mount((_: unknown) => failures.shift()?.() ?? '/token', {
        retry: { delay: () => 100 },
        onError: (error) => errors.push(error),
      })
      for (const failed of [1, 2]) {
        await page.until(() => expect(errors).toHaveLength(failed))
        await page.until(() => expect(one.shown.status).toBe('backoff'))
        await page.advance(100)
      }
      const failed = { code: 'provider', provider: 'url', thrown: wrong }
      expect(errors).toMatchObject([failed, failed])
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '[option-functions] a URL function that never settles fails the attempt after timeout.connect',
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
    name: '[option-functions] a new URL function replaces the old one without a reconnect',
    async run(page) {
      const token = (name: string) => (_: unknown) => `/${name}`
      const one = await page.mountOpen(token('old'))
      await page.settle()
      one.rerender(token('new'))
      await page.settle()
      expect(page.server.connections).toHaveLength(1)
      one.reconnect()
      await page.until(() =>
        expect(page.server.connections.map(({ path }) => path)).toEqual(['/old', '/new']),
      )
    },
  },
]
