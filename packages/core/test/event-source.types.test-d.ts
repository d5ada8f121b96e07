import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type AttemptContext,
  type EventSourceOptions,
  type MessageInfo,
  type OpenInfo,
  type ServerSentEvent,
  collect,
  concat,
  createEventSource,
  json,
  latest,
  observeEventSource,
  text,
} from '../src/index.ts'

// Checked by the compiler, and never run.

const Price = z.object({ symbol: z.string(), at: z.string().transform(Number) })
const Halt = v.object({ reason: v.string() })

interface PriceOut {
  symbol: string
  at: number
}
type Priced = { readonly event: 'price'; readonly data: PriceOut; readonly id: string }
type Halted = { readonly event: 'halt'; readonly data: { reason: string }; readonly id: string }
type Plain = { readonly event: 'message'; readonly data: string; readonly id: string }

describe('the codec types data, messages and loops', () => {
  test('none: text', async () => {
    const client = createEventSource('/news', {
      onMessage: (message, info) => {
        expectTypeOf(message).toEqualTypeOf<string>()
        expectTypeOf(info).toEqualTypeOf<MessageInfo>()
      },
    })
    expectTypeOf(createEventSource('/news').getSnapshot().data).toEqualTypeOf<string | undefined>()
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<string | undefined>()
    client.on('message', (message, info) => {
      expectTypeOf(message).toEqualTypeOf<string>()
      expectTypeOf(info).toEqualTypeOf<MessageInfo>()
    })
    for await (const message of client) expectTypeOf(message).toEqualTypeOf<string>()
  })

  test('json(schema) of zod and valibot, json<Message>(), text(), and your own', () => {
    const zod = createEventSource('/prices', {
      codec: json(Price),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<PriceOut>(),
    })
    expectTypeOf(zod.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    const valibot = createEventSource('/halts', { codec: json(Halt) })
    expectTypeOf(valibot.getSnapshot().data).toEqualTypeOf<{ reason: string } | undefined>()
    const unchecked = createEventSource('/prices', { codec: json<PriceOut>() })
    expectTypeOf(unchecked.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    expectTypeOf(createEventSource('/t', { codec: text() }).getSnapshot().data).toEqualTypeOf<
      string | undefined
    >()
    const own = createEventSource('/n', { codec: { decode: Number } })
    expectTypeOf(own.getSnapshot().data).toEqualTypeOf<number | undefined>()
  })
})

describe('events of names are a union, and `event` tells which', () => {
  test('in data, handlers, listeners and loops', async () => {
    const client = createEventSource('/prices', {
      events: { price: json(Price), halt: json(Halt), message: text() },
      onMessage(message) {
        expectTypeOf(message).toEqualTypeOf<Priced | Halted | Plain>()
        if (message.event === 'price') expectTypeOf(message.data).toEqualTypeOf<PriceOut>()
        else if (message.event === 'halt') expectTypeOf(message.data).toEqualTypeOf<{ reason: string }>()
        else expectTypeOf(message).toEqualTypeOf<Plain>()
      },
    })
    const { data } = client.getSnapshot()
    expectTypeOf(data).toEqualTypeOf<Priced | Halted | Plain | undefined>()
    if (data?.event === 'price') expectTypeOf(data.data.at).toEqualTypeOf<number>()
    client.on('message', (message) => expectTypeOf(message).toEqualTypeOf<Priced | Halted | Plain>())
    for await (const { event, data } of client) {
      if (event === 'price') expectTypeOf(data).toEqualTypeOf<PriceOut>()
      if (event === 'message') expectTypeOf(data).toEqualTypeOf<string>()
      // @ts-expect-error -- nothing is called that
      if (event === 'other') break
    }
  })

  test('and exclude a codec', () => {
    // @ts-expect-error -- each name has its own
    createEventSource('/prices', { events: { price: json(Price) }, codec: json() })
  })

  test('want codecs', () => {
    // @ts-expect-error -- a function is no codec
    createEventSource('/prices', { events: { price: Number } })
  })
})

describe('a fold types data', () => {
  test('collect()', () => {
    const plain = createEventSource('/news', { reduce: collect() })
    expectTypeOf(plain.getSnapshot().data).toEqualTypeOf<readonly string[]>()
    const parsed = createEventSource('/prices', { codec: json(Price), reduce: collect({ limit: 5 }) })
    expectTypeOf(parsed.getSnapshot().data).toEqualTypeOf<readonly PriceOut[]>()
    const named = createEventSource('/prices', {
      events: { price: json(Price), halt: json(Halt) },
      reduce: collect(),
    })
    expectTypeOf(named.getSnapshot().data).toEqualTypeOf<readonly (Priced | Halted)[]>()
  })

  test('concat() and latest()', () => {
    const tokens = createEventSource('/chat', { reduce: concat() })
    expectTypeOf(tokens.getSnapshot().data).toEqualTypeOf<string>()
    const picked = createEventSource('/chat', {
      codec: json<{ token?: string }>(),
      reduce: concat<{ token?: string }>({ pick: ({ token }) => token }),
    })
    expectTypeOf(picked.getSnapshot().data).toEqualTypeOf<string>()
    const newest = createEventSource('/prices', { codec: json(Price), reduce: latest() })
    expectTypeOf(newest.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
  })

  test('of your own, which is told what the protocol says', () => {
    const client = createEventSource('/prices', {
      codec: json(Price),
      initialData: new Map<string, number>(),
      reduce(prices, { symbol, at }, info) {
        expectTypeOf(prices).toEqualTypeOf<Map<string, number>>()
        expectTypeOf(info).toEqualTypeOf<MessageInfo>()
        expectTypeOf(info.id).toEqualTypeOf<string | undefined>()
        return new Map(prices).set(symbol, at)
      },
    })
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<Map<string, number>>()
  })

  test('of your own, over events of names', () => {
    const client = createEventSource('/prices', {
      events: { price: json(Price), halt: json(Halt) },
      initialData: 0,
      reduce: (count: number, message) => (message.event === 'price' ? count + message.data.at : count),
    })
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<number>()
  })
})

describe('what is handed in and out', () => {
  test('until sees the event as it travelled, and what opened has headers', () => {
    createEventSource('/chat', {
      codec: json(Price),
      until(event) {
        expectTypeOf(event).toEqualTypeOf<ServerSentEvent>()
        return event.data === '[DONE]'
      },
      onOpen(info) {
        expectTypeOf(info).toEqualTypeOf<OpenInfo>()
        expectTypeOf(info.headers).toEqualTypeOf<Headers | undefined>()
      },
    })
  })

  test('functions are told of the attempt', () => {
    createEventSource((context) => `/news/${expectTypeOf(context).toEqualTypeOf<AttemptContext>()}`, {
      method: 'POST',
      headers: async ({ lastEventId }) => {
        expectTypeOf(lastEventId).toEqualTypeOf<string | undefined>()
        return { authorization: 'Bearer' }
      },
      body: async (context) => {
        expectTypeOf(context).toEqualTypeOf<AttemptContext>()
        return { prompt: 'hello' }
      },
    })
  })

  test('what can be sent, and how the place is told', () => {
    expectTypeOf<EventSourceOptions['body']>().extract<FormData>().toEqualTypeOf<FormData>()
    createEventSource('/chat', { method: 'POST', body: { a: [1] }, resume: { query: 'since' } })
    createEventSource('/chat', { method: 'POST', body: new URLSearchParams(), resume: 'query' })
    // @ts-expect-error -- header or query
    createEventSource('/chat', { resume: 'cookie' })
    // @ts-expect-error -- there is no interval: a stream cannot be asked
    createEventSource('/chat', { heartbeat: { interval: 5 } })
    // @ts-expect-error -- only a component has something to select for
    createEventSource('/chat', { select: (data: string | undefined) => data })
  })

  test('nothing can be sent over it', () => {
    // @ts-expect-error -- it goes one way
    createEventSource('/news').send('x')
  })

  test('what bindings are made of has the same types', () => {
    const observer = observeEventSource<PriceOut>('/prices', { codec: json(Price) })
    expectTypeOf(observer.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    expectTypeOf(observer.getSnapshot().lastEventId).toEqualTypeOf<string | undefined>()
  })
})
