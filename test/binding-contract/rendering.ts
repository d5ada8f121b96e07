import { expect } from 'vitest'
import type { SocketScenario } from './scenarios.ts'

const heartbeat = { interval: 1000, timeout: 1000 }

export const rendering: readonly SocketScenario[] = [
  {
    name: 'a component that does not read latency does not render for it, and one that does, does',
    async run(page) {
      const quiet = await page.mountOpen('/ping', { heartbeat })
      const shows = await page.mountOpen('/ping', { heartbeat }, { shows: ['status', 'latency'] })
      const before = quiet.renders.length
      await page.advance(1000)
      await page.advance(30)
      page.server.peer.say('pong')
      await page.until(() => expect(shows.shown.latency).toBe(30))
      await page.settle()
      expect(quiet.renders).toHaveLength(before)
    },
  },
  {
    name: 'a component that does not read attempt does not render when the count is reset, and one that does, does',
    async run(page) {
      const retry = { delay: () => 100 }
      const quiet = await page.mountOpen('/count', { retry })
      const shows = await page.mountOpen('/count', { retry }, { shows: ['status', 'attempt'] })
      page.server.peer.hangUp(1001)
      await page.until(() => expect(shows.shown).toEqual({ status: 'backoff', attempt: 1 }))
      await page.advance(100)
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', attempt: 1 }))
      await page.until(() => expect(quiet.shown.status).toBe('open'))
      const before = quiet.renders.length
      await page.advance(5000)
      await page.until(() => expect(shows.shown).toEqual({ status: 'open', attempt: 0 }))
      await page.settle()
      expect(quiet.renders).toHaveLength(before)
    },
  },
  {
    name: 'select: a change outside the selected part renders nothing',
    async run(page) {
      const select = (data: unknown) => String(data).length
      const one = await page.mountOpen('/select', { initialData: 'four', select })
      const before = one.renders.length
      page.server.peer.say('same', 'size')
      await page.settle()
      expect(one.renders).toHaveLength(before)
      page.server.peer.say('longer')
      await page.until(() => expect(one.shown.data).toBe(6))
    },
  },
  {
    name: 'select: what a change of status has brought to the screen is not taken for what is there',
    async run(page) {
      const select = (data: unknown) => String(data)
      const one = await page.mountOpen('/select', {
        select,
        initialData: '',
        // The status changes at once: `b` is on the screen before its own frame, and `a` is a change again.
        onMessage: (message) => message === 'b' && one.reconnect(),
      })
      page.server.peer.say('a')
      await page.until(() => expect(one.shown.data).toBe('a'))
      page.server.peer.say('b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      page.server.peer.say('a')
      await page.until(() => expect(one.shown.data).toBe('a'))
    },
  },
  {
    name: 'select: what a render of the parent has brought to the screen is not taken for what is there',
    async run(page) {
      const select = (data: unknown) => String(data)
      let renders = 0
      const rerender = (message: unknown) => {
        if (message === 'b') one.rerender('/select', { select, initialData: '', onMessage: () => renders++ })
      }
      const one = await page.mountOpen('/select', { select, initialData: '', onMessage: rerender })
      page.server.peer.say('a')
      await page.until(() => expect(one.shown.data).toBe('a'))
      page.server.peer.say('b', 'a')
      await page.settle()
      expect(one.shown.data).toBe('a')
      expect(renders).toBe(1)
    },
  },
]
