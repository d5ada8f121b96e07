import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { type WireData, binary, collect, concat, json, latest, text } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

// Checked by the compiler, and never run.

const ZodMessage = z.object({ id: z.string().transform(Number), text: z.string() })
const ValibotMessage = v.object({ id: v.pipe(v.string(), v.transform(Number)), text: v.string() })

interface Decoded {
  id: number
  text: string
}
interface Encoded {
  id: string
  text: string
}

describe('the codec types data, onMessage and send', () => {
  test('none: what the platform gives and takes', () => {
    const { data, send } = useWebSocket('/plain', {
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<WireData>(),
    })
    expectTypeOf(data).toEqualTypeOf<WireData | undefined>()
    expectTypeOf(send).toBeCallableWith('text')
    expectTypeOf(send).toBeCallableWith(new Uint8Array(1))
    // @ts-expect-error -- objects need a codec
    send({ text: 'hello' })
  })

  test('json(schema) of zod: data is what the schema makes, send takes what it is made of', () => {
    const { data, send } = useWebSocket('/zod', {
      codec: json(ZodMessage),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    })
    expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<Encoded>()
    expectTypeOf(send).returns.toEqualTypeOf<'sent' | 'queued' | 'dropped'>()
    // @ts-expect-error -- the schema wants text
    send({ id: '1' })
  })

  test('json(schema) of valibot', () => {
    const { data, send } = useWebSocket('/valibot', { codec: json(ValibotMessage) })
    expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<Encoded>()
  })

  test('json(incoming, outgoing)', () => {
    const { data, send } = useWebSocket('/two', { codec: json(ZodMessage, z.object({ join: z.string() })) })
    expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<{ join: string }>()
  })

  test('json<Message>() unchecked, text() and binary()', () => {
    expectTypeOf(useWebSocket('/u', { codec: json<Decoded>() }).data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(useWebSocket('/t', { codec: text() }).data).toEqualTypeOf<string | undefined>()
    expectTypeOf(useWebSocket('/b', { codec: binary() }).data).toEqualTypeOf<ArrayBuffer | undefined>()
  })
})

describe('the fold types data', () => {
  test('collect(): a read-only list of messages', () => {
    const { data } = useWebSocket('/list', { codec: json(ZodMessage), reduce: collect({ limit: 200 }) })
    expectTypeOf(data).toEqualTypeOf<readonly Decoded[]>()
  })

  test('latest() and concat()', () => {
    const codec = json(ZodMessage)
    expectTypeOf(useWebSocket('/l', { codec, reduce: latest() }).data).toEqualTypeOf<Decoded | undefined>()
    const { data } = useWebSocket('/c', {
      codec,
      reduce: concat({ pick: (message: Decoded) => message.text }),
    })
    expectTypeOf(data).toEqualTypeOf<string>()
  })

  test('reduce with initialData: both arguments are known where it is written', () => {
    const { data } = useWebSocket('/sum', {
      codec: json(ZodMessage),
      initialData: 0,
      reduce(sum, message) {
        expectTypeOf(sum).toEqualTypeOf<number>()
        expectTypeOf(message).toEqualTypeOf<Decoded>()
        return sum + message.id
      },
    })
    expectTypeOf(data).toEqualTypeOf<number>()
  })

  test('select: data is the selected part', () => {
    const { data } = useWebSocket('/part', {
      codec: json(ZodMessage),
      reduce: collect(),
      select: (all) => {
        expectTypeOf(all).toEqualTypeOf<readonly Decoded[]>()
        return all.length
      },
    })
    expectTypeOf(data).toEqualTypeOf<number>()
  })
})

test('status narrows the other fields', () => {
  const line = useWebSocket('/narrow')
  expectTypeOf(line.status).toEqualTypeOf<'idle' | 'connecting' | 'open' | 'backoff' | 'closed'>()
  if (line.status === 'backoff')
    expectTypeOf(line.waitingFor).toEqualTypeOf<'timer' | 'online' | 'visible' | 'page'>()
  if (line.status === 'closed') {
    expectTypeOf(line.closed.by).toEqualTypeOf<'user' | 'server' | 'fatal' | 'exhausted' | 'complete'>()
  }
  if (line.status === 'open') {
    expectTypeOf(line.closed).toEqualTypeOf<undefined>()
    expectTypeOf(line.waitingFor).toEqualTypeOf<undefined>()
  }
  const { status, closed } = useWebSocket('/destructured')
  if (status === 'closed') expectTypeOf(closed.by).toBeString()
})

test('the URL: a string, a URL, nothing, or a function that is told about the attempt', () => {
  useWebSocket(new URL('wss://server.test'))
  useWebSocket(null)
  useWebSocket(undefined)
  useWebSocket(async ({ attempt, previous, signal }) => {
    expectTypeOf(attempt).toBeNumber()
    expectTypeOf(previous).toEqualTypeOf<Error | undefined>()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
    return '/token'
  })
  // @ts-expect-error -- a number is no URL
  useWebSocket(80)
})

test('wrong options are errors', () => {
  // @ts-expect-error -- there is no such option
  useWebSocket('/o', { reconnect: true })
  // @ts-expect-error -- a number of retries is an option of `retry`
  useWebSocket('/o', { retry: 3 })
  // @ts-expect-error -- no such word
  useWebSocket('/o', { notify: 'now' })
  // @ts-expect-error -- times are numbers of ms
  useWebSocket('/o', { heartbeat: { interval: '25s' } })
  // @ts-expect-error -- the fold does not make what it starts from
  useWebSocket('/o', { initialData: 0, reduce: () => 'text' })
})

test('the result is read-only', () => {
  const line = useWebSocket('/read-only')
  // @ts-expect-error -- read-only
  line.status = 'open'
  // @ts-expect-error -- read-only
  line.data = 'text'
})
