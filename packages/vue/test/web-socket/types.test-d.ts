import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import { type ComputedRef, computed, reactive, ref, shallowRef } from 'vue'
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
import { type EventSourceResult, useEventSource, useWebSocket } from '@tautline/vue'

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
    expectTypeOf(data.value).toEqualTypeOf<WireData | undefined>()
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
    expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<Encoded>()
    expectTypeOf(send).returns.toEqualTypeOf<'sent' | 'queued' | 'dropped'>()
    expectTypeOf(send).parameter(1).toEqualTypeOf<{ readonly queue?: boolean | undefined } | undefined>()
    // @ts-expect-error -- the schema expects a string
    send({ id: '1' })
  })

  test('json(schema) of valibot', () => {
    const { data, send } = useWebSocket('/valibot', { codec: json(ValibotMessage) })
    expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<Encoded>()
  })

  test('json(incoming, outgoing)', () => {
    const { data, send } = useWebSocket('/two', { codec: json(ZodMessage, z.object({ join: z.string() })) })
    expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<{ join: string }>()
  })

  test('json<Message>() unchecked, text() and binary()', () => {
    expectTypeOf(useWebSocket('/u', { codec: json<Decoded>() }).data.value).toEqualTypeOf<
      Decoded | undefined
    >()
    expectTypeOf(useWebSocket('/t', { codec: text() }).data.value).toEqualTypeOf<string | undefined>()
    expectTypeOf(useWebSocket('/b', { codec: binary() }).data.value).toEqualTypeOf<ArrayBuffer | undefined>()
  })
})

describe('the reducer types data', () => {
  test('collect(): a read-only list of messages', () => {
    const { data } = useWebSocket('/list', { codec: json(ZodMessage), reduce: collect({ limit: 200 }) })
    expectTypeOf(data.value).toEqualTypeOf<readonly Decoded[]>()
  })

  test('latest() and concat()', () => {
    const codec = json(ZodMessage)
    expectTypeOf(useWebSocket('/l', { codec, reduce: latest() }).data.value).toEqualTypeOf<
      Decoded | undefined
    >()
    const { data } = useWebSocket('/c', {
      codec,
      reduce: concat({ pick: (message: Decoded) => message.text }),
    })
    expectTypeOf(data.value).toEqualTypeOf<string>()
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
    expectTypeOf(data.value).toEqualTypeOf<number>()
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
    expectTypeOf(data.value).toEqualTypeOf<number>()
  })
})

test('results are read-only refs', () => {
  const connection = useWebSocket('/refs')
  expectTypeOf(connection.status).toEqualTypeOf<
    ComputedRef<'idle' | 'connecting' | 'open' | 'backoff' | 'closed'>
  >()
  expectTypeOf(connection.attempt.value).toBeNumber()
  expectTypeOf(connection.queued.value).toBeNumber()
  expectTypeOf(connection).not.toHaveProperty('lastEventId')
  expectTypeOf(connection.cursor).toEqualTypeOf<ComputedRef<string | undefined>>()
  expectTypeOf(connection.closed.value?.by).toEqualTypeOf<
    'user' | 'server' | 'fatal' | 'exhausted' | 'complete' | undefined
  >()
  // @ts-expect-error -- read-only
  connection.status.value = 'open'
  // @ts-expect-error -- read-only
  connection.data.value = 'text'
})

test('the URL: any URL, a ref or a getter of it, or a function of the attempt', () => {
  useWebSocket(new URL('wss://server.test'))
  useWebSocket(null)
  useWebSocket(ref<string | null>(null))
  useWebSocket(computed(() => '/room'))
  useWebSocket(() => '/room')
  useWebSocket(() => undefined)
  useWebSocket(async () => '/token')
  useWebSocket(async ({ attempt, previous }) => {
    expectTypeOf(attempt).toBeNumber()
    expectTypeOf(previous).toEqualTypeOf<TautlineError | undefined>()
    return '/token'
  })
  // @ts-expect-error -- a number is no URL
  useWebSocket(80)
  // @ts-expect-error -- a ref of a number is no URL
  useWebSocket(ref(80))
})

