import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { openHarness, record, extendEnvironment } from '../../test/web-socket/harness.ts'
import { type WireData, binary, json, text } from '../shared/codec.ts'
import { isTautlineError } from '../shared/errors.ts'
import { collect } from '../shared/reducers.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { observeWebSocket } from './index.ts'

describe('[every-message] ten thousand messages in one tick', () => {
  const COUNT = 10_000
  const numbers = Array.from({ length: COUNT }, (_, index) => String(index))

  test('each is received once and in order, the reducer has seen them all, and the page is notified once', async () => {
    const messages: WireData[] = []
    const { client, environment } = await openHarness({
      reduce: (sum: number, raw: WireData) => sum + Number(raw),
      initialData: 0,
      onMessage: (raw) => messages.push(raw),
    })
    const listener = vi.fn<() => void>()
    client.subscribe(listener)
    for (const raw of numbers) environment.socket.receive(raw)
    expect(messages).toEqual(numbers)
    expect(client.getSnapshot().data).toBe((COUNT * (COUNT - 1)) / 2)
    expect(listener).not.toHaveBeenCalled()
    await environment.advance(16)
    expect(listener).toHaveBeenCalledOnce()
    await environment.advance(1000)
    expect(listener).toHaveBeenCalledOnce()
  })

  test('that arrive while one is handled keep their order too', async () => {
    const { client, environment } = await openHarness({ reduce: collect({ limit: COUNT + 1 }) })
    const messages: unknown[] = []
    client.on('message', (raw) => {
      messages.push(raw)
      if (raw === 'first') for (const next of numbers) environment.socket.receive(next)
    })
    environment.socket.receive('first')
    expect(messages).toEqual(['first', ...numbers])
    expect(client.getSnapshot().data).toEqual(['first', ...numbers])
  })
})

test('[equal-messages] two equal messages in a row are two messages', async () => {
  const { client, environment, emitted } = await openHarness({ reduce: collect() })
  environment.socket.receive('same')
  environment.socket.receive('same')
  expect(emitted).toEqual(['open', 'message same', 'message same'])
  expect(client.getSnapshot().data).toEqual(['same', 'same'])
})

describe('[latest-handlers] a handler', () => {
  test('is always the latest one passed', async () => {
    const { client, environment } = await openHarness()
    const messages: string[] = []
    for (const name of ['first', 'second']) {
      client.setOptions('/chat', {
        environment,
        onMessage: () => messages.push(name),
        onClose: () => messages.push(`${name} closed`),
      })
    }
    environment.socket.receive('x')
    environment.socket.end(1006)
    expect(messages).toEqual(['second', 'second closed'])
  })

  test('changed by a handler receives the next message', async () => {
    const codec = text()
    const { client, environment } = await openHarness({ codec })
    const messages: string[] = []
    const second = (message: string) => messages.push(`second ${message}`)
    const first = (message: string) => {
      messages.push(`first ${message}`)
      client.setOptions('/chat', { environment, codec, onMessage: second })
    }
    client.setOptions('/chat', { environment, codec, onMessage: first })
    environment.socket.receive('a')
    environment.socket.receive('b')
    expect(messages).toEqual(['first a', 'second b'])
  })

  test('added by a handler receives the next event, not this one', async () => {
    const { client, environment } = await openHarness()
    const messages: string[] = []
    let added = 0
    const add = (raw: unknown) => {
      messages.push(`${added} ${String(raw)}`)
      if (++added < 50) client.on('message', add)
    }
    client.on('message', add)
    environment.socket.receive('a')
    expect(messages).toEqual(['0 a'])
  })

  test('that is removed by another one is not called any more', async () => {
    const { client, environment } = await openHarness()
    const second = vi.fn<() => void>()
    client.on('message', () => stop())
    const stop = client.on('message', second)
    environment.socket.receive('x')
    expect(second).not.toHaveBeenCalled()
  })

  test('that is given twice is called twice, and removed once at a time', async () => {
    const { client, environment } = await openHarness()
    const handler = vi.fn<() => void>()
    const stops = [client.on('message', handler), client.on('message', handler)]
    environment.socket.receive('x')
    stops[0]?.()
    stops[0]?.()
    environment.socket.receive('y')
    expect(handler).toHaveBeenCalledTimes(3)
  })
})

