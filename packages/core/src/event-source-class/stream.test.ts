import { describe, expect, test } from 'vitest'
import { openHarness } from '../../test/event-source-class/harness.ts'

// HTML standard, sections 9.2.5 and 9.2.6: the events that listeners receive. The names are those of
// web-platform-tests.

/** The expected events: the data of each and, if relevant, its type and last event ID. */
type Expected = readonly [data: string, type?: string, id?: string]

const long = 'x'.repeat(2048)
const cases: readonly (readonly [name: string, stream: string, ...expected: Expected[]])[] = [
  ['format-bom', '\uFEFFdata:1\n\n\uFEFFdata:2\n\ndata:3\n\n', ['1'], ['3']],
  ['format-bom-2', '\uFEFF\uFEFFdata:1\n\ndata:2\n\ndata:3\n\n', ['2'], ['3']],
  [
    'format-comments',
    `data:1\r:\0\n:\r\ndata:2\n:${long}\rdata:3\n:data:no\r:${long}\ndata:4\n\n`,
    ['1\n2\n3\n4'],
  ],
  ['format-data-before-final-empty-line', 'data:one\n\nid:7\ndata:two', ['one', 'message', '']],
  ['… with a line end', 'data:one\n\ndata:two\n', ['one']],
  ['format-field-data', 'data:\n\ndata\ndata\n\ndata:test\n\n', [''], ['\n'], ['test']],
  ['format-field-event', 'event:price\ndata:x\n\ndata:x\n\n', ['x', 'price'], ['x', 'message']],
  ['format-field-event-empty', 'event: \ndata:x\n\n', ['x', 'message']],
  ['… the last one counts', 'event:open\nevent:price\ndata:x\n\n', ['x', 'price']],
  ['… that is emptied again', 'event:price\nevent\ndata:x\n\n', ['x', 'message']],
  ['… of a block without data', 'event:price\n\ndata:x\n\n', ['x', 'message']],
  ['… upper case is another type', 'event:Price\ndata:x\n\n', ['x', 'Price']],
  ['format-field-id', 'id:7\ndata:a\n\ndata:b\n\n', ['a', 'message', '7'], ['b', 'message', '7']],
  [
    'format-field-id-3',
    'id:1\ndata\n\nid:2\ndata\n\nid\ndata\n\n',
    ['', '', '1'],
    ['', '', '2'],
    ['', '', ''],
  ],
  ['… of a block without data', 'id:7\n\ndata:a\n\n', ['a', 'message', '7']],
  ['format-field-id-null', 'id:7\ndata:a\n\nid:8\0\ndata:b\n\n', ['a', '', '7'], ['b', '', '7']],
  [
    'format-field-parsing',
    'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
    ['\0\n 2\n1\n3\n\n4'],
  ],
  ['format-field-unknown', 'data:a\n data\ndata\nfoo:x\njusttext\n:comment\ndata:b\n\n', ['a\n\nb']],
  ['format-leading-space', 'data:\ttest\rdata: \ndata:test\n\n', ['\ttest\n\ntest']],
  ['format-newlines', 'data:test\r\ndata\ndata:test\r\n\r', ['test\n\ntest']],
  ['format-null-character', 'data:\0\n\n\n\n', ['\0']],
  ['format-utf-8', 'data:ok…💶\n\n', ['ok…💶']],
  [
    'event-data',
    'data:m\ndata: m\n\n:\nno:m\n\nno:m\nData:d\n\ndata\n\ndata:end\n\n',
    ['m\nm'],
    [''],
    ['end'],
  ],
  ['the standard’s ticker', 'data: YHOO\ndata: +2\ndata: 10\n\n', ['YHOO\n+2\n10']],
  [
    'the standard’s IDs',
    ': test stream\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n',
    ['first', '', '1'],
    ['second', '', ''],
    [' third', '', ''],
  ],
  ['the standard’s empty ones', 'data\n\ndata\ndata\n\ndata:', [''], ['\n']],
  ['the standard’s equal ones', 'data:test\n\ndata: test\n\n', ['test'], ['test']],
  ['colons in a value', 'data:a:b: c\n\n', ['a:b: c']],
  ['a value that ends in spaces', 'data: a  \n\n', ['a  ']],
  ['a stream of line ends', '\n\r\r\n\n\r'],
]

describe.each(['in one piece', 'byte by byte'])('9.2.5 and 9.2.6, %s', (how) => {
  const rows = cases.map(([name, stream, ...expected]) => ({ name, stream, expected }))
  test.each(rows)('$name: $stream', async ({ stream, expected }) => {
    const { request, messages, settle, emitted, environment } = await openHarness('/stream', {}, [
      'price',
      'Price',
    ])
    const bytes = new TextEncoder().encode(stream)
    if (how === 'in one piece') request.write(bytes)
    else {
      for (let at = 0; at < bytes.length; at++) {
        request.write(bytes.subarray(at, at + 1))
        if (at % 40 === 0) await settle()
      }
    }
    await settle()
    expect(messages.map(({ data, type, lastEventId }) => [data, type, lastEventId])).toEqual(
      expected.map(([data, type, id], index) => [
        data,
        type || 'message',
        id ?? messages[index]?.lastEventId,
      ]),
    )
    expect(emitted).toHaveLength(1 + expected.length)
    // A block without a blank line after it is discarded at the end of the stream.
    request.end()
    await settle()
    expect(messages).toHaveLength(expected.length)
    expect(environment.errors).toEqual([])
  })
})

