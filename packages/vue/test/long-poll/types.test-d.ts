import { type ComputedRef, computed, reactive, ref, shallowRef } from 'vue'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { collect, concat, fromHeader, json, latest, query, text, validators, silence } from '@tautline/core'
import type { LongPollOptions } from '@tautline/core/long-poll'
import { type LongPollResult, useLongPoll } from '@tautline/vue'

// Checked by the compiler, never run.

const Update = z.object({ update_id: z.number(), text: z.string().transform(Number) })
const Page = z.object({ result: z.array(Update), next: z.string() })

interface Decoded {
  update_id: number
  text: number
}
interface Body {
  result: Decoded[]
  next: string
}

const props: { db: string; room: string | null } = { db: 'db', room: null }

describe('useLongPoll: codec and messages type data and onMessage', () => {
  test('without a codec data is unknown', () => {
    const { data } = useLongPoll('/plain', {
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<unknown>(),
    })
    expectTypeOf(data).toEqualTypeOf<ComputedRef<unknown>>()
    expectTypeOf(useLongPoll<Body>('/typed').data.value).toEqualTypeOf<Body | undefined>()
  })

  test('plain, in a getter, in a ref and in a computed', () => {
    const options = { codec: json(Page), messages: (body: Body) => body.result }
    const all = [
      useLongPoll('/list', {
        codec: json(Page),
        messages: (body) => body.result,
        dedupeBy: (message) => message.update_id,
        onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
      }),
      useLongPoll('/list', () => ({ codec: json(Page), messages: (body: Body) => body.result })),
      useLongPoll('/list', shallowRef(options)),
      useLongPoll(
        '/list',
        computed(() => options),
      ),
    ]
    for (const { data } of all) expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(useLongPoll('/t', { codec: text() }).data.value).toEqualTypeOf<string | undefined>()
  })

  test('in a reactive object', () => {
    const options = reactive({ codec: json(Page), enabled: false })
    expectTypeOf(useLongPoll('/r', options).data.value).toEqualTypeOf<Body | undefined>()
  })
})

describe('useLongPoll: the reducer types data', () => {
  const options = { codec: json(Page), messages: (body: Body) => body.result }

  test('collect(), latest() and concat(), in a getter too', () => {
    const list = useLongPoll('/c', { ...options, reduce: collect() })
    expectTypeOf(list.data.value).toEqualTypeOf<readonly Decoded[]>()
    const got = useLongPoll('/c', () => ({ ...options, reduce: collect() }))
    expectTypeOf(got.data.value).toEqualTypeOf<readonly Decoded[]>()
    const last = useLongPoll('/l', { ...options, reduce: latest() })
    expectTypeOf(last.data.value).toEqualTypeOf<Decoded | undefined>()
    const all = useLongPoll('/t', { codec: text(), reduce: concat() })
    expectTypeOf(all.data.value).toEqualTypeOf<string>()
  })

  test('reduce with initialData, and select', () => {
    const sum = useLongPoll('/sum', {
      codec: json(Page),
      messages: (body) => body.result,
      initialData: 0,
      reduce(sum, message) {
        expectTypeOf(sum).toEqualTypeOf<number>()
        expectTypeOf(message).toEqualTypeOf<Decoded>()
        return sum + message.text
      },
    })
    expectTypeOf(sum.data.value).toEqualTypeOf<number>()
    const length = useLongPoll('/part', { ...options, reduce: collect(), select: (list) => list.length })
    expectTypeOf(length.data.value).toEqualTypeOf<number>()
  })
})

test('useLongPoll: five kinds of servers, without type arguments and with getters over props', () => {
  const [home, bot] = ['/matrix', '/bot']
  const lastId = (body: { result: readonly { update_id: number }[] }) => body.result.at(-1)?.update_id ?? -1
  useLongPoll(`${home}/sync?timeout=30000`, { cursor: query('since', (b) => b.next_batch) })
  useLongPoll(`${bot}/getUpdates?timeout=50`, {
    cursor: query('offset', (b) => lastId(b) + 1),
    messages: (b) => b.result,
  })
  useLongPoll('/v1/kv/config?wait=60s', { cursor: query('index', fromHeader('X-Consul-Index')) })
  useLongPoll('/db/_changes?feed=longpoll', {
    cursor: query('since', (b) => b.last_seq),
    messages: (b) => b.results,
  })
  useLongPoll('/sub/news', { cursor: validators() })
  useLongPoll(() => `/${props.db}/_changes?feed=longpoll`, { cursor: query('since', (b) => b.last_seq) })
  useLongPoll(
    () => props.room && `/rooms/${props.room}`,
    () => ({ cursor: query('since', (b) => b.next), enabled: props.room !== null }),
  )
})

test('useLongPoll: a URL may be a ref, a getter, or a function that is called before every request', () => {
  useLongPoll(ref<string | null>(null))
  useLongPoll(ref('/a'))
  useLongPoll(() => undefined)
  useLongPoll(async ({ attempt, cursor }) => {
    expectTypeOf(attempt).toBeNumber()
    expectTypeOf(cursor).toEqualTypeOf<string | undefined>()
    return '/signed'
  })
  // @ts-expect-error -- a number is no URL
  useLongPoll(ref(5))
  // @ts-expect-error -- a number from a getter is no URL
  useLongPoll(() => 5)
})

test('useLongPoll: wrong options are errors, plain and in a getter', () => {
  // @ts-expect-error -- a name does not tell how to read the cursor
  useLongPoll('/p', { cursor: 'since' })
  // @ts-expect-error -- a list is no cursor
  useLongPoll('/p', { cursor: query('since', () => ['1']) })
  // @ts-expect-error -- it reads another type than the codec returns
  useLongPoll('/p', { codec: text(), cursor: query('since', (body: Body) => body.next) })
  // @ts-expect-error -- a cursor is a string
  useLongPoll('/p', { initialCursor: 5 })
  // @ts-expect-error -- no such value
  useLongPoll('/o', { pause: { hidden: 'slow' } })
  // @ts-expect-error -- `messages` returns a list
  useLongPoll('/o', { messages: () => 5 })
  // @ts-expect-error -- a poll has no heartbeat
  useLongPoll('/o', { heartbeat: silence() })
  // @ts-expect-error -- times are numbers of ms
  useLongPoll('/o', () => ({ interval: '5s' }))
  // @ts-expect-error -- `timeout` is an object
  useLongPoll('/o', ref({ timeout: 5000 }))
})

test('useLongPoll: the result is refs, and has no send', () => {
  const poll = useLongPoll('/result', { codec: text() })
  expectTypeOf(poll).toEqualTypeOf<LongPollResult<string | undefined>>()
  expectTypeOf(poll.cursor).toEqualTypeOf<ComputedRef<string | undefined>>()
  expectTypeOf(poll).not.toHaveProperty('send')
  expectTypeOf(poll).not.toHaveProperty('latency')
  expectTypeOf(poll).not.toHaveProperty('queued')
  expectTypeOf(poll).not.toHaveProperty('lastEventId')
  // @ts-expect-error -- read-only
  poll.cursor.value = '5'
})

test('useLongPoll: options in variables, passed on and spread', () => {
  const plain: LongPollOptions<Body> = { codec: json<Body>() }
  expectTypeOf(useLongPoll('/o', plain).data.value).toEqualTypeOf<Body | undefined>()
  expectTypeOf(useLongPoll('/o', () => plain).data.value).toEqualTypeOf<Body | undefined>()
  const next = useLongPoll('/o', { ...plain, select: (body) => body?.next })
  expectTypeOf(next.data.value).toEqualTypeOf<string | undefined>()
})
