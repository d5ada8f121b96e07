import { json, text } from '@tautline/core'
import { expect } from 'vitest'
import { type StreamOptions, collected } from '../support/driver.ts'
import { type StreamPage, statuses } from '../support/page.ts'
import type { StreamScenario } from '../support/scenario.ts'

const components = [0, 1, 2]
const all = <Value>(value: Value) => components.map(() => value)

export const sharing: readonly StreamScenario[] = [
  {
    name: '[sharing] components share one decode, also of named events',
    async run(page) {
      let decoded = 0
      const plain = json()
      const codec = {
        decode(raw: string) {
          decoded++
          return plain.decode(raw)
        },
      }
      const reduce = collected()
      const ones = components.map(() => page.mount('/shared', { codec, reduce }))
      const named = components.map(() => page.mount('/shared', { events: { n: codec }, reduce }))
      await page.until(() =>
        expect([...ones, ...named].every(({ shown }) => shown.status === 'open')).toBe(true),
      )
      page.server.call.write('data: 1\n\ndata: 2\n\nevent: n\ndata: 3\n\n')
      await page.until(() => expect(ones.map(({ shown }) => shown.data)).toEqual(all([1, 2])))
      const event = { event: 'n', data: 3, id: '' }
      await page.until(() => expect(named.map(({ shown }) => shown.data)).toEqual(all([event])))
      expect(decoded).toBe(3)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[late-subscribers] a late subscriber gets the last event ID; its own reducer starts with its initial data',
    async run(page) {
      const early = await page.mountOpen('/late')
      page.server.call.write('data: old\n\nid: 5\ndata: news\n\nevent: other\ndata: not for them\n\n')
      await page.until(() => expect(early.shown.data).toBe('news'))
      const received: unknown[] = []
      const onMessage = (message: unknown) => received.push(message)
      const late = page.mount('/late', { onMessage }, { shows: ['status', 'data', 'lastEventId'] })
      const folds = await page.mountOpen('/late', { reduce: collected() })
      await page.until(() =>
        expect(late.shown).toMatchObject({ status: 'open', data: 'news', lastEventId: '5' }),
      )
      page.server.call.send('now')
      await page.until(() => expect(folds.shown.data).toEqual(['now']))
      await page.until(() => expect(late.shown.data).toBe('now'))
      expect(received).toEqual(['now'])
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[late-subscribers] a late subscriber of a completed POST gets its data, and the POST is not sent again',
    async run(page) {
      const options = { method: 'POST', body: 'x' }
      const early = await page.mountOpen('/done', options)
      page.server.call.send('reply')
      page.server.call.end()
      await page.until(() => expect(early.shown.closed).toEqual({ by: 'complete' }))
      const late = page.mount('/done', { ...options, events: { message: text() } })
      await page.until(() =>
        expect(late.shown).toMatchObject({ status: 'closed', closed: { by: 'complete' } }),
      )
      await page.until(() => expect(late.shown.data).toMatchObject({ data: 'reply' }))
      await page.settle()
      expect(page.server.calls).toHaveLength(1)
    },
  },
  ...[1, 2].map((count) => ({
    name: `[token-stream] [identity] a POST stream whose headers change while it streams is not sent again, and its text stays: ${count} on it`,
    async run(page: StreamPage) {
      const options = (headers: StreamOptions['headers']) => ({
        method: 'POST',
        body: 'x',
        reduce: collected(),
        headers,
      })
      const ones = components.slice(0, count).map(() => page.mount('/post', options({ token: '0' })))
      await page.until(() => expect(ones.every(({ shown }) => shown.status === 'open')).toBe(true))
      page.server.call.send('half')
      for (const one of ones) await page.until(() => expect(one.shown.data).toEqual(['half']))
      for (const headers of [{ token: '1' }, () => ({ token: '2' }), () => ({ token: '3' })]) {
        for (const one of ones) one.rerender('/post', options(headers))
        await page.settle()
      }
      page.server.call.send('whole')
      for (const one of ones) {
        await page.until(() => expect(one.shown.data).toEqual(['half', 'whole']))
        expect(statuses(one)).toEqual(['connecting', 'open'])
      }
      expect(page.server.calls).toHaveLength(1)
      ones[0]?.reconnect()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      expect(page.server.call.headers.get('token')).toBe('3')
      await page.until(() => expect(ones[0]?.shown.status).toBe('open'))
    },
  })),
]
