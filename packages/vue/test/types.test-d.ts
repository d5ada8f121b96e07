import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import { type ComputedRef, computed, reactive, ref, shallowRef } from 'vue'
import * as z from 'zod'
import { type WireData, binary, collect, concat, json, latest, text } from '@tautline/core'
import { useWebSocket } from '@tautline/vue'

// Checked by the compiler, and never run.

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
  test('none: what the platform gives and takes', () => {
    const { data, send } = useWebSocket('/plain', {
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<WireData>(),
    })
    expectTypeOf(data.value).toEqualTypeOf<WireData | undefined>()
    expectTypeOf(send).toBeCallableWith('text')
    expectTypeOf(send).toBeCallableWith(new Uint8Array(1))
    // @ts-expect-error -- objects need a codec
    send({ text: 'hello' })
  })

  test('json(schema) of zod: data is what the schema makes, send takes what it is made of', () => {
    const { data, send } = useWebSocket('/zod', {
      codec: json(ZodMessage),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<Decoded>(),
    })
    expectTypeOf(data.value).toEqualTypeOf<Decoded | undefined>()
    expectTypeOf(send).parameter(0).toEqualTypeOf<Encoded>()
    expectTypeOf(send).returns.toEqualTypeOf<'sent' | 'queued' | 'dropped'>()
    // @ts-expect-error -- the schema wants text
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

describe('the fold types data', () => {
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

  test('reduce with initialData: both arguments are known where it is written', () => {
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
  const line = useWebSocket('/refs')
  expectTypeOf(line.status).toEqualTypeOf<
    ComputedRef<'idle' | 'connecting' | 'open' | 'backoff' | 'closed'>
  >()
  expectTypeOf(line.attempt.value).toBeNumber()
  expectTypeOf(line.closed.value?.by).toEqualTypeOf<
    'user' | 'server' | 'fatal' | 'exhausted' | 'complete' | undefined
  >()
  // @ts-expect-error -- read-only
  line.status.value = 'open'
  // @ts-expect-error -- read-only
  line.data.value = 'text'
})

test('the URL: all that a URL can be, a ref or a getter of it, or a function that is told about the attempt', () => {
  useWebSocket(new URL('wss://server.test'))
  useWebSocket(null)
  useWebSocket(ref<string | null>(null))
  useWebSocket(computed(() => '/room'))
  useWebSocket(() => '/room')
  useWebSocket(() => undefined)
  useWebSocket(async () => '/token')
  useWebSocket(async ({ attempt, previous }) => {
    expectTypeOf(attempt).toBeNumber()
    expectTypeOf(previous).toEqualTypeOf<Error | undefined>()
    return '/token'
  })
  // @ts-expect-error -- a number is no URL
  useWebSocket(80)
  // @ts-expect-error -- nor is a ref of one
  useWebSocket(ref(80))
})

test('options: plain, a ref, a getter, a reactive object; types follow from all of them', () => {
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
  // @ts-expect-error -- no such word
  useWebSocket('/o', { notify: 'now' })
  // @ts-expect-error -- times are numbers of ms
  useWebSocket('/o', { heartbeat: { interval: '25s' } })
  // @ts-expect-error -- the fold does not make what it starts from
  useWebSocket('/o', { initialData: 0, reduce: () => 'text' })
})
