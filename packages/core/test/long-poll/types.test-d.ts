import { silence } from '../../src/connection/heartbeat.ts'
import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type AttemptContext,
  type Cursor,
  type CursorResponse,
  type LongPollOptions,
  type MessageInfo,
  type OpenInfo,
  bodyField,
  collect,
  concat,
  count,
  createLongPoll,
  fromHeader,
  header,
  json,
  latest,
  observeLongPoll,
  query,
  text,
  validators,
} from '../../src/index.ts'

// Checked by the compiler, and never run.

const Update = z.object({ update_id: z.number(), at: z.string().transform(Number) })
const Page = z.object({ result: z.array(Update), next: z.string() })
const Room = v.object({ name: v.string() })

interface UpdateOut {
  update_id: number
  at: number
}
interface PageOut {
  result: UpdateOut[]
  next: string
}
interface Question {
  room: string
  options?: { since: Date }
}

describe('the codec types data, messages and loops', () => {
  test('without a codec: JSON of any shape, as unknown', async () => {
    const client = createLongPoll('/news', {
      onMessage(message, info) {
        expectTypeOf(message).toEqualTypeOf<unknown>()
        expectTypeOf(info).toEqualTypeOf<MessageInfo>()
      },
      onOpen: (info) => expectTypeOf(info).toEqualTypeOf<OpenInfo>(),
    })
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<unknown>()
    expectTypeOf(client.getSnapshot().cursor).toEqualTypeOf<string | undefined>()
    expectTypeOf(client.getSnapshot()).not.toHaveProperty('latency')
    expectTypeOf(client.getSnapshot()).not.toHaveProperty('queued')
    expectTypeOf(client.getSnapshot()).not.toHaveProperty('lastEventId')
    for await (const message of client) expectTypeOf(message).toEqualTypeOf<unknown>()
  })

  test('json(schema) of zod and valibot, json<Body>(), text(), and your own', async () => {
    const zod = createLongPoll('/page', {
      codec: json(Page),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<PageOut>(),
    })
    expectTypeOf(zod.getSnapshot().data).toEqualTypeOf<PageOut | undefined>()
    for await (const message of zod) expectTypeOf(message).toEqualTypeOf<PageOut>()
    const valibot = createLongPoll('/room', { codec: json(Room) })
    expectTypeOf(valibot.getSnapshot().data).toEqualTypeOf<{ name: string } | undefined>()
    const unchecked = createLongPoll('/page', { codec: json<PageOut>() })
    expectTypeOf(unchecked.getSnapshot().data).toEqualTypeOf<PageOut | undefined>()
    const plain = createLongPoll('/t', { codec: text() })
    expectTypeOf(plain.getSnapshot().data).toEqualTypeOf<string | undefined>()
    const own = createLongPoll('/n', { codec: { decode: Number } })
    expectTypeOf(own.getSnapshot().data).toEqualTypeOf<number | undefined>()
  })
})

describe('messages types the received messages', () => {
  test('from the body of the codec', async () => {
    const client = createLongPoll('/updates', {
      codec: json(Page),
      messages: (body) => body.result,
      dedupeBy: (message) => message.update_id,
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<UpdateOut>(),
    })
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<UpdateOut | undefined>()
    client.on('message', (message) => expectTypeOf(message).toEqualTypeOf<UpdateOut>())
    for await (const message of client) expectTypeOf(message).toEqualTypeOf<UpdateOut>()
  })

  test('from any iterable, and from JSON of any shape', () => {
    const set = createLongPoll('/updates', { messages: () => new Set([1, 2]) })
    expectTypeOf(set.getSnapshot().data).toEqualTypeOf<number | undefined>()
    const emitted = createLongPoll('/updates', { messages: (body: PageOut) => body.result })
    expectTypeOf(emitted.getSnapshot().data).toEqualTypeOf<UpdateOut | undefined>()
    createLongPoll('/updates', { messages: (body) => body.result.flat().map(String) })
  })

  test('only from iterables', () => {
    // @ts-expect-error -- a number cannot be iterated
    createLongPoll('/updates', { messages: () => 5 })
    // @ts-expect-error -- a page has no list
    createLongPoll('/updates', { codec: json(Page), messages: (body) => body.list })
    createLongPoll('/updates', {
      codec: json(Page),
      messages: (body) => body.result,
      // @ts-expect-error -- an update has no id
      dedupeBy: (message) => message.id,
    })
  })
})

