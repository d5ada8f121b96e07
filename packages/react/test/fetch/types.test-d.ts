import * as v from 'valibot'
import { createElement } from 'react'
import { describe, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  type TautlineError,
  bearer,
  binary,
  collect,
  concat,
  createFetchCache,
  json,
  latest,
  text,
  uploadProgress,
  silence,
} from '@tautline/core'
import type {
  FetchCommands,
  FetchOptions,
  FetchSnapshot,
  RollBack,
  FetchStatus,
  ResponseHead,
} from '@tautline/core/fetch'
import { type FetchResult, TautlineProvider, useFetch, useFetchPages } from '@tautline/react'

// Checked by the compiler, never run.

const ZodUser = z.object({ name: z.string(), visits: z.string().transform(Number) })
const ValibotUser = v.object({ name: v.string(), visits: v.pipe(v.string(), v.transform(Number)) })

interface User {
  name: string
  visits: number
}

describe('useFetch: the codec types data, execute and onMessage', () => {
  test('without a codec data is unknown, unless a type argument is given', () => {
    const { data, execute } = useFetch('/plain', {
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<unknown>(),
    })
    expectTypeOf(data).toEqualTypeOf<unknown>()
    expectTypeOf(execute()).toEqualTypeOf<Promise<unknown>>()
    expectTypeOf(useFetch('/no-options').data).toEqualTypeOf<unknown>()
    expectTypeOf(useFetch<User>('/typed').data).toEqualTypeOf<User | undefined>()
  })

  test('json(schema) of zod and valibot, json<User>() unchecked, text(), binary() and a custom codec', () => {
    const { data, execute, refetch } = useFetch('/zod', {
      codec: json(ZodUser),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<User>(),
    })
    expectTypeOf(data).toEqualTypeOf<User | undefined>()
    expectTypeOf(execute()).toEqualTypeOf<Promise<User>>()
    expectTypeOf(refetch()).toEqualTypeOf<Promise<User>>()
    expectTypeOf(useFetch('/v', { codec: json(ValibotUser) }).data).toEqualTypeOf<User | undefined>()
    expectTypeOf(useFetch('/u', { codec: json<User>() }).data).toEqualTypeOf<User | undefined>()
    expectTypeOf(useFetch('/t', { codec: text() }).data).toEqualTypeOf<string | undefined>()
    expectTypeOf(useFetch('/b', { codec: binary() }).data).toEqualTypeOf<ArrayBuffer | undefined>()
    expectTypeOf(useFetch('/o', { codec: { decode: Number } }).data).toEqualTypeOf<number | undefined>()
  })

  test('data with an initial value is never undefined', () => {
    const { data } = useFetch('/user', { codec: json(ZodUser), initialData: { name: 'Ada', visits: 1 } })
    expectTypeOf(data).toEqualTypeOf<User>()
    const none = useFetch('/user', { codec: json(ZodUser), initialData: null })
    expectTypeOf(none.data).toEqualTypeOf<User | null>()
    const plain = useFetch('/plain', { initialData: [] as string[] })
    expectTypeOf(plain.data).toEqualTypeOf<string[]>()
    const part = useFetch('/part', {
      codec: json(ZodUser),
      initialData: { name: 'Ada', visits: 1 },
      select: (user) => user.name,
    })
    expectTypeOf(part.data).toEqualTypeOf<string>()
    // @ts-expect-error -- the name is a string
    useFetch('/user', { codec: json(ZodUser), initialData: { name: 5 } })
  })
})

