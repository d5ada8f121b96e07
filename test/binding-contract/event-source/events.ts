import { json, text } from '@tautline/core'
import { expect } from 'vitest'
import * as z from 'zod'
import { collected } from '../support/driver.ts'
import type { StreamPage } from '../support/page.ts'
import type { StreamScenario } from '../support/scenario.ts'

/** A stream with all syntax of the standard. */
const SAMPLE = [
  '\uFEFFdata: after a byte order mark\n\n',
  'data:no space\rdata:  two spaces\r\r',
  'data: größer 🪢\r\nid: 1\r\n\r\n',
  ': a comment\nevent: named\ndata\n\n',
  'data: the name is forgotten\nevent:\n\n',
  'id: two\u0000\nid\ndata: no ID any more\n\n',
  'retry: soon\nunknown: field\ndata: a\ndata\ndata: b\n\n',
  'event: nothing to dispatch\n\n',
  'data: unfinished',
].join('')

const SAMPLE_EVENTS = [
  ['message', 'after a byte order mark', ''],
  ['message', 'no space\n two spaces', ''],
  ['message', 'größer 🪢', '1'],
  ['named', '', '1'],
  ['message', 'the name is forgotten', '1'],
  ['message', 'no ID any more', ''],
  ['message', 'a\n\nb', ''],
]

/** Mounts a component for all events of the sample, and returns the list of received ones. */
async function listen(page: StreamPage) {
  const received: unknown[] = []
  await page.mountOpen('/sample', {
    events: { message: text(), named: text() },
    onMessage: (_, { event, raw, id }) => received.push([event, raw, id]),
  })
  return received
}

export const events: readonly StreamScenario[] = [
  {
    name: '[event-stream-syntax] a stream in one chunk is parsed as in the HTML standard',
    async run(page) {
      const received = await listen(page)
      page.server.call.write(SAMPLE)
      page.server.call.end()
      await page.until(() => expect(received).toEqual(SAMPLE_EVENTS))
    },
  },
  {
    name: '[event-stream-syntax] a stream in chunks of one byte gives the same events',
    async run(page) {
      const received = await listen(page)
      for (const byte of new TextEncoder().encode(SAMPLE)) page.server.call.write(Uint8Array.of(byte))
      page.server.call.end()
      await page.until(() => expect(received).toEqual(SAMPLE_EVENTS))
    },
  },
  {
    name: '[event-stream-syntax] events sent by MSW arrive, and the ID is sent after a reconnect',
    async run(page) {
      const requested: unknown[] = []
      page.server.onEvents = (send, headers) => {
        requested.push(headers.get('last-event-id'))
        send({ id: '7', data: { two: 'lines' } })
        send({ id: '8', event: 'named', data: 'a\nb' } as never) // the types of `sse` forbid other names
      }
      const events = { message: json(), named: text() }
      const one = await page.mountOpen('/msw/feed', { events, reduce: collected() })
      await page.until(() =>
        expect(one.shown.data).toEqual([
          { event: 'message', data: { two: 'lines' }, id: '7' },
          { event: 'named', data: 'a\nb', id: '8' },
        ]),
      )
      one.reconnect()
      await page.until(() => expect(requested).toEqual([null, '8']))
    },
  },
  {
    name: '[named-events] without names only `message` events are received',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/plain', { onMessage: (message) => received.push(message) })
      page.server.call.write('event: other\ndata: not for it\n\nevent: message\ndata: one\n\ndata: two\n\n')
      await page.until(() => expect(one.shown.data).toBe('two'))
      expect(received).toEqual(['one', 'two'])
    },
  },
  {
    name: '[named-events] named events have name, data and ID, each decoded by its own codec; other names are ignored',
    async run(page) {
      const received: unknown[] = []
      const events = { price: json(z.object({ n: z.coerce.number() })), note: text() }
      const one = await page.mountOpen('/names', { events, onMessage: (event) => received.push(event) })
      page.server.call.write('id: 1\nevent: price\ndata: {"n":"2.5"}\n\ndata: a message\n\n')
      page.server.call.write('event: constructor\ndata: no\n\nid: 2\nevent: note\ndata: {"n":1}\n\n')
      const all = [
        { event: 'price', data: { n: 2.5 }, id: '1' },
        { event: 'note', data: '{"n":1}', id: '2' },
      ]
      await page.until(() => expect(received).toEqual(all))
      await page.until(() => expect(one.shown.data).toEqual(all[1]))
    },
  },
  {
    name: '[named-events] an event that its codec rejects is an error of that event alone',
    async run(page) {
      const errors: unknown[] = []
      const events = { price: json(), note: text() }
      const onError = (error: unknown) => errors.push(error)
      const one = await page.mountOpen('/names', { events, reduce: collected(), onError })
      page.server.call.write('event: price\ndata: {\n\nevent: note\ndata: {\n\n')
      await page.until(() => expect(one.shown.data).toEqual([{ event: 'note', data: '{', id: '' }]))
      expect(errors).toMatchObject([{ code: 'decode', raw: '{' }])
    },
  },
  {
    name: '[named-events] new `events` and codecs in every render do not reconnect and do not reset data',
    async run(page) {
      const options = () => ({ events: { a: json(), b: json() }, reduce: reduce })
      const reduce = collected()
      const one = await page.mountOpen('/inline', options())
      for (const data of ['1', '2', '3']) {
        page.server.call.write(`event: a\ndata: ${data}\n\n`)
        await page.until(() => expect(one.shown.data).toHaveLength(Number(data)))
        one.rerender('/inline', options())
      }
      await page.advance(60_000)
      expect(one.shown).toMatchObject({ status: 'open', data: [{ data: 1 }, { data: 2 }, { data: 3 }] })
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[named-events] other names apply from the next event on',
    async run(page) {
      const received: unknown[] = []
      const onMessage = (event: unknown) => received.push(event)
      const one = await page.mountOpen('/names', { events: { a: text() }, onMessage })
      page.server.call.write('event: a\ndata: 1\n\nevent: b\ndata: 2\n\n')
      await page.until(() => expect(received).toMatchObject([{ event: 'a', data: '1' }]))
      one.rerender('/names', { events: { b: json() }, onMessage })
      await page.settle()
      page.server.call.write('event: a\ndata: 3\n\nevent: b\ndata: 4\n\n')
      await page.until(() => expect(received.slice(1)).toMatchObject([{ event: 'b', data: 4 }]))
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: '[named-events] two components with different names share one stream, and each receives its own events',
    async run(page) {
      const events = { a: text() }
      const a = await page.mountOpen('/both', { events, reduce: collected() })
      const plain = await page.mountOpen('/both', { reduce: collected() })
      page.server.call.write('event: a\ndata: 1\n\ndata: 2\n\nevent: a\ndata: 3\n\n')
      await page.until(() => expect(a.shown.data).toMatchObject([{ data: '1' }, { data: '3' }]))
      await page.until(() => expect(plain.shown.data).toEqual(['2']))
      expect(page.server.calls).toHaveLength(1)
    },
  },
]
