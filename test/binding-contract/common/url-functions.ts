import { expect } from 'vitest'
import { statuses } from '../support/page.ts'
import type { CommonScenario } from '../support/scenario.ts'

const NOTHING = [null, undefined, '', false] as const

export const urlFunctions: readonly CommonScenario[] = [
  {
    name: '[no-url] a URL function that returns nothing is idle: no error, no retry',
    async run(page) {
      const errors: Error[] = []
      for (const nothing of NOTHING) {
        for (const url of [(_: unknown) => nothing, async (_: unknown) => nothing]) {
          const one = page.mount(url, { onError: (error) => errors.push(error) })
          await page.until(() => expect(one.shown.status).toBe('idle'))
          await page.advance(600_000)
          expect(one.shown).toMatchObject({ status: 'idle', error: undefined })
          expect(statuses(one)).toEqual(['connecting', 'idle'])
          one.unmount()
        }
      }
      expect(errors).toEqual([])
      expect(page.server.connections).toEqual([])
    },
  },
  {
    name: '[no-url] an inline URL function with nothing is asked once a render, and renders nothing new',
    async run(page) {
      let calls = 0
      let room = ''
      const inline = () => async (_: unknown) => {
        calls++
        return room
      }
      const one = page.mount(inline())
      await page.until(() => expect(one.shown.status).toBe('idle'))
      await page.settle()
      const before = calls
      for (let index = 0; index < 5; index++) {
        one.rerender(inline())
        await page.settle()
      }
      expect(calls - before).toBe(5)
      expect(statuses(one)).toEqual(['connecting', 'idle'])
      room = '/room'
      one.rerender(inline())
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[no-url] a URL function that had nothing is asked again by a new `key`, open() and reconnect()',
    async run(page) {
      let room = ''
      let calls = 0
      const url = (_: unknown) => {
        calls++
        return room
      }
      const one = page.mount(url, { key: 'a' })
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.rerender(url, { key: 'b' })
      await page.until(() => expect(calls).toBe(2))
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.open()
      await page.until(() => expect(calls).toBe(3))
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.reconnect()
      await page.until(() => expect(calls).toBe(4))
      await page.until(() => expect(one.shown.status).toBe('idle'))
      room = '/room'
      one.rerender(url, { key: 'c' })
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[no-url] a URL function that is given while one with nothing runs is asked after it',
    async run(page) {
      let finish = (_: null) => {}
      const one = page.mount((_: unknown) => new Promise<null>((resolve) => (finish = resolve)))
      await page.settle()
      let calls = 0
      one.rerender((_: unknown) => {
        calls++
        return '/room'
      })
      await page.settle()
      expect(calls).toBe(0)
      finish(null)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[option-functions] a new `key` beside a URL function reconnects to what it returns now',
    async run(page) {
      const url = (room: string) => (_: unknown) => `/${room}`
      const one = await page.mountOpen(url('a'), { key: 'a' })
      one.rerender(url('a'), { key: 'a' })
      await page.settle()
      one.rerender(url('b'), { key: 'b' })
      await page.until(() => expect(page.server.connections.map(({ path }) => path)).toEqual(['/a', '/b']))
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '[no-url] a URL function that throws after it had nothing fails the attempt',
    async run(page) {
      const one = page.mount((_: unknown) => null)
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.rerender((_: unknown) => Promise.reject(new Error('no token')))
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'provider' } }),
      )
      one.rerender((_: unknown) => '/later')
      await page.advance(60_000)
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
]
