import { expect } from 'vitest'
import { collected } from './driver.ts'
import { statuses } from './page.ts'
import type { StreamScenario } from './scenarios.ts'

export const opening: readonly StreamScenario[] = [
  {
    name: '1: status goes connecting, open, closed on a good day, and a component renders for nothing else',
    async run(page) {
      const one = await page.mountOpen('/good')
      one.close()
      await page.until(() => expect(one.shown.status).toBe('closed'))
      expect(one.shown.closed).toEqual({ by: 'user' })
      expect(one.renders.map(({ status }) => status)).toEqual(['connecting', 'open', 'closed'])
    },
  },
  {
    name: '1: while it waits to reconnect, status is backoff and never closed',
    async run(page) {
      const one = await page.mountOpen('/blip')
      page.server.call.end()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', waitingFor: 'timer' }))
      await page.advance(500)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(statuses(one)).toEqual(['connecting', 'open', 'backoff', 'connecting', 'open'])
    },
  },
  {
    name: '1: it asks for events, with GET, and tells onOpen what was answered',
    async run(page) {
      const opened: unknown[] = []
      await page.mountOpen('/asks', {
        onOpen: ({ url, headers }) => opened.push([url, headers?.get('content-type')]),
      })
      expect(page.server.call).toMatchObject({ method: 'GET', path: '/asks', body: '' })
      const { headers } = page.server.call
      expect([headers.get('accept'), headers.get('cache-control')]).toEqual(['text/event-stream', 'no-cache'])
      expect(headers.has('last-event-id')).toBe(false)
      expect(opened).toEqual([['http://server.test/asks', 'text/event-stream']])
    },
  },
  {
    name: '2: without a URL (null, undefined or empty) nothing is opened; a URL that comes later opens',
    async run(page) {
      const all = [page.mount(null), page.mount(undefined), page.mount('')]
      await page.advance(60_000)
      expect(all.map(({ shown }) => shown.status)).toEqual(['idle', 'idle', 'idle'])
      expect(page.server.calls).toEqual([])
      for (const [index, one] of all.entries()) one.rerender(`/later-${index}`)
      await page.until(() => expect(all.map(({ shown }) => shown.status)).toEqual(['open', 'open', 'open']))
      expect(page.server.calls.map(({ path }) => path)).toEqual(['/later-0', '/later-1', '/later-2'])
    },
  },
  {
    name: '2: a URL that goes away gives the request up',
    async run(page) {
      const one = await page.mountOpen('/going')
      one.rerender(null)
      await page.until(() => expect(one.shown.status).toBe('idle'))
      await page.until(() => expect(page.server.call.aborted).toBe(true))
    },
  },
  {
    name: '2: enabled false opens nothing, true opens, and false again closes',
    async run(page) {
      const one = page.mount('/switch', { enabled: false })
      await page.advance(60_000)
      expect(one.shown.status).toBe('idle')
      expect(page.server.calls).toEqual([])
      one.rerender('/switch', { enabled: true })
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.rerender('/switch', { enabled: false })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(one.shown.status).toBe('idle'))
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '2: open() by hand opens what is not enabled',
    async run(page) {
      const one = page.mount('/by-hand', { enabled: false })
      one.open()
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.close()
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '3: another URL gives the old request up and makes the new one, once each',
    async run(page) {
      const one = await page.mountOpen('/a')
      one.rerender('/b')
      await page.until(() => expect(page.server.calls.map(({ path }) => path)).toEqual(['/a', '/b']))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
      await page.advance(60_000)
      expect(page.server.calls).toHaveLength(2)
    },
  },
  {
    name: '3: nothing that the old destination still says changes anything; data starts afresh',
    async run(page) {
      const heard: unknown[] = []
      const options = { onMessage: (message: unknown) => heard.push(message), reduce: collected() }
      const one = await page.mountOpen('/a', options)
      const [old] = page.server.calls
      old?.say('from a')
      await page.until(() => expect(one.shown.data).toEqual(['from a']))
      old?.say('late')
      one.rerender('/b', options)
      old?.say('later')
      old?.end()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      page.server.call.say('from b')
      await page.until(() => expect(one.shown.data).toEqual(['from b']))
      expect(heard).toEqual(['from a', 'from b'])
      expect(one.shown).toMatchObject({ status: 'open', error: undefined })
    },
  },
  {
    name: '3: a URL that changes inside a message handler: the rest of the old chunk is not delivered',
    async run(page) {
      const heard: unknown[] = []
      const options = {
        reduce: collected(),
        onMessage(message: unknown) {
          heard.push(message)
          if (message === 'move') one.rerender('/b', options)
        },
      }
      const one = await page.mountOpen('/a', options)
      page.server.call.say('stay', 'move', 'never')
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      page.server.call.say('there')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: ['there'] }))
      expect(heard).toEqual(['stay', 'move', 'there'])
    },
  },
  {
    name: '3: a URL that changes five times in a tick opens the last one only',
    async run(page) {
      const one = await page.mountOpen('/a')
      for (const place of ['/b', '/c', '/d', '/e', '/f']) one.rerender(place)
      await page.until(() => expect(page.server.calls.at(-1)?.path).toBe('/f'))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.calls.map(({ path }) => path)).toEqual(['/a', '/f'])
    },
  },
  {
    name: '3: another spelling of the URL is the same destination',
    async run(page) {
      const one = await page.mountOpen('/p?q=1')
      one.rerender('http://server.test/x/../p?q=1')
      await page.advance(60_000)
      expect(one.shown.status).toBe('open')
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '7: open, close and open again in one tick is one request',
    async run(page) {
      const one = page.mount('/once', { enabled: false })
      one.open()
      one.close()
      one.open()
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.advance(60_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '8: on a server nothing is requested, and the status is what a page shows first',
    async run(page) {
      expect(await page.renderOnServer('/ssr')).toContain('connecting')
      expect(await page.renderOnServer('/ssr', { method: 'POST', body: { prompt: 'hi' } })).toContain(
        'connecting',
      )
      expect(await page.renderOnServer(null)).toContain('idle')
      await page.settle()
      expect(page.timers).toBe(0)
      expect(page.server.calls).toEqual([])
      const one = page.mount('/ssr')
      expect(one.renders[0]).toMatchObject({ status: 'connecting', data: undefined })
    },
  },
]
