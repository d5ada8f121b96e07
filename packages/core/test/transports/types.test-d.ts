import { expectTypeOf, test } from 'vitest'
import {
  type WireData,
  collect,
  createConnection,
  json,
  longPoll,
  post,
  query,
  shortPoll,
  webSocket,
} from '@tautline/core'

interface Item {
  readonly seq: number
  readonly text: string
}

test('without a codec, messages are what arrives', () => {
  const connection = createConnection([webSocket('/ws')])
  expectTypeOf(connection.getSnapshot().data).toEqualTypeOf<WireData | undefined>()
  expectTypeOf(connection.getSnapshot().transport).toEqualTypeOf<string | undefined>()
  // @ts-expect-error a type argument decodes nothing
  createConnection<Item>([webSocket('/ws')])
  // @ts-expect-error a codec is missing
  createConnection<Item>([webSocket('/ws')], {})
})

test('the codec and the reducer give the types of messages and data', () => {
  const connection = createConnection([webSocket('/ws')], {
    codec: json<Item>(),
    reduce: collect({ limit: 10 }),
    onTransport: ({ from, to, why }) => {
      expectTypeOf([from, to]).toEqualTypeOf<string[]>()
      expectTypeOf(why).toEqualTypeOf<'refused' | 'slow' | 'deaf' | 'lost' | 'better' | 'gap'>()
    },
  })
  expectTypeOf(connection.getSnapshot().data).toEqualTypeOf<readonly Item[]>()
  connection.on('message', (message) => expectTypeOf(message).toEqualTypeOf<Item>())
  connection.on('transport', ({ why }) => expectTypeOf(why).toBeString())
  connection.send({ seq: 1, text: '' })
  // @ts-expect-error no item
  connection.send('text')
})

test('a transport has the types of its messages, and a list may be nothing', () => {
  longPoll('/lp', {
    messages: (body: { readonly items: readonly Item[] }) => body.items,
    cursor: query('after', (body) => body.items.length),
    id: (item) => {
      expectTypeOf(item).toEqualTypeOf<Item>()
      return item.seq
    },
  })
  createConnection(null)
  createConnection([webSocket('/ws')], {
    codec: json<Item>(),
    upstream: post('/send', { key: ({ text }: Item) => text }),
  })
  // @ts-expect-error a URL is no transport
  createConnection(['/ws'])
  // @ts-expect-error the time limit until it is open is that of the connection
  longPoll('/lp', { timeout: { connect: 1000 } })
  // @ts-expect-error the interval is the gap
  shortPoll('/sp', { minGap: 1000 })
})