describe('[handler-errors] a thrown error is reported, and stops neither the connection nor the others', () => {
  const boom = new Error('boom')
  const fail = () => {
    throw boom
  }

  test('handlers, those of `on`, and subscribers', async () => {
    const environment = createTestEnvironment()
    const handlers = { onOpen: fail, onMessage: fail, onClose: fail, onError: fail, onRetry: fail }
    const { client } = await openHarness({ ...handlers, notify: 'sync' }, '/chat', environment)
    for (const type of ['message', 'close', 'error', 'retry', 'transition'] as const) client.on(type, fail)
    client.subscribe(fail)
    const emitted = record(client)
    environment.socket.receive('x')
    environment.socket.end(1006)
    await environment.advance(500)
    environment.socket.accept()
    expect(emitted).toEqual(['message x', 'close 1006 unclean', 'error closed', 'retry 1', 'open'])
    expect(client.getSnapshot().status).toBe('open')
    expect(new Set(environment.errors)).toEqual(new Set([boom]))
    // onOpen twice, the other four twice each, three transitions, and a notification for each of these and the message.
    expect(environment.errors).toHaveLength(2 + 8 + 3 + 4)
  })

  test('a reducer: the message is received, and `data` stays', async () => {
    const reduce = (sum: number, raw: WireData) => (raw === 'bad' ? fail() : sum + 1)
    const { client, environment, emitted } = await openHarness<WireData, string, number>({
      reduce,
      initialData: 0,
    })
    for (const raw of ['a', 'bad', 'b']) environment.socket.receive(raw)
    expect(client.getSnapshot().data).toBe(2)
    expect(emitted).toEqual(['open', 'message a', 'message bad', 'message b'])
    expect(environment.errors).toEqual([boom])
  })

  test('a selection: the error is reported', async () => {
    const environment = createTestEnvironment()
    const client = observeWebSocket('/chat', { environment, select: fail })
    const listener = vi.fn<() => void>()
    client.subscribe(listener)
    await environment.advance(0)
    environment.socket.accept()
    client.getSnapshot()
    listener.mockClear()
    environment.socket.receive('x')
    await environment.advance(16)
    expect(listener).toHaveBeenCalledOnce()
    expect(environment.errors).toContain(boom)
  })

  test('also where the report needs its environment', async () => {
    const environment = createTestEnvironment()
    const calls: unknown[] = []
    const own = extendEnvironment(environment, {
      reportError(error) {
        calls.push([error, this.now?.()])
      },
    })
    await openHarness({ onMessage: fail }, '/chat', own)
    environment.socket.receive('x')
    expect(calls).toEqual([[boom, environment.now()]])
  })

  test('also where the report itself throws', async () => {
    const environment = createTestEnvironment()
    const messages: unknown[] = []
    const onMessage = (raw: unknown) => (raw === 'bad' ? fail() : messages.push(raw))
    const harsh = extendEnvironment(environment, { reportError: fail })
    await openHarness({ onMessage }, '/chat', harsh)
    expect(() => environment.socket.receive('bad')).toThrow(boom)
    environment.socket.receive('good')
    expect(messages).toEqual(['good'])
  })
})

