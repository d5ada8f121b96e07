import { expect } from 'vitest'
import type { SocketScenario } from './scenario.ts'

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
