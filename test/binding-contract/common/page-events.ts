import { expect } from 'vitest'
import type { CommonScenario } from '../support/scenario.ts'

export const pageEvents: readonly CommonScenario[] = [
  {
    name: '[offline] makes no attempt while offline, and one when online',
    async run(page) {
      const one = await page.mountOpen('/net')
      page.signal('offline')
      page.server.connection.cut()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'online' }))
      expect(page.timers).toBe(0)
      await page.advance(3_600_000)
      expect(page.server.connections).toHaveLength(1)
      page.signal('online')
      await page.advance(250)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.connections).toHaveLength(2)
    },
  },
  {
    name: '[bfcache] a page in the bfcache closes its connection, and opens it again when it returns',
    async run(page) {
      const one = await page.mountOpen('/bfcache')
      page.server.connection.send('before')
      await page.until(() => expect(one.shown.data).toBe('before'))
      page.signal('pagehide')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'page' }))
      expect(page.timers).toBe(0)
      await page.until(() => expect(page.server.connection.outcome).toBe('left'))
      page.signal('pageshow')
      await page.advance(1250)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'before' }))
      expect(page.server.connections).toHaveLength(2)
    },
  },
  {
    name: '[hidden-page] a hidden page closes its connection with pause.hidden, and keeps it without',
    async run(page) {
      const one = await page.mountOpen('/hidden', { pause: { hidden: true } })
      const other = await page.mountOpen('/stays')
      page.signal('hidden')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'visible' }))
      await page.until(() => expect(page.server.connections[0]?.outcome).toBe('left'))
      await page.advance(3_600_000)
      expect(other.shown.status).toBe('open')
      expect(page.server.connections.map(({ outcome }) => outcome)).toEqual(['left', undefined])
      page.signal('visible')
      await page.advance(1250)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.connections.filter(({ path }) => path === '/hidden')).toHaveLength(2)
    },
  },
  {
    name: '[connect-timeout] an attempt that neither opens nor fails is aborted after timeout.connect',
    async run(page) {
      const { silent } = page
      const one = page.mount('/stuck', {
        ...page.server.kind.timingOut,
        environment: silent.environment,
        timeout: { connect: 5000 },
      })
      await page.advance(4999)
      expect(one.shown.status).toBe('connecting')
      await page.advance(1)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'timeout' } }),
      )
      expect(silent.attempts).toHaveLength(1)
      expect(silent.attempts[0]?.isAborted).toBe(true)
      await page.advance(500)
      await page.until(() => expect(silent.attempts).toHaveLength(2))
      silent.attempts[1]?.accept()
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  ...([0, false, Number.POSITIVE_INFINITY] as const).map((limit): CommonScenario => ({
    name: `[connect-timeout] with timeout.connect: ${limit} an attempt has no time limit`,
    async run(page) {
      const { silent } = page
      // `request` is an option of polls alone.
      const timeout = { connect: limit, request: limit }
      const one = page.mount('/slow', {
        ...page.server.kind.timingOut,
        environment: silent.environment,
        timeout,
      })
      await page.advance(3_600_000)
      expect(one.shown.status).toBe('connecting')
      expect(silent.attempts).toHaveLength(1)
      silent.attempts[0]?.accept()
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  })),
]