describe('useFetch: the reducer types data, and execute returns the response', () => {
  test('collect(), latest() and concat()', () => {
    const list = useFetch('/list', { codec: json(ZodUser), reduce: collect({ limit: 9 }) })
    expectTypeOf(list.data).toEqualTypeOf<readonly User[]>()
    expectTypeOf(list.execute()).toEqualTypeOf<Promise<User>>()
    expectTypeOf(useFetch('/list', { reduce: collect() }).data).toEqualTypeOf<readonly unknown[]>()
    const last = useFetch('/l', { codec: json(ZodUser), reduce: latest() })
    expectTypeOf(last.data).toEqualTypeOf<User | undefined>()
    const all = useFetch('/t', { codec: text(), reduce: concat() })
    expectTypeOf(all.data).toEqualTypeOf<string | undefined>()
  })

  test('reduce with initialData: all arguments are inferred', () => {
    const { data, mutate, execute } = useFetch('/sum', {
      codec: json(ZodUser),
      initialData: 0,
      reduce(sum, user, { headers }) {
        expectTypeOf(sum).toEqualTypeOf<number>()
        expectTypeOf(user).toEqualTypeOf<User>()
        expectTypeOf(headers).toEqualTypeOf<Headers | undefined>()
        return sum + user.visits
      },
    })
    expectTypeOf(data).toEqualTypeOf<number>()
    expectTypeOf(mutate(5)).toEqualTypeOf<RollBack>()
    expectTypeOf(execute()).toEqualTypeOf<Promise<User>>()
  })

  test('select: data is the selected part, and mutate changes the whole', () => {
    const { data, execute, mutate } = useFetch('/part', {
      codec: json(ZodUser),
      select: (user) => {
        expectTypeOf(user).toEqualTypeOf<User>()
        return user.name
      },
    })
    expectTypeOf(data).toEqualTypeOf<string | undefined>()
    expectTypeOf(execute()).toEqualTypeOf<Promise<User>>()
    mutate({ name: 'Eve', visits: 0 })
    mutate((user) => {
      expectTypeOf(user).toEqualTypeOf<User | undefined>()
      return { name: user?.name ?? '', visits: 0 }
    })
    // @ts-expect-error -- mutate() takes the whole value
    mutate('Eve')
    const count = useFetch('/c', { codec: json(ZodUser), reduce: collect(), select: (users) => users.length })
    expectTypeOf(count.data).toEqualTypeOf<number>()
  })
})

test('useFetch: options that execute accepts and rejects', () => {
  const { execute, mutate } = useFetch('/users', { method: 'POST', enabled: false, codec: json<User>() })
  const user: User = { name: 'Ada', visits: 1 }
  void execute({ json: user })
  void execute({ json: [1, null, 'x'], idempotencyKey: true, invalidates: ['/users'] })
  void execute({ body: new FormData(), headers: async ({ attempt }) => ({ 'x-try': String(attempt) }) })
  void execute({ method: 'PATCH', url: '/users/1', query: { a: 1, b: [true, 'x'], c: undefined }, json: {} })
  void execute({ body: ({ attempt, previous, signal }) => ({ attempt, previous, aborted: signal.aborted }) })
  void execute({ signal: new AbortController().signal, credentials: 'include' })
  mutate(user, { rollback: execute({ json: user }) })
  mutate((before) => before ?? user, { rollback: Promise.resolve() })
  // @ts-expect-error -- the codec is an option of the hook
  void execute({ codec: text() })
  // @ts-expect-error -- `retry` is an option of the hook
  void execute({ retry: false })
  // @ts-expect-error -- a number is no body
  void execute({ body: 5 })
  // @ts-expect-error -- a promise has to be returned by a function
  void execute({ body: Promise.resolve('x') })
  // @ts-expect-error -- headers are strings
  void execute({ headers: { retries: 5 } })
  // @ts-expect-error -- no such value
  void execute({ credentials: 'always' })
  void execute({ query: { where: { a: 1 }, at: new Date() } })
  // @ts-expect-error -- a Map is no query value
  void execute({ query: { where: new Map([['a', 1]]) } })
  // @ts-expect-error -- a function is no query value
  void execute({ query: { where: () => 1 } })
  // @ts-expect-error -- a string is no query
  void execute({ query: 'a=b' })
  // @ts-expect-error -- false is no idempotency key
  void execute({ idempotencyKey: false })
  // @ts-expect-error -- `visits` is missing
  mutate({ name: 'Ada' })
  // @ts-expect-error -- a rollback is a promise
  mutate(user, { rollback: true })
})

