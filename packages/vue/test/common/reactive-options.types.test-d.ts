import { collect, json, latest, query } from '@tautline/core'
import { useEventSource, useFetch, useLongPoll, useWebSocket, tautline } from '@tautline/vue'
import { expectTypeOf, test } from 'vitest'
import { type App, computed, reactive, ref, shallowRef } from 'vue'

// Checked by the compiler, never run.

interface Message {
  text: string
}
const form = ref({ name: 'Ada' })
const q = ref('a')
const count = ref<number | undefined>(1)
const enabled = ref(false)
const token = computed(() => 'Bearer one')
declare const app: App

test('each option may be a ref or a getter, in every hook', () => {
  const { data, execute } = useFetch('/users', {
    method: ref('POST'),
    json: form,
    query: { q, count, page: () => 2, tag: [q, 'x'] },
    headers: { authorization: token, 'x-q': () => q.value },
    enabled,
    key: () => q.value,
    timeout: { connect: count, request: () => 5 },
    retry: { limit: ref(3), when: (error) => error?.code === 'http' },
    codec: json<Message>(),
    onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Message>(),
  })
  expectTypeOf(data.value).toEqualTypeOf<Message | undefined>()
  void execute({ json: form, query: { q }, headers: { authorization: token } })
  void execute({ json: form.value, query: new URLSearchParams('a=b'), headers: new Headers() })
  const chat = useWebSocket('/chat', {
    enabled: () => enabled.value,
    codec: shallowRef(json<Message>()),
    reduce: latest(),
    protocols: ref(['a']),
    outbox: { messages: count },
    onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Message>(),
  })
  expectTypeOf(chat.data.value).toEqualTypeOf<Message | undefined>()
  const news = useEventSource('/news', {
    enabled,
    headers: [['authorization', token]],
    body: form,
    lastEventId: q,
    codec: json<Message>(),
    reduce: collect(),
  })
  expectTypeOf(news.data.value).toEqualTypeOf<readonly Message[]>()
  const poll = useLongPoll('/poll', {
    interval: count,
    pause: { hidden: ref(true) },
    cursor: query('since', (body) => body.last_seq),
    codec: () => json<Message & { last_seq: string }>(),
  })
  expectTypeOf(poll.data.value?.text).toEqualTypeOf<string | undefined>()
})

test('the initial data may be a ref', () => {
  const { data } = useFetch('/user', { codec: json<Message>(), initialData: ref({ text: 'a' }) })
  expectTypeOf(data.value).toEqualTypeOf<Message>()
})

test('the defaults of an app', () => {
  app.use(tautline, { key: q, retry: { limit: () => 3 }, fetch: { headers: { authorization: token } } })
  app.use(tautline, () => ({ key: q.value }))
  app.use(tautline, reactive({ key: q }))
  app.use(
    tautline,
    computed(() => ({ key: q.value })),
  )
})

test('a ref of a wrong type is an error, at the option', () => {
  useFetch('/users', {
    // @ts-expect-error -- not a boolean
    enabled: q,
  })
  useWebSocket('/chat', {
    // @ts-expect-error -- not a number
    timeout: { connect: q },
  })
  useFetch('/users', {
    // @ts-expect-error -- nothing that has a text
    query: { q: new Map<string, string>() },
  })
  useEventSource('/news', {
    // @ts-expect-error -- not a string
    headers: { authorization: count },
  })
})
