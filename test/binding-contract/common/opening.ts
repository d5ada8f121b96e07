import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import { statuses } from '../support/page.ts'
import type { CommonScenario } from '../support/scenario.ts'

export const opening: readonly CommonScenario[] = [
  {
    name: '[status] without failures the status is connecting, open, closed, and a component renders only for these',
    async run(page) {
      const one = await page.mountOpen('/good')
      one.close()
      await page.until(() => expect(one.shown.status).toBe('closed'))
      expect(one.shown.closed).toEqual({ by: 'user' })
      expect(one.renders.map(({ status }) => status)).toEqual(['connecting', 'open', 'closed'])
    },
  },
  {
    name: '[status] the status is backoff, never closed, while the connection waits to reconnect',
    async run(page) {
      const one = await page.mountOpen('/blip')
      page.server.connection.cut()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'timer' }))
      await page.advance(500)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(statuses(one)).toEqual(['connecting', 'open', 'backoff', 'connecting', 'open'])
    },
  },
  {
    name: '[no-url] opens nothing without a URL (null, undefined, false or empty), and opens when a URL is set',
    async run(page) {
      const all = [page.mount(null), page.mount(undefined), page.mount(''), page.mount(false)]
      await page.advance(60_000)
      expect(all.map(({ shown }) => shown.status)).toEqual(['idle', 'idle', 'idle', 'idle'])
      expect(page.server.connections).toEqual([])
      for (const [index, one] of all.entries()) one.rerender(`/later-${index}`)
      await page.until(() =>
        expect(all.map(({ shown }) => shown.status)).toEqual(['open', 'open', 'open', 'open']),
      )
      const paths = ['/later-0', '/later-1', '/later-2', '/later-3']
      expect(page.server.connections.map(({ path }) => path)).toEqual(paths)
    },
  },
  {
    name: '[no-url] closes the connection when the URL is removed',
    async run(page) {
      const one = await page.mountOpen('/going')
      one.rerender(null)
      await page.until(() => expect(one.shown.status).toBe('idle'))
      await page.until(() => expect(page.server.connection.outcome).toBe('left'))
    },
  },
  {
    name: '[no-url] enabled: false opens nothing, true opens, and false again closes',
    async run(page) {
      const one = page.mount('/switch', { enabled: false })
      await page.advance(60_000)
      expect(one.shown.status).toBe('idle')
      expect(page.server.connections).toEqual([])
      one.rerender('/switch', { enabled: true })
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.rerender('/switch', { enabled: false })
      await page.until(() => expect(page.server.connection.outcome).toBe('left'))
      await page.until(() => expect(one.shown.status).toBe('idle'))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[no-url] open() opens a disabled connection',
    async run(page) {
      const one = page.mount('/by-hand', { enabled: false })
      one.open()
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.close()
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[open-once] open(), close() and open() in one tick make one attempt',
    async run(page) {
      const one = page.mount('/once', { enabled: false })
      one.open()
      one.close()
      one.open()
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.advance(60_000)
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[server-rendering] on a server nothing opens, and the status is the initial one of a browser',
    async run(page) {
      expect(await page.renderOnServer('/ssr')).toContain('connecting')
      expect(await page.renderOnServer(null)).toContain('idle')
      await page.settle()
      expect(page.timers).toBe(0)
      expect(page.server.connections).toEqual([])
      const one = page.mount('/ssr')
      expect(one.renders[0]).toMatchObject({ status: 'connecting', data: undefined })
    },
  },
  {
    name: '[server-rendering] hydration matches the HTML of the server, and then one connection opens',
    async run(page) {
      const options = { reduce: collected() }
      const html = await page.renderOnServer('/hydrated', options)
      expect(html).toBe('connecting')
      await page.settle()
      expect(page.server.connections).toEqual([])
      expect(page.timers).toBe(0)
      const one = page.hydrate(html, '/hydrated', options)
      await page.until(() => expect(one.text).toBe('open'))
      page.server.connection.send('a', 'b')
      await page.until(() => expect(one.renders.at(-1)).toMatchObject({ status: 'open', data: ['a', 'b'] }))
      expect(one.renders[0]).toMatchObject({ status: 'connecting', data: [] })
      expect(one.isReused).toBe(true)
      expect(page.server.connections).toHaveLength(1)
    },
  },
]
