import { pings } from '../../src/connection/heartbeat.ts'
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
  createWebSocket,
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

describe('events of any name', () => {
  type Any<Data> = { readonly event: string; readonly data: Data; readonly id: string }

  test("'*' has the type of the codec", () => {
    const plain = createEventSource('/news', { events: '*' })
    expectTypeOf(plain.getSnapshot().data).branded.toEqualTypeOf<Any<string> | undefined>()
    createEventSource('/news', {
      events: '*',
      codec: json(Price),
      onMessage: (message) => expectTypeOf(message).branded.toEqualTypeOf<Any<PriceOut>>(),
    })
  })

  test('a function has the types of its codecs, and no other codec', () => {
    const client = createEventSource('/news', {
      events: (name: string) => (name === 'price' ? json(Price) : name === 'text' ? text() : undefined),
    })
    expectTypeOf(client.getSnapshot().data).branded.toEqualTypeOf<Any<PriceOut | string> | undefined>()
    // @ts-expect-error -- the function has the codecs
    createEventSource('/news', { events: () => text(), codec: text() })
  })

  test('a list of them', () => {
    const client = createEventSource('/news', { events: '*', reduce: collect() })
    expectTypeOf(client.getSnapshot().data).branded.toEqualTypeOf<readonly Any<string>[]>()
  })
})

describe('the codec types data, messages and loops', () => {
  test('text without a codec', async () => {
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

describe('named events are a union with the discriminant `event`', () => {
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
      // @ts-expect-error -- there is no event of this name
      if (event === 'other') break
    }
  })

  test('named events exclude a codec', () => {
    // @ts-expect-error -- each event has its own codec
    createEventSource('/prices', { events: { price: json(Price) }, codec: json() })
  })

  test('named events need codecs', () => {
    // @ts-expect-error -- a function is no codec
    createEventSource('/prices', { events: { price: Number } })
  })
})

describe('options with and without named events', () => {
  const events = { price: json(Price), halt: json(Halt) }

  test('the message type with named events, without, and with either', () => {
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

  test('as a variable, passed on and spread', () => {
    const plain: Omit<EventSourceOptions<PriceOut>, 'select'> = { codec: json(Price) }
    expectTypeOf(createEventSource('/p', plain).getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    const post = createEventSource('/p', { ...plain, method: 'POST' })
    expectTypeOf(post.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    const named: Omit<EventSourceOptions<string, typeof events>, 'select'> = { events }
    expectTypeOf(createEventSource('/p', named).getSnapshot().data).toEqualTypeOf<
      NamedEvent<typeof events> | undefined
    >()
    const explicit = createEventSource<PriceOut>('/p', { codec: json(Price) })
    expectTypeOf(explicit.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
  })

  test('custom codecs have the type of their input', () => {
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

  test('a custom reducer with the info of a message', () => {
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

  test('a custom reducer of named events', () => {
    const client = createEventSource('/prices', {
      events: { price: json(Price), halt: json(Halt) },
      initialData: 0,
      reduce: (count: number, message) => (message.event === 'price' ? count + message.data.at : count),
    })
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<number>()
  })
})

describe('options and callbacks', () => {
  test('until gets the event as received, and onOpen gets the headers', () => {
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

  test('functions get the context of the attempt', () => {
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

  test('the body, the credentials and how to resume', () => {
    expectTypeOf<EventSourceOptions['body']>().extract<FormData>().toEqualTypeOf<FormData>()
    createEventSource('/chat', { method: 'POST', body: { a: [1] }, resume: { query: 'since' } })
    createEventSource('/chat', { method: 'POST', body: new URLSearchParams(), resume: 'query' })
    createEventSource('/chat', { credentials: 'include' })
    // @ts-expect-error -- one of three texts
    createEventSource('/chat', { credentials: true })
    // @ts-expect-error -- only the class EventSource has it
    createEventSource('/chat', { withCredentials: true })
    // @ts-expect-error -- header or query
    createEventSource('/chat', { resume: 'cookie' })
    // @ts-expect-error -- there is no interval: a stream has no pings
    createEventSource('/chat', { heartbeat: pings() })
    // @ts-expect-error -- only for components
    createEventSource('/chat', { select: (data: string | undefined) => data })
  })

  test('a body may have any type that JSON supports', () => {
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
    // @ts-expect-error -- undefined is no body
    createEventSource('/r', { method: 'POST', body: async () => undefined })
    // @ts-expect-error -- a promise has to be returned by a function
    createEventSource('/r', { method: 'POST', body: Promise.resolve(prompt) })
  })

  test('the text of a chat completion', () => {
    const [prompt, model, token] = ['hi', 'm', async () => 'secret']
    const client = createEventSource(prompt && '/v1/chat/completions', {
      method: 'POST',
      headers: async () => ({ authorization: `Bearer ${await token()}` }),
      body: { model, messages: [{ role: 'user', content: prompt }], stream: true },
      codec: json<Chunk>(),
      reduce: concat({ pick: (chunk: Chunk) => chunk.choices[0]?.delta.content }),
      until: ({ data }) => data === '[DONE]',
    })
    const { data: completion } = client.getSnapshot()
    expectTypeOf(completion).toEqualTypeOf<string>()
  })

  test('there is no send()', () => {
    // @ts-expect-error -- an event source only receives
    createEventSource('/news').send('x')
  })

  test('observers, which bindings use, have the same types', () => {
    const observer = observeEventSource<PriceOut>('/prices', { codec: json(Price) })
    expectTypeOf(observer.getSnapshot().data).toEqualTypeOf<PriceOut | undefined>()
    expectTypeOf(observer.getSnapshot().lastEventId).toEqualTypeOf<string | undefined>()
    expectTypeOf(observer.getSnapshot()).toEqualTypeOf<EventSourceSnapshot<PriceOut | undefined>>()
    expectTypeOf(observer.getSnapshot()).not.toHaveProperty('latency')
    expectTypeOf(observer.getSnapshot()).not.toHaveProperty('queued')
    expectTypeOf(observer.getSnapshot()).not.toHaveProperty('cursor')
  })
})

test('without `reduce` data are messages', () => {
  // @ts-expect-error -- a message is no number
  createEventSource('/prices', { codec: json(Price), initialData: 5 })
  const none = createEventSource('/prices', { codec: json(Price), initialData: null })
  expectTypeOf(none.getSnapshot().data).toEqualTypeOf<PriceOut | null>()
  // @ts-expect-error -- a message is no number
  createWebSocket('/prices', { codec: json(Price), initialData: 5 })
  const socket = createWebSocket('/prices', { codec: json(Price), initialData: null })
  expectTypeOf(socket.getSnapshot().data).toEqualTypeOf<PriceOut | null>()
})