describe('a cursor is read from the body', () => {
  test('of any shape, without type annotations', () => {
    createLongPoll('/sync', { cursor: query('since', (body) => body.next_batch) })
    createLongPoll('/sync', { cursor: header('x-since', (body) => body.a.b[0]) })
    createLongPoll('/sync', { cursor: bodyField('since', ({ next }) => next), method: 'POST' })
    createLongPoll('/updates', {
      messages: (body) => body.result,
      cursor: query('offset', ({ result }) => (result.length > 0 ? result.at(-1).update_id + 1 : undefined)),
    })
  })

  test('with a codec too: the cursor is checked before the codec, so it needs a type annotation', () => {
    createLongPoll('/page', {
      codec: json(Page),
      cursor: query('since', (body) => {
        expectTypeOf(body).toBeAny()
        return body.next
      }),
    })
    createLongPoll('/page', {
      codec: json(Page),
      cursor: query('since', (body: PageOut) => body.next),
    })
    createLongPoll('/page', {
      cursor: bodyField<PageOut>('since', (body) => body.result.at(-1)?.update_id),
      codec: json(Page),
      messages: (body) => body.result,
      method: 'POST',
    })
    createLongPoll('/page', {
      codec: json(Page),
      // @ts-expect-error -- a page has no such field
      cursor: query<PageOut>('since', (body) => body.next_batch),
    })
    createLongPoll('/page', {
      codec: json(Page),
      // @ts-expect-error -- it reads bodies of another type
      cursor: query('since', (body: { readonly name: string }) => body.name),
    })
  })

  test('from the response', () => {
    createLongPoll('/page', {
      codec: json(Page),
      cursor: query('since', (_, response) => {
        expectTypeOf(response).toEqualTypeOf<CursorResponse>()
        return response.headers.get('x-next') ?? response.messages
      }),
    })
  })

  test('by a built-in cursor, with any codec', () => {
    for (const cursor of [
      validators(),
      query('index', fromHeader('x-index')),
      query('offset', count()),
      header('x-at', fromHeader('x-at')),
    ]) {
      createLongPoll('/page', { cursor })
      createLongPoll('/page', { cursor, codec: json(Page), messages: (body) => body.result })
      createLongPoll('/page', { cursor, codec: text() })
    }
  })

  test('by a pair of functions', () => {
    createLongPoll('/page', {
      codec: json(Page),
      cursor: {
        write({ url, headers }, cursor) {
          expectTypeOf(cursor).toEqualTypeOf<string>()
          url.searchParams.set('since', cursor)
          headers.set('x-since', cursor)
        },
        read(body, { cursor }) {
          expectTypeOf(body).toEqualTypeOf<PageOut>()
          expectTypeOf(cursor).toEqualTypeOf<string | undefined>()
          return body.next
        },
      },
    })
    const pageCursor: Cursor<PageOut> = query('since', (body: PageOut) => body.next)
    createLongPoll('/page', { codec: json(Page), cursor: pageCursor })
    // @ts-expect-error -- it is for bodies of another type
    createLongPoll('/room', { codec: json(Room), cursor: pageCursor })
    // @ts-expect-error -- a cursor is text or a number
    query('since', () => ({}))
    // @ts-expect-error -- half of it
    createLongPoll('/page', { cursor: { read: () => 1 } })
    // @ts-expect-error -- it is made by query()
    createLongPoll('/page', { cursor: 'since' })
  })
})

