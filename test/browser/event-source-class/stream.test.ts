import { describe, expect, test } from 'vitest'
import { body, classes, observe, raw } from '../support/event-source-class/observe.ts'
import { harness } from '../support/environments.ts'

// The same expectations for the browser's own EventSource and for Tautline's. Where they differ, the test says so.

/** The stream, and the events that it dispatches between the opening and the end of the body. */
const grammar: readonly (readonly [name: string, stream: string, ...received: string[]])[] = [
  ['a byte order mark', '\uFEFFdata: a\n\n', 'message "a"'],
  ['a second one', '\uFEFF\uFEFFdata: a\n\ndata: b\n\n', 'message "b"'],
  ['one in the middle', 'data: a\n\n\uFEFFdata: b\n\ndata: c\n\n', 'message "a"', 'message "c"'],
  ['LF', 'data: a\ndata: b\n\n', 'message "a\\nb"'],
  ['CR', 'data: a\rdata: b\r\r', 'message "a\\nb"'],
  ['CRLF', 'data: a\r\ndata: b\r\n\r\n', 'message "a\\nb"'],
  ['all of them', 'data: a\rdata: b\r\ndata: c\n\r\n', 'message "a\\nb\\nc"'],
  ['LF CR is two', 'data: a\n\rdata: b\n\n', 'message "a"', 'message "b"'],
  ['comments', ': one\n:\ndata: a\n:two\ndata: b\n\n: three\n\n', 'message "a\\nb"'],
  ['one leading space', 'data:a\ndata: b\ndata:  c\ndata:\td\n\n', 'message "a\\nb\\n c\\n\\td"'],
  ['colons in a value', 'data: a: b:c\n\n', 'message "a: b:c"'],
  ['fields without a colon', 'data\n\ndata\ndata\n\n', 'message ""', 'message "\\n"'],
  ['empty data', 'data:\n\ndata: \n\n', 'message ""', 'message ""'],
  ['unknown fields', 'foo: x\nDATA: x\n data: x\nda ta: x\ndata: a\n\n', 'message "a"'],
  ['blocks without data', 'event: price\n\n\n\ndata: a\n\n', 'message "a"'],
  ['event names', 'event: price\ndata: a\n\ndata: b\n\n', 'price "a"', 'message "b"'],
  ['event names are what they are', 'event: Price\ndata: a\n\nevent: foo\ndata: b\n\n', 'Price "a"'],
  ['the last name counts', 'event: price\nevent: Price\ndata: a\n\n', 'Price "a"'],
  ['an empty name', 'event: price\nevent\ndata: a\n\n', 'message "a"'],
  [
    'events called open and error',
    'event: open\ndata: a\n\nevent: error\ndata: b\n\n',
    'open "a"',
    'error "b"',
  ],
  [
    'IDs',
    'id: 7\ndata: a\n\ndata: b\n\nid: …8\ndata: c\n\n',
    'message "a" 7',
    'message "b" 7',
    'message "c" …8',
  ],
  ['an ID with NUL', 'id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n', 'message "a" 7', 'message "b" 7'],
  ['an ID alone', 'id: 7\n\ndata: a\n\n', 'message "a" 7'],
  ['an empty ID', 'id: 7\ndata: a\n\nid\ndata: b\n\n', 'message "a" 7', 'message "b"'],
  ['an ID with spaces', 'id:  7 \ndata: a\n\ndata: b\n\n', 'message "a"  7', 'message "b"  7'],
  ['NUL in data', 'data: a\0b\n\n', 'message "a\\u0000b"'],
  ['letters of one to four bytes', 'data: aé…🪢\n\n', 'message "aé…🪢"'],
  ['what is no retry', 'retry: soon\nretry: -1\nretry: 1.5\nretry:\ndata: a\n\n', 'message "a"'],
  ['an unfinished block', 'data: a\n\nid: 7\ndata: b', 'message "a"'],
  ['an unfinished block with a line end', 'data: a\n\nid: 7\ndata: b\n', 'message "a"'],
  ['nothing', ''],
  ['empty lines', '\n\r\r\n\n\r'],
]

describe.each(classes)('%s', (_, EventSource) => {
  const own = EventSource === globalThis.EventSource

  describe.each(['', '&fault=one-byte'])('9.2.6: the events of a stream %s', (fault) => {
    test.each(grammar.map(([title, stream, ...received]) => ({ title, stream, received })))(
      '$title',
      async ({ stream, received }) => {
        const { log } = await observe(EventSource, harness.url + raw(body(stream)) + fault)
        expect(log).toEqual(['open 1', ...received, 'error 0'])
      },
    )

    test('bytes that are not UTF-8', async () => {
      const base64 = encodeURIComponent(btoa('data: a\xff\xe2\x80\n\n'))
      const { log } = await observe(EventSource, `${harness.url}${raw(`base64=${base64}`)}${fault}`)
      expect(log).toEqual(['open 1', 'message "a\uFFFD\uFFFD"', 'error 0'])
    })
  })

  describe('9.2.3: responses of the server', () => {
    test.each([201, 202, 204, 205, 206, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503])(
      '%i is final',
      async (status) => {
        const target = raw(`status=${status}&${body('data: a\n\n')}`)
        expect((await observe(EventSource, harness.url + target)).log).toEqual(['error 2'])
        expect(await harness.outcomesOf(target)).toHaveLength(1)
      },
    )

    test.each(['', 'text/plain', 'text/html', 'application/json', 'text/event-streams', 'event-stream'])(
      'type %j is final',
      async (type) => {
        const target = raw(`type=${encodeURIComponent(type)}&${body('data: a\n\n')}`)
        expect((await observe(EventSource, harness.url + target)).log).toEqual(['error 2'])
      },
    )

    test.each([
      'text/event-stream',
      'TEXT/Event-Stream',
      'text/event-stream;',
      'text/event-stream; charset=utf-8',
      'text/event-stream;charset="UTF-8"',
      'text/event-stream; version=1',
    ])('type %j is accepted', async (type) => {
      const target = raw(`type=${encodeURIComponent(type)}&${body('data: …\n\n')}`)
      expect((await observe(EventSource, harness.url + target)).log).toEqual([
        'open 1',
        'message "…"',
        'error 0',
      ])
    })

    test('another charset is read as UTF-8, as the standard says (9.2.6); Chromium rejects it', async () => {
      const type = encodeURIComponent('text/event-stream; charset=windows-1252')
      const { log } = await observe(EventSource, harness.url + raw(`type=${type}&${body('data: …\n\n')}`))
      expect(log).toEqual(own ? ['error 2'] : ['open 1', 'message "…"', 'error 0'])
    })

    test.each([301, 302, 303, 307, 308])(
      'follows a redirect with %i: origin is that of the new URL, url is the old one',
      async (status) => {
        const to = harness.proxyUrl + raw(body('data: a\n\n'))
        const from = harness.url + raw('')
        await harness.addFault({
          fault: 'refuse',
          status,
          location: to,
          match: from.slice(harness.url.length),
        })
        const { log, messages, source } = await observe(EventSource, from)
        expect(log).toEqual(['open 1', 'message "a"', 'error 0'])
        expect(messages.map(({ origin }) => origin)).toEqual([harness.proxyUrl])
        expect(source.url).toBe(from)
      },
    )

    test('a redirect to no valid target is final', async () => {
      const target = raw('')
      await harness.addFault({ fault: 'refuse', status: 307, match: target })
      const { log } = await observe(EventSource, harness.url + target)
      expect(log).toEqual(['error 2'])
    })
  })
})
