import { pings } from '@tautline/core'
import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import { expectWarning } from '../support/run.ts'
import type { SocketScenario } from '../support/scenario.ts'

const heartbeat = pings({
  interval: 10_000,
  timeout: 2000,
  message: 'ping',
  isReply: (raw) => raw === 'pong',
})

export const liveness: readonly SocketScenario[] = [
  {
    name: '[hidden-page] a page that becomes visible probes its connection',
    async run(page) {
      const one = await page.mountOpen('/probe', { heartbeat })
      page.signal('hidden')
      page.signal('visible')
      await page.until(() => expect(page.server.peer.received).toEqual(['ping']))
      page.server.peer.send('pong')
      await page.settle()
      expect(one.shown.status).toBe('open')
    },
  },
  {
    name: '[heartbeat] a half-open connection is replaced after interval and timeout, without a close event',
    async run(page) {
      const one = await page.mountOpen('/half-open', { heartbeat })
      await page.advance(11_999)
      expect(page.server.peer.received).toEqual(['ping'])
      expect(one.shown.status).toBe('open')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
      expectWarning(/replied to no ping/)
      await page.advance(500)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.peers).toHaveLength(2)
    },
  },
  {
    name: '[heartbeat] any message keeps the connection',
    async run(page) {
      const one = await page.mountOpen('/alive', { heartbeat })
      await page.advance(11_000)
      page.server.peer.send('something else')
      await page.advance(1500)
      expect(one.shown).toMatchObject({ status: 'open', data: 'something else' })
      expect(page.server.peers).toHaveLength(1)
    },
  },
  {
    name: '[heartbeat] a reply is hidden from data and from onMessage; latency is reported',
    async run(page) {
      const received: unknown[] = []
      const options = {
        heartbeat,
        reduce: collected(),
        onMessage: (message: unknown) => received.push(message),
      }
      const one = await page.mountOpen('/latency', options, { shows: ['status', 'data', 'latency'] })
      expect(one.shown.latency).toBeUndefined()
      await page.advance(10_000)
      await page.until(() => expect(page.server.peer.received).toEqual(['ping']))
      await page.advance(40)
      page.server.peer.send('pong', 'news')
      await page.until(() => expect(one.shown).toMatchObject({ data: ['news'], latency: 40 }))
      expect(received).toEqual(['news'])
    },
  },
  {
    name: '[wake-up] after wake-up the connection is probed at once, and replaced if there is no reply',
    async run(page) {
      const one = await page.mountOpen('/sleep', { heartbeat })
      await page.advance(100)
      page.signal('wake')
      await page.until(() => expect(page.server.peer.received).toEqual(['ping']))
      await page.advance(2000)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      expectWarning(/replied to no ping/)
    },
  },
]
