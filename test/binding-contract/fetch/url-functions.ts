import { messageOf } from '../support/build.ts'
import { expect } from 'vitest'
import type { FetchScenario } from './page.ts'

const NOTHING = [null, undefined, '', false] as const
const statuses = ({ renders }: { readonly renders: readonly { readonly status?: string }[] }) =>
  renders.map(({ status }) => status)

export const urlFunctions: readonly FetchScenario[] = [
  {
    name: '[no-url] a URL function that returns nothing is idle: no error, no retry',
    async run(page) {
      const errors: Error[] = []
      for (const nothing of NOTHING) {
        for (const url of [(_: unknown) => nothing, async (_: unknown) => nothing]) {
          const one = page.mount(url, { onError: (error) => errors.push(error) })
          await page.until(() => expect(one.shown.status).toBe('idle'))
          await page.advance(600_000)
          expect(one.shown).toEqual({ status: 'idle', data: undefined, error: undefined })
          expect(statuses(one)).toEqual(['pending', 'idle'])
          expect(page.timers).toBe(0)
          one.unmount()
        }
      }
      expect([errors, page.requested]).toEqual([[], []])
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
      const one = page.mount(inline(), {}, { shows: ['status', 'isFetching'] })
      await page.until(() => expect(one.shown.status).toBe('idle'))
      await page.settle()
      const before = calls
      const rendersBefore = one.renders.length
      for (let index = 0; index < 5; index++) {
        one.rerender(inline())
        await page.settle()
      }
      expect(calls - before).toBe(5)
      expect(one.renders.slice(rendersBefore).filter(({ isFetching }) => isFetching)).toEqual([])
      expect(one.renders.length - rendersBefore).toBeLessThanOrEqual(5)
      room = '/room'
      one.rerender(inline())
      await page.until(() => expect(one.shown.status).toBe('pending'))
      await page.respond('here')
      expect(one.shown).toMatchObject({ status: 'success' })
      expect(page.requested).toEqual(['GET /room'])
    },
  },
  {
    name: '[no-url] a URL function given while the one before it is still asked is asked after that',
    async run(page) {
      let finish = (_: string) => {}
      const one = page.mount((_: unknown) => new Promise<string>((resolve) => (finish = resolve)))
      await page.settle()
      one.rerender((_: unknown) => '/later')
      await page.settle()
      finish('')
      await page.respond('here')
      expect(one.shown).toMatchObject({ status: 'success', data: 'here' })
    },
  },
  {
    name: '[no-url] a URL function that had nothing is asked again by a new `key`, execute() and refetch()',
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
      const message = expect.stringContaining(messageOf('no URL yet', 'bad-url'))
      await expect(one.execute()).rejects.toMatchObject({ code: 'bad-url', message })
      await expect(one.refetch()).rejects.toMatchObject({ code: 'bad-url', message })
      await expect(one.execute({ method: 'POST', json: {} })).rejects.toMatchObject({ code: 'bad-url' })
      expect(calls).toBe(5)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'idle', error: undefined }))
      room = '/room'
      one.rerender(url, { key: 'c' })
      await page.respond('here')
      expect(one.shown).toMatchObject({ status: 'success', data: 'here' })
      expect(page.requested).toEqual(['GET /room'])
    },
  },
  {
    name: '[no-url] a URL function that had nothing is asked again when the hook is enabled',
    async run(page) {
      let room = ''
      const url = (_: unknown) => room
      const one = page.mount(url)
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.rerender(url, { enabled: false })
      await page.settle()
      room = '/room'
      one.rerender(url, { enabled: true })
      await page.respond('here')
      expect(one.shown).toMatchObject({ status: 'success', data: 'here' })
    },
  },
  {
    name: '[no-url] a URL function that has no URL any more shows no data, and others of that URL keep theirs',
    async run(page) {
      let room = '/room'
      const one = page.mount((_: unknown) => room, { maxAge: 60_000 })
      await page.respond('here')
      const other = page.mount('/room', { maxAge: 60_000 })
      await page.until(() => expect(other.shown.data).toBe('here'))
      room = ''
      await expect(one.refetch()).rejects.toMatchObject({ code: 'bad-url' })
      await page.settle()
      expect(one.shown).toEqual({ status: 'idle', data: undefined, error: undefined })
      expect(other.shown).toMatchObject({ status: 'success', data: 'here' })
      room = '/room/2'
      const refetched = one.refetch()
      await page.respond('two')
      expect(await refetched).toBe('two')
      expect([one.shown.data, other.shown.data]).toEqual(['two', 'here'])
      expect(page.requested).toEqual(['GET /room', 'GET /room/2'])
    },
  },
  {
    name: '[no-url] a URL function that throws after it had nothing fails the attempt',
    async run(page) {
      const one = page.mount((_: unknown) => null, { retry: false })
      await page.until(() => expect(one.shown.status).toBe('idle'))
      one.rerender((_: unknown) => Promise.reject(new Error('no token')))
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'error', error: { code: 'provider' } }),
      )
    },
  },
]
