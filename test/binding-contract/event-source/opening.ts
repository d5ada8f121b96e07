import { concat } from '@tautline/core'
import { expect } from 'vitest'
import type { StreamOptions } from '../support/driver.ts'
import type { StreamScenario } from '../support/scenario.ts'

export const opening: readonly StreamScenario[] = [
  {
    name: '[status] requests events with GET and passes the response to onOpen',
    async run(page) {
      const opened: unknown[] = []
      await page.mountOpen('/requests', {
        onOpen: ({ url, headers }) => opened.push([url, headers?.get('content-type')]),
      })
      expect(page.server.call).toMatchObject({ method: 'GET', path: '/requests', body: '' })
      const { headers } = page.server.call
      expect([headers.get('accept'), headers.get('cache-control')]).toEqual(['text/event-stream', 'no-cache'])
      expect(headers.has('last-event-id')).toBe(false)
      expect(opened).toEqual([['http://server.test/requests', 'text/event-stream']])
    },
  },
  {
    name: '[server-rendering] hydration sends a POST once',
    async run(page) {
      const options = {
        method: 'POST',
        body: { prompt: 'hello' },
        reduce: concat() as StreamOptions['reduce'],
      }
      const html = await page.renderOnServer('/hydrated', options)
      const one = page.hydrate(html, '/hydrated', options)
      await page.until(() => expect(one.text).toBe('open'))
      page.server.call.send('to', 'ken')
      await page.until(() => expect(one.renders.at(-1)?.data).toBe('token'))
      expect(one.isReused).toBe(true)
      expect(page.server.calls.map(({ body }) => body)).toEqual(['{"prompt":"hello"}'])
    },
  },
]
