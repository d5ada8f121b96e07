import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type FetchCache,
  type FetchObserver,
  type FetchOverrides,
  type FetchSnapshot,
  type GiveUpEvent,
  type RetryEvent,
  bearer,
  collect,
  createFetch,
  createFetchCache,
  type TautlineError,
  isTautlineError,
  json,
  observeFetch,
  text,
} from '../../src/index.ts'

// Checked by the compiler, and never run.

const ZodUser = z.object({ name: z.string(), visits: z.string().transform(Number) })
const ValibotUser = v.object({ name: v.string() })

interface User {
  name: string
  visits: number
}

describe('createFetch: the codec types data, promises and events', () => {
  test('without a codec, with zod, valibot, a type argument and text', async () => {
    const plain = createFetch('/plain')
    expectTypeOf(await plain.execute()).toEqualTypeOf<unknown>()
    expectTypeOf(plain.getSnapshot().data).toEqualTypeOf<unknown>()
    const zod = createFetch('/zod', { codec: json(ZodUser) })
    expectTypeOf(zod).toEqualTypeOf<FetchObserver<User, User>>()
    expectTypeOf(await zod.execute()).toEqualTypeOf<User>()
    expectTypeOf(zod.getSnapshot()).toEqualTypeOf<FetchSnapshot<User | undefined>>()
    expectTypeOf(await createFetch('/v', { codec: json(ValibotUser) }).execute()).toEqualTypeOf<{
      name: string
    }>()
    expectTypeOf(await createFetch<User>('/said').refetch()).toEqualTypeOf<User>()
    expectTypeOf(await createFetch('/t', { codec: text() }).execute()).toEqualTypeOf<string>()
  })

  test('collect() and initialData: never undefined', () => {
    const list = createFetch('/list', { codec: json(ZodUser), reduce: collect() })
    expectTypeOf(list.getSnapshot().data).toEqualTypeOf<readonly User[]>()
    expectTypeOf(list.execute()).toEqualTypeOf<Promise<User>>()
    const given = createFetch('/given', { codec: text(), initialData: 'none' })
    expectTypeOf(given.getSnapshot().data).toEqualTypeOf<string>()
    const none = createFetch('/none', { codec: json(ZodUser), initialData: null })
    expectTypeOf(none.getSnapshot().data).toEqualTypeOf<User | null>()
    // @ts-expect-error -- it is no such user
    createFetch('/user', { codec: json(ZodUser), initialData: { name: 5 } })
    const sum = createFetch('/sum', {
      codec: text(),
      initialData: 0,
      reduce: (sum, word) => sum + word.length,
    })
    expectTypeOf(sum.getSnapshot().data).toEqualTypeOf<number>()
  })

  test('on: each event has its type', () => {
    const user = createFetch('/user', { codec: json(ZodUser) })
    user.on('message', (message) => expectTypeOf(message).toEqualTypeOf<User>())
    user.on('error', (error) => expectTypeOf(error).toEqualTypeOf<TautlineError>())
    user.on('retry', (event) => expectTypeOf(event).toEqualTypeOf<RetryEvent>())
    user.on('give-up', (event) => expectTypeOf(event).toEqualTypeOf<GiveUpEvent>())
    // @ts-expect-error -- a request does not open
    user.on('open', () => {})
    expectTypeOf(user.subscribe(() => {})).toEqualTypeOf<() => void>()
  })
})

test('createFetch has no options that need a component', () => {
  // @ts-expect-error -- select needs a component
  createFetch('/o', { select: (data) => data })
  // @ts-expect-error -- an error boundary needs a component
  createFetch('/o', { throwOnError: true })
  // @ts-expect-error -- no such option
  createFetch('/o', { closeDelay: 5 })
  // @ts-expect-error -- read-only
  createFetch('/o').getSnapshot().data = 5
})

test('observeFetch has options that change', () => {
  const observer = observeFetch<User>('/user', { codec: json<User>(), select: (user) => user.name })
  observer.setOptions('/other', { codec: json<User>() })
  observer.track('isFetching')
  // @ts-expect-error -- this field always notifies
  observer.track('data')
  // @ts-expect-error -- another user
  observer.setOptions('/other', { codec: text() })
})

test('the errors of a request have their own fields', () => {
  const error: unknown = undefined
  if (isTautlineError(error, 'http')) {
    expectTypeOf(error.status).toBeNumber()
    expectTypeOf(error.body).toEqualTypeOf<unknown>()
    expectTypeOf(error.headers).toEqualTypeOf<Headers | undefined>()
    expectTypeOf(error.problem?.title).toEqualTypeOf<string | undefined>()
  }
  if (isTautlineError(error, 'aborted')) expectTypeOf(error.by).toEqualTypeOf<'user' | 'component'>()
  if (isTautlineError(error, 'cors')) expectTypeOf(error.origin).toBeString()
})

test('caches and bearers', () => {
  const cache = createFetchCache({ entries: 10, bytes: 1000 })
  expectTypeOf(cache).toEqualTypeOf<FetchCache>()
  cache.invalidate('/a', '/b')
  createFetch('/o', { cache })
  // @ts-expect-error -- no such option
  createFetchCache({ size: 10 })
  const auth = bearer(({ previous }) => (previous ? 'new' : Promise.resolve('kept')))
  createFetch('/o', { headers: auth })
  auth.forget()
  bearer(() => sessionStorage.getItem('token'))
  // @ts-expect-error -- a token is a text
  bearer(() => 1)
  const overrides: FetchOverrides = { json: 1, idempotencyKey: () => 'key' }
  expectTypeOf(overrides.url).toExtend<unknown>()
})

test('createFetch: `input` types the body of execute', () => {
  const NewUser = z.object({ name: z.string(), visits: z.string().transform(Number) })
  const checked = createFetch('/users', { method: 'POST', codec: json(ZodUser), input: json(NewUser) })
  void checked.execute({ json: { name: 'Ada', visits: '1' } })
  void checked.execute({ body: new FormData() })
  void checked.execute()
  expectTypeOf(checked.execute()).toEqualTypeOf<Promise<User>>()
  // @ts-expect-error -- the schema expects text
  void checked.execute({ json: { name: 'Ada', visits: 1 } })
  // @ts-expect-error -- `name` is missing
  void checked.execute({ json: { visits: '1' } })
  const unchecked = createFetch('/users', { method: 'POST', input: json<User>() })
  void unchecked.execute({ json: { name: 'Ada', visits: 1 } })
  // @ts-expect-error -- `visits` is missing
  void unchecked.execute({ json: { name: 'Ada' } })
  // @ts-expect-error -- `visits` is missing
  createFetch('/users', { method: 'POST', input: json<User>(), json: { name: 'Ada' } })
  const any = createFetch('/users', { method: 'POST' })
  void any.execute({ json: [1, null, 'x'] })
  // @ts-expect-error -- a schema is no codec: json(schema)
  createFetch('/users', { method: 'POST', input: NewUser })
})

test('createFetch: `success` does not mean that there are data, since any codec gives none after a 204', () => {
  const result = createFetch('/user', { codec: json(ZodUser) }).getSnapshot()
  if (result.status === 'success') expectTypeOf(result.data).toEqualTypeOf<User | undefined>()
  const words = createFetch('/text', { codec: text() }).getSnapshot()
  if (words.status === 'success') expectTypeOf(words.data).toEqualTypeOf<string | undefined>()
})
