import type { Codec, EventSourceOptions, WebSocketOptions, WireData } from '@tautline/core'
import { collect, concat, json, pings, query } from '@tautline/core'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/vue'
import { describe, expectTypeOf, test } from 'vitest'
import type { MaybeRefOrGetter } from 'vue'
import * as z from 'zod'

// Checked by the compiler, never run.

interface Message {
  text: string
}
interface Chunk {
  choices: { delta: { content?: string } }[]
}
const Changes = z.object({ results: z.array(z.object({ id: z.string() })), last_seq: z.string() })
declare const isReady: boolean
declare const others: { share?: false }

describe('a type argument without a codec does not compile, since nothing would be decoded', () => {
  test('useWebSocket and useEventSource', () => {
    // @ts-expect-error -- the error says to add a codec
    useWebSocket<Message>('/chat')
    // @ts-expect-error -- the codec is missing
    useWebSocket<Message>('/chat', { share: false })
    // @ts-expect-error -- the error says to add a codec
    useEventSource<Message>('/news')
    // @ts-expect-error -- the codec is missing
    useEventSource<Message>('/news', { method: 'POST' })
    // @ts-expect-error -- a message is text or binary
    useWebSocket('/chat', { onMessage: (message: Message) => message.text })
    const { data, send } = useWebSocket<Message>('/chat', { codec: json<Message>() })
    expectTypeOf(data.value).toEqualTypeOf<Message | undefined>()
    send({ text: 'hello' })
    const news = useEventSource<Message>('/news', { codec: json() })
    expectTypeOf(news.data.value).toEqualTypeOf<Message | undefined>()
  })
})

describe('options whose types follow from each other', () => {
  test('the cursor reads the body of the codec', () => {
    const { data } = useLongPoll('/changes', {
      codec: json(Changes),
      messages: (body) => body.results,
      cursor: query('since', (body) => body.last_seq),
      reduce: collect(),
    })
    expectTypeOf(data.value).toEqualTypeOf<readonly { id: string }[]>()
    // As in the recipe for CouchDB.
    useLongPoll('/changes', { cursor: query('since', (body) => body.last_seq), reduce: collect() })
  })

  test('`pick` of concat() gets the message of the codec', () => {
    const tokens = useEventSource('/chat', {
      codec: json<Chunk>(),
      reduce: concat({ pick: (chunk) => chunk.choices[0]?.delta.content }),
    })
    expectTypeOf(tokens.data.value).toEqualTypeOf<string>()
    const chat = useWebSocket('/chat', {
      codec: json<Message>(),
      reduce: concat({ pick: ({ text }) => text }),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Message>(),
    })
    expectTypeOf(chat.data.value).toEqualTypeOf<string>()
  })

  test('select gets the list of collect() and the text of concat()', () => {
    const list = useWebSocket('/chat', {
      codec: json<Message>(),
      reduce: collect(),
      select: (all) => all[0]?.text,
    })
    expectTypeOf(list.data.value).toEqualTypeOf<string | undefined>()
    // TypeScript infers a call such as concat() last: the parameter of `select` needs its type.
    const length = useEventSource('/log', { reduce: concat(), select: (log: string) => log.length })
    expectTypeOf(length.data.value).toEqualTypeOf<number>()
  })

  test('conditions, spread options and a condition as the URL', () => {
    const log = useEventSource(isReady && '/log', {
      enabled: isReady,
      ...others,
      reduce: collect(),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<string>(),
    })
    expectTypeOf(log.data.value).toEqualTypeOf<readonly string[]>()
    const chat = useWebSocket(isReady && '/chat', { enabled: isReady, ...others, codec: json<Message>() })
    expectTypeOf(chat.data.value).toEqualTypeOf<Message | undefined>()
    const poll = useLongPoll(isReady && '/poll', { enabled: isReady, ...others, codec: json<Message>() })
    expectTypeOf(poll.data.value).toEqualTypeOf<Message | undefined>()
    const user = useFetch(isReady && '/user', { enabled: isReady, ...others, codec: json<Message>() })
    expectTypeOf(user.data.value).toEqualTypeOf<Message | undefined>()
  })

  test('generic hooks of an app', () => {
    const useLatest = <T>(codec: Codec<T>): T | undefined => useWebSocket('/chat', { codec }).data.value
    const useList = <T>(codec: Codec<T>): readonly T[] =>
      useEventSource('/news', { codec, reduce: collect() }).data.value
    const useBody = <T>(codec: Codec<T>): T | undefined => useFetch('/user', { codec }).data.value
    const useOptions = <T>(options: MaybeRefOrGetter<WebSocketOptions<T>>) => useWebSocket('/chat', options)
    expectTypeOf(useOptions({ codec: json<Message>() }).data.value).toEqualTypeOf<Message | undefined>()
    const useEvents = <T>(options: MaybeRefOrGetter<EventSourceOptions<T>>) =>
      useEventSource('/news', options)
    expectTypeOf(useEvents({ codec: json<Message>() }).data.value).toEqualTypeOf<Message | undefined>()
    void [useLatest, useList, useBody]
  })
})

test('the result of a hook can be used in the options of its own call', () => {
  const { send } = useWebSocket('/chat', {
    codec: json<Message>(),
    onOpen: () => send({ text: 'hello' }),
    onMessage: (message) => send(message),
  })
  const { close } = useEventSource('/news', {
    codec: json<Message>(),
    onMessage: (message) => message.text || close(),
    onError: () => close(),
  })
  const { reconnect } = useLongPoll('/poll', {
    codec: json<Message>(),
    onMessage: (message) => message.text || reconnect(),
  })
  const { execute } = useFetch('/user', {
    codec: json<Message>(),
    onMessage: (message) => void execute({ query: { text: message.text } }),
  })
})

