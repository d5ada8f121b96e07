import { expect } from 'vitest'
import { collected } from './driver.ts'
import type { StreamScenario } from './scenario.ts'

export const opening: readonly StreamScenario[] = [
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
    name: '3: another spelling of the URL is the same destination',
    async run(page) {
      const one = await page.mountOpen('/p?q=1')
      one.rerender('http://server.test/x/../p?q=1')
      await page.advance(60_000)
      expect(one.shown.status).toBe('open')
      expect(page.server.calls).toHaveLength(1)
    },
  },
]