describe('9.2.5: the bytes', () => {
  const write = async (...pieces: readonly (readonly number[])[]) => {
    const { request, messages, settle } = await openHarness()
    for (const piece of pieces) request.write(new Uint8Array(piece))
    request.write('\n\n')
    await settle()
    return messages.map(({ data }): unknown => data)
  }
  const data = [0x64, 0x61, 0x74, 0x61, 0x3a]

  test('are UTF-8, whatever charset the content type has', async () => {
    const { request, messages, settle, environment } = await openHarness()
    request.end()
    await environment.advance(3000)
    environment.request.respond({ headers: { 'content-type': 'text/event-stream;charset=windows-1252' } })
    environment.request.write('data: é\n\n')
    await settle()
    expect(messages[0]?.data).toBe('é')
  })

  test('that are invalid UTF-8 are replaced, and the stream continues', async () => {
    expect(await write([...data, 0xff, 0x41, 0xc3])).toEqual(['\uFFFDA\uFFFD'])
    expect(await write([...data, 0xed, 0xa0, 0x80])).toEqual(['\uFFFD\uFFFD\uFFFD'])
  })

  test('of one character may be in two chunks', async () => {
    expect(await write([...data, 0xf0], [0x9f, 0x92], [0xb6])).toEqual(['💶'])
  })

  test('of the byte order mark may be in two chunks', async () => {
    expect(await write([0xef], [0xbb], [0xbf], data)).toEqual([''])
  })

  test('each response may begin with a byte order mark', async () => {
    const { request, environment, messages } = await openHarness()
    request.write('\uFEFFdata: a\n\n')
    request.end()
    await environment.advance(3000)
    environment.request.respond()
    environment.request.write('\uFEFFdata: b\n\n')
    await environment.advance(0)
    expect(messages.map((message): unknown => message.data)).toEqual(['a', 'b'])
  })
})

describe('9.2.6: the event', () => {
  test('is a MessageEvent with the data, the last event ID and the origin, and nothing else', async () => {
    const { request, messages, settle } = await openHarness('https://a.example:8443/x?y#z', {}, ['price'])
    request.write('id: 7\nevent: price\ndata: 12\n\n')
    await settle()
    expect(messages).toHaveLength(1)
    const [event] = messages
    expect(event?.constructor).toBe(MessageEvent)
    expect(event).toMatchObject({
      type: 'price',
      data: '12',
      lastEventId: '7',
      origin: 'https://a.example:8443',
      source: null,
      bubbles: false,
      cancelable: false,
      composed: false,
      defaultPrevented: false,
    })
    expect(event?.ports).toEqual([])
  })

  test('has the origin of the URL after redirects', async () => {
    const { request, environment, messages, source } = await openHarness()
    request.end()
    await environment.advance(3000)
    environment.request.respond({ url: 'https://cdn.example/deep/stream' })
    environment.request.write('data\n\n')
    await environment.advance(0)
    expect(messages[0]?.origin).toBe('https://cdn.example')
    expect(source.url).toBe('https://test.example/stream')
    environment.request.end()
    await environment.advance(3000)
    // The same request is sent again. Its current URL is that of the redirect.
    expect(environment.request.url).toBe('https://cdn.example/deep/stream')
  })

  test.each(['', 'stream'])('has the origin of the request if the response has the URL %j', async (url) => {
    const { request, environment, messages } = await openHarness('https://a.example/')
    request.end()
    await environment.advance(3000)
    environment.request.respond({ url })
    environment.request.write('data\n\n')
    await environment.advance(0)
    expect(messages[0]?.origin).toBe('https://a.example')
  })

  test('may be called open, error or close: listeners of that name receive it, and the connection does not change', async () => {
    const { source, request, settle, emitted } = await openHarness('/stream', {}, [
      'close',
      '__proto__',
      'toString',
    ])
    const handled: unknown[] = []
    source.onopen = source.onerror = (event) => void handled.push(event.constructor, event.type)
    request.write(
      ['open', 'error', 'close', '__proto__', 'toString'].map((name) => `event:${name}\ndata:x\n\n`).join(''),
    )
    await settle()
    expect(emitted).toEqual(['open 1', 'open x', 'error x', 'close x', '__proto__ x', 'toString x'])
    expect(handled).toEqual([MessageEvent, 'open', MessageEvent, 'error'])
    expect(source.readyState).toBe(1)
  })

  test('goes to `onmessage` only when it has no name', async () => {
    const { source, request, settle } = await openHarness()
    const handled: unknown[] = []
    source.onmessage = ({ data }) => void handled.push(data)
    request.write('event:price\ndata:1\n\nevent:message\ndata:2\n\ndata:3\n\n')
    await settle()
    expect(handled).toEqual(['2', '3'])
  })

  test('ten thousand in one chunk are delivered in order', async () => {
    const { request, environment, messages } = await openHarness()
    request.write(Array.from({ length: 10_000 }, (_, index) => `data:${index}\n\n`).join(''))
    await environment.advance(0)
    expect(messages.map(({ data }) => Number(data))).toEqual([...Array(10_000).keys()])
  })

  test('has no maximum length', async () => {
    const { request, environment, messages } = await openHarness()
    request.write('data:')
    for (let piece = 0; piece < 10; piece++) request.write('x'.repeat(1_000_000))
    request.write('\n\n')
    // A large chunk is read in slices, and each slice takes several turns.
    for (let turn = 0; turn < 40; turn++) await environment.advance(0)
    expect(messages[0]?.data).toHaveLength(10_000_000)
  })
})
