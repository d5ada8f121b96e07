import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type AttemptContext,
  type EventCodecs,
  type EventSourceOptions,
  type EventSourceSnapshot,
  type MessageInfo,
  type MessageOf,
  type NamedEvent,
  type OpenInfo,
  type ServerSentEvent,
  type WireData,
  collect,
  concat,
  createEventSource,
  json,
  latest,
  observeEventSource,
  text,
} from '../../src/index.ts'

// Checked by the compiler, and never run.

const Price = z.object({ symbol: z.string(), at: z.string().transform(Number) })
const Halt = v.object({ reason: v.string() })

interface PriceOut {
  symbol: string
  at: number
}
interface Prompt {
  text: string
  options?: { since: Date }
}
interface Chunk {
  choices: readonly { delta: { content?: string | null } }[]
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

describe('one type of options for both', () => {
  const events = { price: json(Price), halt: json(Halt) }

  test('with names, without, and with names or none', () => {
    expectTypeOf<MessageOf<undefined, PriceOut>>().toEqualTypeOf<PriceOut>()
    expectTypeOf<MessageOf<EventCodecs | undefined, PriceOut>>().toEqualTypeOf<PriceOut>()
    expectTypeOf<MessageOf<typeof events, string>>().toEqualTypeOf<Priced | Halted>()
    expectTypeOf<MessageOf<typeof events | undefined, string>>().toEqualTypeOf<Priced | Halted | string>()
    const maybe = Math.random() > 0.5 ? events : undefined
    createEventSource('/prices', {
      events: maybe,
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Priced | Halted | string>(),
    })
  })

  test('written down, handed on and spread', () => {
    const plain: Omit<EventSourceOptions<PriceOut>, 'select'> = { codec: json(Price) }
    expectTypeOf(createEventSource('/p', plain).getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    const post = createEventSource('/p', { ...plain, method: 'POST' })
    expectTypeOf(post.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    const named: Omit<EventSourceOptions<string, typeof events>, 'select'> = { events }
    expectTypeOf(createEventSource('/p', named).getSnapshot().data).toEqualTypeOf<
      NamedEvent<typeof events> | undefined
    >()
    const told = createEventSource<PriceOut>('/p', { codec: json(Price) })
    expectTypeOf(told.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
  })

  test('codecs of your own are told what they are given', () => {
    createEventSource('/p', { codec: { decode: (raw) => expectTypeOf(raw).toEqualTypeOf<WireData>() } })
    createEventSource('/p', {
      events: { raw: { decode: (raw) => expectTypeOf(raw).toEqualTypeOf<WireData>() }, price: json(Price) },
      onMessage(message) {
        if (message.event === 'price') expectTypeOf(message.data).toEqualTypeOf<PriceOut>()
      },
    })
  })
})

describe('a reducer types data', () => {
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
    createEventSource('/chat', { credentials: 'include' })
    // @ts-expect-error -- one of three words
    createEventSource('/chat', { credentials: true })
    // @ts-expect-error -- only the standard's class has it
    createEventSource('/chat', { withCredentials: true })
    // @ts-expect-error -- header or query
    createEventSource('/chat', { resume: 'cookie' })
    // @ts-expect-error -- there is no interval: a stream cannot be asked
    createEventSource('/chat', { heartbeat: { interval: 5 } })
    // @ts-expect-error -- only a component has something to select for
    createEventSource('/chat', { select: (data: string | undefined) => data })
  })

  test('a body may be of any type that JSON has a form for', () => {
    const prompt: Prompt = { text: 'hi' }
    createEventSource('/r', { method: 'POST', body: prompt })
    createEventSource('/r', { method: 'POST', body: [prompt] })
    createEventSource('/r', { method: 'POST', body: () => prompt })
    createEventSource('/r', {
      method: 'POST',
      body: async ({ attempt }) => (attempt > 1 ? prompt : { attempt, prompt }),
    })
    createEventSource('/r', { method: 'POST', body: new Uint8Array(1) })
    // @ts-expect-error -- a number is no body
    createEventSource('/r', { method: 'POST', body: () => 5 })
    // @ts-expect-error -- nor is nothing
    createEventSource('/r', { method: 'POST', body: async () => undefined })
    // @ts-expect-error -- what is promised is given by a function
    createEventSource('/r', { method: 'POST', body: Promise.resolve(prompt) })
  })

  test('a completion, as it stands in README.md', () => {
    const [prompt, model, token] = ['hi', 'm', async () => 'secret']
    const client = createEventSource(prompt && '/v1/chat/completions', {
      method: 'POST',
      headers: async () => ({ authorization: `Bearer ${await token()}` }),
      body: { model, messages: [{ role: 'user', content: prompt }], stream: true },
      codec: json<Chunk>(),
      reduce: concat({ pick: (chunk: Chunk) => chunk.choices[0]?.delta.content }),
      until: ({ data }) => data === '[DONE]',
    })
    const { data: answer } = client.getSnapshot()
    expectTypeOf(answer).toEqualTypeOf<string>()
  })

  test('nothing can be sent over it', () => {
    // @ts-expect-error -- it goes one way
    createEventSource('/news').send('x')
  })

  test('what bindings are made of has the same types', () => {
    const observer = observeEventSource<PriceOut>('/prices', { codec: json(Price) })
    expectTypeOf(observer.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    expectTypeOf(observer.getSnapshot().lastEventId).toEqualTypeOf<string | undefined>()
    expectTypeOf(observer.getSnapshot()).toEqualTypeOf<EventSourceSnapshot<PriceOut | undefined>>()
    expectTypeOf(observer.getSnapshot()).not.toHaveProperty('latency')
    expectTypeOf(observer.getSnapshot()).not.toHaveProperty('queued')
    expectTypeOf(observer.getSnapshot()).not.toHaveProperty('cursor')
  })
})
