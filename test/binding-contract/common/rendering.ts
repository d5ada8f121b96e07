import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import type { CommonScenario } from '../support/scenario.ts'

export const rendering: readonly CommonScenario[] = [
  {
    name: 'a reset of attempt renders only components that read it',
    async run(page) {
      const retry = { delay: () => 100 }
      const untracked = await page.mountOpen('/count', { retry })
      const shows = await page.mountOpen('/count', { retry }, { shows: ['status', 'attempt'] })
      page.server.connection.cut()
      await page.until(() => expect(shows.shown).toEqual({ status: 'backoff', attempt: 1 }))
      await page.advance(100)
      await page.until(() =>
        expect([shows, untracked].map(({ shown }) => shown.status)).toEqual(['open', 'open']),
      )
      await page.advance(5000)
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', attempt: 0 }))
      await page.settle()
      const shown = untracked.renders.map(({ status }) => status)
      expect(shown).toEqual(['connecting', 'open', 'backoff', 'connecting', 'open'])
    },
  },
  {
    name: 'select: a change outside the selected part does not render',
    async run(page) {
      const select = (data: unknown) => String(data).length
      const one = await page.mountOpen('/select', { initialData: 'four', select })
      const before = one.renders.length
      page.server.connection.send('same', 'size')
      await page.settle()
      expect(one.renders).toHaveLength(before)
      page.server.connection.send('longer')
      await page.until(() => expect(one.shown.data).toBe(6))
    },
  },
  {
    name: 'select: a render for a new status does not suppress the render for a later message',
    async run(page) {
      const select = (data: unknown) => String(data)
      let bounced = false
      const bounce = () => {
        if (!bounced) one.reconnect()
        bounced = true
      }
      const one = await page.mountOpen('/select', {
        select,
        initialData: '',
        // The new status renders `b` before its frame, so `a` is a change again.
        onMessage: (message) => message === 'b' && bounce(),
      })
      page.server.connection.send('a')
      await page.until(() => expect(one.shown.data).toBe('a'))
      page.server.connection.send('b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      page.server.connection.send('a')
      await page.until(() => expect(one.shown.data).toBe('a'))
    },
  },
  {
    name: 'select: a render of the parent does not suppress the render for a later change',
    async run(page) {
      const select = (data: unknown) => String(data)
      let renders = 0
      const rerender = (message: unknown) => {
        if (message === 'b') one.rerender('/select', { select, initialData: '', onMessage: () => renders++ })
      }
      const one = await page.mountOpen('/select', { select, initialData: '', onMessage: rerender })
      page.server.connection.send('a')
      await page.until(() => expect(one.shown.data).toBe('a'))
      page.server.connection.send('b', 'a')
      await page.settle()
      expect(one.shown.data).toBe('a')
      expect(renders).toBe(1)
    },
  },
  {
    name: '[selected-data] an inline select that creates an object: data is the same object while it is equal',
    async run(page) {
      const options = () => ({
        initialData: 'four',
        select: (data: unknown) => ({ length: String(data).length }),
      })
      const one = await page.mountOpen('/select', options())
      const { data } = one.shown
      const before = one.renders.length
      page.server.connection.send('same')
      await page.settle()
      expect(one.renders).toHaveLength(before)
      one.rerender('/select', options())
      await page.settle()
      expect(one.shown.data).toBe(data)
      page.server.connection.send('longer')
      await page.until(() => expect(one.shown.data).toEqual({ length: 6 }))
    },
  },
  {
    name: 'collect: data is the list of messages, or of the newest ones up to the limit',
    async run(page) {
      const everything = await page.mountOpen('/list', { reduce: collected() })
      const two = await page.mountOpen('/list', { reduce: collected({ limit: 2 }) })
      expect([everything.shown.data, two.shown.data]).toEqual([[], []])
      page.server.connection.send('a', 'b', 'c')
      await page.until(() => expect(everything.shown.data).toEqual(['a', 'b', 'c']))
      await page.until(() => expect(two.shown.data).toEqual(['b', 'c']))
    },
  },
  {
    name: 'collect: a reconnect keeps the messages and adds later ones',
    async run(page) {
      const one = await page.mountOpen('/list', { reduce: collected(), retry: { delay: () => 100 } })
      page.server.connection.send('before')
      await page.until(() => expect(one.shown.data).toEqual(['before']))
      page.server.connection.cut()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', data: ['before'] }))
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
      page.server.connection.send('after')
      await page.until(() => expect(one.shown.data).toEqual(['before', 'after']))
    },
  },
  {
    name: 'notify sync: renders for each message of a chunk',
    async run(page) {
      const one = await page.mountOpen('/sync', { notify: 'sync', reduce: collected() })
      page.server.connection.send('a', 'b')
      await page.until(() => expect(one.shown.data).toEqual(['a', 'b']))
    },
  },
]
