import { describe, expect, test, vi } from 'vitest'
import { list } from '../../test/web-socket/observers.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { type StreamOptions, block, streaming } from '../../test/event-source/harness.ts'
import { binary, json, text } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import { concat, type MessageInfo } from '../shared/reducers.ts'
import { createTestEnvironment } from '../testing/index.ts'

/** `concat()` with a `pick` that accepts messages of any type. */
const tokens = concat<{ token?: string }>({ pick: ({ token }) => token }) as NonNullable<
  StreamOptions['reduce']
>

describe('[every-message] [equal-messages] what comes', () => {
  test('delivers ten thousand events of one chunk once and in order, and notifies once a frame', async () => {
    const messages: unknown[] = []
    const { client, environment, write } = await streaming({
      reduce: list,
      onMessage: (data) => messages.push(data),
    })
    let notifications = 0
    client.subscribe(() => notifications++)
    const all = Array.from({ length: 10_000 }, (_, index) => String(index))
    await write(all.map((data) => block(data)).join(''))
    await environment.advance(16)
    expect(messages).toEqual(all)
    expect(client.getSnapshot().data).toEqual(all.slice(-1000))
    expect(notifications).toBeLessThanOrEqual(2)
  })

  test('two equal events in a row are both delivered', async () => {
    const { client, write } = await streaming({ reduce: list })
    await write(block('a') + block('a'))
    expect(client.getSnapshot().data).toEqual(['a', 'a'])
  })

  test('joins chunks cut anywhere, also inside a character', async () => {
    const { emitted, write } = await streaming()
    const bytes = new TextEncoder().encode(block('a€😀') + block('b'))
    await write(...Array.from(bytes, (byte) => new Uint8Array([byte])))
    expect(emitted).toEqual(['open', 'message a€😀', 'message b'])
  })

  test('[token-stream] a reducer joins tokens into a text', async () => {
    const { client, write } = await streaming({
      codec: json<{ token?: string }>(),
      reduce: tokens,
      until: ({ data }) => data === '[DONE]',
    })
    await write(block('{"token":"Hel"}'), block('{}'), block('{"token":"lo"}') + block('[DONE]'))
    expect(client.getSnapshot()).toMatchObject({
      data: 'Hello',
      status: 'closed',
      closed: { by: 'complete' },
    })
  })

  test('a reducer and a handler get the name, the ID and the text', async () => {
    const infos: MessageInfo[] = []
    const { write } = await streaming({
      codec: json(),
      reduce: (_, message, info) => (infos.push(info), message),
      onMessage: (_, info) => infos.push(info),
    })
    await write(block('[1]', { id: '7' }))
    const info = { raw: '[1]', event: 'message', id: '7' }
    expect(infos).toEqual([info, info])
  })

  test('[latest-handlers] a handler is always the newest', async () => {
    const { client, environment, write } = await streaming()
    const messages: string[] = []
    for (const name of ['a', 'b']) {
      client.setOptions('/news', { environment, onMessage: () => messages.push(name) })
      await write(block('x'))
    }
    expect(messages).toEqual(['a', 'b'])
  })

  test('[handler-errors] an error thrown by it is reported and stops nothing', async () => {
    const boom = new Error('boom')
    const { environment, emitted, write } = await streaming({
      onMessage() {
        throw boom
      },
    })
    await write(block('a') + block('b'))
    expect([emitted, environment.errors]).toEqual([
      ['open', 'message a', 'message b'],
      [boom, boom],
    ])
  })
})

describe('[every-message] a flood lets the page paint', () => {
  /**
   * Returns the number of pauses while 650 kB in one chunk are read in ten slices, with listeners that take `ms` each.
   */
  const turnsWith = async (ms: number) => {
    let busy = 0
    let turns = 0
    const base = createTestEnvironment()
    const environment = extendEnvironment(base, {
      now: () => base.now() + busy,
      scheduleTask(callback) {
        turns++
        // The time that the page uses in its pause does not count for the stream.
        busy += 100
        base.scheduleTask(callback)
      },
    })
    const { emitted, write } = await streaming({ onMessage: () => void (busy += ms) }, '/news', environment)
    await write(block('x'.repeat(1620)).repeat(401))
    await environment.advance(0)
    expect(emitted).toHaveLength(402)
    return turns
  }

  test.each([
    ['for less than a megabyte where listeners are fast', 0, 0],
    ['after each half frame', 0.125, 6],
    ['inside a slice where they are slow', 1, 50],
  ])('%s', async (_, ms, turns) => {
    expect(await turnsWith(ms)).toBe(turns)
  })
})