test('options: plain, a ref, a getter, a reactive object; all of them are inferred', () => {
  const options = { codec: json(ZodMessage), reduce: collect() }
  expectTypeOf(useWebSocket('/o', options).data.value).toEqualTypeOf<readonly Decoded[]>()
  expectTypeOf(useWebSocket('/o', () => options).data.value).toEqualTypeOf<readonly Decoded[]>()
  expectTypeOf(useWebSocket('/o', shallowRef(options)).data.value).toEqualTypeOf<readonly Decoded[]>()
  expectTypeOf(useWebSocket('/o', reactive({ codec: json(ZodMessage) })).data.value).toEqualTypeOf<
    Decoded | undefined
  >()
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
    expectTypeOf(data.value).toEqualTypeOf<string | undefined>()
    expectTypeOf(useEventSource('/no-options').data.value).toEqualTypeOf<string | undefined>()
  })

  test('json(schema) of zod and valibot, json<Message>() unchecked, and a custom codec', () => {
    const { data } = useEventSource('/zod', {
      codec: json(ZodMessage),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    })
    expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(useEventSource('/v', { codec: json(ValibotMessage) }).data.value).toEqualTypeOf<
      Decoded | undefined
    >()
    expectTypeOf(useEventSource('/u', { codec: json<Price>() }).data.value).toEqualTypeOf<Price | undefined>()
    expectTypeOf(useEventSource('/t', { codec: text() }).data.value).toEqualTypeOf<string | undefined>()
    expectTypeOf(useEventSource('/o', { codec: { decode: Number } }).data.value).toEqualTypeOf<
      number | undefined
    >()
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
    expectTypeOf(data.value).toEqualTypeOf<Named | undefined>()
    // @ts-expect-error -- no such event
    if (data.value?.event === 'other') expectTypeOf(data.value).toBeNever()
    if (data.value?.event === 'price') expectTypeOf(data.value.data.n).toBeNumber()
  })
})

