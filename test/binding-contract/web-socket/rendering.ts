import { pings } from '@tautline/core'
import { expect } from 'vitest'
import type { SocketScenario } from '../support/scenario.ts'

const heartbeat = pings({ interval: 1000, timeout: 1000 })

export const rendering: readonly SocketScenario[] = [
  {
    name: 'latency renders only components that read it',
    async run(page) {
      const untracked = await page.mountOpen('/ping', { heartbeat })
      const shows = await page.mountOpen('/ping', { heartbeat }, { shows: ['status', 'latency'] })
      const before = untracked.renders.length
      await page.advance(1000)
      await page.advance(30)
      page.server.peer.send('pong')
      await page.until(() => expect(shows.shown.latency).toBe(30))
      await page.settle()
      expect(untracked.renders).toHaveLength(before)
    },
  },
]
