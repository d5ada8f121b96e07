import { describe, expect, test } from 'vitest'
import { createEventStreamParser } from './parser.ts'

type ParserEvent = { event: string; data: string; id: string } | { cursor: string } | { retry: number }

/** Parses chunks and returns the calls of the callbacks, in order. */
function emitted(pieces: readonly string[], lastEventId?: string): ParserEvent[] {
  const log: ParserEvent[] = []
  const parser = createEventStreamParser(
    {
      onEvent: (event) => log.push(event),
      onId: (cursor) => log.push({ cursor }),
      onRetry: (retry) => log.push({ retry }),
    },
    { lastEventId, limit: 1e6 },
  )
  for (const piece of pieces) parser.feed(piece)
  return log
}

function message(data: string, { event = 'message', id = '' } = {}): ParserEvent {
  return { event, data, id }
}

function decoded(pieces: readonly Uint8Array[]): string[] {
  const decoder = new TextDecoder()
  return pieces.map((piece) => decoder.decode(piece, { stream: true }))
}

/** Returns the whole, its splits in two at every position, and its single elements. */
function splits<Whole extends { readonly length: number; slice(from: number, to?: number): Whole }>(
  whole: Whole,
): Whole[][] {
  const positions = Array.from({ length: whole.length }, (_, position) => position)
  return [
    ...positions.map((position) => [whole.slice(0, position), whole.slice(position)]),
    positions.map((position) => whole.slice(position, position + 1)),
    [whole],
  ]
}

/** Expects the same events for all ways to cut a stream. */
function expectAll(streams: readonly (readonly string[])[], expected: readonly ParserEvent[]) {
  const outcomes = new Set(streams.map((pieces) => JSON.stringify(emitted(pieces))))
  expect([...outcomes].map((outcome): unknown => JSON.parse(outcome))).toEqual([expected])
}