test('useFetch: a wrong message type is an error at the option that has it', () => {
  useFetch('/user', {
    codec: json<Message>(),
    // @ts-expect-error -- the message is what the codec returns
    onMessage: (message: string) => message.length,
  })
  useFetch('/user', {
    codec: json<Message>(),
    // @ts-expect-error -- the message is what the codec returns
    reduce: concat({ pick: (message: string) => message }),
  })
})

describe('useLongPoll: messages of another type than the body need `messages`', () => {
  test('a handler or reducer of a wrong type does not compile', () => {
    // @ts-expect-error -- the message is what the codec returns
    useLongPoll('/poll', { codec: json<Message>(), onMessage: (message: string) => message.length })
    // @ts-expect-error -- the message is what the codec returns
    useLongPoll('/poll', { codec: json<Message>(), reduce: (sum: number, next: number) => sum + next })
    useLongPoll('/poll', {
      codec: json<{ list: Message[] }>(),
      // @ts-expect-error -- `onMessage` takes other messages
      messages: (body) => body.list,
      onMessage: (message: string) => message.length,
    })
  })

  test('without a type of the body, the types of the other options count', () => {
    useLongPoll('/poll', {
      messages: (body) => body.list,
      dedupeBy: (message: Message) => message.text,
      reduce: (all: readonly Message[], message: Message) => [...all, message],
      initialData: [],
      onMessage: (message: Message) => message.text,
    })
    useLongPoll('/poll', {
      codec: json<{ list: Message[] }>(),
      messages: ({ list }) => list,
      onMessage: (message: Message) => message.text,
    })
  })
})

describe('without `reduce`, data are messages', () => {
  test('initial data of another type need `reduce`', () => {
    // @ts-expect-error -- a message is no number
    useWebSocket('/chat', { codec: json<Message>(), initialData: 5 })
    // @ts-expect-error -- a message is text or binary
    useWebSocket('/chat', { initialData: 5 })
    // @ts-expect-error -- a message is no number
    useEventSource('/news', { codec: json<Message>(), initialData: 5 })
    // @ts-expect-error -- an event is no number
    useEventSource('/news', { events: { a: json<Message>() }, initialData: 5 })
    // @ts-expect-error -- a message is no number
    useLongPoll('/poll', { codec: json<Message>(), initialData: 5 })
    // @ts-expect-error -- a message is no number
    useFetch('/user', { codec: json<Message>(), initialData: 5 })
  })

  test('`select` takes a message', () => {
    // @ts-expect-error -- a message is no number
    useWebSocket('/chat', { codec: json<Message>(), select: (data: number) => data })
    // @ts-expect-error -- a message is no number
    useEventSource('/news', { codec: json<Message>(), select: (data: number) => data })
    // @ts-expect-error -- a message is no number
    useLongPoll('/poll', { codec: json<Message>(), select: (data: number) => data })
    // @ts-expect-error -- the body is no number
    useFetch('/user', { codec: json<Message>(), select: (data: number) => data })
    useFetch('/user', { select: (user: Message) => user.text })
    useFetch('/user', {
      codec: json<Message>(),
      reduce: concat({ pick: ({ text }) => text }),
      select: (all: string) => all.length,
    })
    const part = useWebSocket('/chat', {
      codec: json<Message>(),
      select: (message: Message | undefined) => message?.text,
    })
    expectTypeOf(part.data.value).toEqualTypeOf<string | undefined>()
  })

  test('initial data of the type of a message, and null', () => {
    const chat = useWebSocket('/chat', { initialData: 'hello' as WireData })
    expectTypeOf(chat.data.value).toEqualTypeOf<WireData>()
    const message = useWebSocket('/chat', { codec: json<Message>(), initialData: { text: '' } })
    expectTypeOf(message.data.value).toEqualTypeOf<Message>()
    const none = useWebSocket('/chat', { codec: json<Message>(), initialData: null })
    expectTypeOf(none.data.value).toEqualTypeOf<Message | null>()
    const news = useEventSource('/news', { codec: json<Message>(), initialData: null })
    expectTypeOf(news.data.value).toEqualTypeOf<Message | null>()
    const poll = useLongPoll('/poll', { codec: json<Message>(), initialData: null })
    expectTypeOf(poll.data.value).toEqualTypeOf<Message | null>()
    const list = useWebSocket('/chat', { codec: json<Message[]>(), initialData: [] })
    expectTypeOf(list.data.value).toEqualTypeOf<Message[]>()
    useWebSocket('/chat', { initialData: 'x' })
  })
})

test('headers of an `as const` array', () => {
  const headers = [['accept-language', 'en']] as const
  useFetch('/user', { headers })
  useFetch('/user', { headers: async () => headers })
  useEventSource('/news', { headers })
  useLongPoll('/news', { headers })
})

test('an option function that returns something of its own call needs a return type', () => {
  const socket = useWebSocket('/chat', {
    heartbeat: pings({ isReply: (raw): boolean => raw === 'pong' && socket.status.value === 'open' }),
    retry: { when: (_, retryable): boolean => retryable && socket.status.value !== 'closed' },
  })
  const news = useEventSource('/news', {
    headers: async (): Promise<HeadersInit> => ({ 'x-last': news.lastEventId.value ?? '' }),
    onError: (error) => {
      if (error.code === 'http') news.close()
    },
  })
})
