import { json, text } from '@tautline/core'
import { type FetchResult, useFetches } from '@tautline/react'
import { describe, expectTypeOf, test } from 'vitest'

interface User {
  readonly name: string
  readonly age: number
}

declare const ids: readonly number[]

describe('[fetches] the types of useFetches', () => {
  test('each result has the type of its codec', () => {
    const [user, note, other] = useFetches([
      { url: '/user', codec: json<User>() },
      { url: '/note', codec: text(), onMessage: (message) => message.trim() },
      { url: null },
    ])
    expectTypeOf(user).toEqualTypeOf<FetchResult<User, User, User | undefined>>()
    expectTypeOf(note.data).toEqualTypeOf<string | undefined>()
    expectTypeOf(note.refetch()).resolves.toEqualTypeOf<string>()
    expectTypeOf(other.data).toEqualTypeOf<unknown>()
  })

  test('select and initialData decide about the type of data', () => {
    const [user, note] = useFetches([
      { url: '/user', codec: json<User>(), select: (one) => one.age },
      { url: '/note', codec: text(), initialData: '', select: (one) => one.length },
    ])
    expectTypeOf(user.data).toEqualTypeOf<number | undefined>()
    expectTypeOf(note.data).toEqualTypeOf<number>()
  })

  test('a list that is created by map has results of one type', () => {
    const users = useFetches(ids.map((id) => ({ url: `/users/${id}`, codec: json<User>() })))
    expectTypeOf(users).toEqualTypeOf<readonly FetchResult<User, User, User | undefined>[]>()
    const names = useFetches(
      ids.map((id) => ({ url: `/users/${id}`, codec: json<User>(), select: (user: User) => user.name })),
    )
    expectTypeOf(names).toEqualTypeOf<readonly FetchResult<User, User, string | undefined>[]>()
    const [first, ...rest] = useFetches([
      { url: '/note', codec: text() },
      ...ids.map((id) => ({ url: `/users/${id}`, codec: json<User>() })),
    ])
    expectTypeOf(first.data).toEqualTypeOf<string | undefined>()
    expectTypeOf(rest[0]?.data).toEqualTypeOf<User | undefined>()
  })

  test('wrong options are errors', () => {
    // @ts-expect-error -- an unknown option
    useFetches([{ url: '/', codecs: text() }])
    // @ts-expect-error -- no URL
    useFetches([{ codec: text() }])
    // @ts-expect-error -- an option of another type
    useFetches([{ url: '/', maxAge: '5' }])
    // @ts-expect-error -- other data than those of the codec
    useFetches([{ url: '/', codec: text(), initialData: 5 }])
    // @ts-expect-error -- not an option of useFetches
    useFetches([{ url: '/', codec: text(), reduce: () => '' }])
  })
})
