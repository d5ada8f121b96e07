import { json } from '@tautline/core'
import { expectTypeOf, test } from 'vitest'
import { useSuspenseFetch } from '@tautline/react'

interface User {
  readonly name: string
}

test('data of useSuspenseFetch is always there', () => {
  const { data, status, refetch } = useSuspenseFetch('/user', { codec: json<User>() })
  expectTypeOf(data).toEqualTypeOf<User>()
  expectTypeOf(status).toEqualTypeOf<'success' | 'error'>()
  expectTypeOf(refetch()).toEqualTypeOf<Promise<User>>()
  const selected = useSuspenseFetch('/user', { codec: json<User>(), select: ({ name }) => name.length })
  expectTypeOf(selected.data).toEqualTypeOf<number>()
  const draft = useSuspenseFetch('/draft', { codec: json<User>(), emptyOn: [404] })
  expectTypeOf(draft.data).toEqualTypeOf<User | undefined>()
  expectTypeOf(useSuspenseFetch('/user').data).toEqualTypeOf<unknown>()
})

test('useSuspenseFetch needs a URL, and cannot be disabled', () => {
  // @ts-expect-error it would wait for ever
  useSuspenseFetch(null)
  // @ts-expect-error it would wait for ever
  useSuspenseFetch('/user', { enabled: false })
  // @ts-expect-error a list that grows has no first response to wait for
  useSuspenseFetch('/user', { reduce: (all: unknown) => all })
})