const grammar: readonly (readonly [name: string, stream: string, expected: readonly ParserEvent[]])[] = [
  // The examples of section 9.2.6.
  ['a comment of one character between two lines of data', 'data: a\n:\ndata: b\n\n', [message('a\nb')]],
  ['three lines of data are one event', 'data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
  [
    'four blocks: a comment, an ID, no ID any more, and one that does not end',
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n',
    [message('first event', { id: '1' }), message('second event')],
  ],
  [
    'the third of them, once it ends, keeps the second of its spaces',
    'data:  third event\n\n',
    [message(' third event')],
  ],
  [
    'empty data, two of them, and one that does not end',
    'data\n\ndata\ndata\n\ndata:',
    [message(''), message('\n')],
  ],
  [
    'with a space or without, it is the same',
    'data:test\n\ndata: test\n\n',
    [message('test'), message('test')],
  ],

  // Section 9.2.5: lines, comments, fields.
  ['nothing', '', []],
  ['blank lines alone', '\n\n\n', []],
  ['comments, and a colon alone', ':\n: x\n::\n:data: x\n\n', []],
  ['a comment inside an event', 'data: a\n: x\ndata: b\n\n', [message('a\nb')]],
  ['the first colon ends the name', 'data: a: b:\n\n', [message('a: b:')]],
  ['a tab is part of the value', 'data:\ta \n\n', [message('\ta ')]],
  ['a value of one space, and of two', 'data: \n\ndata:  \n\n', [message(''), message(' ')]],
  ['a space is never part of the name', ' data: a\ndata : a\n\n', []],
  ['names in another case, longer or shorter', 'Data: a\nDATA: a\ndatax: a\ndat: a\ndatax\ndat\n\n', []],
  ['unknown fields', 'foo: a\nfoo\nids: 1\nevents: e\nretries: 1\ndata: a\n\n', [message('a')]],
  ['characters of two, three and four bytes', 'data: é日🎉\n\n', [message('é日🎉')]],
  [
    'line ends that only other standards know',
    'data: a\u2028b\u2029c\u0085d\v\f\n\n',
    [message('a\u2028b\u2029c\u0085d\v\f')],
  ],
  ['a byte order mark that is not at the beginning', 'data: a\n\n\uFEFFdata: b\n\n', [message('a')]],
  ['an event that does not end', 'data: a\n', []],

  // Section 9.2.6: event.
  [
    'a name is for one event',
    'event: e\ndata: a\n\ndata: b\n\n',
    [message('a', { event: 'e' }), message('b')],
  ],
  [
    'the last name counts, also an empty one',
    'event: e\nevent: f\ndata: a\n\nevent: e\nevent\ndata: b\n\n',
    [message('a', { event: 'f' }), message('b')],
  ],
  ['a name behind the data', 'data: a\nevent: e\n\n', [message('a', { event: 'e' })]],
  ['a name without data is dropped', 'event: e\n\ndata: a\n\n', [message('a')]],

  // Section 9.2.6: id.
  ['an ID stays', 'id: 1\ndata: a\n\ndata: b\n\n', [message('a', { id: '1' }), message('b', { id: '1' })]],
  [
    'an ID without data moves the cursor',
    'id: 1\n\ndata: a\n\n',
    [{ cursor: '1' }, message('a', { id: '1' })],
  ],
  [
    'the same ID again moves nothing',
    'id: 1\n\nid: 1\n\ndata: a\nid: 1\n\nid: 1\n\n',
    [{ cursor: '1' }, message('a', { id: '1' })],
  ],
  [
    'an empty ID resets it',
    'id: 1\n\nid:\n\nid: 2\n\nid\n\n',
    [{ cursor: '1' }, { cursor: '' }, { cursor: '2' }, { cursor: '' }],
  ],
  ['the last ID of a block counts', 'id: 1\ndata: a\nid: 2\n\n', [message('a', { id: '2' })]],
  [
    'an ID with NUL is ignored',
    'id: 1\n\nid: 2\0\nid: \0\ndata: a\n\n',
    [{ cursor: '1' }, message('a', { id: '1' })],
  ],
  ['an ID counts at the blank line, not before', 'id: 1\n', []],

  // Section 9.2.6: retry.
  ['a reconnection time counts at once, without a blank line', 'retry: 10\ndata: a\n', [{ retry: 10 }]],
  ['it is no part of an event', 'data: a\nretry:007\n\n', [{ retry: 7 }, message('a')]],
  [
    'only ASCII digits',
    'retry\nretry:\nretry: \nretry:  1\nretry: 1 \nretry: -1\nretry: +1\nretry: 1.5\nretry: 1e3\nretry: 0x1\nretry: ١\nretry: soon\n',
    [],
  ],
  [
    'no longer than a timer can wait',
    `retry: 2147483647\nretry: 2147483648\nretry: ${'9'.repeat(400)}\nretry: 0\n`,
    [{ retry: 2147483647 }, { retry: 2147483647 }, { retry: 2147483647 }, { retry: 0 }],
  ],
]

const lineEnds = [
  ['LF', '\n'],
  ['CR', '\r'],
  ['CRLF', '\r\n'],
] as const

describe.each(lineEnds)('with %s', (_, lineEnd) => {
  test.each(grammar)('%s', (_, stream, expected) => {
    const text = stream.replaceAll('\n', lineEnd)
    expectAll(splits(text), expected)
    expectAll(splits(new TextEncoder().encode(text)).map(decoded), expected)
    expectAll(splits(new TextEncoder().encode(`\uFEFF${text}`)).map(decoded), expected)
  })
})

describe('line ends', () => {
  test.each([
    ['CR LF CR is two', 'data: a\r\n\r', [message('a')]],
    ['LF CR is two', 'data: a\n\r', [message('a')]],
    ['CR CR LF is two', 'data: a\r\r\ndata: b\n\n', [message('a'), message('b')]],
    ['CR LF LF is two', 'data: a\r\n\ndata: b\n\n', [message('a'), message('b')]],
    ['one of each between the lines', 'data: a\ndata: b\rdata: c\r\ndata: d\n\r\n', [message('a\nb\nc\nd')]],
  ])('mixed: %s', (_, text, expected) => {
    expectAll(splits(text), expected)
  })

  test('an event that ends with CR CR is emitted at once, and a following LF does not count as another line end', () => {
    const log: ParserEvent[] = []
    const parser = createEventStreamParser(
      { onEvent: (event) => log.push(event), onId: () => {}, onRetry: () => {} },
      { limit: 100 },
    )
    parser.feed('data: a\r\r')
    expect(log).toEqual([message('a')])
    parser.feed('\ndata: b\n')
    parser.feed('data: c\r')
    expect(log).toHaveLength(1)
    parser.feed('')
    parser.feed('\n')
    expect(log).toHaveLength(1)
    parser.feed('\n')
    expect(log).toEqual([message('a'), message('b\nc')])
  })
})

describe('a reconnection', () => {
  test('begins with the ID to resume from', () => {
    expect(emitted(['data: a\n\nid: 8\ndata: b\n\n'], '7')).toEqual([
      message('a', { id: '7' }),
      message('b', { id: '8' }),
    ])
  })

  test('with the same ID emits no cursor, and an empty ID resets it', () => {
    expect(emitted(['id: 7\n\nid\n\n'], '7')).toEqual([{ cursor: '' }])
  })
})