describe('data has the type of the reducer', () => {
  test('latest(), collect(), concat(), and your own', () => {
    const options = { codec: json(Page), messages: (body: PageOut) => body.result }
    const last = createLongPoll('/p', { ...options, reduce: latest() })
    expectTypeOf(last.getSnapshot().data).toEqualTypeOf<UpdateOut | undefined>()
    const list = createLongPoll('/p', { ...options, reduce: collect() })
    expectTypeOf(list.getSnapshot().data).toEqualTypeOf<readonly UpdateOut[]>()
    const sum = createLongPoll('/p', {
      ...options,
      reduce: (total: number, { at }) => total + at,
      initialData: 0,
    })
    expectTypeOf(sum.getSnapshot().data).toEqualTypeOf<number>()
    const letters = createLongPoll('/p', { codec: text(), reduce: concat(), initialData: '' })
    expectTypeOf(letters.getSnapshot().data).toEqualTypeOf<string>()
  })
})

describe('what is sent', () => {
  test('functions get the cursor', () => {
    const emitted = (context: AttemptContext) =>
      expectTypeOf(context.cursor).toEqualTypeOf<string | undefined>()
    createLongPoll(
      (context) => {
        emitted(context)
        return `/news/${context.cursor}`
      },
      {
        headers: (context) => (emitted(context), { authorization: 'Bearer' }),
        body: async (context): Promise<Question> => (emitted(context), { room: 'a' }),
        method: 'POST',
      },
    )
  })

  test('an interface is a valid body, a number is not', () => {
    const question: Question = { room: 'a' }
    createLongPoll('/news', { method: 'POST', body: question })
    // @ts-expect-error -- a number is no body
    createLongPoll('/news', { method: 'POST', body: 5 })
  })
})

describe('options', () => {
  test('with a wrong type', () => {
    createLongPoll('/news', { credentials: 'omit' })
    // @ts-expect-error -- one of three texts
    createLongPoll('/news', { credentials: true })
    // @ts-expect-error -- only the class EventSource has it
    createLongPoll('/news', { withCredentials: true })
    // @ts-expect-error -- ms
    createLongPoll('/news', { interval: '5s' })
    // @ts-expect-error -- true, false or ms
    createLongPoll('/news', { pause: { hidden: 'slow' } })
    // @ts-expect-error -- a group
    createLongPoll('/news', { timeout: 5000 })
    // @ts-expect-error -- text
    createLongPoll('/news', { initialCursor: 5 })
    // @ts-expect-error -- a poll has none
    createLongPoll('/news', { heartbeat: silence() })
    // @ts-expect-error -- only for components
    createLongPoll('/news', { select: (data: unknown) => data })
  })

  test('can be a variable', () => {
    const options: LongPollOptions<PageOut, UpdateOut> = {
      codec: json(Page),
      messages: (body) => body.result,
      cursor: query('since', (body) => body.next),
      pause: { hidden: 60_000 },
    }
    const client = createLongPoll('/page', options)
    expectTypeOf(client.getSnapshot().data).toEqualTypeOf<UpdateOut | undefined>()
    expectTypeOf(observeLongPoll<UpdateOut>('/page').getSnapshot().data).toEqualTypeOf<
      UpdateOut | undefined
    >()
  })
})

test('without `messages` a message is what the codec returns, and without `reduce` data are messages', () => {
  // @ts-expect-error -- a message is a room
  createLongPoll('/room', { codec: json(Room), onMessage: (message: string) => message.length })
  // @ts-expect-error -- a message is no number
  createLongPoll('/room', { codec: json(Room), initialData: 5 })
  const none = createLongPoll('/room', { codec: json(Room), initialData: null })
  expectTypeOf(none.getSnapshot().data).toEqualTypeOf<{ name: string } | null>()
})