test.each(['\n', '\r', '\r\n'])(
  '[pacing] 5,000 events of 10 bytes in one chunk, with %j and a handler of 0.5 ms, let the page run every 8 ms',
  async (end) => {
    let busy = 0
    let longest = 0
    let turnStart = 0
    const base = createTestEnvironment()
    const endTurn = () => {
      longest = Math.max(longest, busy - turnStart)
      turnStart = busy
    }
    const environment = extendEnvironment(base, {
      now: () => base.now() + busy,
      scheduleTask(callback) {
        endTurn()
        base.scheduleTask(callback)
      },
    })
    const { emitted, write } = await streaming({ onMessage: () => void (busy += 0.5) }, '/news', environment)
    const events = Array.from({ length: 5000 }, (_, number) => `${number}`.padStart(10, '0'))
    await write(events.map((data) => `data: ${data}${end}${end}`).join(''))
    await environment.advance(0)
    endTurn()
    expect(emitted).toEqual(['open', ...events.map((data) => `message ${data}`)])
    expect(longest).toBe(8)
  },
)

test('[pacing] blocks without data let the page run every 8 ms too, while `until` sees each', async () => {
  let busy = 0
  let turns = 0
  const base = createTestEnvironment()
  const environment = extendEnvironment(base, {
    now: () => base.now() + busy,
    scheduleTask(callback) {
      turns++
      base.scheduleTask(callback)
    },
  })
  const until = () => (busy += 0.5) < 0
  const { write } = await streaming({ until }, '/news', environment)
  await write('event: ping\n\n'.repeat(160))
  await environment.advance(0)
  expect([busy, turns]).toEqual([80, 10])
})

describe('[decoding] a codec', () => {
  test('that throws gives an error with the text; the stream stays open and its cursor moves on', async () => {
    const { client, errors, emitted, write } = await streaming({ codec: json() })
    await write(block('{', { id: '1' }) + block('[1]', { id: '2' }) + block('}', { id: '3' }))
    expect(emitted).toEqual(['open', 'error decode', 'message 1', 'error decode'])
    expect(errors[0]).toMatchObject({ code: 'decode', raw: '{' })
    expect(client.getSnapshot()).toMatchObject({
      status: 'open',
      data: [1],
      error: undefined,
      lastEventId: '3',
    })
  })

  test('may throw any value', async () => {
    const cause = new Error('mine')
    const decode = () => {
      throw cause
    }
    const { errors, write } = await streaming({ codec: { decode } })
    await write(block('x'))
    expect(errors).toMatchObject([{ code: 'decode', raw: 'x', thrown: cause }])
  })

  test('is text() by default', async () => {
    const { emitted, write } = await streaming({ codec: text() })
    await write(block('x'))
    expect(emitted).toEqual(['open', 'message x'])
  })

  test('[binary-bodies] binary() gives the UTF-8 bytes of the data', async () => {
    const { client, errors, write } = await streaming({ codec: binary() })
    await write(block('é😀'))
    expect(client.getSnapshot().data).toEqual(new TextEncoder().encode('é😀').buffer)
    expect(errors).toEqual([])
  })

  test('is called only for messages', async () => {
    const decode = vi.fn<(raw: unknown) => string>(String)
    const { emitted, write } = await streaming({ codec: { decode } })
    await write(block('a', { event: 'other' }) + block('b') + block('c', { event: 'message' }))
    expect(decode.mock.calls).toEqual([['b'], ['c']])
    expect(emitted).toEqual(['open', 'message b', 'message c'])
  })
})

describe('[named-events] without `events`', () => {
  test('delivers only events named message; every event moves the cursor', async () => {
    const { client, emitted, write } = await streaming()
    await write(block('a', { event: 'price', id: '1' }))
    expect([emitted, client.getSnapshot().lastEventId]).toEqual([['open'], '1'])
    await write(block('b') + block('c', { event: 'Message' }))
    expect(emitted).toEqual(['open', 'message b'])
  })
})

describe('[named-events] with `events`', () => {
  const events = { price: json(), halt: text(), message: text() }

  test('those that are named are delivered, each by its codec, and with its name', async () => {
    const messages: unknown[] = []
    const { client, write } = await streaming({ events, onMessage: (event) => messages.push(event) })
    await write(
      block('1.5', { event: 'price', id: '1' }),
      block('x', { event: 'halt' }) + block('y') + block('z', { event: 'other', id: '2' }),
    )
    expect(messages).toEqual([
      { event: 'price', data: 1.5, id: '1' },
      { event: 'halt', data: 'x', id: '1' },
      { event: 'message', data: 'y', id: '1' },
    ])
    expect(client.getSnapshot()).toMatchObject({ data: messages[2], lastEventId: '2' })
  })

  test('message is one of the names, and has to be listed', async () => {
    const { emitted, write } = await streaming({ events: { price: json() } })
    await write(block('a'))
    expect(emitted).toEqual(['open'])
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'a property that every object has is not an event: %s',
    async (event) => {
      const { environment, emitted, errors, write } = await streaming({ events })
      await write(block('1', { event }) + block('1', { event: 'price' }))
      expect([emitted.length, errors, environment.errors]).toEqual([2, [], []])
      const plain = await streaming()
      await plain.write(block('1', { event }))
      expect(plain.emitted).toEqual(['open'])
    },
  )

  test('an event may have the name of a property of Object.prototype', async () => {
    const messages: unknown[] = []
    const { write } = await streaming({
      events: { constructor: text() },
      onMessage: (event) => messages.push(event),
    })
    await write(block('1', { event: 'constructor' }) + block('1', { event: 'toString' }))
    expect(messages).toEqual([{ event: 'constructor', data: '1', id: '' }])
  })

  test('[decoding] a decoding error has the text', async () => {
    const { client, errors, write } = await streaming({ events })
    await write(block('{', { event: 'price' }) + block('ok', { event: 'halt' }))
    expect(errors).toHaveLength(1)
    expect(isTautlineError(errors[0], 'decode') && errors[0].raw).toBe('{')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: { event: 'halt' } })
  })

  test('events can be added later, and no request is sent again', async () => {
    const { client, environment, emitted, write } = await streaming({ events })
    client.setOptions('/news', { environment, events: { other: text() } })
    await write(block('a') + block('b', { event: 'other' }))
    expect([emitted.length, environment.requests.length]).toEqual([2, 1])
  })
})

