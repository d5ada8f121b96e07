import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  bodyField,
  type TautlineError,
  collect,
  concat,
  count,
  fromHeader,
  header,
  json,
  latest,
  query,
  text,
  validators,
  silence,
} from '@tautline/core'
import type { LongPollOptions } from '@tautline/core/long-poll'
import { type LongPollResult, useLongPoll } from '@tautline/react'

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

describe('useLongPoll: codec and messages type data and onMessage', () => {
  test('without a codec data is unknown', () => {
    const { data } = useLongPoll('/plain', {
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<unknown>(),
    })
    expectTypeOf(data).toEqualTypeOf<unknown>()
    expectTypeOf(useLongPoll('/no-options').data).toEqualTypeOf<unknown>()
    expectTypeOf(useLongPoll<Body>('/typed').data).toEqualTypeOf<Body | undefined>()
  })

  test('a codec: the body is the message', () => {
    const { data } = useLongPoll('/zod', {
      codec: json(Page),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Body>(),
    })
    expectTypeOf(data).toEqualTypeOf<Body | undefined>()
    expectTypeOf(useLongPoll('/u', { codec: json<Body>() }).data).toEqualTypeOf<Body | undefined>()
    expectTypeOf(useLongPoll('/t', { codec: text() }).data).toEqualTypeOf<string | undefined>()
    expectTypeOf(useLongPoll('/o', { codec: { decode: Number } }).data).toEqualTypeOf<number | undefined>()
  })

  test('messages: its items are the messages, also for dedupeBy and reduce', () => {
    const { data } = useLongPoll('/list', {
      codec: json(Page),
      messages(body) {
        expectTypeOf(body).toEqualTypeOf<Body>()
        return body.result
      },
      dedupeBy: (message) => message.update_id,
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    })
    expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
    const set = useLongPoll('/set', { messages: () => new Set(['a']) })
    expectTypeOf(set.data).toEqualTypeOf<string | undefined>()
  })
})

describe('useLongPoll: the reducer types data', () => {
  const options = { codec: json(Page), messages: (body: Body) => body.result }

  test('collect(), latest() and concat()', () => {
    const list = useLongPoll('/c', { ...options, reduce: collect({ limit: 9 }) })
    expectTypeOf(list.data).toEqualTypeOf<readonly Decoded[]>()
    const bodies = useLongPoll('/c', { codec: json(Page), reduce: collect() })
    expectTypeOf(bodies.data).toEqualTypeOf<readonly Body[]>()
    const unknowns = useLongPoll('/c', { reduce: collect() })
    expectTypeOf(unknowns.data).toEqualTypeOf<readonly unknown[]>()
    const last = useLongPoll('/l', { ...options, reduce: latest() })
    expectTypeOf(last.data).toEqualTypeOf<Decoded | undefined>()
    const all = useLongPoll('/t', { codec: text(), reduce: concat() })
    expectTypeOf(all.data).toEqualTypeOf<string>()
  })

  test('reduce with initialData: all arguments are inferred', () => {
    const { data } = useLongPoll('/sum', {
      codec: json(Page),
      messages: (body) => body.result,
      initialData: 0,
      reduce(sum, message, { headers }) {
        expectTypeOf(sum).toEqualTypeOf<number>()
        expectTypeOf(message).toEqualTypeOf<Decoded>()
        expectTypeOf(headers).toEqualTypeOf<Headers | undefined>()
        return sum + message.text
      },
    })
    expectTypeOf(data).toEqualTypeOf<number>()
  })

  test('select: data is the selected part', () => {
    const all = useLongPoll('/part', { ...options, reduce: collect(), select: (list) => list.length })
    expectTypeOf(all.data).toEqualTypeOf<number>()
    const last = useLongPoll('/last', { ...options, select: (message) => message?.update_id })
    expectTypeOf(last.data).toEqualTypeOf<number | undefined>()
  })
})

test('useLongPoll: five kinds of servers, without type arguments', () => {
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
})