describe('[binary] received messages are unchanged', () => {
  test.each([
    ['text', 'grüße'],
    ['nothing', ''],
    ['bytes', new Uint8Array([0, 255]).buffer],
    ['a Blob', new Blob(['x'])],
  ])('%s', async (_, data) => {
    const { client, environment } = await openHarness()
    environment.socket.receive(data)
    expect(client.getSnapshot().data).toBe(data)
  })

  test.each(['arraybuffer', 'blob'] as const)('binaryType %s survives reconnects', async (binaryType) => {
    const { environment } = await openHarness({ binaryType })
    environment.socket.end(1006)
    await environment.advance(500)
    expect(environment.sockets.map((socket) => socket.binaryType)).toEqual([binaryType, binaryType])
  })

  test('binary messages are ArrayBuffers by default', async () => {
    const { environment } = await openHarness()
    expect(environment.socket.binaryType).toBe('arraybuffer')
  })
})

describe('[decoding] decoding', () => {
  test('happens once for a connection and codec', async () => {
    const environment = createTestEnvironment()
    const codec = { decode: vi.fn<(raw: WireData) => string>(String), encode: (message: string) => message }
    const clients = [1, 2, 3].map(() => observeWebSocket<string, string>('/chat', { environment, codec }))
    for (const client of clients) client.subscribe(() => {})
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('x')
    expect(codec.decode).toHaveBeenCalledOnce()
    expect(clients.map((client) => client.getSnapshot().data)).toEqual(['x', 'x', 'x'])
  })

  test('[binary-bodies] binary() gives the UTF-8 bytes of a text message', async () => {
    const { client, environment, emitted } = await openHarness({ codec: binary() })
    environment.socket.receive('é😀')
    expect(client.getSnapshot().data).toEqual(new TextEncoder().encode('é😀').buffer)
    expect(emitted).not.toContain('error decode')
  })

  test('that fails is an error with the raw text, not a disconnect', async () => {
    const { client, environment, emitted } = await openHarness({ codec: json<{ id: number }>() })
    const errors: Error[] = []
    client.on('error', (error) => errors.push(error))
    environment.socket.receive('{"id":1}')
    environment.socket.receive('nonsense')
    expect(emitted.at(-1)).toBe('error decode')
    const [error] = errors
    expect(isTautlineError(error, 'decode') && error.raw).toBe('nonsense')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: { id: 1 }, error: undefined })
    expect(environment.errors).toEqual([])
  })

  test('that fails without a listener is reported', async () => {
    const environment = createTestEnvironment()
    observeWebSocket('/chat', { environment, codec: json() }).subscribe(() => {})
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('nonsense')
    expect(environment.errors).toHaveLength(1)
    expect(environment.errors[0]).toMatchObject({ code: 'decode' })
  })

  test('with a schema returns its output or its issues', async () => {
    const codec = json(z.object({ at: z.coerce.date() }))
    const { client, environment } = await openHarness({ codec })
    const errors: Error[] = []
    client.on('error', (error) => errors.push(error))
    environment.socket.receive('{"at":"2026-01-01"}')
    environment.socket.receive('{"at":"never"}')
    expect(client.getSnapshot().data?.at).toEqual(new Date('2026-01-01'))
    const [error] = errors
    expect(isTautlineError(error, 'decode') && error.issues).toHaveLength(1)
  })

  test('by a codec that throws an error of its own', async () => {
    const cause = new RangeError('mine')
    const decode = () => {
      throw cause
    }
    const { client, environment } = await openHarness({ codec: { decode, encode: String } })
    const errors: Error[] = []
    client.on('error', (error) => errors.push(error))
    environment.socket.receive('x')
    expect(errors).toMatchObject([{ code: 'decode', raw: 'x', thrown: cause }])
  })

  test('by another codec from one message to the next', async () => {
    const { client, environment, emitted } = await openHarness<unknown, never, unknown>({ codec: text() })
    environment.socket.receive('"a"')
    client.setOptions('/chat', { environment, codec: json() })
    environment.socket.receive('"b"')
    expect(emitted).toEqual(['open', 'message "a"', 'message b'])
  })

  test('of bytes by text()', async () => {
    const other = await openHarness({ codec: text() })
    other.environment.socket.receive(new TextEncoder().encode('bytes').buffer)
    expect(other.client.getSnapshot().data).toBe('bytes')
  })
})
