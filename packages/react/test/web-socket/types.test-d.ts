import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type TautlineError,
  type WireData,
  binary,
  collect,
  concat,
  json,
  latest,
  text,
  pings,
} from '@tautline/core'
import type { EventSourceOptions, ServerSentEvent } from '@tautline/core/event-source'
import { type EventSourceResult, useEventSource, useWebSocket } from '@tautline/react'

// Checked by the compiler, never run.

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
  test('without a codec the types are those of the platform', () => {
    const { data, send } = useWebSocket('/plain', {
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<WireData>(),
    })
    expectTypeOf(data).toEqualTypeOf<WireData | undefined>()
    expectTypeOf(send).toBeCallableWith('text')
    expectTypeOf(send).toBeCallableWith(new Uint8Array(1))
    // @ts-expect-error -- objects need a codec
    send({ text: 'hello' })
  })

  test('json(schema) of zod: data has the output type of the schema, and send takes its input type', () => {
    const { data, send } = useWebSocket('/zod', {
      codec: json(ZodMessage),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    })
    expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<Encoded>()
    expectTypeOf(send).returns.toEqualTypeOf<'sent' | 'queued' | 'dropped'>()
    expectTypeOf(send).parameter(1).toEqualTypeOf<{ readonly queue?: boolean | undefined } | undefined>()
    // @ts-expect-error -- the schema expects a string
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

describe('the reducer types data', () => {
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

  test('reduce with initialData: both arguments are inferred', () => {
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
  const connection = useWebSocket('/narrow')
  expectTypeOf(connection.status).toEqualTypeOf<'idle' | 'connecting' | 'open' | 'backoff' | 'closed'>()
  expectTypeOf(connection.queued).toBeNumber()
  expectTypeOf(connection).not.toHaveProperty('lastEventId')
  expectTypeOf(connection.cursor).toEqualTypeOf<string | undefined>()
  if (connection.status === 'backoff')
    expectTypeOf(connection.waitingFor).toEqualTypeOf<'timer' | 'online' | 'visible' | 'page'>()
  if (connection.status === 'closed') {
    expectTypeOf(connection.closed.by).toEqualTypeOf<'user' | 'server' | 'fatal' | 'exhausted' | 'complete'>()
  }
  if (connection.status === 'open') {
    expectTypeOf(connection.closed).toEqualTypeOf<undefined>()
    expectTypeOf(connection.waitingFor).toEqualTypeOf<undefined>()
  }
  const { status, closed } = useWebSocket('/destructured')
  if (status === 'closed') expectTypeOf(closed.by).toBeString()
})

test('the URL: a string, a URL, nothing, or a function of the attempt', () => {
  useWebSocket(new URL('wss://server.test'))
  useWebSocket(null)
  useWebSocket(undefined)
  useWebSocket(async ({ attempt, previous, signal }) => {
    expectTypeOf(attempt).toBeNumber()
    expectTypeOf(previous).toEqualTypeOf<TautlineError | undefined>()
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
  // @ts-expect-error -- no such value
  useWebSocket('/o', { notify: 'now' })
  // @ts-expect-error -- times are numbers of ms
  useWebSocket('/o', { heartbeat: { interval: 25_000 } })
  // @ts-expect-error -- a number of ms
  useWebSocket('/o', { heartbeat: pings({ interval: '25s' }) })
  // @ts-expect-error -- the reducer returns another type than initialData
  useWebSocket('/o', { initialData: 0, reduce: () => 'text' })
})

test('the result is read-only', () => {
  const connection = useWebSocket('/read-only')
  // @ts-expect-error -- read-only
  connection.status = 'open'
  // @ts-expect-error -- read-only
  connection.data = 'text'
})

interface Price {
  n: number
}
interface Prompt {
  text: string
  options?: { since: Date }
}
interface Chunk {
  choices: readonly { delta: { content?: string | null } }[]
}
type Named =
  | { readonly event: 'price'; readonly data: Price; readonly id: string }
  | { readonly event: 'note'; readonly data: string; readonly id: string }

describe('useEventSource: the codec types data and onMessage', () => {
  test('without a codec data is the text of the event', () => {
    const { data } = useEventSource('/plain', {
      onMessage: (message, info) => {
        expectTypeOf(message).toEqualTypeOf<string>()
        expectTypeOf(info.raw).toEqualTypeOf<unknown>()
        expectTypeOf(info.event).toEqualTypeOf<string | undefined>()
        expectTypeOf(info.id).toEqualTypeOf<string | undefined>()
      },
    })
    expectTypeOf(data).toEqualTypeOf<string | undefined>()
    expectTypeOf(useEventSource('/no-options').data).toEqualTypeOf<string | undefined>()
  })

  test('json(schema) of zod and valibot, json<Message>() unchecked, and a custom codec', () => {
    const { data } = useEventSource('/zod', {
      codec: json(ZodMessage),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    })
    expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(useEventSource('/v', { codec: json(ValibotMessage) }).data).toEqualTypeOf<
      Decoded | undefined
    >()
    expectTypeOf(useEventSource('/u', { codec: json<Price>() }).data).toEqualTypeOf<Price | undefined>()
    expectTypeOf(useEventSource('/t', { codec: text() }).data).toEqualTypeOf<string | undefined>()
    expectTypeOf(useEventSource('/o', { codec: { decode: Number } }).data).toEqualTypeOf<number | undefined>()
  })

  test('events: a union that `event` narrows', () => {
    const { data } = useEventSource('/names', {
      events: { price: json<Price>(), note: text() },
      onMessage(event) {
        expectTypeOf(event).toEqualTypeOf<Named>()
        if (event.event === 'price') expectTypeOf(event.data).toEqualTypeOf<Price>()
        else expectTypeOf(event.data).toEqualTypeOf<string>()
      },
    })
    expectTypeOf(data).toEqualTypeOf<Named | undefined>()
    // @ts-expect-error -- no such event
    if (data?.event === 'other') expectTypeOf(data).toBeNever()
    if (data?.event === 'price') expectTypeOf(data.data.n).toBeNumber()
  })
})

describe('useEventSource: the reducer types data', () => {
  const events = { price: json<Price>(), note: text() }

  test('collect(): a read-only list, of named events too', () => {
    const { data } = useEventSource('/list', { codec: json(ZodMessage), reduce: collect({ limit: 9 }) })
    expectTypeOf(data).toEqualTypeOf<readonly Decoded[]>()
    expectTypeOf(useEventSource('/text', { reduce: collect() }).data).toEqualTypeOf<readonly string[]>()
    expectTypeOf(useEventSource('/names', { events, reduce: collect() }).data).toEqualTypeOf<
      readonly Named[]
    >()
  })

  test('latest() and concat()', () => {
    const codec = json(ZodMessage)
    expectTypeOf(useEventSource('/l', { codec, reduce: latest() }).data).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(useEventSource('/c', { reduce: concat() }).data).toEqualTypeOf<string>()
    const { data } = useEventSource('/p', {
      method: 'POST',
      codec,
      reduce: concat({ pick: (message: Decoded) => message.text }),
    })
    expectTypeOf(data).toEqualTypeOf<string>()
  })

  test('reduce with initialData: all arguments are inferred', () => {
    const { data } = useEventSource('/sum', {
      events,
      initialData: 0,
      reduce(sum, event, { id }) {
        expectTypeOf(sum).toEqualTypeOf<number>()
        expectTypeOf(event).toEqualTypeOf<Named>()
        expectTypeOf(id).toEqualTypeOf<string | undefined>()
        return event.event === 'price' ? sum + event.data.n : sum
      },
    })
    expectTypeOf(data).toEqualTypeOf<number>()
  })

  test('select: data is the selected part', () => {
    const all = useEventSource('/part', {
      events,
      reduce: collect(),
      select: (all) => {
        expectTypeOf(all).toEqualTypeOf<readonly Named[]>()
        return all.length
      },
    })
    expectTypeOf(all.data).toEqualTypeOf<number>()
    const length = useEventSource('/length', { select: (text) => text?.length })
    expectTypeOf(length.data).toEqualTypeOf<number | undefined>()
  })
})

test('useEventSource: until gets the raw event with any codec', () => {
  useEventSource('/until', {
    codec: json<Price>(),
    until(event) {
      expectTypeOf(event).toEqualTypeOf<ServerSentEvent>()
      expectTypeOf(event.data).toEqualTypeOf<string>()
      return event.data === '[DONE]'
    },
  })
  useEventSource('/until', { events: { a: json() }, until: ({ event }) => event === 'end' })
})

test('useEventSource: a body may be of any type that has a JSON form', () => {
  const prompt: Prompt = { text: 'hi' }
  useEventSource('/r', { method: 'POST', body: prompt })
  useEventSource('/r', { method: 'POST', body: [prompt] })
  useEventSource('/r', { method: 'POST', body: () => prompt })
  useEventSource('/r', {
    method: 'POST',
    body: async ({ attempt }) => (attempt > 1 ? prompt : { attempt, prompt }),
  })
  useEventSource('/r', { method: 'POST', body: new Uint8Array(1) })
  // @ts-expect-error -- a number is no body
  useEventSource('/r', { method: 'POST', body: () => 5 })
  // @ts-expect-error -- undefined is no body
  useEventSource('/r', { method: 'POST', body: async () => undefined })
  // @ts-expect-error -- a promise has to be returned by a function
  useEventSource('/r', { method: 'POST', body: Promise.resolve(prompt) })
})

test('useEventSource: the text of a chat completion', () => {
  const [prompt, model, token] = ['hi', 'm', async () => 'secret']
  const { data: completion } = useEventSource(prompt && '/v1/chat/completions', {
    method: 'POST',
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
    body: { model, messages: [{ role: 'user', content: prompt }], stream: true },
    codec: json<Chunk>(),
    reduce: concat({ pick: (chunk: Chunk) => chunk.choices[0]?.delta.content }),
    until: ({ data }) => data === '[DONE]',
  })
  expectTypeOf(completion).toEqualTypeOf<string>()
})

test('useEventSource: request options', () => {
  useEventSource('/r', { method: 'POST', body: { prompt: 'hi', n: [1] }, headers: { a: 'b' } })
  useEventSource('/r', {
    method: 'PUT',
    body: new FormData(),
    headers: new Headers(),
    resume: { query: 'x' },
  })
  useEventSource('/r', {
    headers: async ({ attempt, previous, signal, lastEventId }) => {
      expectTypeOf(attempt).toBeNumber()
      expectTypeOf(previous).toEqualTypeOf<TautlineError | undefined>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      expectTypeOf(lastEventId).toEqualTypeOf<string | undefined>()
      return { authorization: 'Bearer' }
    },
    method: 'POST',
    body: () => JSON.stringify({}),
  })
  // @ts-expect-error -- a number is no body
  useEventSource('/r', { method: 'POST', body: 5 })
  // @ts-expect-error -- headers are strings
  useEventSource('/r', { headers: { retries: 5 } })
  // @ts-expect-error -- no such value
  useEventSource('/r', { resume: 'cookie' })
  // @ts-expect-error -- no such value
  useEventSource('/r', { atEnd: 'stop' })
  // @ts-expect-error -- an ID is a string
  useEventSource('/r', { lastEventId: 5 })
  // @ts-expect-error -- `events` and `codec` exclude each other
  useEventSource('/r', { codec: json(), events: { a: json() } })
  // @ts-expect-error -- each name needs a codec
  useEventSource('/r', { events: ['price'] })
  // @ts-expect-error -- a stream has no subprotocols
  useEventSource('/r', { protocols: ['v1'] })
  // @ts-expect-error -- a stream has no ping interval
  useEventSource('/r', { heartbeat: pings() })
})

test('useEventSource: the result has no send, and is narrowed by its status', () => {
  const stream = useEventSource('/result')
  expectTypeOf(stream).toEqualTypeOf<EventSourceResult<string | undefined>>()
  expectTypeOf(stream.lastEventId).toEqualTypeOf<string | undefined>()
  expectTypeOf(stream).not.toHaveProperty('send')
  expectTypeOf(stream).not.toHaveProperty('latency')
  expectTypeOf(stream).not.toHaveProperty('queued')
  expectTypeOf(stream).not.toHaveProperty('cursor')
  if (stream.status === 'closed') expectTypeOf(stream.closed.by).toBeString()
  // @ts-expect-error -- read-only
  stream.lastEventId = '5'
})

test('useEventSource: options in variables, passed on and spread', () => {
  const plain: EventSourceOptions<Price> = { codec: json<Price>() }
  expectTypeOf(useEventSource('/o', plain).data).toEqualTypeOf<Price | undefined>()
  expectTypeOf(useEventSource('/o', { ...plain, method: 'POST' }).data).toEqualTypeOf<Price | undefined>()
  expectTypeOf(useEventSource('/o', { ...plain, select: (price) => price?.n }).data).toEqualTypeOf<
    number | undefined
  >()
  const events = { price: json<Price>(), note: text() }
  const named: EventSourceOptions<string, typeof events> = { events }
  expectTypeOf(useEventSource('/o', named).data).toEqualTypeOf<Named | undefined>()
  const maybe = Math.random() > 0.5 ? events : undefined
  expectTypeOf(useEventSource('/o', { events: maybe }).data).toEqualTypeOf<Named | string | undefined>()
})