describe('useLongPoll: the cursor', () => {
  test('every kind of cursor works with a codec', () => {
    const codec = json(Page)
    useLongPoll('/p', { codec, cursor: query('since', (body: Body) => body.next) })
    useLongPoll('/p', { codec, cursor: header('x-since', count()) })
    useLongPoll('/p', { codec, method: 'POST', cursor: bodyField<Body>('since', ({ next }) => next) })
    useLongPoll('/p', {
      codec,
      cursor: {
        write: ({ url, headers }, cursor) => {
          url.searchParams.set('since', cursor)
          headers.set('x-since', cursor)
        },
        read(body, { status, headers, messages, cursor }) {
          expectTypeOf(body).toEqualTypeOf<Body>()
          expectTypeOf(status).toBeNumber()
          expectTypeOf(headers).toEqualTypeOf<Headers>()
          expectTypeOf(messages).toBeNumber()
          expectTypeOf(cursor).toEqualTypeOf<string | undefined>()
          return body.next
        },
      },
    })
  })

  test('wrong cursors are errors', () => {
    // @ts-expect-error -- a name does not tell how to read the cursor
    useLongPoll('/p', { cursor: 'since' })
    // @ts-expect-error -- `write` is missing
    useLongPoll('/p', { cursor: { read: () => '1' } })
    // @ts-expect-error -- a list is no cursor
    useLongPoll('/p', { cursor: query('since', () => ['1']) })
    // @ts-expect-error -- it reads another type than the codec returns
    useLongPoll('/p', { codec: text(), cursor: query('since', (body: Body) => body.next) })
    // @ts-expect-error -- a cursor is a string
    useLongPoll('/p', { initialCursor: 5 })
  })
})

test('useLongPoll: the other options', () => {
  useLongPoll('/o', {
    method: 'POST',
    body: ({ cursor }) => ({ from: cursor }),
    headers: async ({ attempt, previous, signal, cursor }) => {
      expectTypeOf(attempt).toBeNumber()
      expectTypeOf(previous).toEqualTypeOf<TautlineError | undefined>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      expectTypeOf(cursor).toEqualTypeOf<string | undefined>()
      return { authorization: 'Bearer' }
    },
    interval: 5000,
    minGap: 0,
    timeout: { connect: 1000, request: 70_000 },
    pause: { hidden: 60_000, offline: false },
    maxBodyBytes: 1024,
  })
  useLongPoll('/o', { pause: { hidden: true } })
  // @ts-expect-error -- `timeout` is an object
  useLongPoll('/o', { timeout: 5000 })
  // @ts-expect-error -- no such value
  useLongPoll('/o', { pause: { hidden: 'slow' } })
  // @ts-expect-error -- times are numbers of ms
  useLongPoll('/o', { interval: '5s' })
  // @ts-expect-error -- `messages` returns a list
  useLongPoll('/o', { messages: () => 5 })
  // @ts-expect-error -- a poll has no heartbeat
  useLongPoll('/o', { heartbeat: silence() })
  // @ts-expect-error -- a poll has no subprotocols
  useLongPoll('/o', { protocols: ['v1'] })
  // @ts-expect-error -- a poll has no end
  useLongPoll('/o', { until: () => true })
})

test('useLongPoll: the result has no send, and is narrowed by its status', () => {
  const poll = useLongPoll('/result', { codec: text() })
  expectTypeOf(poll).toEqualTypeOf<LongPollResult<string | undefined>>()
  expectTypeOf(poll.cursor).toEqualTypeOf<string | undefined>()
  expectTypeOf(poll).not.toHaveProperty('send')
  expectTypeOf(poll).not.toHaveProperty('latency')
  expectTypeOf(poll).not.toHaveProperty('queued')
  expectTypeOf(poll).not.toHaveProperty('lastEventId')
  if (poll.status === 'closed') expectTypeOf(poll.closed.by).toBeString()
  // @ts-expect-error -- read-only
  poll.cursor = '5'
})

test('useLongPoll: options in variables, passed on and spread', () => {
  const plain: LongPollOptions<Body> = { codec: json<Body>() }
  expectTypeOf(useLongPoll('/o', plain).data).toEqualTypeOf<Body | undefined>()
  expectTypeOf(useLongPoll('/o', { ...plain, method: 'POST' }).data).toEqualTypeOf<Body | undefined>()
  const next = useLongPoll('/o', { ...plain, select: (body) => body?.next })
  expectTypeOf(next.data).toEqualTypeOf<string | undefined>()
})
