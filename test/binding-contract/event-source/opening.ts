import { expect } from 'vitest'
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
]
