import { type Cursor, bodyField, count, header, query, validators } from '@tautline/core/long-poll'
import { createFakeFetch } from '@tautline/core/testing'
import { HttpResponse } from 'msw'
import { expect } from 'vitest'
import { type PollOptions, collected } from '../support/driver.ts'
import { listed } from './server.ts'
import { respondManually, news } from './polling.ts'
import type { PollScenario } from '../support/scenario.ts'

/** Cursor and messages of a `listed` response. */
const next = (body: { readonly next: string }) => body.next
const list = (body: { readonly list: readonly string[] }) => body.list

const YESTERDAY = 'Fri, 20 Nov 2026 10:00:00 GMT'
const retry = { delay: () => 100 }

export const cursors: readonly PollScenario[] = [
  {
    name: '[cursor] the cursor is added to the query, a header or a field of the body',
    async run(page) {
      page.server.shape = listed
      const post = { method: 'POST', body: { room: 'x' } }
      const positions: readonly PollOptions[] = [
        { cursor: query('since', next) },
        { cursor: header('X-Since', next) },
        { ...post, cursor: bodyField('since', next) },
      ]
      for (const [index, position] of positions.entries()) {
        const one = await page.mountOpen(`/in-${index}?room=a%20b`, {
          ...position,
          messages: list,
          reduce: collected(),
        })
        page.server.connection.send('a', 'b')
        page.server.connection.send('c')
        await page.until(() => expect(one.shown.data).toEqual(['a', 'b', 'c']))
        await page.until(() => expect(page.server.call.since).toBe('2'))
      }
      const last = page.server.calls.filter(({ since }) => since === '2')
      const room = 'http://server.test/in'
      expect(last.map(({ url }) => url)).toEqual([
        `${room}-0?room=a%20b&since=2`,
        `${room}-1?room=a%20b`,
        `${room}-2?room=a%20b`,
      ])
      expect(last.map(({ headers }) => headers.get('x-since'))).toEqual([null, '2', null])
      expect(last.map(({ body }) => body)).toEqual(['', '', '{"room":"x","since":"2"}'])
      expect(last[2]?.headers.get('content-type')).toBe('application/json')
    },
  },
  {
    name: '[cursor] validators() sends ETag and Last-Modified back unchanged, and 304 keeps them',
    async run(page) {
      const tagged = (etag: string) => ({ headers: { etag, 'last-modified': YESTERDAY } })
      const respond = respondManually(page)
      const one = page.mount('/tagged', { cursor: validators() })
      await respond(new HttpResponse('one', tagged('"v1"')))
      await respond(new HttpResponse(null, { status: 304, headers: { etag: 'W/"v1"' } }))
      await respond(new HttpResponse('two', tagged('W/"v2"')))
      await page.until(() => expect(page.server.calls).toHaveLength(4))
      expect(page.server.calls.map(({ headers }) => headers.get('if-none-match'))).toEqual([
        null,
        '"v1"',
        '"v1"',
        'W/"v2"',
      ])
      expect(page.server.call.headers.get('if-modified-since')).toBe(YESTERDAY)
      expect(one.shown).toMatchObject({ status: 'open', data: 'two' })
    },
  },
  {
    name: '[cursor] a lost response is requested again with the same cursor, and no message is skipped',
    async run(page) {
      const { fetch, requests } = createFakeFetch()
      const environment = { ...page.environment, fetch }
      const one = page.mount('/lossy', { environment, reduce: collected(), retry })
      const begin = async (index: number, position: string, text: string) => {
        await page.until(() => expect(requests).toHaveLength(index + 1))
        requests[index]?.respond({ headers: { 'content-type': 'text/plain', 'x-next': position } })
        requests[index]?.write(text)
      }
      await begin(0, '1', 'a')
      requests[0]?.end()
      await begin(1, '2', 'half of')
      requests[1]?.fail()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', data: ['a'] }))
      await page.advance(100)
      await begin(2, '2', 'half of it')
      requests[2]?.end()
      await page.until(() => expect(one.shown.data).toEqual(['a', 'half of it']))
      await page.until(() => expect(requests).toHaveLength(4))
      const requested = requests.map(({ url }) => new URL(url).searchParams.get('since'))
      expect(requested).toEqual([null, '1', '1', '2'])
    },
  },
  {
    name: '[cursor] messages sent while the connection was down are delivered later, once and in order',
    async run(page) {
      const one = await page.mountOpen('/down', { reduce: collected(), retry })
      page.server.connection.send('a')
      await page.until(() => expect(one.shown.data).toEqual(['a']))
      page.server.connection.cut()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      page.server.publish('/down', 'b', 'c')
      page.server.publish('/down', 'd')
      await page.advance(100)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: ['a', 'b', 'c', 'd'] }))
    },
  },
  {
    name: '[cursor] a custom cursor gets the request and the response, and may change the request',
    async run(page) {
      const reads: unknown[] = []
      const cursor: Cursor = {
        write({ url, headers }, position) {
          url.searchParams.set('since', position)
          headers.set('x-place', position)
        },
        read(body, { status, messages, headers, cursor: before }) {
          reads.push([body, status, messages, headers.get('x-next'), before])
          return headers.get('x-next')
        },
      }
      await page.mountOpen('/own', { cursor })
      await page.until(() => expect(page.server.call.since).toBe('0'))
      page.server.connection.send('a', 'b')
      await page.until(() => expect(page.server.call.headers.get('x-place')).toBe('1'))
      expect(reads).toEqual([
        [undefined, 200, 0, '0', undefined],
        [['a', 'b'], 200, 2, '1', '0'],
      ])
    },
  },
  {
    name: '[cursor] an absent value leaves the cursor unchanged, and 0 is a cursor',
    async run(page) {
      const positions = ['5', null, undefined, Number.NaN, 0]
      const respond = respondManually(page)
      page.mount('/places', { cursor: query('since', () => positions.shift()) })
      for (const text of ['a', 'b', 'c', 'd', 'e']) await respond(news(text, ''))
      await page.until(() => expect(page.server.calls).toHaveLength(6))
      expect(page.server.calls.map(({ since }) => since)).toEqual([undefined, '5', '5', '5', '5', '0'])
    },
  },
  {
    name: '[cursor] count() uses the number of received messages as the cursor',
    async run(page) {
      await page.mountOpen('/count', { cursor: query('since', count()) })
      page.server.connection.send('a')
      page.server.connection.send('b', 'c')
      await page.until(() => expect(page.server.call.since).toBe('3'))
      // count() counts three messages, but the log has two entries, so the server sees a new sequence.
      expect(page.server.calls.map(({ since }) => since).slice(0, 4)).toEqual([undefined, '0', '1', '3'])
    },
  },
  {
    name: '[cursor] a cursor that throws fails the attempt, and nothing of that response is delivered',
    async run(page) {
      const errors: unknown[] = []
      const wrong = new Error('wrong in read')
      const cursor = query('since', (body: unknown, { headers }) => {
        if (body === 'bad') throw wrong
        return headers.get('x-next')
      })
      const one = await page.mountOpen('/unreadable', {
        cursor,
        retry,
        onError: (error) => errors.push(error),
      })
      page.server.connection.send('bad')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', data: undefined }))
      expect(errors).toMatchObject([{ code: 'provider', provider: 'cursor.read', thrown: wrong }])
      await page.advance(100)
      await page.until(() => expect(errors).toHaveLength(2))
      expect(page.server.call.since).toBe('0')
    },
  },
  {
    name: '[cursor] initialCursor is the first cursor of every destination; a change of it sends no request',
    async run(page) {
      for (const path of ['/saved', '/other']) {
        page.server.publish(path, 'old')
        page.server.publish(path, 'new')
      }
      const options = { reduce: collected(), initialCursor: '1' }
      const one = await page.mountOpen('/saved', options)
      await page.until(() => expect(one.shown.data).toEqual(['new']))
      one.rerender('/saved', { ...options, initialCursor: '0' })
      await page.advance(60_000)
      expect(page.server.calls.map(({ since }) => since)).toEqual(['1', '2'])
      one.rerender('/other', { ...options, initialCursor: '0' })
      await page.until(() => expect(one.shown.data).toEqual(['old', 'new']))
      const there = page.server.calls.filter(({ path }) => path === '/other')
      expect(there[0]?.since).toBe('0')
    },
  },
]