test('useFetch: commands can be event handlers', () => {
  const { execute, refetch, abort } = useFetch('/user')
  createElement('button', { onClick: execute })
  createElement('button', { onClick: refetch })
  createElement('button', { onClick: abort })
  expectTypeOf(refetch).toEqualTypeOf<() => Promise<unknown>>()
})

test('useFetch: options', () => {
  useFetch('/o', {
    method: 'QUERY',
    json: { q: 1 },
    query: new URLSearchParams(),
    credentials: 'omit',
    maxAge: 5000,
    staleWhileRevalidate: 60_000,
    cache: createFetchCache({ entries: 10 }),
    refetchInterval: 5000,
    refetchOnFocus: true,
    refetchOnReconnect: true,
    keepPreviousData: true,
    throwOnError: true,
    maxBodyBytes: 1024,
    timeout: { connect: 1000, request: 5000 },
    retry: {
      limit: 1,
      delay: ({ attempt }) => attempt * 100,
      when: (error, retryable) => !error || retryable,
    },
    pause: { hidden: true, offline: false },
    share: false,
    key: 'mine',
    headers: async ({ attempt, previous, signal }) => {
      expectTypeOf(attempt).toBeNumber()
      expectTypeOf(previous).toEqualTypeOf<TautlineError | undefined>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      return { authorization: 'Bearer' }
    },
    onError: (error) => expectTypeOf(error).toEqualTypeOf<TautlineError>(),
    onRetry: ({ attempt, retryAt }) => expectTypeOf([attempt, retryAt]).toEqualTypeOf<number[]>(),
    onGiveUp: ({ attempts }) => expectTypeOf(attempts).toBeNumber(),
  })
  useFetch(null)
  useFetch(undefined)
  useFetch(new URL('https://test/'))
  useFetch(async ({ attempt }) => `/try/${attempt}`)
  useFetch('/me', { headers: bearer(async ({ previous }) => (previous ? 'new' : 'cached')) })
  useFetch('/up', { method: 'PUT', enabled: false, upload: uploadProgress() })
  void useFetch('/up').execute({ body: 'x', upload: uploadProgress() })
  // @ts-expect-error -- the function has to be called
  useFetch('/up', { upload: uploadProgress })
  // @ts-expect-error -- not a boolean
  useFetch('/up', { upload: true })
  // @ts-expect-error -- a list of pages is read
  useFetchPages('/up', { upload: uploadProgress() })
  // @ts-expect-error -- a number is no URL
  useFetch(5)
  // @ts-expect-error -- `timeout` is an object
  useFetch('/o', { timeout: 5000 })
  // @ts-expect-error -- times are numbers of ms
  useFetch('/o', { refetchInterval: '5s' })
  // @ts-expect-error -- true is no value of `retry`
  useFetch('/o', { retry: true })
  // @ts-expect-error -- no such option: a request has no connection to close
  useFetch('/o', { closeDelay: 1000 })
  // @ts-expect-error -- a request has no heartbeat
  useFetch('/o', { heartbeat: silence() })
  // @ts-expect-error -- a request does not open
  useFetch('/o', { onOpen: () => {} })
  // @ts-expect-error -- no such field
  useFetch('/o', { codec: json(ZodUser), select: (user) => user.age })
})

test('useFetch: the result has the commands and no connection to open, and is narrowed by its status', () => {
  const result = useFetch('/result', { codec: text() })
  expectTypeOf(result).toEqualTypeOf<FetchResult<string, string, string | undefined>>()
  expectTypeOf(result).toExtend<FetchSnapshot<string | undefined>>()
  expectTypeOf(result).toExtend<FetchCommands<string, string>>()
  expectTypeOf(result.status).toEqualTypeOf<FetchStatus>()
  expectTypeOf(result.response).toEqualTypeOf<ResponseHead | undefined>()
  expectTypeOf(result.progress.total).toEqualTypeOf<number | undefined>()
  expectTypeOf(result.isFetching).toBeBoolean()
  expectTypeOf(result).not.toHaveProperty('open')
  expectTypeOf(result).not.toHaveProperty('send')
  if (result.status === 'error') expectTypeOf(result.error).toEqualTypeOf<TautlineError>()
  if (result.status === 'pending') expectTypeOf(result.error).toEqualTypeOf<undefined>()
  const { status, error } = result
  if (status === 'error') expectTypeOf(error).toEqualTypeOf<TautlineError>()
  // @ts-expect-error -- read-only
  result.data = 'x'
})

