import { isTautlineError, json } from '@tautline/core'
import { query } from '@tautline/core/long-poll'
import { HttpResponse } from 'msw'
import { expect } from 'vitest'
import * as z from 'zod'
import { type PollOptions, collected } from '../support/driver.ts'
import { respondManually, expectNext, news } from './polling.ts'
import { listed } from './server.ts'
import type { PollScenario } from '../support/scenario.ts'

interface Numbered {
  readonly id: number
}

const idOf = ({ id }: Numbered) => id
const numbered = (...ids: readonly number[]) => ids.map((id) => JSON.stringify({ id }))

/** Decodes each text of a response as JSON. */
const repeated: PollOptions = {
  cursor: query('since', (body: { readonly next: string }) => body.next),
  messages: (body: { readonly list: readonly string[] }) =>
    body.list.map((text): unknown => JSON.parse(text)),
  dedupeBy: idOf as (message: unknown) => unknown,
}

export const messages: readonly PollScenario[] = [
  {
    name: '[decoding] without a codec the content type selects JSON, text or bytes',
    async run(page) {
      const bytes = new Uint8Array([1, 2, 255])
      const responses: readonly (readonly [type: string, body: BodyInit, message: unknown])[] = [
        ['application/json; charset=utf-8', '{"n":1}', { n: 1 }],
        ['application/problem+json', '{"n":2}', { n: 2 }],
        ['text/csv', '1,2', '1,2'],
        ['application/octet-stream', bytes, bytes.buffer],
      ]
      const respond = respondManually(page)
      const one = page.mount('/types')
      for (const [type, body, message] of responses) {
        await respond(new HttpResponse(body, { headers: { 'content-type': type } }))
        await page.until(() => expect(one.shown.data).toEqual(message))
      }
    },
  },
  {
    name: '[decoding] a response the schema rejects is an error with text and issues, and is requested again with the delays of the policy',
    async run(page) {
      const errors: Error[] = []
      const codec = json(z.object({ next: z.string(), list: z.array(z.number()) }))
      const options: PollOptions = {
        codec,
        cursor: query('since', (body: { readonly next: string }) => body.next),
        retry: { delay: () => 5000 },
        onError: (error) => errors.push(error),
      }
      const respond = respondManually(page)
      const one = page.mount('/schema', options)
      await respond(HttpResponse.json({ next: '1', list: [1] }))
      await respond(HttpResponse.json({ next: '2', list: ['one'] }))
      await page.until(() => expect(errors).toHaveLength(1))
      const [error] = errors
      expect(error).toMatchObject({ code: 'decode', raw: '{"next":"2","list":["one"]}' })
      expect(isTautlineError(error, 'decode') && error.issues).toMatchObject([{ path: ['list', 0] }])
      expect(one.shown).toMatchObject({ status: 'open', error: undefined, data: { next: '1', list: [1] } })
      await expectNext(page, 5000)
      expect(page.server.call.since).toBe('1')
    },
  },
  {
    name: '[decoding] a messages function that throws or returns no list is an error with the text, and the connection stays open',
    async run(page) {
      const errors: unknown[] = []
      const messages = (body: unknown) => (body === 'a' ? (5 as never) : [body]) // as JavaScript code may
      const one = await page.mountOpen('/unpack', { messages, onError: (error) => errors.push(error) })
      page.server.connection.send('a')
      page.server.connection.send('b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      expect(errors).toMatchObject([{ code: 'decode', raw: 'a' }])
    },
  },
  {
    name: 'an HTML page is a temporary failure, as from a captive portal, unless Accept contains it',
    async run(page) {
      page.server.onCall = () => HttpResponse.html('<p>Log in first</p>')
      const one = page.mount('/portal')
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'backoff', error: { code: 'content-type' } }),
      )
      expect(one.shown.data).toBeUndefined()
      const other = page.mount('/page', { headers: { accept: 'text/html' }, minGap: 1000 })
      await page.until(() =>
        expect(other.shown).toMatchObject({ status: 'open', data: '<p>Log in first</p>' }),
      )
    },
  },
  {
    name: 'a response longer than maxBodyBytes is fatal',
    async run(page) {
      page.server.onCall = () => news('x'.repeat(101), '1')
      const one = page.mount('/long', { maxBodyBytes: 100 })
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' }, data: undefined }),
      )
      expect(one.shown.error).toMatchObject({ code: 'too-large', limit: 100 })
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[equal-messages] dedupeBy drops repeated messages in one response and across responses, for its own hook',
    async run(page) {
      page.server.shape = listed
      const [unique, all] = [
        await page.mountOpen('/again', { ...repeated, reduce: collected() }),
        await page.mountOpen('/again', { ...repeated, dedupeBy: undefined, reduce: collected() }),
      ]
      page.server.connection.send(...numbered(1, 2, 2))
      page.server.connection.send(...numbered(2, 3))
      page.server.connection.send(...numbered(1))
      page.server.connection.send(...numbered(4))
      const ids = (data: unknown) => (data as readonly Numbered[]).map(idOf)
      await page.until(() => expect(ids(unique.shown.data)).toEqual([1, 2, 3, 4]))
      await page.until(() => expect(ids(all.shown.data)).toEqual([1, 2, 2, 2, 3, 1, 4]))
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[close] [equal-messages] messages skipped by close() in a handler are requested again, and dedupeBy delivers each once',
    async run(page) {
      page.server.shape = listed
      const cases: readonly (readonly [dedupeBy: PollOptions['dedupeBy'], ids: readonly number[]])[] = [
        [undefined, [1, 2, 1, 2, 3]],
        [repeated.dedupeBy, [1, 2, 3]],
      ]
      for (const [index, [dedupe, ids]] of cases.entries()) {
        const received: number[] = []
        const onMessage = (message: unknown) => {
          received.push(idOf(message as Numbered))
          if (received.length === 2) one.close()
        }
        const one = await page.mountOpen(`/again-${index}`, { ...repeated, dedupeBy: dedupe, onMessage })
        page.server.connection.send(...numbered(1, 2, 3))
        await page.until(() => expect(one.shown.status).toBe('closed'))
        expect(received).toEqual([1, 2])
        one.open()
        await page.until(() => expect(received).toEqual(ids))
      }
    },
  },
]