describe('[named-events] events of any name', () => {
  const written = block('1', { event: 'price', id: '7' }) + block('2') + block('3', { event: 'toString' })

  test("with '*' are all delivered, with their names", async () => {
    const messages: unknown[] = []
    const onMessage = (event: unknown) => messages.push(event)
    const { write } = await streaming({ events: '*', onMessage })
    await write(written)
    expect(messages).toEqual([
      { event: 'price', data: '1', id: '7' },
      { event: 'message', data: '2', id: '7' },
      { event: 'toString', data: '3', id: '7' },
    ])
    const parsed = await streaming({ events: '*', codec: json() })
    await parsed.write(written)
    expect(parsed.client.getSnapshot().data).toEqual({ event: 'toString', data: 3, id: '7' })
  })

  test('with a function are those for which it returns a codec', async () => {
    const messages: unknown[] = []
    const { emitted, write } = await streaming({
      events: (name) => (name === 'price' ? json() : name === 'toString' ? text() : undefined),
      onMessage: (event) => messages.push(event),
    })
    await write(written)
    expect(messages).toEqual([
      { event: 'price', data: 1, id: '7' },
      { event: 'toString', data: '3', id: '7' },
    ])
    expect(emitted).toHaveLength(3)
  })

  test.each([true, 'json', {}])(
    '[decoding] a function that returns %o is a `decode` error',
    async (found) => {
      const { client, errors, write } = await streaming({ events: () => found as never })
      await write(block('a'))
      expect(errors).toMatchObject([{ code: 'decode', raw: 'a' }])
      expect(client.getSnapshot().status).toBe('open')
    },
  )

  test('[decoding] a function that throws is a `decode` error of each event', async () => {
    const boom = new Error('boom')
    const { client, errors, write } = await streaming({
      events() {
        throw boom
      },
    })
    await write(block('1'), block('2'))
    expect(errors).toMatchObject([
      { code: 'decode', thrown: boom, raw: '1' },
      { code: 'decode', raw: '2' },
    ])
    expect(client.getSnapshot().status).toBe('open')
  })
})

describe('an event that is too long', () => {
  test('fails for good, because a retry would be as long', async () => {
    const { client, environment, emitted, write } = await streaming({ maxEventLength: 10 })
    await write(block('a', { id: '1' }), 'data: 12345678901234567890')
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'fatal', error: { code: 'too-large', limit: 10 } },
      lastEventId: '1',
    })
    expect(emitted).toEqual(['open', 'message a', 'close 1006 unclean', 'error too-large'])
    expect(environment.request.aborted).toBe(true)
  })

  test('has eight million characters by default', async () => {
    const { client, write } = await streaming()
    const megabyte = `data: ${'x'.repeat(1_048_570)}\n`
    for (let count = 0; count < 7; count++) await write(megabyte)
    expect(client.getSnapshot().status).toBe('open')
    await write(megabyte, megabyte)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', error: { code: 'too-large' } })
  })
})

describe('[named-events] an event with an ID and empty data', () => {
  const priming = 'id: 7\ndata:\n\n'

  // MCP servers begin a stream like this.
  test.each<[string, StreamOptions]>([
    ['codec', { codec: json() }],
    ['events', { events: { message: json() } }],
  ])('only moves the cursor with json() as %s', async (_, options) => {
    const { client, emitted, write } = await streaming(options)
    await write(priming)
    expect(client.getSnapshot()).toMatchObject({ data: undefined, lastEventId: '7' })
    expect(emitted).toEqual(['open'])
  })

  test.each<[string, StreamOptions]>([
    ['text()', { codec: text() }],
    ['no codec', {}],
  ])('is a message with %s', async (_, options) => {
    const { client, emitted, write } = await streaming(options)
    await write(priming)
    expect([client.getSnapshot().data, emitted]).toEqual(['', ['open', 'message ']])
  })

  test('without an ID is still a `decode` error with json()', async () => {
    const { emitted, write } = await streaming({ codec: json() })
    await write('data:\n\n')
    expect(emitted).toEqual(['open', 'error decode'])
  })
})