test('useFetch: options in variables, passed on and spread', () => {
  const plain: FetchOptions<User> = { codec: json<User>() }
  expectTypeOf(useFetch('/o', plain).data).toEqualTypeOf<User | undefined>()
  expectTypeOf(useFetch('/o', { ...plain, method: 'QUERY' }).data).toEqualTypeOf<User | undefined>()
  const name = useFetch('/o', { ...plain, select: (user) => user.name })
  expectTypeOf(name.data).toEqualTypeOf<string | undefined>()
  function useUser(id: number, options?: FetchOptions<User>) {
    return useFetch(`/users/${id}`, { codec: json<User>(), ...options })
  }
  expectTypeOf(useUser(1).data).toEqualTypeOf<User | undefined>()
})

test('TautlineProvider: defaults for every hook, and for useFetch alone', () => {
  const cache = createFetchCache()
  createElement(TautlineProvider, {
    options: {
      retry: { limit: 1 },
      fetch: { headers: { a: 'b' }, cache, credentials: 'include', retry: false, upload: uploadProgress() },
    },
  })
  // @ts-expect-error -- the codec is an option of the hook
  createElement(TautlineProvider, { options: { fetch: { codec: text() } } })
  // @ts-expect-error -- options of useFetch alone are in `fetch`
  createElement(TautlineProvider, { options: { cache } })
})

test('useFetch: the data of status success may be undefined, as after a 204', () => {
  const user = useFetch('/user', { codec: json<User>() })
  if (user.status === 'success') expectTypeOf(user.data).toEqualTypeOf<User | undefined>()
})

test('useFetch: `input` types the body of execute', () => {
  const NewUser = z.object({ name: z.string(), visits: z.string().transform(Number) })
  const checked = useFetch('/users', {
    method: 'POST',
    enabled: false,
    codec: json(ZodUser),
    input: json(NewUser),
  })
  void checked.execute({ json: { name: 'Ada', visits: '1' } })
  void checked.execute({ body: new FormData() })
  void checked.execute()
  expectTypeOf(checked.execute()).toEqualTypeOf<Promise<User>>()
  // @ts-expect-error -- the schema expects text
  void checked.execute({ json: { name: 'Ada', visits: 1 } })
  // @ts-expect-error -- `name` is missing
  void checked.execute({ json: { visits: '1' } })
  const unchecked = useFetch('/users', { method: 'POST', input: json<User>() })
  void unchecked.execute({ json: { name: 'Ada', visits: 1 } })
  // @ts-expect-error -- `visits` is missing
  void unchecked.execute({ json: { name: 'Ada' } })
  // @ts-expect-error -- `visits` is missing
  useFetch('/users', { method: 'POST', input: json<User>(), json: { name: 'Ada' } })
  const any = useFetch('/users', { method: 'POST' })
  void any.execute({ json: [1, null, 'x'] })
  // @ts-expect-error -- a schema is no codec: json(schema)
  useFetch('/users', { method: 'POST', input: NewUser })
})

test('useFetch: `success` does not mean that there are data, since any codec gives none after a 204', () => {
  const result = useFetch('/user', { codec: json(ZodUser) })
  if (result.status === 'success') expectTypeOf(result.data).toEqualTypeOf<User | undefined>()
  const words = useFetch('/text', { codec: text() })
  if (words.status === 'success') expectTypeOf(words.data).toEqualTypeOf<string | undefined>()
})
