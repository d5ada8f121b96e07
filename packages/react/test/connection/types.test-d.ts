import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { type TransportEvent, type WireData, collect, json } from '@tautline/core'
import {
  type ConnectionResult,
  type NchanOptions,
  type TransportOption,
  longPoll,
  nchan,
  shortPoll,
  useConnection,
  webSocket,
} from '@tautline/react'
import { useConnection as useConnectionPath } from '@tautline/react/connection'

// Checked by the compiler, never run.

const Message = z.object({ id: z.string().transform(Number), text: z.string() })

interface Decoded {
  id: number
  text: string
}

test('without a codec the types are those of the platform', () => {
  const { data, send, transport, cursor, queued, latency } = useConnection([
    webSocket('/live'),
    longPoll('/live'),
  ])
  expectTypeOf(data).toEqualTypeOf<WireData | undefined>()
  expectTypeOf(transport).toEqualTypeOf<string | undefined>()
  expectTypeOf(cursor).toEqualTypeOf<string | undefined>()
  expectTypeOf(queued).toBeNumber()
  expectTypeOf(latency).toEqualTypeOf<number | undefined>()
  expectTypeOf(send).toBeCallableWith('text')
  // @ts-expect-error -- objects need a codec
  send({ text: 'hello' })
  expectTypeOf(useConnectionPath).toEqualTypeOf(useConnection)
})

test('the codec types data, onMessage and send', () => {
  const { data, send } = useConnection([webSocket('/live')], {
    codec: json(Message),
    onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    onTransport: (event) => expectTypeOf(event).toEqualTypeOf<TransportEvent>(),
  })
  expectTypeOf(data).toEqualTypeOf<Decoded | undefined>()
  expectTypeOf(send).parameter(0).toEqualTypeOf<{ id: string; text: string }>()
  expectTypeOf(send).returns.toEqualTypeOf<'sent' | 'queued' | 'dropped'>()
})

test('reduce and select type data', () => {
  const list = useConnection([shortPoll('/live')], { codec: json(Message), reduce: collect({ limit: 20 }) })
  expectTypeOf(list).toEqualTypeOf<ConnectionResult<{ id: string; text: string }, readonly Decoded[]>>()
  const { data } = useConnection([shortPoll('/live')], {
    codec: json(Message),
    reduce: collect(),
    select: (all) => all.length,
  })
  expectTypeOf(data).toEqualTypeOf<number>()
})

test('status narrows the other fields', () => {
  const { status, closed } = useConnection([webSocket('/live')])
  if (status === 'closed') expectTypeOf(closed.by).toBeString()
})

test('the list: transports, or nothing', () => {
  useConnection(null)
  useConnection(false)
  useConnection(undefined)
  const list: readonly TransportOption[] = [webSocket(null), webSocket(new URL('wss://server.test'))]
  useConnection(list)
  // @ts-expect-error -- a URL is no transport
  useConnection(['/live'])
  // @ts-expect-error -- the list is missing
  useConnection(webSocket('/live'))
  // @ts-expect-error -- a type argument decodes nothing: the codec is missing
  useConnection<Decoded>([webSocket('/live')])
  // @ts-expect-error -- false or times
  useConnection([webSocket('/live')], { upgrade: true })
})

test('nchan() is a list of transports', () => {
  expectTypeOf(nchan).returns.toEqualTypeOf<readonly TransportOption[]>()
  expectTypeOf(nchan).parameter(1).toEqualTypeOf<NchanOptions | undefined>()
})
