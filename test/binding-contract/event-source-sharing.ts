import { json, text } from '@tautline/core'
import { expect } from 'vitest'
import { collected } from './driver.ts'
import type { StreamScenario } from './scenarios.ts'

const components = [0, 1, 2]
const all = <Value>(value: Value) => components.map(() => value)

export const sharing: readonly StreamScenario[] = [
  {
    name: '46: components with the same destination share one request, and each handler hears each message once',
    async run(page) {
      const heard: string[] = []
      const ones = components.map((index) =>
        page.mount('/shared', { onMessage: (message) => heard.push(`${index} ${String(message)}`) }),
      )
      await page.until(() => expect(ones.map(({ shown }) => shown.status)).toEqual(all('open')))
      expect(page.server.calls).toHaveLength(1)
      page.server.call.say('a', 'b')
      await page.until(() => expect(ones.map(({ shown }) => shown.data)).toEqual(all('b')))
      expect(heard).toEqual(['0 a', '1 a', '2 a', '0 b', '1 b', '2 b'])
    },
  },
  {
    name: '46: they share one decode, of named events too',
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
    name: '46: the request is given up a linger after the last one has gone',
    async run(page) {
      const ones = components.map(() => page.mount('/shared', { linger: 500 }))
      await page.until(() => expect(ones[0]?.shown.status).toBe('open'))
      for (const one of ones.slice(1)) one.unmount()
      await page.advance(60_000)
      expect(page.server.call.aborted).toBe(false)
      ones[0]?.unmount()
      await page.advance(499)
      expect(page.server.call.aborted).toBe(false)
      await page.advance(1)
      await page.until(() => expect(page.server.call.aborted).toBe(true))
    },
  },
  {
    name: '46: one that comes within the linger takes the stream over: navigation does not flap',
    async run(page) {
      const before = await page.mountOpen('/shared', { linger: 500 })
      before.unmount()
      await page.advance(499)
      const after = page.mount('/shared', { linger: 500 })
      await page.advance(60_000)
      expect(after.shown.status).toBe('open')
      expect(page.server.calls).toHaveLength(1)
      expect(page.server.call.aborted).toBe(false)
    },
  },
  {
    name: '46: one that moves to another URL leaves the others where they are',
    async run(page) {
      const stays = await page.mountOpen('/shared')
      const moves = await page.mountOpen('/shared')
      moves.rerender('/elsewhere')
      await page.until(() =>
        expect(page.server.calls.map(({ path }) => path)).toEqual(['/shared', '/elsewhere']),
      )
      await page.until(() => expect(moves.shown.status).toBe('open'))
      expect(stays.shown.status).toBe('open')
      expect(page.server.calls[0]?.aborted).toBe(false)
    },
  },
  {
    name: '46: close() closes for everybody who shares the stream',
    async run(page) {
      const [one, other] = [await page.mountOpen('/shared'), await page.mountOpen('/shared')]
      one.close()
      await page.until(() => expect(other.shown.closed).toEqual({ by: 'user' }))
      await page.until(() => expect(page.server.call.aborted).toBe(true))
    },
  },
  {
    name: '46: method, body and credentials are part of the destination; headers, codec and fold are not',
    async run(page) {
      const post = { method: 'POST', body: { a: 1 } }
      const same = [
        post,
        { ...post, body: { a: 1 }, headers: () => ({ own: 'x' }) },
        { ...post, codec: json(), reduce: collected() },
      ]
      const other = [
        {},
        { method: 'POST' },
        { ...post, body: { a: 2 } },
        { ...post, method: 'PUT' },
        { ...post, withCredentials: true },
      ]
      for (const options of same) await page.mountOpen('/place', options)
      expect(page.server.calls).toHaveLength(1)
      for (const options of other) await page.mountOpen('/place', options)
      expect(page.server.calls).toHaveLength(1 + other.length)
    },
  },
  {
    name: '47: share false, different share keys, and what functions say, do not share',
    async run(page) {
      const body = () => 'x'
      for (const options of [
        {},
        { share: false },
        { share: false },
        { shareKey: 'mine' },
        { shareKey: 'mine' },
        { method: 'POST', body },
        { method: 'POST', body },
        { method: 'POST', body, shareKey: 'said' },
        { method: 'POST', body: () => 'x', shareKey: 'said' },
      ]) {
        await page.mountOpen('/private', options)
      }
      expect(page.server.calls).toHaveLength(7)
    },
  },
  {
    name: '48: a late joiner gets the current status and the last data at once, and no handler is called for it',
    async run(page) {
      const heard: unknown[] = []
      const early = await page.mountOpen('/late')
      page.server.call.write('data: old\n\nid: 5\ndata: news\n\nevent: other\ndata: not for them\n\n')
      await page.until(() => expect(early.shown.data).toBe('news'))
      const shows = ['status', 'data', 'lastEventId'] as const
      const late = page.mount('/late', { onMessage: (message) => heard.push(message) }, { shows })
      await page.until(() =>
        expect(late.shown).toMatchObject({ status: 'open', data: 'news', lastEventId: '5' }),
      )
      page.server.call.say('more')
      await page.until(() => expect(late.shown.data).toBe('more'))
      expect(heard).toEqual(['more'])
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '48: a late joiner that folds starts from its own beginning: the past would be a gap with one entry',
    async run(page) {
      await page.mountOpen('/late')
      page.server.call.say('past')
      await page.settle()
      const late = await page.mountOpen('/late', { reduce: collected() })
      page.server.call.say('now')
      await page.until(() => expect(late.shown.data).toEqual(['now']))
    },
  },
  {
    name: '48: what ended before is what a late joiner finds: a POST is not asked again for it',
    async run(page) {
      const options = { method: 'POST', body: 'x' }
      const early = await page.mountOpen('/done', options)
      page.server.call.say('answer')
      page.server.call.end()
      await page.until(() => expect(early.shown.closed).toEqual({ by: 'complete' }))
      const late = page.mount('/done', { ...options, events: { message: text() } })
      await page.until(() =>
        expect(late.shown).toMatchObject({ status: 'closed', closed: { by: 'complete' } }),
      )
      await page.until(() => expect(late.shown.data).toMatchObject({ data: 'answer' }))
      await page.settle()
      expect(page.server.calls).toHaveLength(1)
    },
  },
]
