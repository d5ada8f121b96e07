import { expectTypeOf, test } from 'vitest'
import { type ComputedRef, computed, ref } from 'vue'
import * as z from 'zod'
import { type WireData, collect, json } from '@tautline/core'
import {
  type NchanOptions,
  type TransportOption,
  longPoll,
  nchan,
  shortPoll,
  useConnection,
  webSocket,
} from '@tautline/vue'
import { useConnection as useConnectionPath } from '@tautline/vue/connection'

// Checked by the compiler, never run.

const Message = z.object({ id: z.string().transform(Number), text: z.string() })

interface Decoded {
  id: number
  text: string
}

test('without a codec the types are those of the platform', () => {
  const { data, send, transport, cursor, queued } = useConnection([webSocket('/live'), longPoll('/live')])
  expectTypeOf(data).toEqualTypeOf<ComputedRef<WireData | undefined>>()
  expectTypeOf(transport).toEqualTypeOf<ComputedRef<string | undefined>>()
  expectTypeOf(cursor).toEqualTypeOf<ComputedRef<string | undefined>>()
  expectTypeOf(queued).toEqualTypeOf<ComputedRef<number>>()
  expectTypeOf(send).toBeCallableWith('text')
  // @ts-expect-error -- objects need a codec
  send({ text: 'hello' })
  expectTypeOf(useConnectionPath).toEqualTypeOf(useConnection)
})

test('the codec types data, onMessage and send', () => {
  const { data, send } = useConnection([webSocket('/live')], {
    codec: json(Message),
    onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
  })
  expectTypeOf(data).toEqualTypeOf<ComputedRef<Decoded | undefined>>()
  expectTypeOf(send).parameter(0).toEqualTypeOf<{ id: string; text: string }>()
})

test('reduce types data, and options may be refs and getters', () => {
  const { data } = useConnection([shortPoll('/live')], {
    codec: json(Message),
    reduce: collect({ limit: 20 }),
    enabled: () => true,
    initialCursor: ref('7'),
    upgrade: { after: ref(1000) },
    fallbackAfter: () => 1000,
    isNext: (id, before) => id > before,
  })
  expectTypeOf(data).toEqualTypeOf<ComputedRef<readonly Decoded[]>>()
})

test('the list: transports, nothing, or a ref or getter of it', () => {
  const room = ref('a')
  useConnection(() => [webSocket(`/live/${room.value}`)])
  useConnection(computed(() => (room.value ? [webSocket(`/live/${room.value}`)] : null)))
  useConnection(ref<readonly TransportOption[]>([webSocket('/live')]))
  useConnection(null)
  useConnection(() => undefined)
  // @ts-expect-error -- a URL is no transport
  useConnection(['/live'])
  // @ts-expect-error -- a type argument decodes nothing: the codec is missing
  useConnection<Decoded>([webSocket('/live')])
})

test('nchan() is a list of transports', () => {
  expectTypeOf(nchan).returns.toEqualTypeOf<readonly TransportOption[]>()
  expectTypeOf(nchan).parameter(1).toEqualTypeOf<NchanOptions | undefined>()
})
