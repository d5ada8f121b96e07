import { createServer } from 'node:http'
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql/index.js'
import { createHandler } from 'graphql-sse/lib/use/http'
import { expect, onTestFinished, test } from 'vitest'
import { json } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// GraphQL over server-sent events, "distinct connections mode": an operation is a POST, whose response has the events
// `next` and, at its end, `complete`.

interface Result {
  readonly data?: { readonly news?: number; readonly hello?: string }
  readonly errors?: readonly { readonly message: string }[]
}

/** News that are numbers, one after the other; a subscription begins after a number. */
function newsroom() {
  let last = 0
  const waiting = new Set<() => void>()
  let opened = 0
  return {
    get opened() {
      return opened
    },
    publish() {
      last++
      for (const wake of waiting) wake()
      waiting.clear()
    },
    async *subscribe(after: number, end: number) {
      opened++
      for (let next = after + 1; next <= end; next++) {
        while (last < next) await new Promise<void>((resolve) => waiting.add(resolve))
        yield { news: next }
      }
    },
  }
}

async function startGraphQL() {
  const room = newsroom()
  const int = new GraphQLNonNull(GraphQLInt)
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        hello: { type: GraphQLString, resolve: () => 'world' },
        broken: {
          type: GraphQLString,
          resolve: () => {
            throw new Error('Out of order')
          },
        },
      },
    }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        news: {
          type: int,
          args: { after: { type: int }, end: { type: int } },
          subscribe: (_, { after, end }) => room.subscribe(after, end),
        },
      },
    }),
  })
  const handler = createHandler({ schema })
  const server = await startForeign(
    createServer((request, response) => {
      handler(request, response).catch(() => response.destroy())
    }),
  )
  return { ...server, room }
}

type Server = Awaited<ReturnType<typeof startGraphQL>>
const events = { next: json<Result>(), complete: json() }

/** The recipe: named events, and `complete` ends the operation. */
function openOperation(
  { environment }: Server,
  body: () => { readonly query: string; readonly variables?: object },
  atEnd: 'reconnect' | 'complete',
) {
  const client = createEventSource('/graphql/stream', {
    ...brisk,
    environment,
    method: 'POST',
    body,
    events,
    until: ({ event }) => event === 'complete',
    atEnd,
  })
  onTestFinished(() => client.close())
  const stream = record<{ readonly event: string; readonly data: unknown }, typeof client>(client)
  client.open()
  return stream
}

test.each(['reconnect', 'complete'] as const)(
  '[stream-completion] a query is complete after one result (atEnd: %s)',
  async (atEnd) => {
    const server = await startGraphQL()
    const stream = openOperation(server, () => ({ query: '{ hello }' }), atEnd)
    await stream.until(({ client }) => client.getSnapshot().status === 'closed')

    expect(stream.messages).toMatchObject([{ event: 'next', data: { data: { hello: 'world' } } }])
    expect(stream.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
    expect(server.requests.length).toBe(1)
  },
)

test('[named-events] an error of a resolver is a result', async () => {
  const server = await startGraphQL()
  const stream = openOperation(server, () => ({ query: '{ broken }' }), 'complete')
  await stream.until(({ client }) => client.getSnapshot().status === 'closed')
  expect(stream.messages).toMatchObject([{ event: 'next', data: { errors: [{ message: 'Out of order' }] } }])
  expect(stream.errors).toEqual([])
})

test('[event-stream-responses] an operation that the server rejects: the error has the response body', async () => {
  const server = await startGraphQL()
  const stream = openOperation(server, () => ({ query: '{' }), 'reconnect')
  await stream.until(({ client }) => client.getSnapshot().status === 'closed')
  expect(server.requests.length).toBe(1)
  expect(stream.errors).toMatchObject([
    { code: 'http', status: 400, body: { errors: [{ message: expect.stringContaining('Syntax') }] } },
  ])
})

test('[every-message] a subscription that is cut again and again continues after the last result', async () => {
  const server = await startGraphQL()
  let after = 0
  const stream = openOperation(
    server,
    () => ({
      query: 'subscription ($after: Int!, $end: Int!) { news(after: $after, end: $end) }',
      variables: { after, end: 60 },
    }),
    'reconnect',
  )
  stream.client.on('message', ({ data }) => {
    after = (data as Result).data?.news ?? after // the data of `next`
  })
  for (let number = 1; number <= 60; number++) {
    server.room.publish()
    if (number % 3 === 0) await stream.until(({ messages }) => messages.length === number)
    if (number % 10 === 5) server.cut()
  }
  await stream.until(({ client }) => client.getSnapshot().status === 'closed')
  expect(stream.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' } })
  expect(stream.messages.map(({ data }) => (data as Result).data?.news)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 1),
  )
  expect(server.room.opened).toBeGreaterThan(5)
})

test('[stream-completion] without atEnd: reconnect, a subscription that is cut is not repeated', async () => {
  const server = await startGraphQL()
  const stream = openOperation(
    server,
    () => ({ query: 'subscription { news(after: 0, end: 9) }' }),
    'complete',
  )
  server.room.publish()
  await stream.until(({ messages }) => messages.length === 1)
  server.cut()
  await stream.until(({ client }) => client.getSnapshot().status === 'closed')
  expect([stream.errors.length, server.room.opened]).toEqual([1, 1])
  expect(stream.client.getSnapshot().error).toBeDefined()
})
