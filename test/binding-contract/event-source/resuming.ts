import { text } from '@tautline/core'
import { expect } from 'vitest'
import type { StreamPage } from '../support/page.ts'
import type { StreamScenario } from '../support/scenario.ts'

const retry = { delay: () => 100 }

/** Ends the stream and waits for the next request. */
async function resume(page: StreamPage): Promise<void> {
  const { length } = page.server.calls
  page.server.call.end()
  await page.until(() => expect(page.timers).toBe(1))
  await page.advance(100)
  await page.until(() => expect(page.server.calls).toHaveLength(length + 1))
}

const sent = (page: StreamPage) => page.server.calls.map(({ headers }) => headers.get('last-event-id'))

export const resuming: readonly StreamScenario[] = [
  {
    name: '[event-stream-responses] the last event ID is sent with the next request if there is one',
    async run(page) {
      const one = await page.mountOpen('/news', { retry }, { shows: ['status', 'data', 'lastEventId'] })
      page.server.call.write('data: no ID\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 'no ID' }))
      expect(one.shown.lastEventId ?? '').toBe('')
      await resume(page)
      page.server.call.write('id: 41\ndata: a\n\nid: größer\ndata: b\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 'b', lastEventId: 'größer' }))
      await resume(page)
      page.server.call.write('id\ndata: c\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 'c', lastEventId: '' }))
      await resume(page)
      const utf8 = String.fromCharCode(...new TextEncoder().encode('größer'))
      expect(sent(page)).toEqual([null, null, utf8, null])
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '[bfcache] [event-stream-responses] an ID survives streams without IDs and the bfcache; a block with only an ID changes it',
    async run(page) {
      const one = await page.mountOpen('/news', { retry }, { shows: ['status', 'data', 'lastEventId'] })
      page.server.call.write('id: 1\ndata: a\n\n')
      await page.until(() => expect(one.shown.data).toBe('a'))
      await resume(page)
      page.server.call.write('data: b\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 'b', lastEventId: '1' }))
      page.server.call.write('id: 2\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 'b', lastEventId: '2' }))
      await resume(page)
      await page.until(() => expect(one.shown.status).toBe('open'))
      page.signal('pagehide')
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      page.signal('pageshow')
      await page.advance(1250)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      expect(sent(page)).toEqual([null, '1', '2', '2'])
    },
  },
  {
    name: '[event-stream-responses] the option lastEventId is the first ID; later IDs come from the stream',
    async run(page) {
      const options = { retry, lastEventId: '40' }
      const one = page.mount('/news', options, { shows: ['status', 'lastEventId'] })
      expect(one.shown).toEqual({ status: 'connecting', lastEventId: '40' })
      await page.until(() => expect(one.shown.status).toBe('open'))
      page.server.call.write('id: 41\ndata: a\n\n')
      await page.until(() => expect(one.shown.lastEventId).toBe('41'))
      one.rerender('/news', options)
      await resume(page)
      expect(sent(page)).toEqual(['40', '41'])
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '[event-stream-responses] with resume: query the ID is in the query and not in a header',
    async run(page) {
      const lastEventId = 'a&b'
      await page.mountOpen('/q?sort=up', { lastEventId, resume: 'query' })
      await page.mountOpen('/named', { lastEventId, resume: { query: 'after' } })
      expect(page.server.calls.map(({ path }) => path)).toEqual([
        '/q?sort=up&lastEventId=a%26b',
        '/named?after=a%26b',
      ])
      expect(sent(page)).toEqual([null, null])
    },
  },
  {
    name: '[event-stream-responses] another destination starts without the old ID',
    async run(page) {
      const one = await page.mountOpen('/a', {}, { shows: ['status', 'lastEventId'] })
      page.server.call.write('id: of a\ndata: x\n\n')
      await page.until(() => expect(one.shown.lastEventId).toBe('of a'))
      one.rerender('/b')
      await page.until(() => expect(sent(page)).toEqual([null, null]))
      await page.until(() => expect(one.shown).toEqual({ status: 'open', lastEventId: undefined }))
    },
  },
  {
    name: '[event-stream-responses] open() requests events that close() left undelivered',
    async run(page) {
      const one = await page.mountOpen('/chunk', { onMessage: (data) => data === 'b' && one.close() })
      page.server.call.write('id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'b' }))
      one.open()
      await page.until(() => expect(sent(page)).toEqual([null, '2']))
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: '[option-functions] URL, header and body functions get the last event ID',
    async run(page) {
      const contexts: unknown[] = []
      const one = await page.mountOpen(({ lastEventId }) => `/at?${lastEventId}`, {
        retry,
        resume: 'query',
        headers({ lastEventId }) {
          contexts.push(lastEventId)
          return { 'x-at': `${lastEventId}` }
        },
      })
      page.server.call.write('id: 5\ndata: a\n\n')
      await page.until(() => expect(one.shown.data).toBe('a'))
      await resume(page)
      expect(contexts).toEqual([undefined, '5'])
      expect(page.server.calls.map(({ path }) => path)).toEqual(['/at?undefined', '/at?5&lastEventId=5'])
      expect(page.server.call.headers.get('x-at')).toBe('5')
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
  {
    name: 'lastEventId renders only components that read it',
    async run(page) {
      const untracked = await page.mountOpen('/ids')
      const shows = await page.mountOpen('/ids', {}, { shows: ['lastEventId', 'status'] })
      const before = untracked.renders.length
      page.server.call.write('id: 1\n\n')
      await page.until(() => expect(shows.shown.lastEventId).toBe('1'))
      page.server.call.write('id: 2\n\n')
      await page.until(() => expect(shows.shown.lastEventId).toBe('2'))
      await page.settle()
      expect(untracked.renders).toHaveLength(before)
      expect(shows.renders.map(({ lastEventId }) => lastEventId)).toEqual([undefined, undefined, '1', '2'])
    },
  },
  {
    name: 'lastEventId changes with events that do not change data, and with events of other names',
    async run(page) {
      const options = { reduce: () => 'the same', initialData: 'the same', events: { received: text() } }
      const untracked = await page.mountOpen('/ids', options)
      const shows = await page.mountOpen('/ids', options, { shows: ['status', 'lastEventId'] })
      const before = untracked.renders.length
      page.server.call.write('id: 1\nevent: received\ndata: x\n\n')
      await page.until(() => expect(shows.shown.lastEventId).toBe('1'))
      page.server.call.write('id: 2\nevent: other\ndata: x\n\n')
      await page.until(() => expect(shows.shown.lastEventId).toBe('2'))
      await page.settle()
      expect(untracked.renders).toHaveLength(before)
    },
  },
  {
    name: 'lastEventId changes with an event that does not decode',
    async run(page) {
      const codec = {
        decode(): unknown {
          throw new Error('never')
        },
      }
      const options = { codec, onError: () => {} }
      const one = await page.mountOpen('/ids', options, { shows: ['status', 'lastEventId'] })
      page.server.call.write('id: 3\ndata: x\n\n')
      await page.until(() => expect(one.shown.lastEventId).toBe('3'))
    },
  },
  {
    name: 'lastEventId: with select, a message outside the selected part renders only for a new ID',
    async run(page) {
      const options = { initialData: 'four', select: (data: unknown) => String(data).length }
      const one = await page.mountOpen('/ids', options, { shows: ['status', 'data', 'lastEventId'] })
      page.server.call.write('id: 1\ndata: same\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 4, lastEventId: '1' }))
      const before = one.renders.length
      page.server.call.send('size')
      await page.settle()
      page.server.call.send('also', 'that')
      await page.settle()
      expect(one.renders).toHaveLength(before)
      page.server.call.write('id: 2\ndata: more\n\n')
      await page.until(() => expect(one.shown).toMatchObject({ data: 4, lastEventId: '2' }))
    },
  },
]
