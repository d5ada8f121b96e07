import { describe, expect, test } from 'vitest'
import type { WireData } from '../shared/codec.ts'
import { encodeUtf8 } from '../shared/utf8.ts'
import { cloudEvents, jsonFrames, nchanFrames } from './frames.ts'

const bytes = (text: string): ArrayBuffer => encodeUtf8(text).buffer
const decodeError = expect.objectContaining({ name: 'TautlineError', code: 'decode' })

describe('[resume] frames of JSON', () => {
  test.each([
    ['a string', '{"seq":"a-1","text":"é"}', 'a-1'],
    ['a number', '{"seq":17,"text":"é"}', '17'],
    ['0', '{"seq":0}', '0'],
    ['a fraction', '{"seq":1700000000.25}', '1700000000.25'],
    ['the largest integer', '{"seq":9007199254740991}', '9007199254740991'],
    ['an empty string', '{"seq":""}', undefined],
    ['null', '{"seq":null}', undefined],
    ['another type', '{"seq":{"n":1}}', undefined],
    ['none', '{}', undefined],
  ])('an ID that is %s', (_, raw, id) => {
    const frames = jsonFrames({ id: 'seq' })
    expect(frames.read(raw)).toEqual({ id, data: raw })
    const binary = bytes(raw)
    expect(frames.read(binary)).toEqual({ id, data: binary })
  })

  test.each([
    ['an object', '{"seq":1,"item":{"text":"é"}}', '{"text":"é"}'],
    ['a text', '{"seq":1,"item":"é"}', '"é"'],
    ['null', '{"seq":1,"item":null}', 'null'],
    ['missing', '{"seq":1}', ''],
  ])('a message that is %s in a field', (_, raw, data) => {
    expect(jsonFrames({ id: 'seq', data: 'item' }).read(raw)).toEqual({ id: '1', data })
  })

  test('a field that every object inherits is missing', () => {
    expect(jsonFrames({ id: 'constructor', data: 'toString' }).read('{}')).toEqual({
      id: undefined,
      data: '',
    })
    expect(jsonFrames({ id: '__proto__' }).read('{"__proto__":"5"}')).toMatchObject({ id: '5' })
  })

  test.each<[string, WireData]>([
    ['no JSON', 'pong'],
    ['an empty text', ''],
    ['a list', '[1]'],
    ['null', 'null'],
    ['a number', '5'],
    ['an ID that loses digits', '{"seq":9007199254740993}'],
    ['an ID over every number', '{"seq":1e999}'],
    ['a Blob', new Blob(['{"seq":1}'])],
  ])('%s cannot be read, and the error text has nothing of the message', (_, raw) => {
    const read = () => jsonFrames({ id: 'seq' }).read(raw)
    expect(read).toThrow(decodeError)
    expect(read).toThrow(expect.objectContaining({ raw, message: expect.not.stringContaining('740993') }))
  })

  test.each([[undefined], [{ id: '' }], [{}], [{ id: 5 }], [{ id: 'seq', data: 5 }]])(
    'the options %j are refused',
    (options) => {
      expect(() => jsonFrames(options as never)).toThrow(expect.objectContaining({ code: 'bad-option' }))
    },
  )
})

describe('[resume] frames of nchan', () => {
  const head = 'id: 1700000000:0\ncontent-type: text/plain\n\n'

  test.each([
    ['with a content type', head, '1700000000:0'],
    ['without one', 'id: 1700000000:[3]\n\n', '1700000000:[3]'],
    ['without an ID', 'content-type: text/plain\n\n', undefined],
  ])('%s', (_, metadata, id) => {
    const body = 'one\n\nid: two'
    expect(nchanFrames().read(metadata + body)).toEqual({ id, data: body })
    expect(nchanFrames().read(bytes(metadata + body))).toEqual({ id, data: bytes(body) })
  })

  test('an empty body', () => {
    expect(nchanFrames().read(head)).toEqual({ id: '1700000000:0', data: '' })
  })

  test('binary data that is not UTF-8 stays as it is', () => {
    const body = new Uint8Array([255, 0, 10, 10, 128])
    const raw = new Uint8Array([...encodeUtf8(head), ...body]).buffer
    expect(nchanFrames().read(raw).data).toEqual(body.buffer)
  })

  test.each([
    ['text', 'hello'],
    ['binary', bytes('id: 1:0\nhello')],
    ['a Blob', new Blob([head])],
  ])('%s without metadata cannot be read', (_, raw) => {
    expect(() => nchanFrames().read(raw)).toThrow(decodeError)
  })

  test('need their subprotocol', () => expect(nchanFrames().protocols).toEqual(['ws+meta.nchan']))
})

describe('[resume] frames that are CloudEvents', () => {
  const event = (fields: object) =>
    JSON.stringify({ specversion: '1.0', type: 'created', source: '/orders', id: '17', ...fields })

  test('the ID is the source and the ID, and the message the whole event', () => {
    const raw = event({ data: { total: 5 } })
    expect(cloudEvents().read(raw)).toEqual({ id: '/orders 17', data: raw })
    expect(cloudEvents().protocols).toEqual(['cloudevents.json'])
  })

  test.each([
    ['JSON', { data: { total: 5 } }, '{"total":5}'],
    ['JSON that is a text', { data: 'x', datacontenttype: 'application/json' }, '"x"'],
    [
      'JSON of another type',
      { data: 'x', datacontenttype: 'application/problem+json; charset=utf-8' },
      '"x"',
    ],
    ['text', { data: '<a/>', datacontenttype: 'text/xml' }, '<a/>'],
    ['an object that is no JSON', { data: { a: 1 }, datacontenttype: 'text/xml' }, '{"a":1}'],
    ['binary', { data_base64: '/wD+', datacontenttype: 'image/png' }, new Uint8Array([255, 0, 254]).buffer],
    ['missing', {}, ''],
  ])('the data alone: %s', (_, fields, data) => {
    expect(cloudEvents({ message: 'data' }).read(event(fields))).toEqual({ id: '/orders 17', data })
  })

  test.each([
    ['no ID', event({ id: undefined })],
    ['an ID that is a number', event({ id: 17 })],
    ['no source', event({ source: '' })],
    ['no JSON', 'hello'],
  ])('%s cannot be read', (_, raw) => {
    expect(() => cloudEvents().read(raw)).toThrow(decodeError)
  })

  test('another message than the event or its data is refused', () => {
    expect(() => cloudEvents({ message: 'all' as never })).toThrow(
      expect.objectContaining({ code: 'bad-option' }),
    )
  })
})

test('[sharing] frames with the same fields have the same key', () => {
  const all = [
    jsonFrames({ id: 'seq' }),
    jsonFrames({ id: 'seq', data: 'item' }),
    jsonFrames({ id: 'item', data: 'seq' }),
    nchanFrames(),
    cloudEvents(),
    cloudEvents({ message: 'data' }),
  ]
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
  expect(jsonFrames({ id: 'seq' }).key).toBe(all[0]?.key)
  expect(cloudEvents({ message: 'event' }).key).toBe(cloudEvents().key)
})