describe('useEventSource: the reducer types data', () => {
  const events = { price: json<Price>(), note: text() }

  test('collect(): a read-only list, of named events too', () => {
    const { data } = useEventSource('/list', { codec: json(ZodMessage), reduce: collect({ limit: 9 }) })
    expectTypeOf(data.value).toEqualTypeOf<readonly Decoded[]>()
    expectTypeOf(useEventSource('/text', { reduce: collect() }).data.value).toEqualTypeOf<readonly string[]>()
    expectTypeOf(useEventSource('/names', { events, reduce: collect() }).data.value).toEqualTypeOf<
      readonly Named[]
    >()
  })

  test('latest() and concat()', () => {
    const codec = json(ZodMessage)
    expectTypeOf(useEventSource('/l', { codec, reduce: latest() }).data.value).toEqualTypeOf<
      Decoded | undefined
    >()
    expectTypeOf(useEventSource('/c', { reduce: concat() }).data.value).toEqualTypeOf<string>()
    const { data } = useEventSource('/p', {
      method: 'POST',
      codec,
      reduce: concat({ pick: (message: Decoded) => message.text }),
    })
    expectTypeOf(data.value).toEqualTypeOf<string>()
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
    expectTypeOf(data.value).toEqualTypeOf<number>()
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
    expectTypeOf(all.data.value).toEqualTypeOf<number>()
    const length = useEventSource('/length', { select: (text) => text?.length })
    expectTypeOf(length.data.value).toEqualTypeOf<number | undefined>()
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
  expectTypeOf(completion.value).toEqualTypeOf<string>()
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

test('useEventSource: results are read-only refs, without a send', () => {
  const stream = useEventSource('/result')
  expectTypeOf(stream).toEqualTypeOf<EventSourceResult<string | undefined>>()
  expectTypeOf(stream.lastEventId).toEqualTypeOf<ComputedRef<string | undefined>>()
  expectTypeOf(stream).not.toHaveProperty('send')
  expectTypeOf(stream).not.toHaveProperty('latency')
  expectTypeOf(stream).not.toHaveProperty('queued')
  expectTypeOf(stream).not.toHaveProperty('cursor')
  // @ts-expect-error -- read-only
  stream.lastEventId.value = '5'
})

test('useEventSource: URL and options may be refs and getters, and a reactive object', () => {
  useEventSource(ref<string | null>(null))
  useEventSource(computed(() => '/news'))
  useEventSource(() => undefined)
  useEventSource(async ({ lastEventId }) => `/news?${lastEventId}`)
  // @ts-expect-error -- a number is no URL
  useEventSource(ref(80))
  const options = { codec: json(ZodMessage), reduce: collect() }
  expectTypeOf(useEventSource('/o', options).data.value).toEqualTypeOf<readonly Decoded[]>()
  expectTypeOf(useEventSource('/o', () => options).data.value).toEqualTypeOf<readonly Decoded[]>()
  expectTypeOf(useEventSource('/o', shallowRef(options)).data.value).toEqualTypeOf<readonly Decoded[]>()
  const events = { price: json<Price>(), note: text() }
  expectTypeOf(useEventSource('/o', { events }).data.value).toEqualTypeOf<Named | undefined>()
  expectTypeOf(useEventSource('/o', () => ({ events })).data.value).toEqualTypeOf<Named | undefined>()
  expectTypeOf(useEventSource('/o', () => ({ events, reduce: collect() })).data.value).toEqualTypeOf<
    readonly Named[]
  >()
  expectTypeOf(useEventSource('/o', shallowRef({ events })).data.value).toEqualTypeOf<Named | undefined>()
  expectTypeOf(useEventSource('/o', reactive({ events })).data.value).toEqualTypeOf<Named | undefined>()
  expectTypeOf(useEventSource('/o', reactive({ codec: json(ZodMessage) })).data.value).toEqualTypeOf<
    Decoded | undefined
  >()
})

describe('useEventSource: options from a getter are inferred like plain options', () => {
  test('the message of a codec, in handlers and in select', () => {
    const { data } = useEventSource('/p', () => ({
      codec: json(ZodMessage),
      onMessage: (message, info) => {
        expectTypeOf(message).toEqualTypeOf<Decoded>()
        expectTypeOf(info.id).toEqualTypeOf<string | undefined>()
      },
    }))
    expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    const id = useEventSource('/p', () => ({ codec: json(ZodMessage), select: (message) => message?.id }))
    expectTypeOf(id.data.value).toEqualTypeOf<number | undefined>()
    useEventSource('/p', () => ({ onMessage: (message) => expectTypeOf(message).toEqualTypeOf<string>() }))
  })

  test('a reducer', () => {
    const sum = useEventSource('/p', () => ({
      codec: json(ZodMessage),
      reduce: (sum: number, message) => sum + message.id,
      initialData: 0,
      select: (sum) => sum.toFixed(),
    }))
    expectTypeOf(sum.data.value).toEqualTypeOf<string>()
    const ids = useEventSource('/p', () => ({
      codec: json(ZodMessage),
      reduce: collect(),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
      select: (all) => all.map(({ id }) => id),
    }))
    expectTypeOf(ids.data.value).toEqualTypeOf<number[]>()
    expectTypeOf(useEventSource('/p', () => ({ reduce: concat() })).data.value).toEqualTypeOf<string>()
  })

  test('named events', () => {
    const { data } = useEventSource('/p', () => ({
      events: { price: json<Price>(), note: text() },
      onMessage(message) {
        expectTypeOf(message).toEqualTypeOf<Named>()
        if (message.event === 'price') expectTypeOf(message.data).toEqualTypeOf<Price>()
      },
    }))
    expectTypeOf(data.value).toEqualTypeOf<Named | undefined>()
    const name = useEventSource('/p', () => ({
      events: { price: json<Price>(), note: text() },
      select: (message) => message?.event,
    }))
    expectTypeOf(name.data.value).toEqualTypeOf<'price' | 'note' | undefined>()
    const sum = useEventSource('/p', () => ({
      events: { price: json<Price>(), note: text() },
      reduce: (sum: number, message) => (message.event === 'price' ? sum + message.data.n : sum),
      initialData: 0,
    }))
    expectTypeOf(sum.data.value).toEqualTypeOf<number>()
    const all = useEventSource('/p', () => ({
      events: { price: json<Price>(), note: text() },
      reduce: collect(),
      select: (all) => all[0],
    }))
    expectTypeOf(all.data.value).toEqualTypeOf<Named | undefined>()
  })

  test('request options, and wrong ones', () => {
    useEventSource('/p', () => ({
      method: 'POST',
      body: async ({ attempt }) => ({ attempt }),
      codec: json<Price>(),
      until: ({ data }) => data === '[DONE]',
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Price>(),
    }))
    // @ts-expect-error -- `events` and `codec` exclude each other
    useEventSource('/p', () => ({ codec: json(), events: { a: json() } }))
  })

  test('options in variables, passed on and spread', () => {
    const plain: EventSourceOptions<Price> = { codec: json<Price>() }
    expectTypeOf(useEventSource('/o', plain).data.value).toEqualTypeOf<Price | undefined>()
    expectTypeOf(useEventSource('/o', () => plain).data.value).toEqualTypeOf<Price | undefined>()
    const post = useEventSource('/o', () => ({ ...plain, method: 'POST', select: (price) => price?.n }))
    expectTypeOf(post.data.value).toEqualTypeOf<number | undefined>()
    const nothingYet = useEventSource('/o', () =>
      Math.random() > 0.5 ? undefined : { codec: json<Price>() },
    )
    expectTypeOf(nothingYet.data.value).toEqualTypeOf<Price | undefined>()
  })
})
